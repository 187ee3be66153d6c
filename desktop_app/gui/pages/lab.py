"""A stretch of sound under the glass: a list of views, the plot of one, what it means, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.language import mark, tr
from desktop_app.gui.look.theme import LIGHT, Space, Tokens
from desktop_app.gui.pages.page import Page
from desktop_app.gui.plots.later import Later
from desktop_app.gui.state.lab import VIEWS, LabView, clip_title, view_of
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import ElidedLabel, button_of, named, text_of
from desktop_app.gui.widgets.lab_controls import ColourScale, LabControls, NumbersTable

if TYPE_CHECKING:
    from desktop_app.gui.plots.base import TimePlots
    from desktop_app.gui.plots.lab_views import LabViews
    from desktop_app.gui.state.recording_sound import RecordingSound
    from desktop_app.lab.clip import Clip

_EMPTY, _CLIP = range(2)
_PLOT, _WAITING = range(2)
_LIST_PX = (174, 200)  # at least and at most
_NUMBERS_PX = (218, 330)
EXPORTS = {
    "csv": mark("Numbers as CSV…"),
    "parquet": mark("Numbers as Parquet…"),
    "png": mark("Picture as PNG…"),
}
_SHOWN_BUSY_MS = 250  # what takes less is not announced


class LabPage(Page):
    """Shows one stretch; what is chosen leaves as signals, and `gui.lab` computes.

    Attributes
    ----------
    clip : Clip or None
        The stretch.
    busy : bool
        Its view is being computed.
    """

    open_wanted = Signal()
    chosen = Signal()  # another view, or another way to compute it
    run_wanted = Signal()
    cancel_wanted = Signal()
    again_wanted = Signal()
    export_wanted = Signal(str)  # csv, parquet or png
    plots_made = Signal()
    shown = Signal()
    hidden = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: Tokens = LIGHT
        self.clip: Clip | None = None
        self.busy = False
        self._sound: RecordingSound | None = None
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._build_empty())
        self._pages.addWidget(self._build_clip())
        self._busy_soon = QTimer(self)
        self._busy_soon.setSingleShot(True)
        self._busy_soon.setInterval(_SHOWN_BUSY_MS)
        self._busy_soon.timeout.connect(lambda: self._room.setCurrentIndex(_WAITING))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.addWidget(self._pages)
        self.list.setCurrentRow(self._rows[VIEWS[0].name])
        self._turn()

    # --- building -----------------------------------------------------------------------------------------

    def _build_empty(self) -> QWidget:
        page = Card()
        title = QLabel(tr("Look into a stretch of sound"), page)
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = text_of(page)
        hint.setText(
            tr(
                "Its spectra, features and resonances, and what of it the model answers to. Choose "
                "“Look at it in the lab” for a segment of a recording, or open a recording here."
            )
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint.setMaximumWidth(520)
        self.open_button = button_of(
            tr("Open recording…"), tr("Look at the first 20 seconds of a recording in the lab"), page
        )
        self.open_button.setProperty("role", "primary")
        self.open_button.clicked.connect(self.open_wanted)
        centre = Qt.AlignmentFlag.AlignHCenter
        page.body.setSpacing(Space.M)
        page.body.addStretch(1)
        page.body.addWidget(title)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(hint, 8)
        middle.addStretch(1)
        page.body.addLayout(middle)
        page.body.addSpacing(Space.S)
        page.body.addWidget(self.open_button, 0, centre)
        page.body.addStretch(1)
        return page

    def _build_clip(self) -> QWidget:
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.M)
        side = Card()
        side.body.setContentsMargins(Space.XS, Space.S, Space.XS, Space.S)
        self._side = side
        side.body.addWidget(self._build_list(side))
        row.addWidget(side)
        row.addWidget(self._build_view(), 1)
        return page

    def _build_list(self, parent: QWidget) -> QListWidget:
        self.list = QListWidget(parent)
        self.list.setObjectName("lab")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        named(self.list, tr("Views"), tr("What of the stretch is shown"))
        self._rows: dict[str, int] = {}
        group = ""
        for view in VIEWS:
            if view.group != group:
                group = view.group
                heading = QListWidgetItem(tr(group))
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setData(Qt.ItemDataRole.AccessibleDescriptionRole, tr("Heading"))
                self.list.addItem(heading)
            self._rows[view.name] = self.list.count()
            item = QListWidgetItem(tr(view.title))
            item.setData(Qt.ItemDataRole.UserRole, view.name)
            item.setToolTip(tr(view.text))
            self.list.addItem(item)
        self.list.currentItemChanged.connect(lambda *_: self._turn())
        return self.list

    def _build_view(self) -> QWidget:
        card = Card()
        card.body.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        head = self._build_head(card)
        self.controls = LabControls(card)
        self.controls.changed.connect(self.chosen)
        self.controls.run_wanted.connect(self.run_wanted)
        self.controls.cancel_wanted.connect(self.cancel_wanted)
        self._later = Later(self._make_plots, card)
        self._later.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.numbers = NumbersTable(card)
        plot = QWidget(card)
        beside = QHBoxLayout(plot)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(Space.M)
        beside.addWidget(self._later, 1)
        beside.addWidget(self.numbers)
        self._room = QStackedWidget(card)
        self._room.addWidget(plot)
        self._room.addWidget(self._build_waiting(card))
        self.readout = ElidedLabel("secondary", card)
        self.scale = ColourScale(card)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addWidget(self.readout, 1)
        foot.addWidget(self.scale)
        self.text = text_of(card)
        card.body.setSpacing(Space.XS + 2)
        card.body.addLayout(head)
        card.body.addWidget(self.controls)
        card.body.addWidget(self._room, 1)
        card.body.addLayout(foot)
        card.body.addWidget(self.text)
        return card

    def _build_head(self, card: QWidget) -> QHBoxLayout:
        self.title = QLabel(card)
        self.title.setProperty("role", "title")
        self.about = ElidedLabel("secondary", card)
        tip = tr("Look at the first 20 seconds of another recording")
        self.open = button_of(tr("Open…"), tip, card, compact=True)
        self.open.clicked.connect(self.open_wanted)
        self.export_button = button_of(
            tr("Export"),
            tr("Save the numbers of this view as a table, or its plot as a picture"),
            card,
            compact=True,
        )
        menu = QMenu(self.export_button)
        menu.setAccessibleName(tr("Export"))
        for kind, words in EXPORTS.items():
            action = QAction(tr(words), menu)
            action.triggered.connect(partial(self._export, kind))
            menu.addAction(action)
        self.export_button.setMenu(menu)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        lines = QVBoxLayout()  # one below the other: beside it there is no room for both in a small window
        lines.setSpacing(0)
        lines.addWidget(self.title)
        lines.addWidget(self.about)
        head.addLayout(lines, 1)
        head.addWidget(self.open)
        head.addWidget(self.export_button)
        return head

    def _build_waiting(self, parent: QWidget) -> QWidget:
        page = QWidget(parent)
        self.waiting = QLabel(page)
        self.waiting.setProperty("role", "secondary")
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.waiting.setWordWrap(True)
        self.again = button_of(tr("Try again"), tr("Compute this view once more"), page)
        self.again.clicked.connect(self.again_wanted)
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self.waiting)
        column.addSpacing(Space.S)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _make_plots(self) -> QWidget:
        from desktop_app.gui.plots.lab_views import LabViews

        self._views = LabViews()
        self._views.pointed.connect(self._tell_pointed)
        self._views.apply_theme(self._tokens)
        QTimer.singleShot(0, self, self.plots_made.emit)
        return self._views

    # --- what is shown ------------------------------------------------------------------------------------

    @property
    def views(self) -> LabViews | None:
        """The plots; None until what they are drawn with is imported."""
        return None if self._later.widget is None else self._views

    @property
    def view(self) -> LabView:
        """The one that is chosen."""
        item = self.list.currentItem()
        name = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        return VIEWS[0] if name is None else view_of(name)

    def choose(self, name: str) -> None:
        """Show the view of this name."""
        self.list.setCurrentRow(self._rows[name])

    def show_clip(self, clip: Clip, sound: RecordingSound) -> None:
        """Another stretch, whose waveform is drawn from `sound`."""
        self.clip, self._sound = clip, sound
        self.about.show_text(clip_title(clip))
        self.controls.show_rate(clip.sample_rate)
        self._pages.setCurrentIndex(_CLIP)
        self.show_sound()
        self.list.setFocus()

    def show_sound(self) -> None:
        """Let the plots that are there by now show the stretch."""
        if self.views is not None and self.clip is not None and self._sound is not None:
            self.views.show_clip(self.clip, self._sound)

    def show_busy(self, words: str) -> None:
        """It is being computed; what takes a moment is announced."""
        self.busy = True
        self.waiting.setText(words)
        self.again.hide()
        self._busy_soon.start()

    def show_failed(self, words: str) -> None:
        """It could not be computed."""
        self.busy = False
        self._busy_soon.stop()
        self.waiting.setText(words)
        self.again.show()
        self.numbers.show_rows(())
        self.scale.show_scale(None)
        self._room.setCurrentIndex(_WAITING)

    def explain(self, words: str) -> None:
        """What is to be read beneath the plot; empty for what the view always says."""
        self.text.setText(words or tr(self.view.text))

    def show_numbers(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """What stands beside the plot; no rows hide the table."""
        self.numbers.show_rows(rows, titles)
        self.numbers.setVisible(bool(rows))
        self._divide()

    def show_done(self, *, can_export: bool = True) -> None:
        """The plots hold what was computed."""
        self.busy = False
        self._busy_soon.stop()
        self._room.setCurrentIndex(_PLOT)
        self.export_button.setEnabled(can_export)
        self.scale.show_scale(None if self.views is None else self.views.colour_scale)
        self._tell_pointed()

    def _turn(self) -> None:
        view = self.view
        self.title.setText(tr(view.title))
        self.text.setText(tr(view.text))
        self.controls.show_view(view)
        self.export_button.setEnabled(False)
        if self.clip is not None:
            self.chosen.emit()

    def _export(self, kind: str, _: bool = False) -> None:
        self.export_wanted.emit(kind)

    def _tell_pointed(self) -> None:
        self.readout.show_text("" if self.views is None else self.views.readout)

    # --- Page ---------------------------------------------------------------------------------------------

    def entered(self) -> None:
        self.shown.emit()

    def left(self) -> None:
        self.hidden.emit()

    def shown_plots(self) -> TimePlots | None:
        there = self.clip is not None and self.views is not None and self._room.currentIndex() == _PLOT
        return self.views.current if there and self.views is not None else None

    def _divide(self) -> None:
        wide = self.width()
        self._side.setFixedWidth(max(_LIST_PX[0], min(_LIST_PX[1], round(wide * 0.19))))
        self.numbers.setFixedWidth(max(_NUMBERS_PX[0], min(_NUMBERS_PX[1], round(wide * 0.27))))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._divide()
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.scale.apply_theme(tokens)
        self.controls.apply_theme(tokens)
        if self.views is not None:
            self.views.apply_theme(tokens)
        for k in range(self.list.count()):
            item = self.list.item(k)
            if item.data(Qt.ItemDataRole.UserRole) is None:
                font = self.list.font()
                font.setBold(True)
                font.setPixelSize(max(9, round(font.pixelSize() * 0.85)) if font.pixelSize() > 0 else 11)
                item.setFont(font)
                item.setSizeHint(QSize(10, 28))
