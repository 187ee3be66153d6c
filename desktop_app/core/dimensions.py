"""What a model of dimensions says: one number in [0, 1] for each, and where two of them lie in a plane.

Arousal (calm to active), valence (negative to positive) and dominance (submissive to dominant) are the
dimensions that open models give; 0.5 is the neutral middle of each. A model may name others, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_app.core.language import mark

CENTRE: Final = 0.5
"""Of each dimension: neither end."""
MIDDLE: Final = 0.05
"""How far from the centre a value may be to be called neutral."""
_VALENCE: Final = ("valence", "pleasure", "pleasantness")
_AROUSAL: Final = ("arousal", "activation", "activity")
_ENDS: Final = {
    "valence": (mark("negative"), mark("positive")),
    "pleasure": (mark("negative"), mark("positive")),
    "pleasantness": (mark("negative"), mark("positive")),
    "arousal": (mark("calm"), mark("active")),
    "activation": (mark("calm"), mark("active")),
    "activity": (mark("calm"), mark("active")),
    "dominance": (mark("submissive"), mark("dominant")),
}


@dataclass(frozen=True, slots=True)
class Plane:
    """Which of a model's dimensions are the axes of the plane; the places count from 0.

    `others` are those that are no axis, in the model's order.
    """

    valence: int
    arousal: int
    others: tuple[int, ...] = ()

    @classmethod
    def of(cls, names: Sequence[str]) -> Plane | None:
        """The plane of these dimensions; None if valence or arousal is not among them."""
        plain = [name.casefold() for name in names]
        valence = next((plain.index(name) for name in _VALENCE if name in plain), None)
        arousal = next((plain.index(name) for name in _AROUSAL if name in plain), None)
        if valence is None or arousal is None:
            return None
        others = tuple(k for k in range(len(plain)) if k not in {valence, arousal})
        return cls(valence, arousal, others)


def ends(name: str) -> tuple[str, str]:
    """What 0 and 1 of a dimension mean: its own words, or ``low`` and ``high``."""
    return _ENDS.get(name.casefold(), (mark("low"), mark("high")))


def number(value: float) -> str:
    """A value as people read it: two decimals."""
    return f"{value:.2f}"


def in_numbers(names: Sequence[str], values: Sequence[float]) -> str:
    """Such as ``arousal 0.62, valence 0.41``."""
    return ", ".join(f"{name} {number(value)}" for name, value in zip(names, values, strict=True))


def in_brief(names: Sequence[str], values: Sequence[float], say: Callable[[str], str] = str) -> str:
    """Where a point lies, such as ``positive, calm`` or ``neutral``; the plane's axes if it has both.

    No emotion: only on which side of the centre each value is. `say` translates words.
    """
    plane = Plane.of(names)
    places = tuple(range(len(names)))[:2] if plane is None else (plane.valence, plane.arousal)
    sides = [_side(names[place], values[place]) for place in places]
    told = [say(side) for side in sides if side]
    if plane is None:
        told = [f"{say(names[place])} {say(side)}" for place, side in zip(places, sides, strict=True) if side]
    return ", ".join(told) or say(mark("neutral"))


def _side(name: str, value: float) -> str:
    """The end that a value is nearer to; empty in the middle."""
    if abs(value - CENTRE) <= MIDDLE:
        return ""
    return ends(name)[value > CENTRE]
