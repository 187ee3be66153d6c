"""The one window: puts the parts together, connects controls to the controller, shows what the model says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.analysis.formats import FORMATS
from desktop_app.analysis.inputs import collect
from desktop_app.audio.files import AUDIO_ENDINGS
from desktop_app.core.errors import sentences
from desktop_app.core.types import CaptureState
from desktop_app.gui.choices import Choices
from desktop_app.gui.commands import Actions
from desktop_app.gui.controller import Controller
from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.theme import Space, ThemeManager
from desktop_app.gui.opened_recordings import OpenedRecordings
from desktop_app.gui.pages.live import LiveView
from desktop_app.gui.pages.page import Page
from desktop_app.gui.pages.recording import RecordingView
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.pages.voices import VoicesPage
from desktop_app.gui.remembered import Remembered
from desktop_app.gui.sessions import Sessions
from desktop_app.gui.state.headline import Action
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.undo import Undoable
from desktop_app.gui.state.view_model import Notice, ViewModel
from desktop_app.gui.views import VIEWS
from desktop_app.gui.voices import Voices
from desktop_app.gui.widgets.banner import Banner
from desktop_app.gui.widgets.canvas import announce
from desktop_app.gui.widgets.dialogs import about, ask_export_path, ask_recordings
from desktop_app.gui.widgets.drop_overlay import DropOverlay
from desktop_app.gui.widgets.navigation import Navigation
from desktop_app.gui.widgets.status_strip import StatusStrip
from desktop_app.gui.widgets.toolbar import Toolbar

MINIMUM_SIZE = (760, 560)
DEFAULT_SIZE = (1200, 800)
NARROW = 900
PROFILE_ENDING = ".profile"


class MainWindow(QMainWindow):
    """`start` begins to load and listen; closing ends everything within two seconds."""

    def __init__(
        self,
        theme: ThemeManager,
        settings: Settings | None = None,
        settings_file: Path | None = None,
        *,
        remember: bool = True,
    ) -> None:
        super().__init__()
        self.theme: ThemeManager = theme
        self.settings = settings if settings is not None else Settings()
        self.remembered = Remembered(self.settings, settings_file, keep=remember)
        self.model: ViewModel = ViewModel()
        self.animator: Animator = Animator(self)
        self.controller: Controller = Controller(self.model, self)
        self.setWindowTitle("Emoscope")
        self.setMinimumSize(*MINIMUM_SIZE)
        self.setAcceptDrops(True)
        self.toolbar = Toolbar(self)
        self.banner = Banner(self)
        self.navigation = Navigation(self)
        self._narrow = False
        self.page = "live"  # the name of the one that is in sight
        self.pages: dict[str, Page] = {view.name: view.make(self) for view in VIEWS}
        self.status = StatusStrip(self)
        self.opened: OpenedRecordings = OpenedRecordings(self.controller, self)
        self.actions_ = Actions(self)
        self._build()
        self.overlay = DropOverlay(self)
        self.choices: Choices = Choices(self)
        self.voices: Voices = Voices(self)
        self.sessions: Sessions = Sessions(self)
        self._connect()
        self.remembered.place(self, DEFAULT_SIZE)
        self._apply_theme()
        self.show_changes()

    @property
    def live(self) -> LiveView:
        return cast(LiveView, self.pages["live"])

    @property
    def recording(self) -> RecordingView:
        return cast(RecordingView, self.pages["recordings"])

    @property
    def voices_page(self) -> VoicesPage:
        return cast(VoicesPage, self.pages["voices"])

    @property
    def sessions_page(self) -> SessionsPage:
        return cast(SessionsPage, self.pages["sessions"])

    # --- building -----------------------------------------------------------------------------------------

    def _build(self) -> None:
        central = QWidget(self)
        central.setObjectName("central")
        self._pages = QStackedWidget(central)
        for view in VIEWS:
            self._pages.addWidget(self.pages[view.name])
            self.navigation.add(view.name, view.title, view.sign, view.tip)
        self.navigation.show_page(self.page)
        banner_room = QWidget(central)
        room = QVBoxLayout(banner_room)
        room.setContentsMargins(Space.L, 0, Space.L, Space.M)
        room.addWidget(self.banner)
        self._banner_room = banner_room
        banner_room.hide()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(banner_room)
        middle.addWidget(self._pages, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addLayout(middle, 1)
        layout.addWidget(self.toolbar)
        layout.addLayout(row, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(central)
        self.toolbar.set_menu(self.actions_.menu)

    def _connect(self) -> None:
        controller, toolbar = self.controller, self.toolbar
        controller.changed.connect(self.show_changes)
        controller.analysis_started.connect(self._analysis_started)
        controller.analysis_progress.connect(self.recording.set_progress)
        controller.analysis_done.connect(self._analysis_done)
        controller.analysis_ended.connect(self._analysis_ended)
        self.opened.place_changed.connect(self.recording.show_place)
        self.opened.place_changed.connect(self.actions_.refresh)
        self.opened.found_before.connect(self._analysis_done)
        toolbar.capture.clicked.connect(self.toggle_capture)
        toolbar.open.clicked.connect(self.open_recording)
        self.banner.dismissed.connect(self.dismiss)
        self.banner.undone.connect(self.take_back)
        self.banner.retried.connect(lambda path: self.choices.load_model(Path(path), again=True))
        self.live.meter.limit_chosen.connect(controller.set_min_level)
        self.live.action.connect(self._headline_action)
        self.recording.cancelled.connect(controller.cancel_analysis)
        self.recording.open.connect(self.open_recording)
        self.recording.back.connect(self.back_to_live)
        self.recording.export.connect(self.export)
        self.recording.step.connect(self.step_recording)
        self.theme.changed.connect(self._apply_theme)
        self.navigation.chosen.connect(self.go)

    # --- life ---------------------------------------------------------------------------------------------

    def start(
        self,
        choice: SourceChoice,
        model: Path | None,
        provider: str = "auto",
        *,
        again: bool = False,
        list_devices: bool = True,
    ) -> None:
        """Load the model, list the devices, and listen as soon as both are there; returns at once.

        `again` is for a model that failed last time, and that somebody asks for all the same.
        """
        self.controller.choose(choice)
        self.controller.provider = provider
        wanted = model
        if wanted is None:
            wanted, offered = self.remembered.model()
            if offered is not None:
                self.model.notify(offered)
        if self.remembered.problem:
            self.model.notify(Notice(self.remembered.problem))
        self.choices.fill_sources([])
        self.controller.load_model(wanted, fall_back=True, again=again)
        if list_devices:
            self.controller.list_devices()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()  # no control has the keyboard until Tab: Space means pause

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.animator.stop()
        self.hide()  # at once: what still has to end does so unseen
        self.sessions.close()
        unanswered = self.model.state is CaptureState.FAILED or self.controller.model_owes_answer
        self.controller.close()
        engine = self.controller.engine
        if engine is not None and not unanswered:
            self.remembered.model_answered(str(engine.path))  # nobody spoke, and it did no harm
        self.remembered.keep_place(self)
        self.remembered.save()
        event.accept()
        super().closeEvent(event)

    # --- showing ------------------------------------------------------------------------------------------

    def _apply_theme(self) -> None:
        tokens = self.theme.tokens
        for part in (self.toolbar, self.banner, self.navigation, self.status, self.overlay):
            part.apply_theme(tokens)
        for page in self.pages.values():
            page.apply_theme(tokens)
        self.actions_.apply_theme(tokens)

    def show_changes(self) -> None:
        changes = self.model.take_changes()
        self.live.show_changes(changes)
        if changes & {"status", "engine"}:
            self.status.show_model(self.model)
        if changes & {"headline", "engine", "status", "utterances"}:
            self.toolbar.show_capture(paused=self.capture_waits, enabled=self.controller.engine is not None)
            self.actions_.refresh()
        if "notice" in changes:
            self.choices.fill_channels()
            self.banner.show_notice(self.model.notice)
            self.actions_.refresh()
            self._banner_room.setVisible(self.model.notice is not None)
        said = self.model.take_announcement()
        if said:
            announce(self, said)

    @property
    def capture_waits(self) -> bool:
        """Nothing is listened to until a person asks for it."""
        return self.model.state in {CaptureState.PAUSED, CaptureState.STOPPED, CaptureState.FINISHED}

    def dismiss(self) -> None:
        self.model.notify(None)
        self.show_changes()

    # --- what a person does -------------------------------------------------------------------------------

    def toggle_capture(self) -> None:
        """Pause; or, where nothing is listened to, turn to the live page and listen."""
        if not self.capture_waits:
            self.controller.toggle()
            return
        self.go("live")
        if self.controller.paused:
            self.dismiss()
        self.controller.listen()

    def play_demo(self) -> None:
        self.choices.use_source(SourceChoice("demo"))

    def new_speaker(self) -> None:
        """Somebody else speaks: forget the voice."""
        self.controller.new_speaker()

    def clear(self) -> None:
        """Take away what was heard live; that can be undone."""
        if not self.can_clear:
            return
        before = self.model.clear()
        undo = self.model.undo.push("clear", lambda: self.model.bring_back(before))
        self.model.notify(Notice("What was heard is cleared.", trouble=False, undo=undo, page="live"))
        self.show_changes()

    @property
    def can_clear(self) -> bool:
        return self.on("live") and not self.model.empty

    def undo(self) -> None:
        """Take back what was done last."""
        step = self.model.undo.latest
        if step is not None:
            self.take_back(step)

    def take_back(self, step: Undoable) -> None:
        if step.undo():
            self.model.taken_back(step)
        self.show_changes()
        self.actions_.refresh()

    def open_recording(self) -> None:
        paths = ask_recordings(self)
        if paths:
            self.open_recordings(paths)

    def open_recordings(self, paths: Sequence[Path]) -> None:
        """Show the first of some recordings, the others on request; as soon as there is a model."""
        self.model.take_away("recordings")
        self.opened.open(paths)
        self.show_changes()

    def step_recording(self, by: int) -> None:
        """Show the next of the opened recordings (1), or the one before (-1)."""
        if self.on("recordings"):
            self.dismiss()
            self.opened.step(by)

    @property
    def can_export(self) -> bool:
        if self.on("live"):
            return bool(self.model.utterances) and self.controller.engine is not None
        return self.on("recordings") and self.recording.recording is not None and not self.recording.working

    def export(self, kind: str) -> None:
        """Save the recording that is shown, or what was said live up to now."""
        if not self.can_export:
            return
        recording = self.controller.session_result() if self.on("live") else self.recording.recording
        if recording is None:
            return
        path = ask_export_path(self, recording.path, kind)
        if path is not None:
            self.dismiss()
            self.controller.export(recording, path, kind)

    def export_menu(self) -> None:
        if not self.can_export:
            return
        if self.on("recordings"):
            self.recording.export_button.showMenu()
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName("Export")
        for kind, made in FORMATS.items():
            menu.addAction(f"{made.title}…").triggered.connect(
                lambda _=False, chosen=kind: self.export(chosen)
            )
        menu.popup(self.toolbar.menu_button.mapToGlobal(QPoint(0, self.toolbar.menu_button.height())))

    # --- pages --------------------------------------------------------------------------------------------

    def on(self, name: str) -> bool:
        """Whether this page is in sight."""
        return self.page == name

    def go(self, name: str) -> None:
        """Show this page."""
        if name == self.page:
            return
        before, self.page = self.page, name
        self.model.turn_to(name)
        self._pages.setCurrentWidget(self.pages[name])
        self.navigation.show_page(name)
        self.pages[before].left()
        if before == "recordings":
            self._leave_recordings()
        self.pages[name].entered()
        if name == "recordings":
            self._come_back_to_recordings()
        self._show_lost()
        self.show_changes()
        self.actions_.refresh()

    def back_to_live(self) -> None:
        self.go("live")

    def about(self) -> None:
        about(self, self.controller.engine)

    def _headline_action(self, name: str) -> None:
        match Action(name):
            case Action.REFRESH:
                self.choices.refresh_devices()
            case Action.OPEN_RECORDING:
                self.open_recording()
            case Action.PLAY_DEMO:
                self.play_demo()
            case Action.RESUME:
                self.dismiss()
                self.controller.resume()
            case Action.MICROPHONE:
                self.choices.use_source(SourceChoice("microphone", self.remembered.device))
            case Action.REPLAY:
                self.choices.use_source(self.controller.choice)
            case Action.OPEN_MODEL:
                self.choices.open_model()
            case Action.TRY_AGAIN:
                self.dismiss()
                self.controller.try_again()

    # --- recordings ---------------------------------------------------------------------------------------

    def _analysis_started(self, path: Path) -> None:
        self.recording.show_working(path)
        self.go("recordings")

    def _analysis_done(self, recording: AnalyzedRecording) -> None:
        recording = self.controller.allowed.recording(recording)
        self.go("recordings")
        self.recording.show_recording(recording)
        self._show_lost()
        self.choices.fill_channels()
        # That some sounds are not a voice stands on the page itself.
        warnings = {w.code: w.message for w in recording.analysis.warnings if w.code != "not_a_voice"}
        if warnings and self.model.notices.of("recordings") is None:
            self.model.notify(Notice("", trouble=False, warnings=warnings, page="recordings"))
            self.show_changes()
        announce(self, f"{recording.path.name}: {recording.headline().title}")

    def _show_lost(self) -> None:
        """Of the recording where one is shown, and of the live sound otherwise."""
        shown = self.recording.recording if self.on("recordings") else None
        self.status.show_lost_of(None if shown is None else shown.lost, self.model)

    def _analysis_ended(self) -> None:
        """Cancelled or failed: back to the result that was shown before; without one, to the live view."""
        if self.on("recordings") and not self.recording.show_result_again():
            self.model.notices.move("recordings", "live")  # why there is nothing to be seen
            self.back_to_live()

    def _come_back_to_recordings(self) -> None:
        if self.recording.recording is not None:
            self.controller.rest_for_recording()
        self.opened.go_on()

    def _leave_recordings(self) -> None:
        """What was opened stays open; what is still worked on begins again when somebody comes back."""
        self.opened.rest()
        self.controller.back_to_live()

    # --- keys and drops -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space and Escape come here only if the focused control has no use for them itself."""
        page = self.pages[self.page]
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            if not page.space() and self.on("live"):
                self.toggle_capture()
        elif event.key() == Qt.Key.Key_Escape and page.escape():
            pass
        elif event.key() == Qt.Key.Key_Escape and not self.on("live"):
            self.back_to_live()
        elif event.key() == Qt.Key.Key_Escape and self.model.notice is not None:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        paths = _dropped(event)
        if not paths:
            return
        event.acceptProposedAction()
        name = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
        if _is_profile(paths):
            self.overlay.invite(f"Drop to use the voice of {paths[0].stem}")
        else:
            self.overlay.invite(f"Drop to use {name}" if _is_model(paths) else f"Drop to analyze {name}")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.overlay.hide()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.overlay.hide()
        paths = _dropped(event)
        if not paths:
            return
        event.acceptProposedAction()
        self.open_paths(paths)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Load a model, use a voice profile; anything else is taken for recordings, or folders of them."""
        if _is_profile(paths):
            self.choices.use_profile(paths[0])
            return
        if _is_model(paths):
            self.choices.load_model(paths[0])
            return
        inputs = collect([str(path) for path in paths], AUDIO_ENDINGS)
        if inputs.found:
            self.open_recordings([source.path for source in inputs.found])
        told = [str(error) for _, error in inputs.failures] + [inputs.left_out_sentence()]
        if any(told):
            page = "recordings" if inputs.found else self.page
            self.model.notify(Notice(sentences(*told), trouble=bool(inputs.failures), page=page))
            self.show_changes()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.navigation.set_narrow(narrow)
        if self.overlay.isVisible():
            self.overlay.setGeometry(self.rect())


def _is_model(paths: Sequence[Path]) -> bool:
    return len(paths) == 1 and paths[0].suffix.lower() == ".onnx"


def _is_profile(paths: Sequence[Path]) -> bool:
    return len(paths) == 1 and paths[0].suffix.lower() == PROFILE_ENDING


def _dropped(event: QDropEvent) -> list[Path]:
    """The local files of a drag."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
