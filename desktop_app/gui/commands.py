"""What a person can do in the window, as data: one row a command, with its keys and where it works."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop_app.core.detector_choice import ENERGY, ENERGY_SILERO
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Tokens

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

APPEARANCE = "Appearance"


def _always(_: MainWindow) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the menu.

    Attributes
    ----------
    name : str
        By which the code knows it.
    text : str or callable
        As the menu shows it; a callable is asked again whenever something has changed.
    run : callable
        Does it.
    keys : str
        Its shortcut, as `QKeySequence` reads it.
    shown_only : bool
        The shortcut is a key that focused controls need themselves (Space, Escape): the menu shows it, and
        the window acts on what they leave.
    keys_work : callable
        Where such a key does this, and not what the page has for it.
    sign, tip : str
        An icon of `look.icons`, and a sentence.
    enabled : callable
        Whether it works now, and where it would work: exactly there it can be chosen.
    checked : callable or None
        Whether its tick is set; None for commands without one.
    menu : str
        The submenu in which it stands, of which one at a time is ticked.
    begins : bool
        A line stands above it.
    """

    name: str
    text: str | Callable[[MainWindow], str]
    run: Callable[[MainWindow], object]
    keys: str = ""
    shown_only: bool = False
    keys_work: Callable[[MainWindow], bool] = _always
    sign: str = ""
    tip: str = ""
    enabled: Callable[[MainWindow], bool] = _always
    checked: Callable[[MainWindow], bool] | None = None
    menu: str = ""
    begins: bool = False


def _undo_text(window: MainWindow) -> str:
    step = window.model.undo.latest
    return "Undo" if step is None else f"Undo {step.name}"


def _themes() -> tuple[Command, ...]:
    def row(mode: str, text: str) -> Command:
        return Command(
            f"theme_{mode}",
            text,
            lambda window: window.choices.set_theme(mode),
            checked=lambda window: window.theme.mode == mode,
            menu=APPEARANCE,
            begins=mode == "auto",
        )

    return row("auto", "As the system"), row("light", "Light"), row("dark", "Dark")


COMMANDS = (
    Command(
        "capture",
        lambda window: "Start" if window.capture_waits else "Pause",
        lambda window: window.toggle_capture(),
        "Space",
        shown_only=True,
        keys_work=lambda window: window.on("live"),
        enabled=lambda window: window.controller.engine is not None,
    ),
    Command(
        "open_recording", "Open recording…", lambda window: window.open_recording(), "Ctrl+O", sign="folder"
    ),
    Command("play_demo", "Play the demo", lambda window: window.play_demo(), "Ctrl+D", sign="play"),
    Command(
        "next_recording",
        "Next recording",
        lambda window: window.step_recording(1),
        "Alt+Right",
        sign="next",
        enabled=lambda window: window.on("recordings") and window.opened.can_step(1),
    ),
    Command(
        "previous_recording",
        "Previous recording",
        lambda window: window.step_recording(-1),
        "Alt+Left",
        sign="previous",
        enabled=lambda window: window.on("recordings") and window.opened.can_step(-1),
    ),
    Command(
        "back",
        "Back to live",
        lambda window: window.back_to_live(),
        "Esc",
        shown_only=True,
        sign="back",
        enabled=lambda window: not window.on("live"),
    ),
    Command(
        "export",
        "Export the result…",
        lambda window: window.export_menu(),
        "Ctrl+E",
        sign="export",
        enabled=lambda window: window.can_export,
    ),
    Command("open_model", "Open model…", lambda window: window.choices.open_model(), "Ctrl+M", begins=True),
    Command(
        "emotions",
        "Emotions…",
        lambda window: window.choices.choose_labels(),
        "Ctrl+L",
        tip="Choose which of the model's emotions may be answers",
        enabled=lambda window: window.controller.engine is not None,
    ),
    Command(
        "refresh",
        "Look for microphones",
        lambda window: window.choices.refresh_devices(),
        "F5",
        sign="refresh",
    ),
    Command(
        "adapt",
        "Adapt to the voice",
        lambda window: window.choices.adapt_picked(not window.controller.voice.adapts),
        tip="Judge by what was heard of the voice before, live and in recordings",
        checked=lambda window: window.controller.voice.adapts,
        begins=True,
    ),
    Command(
        "new_speaker",
        "New speaker",
        lambda window: window.new_speaker(),
        "Ctrl+N",
        sign="speaker",
        tip="Somebody else speaks: forget the voice, and learn a new one",
        enabled=lambda window: window.on("live") and window.controller.voice.can_be_forgotten,
    ),
    Command(
        "clear",
        "Clear what was heard",
        lambda window: window.clear(),
        "Ctrl+K",
        sign="clear",
        tip="Empty the live page; what is known of the voice stays",
        enabled=lambda window: window.can_clear,
    ),
    Command(
        "undo",
        _undo_text,
        lambda window: window.undo(),
        "Ctrl+Z",
        sign="undo",
        tip="Take back what was done last",
        enabled=lambda window: window.model.undo.latest is not None,
    ),
    Command(
        "silero",
        "Tell speech from other sounds (Silero VAD)",
        lambda window: window.choices.pick_detector(
            ENERGY if window.controller.detector == ENERGY_SILERO else ENERGY_SILERO
        ),
        tip="Dishes, doors and dogs are no speech then. By energy alone they may be.",
        checked=lambda window: window.controller.detector == ENERGY_SILERO,
    ),
    Command(
        "keep_sessions",
        "Keep sessions",
        lambda window: window.sessions.keep(not window.controller.keeper.on),
        tip="Keep when each utterance was and how it sounded, on this computer; without words",
        checked=lambda window: window.controller.keeper.on,
    ),
    Command(
        "keep_sound",
        "Keep the sound of sessions, too",
        lambda window: window.sessions.keep_sound(not window.controller.keeper.with_sound),
        tip="Record what is heard by a microphone, so that sessions can be played",
        enabled=lambda window: window.controller.keeper.on,
        checked=lambda window: window.controller.keeper.with_sound,
    ),
    *_themes(),
    Command("about", "About Emoscope", lambda window: window.about(), "F1", sign="info", begins=True),
    Command("quit", "Quit", lambda window: window.close(), "Ctrl+Q"),
)


class Actions:
    """The commands as Qt's actions, in one menu (on macOS in the menu bar as well)."""

    def __init__(self, window: MainWindow, commands: tuple[Command, ...] = COMMANDS) -> None:
        self._window = window
        self.menu = QMenu("Emoscope", window)
        self.menu.setAccessibleName("Menu")
        self.menu.setToolTipsVisible(True)
        self._rows: dict[str, tuple[Command, QAction]] = {}
        self._groups: dict[str, tuple[QMenu, QActionGroup]] = {}
        for command in commands:
            self._add(command)
        opener = QAction("Open the menu", window)
        opener.setShortcut(QKeySequence("F10"))
        opener.triggered.connect(window.toolbar.menu_button.showMenu)
        window.addAction(opener)
        if sys.platform == "darwin":
            bar = QMenuBar(window)
            bar.addMenu(self.menu)
            window.setMenuBar(bar)

    def _add(self, command: Command) -> None:
        window = self._window
        action = QAction("" if callable(command.text) else command.text, window)
        if command.keys and not command.shown_only:
            action.setShortcut(QKeySequence(command.keys))
        if command.tip:
            action.setToolTip(command.tip)
        action.setCheckable(command.checked is not None)
        action.triggered.connect(lambda _=False: self._run(command))
        if command.begins:
            self.menu.addSeparator()
        if command.menu:
            if command.menu not in self._groups:
                self._groups[command.menu] = self._group(command.menu)
            menu, group = self._groups[command.menu]
            menu.addAction(action)
            group.addAction(action)
        else:
            self.menu.addAction(action)
        window.addAction(action)
        self._rows[command.name] = (command, action)

    def _group(self, title: str) -> tuple[QMenu, QActionGroup]:
        menu = self.menu.addMenu(title)
        return menu, QActionGroup(menu)

    def _run(self, command: Command) -> None:
        command.run(self._window)
        self.refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._rows[name][1]

    def refresh(self) -> None:
        """Ask each command where it stands; after anything that may have changed it."""
        window = self._window
        for command, action in self._rows.values():
            action.setEnabled(command.enabled(window))
            if command.checked is not None:
                action.setChecked(command.checked(window))
            if callable(command.text) or command.shown_only:
                text = command.text(window) if callable(command.text) else command.text
                shown = command.shown_only and command.keys_work(window)
                action.setText(f"{text}\t{command.keys}" if shown else text)

    def apply_theme(self, tokens: Tokens) -> None:
        for command, action in self._rows.values():
            if command.sign:
                action.setIcon(icon(command.sign, tokens.ink_secondary, tokens.ink_muted))
        self.refresh()
