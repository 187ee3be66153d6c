"""The commands as Qt's actions, in the menus, with their shortcuts."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.commands import COMMANDS, ONE_TICKED, Command
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Tokens
from desktop_app.gui.state.shortcuts import keys_of
from desktop_app.gui.widgets.controls import keys_text

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

_KEYS = re.compile(r"\(((?:(?:Ctrl|Alt|Shift)\+)*[A-Z]\w*)\)")
_USUAL_TIP = "usual_tip"  # a property: the tooltip with the usual keys


class Actions:
    """The commands as Qt's actions, in one menu with submenus (on macOS in the menu bar as well)."""

    def __init__(self, window: MainWindow, commands: tuple[Command, ...] = COMMANDS) -> None:
        self._window = window
        self.menu = QMenu("Emoscope", window)
        self.menu.setAccessibleName(tr("Menu"))
        self.menu.setToolTipsVisible(True)
        self._rows: dict[str, tuple[Command, QAction]] = {}
        self._submenus: dict[str, QMenu] = {}
        self._groups: dict[str, QActionGroup] = {}
        self.plot_menu = QMenu(tr("Plot"), window)
        self.plot_menu.setAccessibleName(tr("Plot"))
        self._tokens: Tokens | None = None
        self._drawn = False
        self._commands = commands
        self.keys: dict[str, str] = {}  # of each command, as they are now
        for menu in (self.menu, self.plot_menu):
            menu.aboutToShow.connect(self._draw_icons)
        for command in commands:
            self._add(command)
        self.use_keys(window.settings.shortcuts)
        window.pages.page_made.connect(self._name_keys)
        opener = QAction(tr("Open the menu"), window)
        opener.setShortcut(QKeySequence("F10"))
        opener.triggered.connect(window.toolbar.menu_button.showMenu)
        window.addAction(opener)
        if sys.platform == "darwin":
            bar = QMenuBar(window)
            bar.addMenu(self.menu)
            window.setMenuBar(bar)

    def _add(self, command: Command) -> None:
        window = self._window
        action = QAction("" if callable(command.text) else tr(command.text), window)
        if command.tip:
            action.setToolTip(tr(command.tip))
        action.setCheckable(command.checked is not None)
        action.triggered.connect(lambda _=False: self._run(command))
        self._place(command, action)
        if command.on_plots:
            self.plot_menu.addAction(action)
        window.addAction(action)
        self._rows[command.name] = (command, action)

    def _place(self, command: Command, action: QAction) -> None:
        """Into the menu, or into its submenu, which the first of its commands opens."""
        opens = command.menu and command.menu not in self._submenus
        if command.begins:
            (self.menu if opens else self._submenus.get(command.menu, self.menu)).addSeparator()
        if opens:
            made = self.menu.addMenu(tr(command.menu))
            made.setToolTipsVisible(True)
            made.setAccessibleName(tr(command.menu))
            self._submenus[command.menu] = made
        self._submenus.get(command.menu, self.menu).addAction(action)
        if command.menu in ONE_TICKED:
            self._groups.setdefault(command.menu, QActionGroup(self.menu)).addAction(action)

    def use_keys(self, own: Mapping[str, str]) -> None:
        """Have these keys in place of the usual ones, by the names of commands."""
        usual = {command.name: command.keys for command in self._commands}
        self.keys = keys_of(usual, own)
        for command, action in self._rows.values():
            keys = self.keys[command.name]
            of_page = command.shown_only and keys == command.keys
            action.setShortcut(QKeySequence("" if of_page else keys))
        self._name_keys(self._window)

    def moved(self, name: str) -> bool:
        """Whether a command has other keys than usual."""
        return self.keys[name] != self._rows[name][0].keys

    def _name_keys(self, part: QWidget) -> None:
        """In the tooltips of this part of the window, the keys that work."""
        now = {
            command.keys: self.keys[command.name]
            for command in self._commands
            if command.keys and not command.shown_only
        }
        for widget in (part, *part.findChildren(QWidget)):
            tip = widget.property(_USUAL_TIP) or widget.toolTip()
            found = _KEYS.search(tip)
            if found is None or found[1] not in now:
                continue
            keys = now[found[1]]
            shown = keys_text(keys)
            if shown != found[1] or widget.property(_USUAL_TIP):
                widget.setProperty(_USUAL_TIP, tip)
                told = _KEYS.sub(f"({shown})" if shown else "", tip).rstrip()
                widget.setToolTip(told)
                widget.setAccessibleDescription(told)

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
                text = command.text(window) if callable(command.text) else tr(command.text)
                shown = command.shown_only and command.keys_work(window) and not self.moved(command.name)
                action.setText(f"{text}\t{keys_text(command.keys)}" if shown else text)

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._drawn = False
        self.refresh()

    def _draw_icons(self) -> None:
        """A menu is about to be seen; until then nobody sees its icons."""
        tokens = self._tokens
        if tokens is None or self._drawn:
            return
        self._drawn = True
        for command, action in self._rows.values():
            if command.sign:
                action.setIcon(icon(command.sign, tokens.ink_secondary, tokens.ink_muted))
