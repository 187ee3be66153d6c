"""Words of emotions, dimensions, doubt and voices, shares and times as the window shows them. Knows no Qt.

What is kept, exported and written as JSON has the labels of the model, always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from desktop_app.core import dimensions, doubt, voice_words
from desktop_app.core.doubt import DoubtWords
from desktop_app.core.language import localised, mark, tr, translated
from desktop_app.core.palette import canonical
from desktop_app.core.types import Prediction, VoiceUse

_EMOTIONS: Final[Mapping[str, str]] = {
    "neutral": mark("neutral"),
    "calm": mark("calm"),
    "happy": mark("happy"),
    "sad": mark("sad"),
    "angry": mark("angry"),
    "fearful": mark("fearful"),
    "disgust": mark("disgust"),
    "surprised": mark("surprised"),
    "boredom": mark("bored"),
    "bored": mark("bored"),
    "amused": mark("amused"),
    "amusement": mark("amused"),
    "contempt": mark("contemptuous"),
    "contemptuous": mark("contemptuous"),
    "excited": mark("excited"),
    "excitement": mark("excited"),
    "frustrated": mark("frustrated"),
    "frustration": mark("frustrated"),
    "sleepy": mark("sleepy"),
    "sleepiness": mark("sleepy"),
    "other": mark("other"),
    "unknown": mark("unknown"),
}
"""By the palette's name of a label, or the label in lower case."""
_DIMENSIONS: Final[Mapping[str, str]] = {
    "arousal": mark("arousal"),
    "activation": mark("activation"),
    "activity": mark("activity"),
    "valence": mark("valence"),
    "pleasure": mark("pleasure"),
    "pleasantness": mark("pleasantness"),
    "dominance": mark("dominance"),
}


def emotion(label: str) -> str:
    """A label in the language of the window; one that is not known stays as it is."""
    if not translated():
        return label
    known = _EMOTIONS.get(canonical(label))
    return label if known is None else tr(known)


def dimension(name: str) -> str:
    """The name of a dimension likewise."""
    if not translated():
        return name
    known = _DIMENSIONS.get(name.strip().casefold())
    return name if known is None else tr(known)


def named(name: str) -> str:
    """The name of what a model gives a number for: an emotion or a dimension."""
    return dimension(name) if name.strip().casefold() in _DIMENSIONS else emotion(name)


def capital(text: str) -> str:
    """With a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def ends(name: str) -> tuple[str, str]:
    """What 0 and 1 of a dimension mean."""
    low, high = dimensions.ends(name)
    return tr(low), tr(high)


def in_numbers(names: Sequence[str], values: Sequence[float]) -> str:
    """Such as ``arousal 0.62, valence 0.41``."""
    return localised(dimensions.in_numbers([dimension(name) for name in names], values))


def number(value: float) -> str:
    """A value of a dimension."""
    return localised(dimensions.number(value))


def in_brief(names: Sequence[str], values: Sequence[float]) -> str:
    """Where a point lies, such as ``positive, calm``."""
    return dimensions.in_brief(names, values, _word)


def brief(prediction: Prediction) -> str:
    """What is answered, in a word or two: the label, or where the values of dimensions lie."""
    if prediction.dimensions:
        return in_brief(prediction.dimensions, prediction.values)
    return emotion(prediction.label)


def percent(share: float) -> str:
    """A share of 0 to 1, or a probability."""
    return f"{round(100 * share)} %"


def clock(seconds: float) -> str:
    """Seconds as m:ss, or h:mm:ss."""
    whole = int(max(0.0, seconds))
    hours, rest = divmod(whole, 3600)
    if hours:
        return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"
    return f"{rest // 60}:{rest % 60:02d}"


def moment(seconds: float, digits: int = 1) -> str:
    """Seconds as m:ss.d or h:mm:ss.d, with so many decimals."""
    units = 10**digits
    whole, part = divmod(round(max(0.0, seconds) * units), units)
    return localised(f"{clock(whole)}.{part:0{digits}d}")


def _word(text: str) -> str:
    return dimension(text) if text.strip().casefold() in _DIMENSIONS else tr(text)


def doubt_about(prediction: Prediction) -> DoubtWords | None:
    """Why an answer is uncertain, and what to do about it; None if no cause is known."""
    words = doubt.doubt_about(prediction)
    return None if words is None else doubt_in_language(words)


def doubt_in_language(words: DoubtWords) -> DoubtWords:
    """The words of a cause in the window's language."""
    brief = tr(words.brief) if words.brief else ""
    return DoubtWords(tr(words.why), tr(words.shortly), tr(words.what_to_do), brief)


def why_shortly(prediction: Prediction) -> str:
    """Why it is uncertain, for a table; empty for an answer."""
    words = doubt_about(prediction)
    return "" if words is None else words.shortly


def not_a_voice() -> str:
    """What stands in place of an emotion where nobody speaks."""
    return tr(doubt.NOT_A_VOICE)


def nobody_speaks() -> str:
    """What that means, in sentences."""
    return tr(doubt.NOBODY_SPEAKS)


def left_out(count: int) -> str:
    """How many sounds without a voice stand in no table; empty for none."""
    return doubt.left_out(count, tr)


def known_of_voice(use: VoiceUse) -> str:
    """How far a voice is known, as `core.voice_words`."""
    return voice_words.known_of_voice(use, tr)


def whose_voice(use: VoiceUse) -> str:
    """Whose voice it is, and how far it is known."""
    return voice_words.whose_voice(use, tr)


def known_of_voice_shortly(use: VoiceUse) -> str:
    """How far it is known, in few letters."""
    return voice_words.known_of_voice_shortly(use, tr)
