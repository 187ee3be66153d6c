"""A process that judges many live runs at once with one loaded model, each with its own voice and threads.

Apart from the service's own process, since the threads of the runs would hold up its answers.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from typing import IO, Any, Final

from desktop_app.analysis.live_events import event_line
from desktop_app.command_line.stop_signals import STOP_S
from desktop_app.command_line.tool import as_told
from desktop_app.core.detector import Detection
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import AudioTick, Event, Failure
from desktop_app.core.worker_child import end_with_thread_of, own_stdout
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.session_maker import SessionMaker
from desktop_app.inference.silero import detection
from desktop_app.runtime.live_words import LiveWords
from desktop_app.runtime.pipeline import Pipeline
from desktop_app.serving.failures import no_words
from desktop_app.serving.frames import HEAD, Kind, frame
from desktop_app.serving.pushed_source import PushedSource
from desktop_app.serving.spoken import Spoken

MOST_BEHIND_S: Final = 20.0
"""Sound that may wait to be taken: a machine that is so far behind does not catch up."""
_TO_THE_END_S: Final = 30.0
_WORDS_WAITING: Final = 32  # utterances, of all runs
_WORDS_QUEUE_S: Final = 10.0  # of sound, drained at once
_LAST_WORDS_S: Final = 30.0  # for the words of the last utterances


def main() -> int:
    """The process's own entry: one line of JSON that says what is wanted, then frames until stdin closes."""
    out = own_stdout()
    wanted = json.loads(_line())
    end_with_thread_of(wanted["parent"])
    hosted = _Hosted(out.buffer)
    try:
        engine = EmotionEngine.load(wanted["model"], wanted["provider"], again=wanted["again"])
        engine.warm_up()
        hosted.begin(engine, detection(wanted["detector"]), wanted)
    except Exception as error:  # noqa: BLE001 - told to each run
        hosted.refuse(as_told(error))
    for kind, run, content in _frames():
        hosted.take(kind, run, content)
        if hosted.refuses and kind == Kind.OPEN:
            os._exit(1)  # it is told; the next run gets a process that may find the model
    os._exit(0)


class _Run:
    """One live run."""

    def __init__(
        self, hosted: _Hosted, number: int, wanted: Mapping[str, Any], engine: EmotionEngine
    ) -> None:
        self._hosted, self._number = hosted, number
        self.source = PushedSource(wanted["rate"], wanted["format"], wanted["name"])
        session = SessionMaker(engine.shared(), labels=wanted["labels"], adapts=wanted["adapt"])()
        self._detection = hosted.detection
        self.pipeline = Pipeline(lambda: self.source, session, self._emit, self._detection)
        self._words: LiveWords | None = None
        if wanted["words"]:
            spoken = hosted.words()
            fuse = None
            if spoken.fusion is not None:
                fuse = partial(spoken.fusion.answer, abstain_below=engine.abstain_below)
            tap = self.pipeline.add_tap(_WORDS_QUEUE_S)
            self._words = LiveWords(tap, spoken.transcriber, self._emit, fuse)
        self._ending = threading.Lock()
        self._ended = False
        self.too_slow = False

    def start(self) -> None:
        self.pipeline.start()

    def end(self, *, to_the_end: bool) -> None:
        """On a thread of its own: it waits for what is still judged."""
        threading.Thread(target=self._end, args=(to_the_end,), name="live-end", daemon=True).start()

    def _end(self, to_the_end: bool) -> None:
        if to_the_end:
            self.source.finish()
            self.pipeline.wait(_TO_THE_END_S)
        with self._ending:
            if self._ended:
                return
            self._ended = True
        self.pipeline.stop(STOP_S)
        if self._words is not None:
            self._words.finish(_LAST_WORDS_S if to_the_end else 0.0)
        self._hosted.done(self._number)

    def _emit(self, event: Event) -> None:
        if isinstance(event, AudioTick):
            return
        self._hosted.tell(self._number, event, self._detection.name)
        if self._words is not None:
            self._words.post(event)
        if isinstance(event, Failure) and event.fatal:
            self.end(to_the_end=False)


class _Hosted:
    """The runs of this process, and the one stream to tell of them."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._runs: dict[int, _Run] = {}
        self._engine: EmotionEngine | None = None
        self._refusal: EmoscopeError | None = None
        self.detection: Detection = detection("energy")
        self._started_with: Mapping[str, Any] = {}
        self._words: Spoken | None = None

    def begin(self, engine: EmotionEngine, detect: Detection, wanted: Mapping[str, Any]) -> None:
        self._engine, self.detection, self._started_with = engine, detect, wanted

    def words(self) -> Spoken:
        """What writes down what is said in all runs of this process; made for the first that asks."""
        assert self._engine is not None  # noqa: S101 - runs are begun with it
        if self._words is None:
            self._words = Spoken.of(self._started_with, self._engine, waiting=_WORDS_WAITING)
        if self._words is None:
            raise no_words()
        return self._words

    def refuse(self, error: EmoscopeError) -> None:
        self._refusal = error

    @property
    def refuses(self) -> bool:
        """There is no model for any run."""
        return self._refusal is not None

    def take(self, kind: int, number: int, content: bytes) -> None:
        if kind == Kind.OPEN:
            self._open(number, json.loads(content))
            return
        run = self._runs.get(number)
        if run is None:
            return  # it has ended by itself
        if kind == Kind.SOUND:
            if run.too_slow:
                return  # it is told, and ending
            run.source.push(content)
            if run.source.behind_s > MOST_BEHIND_S:
                run.too_slow = True
                self._fail(
                    number,
                    EmoscopeError("The machine is too slow for this many live runs.", code="serve.busy"),
                )
                run.end(to_the_end=False)
        else:
            run.end(to_the_end=kind == Kind.END)

    def _open(self, number: int, wanted: Mapping[str, Any]) -> None:
        try:
            if self._engine is None:
                raise self._refusal or EmoscopeError("The model is not loaded.", code="model")
            run = _Run(self, number, wanted, self._engine)
        except EmoscopeError as error:
            self._fail(number, error)
            self.done(number)
            return
        self._runs[number] = run
        run.start()

    def _fail(self, number: int, error: EmoscopeError) -> None:
        self.tell(number, Failure.of(error, fatal=True), self.detection.name)

    def tell(self, number: int, event: Event, detector: str) -> None:
        line = event_line(event, detector)
        if line is not None:
            self._write(frame(Kind.EVENT, number, line.encode()))

    def done(self, number: int) -> None:
        self._runs.pop(number, None)
        self._write(frame(Kind.DONE, number))

    def _write(self, content: bytes) -> None:
        with self._lock:
            try:
                self._out.write(content)
                self._out.flush()
            except (OSError, ValueError):  # the service is gone
                os._exit(1)


def _line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        one = os.read(0, 1)
        if not one:
            os._exit(0)
        line += one
    return line


def _frames() -> Iterator[tuple[int, int, bytes]]:
    data = bytearray()
    while block := os.read(0, 1 << 18):
        data += block
        while len(data) >= HEAD.size:
            kind, run, length = HEAD.unpack_from(data)
            end = HEAD.size + length
            if len(data) < end:
                break
            yield kind, run, bytes(data[HEAD.size : end])
            del data[:end]


if __name__ == "__main__":
    sys.exit(main())
