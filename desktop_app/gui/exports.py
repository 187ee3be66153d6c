"""What the window writes to files: a recording's result, what was said live up to now, or plots in sight."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import tr
from desktop_app.gui.state.notices import Notice, saved
from desktop_app.gui.widgets.dialogs import ask_export_path, ask_picture_path

if TYPE_CHECKING:
    from desktop_app.gui.state.recording import AnalyzedRecording
    from desktop_app.gui.window import MainWindow


class Exports:
    """Asks for a format and a file, and writes beside the window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._controller = window.controller

    @property
    def possible(self) -> bool:
        """Whether the page in sight has anything to be written."""
        window = self._window
        if window.on("live"):
            return bool(window.model.utterances) and self._controller.engine is not None
        if not window.on("recordings") or not window.recordings.shows_one:
            return False
        return window.recording.recording is not None and not window.recording.working

    def ask(self, kind: str) -> None:
        """Ask where to, and write in the format of that name."""
        if not self.possible:
            return
        live = self._window.on("live")
        recording = self.session() if live else self._window.recording.recording
        path = None if recording is None else ask_export_path(self._window, recording.path, kind)
        if recording is not None and path is not None:
            self._window.dismiss()
            self.write(recording, path, kind)

    def session(self) -> AnalyzedRecording | None:
        """What was said live up to now; None if nothing was."""
        from desktop_app.gui.state.session_result import session_result

        controller, model = self._controller, self._window.model
        if controller.engine is None or not model.utterances:
            return None
        return session_result(
            model.utterances,
            controller.engine,
            until_s=model.now_s,
            detector=controller.detector,
            notes=model.utterance_notes,
            spoken=model.spoken,
            words_model=controller.transcripts.words_model,
            text_model=controller.transcripts.text_model,
            fusion=controller.transcripts.fusion_file,
        )

    def ask_plot(self) -> None:
        """Ask where to, and save the plots in sight as a picture."""
        from desktop_app.gui.plots.export import export_plots

        window = self._window
        plots = window.shown_plots()
        path = None if plots is None else ask_picture_path(window, "plot")
        if plots is None or path is None:
            return
        try:
            export_plots(plots, path)
            window.model.notify(saved(path.name, path.parent, window.page))
        except EmoscopeError as error:
            window.model.notify(Notice.of(error, window.page))
        window.show_changes()

    def ask_format(self) -> None:
        """Open a menu of the formats."""
        if not self.possible:
            return
        if self._window.on("recordings"):
            self._window.recording.header.export_button.showMenu()
            return
        from desktop_app.analysis.formats import FORMATS

        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(tr("Export"))
        for kind, made in FORMATS.items():
            menu.addAction(f"{tr(made.title)}…").triggered.connect(partial(self.ask, kind))
        button = self._window.toolbar.menu_button
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def write(self, recording: AnalyzedRecording, path: Path, kind: str) -> None:
        """Write what was found in the format of that name; a notice tells how it went."""
        from desktop_app.gui.state.analysis import export

        controller = self._controller
        page = controller.model.notices.page

        def say(notice: Notice) -> None:
            controller.model.notify(notice)
            controller.changed.emit()

        controller.jobs.start(
            "the export",
            lambda _: export(recording, path, kind),
            lambda _: say(saved(path.name, path.parent, page)),
            lambda error: say(Notice.of(error, page)),
            keeps=True,
        )
