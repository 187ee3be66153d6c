"""What is chosen in the lab (window, size, overlap, order), the scale of colours, a table of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop_app.core.language import localised, tr
from desktop_app.gui.look.theme import Space, Tokens, font
from desktop_app.gui.state.lab import WINDOW_TITLES, Kind, LabView, overlap_titles, size_titles
from desktop_app.gui.widgets.canvas import Canvas
from desktop_app.gui.widgets.controls import button_of, named
from desktop_app.gui.widgets.pickers import Picker
from desktop_app.lab.lpc import usual_order
from desktop_app.lab.windows import Framing, usual_framing

ORDERS = (*range(6, 32, 2), 36, 40, 50)


class LabControls(QWidget):
    """A row of what matters to the view that is shown."""

    changed = Signal()
    run_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = 0
        self.window_ = self._picker(
            tr("Window"), tr("By what each frame is multiplied, so that its ends fade")
        )
        self.window_.fill(((tr(title), name) for name, title in WINDOW_TITLES.items()), "hann")
        self.size_ = self._picker(tr("Size"), tr("Samples of a frame"))
        self.overlap = self._picker(tr("Overlap"), tr("The share in which a frame overlaps the next one"))
        self.overlap.fill(((title, share) for share, title in overlap_titles().items()), 0.75)
        self.order = self._picker(tr("Order"), tr("Poles that linear prediction may use"))
        self.run_button = button_of(
            tr("Ask the model"),
            tr("Take part after part of the sound away, and see how the answer changes"),
            self,
        )
        self.run_button.setProperty("role", "primary")
        self.run_button.clicked.connect(self.run_wanted)
        self.cancel = button_of(tr("Cancel"), tr("Do not ask the model any further"), self, compact=True)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(140)
        named(
            self.progress,
            tr("Progress of the questions"),
            tr("Share of the parts that the model was asked without"),
        )
        self.left_ = QLabel(self)
        self.left_.setProperty("role", "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        for picker in (self.window_, self.size_, self.overlap, self.order):
            row.addWidget(picker)
        for part in (self.run_button, self.cancel, self.progress, self.left_):
            row.addWidget(part)
        row.addStretch(1)
        self._share: float | None = None
        self._view: LabView | None = None

    def _picker(self, name: str, tip: str) -> Picker:
        picker = _Choice(name, tip, "", self, prefix=f"{name}: ")
        picker.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        picker.activated.connect(lambda _: self.changed.emit())
        picker.currentIndexChanged.connect(picker.updateGeometry)
        return picker

    @property
    def framing(self) -> Framing:
        """How the sound is cut into frames."""
        return Framing(self.window_.currentData(), self.size_.currentData(), self.overlap.currentData())

    def choose(self, framing: Framing) -> None:
        """Cut the sound so."""
        self.window_.choose(framing.window)
        self.size_.choose(framing.size)
        self.overlap.choose(framing.overlap)

    def show_rate(self, sample_rate: int) -> None:
        """The sound has this rate: another one has other sizes and another order by default."""
        if sample_rate == self._rate:
            return
        self._rate = sample_rate
        usual = usual_order(sample_rate)
        orders = [
            (tr("{k} (usual)").format(k=k) if k == usual else f"{k}", k) for k in sorted({*ORDERS, usual})
        ]
        self.order.fill(orders, usual)
        self.size_.fill(((title, size) for size, title in size_titles(sample_rate).items()), 512)
        self.choose(usual_framing(sample_rate))

    def show_view(self, view: LabView) -> None:
        """Only what matters to it."""
        self._view = view
        for picker in (self.window_, self.size_, self.overlap):
            picker.setVisible(view.framed)
        self.order.setVisible(view.ordered)
        asks = view.kind is Kind.HEARD
        working = asks and self._share is not None
        self.run_button.setVisible(asks and not working)
        for part in (self.cancel, self.progress, self.left_):
            part.setVisible(working)
        self.setVisible(view.framed or view.ordered or asks)

    def show_progress(self, share: float | None, left: str = "") -> None:
        """How far the questions to the model are; None while there are none."""
        self._share = share
        self.progress.setRange(0, 1000)
        self.progress.setValue(round(1000 * (share or 0.0)))
        self.left_.setText(left)
        if self._view is not None:
            self.show_view(self._view)

    def apply_theme(self, tokens: Tokens) -> None:
        for picker in (self.window_, self.size_, self.overlap, self.order):
            picker.apply_theme(tokens)


class _Choice(Picker):
    """As wide as its longest text, or at least as the one that is chosen."""

    def _wide(self, texts: Iterable[str]) -> int:
        metrics = QFontMetricsF(self.font())
        return max((ceil(metrics.horizontalAdvance(self._prefix + text)) for text in texts), default=60) + 46

    def sizeHint(self) -> QSize:  # noqa: N802
        texts = (self.itemText(k) for k in range(self.count()))
        return QSize(self._wide(texts), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self._wide([self.currentText()]), super().minimumSizeHint().height())


class ColourScale(Canvas):
    """The colours of a picture between the numbers that their ends stand for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Scale of colours"), tr("What the colours of the picture stand for"), parent)
        self._scale: tuple[float, float, str, bool] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(230, 18)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(230, 18)

    def show_scale(self, scale: tuple[float, float, str, bool] | None) -> None:
        """Lowest and highest number, their unit, and whether zero is in the middle; None hides it."""
        self._scale = scale
        self.setVisible(scale is not None)
        if scale is not None:
            low, high, unit = (_short(scale[0]), _short(scale[1]), scale[2])
            self.setAccessibleDescription(
                tr("From {low} to {high} {unit}").format(low=low, high=high, unit=unit).strip()
            )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        if self._scale is None:
            return
        from desktop_app.gui.plots.curves import even_table, signed_table

        low, high, unit, signed = self._scale
        painter = QPainter(self)
        painter.setFont(font(10, 450, True))
        painter.setPen(QColor(self.tokens.ink_muted))
        first, last = _short(low), f"{_short(high)} {unit}".strip()
        metrics = painter.fontMetrics()
        right = self.width() - metrics.horizontalAdvance(last)
        bar = QRectF(right - 8 - 96, (self.height() - 8) / 2, 96, 8)
        painter.drawText(QRectF(0, 0, bar.left() - 8, self.height()), _RIGHT, first)
        painter.drawText(QRectF(right, 0, self.width() - right, self.height()), _LEFT, last)
        table = np.ascontiguousarray((signed_table(self.tokens) if signed else even_table())[None])
        image = QImage(table.data, 256, 1, QImage.Format.Format_RGBA8888)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, image)
        painter.setPen(QColor(self.tokens.border))
        painter.drawRect(bar)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _short(value: float) -> str:
    return localised(f"{value:.3g}".replace("-", "−"))


class NumbersTable(QTableWidget):
    """Numbers beside a plot, which can be chosen and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, tr("Numbers"), tr("The numbers of this view"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.hide()

    def show_rows(self, rows: Sequence[Sequence[str]], titles: Sequence[str] = ()) -> None:
        """Fill it; all columns but the first are numbers."""
        self.setColumnCount(len(titles))
        self.setRowCount(len(rows))
        self.setHorizontalHeaderLabels(list(titles))
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setTextAlignment(_RIGHT if column else _LEFT)
                item.setToolTip(text)
                self.setItem(place, column, item)
        header = self.horizontalHeader()
        for column in range(len(titles)):
            mode = QHeaderView.ResizeMode
            header.setSectionResizeMode(column, mode.ResizeToContents if column else mode.Stretch)
            head = self.horizontalHeaderItem(column)
            if head is not None:
                head.setTextAlignment(_RIGHT if column else _LEFT)
        self.resizeRowsToContents()
