"""Where a model errs: which emotions it takes for which, whose, and in what clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluation.clip_answers import Asked, ClipAnswers

_CONFUSIONS, _SPEAKERS, _BINS = 8, 5, 4
LISTEN = 30
"""Clips in the list to listen to."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """`share` of the clips of `emotion` were answered with `answer`."""

    emotion: str
    answer: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Miss:
    """A clip that was answered wrongly, and how sure the model was."""

    asked: Asked
    answer: str
    confidence: float


def worst_confusions(report: Mapping[str, Any]) -> list[Confusion]:
    """The most frequent ones by their share of the true class, the worst first."""
    labels, matrix = report["labels"], np.array(report["confusion"])
    found = [
        Confusion(labels[k], labels[j], int(matrix[k, j]), float(matrix[k, j] / matrix[k].sum()))
        for k, j in np.ndindex(*matrix.shape)
        if k != j and matrix[k, j]
    ]
    return sorted(found, key=lambda one: (-one.share, one.emotion, one.answer))[:_CONFUSIONS]


def worst_speakers(report: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Those with the lowest UAR, the worst first."""
    people = sorted(report["per_speaker"].items(), key=lambda item: (item[1]["uar"], item[0]))
    return people[:_SPEAKERS]


def by_length(answers: ClipAnswers) -> list[tuple[float, float, int, float]]:
    """(from s, to s, clips, accuracy) of as many clips each, the shortest first."""
    seconds = np.array([one.seconds for one in answers.asked])
    right = answers.probabilities.argmax(axis=1) == answers.truth
    order = np.argsort(seconds, kind="stable")
    return [
        (float(seconds[part].min()), float(seconds[part].max()), len(part), float(right[part].mean()))
        for part in np.array_split(order, _BINS)
        if len(part)
    ]


def misses(answers: ClipAnswers) -> list[Miss]:
    """All wrong answers that were not called uncertain, the surest first: what is worth listening to."""
    best = answers.probabilities.argmax(axis=1)
    found = [
        Miss(one, answers.labels[k], float(chances[k]))
        for one, k, chances in zip(answers.asked, best, answers.probabilities, strict=True)
        if one.certain and answers.labels[k] != one.emotion
    ]
    return sorted(found, key=lambda miss: (-miss.confidence, miss.asked.path))


def openable(found: Sequence[Miss]) -> list[Miss]:
    """Those whose clips are on this computer."""
    return [miss for miss in found if Path(miss.asked.path).is_file()]


def playlist(found: Sequence[Miss]) -> str:
    """An extended M3U of clips, in UTF-8."""
    lines = ["#EXTM3U"]
    for miss in found:
        title = f"{miss.asked.emotion}, answered {miss.answer} ({100 * miss.confidence:.0f} %)"
        lines += [f"#EXTINF:{max(1, round(miss.asked.seconds))},{title}", miss.asked.path]
    return "\n".join(lines) + "\n"
