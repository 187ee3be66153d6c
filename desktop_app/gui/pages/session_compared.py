"""Two sessions side by side: their figures, and how often each emotion was the answer."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.core.palette import colours_for
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.sessions import Figures, called, labels_of
from desktop_app.gui.widgets.cards import Card, scrolled
from desktop_app.gui.widgets.controls import button_of
from desktop_app.gui.widgets.shares import SharesChart


class ComparedSessions(QWidget):
    """The first on the left."""

    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back_button = button_of(tr("Sessions"), tr("Back to the list (Esc)"), self, compact=True)
        self.back_button.clicked.connect(self.back)
        top = QHBoxLayout()
        heading = QLabel(tr("Two sessions side by side"), self)
        heading.setProperty("role", "title")
        top.addWidget(self.back_button)
        top.addSpacing(Space.S)
        top.addWidget(heading)
        top.addStretch(1)
        figures = Card("", self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)
        figures.body.addLayout(self._grid)
        shares = Card(tr("Shares of the emotions"), self)
        self.chart = SharesChart(shares)
        shares.body.addWidget(scrolled(self.chart, tr("Shares of the emotions"), 190), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(top)
        layout.addWidget(figures)
        layout.addWidget(shares, 1)

    def show_two(self, first: Figures, second: Figures) -> None:
        """Two of them side by side."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        rows = [("", called(first.session), called(second.session))]
        values = bool(first.means or second.means)
        both = zip(first.rows(values=values), second.rows(values=values), strict=True)
        rows += [(name, a, b) for (name, a), (_, b) in both]
        for place, (name, a, b) in enumerate(rows):
            sides = ((0, a, Qt.AlignmentFlag.AlignRight), (1, name, Qt.AlignmentFlag.AlignHCenter))
            for column, text, side in (*sides, (2, b, Qt.AlignmentFlag.AlignLeft)):
                label = QLabel(text, self)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                if column == 1:
                    label.setProperty("role", "secondary")
                    label.setMinimumWidth(160)
                else:
                    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                    label.setToolTip(text)
                    label.setAccessibleName(f"{name or tr('Name')}: {text}")
                    if not place:
                        label.setProperty("role", "title")
                self._grid.addWidget(label, place, column)
        labels = labels_of([first, second])
        one, other = first.shares, second.shares
        only_values = values and not any((*one.values(), *other.values()))
        if only_values:
            one, other = first.means, second.means
            labels = tuple(dict.fromkeys((*one, *other)))
        self.chart.set_shares(
            [(label, (one.get(label, 0.0), other.get(label, 0.0))) for label in labels],
            colours_for(labels),
            values=only_values,
        )
        self.back_button.setFocus()

    def apply_theme(self, tokens: Tokens) -> None:
        self.chart.apply_theme(tokens)
        self.back_button.setIcon(icon("back", tokens.ink))
        self.back_button.setIconSize(QSize(16, 16))
