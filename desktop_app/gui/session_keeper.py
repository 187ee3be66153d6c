"""Keeps what the window hears by a microphone as a session, while it happens."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_app.command_line.output import tell
from desktop_app.core.errors import EmoscopeError, sentences, unexpected
from desktop_app.core.safe_files import WriteError
from desktop_app.core.transcript import WordsHeard
from desktop_app.core.types import (
    AudioTick,
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    Gap,
    GapReason,
    Lost,
    PartialResult,
    StateChanged,
)
from desktop_app.gui.jobs import Jobs
from desktop_app.sessions.folder import sessions_folder

if TYPE_CHECKING:
    from desktop_app.audio.base import AudioSource
    from desktop_app.runtime.pipeline import Pipeline
    from desktop_app.runtime.recording import RunRecording
    from desktop_app.runtime.taps import Tap
    from desktop_app.sessions.writer import SessionWriter

_LINGER_MS: Final = 1500
"""How long a session that ended gets answers to what was said before."""
_WORDS_LINGER_MS: Final = 6000
"""The same while words are written down, which come seconds behind the answers."""
_BEFORE_S: Final = 1e-6
_PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class _Ending:
    """A session that gets answers to what was said up to `until_s`, and no more."""

    recording: RunRecording | None
    until_s: float
    place: _Place

    @property
    def writer(self) -> SessionWriter:
        return self.place.writer

    def stop(self, timeout_s: float) -> None:
        if self.recording is not None:  # its file goes with a session in which nobody spoke
            self.recording.stop(0.5 * timeout_s)
        self.writer.stop(0.5 * timeout_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """Where an utterance is kept: its session, and the run's time at the session's beginning."""

    writer: SessionWriter
    begins_s: float
    folder: Path


class SessionKeeper(QObject):
    """One session for each run, from `begin` to `close`, with the stretches in which a microphone is heard.

    The demo and recordings are not kept: time goes on over them, as over a gap. Nothing is kept until
    `switch` says so.

    Parameters
    ----------
    jobs : Jobs
        For what waits for the disk.
    tell : callable
        Given failures to show, from any thread.
    settings : callable
        What is written down with a session of how it is heard: JSON values.

    Attributes
    ----------
    on : bool
        Sessions are kept.
    with_sound : bool
        With their sound.
    folder : Path
        Where they are kept.
    """

    changed = Signal()  # whether anything is kept now, and with sound
    _opened = Signal(float)  # a microphone is heard from this time on
    _news = Signal()

    def __init__(
        self,
        jobs: Jobs,
        tell: Callable[[Failure], None],
        settings: Callable[[], Mapping[str, Any]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.on = self.with_sound = False
        self.folder = sessions_folder()
        self._jobs = jobs
        self._post_failure = tell
        self._closing = False
        self._settings = settings
        self._pipeline: Pipeline | None = None
        self._lock = threading.Lock()
        self._writer: SessionWriter | None = None
        self._begins_s = 0.0
        self._place: _Place | None = None
        self._places: dict[float, _Place] = {}  # of each utterance, by its beginning
        self._ending: list[_Ending] = []
        self._switches: list[tuple[float, bool]] = []  # when a microphone began or ceased to be heard
        self._heard_s = 0.0  # sound has come up to here
        self._engine: EngineChanged | None = None
        self._state: StateChanged | None = None
        self._tap: Tap | None = None
        self._recording: RunRecording | None = None
        self._recorded: Tap | None = None  # what is written to the disk at this moment
        queued = Qt.ConnectionType.QueuedConnection
        self._opened.connect(self._microphone_opened, queued)
        self._news.connect(self.changed, queued)

    @property
    def keeps(self) -> bool:
        """A session is kept at this moment."""
        writer = self._writer
        return writer is not None and not writer.given_up and self._hears

    @property
    def takes_words(self) -> bool:
        """There is a session that words of what was said would be kept with."""
        with self._lock:
            return self._place is not None or bool(self._ending)

    @property
    def records(self) -> bool:
        """The sound is written to the disk at this moment."""
        tap = self._recorded
        return tap is not None and not tap.muted and not tap.ended

    @property
    def sound(self) -> tuple[Path, float] | None:
        """The file that the sound is written to, and the run's time at its beginning; None without sound."""
        recording, writer = self._recording, self._writer
        if recording is None or writer is None or writer.sound_path is None:
            return None
        return writer.sound_path, self._begins_s

    @property
    def session(self) -> int | None:
        """Number of the session that is kept now; None until somebody has spoken."""
        writer = self._writer
        return None if writer is None else writer.session

    @property
    def _hears(self) -> bool:
        return bool(self._switches) and self._switches[-1][1]

    # --- what a person wants ------------------------------------------------------------------------------

    def switch(self, *, on: bool | None = None, sound: bool | None = None) -> None:
        """Keep sessions from now on, or their sound, or not; what was kept up to now stays.

        Sound that is wanted in the middle of a session begins another one; unwanted, it ends at once and the
        session goes on.
        """
        before = (self.on, self.with_sound)
        self.on = self.on if on is None else on
        self.with_sound = self.with_sound if sound is None else sound
        if (self.on, self.with_sound) == before:
            return
        if not self.on:
            self._end(math.inf if self._pipeline is None else self._pipeline.stats().time_s)
        elif self._writer is None:
            if self._hears and self._pipeline is not None:
                self._open(self._pipeline.stats().time_s)
        elif self.with_sound and self._recording is None and self._pipeline is not None:
            now_s = self._pipeline.stats().time_s
            self._end(now_s)
            self._open(now_s)
        elif not self.with_sound:
            self._stop_recording()
        self.changed.emit()

    def change(self, kind: str, value: Any = None) -> None:
        """A person changed how it is heard; written down with the session."""
        writer = self._writer
        if writer is not None:
            writer.change(kind, value)

    def note(self, start_s: float, text: str, before: str) -> None:
        """Keep a person's words, in place of those `before`, with the utterance that begins then.

        Also if its session has ended meanwhile; what is not kept of the utterance has no place for them.
        """
        with self._lock:
            place = self._places.get(start_s)
            if place is None:
                return
            at_s = max(0.0, start_s - place.begins_s)
            if place.writer is self._writer or any(place is each.place for each in self._ending):
                place.writer.note(text, at_s, before)
                return
        self._in_a_job("keeping a note", lambda: _note_later(place, text, at_s, before))

    # --- the run ------------------------------------------------------------------------------------------

    def begin(self, pipeline: Pipeline, begins_s: float, *, microphone: bool) -> None:
        """A run is about to start; its time begins at `begins_s`."""
        self._end()
        with self._lock:
            self._pipeline = pipeline
            self._switches, self._heard_s = [(begins_s, microphone)], begins_s
            self._engine = self._state = None
        if self.on and microphone:
            self._open(begins_s)
        self.changed.emit()

    def heard(self, make_source: Callable[[], AudioSource], *, microphone: bool) -> Callable[[], AudioSource]:
        """The same, and it is known from when on the source is heard."""

        def make() -> AudioSource:
            self._opens(microphone)
            return make_source()

        return make

    def leave(self) -> None:
        """The run has failed: its session ends."""
        self._end()
        self._pipeline = None
        self.changed.emit()

    def close(self, timeout_s: float) -> None:
        """End everything, behind the end of the run. What cannot be kept now is told on stderr."""
        self._closing = True
        with self._lock:
            place, self._place, self._writer = self._place, None, None
            ending, self._ending = self._ending, []
        if place is not None:
            ending.append(_Ending(self._stop_recording(), math.inf, place))
        for each in ending:
            each.stop(timeout_s / len(ending))

    # --- from any thread ----------------------------------------------------------------------------------

    def _tell(self, failure: Failure) -> None:
        if self._closing:  # there is no window any more that could show it
            tell(sentences(failure.message, failure.hint))
        else:
            self._post_failure(failure)

    def post(self, event: Event) -> None:
        """Take an event of the run; what was not heard by a microphone is left out."""
        if isinstance(event, PartialResult):
            return
        with self._lock:
            if isinstance(event, AudioTick):
                self._heard_s = max(self._heard_s, event.time_s)
            elif isinstance(event, Gap):
                self._heard_s = max(self._heard_s, event.end_s)
            elif isinstance(event, EngineChanged):
                self._engine = event
            elif isinstance(event, StateChanged) and self._hears:
                self._state = event
            if isinstance(event, FinalResult | Lost):
                self._post_speech(event)
            elif isinstance(event, WordsHeard):
                self._post_words(event)
            elif self._writer is not None and (
                self._hears
                or isinstance(event, EngineChanged)
                or (isinstance(event, Failure) and event.fatal)
            ):
                self._writer.post(event)

    def _post_speech(self, event: FinalResult | Lost) -> None:
        by_microphone = False
        for at_s, microphone in self._switches:
            if at_s <= event.start_s + _BEFORE_S:
                by_microphone = microphone
        if not by_microphone:
            return
        for each in self._ending:
            if event.end_s <= each.until_s:
                self._post_to(each.place, event)
                return
        if self._place is not None and event.end_s > self._begins_s:
            self._post_to(self._place, event)

    def _post_words(self, event: WordsHeard) -> None:
        """To where the utterance is kept, unless that has ended."""
        place = self._places.get(event.start_s)
        if place is not None and (
            place.writer is self._writer or any(place is each.place for each in self._ending)
        ):
            place.writer.post(event)

    def _post_to(self, place: _Place, event: FinalResult | Lost) -> None:
        place.writer.post(event)
        if isinstance(event, FinalResult):
            self._places[event.start_s] = place

    def _opens(self, microphone: bool) -> None:
        """On the capture thread: what was heard before was drained, and a source is opened."""
        with self._lock:
            if not self._switches or microphone == self._hears:
                return
            # The run's own figures count on while no sound comes, and a recording begins without a gap.
            now_s = self._heard_s
            left_s = self._switches[-1][0]
            self._switches.append((now_s, microphone))
            if self._tap is not None:
                self._tap.muted = not microphone
            if self._writer is not None and microphone and now_s > left_s:
                self._writer.post(Gap(left_s, now_s - left_s, GapReason.SOURCE_CHANGED, time.time()))
            missing = microphone and self._writer is None
        if missing:
            self._opened.emit(now_s)
        self._news.emit()

    # --- sessions -----------------------------------------------------------------------------------------

    def _microphone_opened(self, now_s: float) -> None:
        if self.on and self._writer is None and self._hears:
            self._open(now_s)
            self.changed.emit()

    def _open(self, begins_s: float) -> None:
        from desktop_app.sessions.writer import About, SessionWriter

        about = About("microphone", dict(self._settings()), sound=self.with_sound)
        writer = SessionWriter(self.folder, about, self._tell, begins_s=begins_s)
        writer.start()
        with self._lock:
            for event in (self._engine, self._state):
                if event is not None:
                    writer.post(event)
            self._writer, self._begins_s = writer, begins_s
            self._place = _Place(writer, begins_s, self.folder)
        if writer.sound_path is not None:
            self._record(writer.sound_path, begins_s)

    def _end(self, now_s: float = math.inf) -> None:
        """What was said up to now still belongs to it."""
        with self._lock:
            place, self._place, self._writer = self._place, None, None
        if place is None:
            return
        ending = _Ending(self._stop_recording(), now_s, place)
        with self._lock:
            self._ending.append(ending)

        def stop() -> None:
            with self._lock:
                if ending not in self._ending:
                    return
                self._ending.remove(ending)
            self._in_a_job("ending the session", lambda: ending.stop(_PATIENCE_S))

        words = self._settings().get("words") is not None
        QTimer.singleShot(_WORDS_LINGER_MS if words else _LINGER_MS, self, stop)

    def _in_a_job(self, name: str, work: Callable[[], object]) -> None:
        def failed(error: EmoscopeError) -> None:
            self._tell(Failure.of(error))

        self._jobs.start(name, lambda _: work(), lambda _: None, failed, keeps=True)

    # --- sound --------------------------------------------------------------------------------------------

    def _record(self, path: Path, begins_s: float) -> None:
        from desktop_app.runtime.recording import QUEUE_S, RunRecording

        pipeline = self._pipeline
        if pipeline is None:
            return
        tap = pipeline.add_tap(QUEUE_S)
        tap.muted = not self._hears
        with self._lock:
            self._tap = self._recorded = tap
        try:
            recording = RunRecording(
                tap, path, on_end=lambda error: self._recording_ended(tap, error), begins_s=begins_s
            )
        except WriteError as error:
            pipeline.remove_tap(tap)
            self._stop_recording()
            self._tell(Failure.of(error))
            return
        self._recording = recording

    def _recording_ended(self, tap: Tap, error: Exception | None) -> None:
        """On the recorder's thread: the sound was wanted no longer, or cannot be written."""
        if self._recorded is tap:
            self._recorded = None
        if isinstance(error, EmoscopeError):
            self._tell(Failure.of(error))
        elif error is not None:
            fields = {"thread": "recorder", "error": type(error).__name__}
            self._tell(Failure(unexpected(error), code="internal", fields=fields))
        self._news.emit()

    def _stop_recording(self) -> RunRecording | None:
        """Record nothing from now on; returns what completes its file meanwhile."""
        recording, self._recording = self._recording, None
        with self._lock:
            tap, self._tap, self._recorded = self._tap, None, None
        if tap is not None:
            tap.end()
        return recording


def _note_later(place: _Place, text: str, at_s: float, before: str) -> None:
    """Into a session that has ended; whoever deleted it meanwhile wants no notes in it."""
    from desktop_app.sessions.database import SessionsError
    from desktop_app.sessions.store import SessionStore

    place.writer.stop(_PATIENCE_S)  # it may be about to write its end
    number = place.writer.session
    if number is None:
        return
    try:
        with SessionStore(place.folder, write=True) as store:
            store.put_note(number, text, at_s, before)
    except SessionsError as error:
        if error.code != "sessions.not_found":
            raise
