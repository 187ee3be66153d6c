"""Why an answer is uncertain: one rule, for all that decide whether it is, and its words for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from desktop_app.core.types import Cause, Prediction

WORDS: Final[Mapping[Cause, str]] = {
    Cause.SHORT: "too short to tell",
    Cause.NOISE: "too much noise",
    Cause.UNFAMILIAR: "unfamiliar voice or microphone",
    Cause.BETWEEN: "between two emotions",
}
NOT_A_VOICE: Final = "not a voice"


def cause_of(
    undoubted: Sequence[float] | None,
    held_back: Iterable[tuple[Cause, float]],
    abstain_below: float,
    *,
    too_short: bool,
) -> Cause:
    """The cause of an answer's uncertainty.

    Parameters
    ----------
    undoubted : sequence [labels], optional
        The probabilities if nothing were held back; None if the model does not tell.
    held_back : pairs
        Each cause, and the factor by which it multiplied the logits.
    abstain_below : float
        The confidence from which on an answer counts.
    too_short : bool
        Whether there was too little sound to judge, whatever the answer.
    """
    if too_short:
        return Cause.SHORT
    if undoubted is None or max(undoubted) < abstain_below:
        return Cause.BETWEEN
    return min(held_back, key=lambda pair: pair[1], default=(Cause.BETWEEN, 1.0))[0]


def in_words(prediction: Prediction) -> str:
    """What stands in place of an emotion, such as ``uncertain: too much noise``; empty for an answer."""
    if prediction.not_a_voice:
        return NOT_A_VOICE
    if not prediction.uncertain:
        return ""
    return f"uncertain: {WORDS[prediction.because]}" if prediction.because is not None else "uncertain"
