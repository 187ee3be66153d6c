"""What was answered to each clip of a test, as a table that stays beside the figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.core.foreign_files import ReadError, read_regular
from desktop_app.core.safe_files import printable_path, write_text
from models.corpora.base import Clip
from models.errors import TrainingError
from models.evaluation.metrics import Probabilities, Report, report

ANSWERS = "answers.csv"
"""What the table of a run is called."""
_HEAD = (
    *("path", "corpus", "speaker", "gender", "emotion", "seconds"),
    *("protocol", "condition", "answer", "confidence", "certain"),
)
_MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """One clip under one condition of one protocol; `emotion` is the truth."""

    path: str
    corpus: str
    speaker: str
    gender: str
    emotion: str
    seconds: float
    protocol: str
    condition: str
    certain: bool


@dataclass(frozen=True, slots=True, eq=False)
class ClipAnswers:
    """Questions, and the probabilities float64 [questions, labels] that were answered."""

    labels: tuple[str, ...]
    asked: tuple[Asked, ...]
    probabilities: Probabilities

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        clips: Sequence[Clip],
        seconds: Sequence[float] | npt.NDArray[np.float64],
        probabilities: Probabilities,
        certain: npt.NDArray[np.bool_],
        *,
        protocol: str,
        condition: str,
    ) -> ClipAnswers:
        """The answers to `clips` under one condition."""
        asked = (
            Asked(
                printable_path(clip.path),
                clip.corpus,
                clip.speaker,
                clip.gender,
                clip.emotion,
                float(length),
                protocol,
                condition,
                bool(sure),
            )
            for clip, length, sure in zip(clips, seconds, certain, strict=True)
        )
        return cls(tuple(labels), tuple(asked), probabilities)

    @property
    def truth(self) -> npt.NDArray[np.int64]:
        """Index into `labels` [questions]."""
        return np.array([self.labels.index(one.emotion) for one in self.asked], dtype=np.int64)

    def where(self, chosen: Callable[[Asked], bool]) -> ClipAnswers:
        """The chosen questions only."""
        rows = [row for row, one in enumerate(self.asked) if chosen(one)]
        return ClipAnswers(self.labels, tuple(self.asked[row] for row in rows), self.probabilities[rows])

    def under(self, condition: str) -> ClipAnswers:
        """The questions of one condition."""
        return self.where(lambda one: one.condition == condition)

    def among(self, labels: Sequence[str]) -> ClipAnswers:
        """Only clips of these classes, judged among these classes."""
        kept = self.where(lambda one: one.emotion in labels)
        shares = kept.probabilities[:, [self.labels.index(label) for label in labels]]
        return ClipAnswers(tuple(labels), kept.asked, shares / shares.sum(axis=1, keepdims=True))

    def report(self, protocol: str = "") -> Report:
        """Figures over all questions."""
        return report(
            self.probabilities,
            self.truth,
            [one.speaker for one in self.asked],
            self.labels,
            genders=[one.gender for one in self.asked],
            certain=np.array([one.certain for one in self.asked]),
            protocol=protocol,
        )


def joined(parts: Sequence[ClipAnswers]) -> ClipAnswers:
    """All of them, in their order; they have the same labels."""
    return ClipAnswers(
        parts[0].labels,
        tuple(one for part in parts for one in part.asked),
        np.concatenate([part.probabilities for part in parts]),
    )


def write_answers(path: Path, answers: ClipAnswers) -> None:
    """As CSV. Raises WriteError."""
    write_text(path, as_csv(answers), "table of answers")


def as_csv(answers: ClipAnswers) -> str:
    """`_HEAD`, then p_LABEL for each label."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_HEAD, *(f"p_{label}" for label in answers.labels)])
    for one, chances in zip(answers.asked, answers.probabilities, strict=True):
        best = int(chances.argmax())
        writer.writerow(
            [
                *(one.path, one.corpus, one.speaker, one.gender, one.emotion, f"{one.seconds:.4f}"),
                *(one.protocol, one.condition, answers.labels[best], f"{chances[best]:.6f}"),
                "true" if one.certain else "false",
                *(f"{chance:.9g}" for chance in chances),
            ]
        )
    return text.getvalue()


def read_answers(path: Path) -> ClipAnswers:
    """What `write_answers` wrote.

    Raises
    ------
    TrainingError
        If the file cannot be read, or holds something else.
    """
    try:
        return answers_from_csv(read_regular(path, _MOST_BYTES, "table of answers").decode("utf-8"))
    except (ReadError, ValueError) as error:
        reason = str(error).rstrip(".")
        raise TrainingError(
            f"The table of answers {path} cannot be read: {reason}.", "Make it again by the same command."
        ) from error


def answers_from_csv(text: str) -> ClipAnswers:
    """What `as_csv` wrote. Raises ValueError if it is something else."""
    rows = csv.reader(io.StringIO(text))
    head = next(rows, [])
    if tuple(head[: len(_HEAD)]) != _HEAD:
        raise ValueError("it has other columns")
    labels = tuple(name.removeprefix("p_") for name in head[len(_HEAD) :])
    asked, chances = [], []
    for row in rows:
        if len(row) != len(head):
            raise ValueError("a row has other columns than the head")
        path, corpus, speaker, gender, emotion, seconds, protocol, condition, _, _, certain = row[:11]
        asked.append(
            Asked(
                *(path, corpus, speaker, gender, emotion),
                seconds=float(seconds),
                protocol=protocol,
                condition=condition,
                certain=certain == "true",
            )
        )
        chances.append([float(cell) for cell in row[len(_HEAD) :]])
    if not asked or {one.emotion for one in asked} - set(labels):
        raise ValueError("it holds no answers, or classes without a probability")
    return ClipAnswers(labels, tuple(asked), np.array(chances).reshape(len(asked), len(labels)))
