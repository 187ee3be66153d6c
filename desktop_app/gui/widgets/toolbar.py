"""The row of controls at the top: start and pause, what is heard, which model, recordings, menu."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import LIGHT, Space, Tokens
from desktop_app.gui.widgets.controls import named
from desktop_app.gui.widgets.pickers import Picker

_NARROW = 900
_CHANNEL_WIDTH = 176


class Toolbar(QWidget):
    """Only the controls and their looks; the main window connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = LIGHT
        self._paused = False
        self._narrow: bool | None = None  # until it has a size
        self._drawn: tuple[bool, str, str] | None = None  # what the sign on the button shows
        self.capture = QPushButton(f" {tr('Pause')}", self)
        self.capture.setProperty("role", "primary")
        self.capture.setIconSize(QSize(16, 16))
        self.capture.setMinimumWidth(104)
        self.source = Picker(
            tr("Sound source"), tr("The microphone to listen to, or the demo"), "microphone", self
        )
        self.refresh = QToolButton(self)
        self._channel_prefix = f"{tr('Channel')}: "
        self.channel = Picker(
            tr("Channel"),
            tr(
                "What is heard of several channels: auto takes their mix where that is safe, else "
                "the better one"
            ),
            "channels",
            self,
            prefix=self._channel_prefix,
        )
        self.channel.setMaximumWidth(_CHANNEL_WIDTH)
        self.model = Picker(
            tr("Model"), tr("The model that recognises; also by dropping an .onnx file"), "listening", self
        )
        self.open = QPushButton(f" {tr('Open recording…')}", self)
        self.open.setIconSize(QSize(16, 16))
        self.menu_button = QToolButton(self)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for button, name, tip in (
            (self.capture, tr("Pause"), tr("Start or pause listening (Space)")),
            (self.refresh, tr("Look for microphones"), tr("Look for microphones again (F5)")),
            (
                self.open,
                tr("Open recording"),
                tr("Analyze a recording from start to end (Ctrl+O), or drop one here"),
            ),
            (self.menu_button, tr("Menu"), tr("Everything else (F10)")),
        ):
            named(button, name, tip)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self.capture)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.source, 6)
        layout.addWidget(self.refresh)
        layout.addWidget(self.channel, 4)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.model, 6)
        self._air = layout.count()
        self._row = layout
        layout.addStretch(1)
        layout.addWidget(self.open)
        layout.addWidget(self.menu_button)
        order = (
            self.capture,
            self.source,
            self.refresh,
            self.channel,
            self.model,
            self.open,
            self.menu_button,
        )
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.open.setText("" if narrow else f" {tr('Open recording…')}")  # its name and tip stay
        self.open.setProperty("density", "compact" if narrow else "")
        self.open.style().unpolish(self.open)
        self.open.style().polish(self.open)
        self.channel.set_prefix("" if narrow else self._channel_prefix)
        self._row.setStretch(self._air, 0 if narrow else 1)

    def set_menu(self, menu: QMenu) -> None:
        self.menu_button.setMenu(menu)

    def show_capture(self, *, paused: bool, enabled: bool = True) -> None:
        self._paused = paused
        text = tr("Start") if paused else tr("Pause")
        self.capture.setEnabled(enabled)
        self.capture.setText(f" {text}")  # a little air after the sign
        self.capture.setAccessibleName(text)
        drawn = (paused, self._tokens.primary_ink, self._tokens.ink_muted)
        if drawn != self._drawn:  # Qt keeps a picture of every icon it was ever given, megabytes of them
            self._drawn = drawn
            self.capture.setIcon(icon("play" if paused else "pause", *drawn[1:]))

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.source.apply_theme(tokens)
        self.channel.apply_theme(tokens)
        self.model.apply_theme(tokens)
        self.refresh.setIcon(icon("refresh", tokens.ink_secondary, tokens.ink_muted))
        self.open.setIcon(icon("folder", tokens.ink, tokens.ink_muted))
        self.menu_button.setIcon(icon("menu", tokens.ink, tokens.ink_muted))
        self.show_capture(paused=self._paused, enabled=self.capture.isEnabled())
