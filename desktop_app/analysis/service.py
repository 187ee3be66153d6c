"""Recordings analyzed: one, or many at once. The window and the commands call this and nothing below it."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from desktop_app.analysis.corrections_file import load_corrections
from desktop_app.analysis.heard_sound import Keep
from desktop_app.analysis.inputs import Source
from desktop_app.analysis.recording import Previews, WriteDown, analyze_channels
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.audio.base import AudioError
from desktop_app.audio.files import INCOMPLETE_CODES, Recording, open_recording
from desktop_app.core.chain import Heard
from desktop_app.core.channel_choice import AUTO, ChannelChoice
from desktop_app.core.detector import BY_ENERGY, Detection
from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.fusion import Fusion
from desktop_app.core.types import FloatArray, Predictor, SoundWarning

BLOCK_S: Final = 1.0
_POLL_S: Final = 0.1  # so that Ctrl+C is heard on every system while the main thread waits

Results: TypeAlias = tuple[RecordingAnalysis, ...]
"""Of one recording: one analysis, or one for each channel."""

NumberedResult: TypeAlias = tuple[int, Results | EmoscopeError]


class Analyzer:
    """Analyzes recordings with one model.

    Parameters
    ----------
    predictor : Predictor
        Judges each segment; called from several threads at once where several recordings are analyzed.
    channel : ChannelChoice
        What is heard of several channels; with `Hear.EACH` there is a result for each.
    detection : Detection
        How speech is found.
    track : int, optional
        Which sound track of a film, from 1; by default the first.
    strict : bool
        Whether a recording of which sound is missing or damaged is a failure instead of a warning.
    session : callable, optional
        Makes what judges in place of `predictor`, for each recording and each of its channels: something that
        learns a voice from what it hears.
    keep : Keep
        What the results hold of the sound that was heard.
    write_down : callable, optional
        Asked what is said in each utterance; called as `predictor` is.
    fusion : Fusion, optional
        Makes one answer of voice and words, beside the voice's.
    corrections : bool
        Whether what a person says of a recording, in the file beside it, becomes a part of its results.
    longest_s : float, optional
        A longer recording is refused: at once where it tells its length, else when that is reached.
    """

    def __init__(
        self,
        predictor: Predictor,
        *,
        channel: ChannelChoice = AUTO,
        detection: Detection = BY_ENERGY,
        track: int | None = None,
        strict: bool = False,
        session: Callable[[], Predictor] | None = None,
        keep: Keep = Keep.NOTHING,
        corrections: bool = True,
        write_down: WriteDown | None = None,
        longest_s: float | None = None,
        fusion: Fusion | None = None,
    ) -> None:
        self._write_down = write_down
        self._fusion = fusion
        self._predictor = predictor
        self._keep = keep
        self._corrections = corrections
        self._longest_s = longest_s
        self._session = session if session is not None else lambda: predictor
        self._track = track
        self._channel = channel
        self._detection = detection
        self._strict = strict

    def analyze(
        self,
        source: Source,
        *,
        progress: Callable[[float], None] | None = None,
        cancel: Callable[[], bool] | None = None,
        on_heard: Heard | None = None,
        on_result: Callable[[SegmentResult], None] | None = None,
        previews: Previews | None = None,
    ) -> Results:
        """Analyze one recording.

        Parameters
        ----------
        progress : callable, optional
            Told the share that is done, 0 to 1; nothing is told where the length is not known.
        cancel : callable, optional
            Asked often; True ends the analysis.
        on_heard : callable, optional
            Told what is heard, at the model's rate, to draw it.
        on_result : callable, optional
            Told each segment as soon as it is judged.
        previews : Previews, optional
            Wanted while utterances go on.

        Raises
        ------
        EmoscopeError
            The recording cannot be read or judged; the sentence names it. AnalysisCancelledError where
            `cancel` asked for the end.
        """
        try:
            with self._opened(source) as recording:
                rate, duration_s = recording.sample_rate, recording.duration_s
                self._check_length(source, duration_s)
                found = analyze_channels(
                    source.name,
                    self._blocks(source, recording),
                    rate,
                    self._session,
                    channel=self._channel,
                    detection=self._detection,
                    progress=(lambda done_s: progress(min(1.0, done_s / duration_s)))
                    if progress is not None and duration_s > 0
                    else None,
                    cancel=cancel,
                    on_heard=on_heard,
                    on_result=on_result,
                    keep=self._keep,
                    previews=previews,
                    write_down=self._write_down,
                    fusion=self._fusion,
                )
        except EmoscopeError as error:
            if not error.code.startswith("model."):
                raise
            message = sentences(f"'{source.name}' could not be judged.", error.message)
            raise EmoscopeError(message, error.hint, code=error.code, fields=error.fields) from error
        except MemoryError as error:
            raise AudioError(
                f"'{source.name}' needs more memory than there is.", code="audio.memory"
            ) from error
        judged = tuple(self._judged(source, analysis, recording.warnings) for analysis in found)
        return self._corrected(source, judged)

    @contextlib.contextmanager
    def _opened(self, source: Source) -> Iterator[Recording]:
        with contextlib.ExitStack() as opened:
            if source.piped:
                file = opened.enter_context(source.path.open("rb"))
                yield opened.enter_context(open_recording(file, track=self._track, name=source.name))
            else:
                yield opened.enter_context(open_recording(source.path, track=self._track))

    def _blocks(self, source: Source, recording: Recording) -> Iterator[FloatArray]:
        frames = 0
        for block in recording.blocks(max(1, round(BLOCK_S * recording.sample_rate))):
            frames += len(block)
            self._check_length(source, frames / recording.sample_rate)
            yield block

    def _check_length(self, source: Source, seconds: float) -> None:
        if self._longest_s is not None and seconds > self._longest_s:
            raise AudioError(
                f"'{source.name}' is longer than the {self._longest_s:g} s that are allowed.",
                "Send it in parts.",
                code="audio.too_long",
                fields={"path": source.name, "seconds": self._longest_s},
            )

    def _judged(
        self, source: Source, analysis: RecordingAnalysis, of_file: tuple[SoundWarning, ...]
    ) -> RecordingAnalysis:
        """The analysis with what the reader has to say; a failure if that is not to be put up with."""
        if self._strict:
            for warning in of_file:
                if warning.code in INCOMPLETE_CODES:
                    raise AudioError(
                        f'"{source.name}": {warning.message}',
                        "Without --strict, what is there is analyzed.",
                        code=f"audio.{warning.code}",
                        fields=warning.fields,
                    )
        return replace(analysis, warnings=of_file + analysis.warnings)

    def _corrected(self, source: Source, found: Results) -> Results:
        if source.piped or not self._corrections or not found:
            return found
        kept = load_corrections(source.path, found[0].duration_s)
        return tuple(
            replace(one, corrections=kept.records, warnings=one.warnings + kept.warnings) for one in found
        )

    def analyze_many(
        self,
        sources: Sequence[Source],
        *,
        jobs: int = 1,
        progress: Callable[[int, float], None] | None = None,
    ) -> Generator[NumberedResult, None, None]:
        """Analyze recordings, each result as soon as it is there: its number, and what was found or why not.

        Closing the iterator ends the work. Threads do it, since they share one model, and decoding and
        inference let go of the interpreter's lock; `jobs` changes only how long it takes.

        Parameters
        ----------
        progress : callable, optional
            Told the number of a recording and the share of it that is done, from any thread.
        """
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(len(sources)):
            waiting.put(number)
        results: queue.SimpleQueue[NumberedResult] = queue.SimpleQueue()
        stop = threading.Event()

        def told(number: int, share: float) -> None:
            if progress is not None:
                progress(number, share)

        def work() -> None:
            while not stop.is_set():
                try:
                    number = waiting.get_nowait()
                except queue.Empty:
                    return
                results.put((number, self._result(sources[number], number, told, stop)))
                told(number, 1.0)

        # Daemons: what hangs in native code must not keep the process from ending.
        threads = [
            threading.Thread(target=work, name=f"emoscope-analysis-{k}", daemon=True)
            for k in range(min(jobs, len(sources)))
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in sources:
                yield _next(results)
        finally:
            stop.set()
            for thread in threads:
                thread.join(1.0)

    def _result(
        self,
        source: Source,
        number: int,
        told: Callable[[int, float], None],
        stop: threading.Event,
    ) -> Results | EmoscopeError:
        try:
            return self.analyze(source, progress=lambda share: told(number, share), cancel=stop.is_set)
        except EmoscopeError as error:
            return error
        except Exception as error:  # noqa: BLE001 - the other recordings are still to be analyzed
            return EmoscopeError(
                f"'{source.name}' could not be analyzed ({type(error).__name__}: {error}).",
                "With EMOSCOPE_DEBUG=1 it shows where.",
                code="internal",
            )


def _next(
    results: queue.SimpleQueue[tuple[int, Results | EmoscopeError]],
) -> tuple[int, Results | EmoscopeError]:
    while True:
        try:
            return results.get(timeout=_POLL_S)
        except queue.Empty:
            continue
