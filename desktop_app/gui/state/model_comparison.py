"""Two models on one recording: what each says of a segment, how often they agree, who is right. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb
from pathlib import Path
from typing import Final

from desktop_app.analysis.corrections import Correction, matched
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.core.language import mark, tr
from desktop_app.core.palette import canonical
from desktop_app.core.types import Prediction
from desktop_app.gui.state.words import emotion, percent

NO_ANSWER: Final = mark("uncertain")
NOBODY: Final = mark("not a voice")
UNHEARD: Final = mark("no segment")
_CHANCE: Final = 0.05
_LABELLED_WHERE_WRONG: Final = mark(
    "People label most where the model in use was wrong, which speaks against that one."
)


class Agreement(StrEnum):
    """How two answers to the same speech relate."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"  # at least one of them gives no answer


@dataclass(frozen=True, slots=True)
class ComparedSegment:
    """A stretch of speech, what each model says of it, and what a person says.

    `first` or `second` is None where that model has no segment; `said` is empty where nobody labelled it.
    """

    start_s: float
    end_s: float
    first: Prediction | None
    second: Prediction | None
    said: str = ""

    @property
    def agreement(self) -> Agreement:
        one, other = answer(self.first), answer(self.second)
        if one is None or other is None:
            return Agreement.UNSURE
        return Agreement.SAME if alike(one, other) else Agreement.DIFFERENT

    @property
    def right(self) -> tuple[bool, bool]:
        """Whether each model answers as the person does."""
        return alike(answer(self.first), self.said), alike(answer(self.second), self.said)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on one recording.

    Attributes
    ----------
    path : Path
        Of the recording.
    names : (str, str)
        Of the models, told apart.
    labels : (tuple, tuple)
        The emotions of each.
    segments : tuple of ComparedSegment
    """

    path: Path
    duration_s: float
    names: tuple[str, str]
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    segments: tuple[ComparedSegment, ...]

    @classmethod
    def of(
        cls,
        path: Path,
        names: tuple[str, str],
        labels: tuple[tuple[str, ...], tuple[str, ...]],
        first: RecordingAnalysis,
        second: RecordingAnalysis,
    ) -> Comparison:
        """Pair the segments of two analyses of the same recording; corrections are those of `first`."""
        pairs = _paired(first.segments, second.segments)
        stretches = [
            ((one or other).start_s, (one or other).end_s)  # type: ignore[union-attr]  # one of them is there
            for one, other in pairs
        ]
        records: list[Correction | None] = matched(first.corrections, stretches, first.channel)
        return cls(
            path,
            max(first.duration_s, second.duration_s),
            names,
            labels,
            tuple(
                ComparedSegment(
                    start_s,
                    end_s,
                    None if one is None else one.prediction,
                    None if other is None else other.prediction,
                    "" if record is None else record.label,
                )
                for (start_s, end_s), (one, other), record in zip(stretches, pairs, records, strict=True)
            ),
        )

    def counted(self, agreement: Agreement) -> int:
        return sum(each.agreement is agreement for each in self.segments)

    @property
    def emotions(self) -> tuple[str, ...]:
        """All that any of them can answer or a person said, each once, whatever it is called."""
        said = (each.said for each in self.segments if each.said)
        return tuple(dict.fromkeys(canonical(label) for label in (*self.labels[0], *self.labels[1], *said)))

    @property
    def labelled(self) -> list[ComparedSegment]:
        """Those with a person's label that both models can give."""
        one, other = ({canonical(label) for label in labels} for labels in self.labels)
        return [each for each in self.segments if each.said and canonical(each.said) in one & other]

    @property
    def right(self) -> tuple[int, int]:
        """How many of the labelled ones each model answers as the person does."""
        return sum(each.right[0] for each in self.labelled), sum(each.right[1] for each in self.labelled)

    @property
    def told(self) -> str:
        """Who is right more often, with the counts, and whether that may be chance."""
        labelled = self.labelled
        if not labelled:
            if any(each.said for each in self.segments):
                return tr(
                    "None of your labels is one that both models know, so nobody can tell which is right."
                )
            return tr(
                "Nobody labelled this recording, so it does not tell which is right. Label some of its "
                "segments on the page Recordings (1 to 9), those that seem right as well."
            )
        if len(labelled) == 1:
            counts = tr("Of 1 segment that you labelled, {first} is right in {one}, {second} in {other}.")
        else:
            counts = tr(
                "Of {count} segments that you labelled, {first} is right in {one}, {second} in {other}."
            )
        (first, second), (one, other) = self.names, self.right
        of = counts.format(count=len(labelled), first=first, second=second, one=one, other=other)
        return f"{of} {self._chance} {tr(_LABELLED_WHERE_WRONG)}"

    @property
    def _chance(self) -> str:
        alone = [each.right for each in self.labelled]
        first_alone, second_alone = alone.count((True, False)), alone.count((False, True))
        if first_alone == second_alone:
            return tr("That does not tell them apart.")
        if sign_test(first_alone, second_alone) >= _CHANCE:
            return tr("So small a difference may be chance.")
        better = self.names[0] if first_alone > second_alone else self.names[1]
        return tr("That is hardly chance: on this recording {name} is right more often.").format(name=better)


def answer(prediction: Prediction | None) -> str | None:
    """What a model answers; None where it is uncertain, hears no voice or has no segment."""
    if prediction is None or prediction.uncertain or prediction.not_a_voice:
        return None
    return prediction.label


def alike(one: str | None, other: str | None) -> bool:
    """Whether two labels name the same emotion, as ``anger`` and ``angry`` do."""
    return one is not None and other is not None and canonical(one) == canonical(other)


def shown(prediction: Prediction | None) -> str:
    """What stands in a table for it, with how sure it is."""
    if prediction is None:
        return tr(UNHEARD)
    if prediction.not_a_voice:
        return tr(NOBODY)
    best = f"{emotion(prediction.label)} {percent(prediction.confidence)}"
    return f"{tr(NO_ANSWER)} ({best})" if prediction.uncertain else best


def told_apart(first: str, second: str) -> tuple[str, str]:
    """Two names as they can stand side by side, although both may be alike."""
    return (first, second) if first != second else (f"{first} (1)", f"{second} (2)")


def sign_test(first: int, second: int) -> float:
    """Probability of so uneven a split of cases in which one alone is right, if both were equally good.

    The exact two-sided binomial test of McNemar (1947).
    """
    total = first + second
    if not total:
        return 1.0
    tail = sum(comb(total, k) for k in range(min(first, second) + 1)) / 2**total
    return min(1.0, 2 * tail)


def _paired(
    first: Sequence[SegmentResult], second: Sequence[SegmentResult]
) -> list[tuple[SegmentResult | None, SegmentResult | None]]:
    """Segments that overlap by at least half of the longer one; the others stand alone. In order of time."""
    pairs: list[tuple[SegmentResult | None, SegmentResult | None]] = []
    taken: set[int] = set()
    begin = 0
    for one in first:
        while begin < len(second) and second[begin].end_s <= one.start_s:
            begin += 1
        best, best_overlap = None, 0.0
        for place in range(begin, len(second)):
            other = second[place]
            if other.start_s >= one.end_s:
                break
            overlap = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
            if place not in taken and overlap > best_overlap:
                best, best_overlap = place, overlap
        if best is not None and best_overlap >= 0.5 * max(one.duration_s, second[best].duration_s):
            taken.add(best)
            pairs.append((one, second[best]))
        else:
            pairs.append((one, None))
    pairs += [(None, other) for place, other in enumerate(second) if place not in taken]
    return sorted(pairs, key=lambda pair: (pair[0] or pair[1]).start_s)  # type: ignore[union-attr]
