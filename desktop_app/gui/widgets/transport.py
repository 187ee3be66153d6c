"""The controls by which a recording is played and looked at: play, loop, speed, sound, rows, zoom."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from desktop_app.audio.devices import Device
from desktop_app.core.language import localised, tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.playback import SPEEDS, Playback
from desktop_app.gui.state.words import moment
from desktop_app.gui.widgets.controls import named


class Transport(QWidget):
    """Shows what the playback does, and gives it orders; `lanes` are names and titles of rows."""

    loop_wanted = Signal(bool)
    lane_switched = Signal(str, bool)
    zoomed = Signal(float)  # as many times as many seconds are to be shown

    def __init__(self, playback: Playback, lanes: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._tokens: Tokens | None = None
        self._sign = ""
        self._duration_s = 0.0
        self.play = self._tool(tr("Play"), tr("Play or pause (Space)"))
        self.play.clicked.connect(playback.toggle)
        self.loop = self._tool(
            tr("Loop"), tr("Play the chosen segment, or what is shown, again and again (L)")
        )
        self.loop.setCheckable(True)
        self.loop.clicked.connect(self.loop_wanted)
        self._time = QLabel(self)
        self._time.setProperty("role", "secondary")
        self._time.setAccessibleName(tr("Place of the playback"))
        self.readout = QLabel(self)
        self.readout.setProperty("role", "secondary")
        self.readout.setMinimumWidth(10)
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.readout.setAccessibleName(tr("Under the pointer"))
        self.speed = self._menu_button("1 ×", tr("Speed"), tr("How fast it is played; the pitch stays"))
        self.sound = self._menu_button("", tr("Sound"), tr("Volume, and where it is played"))
        self.shown = self._menu_button("", tr("Rows"), tr("Which rows are shown"))
        self.out = self._tool(tr("Longer stretch"), tr("Show more seconds (minus, or the wheel)"))
        self.into = self._tool(tr("Shorter stretch"), tr("Show fewer seconds (plus, or the wheel)"))
        self.out.clicked.connect(lambda: self.zoomed.emit(2.0))
        self.into.clicked.connect(lambda: self.zoomed.emit(0.5))
        self._build_speed()
        self._build_sound()
        self._build_lanes(lanes)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        for part in (self.play, self.loop):
            row.addWidget(part)
        row.addWidget(self._time)
        row.addWidget(self.readout, 1)
        for part in (self.speed, self.sound, self.shown, self.out, self.into):
            row.addWidget(part)
        playback.changed.connect(self._show)
        playback.moved.connect(self._show_time)
        playback.outputs_listed.connect(self._fill_outputs)
        self._show()

    def _tool(self, name: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("role", "small")
        button.setIconSize(QSize(16, 16))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        named(button, name, tip)
        return button

    def _menu_button(self, text: str, name: str, tip: str) -> QToolButton:
        button = self._tool(name, tip)
        button.setText(text)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setAccessibleName(name)
        button.setMenu(menu)
        return button

    def _build_speed(self) -> None:
        menu = self.speed.menu()
        self._speeds = QActionGroup(menu)
        for speed in SPEEDS:
            action = QAction(localised(f"{speed:g} ×"), menu)
            action.setCheckable(True)
            action.setData(speed)
            action.triggered.connect(partial(self._playback.set_speed, speed))
            self._speeds.addAction(action)
            menu.addAction(action)

    def _build_sound(self) -> None:
        menu = self.sound.menu()
        self.volume = QSlider(Qt.Orientation.Horizontal, menu)
        self.volume.setRange(0, 100)
        self.volume.setValue(100)
        self.volume.setFixedWidth(180)
        self.volume.setAccessibleName(tr("Volume"))
        self.volume.setAccessibleDescription(tr("How loud recordings are played"))
        self.volume.setToolTip(tr("How loud recordings are played"))
        self.volume.valueChanged.connect(lambda value: self._playback.set_volume(value / 100))
        holder = QWidget(menu)
        row = QHBoxLayout(holder)
        row.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        row.addWidget(QLabel(tr("Volume"), holder))
        row.addWidget(self.volume)
        action = QWidgetAction(menu)
        action.setDefaultWidget(holder)
        menu.addAction(action)
        menu.addSeparator()
        self._outputs = QActionGroup(menu)
        self._fill_outputs([])
        menu.aboutToShow.connect(self._playback.list_outputs)

    def _fill_outputs(self, devices: list[Device]) -> None:
        menu = self.sound.menu()
        for action in self._outputs.actions():
            self._outputs.removeAction(action)
            menu.removeAction(action)
            action.deleteLater()
        choices: list[tuple[str | None, str]] = [(None, tr("The system's output"))]
        choices += [(device.key, device.name) for device in devices]
        for key, name in choices:
            action = QAction(name, menu)
            action.setCheckable(True)
            action.setChecked(key == self._playback.device)
            action.triggered.connect(partial(self._playback.set_device, key))
            self._outputs.addAction(action)
            menu.addAction(action)

    def _build_lanes(self, lanes: Mapping[str, str]) -> None:
        menu = self.shown.menu()
        self._lanes: dict[str, QAction] = {}
        for name, title in lanes.items():
            action = QAction(tr(title), menu)
            action.setCheckable(True)
            action.triggered.connect(lambda on, name=name: self.lane_switched.emit(name, on))
            menu.addAction(action)
            self._lanes[name] = action

    # --- showing ------------------------------------------------------------------------------------------

    def name_lane(self, name: str, title: str) -> None:
        """Call a row otherwise."""
        self._lanes[name].setText(title)

    def show_lanes(self, shown: Mapping[str, bool]) -> None:
        """Which rows are there."""
        for name, on in shown.items():
            self._lanes[name].setChecked(on)

    def show_duration(self, duration_s: float) -> None:
        self._duration_s = duration_s
        self._show_time(self._playback.position_s)

    def _show(self) -> None:
        playback = self._playback
        playing = playback.playing
        self.play.setAccessibleName(tr("Pause") if playing else tr("Play"))
        self.play.setEnabled(playback.ready)
        self.loop.setEnabled(playback.ready)
        self.loop.setChecked(playback.loop is not None)
        self.speed.setText(localised(f"{playback.speed:g} ×"))
        for action in self._speeds.actions():
            action.setChecked(action.data() == playback.speed)
        self._draw_sign("pause" if playing else "play")
        self._show_time(playback.position_s)

    def _show_time(self, time_s: float) -> None:
        waits = " …" if self._playback.waiting else ""
        self._time.setText(f"{moment(time_s)}{waits}")
        self._time.setAccessibleDescription(self._time.text())

    def _draw_sign(self, sign: str) -> None:
        if self._tokens is not None and sign != self._sign:
            self._sign = sign
            self.play.setIcon(icon(sign, self._tokens.ink, self._tokens.ink_muted))

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens, sign = tokens, self._sign or "play"
        self._sign = ""
        self._draw_sign(sign)
        for button, name in (
            (self.loop, "loop"),
            (self.sound, "loud"),
            (self.shown, "rows"),
            (self.out, "minus"),
            (self.into, "plus"),
        ):
            button.setIcon(icon(name, tokens.ink_secondary, tokens.ink_muted))
