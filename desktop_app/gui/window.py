"""The one window: puts the parts together, connects controls to the controller, shows what the model says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.analysis.inputs import collect
from desktop_app.audio.devices import Device
from desktop_app.audio.files import AUDIO_ENDINGS
from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.errors import sentences
from desktop_app.core.types import CaptureState
from desktop_app.gui.actions import Actions
from desktop_app.gui.controller import Controller
from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.theme import Space, ThemeManager
from desktop_app.gui.opened_recordings import OpenedRecordings
from desktop_app.gui.pages.live import LiveView
from desktop_app.gui.pages.recording import RecordingView
from desktop_app.gui.remembered import Remembered
from desktop_app.gui.state import entries
from desktop_app.gui.state.allowed_labels import chosen
from desktop_app.gui.state.headline import Action
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.view_model import Notice, ViewModel
from desktop_app.gui.widgets.banner import Banner
from desktop_app.gui.widgets.canvas import announce
from desktop_app.gui.widgets.dialogs import about, ask_export_path, ask_model, ask_recordings
from desktop_app.gui.widgets.drop_overlay import DropOverlay
from desktop_app.gui.widgets.labels_dialog import LabelsDialog
from desktop_app.gui.widgets.status_strip import StatusStrip
from desktop_app.gui.widgets.toolbar import Toolbar

MINIMUM_SIZE = (760, 560)
DEFAULT_SIZE = (1200, 800)


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
        self.theme = theme
        self.settings = settings if settings is not None else Settings()
        self.remembered = Remembered(self.settings, settings_file, keep=remember)
        self.model = ViewModel()
        self.animator = Animator(self)
        self.controller = Controller(self.model, self)
        self.setWindowTitle("Emoscope")
        self.setMinimumSize(*MINIMUM_SIZE)
        self.setAcceptDrops(True)
        self.toolbar = Toolbar(self)
        self.banner = Banner(self)
        self.live = LiveView(self.model, self.animator, self)
        self.recording = RecordingView(self)
        self.status = StatusStrip(self)
        self.actions_ = Actions(self)
        self.opened = OpenedRecordings(self.controller, self)
        self._build()
        self.overlay = DropOverlay(self)
        self._connect()
        self.remembered.place(self, DEFAULT_SIZE)
        self._apply_theme()
        self._detector = self.controller.detector
        self._detector_picked = False  # by a person, so that it is remembered once it is in use
        self._most_channels = 0
        self._fill_sources([])
        self._fill_models()
        self._show_changes()

    # --- building -----------------------------------------------------------------------------------------

    def _build(self) -> None:
        central = QWidget(self)
        central.setObjectName("central")
        self._pages = QStackedWidget(central)
        self._pages.addWidget(self.live)
        self._pages.addWidget(self.recording)
        banner_room = QWidget(central)
        room = QVBoxLayout(banner_room)
        room.setContentsMargins(Space.L, 0, Space.L, Space.M)
        room.addWidget(self.banner)
        self._banner_room = banner_room
        banner_room.hide()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar)
        layout.addWidget(banner_room)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(central)
        self.toolbar.set_menu(self.actions_.menu)

    def _connect(self) -> None:
        controller, toolbar = self.controller, self.toolbar
        controller.changed.connect(self._show_changes)
        controller.devices_listed.connect(self._fill_sources)
        controller.model_loaded.connect(self._model_loaded)
        controller.model_doubtful.connect(self.remembered.model_doubtful)
        controller.model_answered.connect(self.remembered.model_answered)
        controller.detector_used.connect(self._detector_used)
        controller.analysis_started.connect(self._analysis_started)
        controller.analysis_progress.connect(self.recording.set_progress)
        controller.analysis_done.connect(self._analysis_done)
        controller.analysis_ended.connect(self._analysis_ended)
        self.opened.place_changed.connect(self.recording.show_place)
        self.opened.place_changed.connect(self.actions_.show_place)
        self.opened.found_before.connect(self._analysis_done)
        toolbar.capture.clicked.connect(self.toggle_capture)
        toolbar.refresh.clicked.connect(self.refresh_devices)
        toolbar.open.clicked.connect(self.open_recording)
        toolbar.source.activated.connect(self._source_picked)
        toolbar.channel.activated.connect(self._channel_picked)
        toolbar.model.activated.connect(self._model_picked)
        self.banner.dismissed.connect(self._dismiss)
        self.banner.undone.connect(self.same_speaker)
        self.banner.retried.connect(lambda path: self._load_model(Path(path), again=True))
        self.live.action.connect(self._headline_action)
        self.recording.cancelled.connect(controller.cancel_analysis)
        self.recording.back.connect(self.back_to_live)
        self.recording.export.connect(self.export)
        self.recording.step.connect(self.step_recording)
        self.theme.changed.connect(self._apply_theme)
        self._pages.currentChanged.connect(self._show_voice)
        self._pages.currentChanged.connect(self._show_lost)

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
        self._fill_sources([])
        self.controller.load_model(wanted, fall_back=True, again=again)
        if list_devices:
            self.controller.list_devices()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()  # no control has the keyboard until Tab: Space means pause

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.animator.stop()
        self.hide()  # at once: what still has to end does so unseen
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
        for part in (self.toolbar, self.banner, self.live, self.recording, self.status, self.overlay):
            part.apply_theme(tokens)
        self.actions_.apply_theme(tokens, self.theme.mode)

    def _show_changes(self) -> None:
        changes = self.model.take_changes()
        self.live.show_changes(changes)
        if changes & {"status", "engine"}:
            self.status.show_model(self.model)
            self._show_voice()
        if changes & {"headline", "engine", "status"}:
            waiting = self.model.state in {CaptureState.PAUSED, CaptureState.STOPPED, CaptureState.FINISHED}
            self.toolbar.show_capture(paused=waiting, enabled=self.controller.engine is not None)
            self.actions_.show_capture(paused=waiting)
        if "notice" in changes:
            self._fill_channels()
            self.banner.show_notice(self.model.notice)
            self._banner_room.setVisible(self.model.notice is not None)
        said = self.model.take_announcement()
        if said:
            announce(self, said)

    def _show_voice(self) -> None:
        voice = self.controller.voice
        live = self._pages.currentWidget() is self.live
        self.actions_.show_voice(
            adapts=voice.adapts,
            can_forget=live and voice.can_be_forgotten,
            can_recall=live and voice.can_be_recalled,
        )

    def _dismiss(self) -> None:
        self.model.notify(None)
        self._show_changes()

    def _fill_sources(self, devices: list[Device]) -> None:
        choice = self.controller.choice
        self.toolbar.source.fill(entries.sources(devices, choice), choice)
        self._most_channels = max((device.channels for device in devices), default=0)
        self._fill_channels()

    def _fill_channels(self) -> None:
        shown = self.recording.recording
        most = max(self._most_channels, self.model.channels, 0 if shown is None else shown.channels)
        choice = self.controller.channel
        self.toolbar.channel.fill(entries.channels(most, choice), choice)

    def _fill_models(self) -> None:
        engine = self.controller.engine
        path = str(engine.path) if engine is not None else ""
        recent = self.remembered.recent_models()
        self.toolbar.model.fill(entries.models(recent), path if path in recent else "")

    # --- what a person does -------------------------------------------------------------------------------

    def toggle_capture(self) -> None:
        if self._pages.currentWidget() is self.recording:
            self.back_to_live()
        if self.controller.paused:
            self._dismiss()
        self.controller.toggle()

    def refresh_devices(self) -> None:
        self._dismiss()
        self.controller.list_devices(refresh=True)

    def play_demo(self) -> None:
        self.use_source(SourceChoice("demo"))

    def use_source(self, choice: SourceChoice) -> None:
        self.back_to_live()
        self._dismiss()
        self.controller.set_source(choice)
        self.toolbar.source.choose(choice)
        self.remembered.keep_source(choice)

    def hear(self, choice: ChannelChoice) -> None:
        """Hear this of several channels from now on, and in the recordings that are open."""
        if choice == self.controller.channel:
            return
        self._dismiss()
        self.controller.set_channel(choice)
        self._fill_channels()
        self.opened.analyze_again()

    def adapt(self, on: bool) -> None:
        """Learn voices from now on, and in the recordings that are open, or not."""
        if on != self.controller.voice.adapts:
            self.controller.adapt(on)
            self.opened.analyze_again()

    def adapt_picked(self, on: bool) -> None:
        self.remembered.keep_adapt(on)
        self.adapt(on)

    def new_speaker(self) -> None:
        """Somebody else speaks: forget the voice."""
        self.controller.new_speaker()

    def same_speaker(self) -> None:
        """Know the voice again that was forgotten."""
        self.controller.same_speaker()

    def answer_with(self, labels: Sequence[str]) -> None:
        """Allow these of the model's emotions as answers, all if none is named; also in what is open."""
        self.controller.answer_with(labels)
        shown = self.recording.recording
        if shown is not None:
            self.recording.answer_otherwise(self.controller.allowed.recording(shown))

    def choose_labels(self) -> None:
        """Let a person choose which of the model's emotions may be answers; nothing stops meanwhile."""
        if self.controller.engine is None:
            return
        label_set = self.controller.allowed.label_set
        dialog = LabelsDialog(self, label_set)
        dialog.chosen.connect(self._labels_chosen)
        self.controller.model_loaded.connect(dialog.reject)  # another model has other emotions
        dialog.open()

    def pick_detector(self, name: str) -> None:
        """How speech is found from now on, and in the recordings that are open."""
        self._dismiss()
        self._detector_picked = True
        self.controller.use_detector(name)

    def open_recording(self) -> None:
        paths = ask_recordings(self)
        if paths:
            self.open_recordings(paths)

    def open_recordings(self, paths: Sequence[Path]) -> None:
        """Show the first of some recordings, the others on request; as soon as there is a model."""
        self._dismiss()
        self.opened.open(paths)

    def step_recording(self, by: int) -> None:
        """Show the next of the opened recordings (1), or the one before (-1)."""
        if self._pages.currentWidget() is self.recording:
            self._dismiss()
            self.opened.step(by)

    def open_model(self) -> None:
        path = ask_model(self)
        if path is not None:
            self._load_model(path)
        else:
            self._fill_models()

    # What a person begins takes away what was said of the thing before.

    def _load_model(self, path: Path | None, *, again: bool = False) -> None:
        self._dismiss()
        self.controller.load_model(path, again=again)

    def export(self, kind: str) -> None:
        recording = self.recording.recording
        if recording is None or self._pages.currentWidget() is not self.recording:
            return
        path = ask_export_path(self, recording.path, kind)
        if path is not None:
            self._dismiss()
            self.controller.export(recording, path, kind)

    def export_menu(self) -> None:
        if self._pages.currentWidget() is self.recording and not self.recording.working:
            self.recording.export_button.showMenu()

    def back_to_live(self) -> None:
        if self._pages.currentWidget() is self.live:
            return
        self._pages.setCurrentWidget(self.live)
        self.controller.cancel_analysis()
        self.recording.forget()
        self.opened.close()
        self.controller.back_to_live()

    def set_theme(self, mode: str) -> None:
        self.settings.theme = mode
        self.theme.set_mode(mode)
        self.actions_.apply_theme(self.theme.tokens, mode)

    def about(self) -> None:
        about(self, self.controller.engine)

    def _source_picked(self, place: int) -> None:
        choice = self.toolbar.source.itemData(place)
        if isinstance(choice, SourceChoice):
            self.use_source(choice)

    def _channel_picked(self, place: int) -> None:
        choice = self.toolbar.channel.itemData(place)
        if isinstance(choice, ChannelChoice):
            self.remembered.keep_channel(choice)
            self.hear(choice)

    def _labels_chosen(self, labels: tuple[str, ...]) -> None:
        self._dismiss()
        remembered = chosen(self.controller.allowed.label_set.model_labels, labels)
        self.remembered.keep_labels(remembered)
        self.answer_with(remembered)

    def _detector_used(self, name: str) -> None:
        self.actions_.show_detector(name)
        if self._detector_picked:
            self._detector_picked = False
            self.remembered.keep_detector(name)
        if name != self._detector:
            self._detector = name
            self.opened.analyze_again()

    def _model_picked(self, place: int) -> None:
        chosen = self.toolbar.model.itemData(place)
        if chosen == entries.OPEN_MODEL:
            self.open_model()
        elif isinstance(chosen, str):
            self._load_model(Path(chosen) if chosen else None)

    def _headline_action(self, name: str) -> None:
        match Action(name):
            case Action.REFRESH:
                self.refresh_devices()
            case Action.OPEN_RECORDING:
                self.open_recording()
            case Action.PLAY_DEMO:
                self.play_demo()
            case Action.RESUME:
                self._dismiss()
                self.controller.resume()
            case Action.MICROPHONE:
                self.use_source(SourceChoice("microphone", self.remembered.device))
            case Action.REPLAY:
                self.use_source(self.controller.choice)
            case Action.OPEN_MODEL:
                self.open_model()
            case Action.TRY_AGAIN:
                self._dismiss()
                self.controller.try_again()

    def _model_loaded(self, path: str) -> None:
        self.remembered.model_loaded(path)
        self._fill_models()
        self.actions_.emotions.setEnabled(self.controller.engine is not None)

    # --- recordings ---------------------------------------------------------------------------------------

    def _analysis_started(self, path: Path) -> None:
        self.recording.show_working(path)
        self._pages.setCurrentWidget(self.recording)

    def _analysis_done(self, recording: AnalyzedRecording) -> None:
        recording = self.controller.allowed.recording(recording)
        self._pages.setCurrentWidget(self.recording)
        self.recording.show_recording(recording)
        self._show_lost()
        self._fill_channels()
        # That some sounds are not a voice stands on the page itself.
        warnings = {w.code: w.message for w in recording.analysis.warnings if w.code != "not_a_voice"}
        if warnings and self.model.notice is None:
            self.model.notify(Notice("", trouble=False, warnings=warnings))
            self._show_changes()
        announce(self, f"{recording.path.name}: {recording.headline().title}")

    def _show_lost(self) -> None:
        """Of the recording where one is shown, and of the live sound otherwise."""
        shown = self.recording.recording if self._pages.currentWidget() is self.recording else None
        self.status.show_lost_of(None if shown is None else shown.lost, self.model)

    def _analysis_ended(self) -> None:
        """Cancelled or failed: back to the result that was shown before; without one, to the live view."""
        if self._pages.currentWidget() is self.recording and not self.recording.show_result_again():
            self.back_to_live()

    # --- keys and drops -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space and Escape come here only if the focused control has no use for them itself."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.toggle_capture()
        elif event.key() == Qt.Key.Key_Escape and self._pages.currentWidget() is self.recording:
            if self.recording.working:
                self.controller.cancel_analysis()
            else:
                self.back_to_live()
        elif event.key() == Qt.Key.Key_Escape and self.model.notice is not None:
            self._dismiss()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        paths = _dropped(event)
        if not paths:
            return
        event.acceptProposedAction()
        name = paths[0].name if len(paths) == 1 else f"{len(paths)} files"
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
        """One model is loaded; anything else is taken for recordings, and folders for what is in them."""
        if _is_model(paths):
            self._load_model(paths[0])
            return
        inputs = collect([str(path) for path in paths], AUDIO_ENDINGS)
        if inputs.found:
            self.open_recordings([source.path for source in inputs.found])
        told = [str(error) for _, error in inputs.failures] + [inputs.left_out_sentence()]
        if any(told):
            self.model.notify(Notice(sentences(*told), trouble=bool(inputs.failures)))
            self._show_changes()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self.overlay.isVisible():
            self.overlay.setGeometry(self.rect())


def _is_model(paths: Sequence[Path]) -> bool:
    return len(paths) == 1 and paths[0].suffix.lower() == ".onnx"


def _dropped(event: QDropEvent) -> list[Path]:
    """The local files of a drag."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
