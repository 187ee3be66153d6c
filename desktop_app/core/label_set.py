"""Which of a model's emotions may be an answer: the one rule, for every program that leaves some out.

A model rates all of its labels, always. Where fewer are allowed, its probabilities are divided among those
(their sum becomes 1), and what is "uncertain" is decided anew:

- An answer needs as much evidence as before, not the same number. Among n labels chance alone gives 1/n, so
  the model's threshold, which was chosen for all of its N labels, would call an even split between two an
  answer. Its odds are multiplied by (N - 1) / (n - 1): an answer whose other probability is spread evenly is
  then certain among few labels exactly if it was among all.
- What was uncertain between an allowed label and one that is left out becomes certain: for that, people leave
  labels out. What was certain of a label that is left out has to be certain once more among the others.
- Noise, to which all labels are equally likely, stays uncertain however few are allowed.
- What is not a voice stays so. Too short or silent stays uncertain: the sound is to blame, not the labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.doubt import cause_of
from desktop_app.core.errors import CallError
from desktop_app.core.types import Prediction

FEWEST: Final = 2
_CODE: Final = "call.labels"
_LEAST: Final = (
    1e-12  # so that an answer which leaves nothing for the allowed labels can be divided among them
)

Probabilities = npt.NDArray[np.float64]


def parse_labels(text: str) -> tuple[str, ...]:
    """Labels from a list with commas, as on a command line. CallError (``call.labels``) as `check_labels`."""
    labels = split_labels(text)
    check_labels(labels)
    return labels


def split_labels(text: str) -> tuple[str, ...]:
    """Labels from a list with commas, unchecked: for whoever has the model, and so `LabelSet.of`, at hand."""
    return tuple(part.strip() for part in text.split(","))


def check_labels(labels: Sequence[str]) -> None:
    """Raise CallError (``call.labels``) for fewer than two labels, an empty one, or one named twice."""
    if not all(labels):
        raise CallError("Labels are parted by single commas, such as neutral,happy,sad.", code=_CODE)
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        raise CallError(f"The label '{twice[0]}' is named twice.", code=_CODE, fields={"label": twice[0]})
    if len(labels) < FEWEST:
        raise CallError("At least two labels are needed to choose between.", code=_CODE)


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels that are allowed as answers of one model. Make one with `LabelSet.of`.

    Attributes
    ----------
    model_labels : the model's, in its order
    labels : those that are allowed, in the same order
    """

    model_labels: tuple[str, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, model_labels: Sequence[str], wanted: Sequence[str] = ()) -> LabelSet:
        """The wanted ones of the model's labels; all of them if none is named.

        Raises
        ------
        CallError
            With the code ``call.labels``: the model does not have one, gives dimensions in place of labels,
            or as `check_labels`.
        """
        everything = tuple(model_labels)
        if not wanted:
            return cls(everything, everything)
        if not everything:
            raise CallError("The model gives dimensions, and has no emotions to choose from.", code=_CODE)
        for label in filter(None, wanted):
            if label not in everything:
                raise CallError(
                    f"The model has no label '{label}'.",
                    f"It has: {', '.join(everything)}.",
                    code=_CODE,
                    fields={"label": label, "labels": list(everything)},
                )
        check_labels(wanted)
        return cls(everything, tuple(label for label in everything if label in wanted))

    @property
    def all_allowed(self) -> bool:
        return self.labels == self.model_labels

    def threshold(self, of_model: float) -> float:
        """The confidence from which on an answer among these counts, from the model's own threshold."""
        count, allowed = len(self.model_labels), len(self.labels)
        if allowed == count:
            return of_model
        if allowed < FEWEST:  # nothing to be unsure between
            return 0.0
        odds = (count - 1) / (allowed - 1)
        return of_model * odds / (of_model * odds + 1 - of_model)

    def divide(self, probabilities: Probabilities) -> Probabilities:
        """Probabilities [..., model's labels] divided among the allowed: [..., allowed labels], of sum 1."""
        if self.all_allowed:
            return probabilities
        columns = [self.model_labels.index(label) for label in self.labels]
        shares: Probabilities = np.maximum(probabilities[..., columns], _LEAST)
        shares /= shares.sum(axis=-1, keepdims=True)
        return shares

    def among(self, prediction: Prediction, abstain_below: float) -> Prediction:
        """A model's whole answer as one among the allowed labels; `abstain_below` is the model's threshold.

        Raises
        ------
        ValueError
            The prediction has other labels than this set's model.
        """
        if prediction.labels != self.model_labels:
            raise ValueError(f"an answer among {prediction.labels}, and not {self.model_labels}")
        if self.all_allowed:
            return prediction
        shares = self.divide(np.asarray(prediction.probabilities, dtype=np.float64))
        best = int(np.argmax(shares))
        confidence = float(shares[best])
        threshold = self.threshold(abstain_below)
        uncertain = prediction.short_or_silent or prediction.not_a_voice or confidence < threshold
        undoubted = None
        if prediction.undoubted is not None:
            undoubted = tuple(self.divide(np.asarray(prediction.undoubted, dtype=np.float64)).tolist())
        return replace(
            prediction,
            labels=self.labels,
            probabilities=tuple(shares.tolist()),
            label=self.labels[best],
            confidence=confidence,
            uncertain=uncertain,
            undoubted=undoubted,
            because=(
                cause_of(
                    shares.tolist(), prediction.held_back, threshold, too_short=prediction.short_or_silent
                )
                if uncertain and not prediction.not_a_voice
                else None
            ),
        )
