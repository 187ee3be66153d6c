"""What the window tells about itself: the first run, keys, about, diagnostics, and where the log lies."""

from __future__ import annotations

import getpass
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import mark, tr
from desktop_app.gui.jobs import Job
from desktop_app.gui.log_file import log_folder
from desktop_app.gui.state.about_texts import WELCOME_VERSION
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.settings import CHOICES, is_changed

if TYPE_CHECKING:
    from desktop_app.gui.widgets.help_dialog import HelpDialog
    from desktop_app.gui.widgets.welcome_dialog import WelcomeDialog
    from desktop_app.gui.window import MainWindow

_PATIENCE_S: Final = 120.0
OF_PAGES: Final = (
    (mark("Correct the label of a segment"), mark("1 to 9")),
    (mark("Write a note about a segment"), "N"),
    (mark("Rename, or write a note"), "F2"),
    (mark("Delete what is chosen"), "Del"),
    (mark("Open or play what is chosen"), "Return"),
    (mark("Open the menu"), "F10"),
)
"""Keys of single controls, beside those of commands."""


class Help(QObject):
    """Dialogs beside the window; each is imported when it is asked for."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: HelpDialog | None = None
        self.welcomed: WelcomeDialog | None = None

    # --- the first run ------------------------------------------------------------------------------------

    def welcome_if_new(self) -> None:
        """At a first run nothing is listened to before a person has read what this is, and agreed."""
        window = self._window
        if window.settings.welcomed >= WELCOME_VERSION:
            return
        window.controller.rest()
        window.first_frame.then(lambda: self.welcome(first=True))

    def welcome(self, *, first: bool = False) -> None:
        """What the first run shows; `first`: it has to be accepted."""
        from desktop_app.gui.widgets.welcome_dialog import WelcomeDialog

        window = self._window
        dialog = self.welcomed = WelcomeDialog(window, first=first)
        dialog.apply_theme(window.theme.tokens)
        dialog.destroyed.connect(lambda: setattr(self, "welcomed", None))
        if first:
            self._offer_choices()
            window.controller.devices_listed.connect(self._offer_choices)
            window.controller.in_use.loaded.connect(self._offer_choices)
            dialog.microphone_chosen.connect(lambda choice: window.choices.use_microphone(choice.device))
            dialog.model_chosen.connect(lambda path: window.preferences.set("model", path))
            dialog.accepted_by_person.connect(self._accepted)
            dialog.refused.connect(window.close)
        dialog.open()

    def _offer_choices(self, _: object = None) -> None:
        from desktop_app.gui.state import entries
        from desktop_app.gui.state.source_choice import SourceChoice

        dialog, window = self.welcomed, self._window
        if dialog is None:
            return
        microphone = SourceChoice("microphone", window.remembered.device)
        there = entries.sources(window.choices.devices, microphone, demo=False)
        dialog.fill(there, microphone, window.choices.models(), window.settings.model)

    def _accepted(self) -> None:
        self._window.remembered.keep("welcomed", WELCOME_VERSION)
        self._window.controller.listen()

    # --- keys and about -----------------------------------------------------------------------------------

    def show_keys(self) -> None:
        from desktop_app.gui.widgets.help_dialog import KEYS

        self._open(KEYS)

    def about(self) -> None:
        from desktop_app.gui.widgets.help_dialog import ABOUT

        self._open(ABOUT)

    def _open(self, part: int) -> None:
        from desktop_app.gui.widgets.help_dialog import HelpDialog

        if self.dialog is None:
            dialog = self.dialog = HelpDialog(self._window, self.keys(), self._model())
            dialog.destroyed.connect(lambda: setattr(self, "dialog", None))
            dialog.finished.connect(lambda _: setattr(self, "dialog", None))
            dialog.change_keys.connect(self._change_keys)
            dialog.copy_diagnostics.connect(self.copy_diagnostics)
            dialog.open_log.connect(self.open_log)
            dialog.welcome.connect(self._welcome_again)
            dialog.open()
        self.dialog.show_part(part)

    def keys(self) -> list[tuple[str, str]]:
        """What can be done by keys, and by which."""
        from desktop_app.gui.commands import COMMANDS, title_of

        keys = self._window.actions_.keys
        told = [(title_of(command), keys[command.name]) for command in COMMANDS if keys[command.name]]
        return [*told, *((tr(what), tr(keys)) for what, keys in OF_PAGES)]

    def _model(self) -> str:
        engine = self._window.controller.engine
        if engine is None:
            return ""
        told = tr("Model in use: {name}. Licence: {licence}.")
        return told.format(name=engine.name, licence=engine.manifest.licence)

    def _change_keys(self) -> None:
        from desktop_app.gui.state.settings import Group

        self._close()
        self._window.go("settings")
        self._window.settings_page.show_group(Group.KEYS)

    def _welcome_again(self) -> None:
        self._close()
        self.welcome()

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    # --- diagnostics and log ------------------------------------------------------------------------------

    def copy_diagnostics(self) -> None:
        """Have everything checked in a process of its own, and copy what was found; it takes some seconds."""
        window = self._window
        backend = window.controller.backend

        def work(job: Job) -> str:
            from desktop_app.core.worker_process import WorkerEnded, run_worker

            try:
                outcome = run_worker(
                    "desktop_app.commands.doctor_worker",
                    {"backend": backend},
                    patience_s=_PATIENCE_S,
                    cancel=job.cancelled.is_set,
                )
            except WorkerEnded as ended:
                raise EmoscopeError(
                    mark("The checks did not come to their end."),
                    mark("Try “emoscope doctor” in a terminal."),
                ) from ended
            return self._diagnostics(outcome["result"]["checks"])

        def done(text: str) -> None:
            QGuiApplication.clipboard().setText(text)
            self._show_copying(running=False, copied=True)
            told = tr("The diagnostics are copied. They hold no sound, no words, and no names of yours.")
            window.model.notify(Notice(told, trouble=False, done=True, page=window.page))
            window.show_changes()

        def failed(error: EmoscopeError) -> None:
            self._show_copying(running=False)
            window.model.notify(Notice.of(error))
            window.show_changes()

        self._show_copying(running=True)
        window.controller.jobs.start("checking everything", work, done, failed)

    def _diagnostics(self, checks: Sequence[Mapping[str, Any]]) -> str:
        from desktop_app.gui.state.diagnostics import diagnostics

        try:
            user = getpass.getuser()
        except (KeyError, OSError):  # a user without a name
            user = ""
        settings = self._window.settings
        return diagnostics(
            checks,
            system=f"{platform.system()} {platform.release()}, {platform.machine()}",
            home=str(Path.home()),
            user=user,
            host=platform.node(),
            changed=[name for name in CHOICES if is_changed(settings, name)],
        )

    def _show_copying(self, *, running: bool, copied: bool = False) -> None:
        if self.dialog is not None:
            self.dialog.show_copying(running=running, copied=copied)

    def tell_of_crash(self) -> None:
        """Say that the run before ended by a crash, and where to read of it."""
        told = tr("Emoscope crashed when it ran last. What it kept of the session is under Sessions.")
        hint = tr("The log tells where: Help, Open log folder. Please send it with “Copy diagnostics”.")
        self._window.model.notify(Notice(told, hint, page=self._window.page))

    def open_log(self) -> None:
        """Show the folder of the log; it is made if nothing was logged yet."""
        folder, window = log_folder(), self._window
        try:
            folder.mkdir(parents=True, exist_ok=True)
            opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
        except OSError:
            opened = False
        if not opened:
            told = tr("The log lies in {folder}.").format(folder=folder)
            window.model.notify(Notice(told, trouble=False, page=window.page))
            window.show_changes()
