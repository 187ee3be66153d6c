"""The menu and its shortcuts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop_app.core.detector_choice import ENERGY, ENERGY_SILERO
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import THEME_MODES, Tokens

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

_THEME_NAMES = {"auto": "As the system", "light": "Light", "dark": "Dark"}


class Actions:
    """Every command of the window with its shortcut, in one menu (on macOS in the menu bar as well)."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.menu = QMenu("Emoscope", window)
        self.menu.setAccessibleName("Menu")
        self.menu.setToolTipsVisible(True)
        # Space is shown but not bound: a focused control keeps it, the window takes what is left.
        self.capture = self._add("Pause\tSpace", "", window.toggle_capture)
        self._add("Open recording…", "Ctrl+O", window.open_recording, "folder")
        self._add("Play the demo", "Ctrl+D", window.play_demo, "play")
        self.next = self._add("Next recording", "Alt+Right", lambda: window.step_recording(1), "next")
        self.previous = self._add(
            "Previous recording", "Alt+Left", lambda: window.step_recording(-1), "previous"
        )
        self._add("Back to live\tEsc", "", window.back_to_live, "back")
        self._add("Export the result…", "Ctrl+E", window.export_menu, "export")
        self.menu.addSeparator()
        self._add("Open model…", "Ctrl+M", window.open_model)
        self.emotions = self._add("Emotions…", "Ctrl+L", window.choose_labels)
        self.emotions.setToolTip("Choose which of the model's emotions may be answers")
        self.emotions.setEnabled(False)
        self._add("Look for microphones", "F5", window.refresh_devices, "refresh")
        self.menu.addSeparator()
        self.adapt = self._add("Adapt to the voice", "", lambda: window.adapt_picked(self.adapt.isChecked()))
        self.adapt.setCheckable(True)
        self.adapt.setToolTip("Judge by what was heard of the voice before, live and in recordings")
        self.new_speaker = self._add("New speaker", "Ctrl+N", window.new_speaker, "speaker")
        self.new_speaker.setToolTip("Somebody else speaks: forget the voice, and learn a new one")
        self.same_speaker = self._add("Undo new speaker", "Ctrl+Z", window.same_speaker, "undo")
        self.same_speaker.setToolTip("Know the voice again that was forgotten")
        self.silero = QAction("Tell speech from other sounds (Silero VAD)", window)
        self.silero.setCheckable(True)
        self.silero.setToolTip("Dishes, doors and dogs are no speech then. By energy alone they may be.")
        self.silero.triggered.connect(lambda on: window.pick_detector(ENERGY_SILERO if on else ENERGY))
        self.menu.addAction(self.silero)
        self.menu.addSeparator()
        themes = self.menu.addMenu("Appearance")
        group = QActionGroup(themes)
        self._themes: dict[str, QAction] = {}
        for mode in THEME_MODES:
            action = themes.addAction(_THEME_NAMES[mode])
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, chosen=mode: window.set_theme(chosen))
            group.addAction(action)
            self._themes[mode] = action
        self.menu.addSeparator()
        self._add("About Emoscope", "F1", window.about, "info")
        self._add("Quit", "Ctrl+Q", window.close)
        opener = QAction("Open the menu", window)
        opener.setShortcut(QKeySequence("F10"))
        opener.triggered.connect(window.toolbar.menu_button.showMenu)
        window.addAction(opener)
        if sys.platform == "darwin":
            bar = QMenuBar(window)
            bar.addMenu(self.menu)
            window.setMenuBar(bar)

    def _add(self, text: str, shortcut: str, call: Callable[[], object], sign: str = "") -> QAction:
        action = QAction(text, self._window)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
        action.setData(sign)
        action.triggered.connect(lambda _=False: call())
        self.menu.addAction(action)
        self._window.addAction(action)
        return action

    def show_place(self, place: int, count: int) -> None:
        """Which of the opened recordings is shown, from 1; 0 of 0 if none is."""
        self.next.setEnabled(place < count)
        self.previous.setEnabled(place > 1)

    def show_voice(self, *, adapts: bool, can_forget: bool, can_recall: bool) -> None:
        """Whether voices are learnt, and what can be done about the one that is heard."""
        self.adapt.setChecked(adapts)
        self.new_speaker.setEnabled(can_forget)
        self.same_speaker.setEnabled(can_recall)

    def show_capture(self, *, paused: bool) -> None:
        self.capture.setText(f"{'Start' if paused else 'Pause'}\tSpace")

    def show_detector(self, name: str) -> None:
        self.silero.setChecked(name == ENERGY_SILERO)

    def apply_theme(self, tokens: Tokens, mode: str) -> None:
        for action in self.menu.actions():
            if action.data():
                action.setIcon(icon(action.data(), tokens.ink_secondary, tokens.ink_muted))
        self._themes[mode].setChecked(True)
