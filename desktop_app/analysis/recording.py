"""A recording, block by block, through the same chain and engine as a live stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, cast

from desktop_app.analysis.heard_sound import HeardSound, Keep
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, not_a_voice, overall_prediction
from desktop_app.core.chain import Heard, SpeechChain
from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear
from desktop_app.core.detector import BY_ENERGY, Detection
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion import Fusion
from desktop_app.core.sound_check import SoundCheck
from desktop_app.core.transcript import NOTHING_SAID, Transcript
from desktop_app.core.types import FloatArray, Prediction, Predictor, SpeechSegment


@dataclass(frozen=True, slots=True)
class Previews:
    """What a model says of the last seconds while an utterance still goes on, as a live run shows it.

    Attributes
    ----------
    every_s : float
        Seconds of speech between two of them, at the least; live the segmenter's parameters say it.
    take : callable
        Told the channel (from 1; None as in `RecordingAnalysis`), the number of the utterance (from 1), the
        window and the prediction, as soon as the utterance has ended; its predictor needs a `preview`.
    """

    every_s: float
    take: Callable[[int | None, int, SpeechSegment, Prediction], object]


WriteDown: TypeAlias = Callable[[FloatArray, int], Transcript]
"""What is said in a waveform [n] of a rate in Hz, its times from the first sample on."""


class _Previewing(Protocol):
    def preview(self, waveform: FloatArray) -> Prediction: ...


_ROUNDING_S = 1e-6


class AnalysisCancelledError(EmoscopeError):
    """The person asked to stop; nothing was written."""

    default_code = "cancelled"


def analyze_recording(
    path: str,
    blocks: Iterable[FloatArray],
    sample_rate: int,
    predictor: Predictor,
    *,
    detection: Detection = BY_ENERGY,
    channel: ChannelChoice = AUTO,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> RecordingAnalysis:
    """Analyze a recording without holding it in memory.

    Parameters
    ----------
    path : str
        Carried into the result, and named in errors.
    blocks : iterable of float32 [n, channels]
        The audio at `sample_rate`, in order.
    predictor : Predictor
        Judges each final segment.
    detection : Detection
        How speech is found.
    channel : ChannelChoice
        What is heard of several channels; each of them by itself is for `analyze_channels`.
    progress : callable, optional
        Told the seconds of audio done, once a block.
    cancel : callable, optional
        Asked once a block and once a segment; True ends the analysis with AnalysisCancelledError.

    Raises
    ------
    CallError
        The recording does not have this channel.
    """
    if channel.hear is Hear.EACH:
        raise ValueError("analyze_channels gives a result for each channel")
    return analyze_channels(
        path,
        blocks,
        sample_rate,
        lambda: predictor,
        detection=detection,
        channel=channel,
        progress=progress,
        cancel=cancel,
    )[0]


def analyze_channels(
    path: str,
    blocks: Iterable[FloatArray],
    sample_rate: int,
    session: Callable[[], Predictor],
    *,
    detection: Detection = BY_ENERGY,
    channel: ChannelChoice = AUTO,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    on_heard: Heard | None = None,
    on_result: Callable[[SegmentResult], None] | None = None,
    keep: Keep = Keep.NOTHING,
    previews: Previews | None = None,
    write_down: WriteDown | None = None,
    fusion: Fusion | None = None,
) -> tuple[RecordingAnalysis, ...]:
    """As `analyze_recording`; with `Hear.EACH` one result a channel, from one pass over the blocks.

    `session` makes the predictor of each channel, which may learn from what it hears. `on_heard` is told what
    is heard, and `on_result` each segment as soon as it is judged, of each channel. `keep` is what the
    results hold of it, and `previews` are asked for if they are given. `write_down` is asked what was said in
    each segment that is a voice, and `fusion` makes one answer of voice and words.
    """

    def check() -> None:
        if cancel is not None and cancel():
            raise AnalysisCancelledError(f"The analysis of {path} was cancelled.")

    listeners: list[_Listener] = []
    frames = 0
    for block in blocks:
        check()
        if not listeners:
            channels = 1 if block.ndim == 1 else block.shape[1]
            channel.check(channels, path)
            listeners = [
                _Listener(
                    sample_rate,
                    session(),
                    detection,
                    choice=choice if channels > 1 else AUTO,  # of a single channel there is no choice
                    check=check,
                    on_heard=on_heard,
                    on_result=on_result,
                    keep=keep,
                    previews=previews,
                    write_down=write_down,
                    fusion=fusion,
                )
                for choice in channel.apart(channels)
            ]
        for listener in listeners:
            listener.push(block)
        frames += len(block)
        if progress is not None:
            progress(frames / sample_rate)
    if not listeners:
        return (RecordingAnalysis(path, 0.0, sample_rate, (), None),)
    return tuple(listener.end(path, frames / sample_rate) for listener in listeners)


class _Listener:
    """One chain through a recording: all of its channels, or one."""

    def __init__(
        self,
        sample_rate: int,
        predictor: Predictor,
        detection: Detection,
        *,
        choice: ChannelChoice,
        check: Callable[[], None],
        on_heard: Heard | None,
        on_result: Callable[[SegmentResult], None] | None,
        keep: Keep,
        previews: Previews | None,
        write_down: WriteDown | None,
        fusion: Fusion | None,
    ) -> None:
        self._previews = previews
        self._write_down = write_down
        self._fusion = fusion
        self._previewed: list[tuple[SpeechSegment, Prediction]] = []  # of the utterance that still goes on
        self._sample_rate = sample_rate
        self._predictor = predictor
        self._kept = None if keep is Keep.NOTHING else HeardSound(predictor.sample_rate, keep)
        kept = self._kept

        def heard(start: int, waveform: FloatArray) -> None:
            if kept is not None:
                kept.push(start, waveform)
            if on_heard is not None:
                on_heard(start, waveform)

        told = None if kept is None and on_heard is None else heard
        self._chain = SpeechChain(sample_rate, predictor.sample_rate, detection, choice, told)
        self._only = choice.index if choice.hear is Hear.ONE else None
        self._sound = SoundCheck(sample_rate, predictor.sample_rate)
        self._check = check
        self._on_result = on_result
        self._results: list[SegmentResult] = []

    def push(self, block: FloatArray) -> None:
        self._sound.push(block if self._only is None else block[:, self._only])
        self._take(*self._chain.push(block))

    def _take(self, waveform: FloatArray, segments: list[SpeechSegment]) -> None:
        self._sound.push_heard(waveform, segments, self._chain.powers)
        for segment in segments:
            if segment.final:
                self._check()
                prediction = self._predictor.predict(segment.waveform)
                said = self._said(segment, prediction)
                fused = None
                if self._fusion is not None:
                    fused = self._fusion.answer(prediction, said, self._predictor.abstain_below)
                result = SegmentResult(segment.start_s, segment.end_s, prediction, said, fused)
                self._results.append(result)
                if self._on_result is not None:
                    self._on_result(result)
                self._hand_on(segment)
            elif self._previews is not None:
                self._preview(segment, self._previews.every_s)

    def _said(self, segment: SpeechSegment, prediction: Prediction) -> Transcript | None:
        if self._write_down is None:
            return None
        if prediction.not_a_voice:
            return NOTHING_SAID
        self._check()
        return self._write_down(segment.waveform, segment.sample_rate).later(segment.waveform_start_s)

    def _preview(self, segment: SpeechSegment, every_s: float) -> None:
        last = self._previewed[-1][0] if self._previewed else None
        if last is not None and last.index != segment.index:  # it came to nothing
            self._previewed, last = [], None
        if last is None or segment.end_s - last.end_s >= every_s - _ROUNDING_S:
            self._check()
            told = cast("_Previewing", self._predictor).preview(segment.waveform)
            self._previewed.append((segment, told))

    def _hand_on(self, ended: SpeechSegment) -> None:
        if self._previews is None:
            return
        channel = None if self._only is None else self._only + 1
        for segment, told in self._previewed:
            if segment.index == ended.index:
                self._previews.take(channel, len(self._results), segment, told)
        self._previewed = []

    def end(self, path: str, duration_s: float) -> RecordingAnalysis:
        self._take(*self._chain.flush())
        warnings = self._sound.warnings() + self._chain.warnings
        if not self._results:
            warnings += (self._sound.no_speech(self._chain.segmenter),)
        elif (others := not_a_voice(self._results)) is not None:
            warnings += (others,)
        return RecordingAnalysis(
            path,
            duration_s,
            self._sample_rate,
            tuple(self._results),
            overall_prediction(self._results, self._predictor.abstain_below),
            warnings,
            None if self._chain.heard is None else self._chain.heard + 1,
            sound=self._kept,
        )
