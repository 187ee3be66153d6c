"""Events of a run that is made up, for tests of what is kept of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.types import Cause, Failure, FinalResult, Prediction, VoiceUse
from desktop_app.sessions.store import OpenedSession, SessionStore

LABELS = ("neutral", "happy", "sad")
NOON = 4_131_259_200.0  # 2100-11-30 12:00 UTC: a session never ends before the clock of the machine


def prediction(
    label: str = "happy", confidence: float = 0.7, *, uncertain: bool = False, not_a_voice: bool = False
) -> Prediction:
    rest = (1.0 - confidence) / (len(LABELS) - 1)
    probabilities = tuple(confidence if name == label else rest for name in LABELS)
    return Prediction(
        LABELS,
        probabilities,
        label,
        confidence,
        uncertain or not_a_voice,
        3.5,
        embedding=np.ones(4, np.float32),
        voice=VoiceUse(12.5, 0.25, 2),
        because=Cause.BETWEEN if uncertain else None,
        not_a_voice=not_a_voice,
        undoubted=(0.2, 0.5, 0.3),
        held_back=((Cause.NOISE, 0.75),),
        novelty=1.25,
        default_probabilities=(0.1, 0.6, 0.3),
        speaker=np.ones(4, np.float32),
    )


def final(
    segment: int = 0,
    start_s: float = 1.0,
    seconds: float = 2.0,
    *,
    wall_clock: float | None = None,
    **said: Any,
) -> FinalResult:
    end_s = start_s + seconds
    clock = NOON + end_s if wall_clock is None else wall_clock
    return FinalResult(segment, start_s, end_s, prediction(**said), 42.0, clock)


class Told(list[Failure]):
    """Failures that a writer told."""

    @property
    def codes(self) -> list[str]:
        return [failure.code for failure in self]


def opened(folder: Path, number: int = 1) -> OpenedSession:
    with SessionStore(folder) as store:
        return store.open(number)


def wait_until(condition: Callable[[], bool], what: str, limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {limit_s} s: {what}"
        time.sleep(0.002)
