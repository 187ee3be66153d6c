"""The frozen records that travel between the rooms of the analyzer.

Times are in seconds on the run's time axis: a sample index divided by a rate, plus the lengths of the gaps
before it (`Gap`), which no sample tells. Waveforms are mono float32 in [-1, 1] unless a docstring says
otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.transcript import WordsHeard, WordsLost

FloatArray: TypeAlias = npt.NDArray[np.float32]


class CaptureState(StrEnum):
    """What the analyzer is doing. None of these is an emotion."""

    STARTING = "starting"
    LISTENING = "listening"  # capturing, nobody speaks
    SPEAKING = "speaking"  # a segment is open
    MUTED = "muted"  # capturing, but every sample is exactly zero
    STALLED = "stalled"  # the stream is open and no audio arrives
    NO_MICROPHONE = "no_microphone"  # nothing could be opened; retried by itself
    PAUSED = "paused"
    FINISHED = "finished"  # a recording used as source has ended
    FAILED = "failed"  # a failure has ended the run
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Levels:
    """Loudness of the latest audio, in dB relative to full scale (0 dBFS = amplitude 1).

    `speech_dbfs` is what the segmenter compares with `threshold_dbfs`: the level of the speech band.
    """

    rms_dbfs: float
    peak_dbfs: float
    hold_dbfs: float
    speech_dbfs: float
    floor_dbfs: float
    threshold_dbfs: float


@dataclass(frozen=True, slots=True, eq=False)
class SpeechSegment:
    """A stretch of speech cut out by the segmenter.

    `start_s` and `end_s` delimit the speech itself. `waveform` may begin earlier (pre-roll) and end later, so
    that the model hears soft onsets; `waveform_start_s` is the time of its first sample.
    """

    index: int
    start_s: float
    end_s: float
    waveform: FloatArray  # [samples]
    waveform_start_s: float
    sample_rate: int
    final: bool  # False: a partial window of a segment that is still open

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class VoiceUse:
    """By which voice something was judged.

    `seconds` of speech were known of it; `weight` is how far it counts in place of the model's average voice,
    0 to 1. `speaker` counts the session's speakers from 1, in the order in which they were first heard; None
    if it is not sure who speaks, or the model does not tell speakers apart.
    """

    seconds: float
    weight: float
    speaker: int | None = None


class Cause(StrEnum):
    """Why an answer is uncertain. The values stand in results: `uncertain_because`."""

    SHORT = "short"  # too little speech to judge by
    NOISE = "noise"  # hardly a voice in it
    UNFAMILIAR = "unfamiliar"  # a voice or a microphone unlike those of training
    BETWEEN = "between"  # no emotion is likely enough, whatever else would be


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model says about one waveform.

    Attributes
    ----------
    labels : tuple of str
    probabilities : tuple of float
        In the order of `labels`; they sum to 1.
    label, confidence : str, float
        The most likely label, also where it must not be shown as an answer.
    uncertain : bool
        The model's own abstention; always where nobody speaks.
    voice : VoiceUse, optional
        Of a session in which the voice is learnt.
    short_or_silent : bool
        There was too little sound to judge, which is uncertain whatever the probabilities.
    because : Cause, optional
        Why it is uncertain; None for an answer, and where nobody speaks.
    not_a_voice : bool
        Nobody speaks: there is no emotion to tell.
    undoubted : tuple of float, optional
        The probabilities if nothing had been held back for one of the causes in `held_back`; None if the
        model does not tell.
    held_back : tuple of (Cause, float)
        By how much the logits were multiplied, for each cause that the model knows of and that may be told:
        longer speech is never too short.
    novelty : float, optional
        How unlike training the voice or the microphone is: 0 is as in training.
    default_probabilities : tuple of float, optional
        By the model's default voice, with nothing held back: what a voice is learnt with.
    dimensions, values : tuple of str, tuple of float
        Of a model of dimensions: their names, and a value in [0, 1] for each. Such a prediction has no
        labels, and `label` is empty. Without dimensions both are empty.
    embedding, speaker : array, optional
        What a voice is learnt from, and what tells speakers apart, if the model gives them.
    """

    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    label: str
    confidence: float
    uncertain: bool
    inference_ms: float = 0.0
    embedding: FloatArray | None = field(default=None, compare=False, repr=False)
    voice: VoiceUse | None = None
    short_or_silent: bool = False
    because: Cause | None = None
    not_a_voice: bool = False
    undoubted: tuple[float, ...] | None = field(default=None, compare=False, repr=False)
    held_back: tuple[tuple[Cause, float], ...] = ()
    novelty: float | None = None
    default_probabilities: tuple[float, ...] | None = field(default=None, compare=False, repr=False)
    speaker: FloatArray | None = field(default=None, compare=False, repr=False)
    dimensions: tuple[str, ...] = ()
    values: tuple[float, ...] = ()

    def as_mapping(self) -> dict[str, float]:
        """Each label's probability; empty for a model of dimensions."""
        return dict(zip(self.labels, self.probabilities, strict=True))

    def as_values(self) -> dict[str, float]:
        """Each dimension's value; empty for a model of classes."""
        return dict(zip(self.dimensions, self.values, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """What `numbers` are of: the labels, or the dimensions."""
        return self.dimensions or self.labels

    @property
    def numbers(self) -> tuple[float, ...]:
        """The probabilities, or of a model of dimensions the values."""
        return self.values if self.dimensions else self.probabilities


class Predictor(Protocol):
    """Anything that turns a mono waveform into a prediction: the inference engine, from the core's side."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Emotions that it answers with; empty for a model of dimensions."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the values that it gives in place of labels; empty for a model of classes."""

    @property
    def sample_rate(self) -> int: ...

    @property
    def abstain_below(self) -> float: ...

    def predict(self, waveform: FloatArray) -> Prediction: ...


@dataclass(frozen=True, slots=True)
class SoundWarning:
    """What makes the answers about some sound doubtful or incomplete, although there are answers.

    Attributes
    ----------
    code : str
        A stable name of this kind of warning, such as ``clipped``, for programs and translations.
    message : str
        One sentence for a person.
    fields : mapping
        The values that the sentence tells, as JSON values.
    """

    code: str
    message: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """How a source delivers audio: its own rate in Hz and its number of channels."""

    sample_rate: int
    channels: int
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Waveshape:
    """Peaks of a stretch of audio, for drawing: column k begins at `start_s + k * column_s`."""

    start_s: float
    column_s: float
    minimum: FloatArray  # [columns]
    maximum: FloatArray  # [columns]


# --- events: everything that leaves the runtime -----------------------------------------------------------
#
# `wall_clock` is in seconds since 1970 (UTC): when the sound at the event's latest time was heard (`end_s` of
# a result, the end of a gap); of events without sound, when they happened. It follows the system's clock,
# also when that is set; `start_s` and the like never do.


@dataclass(frozen=True, slots=True, eq=False)
class AudioTick:
    """About 30 times a second while audio flows: level, shape of the new audio, whether it is speech."""

    time_s: float
    levels: Levels
    waveshape: Waveshape
    speaking: bool


@dataclass(frozen=True, slots=True)
class PartialResult:
    """Probabilities over the latest window of a segment that is still open.

    `latency_ms`: from the arrival of the window's last sample in the ring to this event.
    """

    segment: int
    start_s: float
    end_s: float
    prediction: Prediction
    latency_ms: float
    wall_clock: float = field(default_factory=time.time, compare=False)


@dataclass(frozen=True, slots=True)
class FinalResult:
    """Probabilities over a whole segment. `latency_ms` counts from the moment its hangover was over."""

    segment: int
    start_s: float
    end_s: float
    prediction: Prediction
    latency_ms: float
    wall_clock: float = field(default_factory=time.time, compare=False)


@dataclass(frozen=True, slots=True)
class StateChanged:
    """A new state, with a sentence that says why (empty when there is nothing to explain).

    `code` is that of the failure whose sentence it is; empty if there is none.
    """

    state: CaptureState
    time_s: float
    source: str = ""
    message: str = ""
    wall_clock: float = field(default_factory=time.time, compare=False)
    code: str = ""


@dataclass(frozen=True, slots=True)
class EngineChanged:
    """The model in use, as it really runs: provider as ONNX Runtime reports it after creation.

    `sha256` is that of the model file; `abstain_below` the confidence from which on an answer counts. A model
    of dimensions has these in place of labels.
    """

    model: str
    labels: tuple[str, ...]
    provider: str
    notice: str = ""
    sha256: str = ""
    abstain_below: float = 0.0
    wall_clock: float = field(default_factory=time.time, compare=False)
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatsSnapshot:
    """Counters and percentiles since the start; about once a second, and once more at the end.

    Attributes
    ----------
    audio_s : float
        Sound that was heard.
    dropped_s : float
        Sound that was lost: the microphone was away or silent, or the computer too slow.
    gap_s : float
        Time without sound: what was lost, and what was asked for (a pause, a change of source).
    time_s : float
        Where the run's time axis stands: `audio_s` + `gap_s`, a gap that is under way included.
    finals_dropped : int
        Finished stretches of speech that were never judged; a `Lost` event told each.
    voice : VoiceUse or None
        By which voice the next speech will be judged; None if none is learnt.
    """

    audio_s: float
    dropped_s: float
    overflows: int
    queue_depth: int
    finals_dropped: int
    partials_skipped: int
    segments: int
    inference_ms: Mapping[str, float]  # p50, p95, p99
    partial_latency_ms: Mapping[str, float]
    final_latency_ms: Mapping[str, float]
    gap_s: float = 0.0
    time_s: float = 0.0
    voice: VoiceUse | None = None
    wall_clock: float = field(default_factory=time.time, compare=False)


class GapReason(StrEnum):
    """Why there was no sound for a while."""

    DEVICE_LOST = "device_lost"  # the microphone or its sound server went away
    STALLED = "stalled"  # the stream stayed open and delivered nothing
    SUSPENDED = "suspended"  # the machine slept
    OVERFLOW = "overflow"  # the computer was too slow to take it in
    PAUSED = "paused"  # somebody asked for it
    SOURCE_CHANGED = "source_changed"  # somebody chose another source

    @property
    def asked_for(self) -> bool:
        return self in {GapReason.PAUSED, GapReason.SOURCE_CHANGED}


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of the run's time without sound. Its length is the clock's; samples tell all other times.

    Only a live source has gaps. What was being said when one begins is closed and judged before it.
    """

    start_s: float
    seconds: float
    reason: GapReason
    wall_clock: float = field(default_factory=time.time, compare=False)

    @property
    def end_s(self) -> float:
        return self.start_s + self.seconds


@dataclass(frozen=True, slots=True)
class SoundWarned:
    """Something about the sound that makes the answers doubtful: `warning` says what.

    Told once a source, and again only after its cause was away for a while.
    """

    warning: SoundWarning
    time_s: float
    wall_clock: float = field(default_factory=time.time, compare=False)


class LossReason(StrEnum):
    """Why a finished stretch of speech was never judged."""

    OVERLOAD = "overload"  # too many waited
    MODEL_FAILED = "model_failed"
    STOPPED = "stopped"  # the run's end could not wait for it


@dataclass(frozen=True, slots=True)
class Lost:
    """A finished stretch of speech that was never judged."""

    segment: int
    start_s: float
    end_s: float
    reason: LossReason
    wall_clock: float = field(default_factory=time.time, compare=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something a person should read. `fatal` means that the run has ended.

    `code` and `fields` are those of the `EmoscopeError`: a stable name, and the values that `message` tells.
    """

    message: str
    hint: str = ""
    fatal: bool = False
    code: str = "failed"
    fields: Mapping[str, Any] = field(default_factory=dict)
    wall_clock: float = field(default_factory=time.time, compare=False)

    @classmethod
    def of(cls, error: EmoscopeError, *, fatal: bool = False) -> Failure:
        return cls(error.message, error.hint, fatal, error.code, error.fields)


Event: TypeAlias = (
    AudioTick
    | PartialResult
    | FinalResult
    | StateChanged
    | EngineChanged
    | StatsSnapshot
    | Gap
    | Lost
    | SoundWarned
    | WordsHeard
    | WordsLost
    | Failure
)
