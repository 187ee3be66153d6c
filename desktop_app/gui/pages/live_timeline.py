"""What was heard live over time: the plots, and above them what they show and how to change that."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.gui.live_spectrogram import LiveSpectrogram
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import LIGHT, Space, Tokens
from desktop_app.gui.plots.later import Later
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.widgets.cards import Card, section
from desktop_app.gui.widgets.controls import named

if TYPE_CHECKING:
    from desktop_app.gui.plots.live import LivePlots

_HELP = mark(
    "Speech is shaded; once a stretch is over it has the colour and the name of what was recognised. "
    "Other sounds are grey and have no name.\n"
    "Quiet sound is drawn larger: × 4 in the corner means four times.\n"
    "The wheel zooms, dragging moves, a double click goes back."
)
_LEAST_PLOTS, _LEAST_PLOTS_ABOVE_WORDS = 230, 150


class LiveTimeline(Card):
    """Shows the view model's sound; what it is drawn with is imported beside the window.

    Attributes
    ----------
    plots : LivePlots or None
        None until what they are drawn with is imported.
    """

    told = Signal()  # what is shown of the plots has changed
    menu_wanted = Signal(object)  # QPoint, global
    table_wanted = Signal(bool)  # to show what was said as a table

    def __init__(self, model: ViewModel, spectrogram: LiveSpectrogram) -> None:
        super().__init__()
        self._model, self._spectrogram = model, spectrogram
        self._tokens = LIGHT
        self._was_held = self._wide = False
        self.body.setSpacing(Space.XS + 2)
        self.body.addLayout(self._build_title())
        self._later = Later(self._make_plots, self)
        self._later.setMinimumSize(260, _LEAST_PLOTS)
        self._later.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.body.addWidget(self._later, 4)

    def _build_title(self) -> QHBoxLayout:
        self.title = section("", self)
        self.title.setToolTip(tr(_HELP))
        self.title.setMinimumWidth(10)
        self._readout = QLabel(self)
        self._readout.setProperty("role", "secondary")
        self._readout.setMinimumWidth(10)
        self._readout.setAccessibleName(tr("Under the pointer"))
        self._readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        row.addWidget(self.title)
        row.addSpacing(Space.XS)
        row.addWidget(self._readout, 1)
        self.jump_button = QToolButton(self)  # here, where it covers nothing, as low as those beside it
        self.jump_button.setProperty("role", "now")
        self.jump_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(self.jump_button, tr("Jump to now"), tr("Show the newest sound again (J)"))
        self.jump_button.clicked.connect(self.jump)
        self.jump_button.hide()
        row.addWidget(self.jump_button)
        self._buttons: dict[str, QToolButton] = {}
        for sign, name, tip, checkable in (
            ("spectrogram", tr("Spectrogram"), tr("Show which frequencies the sound has (S)"), True),
            ("table", tr("Utterances"), tr("Show what was said as a table (U)"), True),
            ("freeze", tr("Freeze"), tr("Keep what is shown in its place while the sound goes on (F)"), True),
            ("minus", tr("Longer stretch"), tr("Show more seconds (minus, or the wheel)"), False),
            ("plus", tr("Shorter stretch"), tr("Show fewer seconds (plus, or the wheel)"), False),
        ):
            button = QToolButton(self)
            button.setProperty("role", "small")
            button.setIconSize(QSize(16, 16))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCheckable(checkable)
            named(button, name, tip)
            self._buttons[sign] = button
            row.addWidget(button)
        self._buttons["spectrogram"].clicked.connect(self.show_spectrogram)
        self._buttons["freeze"].clicked.connect(self.freeze)
        self._buttons["table"].clicked.connect(self.table_wanted)
        self._buttons["minus"].clicked.connect(lambda: self.step_span(1))
        self._buttons["plus"].clicked.connect(lambda: self.step_span(-1))
        return row

    def _make_plots(self) -> QWidget:
        from desktop_app.gui.plots.live import LivePlots

        plots = LivePlots(self._model, self._spectrogram)
        plots.apply_theme(self._tokens)
        plots.told.connect(self._show_told)
        plots.menu_wanted.connect(self.menu_wanted)
        plots.show_spectrogram(self._spectrogram.watched)
        self.title.setText(plots.title)
        return plots

    def set_low(self, low: bool) -> None:
        """Take less room, since words stand beneath."""
        self._later.setMinimumHeight(_LEAST_PLOTS_ABOVE_WORDS if low else _LEAST_PLOTS)

    def set_wide(self, wide: bool) -> None:
        """Whether there is room for long words above the plots."""
        self._wide = wide
        self.jump_button.setText(tr("Jump to now") if wide else tr("Now"))
        self._show_told()

    def set_table(self, shown: bool) -> None:
        """The table of what was said is shown, or not."""
        self._buttons["table"].setChecked(shown)

    # --- what is shown ------------------------------------------------------------------------------------

    @property
    def plots(self) -> LivePlots | None:
        return cast("LivePlots | None", self._later.widget)

    @property
    def frozen(self) -> bool:
        return self.plots is not None and self.plots.view_.frozen

    @property
    def held(self) -> bool:
        """Something else than the newest sound is shown."""
        return self.plots is not None and not self.plots.view_.following

    @property
    def shows_whole(self) -> bool:
        return self.plots is not None and self.plots.view_.whole

    @property
    def shows_spectrogram(self) -> bool:
        return self.plots is not None and self.plots.shows_spectrogram

    @property
    def tells_day(self) -> bool:
        return self.plots is not None and self.plots.tells_day

    def freeze(self, on: bool) -> None:
        """Keep what is shown in its place, or follow the sound again."""
        if self.plots is not None:
            self.plots.freeze(on)

    def jump(self) -> None:
        """Follow the sound again."""
        if self.plots is not None:
            self.plots.jump()

    def step_span(self, by: int) -> None:
        if self.plots is not None:
            self.plots.step_span(by)

    def show_whole(self, on: bool) -> None:
        """Show the whole session, or as much as at first."""
        if self.plots is not None and on:
            self.plots.choose_span(float("inf"))
        elif self.plots is not None:
            self.plots.reset()

    def show_spectrogram(self, on: bool) -> None:
        """Show the spectrogram, which is computed from now on."""
        if self.plots is not None:
            self._spectrogram.watch(on)
            self.plots.show_spectrogram(on)
            self._show_told()

    def tell_day(self, on: bool) -> None:
        """Label the axis with the time of day."""
        if self.plots is not None:
            self.plots.tell_day(on)

    def _show_told(self) -> None:
        plots = self.plots
        if plots is None:
            return
        # Where there is little room, the button that is pressed says that it is frozen.
        title = plots.title if self._wide else plots.short_title
        if title != self.title.text():
            self.title.setText(title)
        if plots.readout != self._readout.toolTip():
            self._readout.setToolTip(plots.readout)
            metrics, room = self._readout.fontMetrics(), self._readout.width()
            self._readout.setText(metrics.elidedText(plots.readout, Qt.TextElideMode.ElideRight, room))
        before = self._buttons["freeze"].isChecked(), self._buttons["spectrogram"].isChecked()
        self._buttons["freeze"].setChecked(plots.view_.frozen)
        self._buttons["spectrogram"].setChecked(plots.shows_spectrogram)
        held = not plots.view_.following
        if (plots.view_.frozen, plots.shows_spectrogram) != before or held != self._was_held:
            self._was_held = held
            self.jump_button.setVisible(held)
            self.told.emit()

    def watch(self, on: bool) -> None:
        """Somebody looks at the plots from now on, or nobody: the spectrogram is computed for who looks."""
        self._spectrogram.watch(on and self.shows_spectrogram)

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        for sign, button in self._buttons.items():
            button.setIcon(icon(sign, tokens.ink_secondary, tokens.ink_muted))
        if self.plots is not None:
            self.plots.apply_theme(tokens)

    def show_news(self) -> None:
        """Sound or results have come."""
        if self.plots is not None:
            self.plots.show_news()
