"""The one window: puts the parts together, connects controls to the controller, shows what the model says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.core.types import CaptureState
from desktop_app.gui.actions import Actions
from desktop_app.gui.choices import Choices
from desktop_app.gui.controller import Controller
from desktop_app.gui.drops import Drops
from desktop_app.gui.exports import Exports
from desktop_app.gui.help import Help
from desktop_app.gui.keeping import Keeping
from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.page_stack import FirstFrame, PageStack
from desktop_app.gui.paged_window import PagedWindow
from desktop_app.gui.plots import later
from desktop_app.gui.remembered import Remembered
from desktop_app.gui.state.headline import Action
from desktop_app.gui.state.notices import MODEL, SOURCE, Notice
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.undo import Undoable
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.views import VIEWS
from desktop_app.gui.voice_offer import VoiceOffer
from desktop_app.gui.widgets.accessible import Paced, announce
from desktop_app.gui.widgets.banner import Banner
from desktop_app.gui.widgets.controls import press_focused
from desktop_app.gui.widgets.navigation import Navigation
from desktop_app.gui.widgets.status_strip import StatusStrip
from desktop_app.gui.widgets.toolbar import Toolbar

if TYPE_CHECKING:
    from desktop_app.gui.plots.base import TimePlots

MINIMUM_SIZE = (760, 560)
DEFAULT_SIZE = (1200, 800)
NARROW = 900
_WAITING = {
    CaptureState.PAUSED,
    CaptureState.STOPPED,
    CaptureState.FINISHED,
    CaptureState.FAILED,
    CaptureState.NO_MICROPHONE,
}


class MainWindow(PagedWindow):
    """`start` begins to load and listen; closing ends everything within two seconds, or ten to keep all."""

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
        self.animator.reduce(self.settings.reduced_motion)
        self.controller: Controller = Controller(self.model, self)
        self.setWindowTitle("Emoscope")
        self.setMinimumSize(*MINIMUM_SIZE)
        self.setAcceptDrops(True)
        self.announcer: Paced = Paced(lambda text: announce(self, text), self)
        self.toolbar = Toolbar(self)
        self.banner = Banner(self)
        self.navigation = Navigation(self)
        self._narrow = self._imports_plots = False
        self._asks = True  # before it closes, where something would be lost
        self.first_frame = FirstFrame(self)
        self.pages = PageStack(VIEWS, self)
        self.exports: Exports = Exports(self)
        self.status = StatusStrip(self)
        self.actions_ = Actions(self)
        self._build()
        self.drops: Drops = Drops(self)
        self.choices: Choices = Choices(self)
        self.keeping: Keeping = Keeping(self)
        self.help: Help = Help(self)
        VoiceOffer(self)
        self._connect()
        self.remembered.place(self, DEFAULT_SIZE)
        self._apply_theme()
        self.show_changes()

    # --- building -----------------------------------------------------------------------------------------

    def _build(self) -> None:
        central = QWidget(self)
        central.setObjectName("central")
        self.pages.setParent(central)
        self.pages.show_page(self.page)
        for view in VIEWS:
            self.navigation.add(view.name, tr(view.title), view.sign, tr(view.tip))
        self.navigation.show_page(self.page)
        self.banner.float_over(central, (self.pages, self.status))
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.navigation)
        row.addWidget(self.pages, 1)
        for part in (self.toolbar, self.status):  # else a page that asks for much moves everything
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.toolbar)
        layout.addLayout(row, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(central)
        self.toolbar.set_menu(self.actions_.menu)

    def _connect(self) -> None:
        controller, toolbar = self.controller, self.toolbar
        controller.changed.connect(self.show_changes)
        controller.second.changed.connect(self._show_second)
        toolbar.capture.clicked.connect(self.toggle_capture)
        toolbar.open.clicked.connect(self.open_recording)
        self.banner.dismissed.connect(self.dismiss)
        self.banner.undone.connect(self.take_back)
        self.banner.passed.connect(self.pass_by)
        self.banner.retried.connect(lambda path: self.choices.load_model(Path(path), again=True))
        self.live.meter.limit_chosen.connect(controller.set_min_level)
        self.live.action.connect(self._headline_action)
        self.theme.changed.connect(self._apply_theme)
        self.pages.page_made.connect(lambda page: page.apply_theme(self.theme.tokens))
        self.navigation.chosen.connect(self.go)
        self.turned.connect(self._turned)
        controller.plots_ready.connect(self._make_plots)
        self.live.told.connect(self.actions_.refresh)
        self.live.menu_wanted.connect(self.actions_.plot_menu.exec)

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

        A `model` is used in this run only: the next one begins with what was chosen in the window. `again` is
        for a model that failed last time, and that somebody asks for all the same.
        """
        self.controller.choose(choice)
        self.controller.in_use.provider = provider
        wanted = None if model is None else model.absolute()  # what is remembered holds in every folder
        if wanted is not None:
            self.remembered.model_for_this_run()
        else:
            wanted, offered = self.remembered.model()
            if offered is not None:
                self.model.notify(offered)
        if self.remembered.problem:
            self.model.notify(Notice(self.remembered.problem))
        self.choices.fill_sources([])

        def begin() -> None:
            self.controller.in_use.load(wanted, fall_back=True, again=again)
            self.choices.look_into_folder()
            if list_devices:
                self.controller.list_devices()

        self.first_frame.then(begin)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()  # no control has the keyboard until Tab: Space means pause
        if not later.imported() and not self._imports_plots:
            self._imports_plots = True
            self.first_frame.then(self.controller.import_plots)

    def _make_plots(self) -> None:
        for waiting in self.findChildren(later.Later):
            waiting.build()
        self._apply_theme()
        self.model.changed_all()
        self.show_changes()

    def close_unasked(self) -> None:
        """Close whatever is going on: a signal came, or the time is over."""
        self._asks = False
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if self._asks and self.made("train") and not self.training.may_close():
            event.ignore()
            return
        self.animator.stop()
        self.hide()  # at once: what still has to end does so unseen
        self.controller.let_go()
        self.first_frame.give_up()
        if self.made("train"):
            self.training.close()
        if self.made("sessions"):
            self.sessions.close()
        if self.made("lab"):
            self.lab.close()
        if self.made("recordings"):
            self.shelf.close()
        if self.made("models"):
            self.models.close()
        self.replay.close()
        unanswered = self.model.state is CaptureState.FAILED or self.controller.in_use.owes_answer
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
        for part in (self.toolbar, self.banner, self.navigation, self.status, self.drops.overlay):
            part.apply_theme(tokens)
        for page in self.pages.all_made:
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
        said = self.model.take_announcement()
        if said:
            self.announcer.say(said)

    @property
    def capture_waits(self) -> bool:
        """Nothing is listened to, and a person can ask for it."""
        return self.model.state in _WAITING

    def pass_by(self, notice: Notice) -> None:
        """What tells of no trouble was told for long enough."""
        self.model.pass_by(notice)
        self.show_changes()

    def begins(self, about: str) -> None:
        """A person begins something: what was told of it, and what is in sight, is over; warnings stay."""
        self.model.begins(about)
        self.show_changes()

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
            self.begins(SOURCE)
        if self.model.state is CaptureState.NO_MICROPHONE:
            self.choices.refresh_devices()  # and listen, if there is one by now
        else:
            self.controller.listen()

    def play_demo(self) -> None:
        self.choices.use_source(SourceChoice("demo"))

    def new_speaker(self) -> None:
        """Somebody else speaks: forget the voice."""
        self.controller.voice.new_speaker()

    def clear(self) -> None:
        """Take away what was heard live; that can be undone."""
        if not self.can_clear:
            return
        before = self.model.clear()
        undo = self.model.undo.push(tr("clear"), lambda: self.model.bring_back(before))
        self.model.notify(Notice(tr("What was heard is cleared."), trouble=False, undo=undo, page="live"))
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
        self.shelf.ask_files()

    def open_recordings(self, paths: Sequence[Path]) -> None:
        """Add recordings and show the first of them; each is analyzed as soon as there is a model."""
        self.shelf.open(paths)

    def analyze_again(self) -> None:
        """They are heard otherwise from now on: analyze all open recordings again."""
        if self.made("recordings"):
            self.opened.analyze_again()

    def look_in_lab(self) -> None:
        """Look at the chosen segment, at what is shown, or at what was said last in the lab."""
        if self.can_look_in_lab():
            self.lab.look()

    def can_look_in_lab(self) -> bool:
        """Whether there is a stretch of sound that the lab could look at, without making its page."""
        if self.on("recordings"):
            return self.recordings.shows_one and self.recording.shown is not None
        return self.on("live") and self.replay.last is not None

    def step_recording(self, by: int) -> None:
        """Show the next of the open recordings (1), or the one before (-1)."""
        self.shelf.step(by)

    def shown_plots(self) -> TimePlots | None:
        """The plots in sight, which can be saved as a picture."""
        return self.pages.page(self.page).shown_plots()

    def _show_second(self) -> None:
        self.live.show_second(self.controller.second.answers)
        self.actions_.refresh()
        self.show_changes()

    # --- pages --------------------------------------------------------------------------------------------

    def _turned(self) -> None:
        self.show_lost()
        self.show_changes()
        self.actions_.refresh()

    def show_lost(self) -> None:
        """What was lost: of the recording where one is shown, and of the live sound otherwise."""
        shown = self.recording.recording if self.on("recordings") else None
        self.status.show_lost_of(None if shown is None else shown.lost, self.model)

    def _headline_action(self, name: str) -> None:
        match Action(name):
            case Action.REFRESH:
                self.choices.refresh_devices()
            case Action.OPEN_RECORDING:
                self.open_recording()
            case Action.PLAY_DEMO:
                self.play_demo()
            case Action.RESUME:
                self.begins(SOURCE)
                self.controller.resume()
            case Action.MICROPHONE:
                self.choices.use_source(SourceChoice("microphone", self.remembered.device))
            case Action.REPLAY:
                self.choices.use_source(self.controller.choice)
            case Action.OPEN_MODEL:
                self.choices.open_model()
            case Action.TRY_AGAIN:
                self.begins(MODEL)
                self.controller.try_again()

    # --- keys and drops -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Space, Enter and Escape come here only if the focused control has no use for them itself."""
        page = self.pages.page(self.page)
        moved = self.actions_.moved
        if press_focused(event):
            pass
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            taken = moved("play") if self.on("recordings") else moved("capture")
            if not taken and not page.space() and self.on("live"):
                self.toggle_capture()
        elif event.key() == Qt.Key.Key_Escape and self.model.notice is not None:
            self.dismiss()  # first, since it floats over everything else
        elif event.key() == Qt.Key.Key_Escape and page.escape():
            pass
        elif event.key() == Qt.Key.Key_Escape and not self.on("live") and not moved("back"):
            self.back_to_live()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        self.drops.entered(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        self.drops.left()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        self.drops.dropped(event)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Load a model, use a voice profile; anything else is taken for recordings, or folders of them."""
        self.drops.open(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.navigation.set_narrow(narrow)
        self.drops.resized()
