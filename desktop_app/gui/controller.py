"""Owns what runs behind the window: the engine, the pipeline, and the jobs that must not block it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop_app.core.channel_choice import AUTO, ChannelChoice
from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.types import (
    CaptureState,
    EngineChanged,
    Event,
    Failure,
    Prediction,
    StateChanged,
)
from desktop_app.gui.bridge import EventBridge
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.live_run import LiveRun
from desktop_app.gui.live_spectrogram import LiveSpectrogram
from desktop_app.gui.live_voice import LiveVoice
from desktop_app.gui.live_words import LiveWordsHost
from desktop_app.gui.model_in_use import ModelInUse
from desktop_app.gui.second_model import SecondModelHost
from desktop_app.gui.session_keeper import SessionKeeper
from desktop_app.gui.state.allowed_labels import AllowedLabels
from desktop_app.gui.state.notices import DETECTOR, EVERYWHERE, LIVE, SOURCE, Notice
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.transcripts import Transcripts

if TYPE_CHECKING:
    from desktop_app.audio.base import AudioSource
    from desktop_app.core.detector import Detection
    from desktop_app.core.transcript import FusedEmotion, Transcript
    from desktop_app.inference.adaptation import AdaptiveEngine
    from desktop_app.inference.engine import EmotionEngine


_IMPORT_S = 10.0  # a third of a second, on a computer that has nothing else to do


class Controller(QObject):
    """Every method returns at once. What takes time happens elsewhere and comes back as a signal.

    Commands to the pipeline go through `live_run`, since their order matters.
    """

    changed = Signal()  # the view model has news
    words_told = Signal()  # why words are not written down, or not read
    plots_ready = Signal()
    devices_listed = Signal(list)  # of audio.devices.Device
    detector_used = Signal(str)  # its name; after one that could not be used, that of the one in use

    def __init__(self, model: ViewModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.choice = SourceChoice()
        self.backend = ""  # what opens a microphone; the default one if empty
        self.channel = AUTO
        self.min_level_dbfs: float | None = None  # softer sound is no speech, whatever the room
        self.allowed = AllowedLabels()
        self.spectrogram = LiveSpectrogram()
        self.detector = ENERGY  # the name of `detection`
        self._detection: Detection | None = None  # by energy
        self._wants_capture = True
        self._closed = False
        self._jobs = Jobs(self)
        self.in_use = ModelInUse(model, self._jobs, self._use)
        self.in_use.changed.connect(self.changed)
        self.second = SecondModelHost(model, self._jobs, lambda: self.voice.adapts, self)
        self.transcripts = Transcripts(self._jobs, self._say_of_words)
        self._rests = False  # for a recording that is looked at
        self._import: Job | None = None
        self.bridge = EventBridge(self)
        self.live_run = LiveRun(self._jobs, self.bridge.post, self._command_refused)
        self.keeper = SessionKeeper(self._jobs, self.bridge.post, self._heard_how, self)
        self.voice = LiveVoice(model, self.live_run, self.keeper, self._jobs)
        self.voice.changed.connect(self.changed)
        self.words = LiveWordsHost(
            model,
            self.transcripts,
            self._jobs,
            tell=self.bridge.post,
            keep=self.keeper.post,
            fuse=self._fuse,
        )
        self.words.models_changed.connect(self._keep_words_models)
        self.words.changed.connect(self._words_changed)
        self.bridge.events.connect(self._take)

    @property
    def engine(self) -> EmotionEngine | None:
        """The model in use."""
        return self.in_use.engine

    @property
    def detection(self) -> Detection:
        """How speech is found, live and in the recordings that are analyzed from now on."""
        from desktop_app.core.detector import BY_ENERGY

        return self._detection or BY_ENERGY

    def import_plots(self) -> None:
        """Import what plots are drawn with, beside the window; `plots_ready` says when it is there."""
        from desktop_app.gui.plots.later import import_plots

        def failed(error: EmoscopeError) -> None:
            self._say(Notice.of(error))

        self._import = self._jobs.start(
            "importing", lambda _: import_plots(), lambda _: self.plots_ready.emit(), failed
        )

    # --- model --------------------------------------------------------------------------------------------

    def _use(self, engine: EmotionEngine) -> None:
        self._allow(engine, engine.notice)
        self.second.model_changed()
        self.model.no_way_back()
        session = self.voice.begin(engine)
        if self.live_run.pipeline is None:
            self._start_pipeline(session)
        else:
            self.live_run.command(lambda pipeline: pipeline.set_engine(session))

    def answer_with(self, labels: Sequence[str]) -> None:
        """Allow these of the model's emotions as answers from now on; all if none is named."""
        self.allowed.wanted = tuple(labels)
        self.keeper.change("labels", list(labels) or None)
        if self.engine is not None:
            self._allow(self.engine)
            self.changed.emit()

    def _allow(self, engine: EmotionEngine, notice: str = "") -> None:
        """Show the model, with the labels that are allowed; say so if these are not what was wanted."""
        self.allowed.use(engine)
        labels = self.allowed.label_set.labels
        self.model.apply(
            EngineChanged(engine.name, labels, engine.provider, notice, dimensions=engine.dimensions)
        )
        told = self.allowed.told
        if told:
            shown = self.model.notices.of(EVERYWHERE) or Notice("", trouble=False)
            self.model.notify(replace(shown, hint=sentences(shown.hint, told)))

    # --- capture ------------------------------------------------------------------------------------------

    def _start_pipeline(self, engine: AdaptiveEngine) -> None:
        from desktop_app.runtime.pipeline import Pipeline

        def post(event: Event) -> None:
            self.bridge.post(event)
            self.keeper.post(self.allowed.event(event))
            self.words.post(event)

        begins_s = self.model.now_s
        pipeline = self.live_run.pipeline = Pipeline(
            self._maker(self.choice),
            engine,
            self.live_run.of_next(post),
            self.detection,
            self.channel,
            begins_at_s=begins_s,
            first_segment=self.model.next_segment,
        )
        self.spectrogram.follow(pipeline)
        self.second.follow(pipeline)
        self.words.follow(pipeline)
        pipeline.set_min_level(self.min_level_dbfs)
        self.keeper.begin(pipeline, begins_s, microphone=self.choice.kind == "microphone")
        if self.rests:
            self.live_run.command(lambda pipeline: pipeline.pause())
        self.live_run.command(lambda pipeline: pipeline.start())

    def _maker(self, choice: SourceChoice) -> Callable[[], AudioSource]:
        made = choice.maker(self.backend, self.channel)
        return self.keeper.heard(made, microphone=choice.kind == "microphone")

    def _heard_how(self) -> dict[str, Any]:
        """What is written down with a session."""
        return {
            "channel": str(self.channel),
            "detector": self.detector,
            "adapt": self.voice.adapts,
            "profile": self.voice.known is not None,
            "labels": list(self.allowed.wanted) or None,
            "device": self.choice.device or None,
            "min_level_dbfs": self.min_level_dbfs,
            **self.transcripts.kept(),
        }

    def rest(self) -> None:
        """Do not listen until a person asks for it; before a model is loaded."""
        self._wants_capture = False

    def choose(self, choice: SourceChoice) -> None:
        """What will be listened to."""
        self.choice = choice
        self.model.plays_recording = choice.kind != "microphone"

    def set_source(self, choice: SourceChoice, *, listen: bool = True) -> None:
        """Listen to something else from now on; without `listen`, what waits for a person goes on waiting."""
        self.choose(choice)
        self._wants_capture = self._wants_capture or listen
        if self.live_run.pipeline is None and self.model.state is CaptureState.FAILED:
            self.try_again()
            return
        self.model.another_source()
        self.voice.another_source()
        self.changed.emit()
        channel = self.channel
        self.keeper.change("source", choice.kind if choice.kind != "microphone" else choice.title)
        maker = self._maker(choice)
        paused = self.model.state in {CaptureState.PAUSED, CaptureState.STOPPED}

        def change(pipeline: Any) -> None:
            pipeline.set_source(maker, channel)
            if paused and listen:
                pipeline.resume()

        self.live_run.command(change)

    def set_backend(self, name: str) -> None:
        """Open microphones with another library from now on; empty for the default one."""
        if name != self.backend:
            self.backend = name
            if self.choice.kind == "microphone" and self.live_run.pipeline is not None:
                self.set_source(self.choice, listen=False)

    def set_channel(self, channel: ChannelChoice) -> None:
        """Hear another channel from now on; what is shown of the sound before stays."""
        self.channel = channel
        if self.model.state is CaptureState.FINISHED:
            return  # the recording is over; it will be heard so when it is played again
        if self.model.state is CaptureState.FAILED and self.live_run.pipeline is not None:
            self.set_source(self.choice)  # perhaps the source did not have the channel before
            return
        maker = self._maker(self.choice)
        self.keeper.change("channel", str(channel))
        self.voice.another_source()
        self.live_run.command(lambda pipeline: pipeline.set_channel(maker, channel))

    def set_min_level(self, level_dbfs: float | None) -> None:
        """Softer sound is no speech from now on, whatever the room; None for no such limit."""
        self.min_level_dbfs = level_dbfs
        self.keeper.change("min_level_dbfs", level_dbfs)
        self.live_run.command(lambda pipeline: pipeline.set_min_level(level_dbfs))

    # --- words, and how speech is found -------------------------------------------------------------------

    def _fuse(self, prediction: Prediction, said: Transcript | None) -> FusedEmotion | None:
        """What voice and words of the live run say together; from any thread."""
        engine = self.engine
        fusion = None if engine is None else self.transcripts.fusion_for(engine)
        if engine is None or fusion is None:
            return None
        return fusion.answer(prediction, said, engine.abstain_below)

    def _keep_words_models(self) -> None:
        """What writes down and reads words from now on, with the session."""
        for kind, value in self.transcripts.kept().items():
            self.keeper.change(kind, value)

    def _words_changed(self) -> None:
        self.model.words_changed()
        self.changed.emit()

    def use_detector(self, name: str) -> None:
        """Find speech in another way, once what it needs is loaded; if it cannot be, nothing changes."""

        def work(_: Job) -> Detection:
            from desktop_app.inference.silero import detection

            return detection(name)

        def done(found: Detection) -> None:
            self.detector, self._detection = found.name, found
            self.keeper.change("detector", found.name)
            self.live_run.command(lambda pipeline: pipeline.set_detection(found))
            self.detector_used.emit(found.name)

        def failed(error: EmoscopeError) -> None:
            self._say(Notice.of(error, about=DETECTOR))
            self.detector_used.emit(self.detector)

        if name != self.detector:
            self._jobs.start("loading the detector", work, done, failed)

    # --- start, pause, devices ----------------------------------------------------------------------------

    @property
    def paused(self) -> bool:
        return not self._wants_capture

    def toggle(self) -> None:
        """Start or pause; a recording that has ended begins again."""
        if self.model.state is CaptureState.FAILED:
            self.try_again()
            return
        if self.model.state is CaptureState.FINISHED:
            self.set_source(self.choice)
            return
        if self._wants_capture:
            self.pause()
        else:
            self.resume()

    def listen(self) -> None:
        """Whatever was before, listen now: a recording that has ended begins again."""
        if self.model.state is CaptureState.FAILED:
            self.try_again()
        elif self.model.state is CaptureState.FINISHED:
            self.set_source(self.choice)
        elif not self._wants_capture:
            self.resume()

    def try_again(self) -> None:
        """After a failure: load the model anew and listen to what was chosen."""
        self._wants_capture = True
        if self.live_run.pipeline is not None:  # only its source has failed
            self.set_source(self.choice)
            return
        self.model.try_again()
        self.in_use.load_failed()
        self.changed.emit()

    def pause(self) -> None:
        self._wants_capture = False
        self.live_run.command(lambda pipeline: pipeline.pause())

    def resume(self) -> None:
        self._wants_capture = True
        self.live_run.command(lambda pipeline: pipeline.resume())

    def list_devices(self, *, refresh: bool = False) -> None:
        """Look for microphones. A real look needs every stream closed, so capture pauses for that moment."""
        from desktop_app.audio import devices

        def look() -> list[devices.Device]:
            return devices.list_devices(refresh=refresh)

        run = self.live_run
        live = self.choice.kind == "microphone" and not self.rests and run.pipeline is not None
        asked = run.while_paused(look) if refresh and live else look

        def work(job: Job) -> list[devices.Device]:
            return run.between_commands(asked)

        def failed(error: EmoscopeError) -> None:
            self.model.notify(Notice.of(error, LIVE, SOURCE))
            self.devices_listed.emit([])
            self.changed.emit()

        self._jobs.start("listing the microphones", work, self.devices_listed.emit, failed)

    def _command_refused(self, error: EmoscopeError) -> None:
        self._say(Notice.of(error, LIVE, SOURCE))

    def _say(self, notice: Notice) -> None:
        self.model.notify(notice)
        self.changed.emit()

    def _say_of_words(self, notice: Notice) -> None:
        self._say(notice)
        self.words_told.emit()

    # --- recordings ---------------------------------------------------------------------------------------

    @property
    def jobs(self) -> Jobs:
        """For work of the window's parts; what still runs when the window closes is cancelled."""
        return self._jobs

    @property
    def rests(self) -> bool:
        """Whether live capture does not compute: it rests for a recording, or until a person asks for it."""
        return self._rests or not self._wants_capture

    def rest_for_recording(self) -> None:
        """A recording is looked at: live capture rests until `back_to_live`."""
        self._rests = True
        if self._wants_capture and self.model.state is not CaptureState.FINISHED:  # which would begin again
            self.live_run.command(lambda pipeline: pipeline.pause())

    def back_to_live(self) -> None:
        self._rests = False
        if self._wants_capture:
            self.live_run.command(lambda pipeline: pipeline.resume())

    # --- events and the end -------------------------------------------------------------------------------

    def _take(self, events: list[Any]) -> None:
        for event in events:
            self.second.post(event)
            self.model.apply(self.allowed.event(event))
            self.in_use.watch(event)
            if isinstance(event, Failure):
                self._end_broken(event)
            if isinstance(event, StateChanged) and self.model.capturing:
                self.words.listens()
        self.changed.emit()

    def _end_broken(self, failure: Failure) -> None:
        """A run that has failed is given up, with its engine."""
        pipeline = self.live_run.pipeline
        if self.engine is None or pipeline is None or not failure.fatal:
            return
        if pipeline.broken or failure.code == "internal":
            self.in_use.give_up()
            self.live_run.give_up()
            self.keeper.leave()
            self.second.follow(None)
            self.words.follow(None)
            self.spectrogram.follow(None)
            self.voice.end()

    def let_go(self) -> None:
        """The window closes: nothing is heard any more, while what was said is still judged and kept."""
        self.live_run.command(lambda pipeline: pipeline.pause())

    def close(self, timeout_s: float = 1.8) -> None:
        """Stop everything, in order, within the time or what last words take; again does nothing."""
        if self._closed:
            return
        self._closed = True
        self.bridge.close()
        self.second.close()
        self.live_run.close(timeout_s)
        self.words.close(kept=self.keeper.takes_words)  # behind the run, which ends what was just being said
        self.transcripts.close()
        self.keeper.close(timeout_s * 0.15)
        self._jobs.close(timeout_s * 0.15)
        if self._import is not None and self._import.thread_ is not None:
            # Not to be broken off, and a process that ends in the middle of it crashes; the window is away.
            self._import.thread_.join(_IMPORT_S)
        if self.live_run.pipeline is None and self.engine is not None:
            self.engine.close()  # which a pipeline does with those that it was given
