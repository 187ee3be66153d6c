"""Has what is said written down by a process of its own, one utterance after another."""

from __future__ import annotations

import base64
import contextlib
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from desktop_app.core.errors import EmoscopeError, unexpected
from desktop_app.core.installation import install_hint, lacks
from desktop_app.core.resample import StreamResampler
from desktop_app.core.transcript import Transcript
from desktop_app.core.types import FloatArray
from desktop_app.core.worker_process import Worker, WorkerEnded
from desktop_app.inference.text_package import read_text_file
from desktop_app.words.errors import WordsError
from desktop_app.words.models import WhisperFolder

MODULE: Final = "desktop_app.words.worker"
SAMPLE_RATE: Final = 16_000
STARTING_S: Final = 120.0
PATIENCE_S: Final = 60.0
"""After so long without a word the process is ended: an utterance is at most 8 s."""
MEMORY: Final = 3 << 30
_TIMES_THE_FILE: Final = 8
"""More memory for a text model: its file read, parsed, optimised and packed."""
WAITING: Final = 8
"""Utterances that may wait."""
_TRIES: Final = 2
_POLL_S: Final = 0.1

Outcome: TypeAlias = Transcript | EmoscopeError
Take: TypeAlias = Callable[[Outcome], object]
_Task: TypeAlias = tuple[FloatArray | None, Take]


class Transcriber:
    """Writes down what is said with one model; its methods may be called from any thread.

    A thread of its own asks the process, which ends with it.

    Parameters
    ----------
    model : WhisperFolder
    text_model : Path, optional
        A file of a text model, which tells how likely each emotion is by the words, in the same process.
    waiting : int
        How many utterances may wait.
    memory : int
        Bytes of resident memory beyond which the process is ended.
    module : str
        What the process runs.

    Raises
    ------
    WordsError
        faster-whisper is not installed (`words.not_installed`).
    ModelError
        `text_model` is no text model.

    Attributes
    ----------
    model : WhisperFolder
    text_model : TextFile or None
        What its file says of itself: manifest and hash.
    """

    def __init__(
        self,
        model: WhisperFolder,
        *,
        text_model: Path | None = None,
        waiting: int = WAITING,
        memory: int = MEMORY,
        module: str = MODULE,
    ) -> None:
        if lacks("words"):
            raise _not_installed()
        self.model = model
        self.text_model = None if text_model is None else read_text_file(text_model)
        more = 0 if self.text_model is None else _TIMES_THE_FILE * self.text_model.size
        self._worker = Worker(module, memory_limit=memory + more)
        self._tasks: queue.Queue[_Task | None] = queue.Queue(waiting)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="emoscope-words", daemon=True)
        self._thread.start()

    def open(self) -> None:
        """Open the model, which takes about a second; else the first utterance does. Raises WordsError."""
        self._wait_for(None)

    def transcribe(self, waveform: FloatArray, sample_rate: int) -> Transcript:
        """What is said in `waveform` [n], mono; times from its first sample on.

        Raises
        ------
        WordsError
            The model cannot be opened, or the process has failed twice (`words.failed`).
        """
        return self._wait_for(_at_its_rate(waveform, sample_rate))

    def offer(self, waveform: FloatArray, sample_rate: int, take: Take) -> bool:
        """Have it written down when its turn comes; False, at once, if too many wait.

        `take` is told the transcript, or why there is none, on the thread of this; not behind `close`.
        """
        try:
            self._tasks.put_nowait((_at_its_rate(waveform, sample_rate), take))
        except queue.Full:
            return False
        return not self._stop.is_set()

    def close(self) -> None:
        """End the process, whatever it is doing. Idempotent."""
        self._stop.set()
        with contextlib.suppress(queue.Full):  # then the thread is awake
            self._tasks.put_nowait(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    # --- the thread ---

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                task = self._tasks.get()
                if task is None or self._stop.is_set():
                    break
                waveform, take = task
                outcome = self._outcome(waveform)
                if not self._stop.is_set():
                    take(outcome)
        finally:
            self._stop.set()
            self._worker.close()

    def _outcome(self, waveform: FloatArray | None) -> Outcome:
        task: dict[str, Any] = {"model": str(self.model.path)}
        if self.text_model is not None:
            task["text_model"] = str(self.text_model.path)
        if waveform is not None:
            task["audio"] = base64.b64encode(waveform.tobytes()).decode("ascii")
        ended: WorkerEnded | None = None
        for _ in range(_TRIES):
            try:
                answer = self._worker.ask(
                    task,
                    patience_s=PATIENCE_S if waveform is not None else STARTING_S,
                    cancel=self._stop.is_set,
                )
            except WorkerEnded as error:
                ended = error
                if error.why == "cancelled":
                    break
            except Exception as error:  # noqa: BLE001 - whoever waits must be told
                return WordsError(unexpected(error), code="internal")
            else:
                if "error" in answer:
                    return self._told(answer["error"])
                return Transcript.of(answer["result"])
        return _ended(ended, text_model=self.text_model is not None)

    def _told(self, error: dict[str, str]) -> WordsError:
        if error["code"] == "words.not_installed":
            return _not_installed()
        if error["code"] != "words.model":  # of the text model: a whole sentence
            return WordsError(error["message"], error["hint"], code=error["code"])
        return WordsError(
            f"The Whisper model '{self.model.path}' cannot be opened: {error['message']}.",
            "Name another folder with --words-model",
            code="words.model",
        )

    def _wait_for(self, waveform: FloatArray | None) -> Transcript:
        found: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        task: _Task = (waveform, found.put)
        while not self._stop.is_set():
            try:
                self._tasks.put(task, timeout=_POLL_S)
                break
            except queue.Full:
                continue
        while not self._stop.is_set():
            try:
                outcome = found.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if isinstance(outcome, EmoscopeError):
                raise outcome
            return outcome
        raise WordsError("Nothing is written down any more.", code="words.failed")


def _at_its_rate(waveform: FloatArray, sample_rate: int) -> FloatArray:
    resampler = StreamResampler(sample_rate, SAMPLE_RATE)
    return np.concatenate((resampler.push(waveform), resampler.flush()))


def _not_installed() -> WordsError:
    return WordsError(
        "What is said cannot be written down: faster-whisper is not installed.",
        install_hint("words"),
        code="words.not_installed",
    )


def _ended(ended: WorkerEnded | None, *, text_model: bool) -> WordsError:
    whys = {"hung": "it hung", "memory": "it took too much memory"}
    why = whys.get("" if ended is None else ended.why, "it ended")
    last = f" ({ended.last_words})" if ended is not None and ended.last_words else ""
    return WordsError(
        f"The process that writes down what is said has failed: {why}{last}.",
        f"Call again, or leave out {'--text-model' if text_model else '--words'}",
        code="words.failed",
    )
