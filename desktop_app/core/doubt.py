"""Why an answer is uncertain: one rule, for all that decide whether it is, and its words for a person."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_app.core.language import mark
from desktop_app.core.types import Cause, FinalResult, PartialResult, Prediction, SoundWarning


@dataclass(frozen=True, slots=True)
class DoubtWords:
    """One cause, as a person reads it.

    `why` and `shortly` (for a table) are phrases, `what_to_do` is what to do about it, and `brief` the same
    in one line; empty where nothing can be done.
    """

    why: str
    shortly: str
    what_to_do: str
    brief: str = ""


OF_CAUSE: Final[Mapping[Cause, DoubtWords]] = {
    Cause.SHORT: DoubtWords(
        mark("too short to tell"),
        mark("too short"),
        mark("There was too little speech to judge by. Speak a little longer."),
        mark("Speak a little longer."),
    ),
    Cause.NOISE: DoubtWords(
        mark("too much noise"),
        mark("noise"),
        mark("Other sound covers the voice. Come closer to the microphone, or find a quieter place."),
        mark("Come closer to the microphone, or find a quieter place."),
    ),
    Cause.UNFAMILIAR: DoubtWords(
        mark("unfamiliar voice or microphone"),
        mark("unfamiliar"),
        mark(
            "This voice or microphone is unlike those that the model learnt from. Speak on: the program gets "
            "used to a voice while it hears it. Or make a voice profile."
        ),
        mark("Speak on: the program gets used to a voice."),
    ),
    Cause.BETWEEN: DoubtWords(
        mark("no emotion is clear enough"),
        mark("not clear"),
        mark(
            "One emotion is likelier than the others, but not likely enough to count as an answer. There is "
            "nothing to be done about it."
        ),
    ),
}
_SEVERAL_CLOSE: Final = DoubtWords(
    mark("between two emotions"),
    mark("between two"),
    mark("Two emotions or more are about equally likely. There is nothing to be done about it."),
)
_MANY_CLOSE: Final = DoubtWords(
    mark("between several emotions"),
    mark("between several"),
    mark("Three emotions or more are about equally likely. There is nothing to be done about it."),
)
_SEVERAL_HEARD: Final = DoubtWords(
    mark("several emotions were heard"),
    mark("several heard"),
    mark(
        "The utterances were answered with several emotions, and none of them stands for all of it. Each "
        "utterance has its own answer."
    ),
)
CLOSE: Final = 2 / 3
"""The share of the likeliest emotion's probability from which on another counts as about as likely."""
HARDLY_A_VOICE: Final = 0.5
"""Where noise leaves less of the logits than this share, it is the cause, whatever the rest would say."""
NOTHING_TO_SPEAK_OF: Final = 0.9
"""What leaves more of the logits than this share is no cause, even where it tips the balance."""
_LEAST_LEFT: Final = 1e-6
NOT_A_VOICE: Final = mark("not a voice")
NOBODY_SPEAKS: Final = mark(
    "Something was heard in which nobody speaks, such as a door or dishes. It has no emotion, and no voice "
    "is learnt from it."
)


WHY: Final[Mapping[str, str]] = {
    **{str(cause): words.why for cause, words in OF_CAUSE.items()},
    "between_two": _SEVERAL_CLOSE.why,
    "between_several": _MANY_CLOSE.why,
    "several_heard": _SEVERAL_HEARD.why,
    "not_a_voice": NOT_A_VOICE,
}
"""Every `why`, for programs in another language that follow the rules of `words_of_whole`."""


def words_of(because: Cause, probabilities: Iterable[float] = ()) -> DoubtWords:
    """How a cause is told.

    `Cause.BETWEEN` says only that no emotion was likely enough: that several are about equally likely is
    told where `probabilities` [labels] show it.
    """
    if because is Cause.BETWEEN:
        first, second, third, *_ = [*sorted(probabilities, reverse=True), 0.0, 0.0, 0.0]
        if first > 0 and second >= CLOSE * first:
            return _MANY_CLOSE if third >= CLOSE * first else _SEVERAL_CLOSE
    return OF_CAUSE[because]


def words_of_whole(
    because: Cause, probabilities: Iterable[float], answers: Iterable[tuple[str, float]]
) -> DoubtWords:
    """How the cause is told for a recording as a whole: also that its utterances had several answers.

    Parameters
    ----------
    probabilities : iterable [labels]
        Of the whole.
    answers : pairs
        The answer to each utterance in which somebody speaks, empty where it was uncertain, and its seconds.
    """
    if because is Cause.BETWEEN:
        seconds: dict[str, float] = {}
        for label, length in answers:
            seconds[label] = seconds.get(label, 0.0) + length
        doubtful = seconds.pop("", 0.0)
        if len(seconds) > 1 and sum(seconds.values()) >= doubtful:
            return _SEVERAL_HEARD
    return words_of(because, probabilities)


def doubt_about(prediction: Prediction) -> DoubtWords | None:
    """Why this prediction is uncertain; None if no cause is known."""
    because = prediction.because
    return None if because is None else words_of(because, prediction.probabilities)


def cause_of(
    probabilities: Sequence[float],
    held_back: Iterable[tuple[Cause, float]],
    abstain_below: float,
    *,
    too_short: bool,
) -> Cause:
    """The cause of an answer's uncertainty.

    That is noise where it leaves less than `HARDLY_A_VOICE`; else what holds most back, if the answer would
    count without that alone, and without anything that is left out of `held_back`: else `Cause.BETWEEN`.

    Parameters
    ----------
    probabilities : sequence [labels]
        As they are, with everything held back.
    held_back : pairs
        Each cause that may be told, and the factor by which it multiplied the logits.
    abstain_below : float
        The confidence from which on an answer counts.
    too_short : bool
        Whether there was too little sound to judge, whatever the answer.
    """
    if too_short:
        return Cause.SHORT
    factors = dict(held_back)
    if factors.get(Cause.NOISE, 1.0) < HARDLY_A_VOICE:
        return Cause.NOISE
    strongest = min(factors, key=factors.__getitem__, default=Cause.BETWEEN)
    left = factors.get(strongest, 1.0)
    if left > NOTHING_TO_SPEAK_OF or _confidence_without(left, probabilities) < abstain_below:
        return Cause.BETWEEN
    return strongest


def _confidence_without(left: float, probabilities: Sequence[float]) -> float:
    """The highest probability if logits had not been multiplied by `left`: p^(1/left), of sum 1."""
    best, power = max(probabilities), 1.0 / max(left, _LEAST_LEFT)
    return 1.0 / sum(math.pow(share / best, power) for share in probabilities)


def cause_of_point(held_back: Iterable[tuple[Cause, float]], *, too_short: bool) -> Cause | None:
    """Why the values of dimensions are not to be relied on; None if nothing speaks against them.

    There is nothing to be between: a cause counts if it leaves less than `HARDLY_A_VOICE`.

    Parameters
    ----------
    held_back : pairs
        Each cause, and what it leaves, 0 to 1.
    too_short : bool
        Whether there was too little sound to judge.
    """
    if too_short:
        return Cause.SHORT
    cause, left = min(held_back, key=lambda item: item[1], default=(None, 1.0))
    return cause if left < HARDLY_A_VOICE else None


def in_words(prediction: Prediction) -> str:
    """What stands in place of an emotion, such as ``uncertain: too much noise``; empty for an answer."""
    if prediction.not_a_voice:
        return NOT_A_VOICE
    if not prediction.uncertain:
        return ""
    doubt = doubt_about(prediction)
    return "uncertain" if doubt is None else f"uncertain: {doubt.why}"


def stretches(count: int) -> str:
    """Such as ``1 stretch``, or ``3 stretches``."""
    return f"{count} stretch" + ("" if count == 1 else "es")


def left_out(count: int, say: Callable[[str], str] = str) -> str:
    """How many sounds without a voice stand in no table; empty for none. `say` translates."""
    if count == 0:
        return ""
    if count == 1:
        return say(mark("1 sound without a voice left out"))
    return say(mark("{count} sounds without a voice left out")).format(count=count)


def sounds_without_voice(count: int, seconds: float, spoken: int, *, live: bool = False) -> SoundWarning:
    """The warning that some sounds were not a voice.

    Parameters
    ----------
    count, seconds : int, float
        Of the stretches that were none.
    spoken : int
        How many others there were, in which somebody speaks.
    live : bool
        Whether they were heard live, where there is no table that they could be left out of.
    """
    what = f"{stretches(count)} of sound ({seconds:.1f} s)"
    were, them, have = ("were", "them", "have") if count > 1 else ("was", "it", "has")
    if not spoken:
        text = f"No voice was found: {what} {were} heard, and nobody speaks in {them}."
    elif live:
        text = f"{what} {were} not a voice, and {have} no emotion."
    else:
        text = f"{what} {were} not a voice, and {were} left out of the table and the overall result."
    fields = {"stretches": count, "seconds": round(seconds, 6), "spoken": spoken}
    return SoundWarning("not_a_voice", text, fields)


def takes_the_place(
    new: PartialResult | FinalResult, shown: PartialResult | FinalResult | None, hold_s: float
) -> bool:
    """Whether a result is shown in place of the one before.

    A sound without a voice leaves an answer in sight for `hold_s` seconds, unless it is the last word on the
    same stretch of sound.
    """
    if shown is None or shown.prediction.not_a_voice or not new.prediction.not_a_voice:
        return True
    if new.segment == shown.segment and isinstance(new, FinalResult):
        return True
    return abs(new.end_s - shown.end_s) > hold_s
