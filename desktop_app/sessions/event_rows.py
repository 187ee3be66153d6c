"""Which events of a live run are kept, and as which rows.

Kept is what a person would want to know a week later: every stretch of sound that was judged, speech that was
not, time without sound, what was wrong with the source or the sound, models, and what somebody changed.

What was said is kept if somebody asked for that: `WordsHeard` comes only then.

Left out are partial results, of which some ten a second come and which the final result of the same sound
replaces; levels and figures; and that listening turned to speaking and back, which the utterances tell. Of a
prediction the numbers are left out that tell voices apart (`embedding`, `speaker`): whoever reads the
file learns how something was said, not who somebody is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop_app.core.transcript import WordsHeard
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    Gap,
    Lost,
    SoundWarned,
    StateChanged,
    StatsSnapshot,
)

_LISTENING: Final = {CaptureState.LISTENING, CaptureState.SPEAKING}
_NEVER: Final = {CaptureState.STARTING, CaptureState.STOPPED}  # every session begins and ends so


@dataclass(frozen=True, slots=True)
class Row:
    """Values for a table, but for the session's number.

    `reaches_s` is the time up to which it tells, `wall_clock` when that was.
    """

    table: str
    values: Mapping[str, Any]
    reaches_s: float
    wall_clock: float


class EventRows:
    """Makes rows of a run's events, in their order.

    Parameters
    ----------
    begins_s : float
        Time on the run's axis at which the session begins; times of rows count from there.

    Attributes
    ----------
    spoken : bool
        Somebody has spoken.
    failed : bool
        The run has failed.
    device : str
        Name of the first source; empty before there is one.
    reach_s, wall_clock : float
        Where the session's axis stands, and when that was.
    """

    def __init__(self, begins_s: float = 0.0) -> None:
        self._begins_s = begins_s
        self._engines = 0
        self._labels: tuple[str, ...] = ()
        self._dimensions: tuple[str, ...] = ()
        self._engine: EngineChanged | None = None
        self._state: tuple[str, str, str] = ("", "", "")
        self.spoken = self.failed = False
        self.device = ""
        self.reach_s = 0.0
        self.wall_clock = time.time()

    def of(self, event: Event) -> list[Row]:  # noqa: PLR0911 - one case for each event
        """What of an event is kept."""
        match event:
            case FinalResult():
                return self._utterance(event)
            case WordsHeard():
                return [self._words(event)]
            case Lost():
                self.spoken = True
                values = {
                    "segment": event.segment,
                    "start_s": self._on_axis(event.start_s),
                    "end_s": self._on_axis(event.end_s),
                    "reason": str(event.reason),
                }
                return [self._row("lost", values, event.end_s, event.wall_clock)]
            case Gap():
                values = {
                    "start_s": self._on_axis(event.start_s),
                    "seconds": event.seconds,
                    "reason": str(event.reason),
                }
                return [self._row("gap", values, event.end_s, event.wall_clock)]
            case EngineChanged():
                self._engine = event
                return [self._engine_row(event, event.labels, event.dimensions)]
            case StateChanged():
                return self._state_rows(event)
            case SoundWarned():
                warning = event.warning
                values = {
                    "at_s": self._on_axis(event.time_s),
                    "code": warning.code,
                    "message": warning.message,
                    "fields": to_text(dict(warning.fields)),
                }
                return [self._row("warning", values, event.time_s, event.wall_clock)]
            case Failure():
                self.failed |= event.fatal
                values = {
                    "at_s": self.reach_s,
                    "code": event.code,
                    "message": event.message,
                    "hint": event.hint,
                    "fatal": int(event.fatal),
                    "fields": to_text(dict(event.fields)),
                }
                return [Row("failure", {**values, "wall_clock": event.wall_clock}, *self._now())]
            case StatsSnapshot():
                self._reach(event.time_s, event.wall_clock)
        return []

    def change(self, kind: str, value: Any) -> Row:
        """That a person changed something just now."""
        self.wall_clock = max(self.wall_clock, time.time())
        values = {"at_s": self.reach_s, "kind": kind, "value": to_text(value)}
        return Row("change", {**values, "wall_clock": time.time()}, *self._now())

    def note(self, text: str, at_s: float | None, before: str = "") -> Row:
        """A person's words in place of those `before`; `at_s` is on the session's axis."""
        values = {"at_s": at_s, "text": text, "before": before, "wall_clock": time.time()}
        return Row("note", values, *self._now())

    def correction(self, segment: int, label: str | None) -> Row:
        """A person's label for an utterance; None takes it back."""
        values = {"segment": segment, "label": label, "wall_clock": time.time()}
        return Row("correction", values, *self._now())

    # --- one kind each ---

    def _utterance(self, event: FinalResult) -> list[Row]:
        said = event.prediction
        self.spoken |= not said.not_a_voice
        rows = []
        if (said.labels, said.dimensions) != (self._labels, self._dimensions):
            # Others are allowed since the model was told.
            engine = self._engine or EngineChanged("", said.labels, "", wall_clock=event.wall_clock)
            rows.append(self._engine_row(engine, said.labels, said.dimensions))
        voice = said.voice
        values = {
            "segment": event.segment,
            "engine": self._engines,
            "start_s": self._on_axis(event.start_s),
            "end_s": self._on_axis(event.end_s),
            "latency_ms": event.latency_ms,
            "inference_ms": said.inference_ms,
            "label": said.label,
            "confidence": said.confidence,
            "probabilities": to_text(said.probabilities),
            "uncertain": int(said.uncertain),
            "because": None if said.because is None else str(said.because),
            "not_a_voice": int(said.not_a_voice),
            "short_or_silent": int(said.short_or_silent),
            "novelty": said.novelty,
            "undoubted": None if said.undoubted is None else to_text(said.undoubted),
            "held_back": to_text([[str(cause), factor] for cause, factor in said.held_back]),
            "default_probabilities": (
                None if said.default_probabilities is None else to_text(said.default_probabilities)
            ),
            "voice_seconds": None if voice is None else voice.seconds,
            "voice_weight": None if voice is None else voice.weight,
            "speaker": None if voice is None else voice.speaker,
            "point": to_text(said.values) if said.dimensions else None,
        }
        rows.append(self._row("utterance", values, event.end_s, event.wall_clock))
        return rows

    def _words(self, event: WordsHeard) -> Row:
        said = event.transcript.later(-self._begins_s)
        told = said.data() if event.fused is None else {**said.data(), "fused": event.fused.data()}
        values = {"segment": event.segment, "transcript": to_text(told)}
        return Row("words", {**values, "wall_clock": time.time()}, *self._now())

    def _engine_row(self, event: EngineChanged, labels: Sequence[str], dimensions: Sequence[str]) -> Row:
        self._engines += 1
        self._labels, self._dimensions = tuple(labels), tuple(dimensions)
        values = {
            "number": self._engines,
            "at_s": self.reach_s,
            "model": event.model,
            "sha256": event.sha256,
            "labels": to_text(list(labels)),
            "dimensions": to_text(list(dimensions)),
            "abstain_below": event.abstain_below,
            "provider": event.provider,
            "notice": event.notice,
        }
        return Row("engine", {**values, "wall_clock": event.wall_clock}, *self._now())

    def _state_rows(self, event: StateChanged) -> list[Row]:
        self.device = self.device or event.source
        state = CaptureState.LISTENING if event.state in _LISTENING else event.state
        told = (str(state), event.source, event.message)
        if event.state in _NEVER or told == self._state:
            return []
        self._state = told
        values = {
            "at_s": self._on_axis(event.time_s),
            "state": told[0],
            "source": event.source,
            "message": event.message,
        }
        return [self._row("state", values, event.time_s, event.wall_clock)]

    # --- time ---

    def tick(self, event: AudioTick) -> None:
        """Sound has come up to here."""
        self._reach(event.time_s, time.time())

    def _on_axis(self, time_s: float) -> float:
        return max(0.0, time_s - self._begins_s)

    def _row(self, table: str, values: Mapping[str, Any], time_s: float, wall_clock: float) -> Row:
        self._reach(time_s, wall_clock)
        return Row(table, {**values, "wall_clock": wall_clock}, self._on_axis(time_s), wall_clock)

    def _reach(self, time_s: float, wall_clock: float) -> None:
        self.reach_s = max(self.reach_s, self._on_axis(time_s))
        self.wall_clock = max(self.wall_clock, wall_clock)

    def _now(self) -> tuple[float, float]:
        return self.reach_s, self.wall_clock


def to_text(value: Any) -> str:
    """JSON in one line; numbers that are not finite, and what JSON does not have, become text."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:
        return json.dumps(json.loads(json.dumps(value, default=str), parse_constant=str), ensure_ascii=False)
