"""What a session holds, as frozen records; made from rows of the database.

Times in seconds are on the session's own axis; `wall_clock` and the like are seconds since 1970 (UTC).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from desktop_app.core.transcript import FusedEmotion, Transcript
from desktop_app.core.types import Cause, GapReason, LossReason, Prediction, VoiceUse


class EndedBy(StrEnum):
    STOPPED = "stopped"  # somebody, or the end of a recording
    FAILED = "failed"  # the run itself
    INTERRUPTED = "interrupted"  # the program was killed, or the machine went off; noticed later


@dataclass(frozen=True, slots=True)
class Session:
    """A live run, without what was said in it.

    Attributes
    ----------
    name : str
        Given by a person; may be empty.
    started : float
        Wall clock at second 0.
    seconds : float
        How far it reaches.
    ended, ended_by : float, EndedBy
        None while it is written; of one that was killed, its last event.
    live : bool
        Some program writes it now.
    source, device : str
        ``microphone``, ``recording`` or ``demo``, and the name of the first device.
    settings : mapping
        As they were at the beginning.
    program : str
        Version of Emoscope.
    utterances, speech_s : int, float
        Stretches of speech that were judged, and how long they are in all.
    lost : int
        Stretches of speech that were never judged.
    answers : mapping
        How often each label was the answer; a person's corrections count in its place.
    answers_s : mapping
        For how long, in seconds, each label was the answer, likewise.
    sound : str
        Name of the file beside the database that holds the sound; empty if none was kept.
    deleted : float
        When it was hidden, to be deleted for good a while later.
    notes : int
        How many a person made.
    means : mapping
        Mean of each dimension over the speech that was judged by a model of dimensions.
    """

    id: int
    name: str
    started: float
    seconds: float
    ended: float | None
    ended_by: EndedBy | None
    live: bool
    source: str
    device: str
    settings: Mapping[str, Any]
    program: str
    utterances: int
    speech_s: float
    lost: int
    answers: Mapping[str, int]
    answers_s: Mapping[str, float]
    sound: str = ""
    deleted: float | None = None
    notes: int = 0
    means: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EngineUse:
    """A model, from `at_s` on; one of dimensions has these in place of labels."""

    number: int
    at_s: float
    model: str
    sha256: str
    labels: tuple[str, ...]
    abstain_below: float
    provider: str
    notice: str
    wall_clock: float
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Utterance:
    """A stretch of sound that was judged.

    `engine` is the number of an `EngineUse`; `corrected` the label that a person put in the answer's place;
    `transcript` what was said, its times on the session's axis, if that was written down, and `fused` what
    voice and words say together.
    """

    segment: int
    engine: int
    start_s: float
    end_s: float
    prediction: Prediction
    latency_ms: float
    wall_clock: float
    corrected: str | None = None
    transcript: Transcript | None = None
    fused: FusedEmotion | None = None

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Correction:
    """A label that a person gave an utterance; None took the one before back."""

    segment: int
    label: str | None
    wall_clock: float


@dataclass(frozen=True, slots=True)
class LostSpeech:
    """Speech that was never judged."""

    segment: int
    start_s: float
    end_s: float
    reason: LossReason
    wall_clock: float


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch of time without sound."""

    start_s: float
    seconds: float
    reason: GapReason
    wall_clock: float


@dataclass(frozen=True, slots=True)
class StateMark:
    """What became of the source: `desktop_app.core.types.StateChanged`."""

    at_s: float
    state: str
    source: str
    message: str
    wall_clock: float


@dataclass(frozen=True, slots=True)
class WarningMark:
    """Something about the sound that makes answers doubtful."""

    at_s: float
    code: str
    message: str
    fields: Mapping[str, Any]
    wall_clock: float


@dataclass(frozen=True, slots=True)
class FailureMark:
    at_s: float
    code: str
    message: str
    hint: str
    fatal: bool
    fields: Mapping[str, Any]
    wall_clock: float


@dataclass(frozen=True, slots=True)
class Change:
    """What a person changed meanwhile: a `kind`, such as ``channel`` or ``new_speaker``, and a JSON value."""

    at_s: float
    kind: str
    value: Any
    wall_clock: float


@dataclass(frozen=True, slots=True)
class Note:
    """A person's own words, about a moment, or about the whole session where `at_s` is None."""

    id: int
    at_s: float | None
    text: str
    wall_clock: float


def engine_use(row: sqlite3.Row) -> EngineUse:
    return EngineUse(
        row["number"],
        row["at_s"],
        row["model"],
        row["sha256"],
        tuple(json.loads(row["labels"])),
        row["abstain_below"],
        row["provider"],
        row["notice"],
        row["wall_clock"],
        tuple(json.loads(row["dimensions"])),
    )


def utterance(row: sqlite3.Row, engine: EngineUse) -> Utterance:
    """An utterance that `engine` judged.

    The row has the latest correction as ``corrected``, and what was said as ``transcript``.
    """
    voice = None
    if row["voice_seconds"] is not None:
        voice = VoiceUse(row["voice_seconds"], row["voice_weight"], row["speaker"])
    prediction = Prediction(
        engine.labels,
        tuple(json.loads(row["probabilities"])),
        row["label"],
        row["confidence"],
        bool(row["uncertain"]),
        row["inference_ms"],
        voice=voice,
        short_or_silent=bool(row["short_or_silent"]),
        because=None if row["because"] is None else Cause(row["because"]),
        not_a_voice=bool(row["not_a_voice"]),
        undoubted=_numbers(row["undoubted"]),
        held_back=tuple((Cause(cause), factor) for cause, factor in json.loads(row["held_back"])),
        novelty=row["novelty"],
        default_probabilities=_numbers(row["default_probabilities"]),
        dimensions=engine.dimensions if row["point"] is not None else (),
        values=_numbers(row["point"]) or (),
    )
    said = None if row["transcript"] is None else json.loads(row["transcript"])
    fused = None if said is None else said.get("fused")
    return Utterance(
        row["segment"],
        row["engine"],
        row["start_s"],
        row["end_s"],
        prediction,
        row["latency_ms"],
        row["wall_clock"],
        row["corrected"],
        None if said is None else Transcript.of(said),
        None
        if fused is None
        else FusedEmotion.of(fused, engine.abstain_below, short=prediction.short_or_silent),
    )


def _numbers(text: str | None) -> tuple[float, ...] | None:
    return None if text is None else tuple(json.loads(text))
