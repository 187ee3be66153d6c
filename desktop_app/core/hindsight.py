"""What the segmenter judges again when more is known: frames as measured, and those of a beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from desktop_app.core.frame_measures import Measures

MIDWORD_DB = 25.0
"""By so much the floor must fall soon after the sound began, if that beginning was speech and not a noise."""


class Look(NamedTuple):
    """What was measured of one frame, to be judged, and judged again when more is known."""

    frame: int
    power: npt.NDArray[np.float64]  # [bands], smoothed
    level: float
    voice: float  # how loud the voice was by then
    floor: npt.NDArray[np.float64] | None  # [bands]
    speech: bool  # to the second stage; True without one


class Ahead:
    """A value that is wanted of frame after frame, computed once for all frames that are measured already."""

    def __init__(self) -> None:
        self._of: tuple[object, Measures] | None = None
        self._first = 0
        self._values: list[float] = []

    def of(self, subject: object, measures: Measures, at: int, compute: Callable[[], list[float]]) -> float:
        """The value of frame `at` of `measures`, as to `subject`; `compute` gives it from that one on."""
        known = self._of
        if known is None or known[0] is not subject or known[1] is not measures or at < self._first:
            self._of, self._first, self._values = (subject, measures), at, compute()
        return self._values[at - self._first]


class EarlyFrames:
    """Frames since the sound began, at the start or after digital silence, while hindsight may help.

    Speech from which a stream began, or that lay between digital silence, has no room to be compared with: a
    pause tells its floor.

    Parameters
    ----------
    most : int
        Frames after which hindsight helps no more.
    least : int
        Frames that are long enough to be speech.

    Attributes
    ----------
    looks : list of Look or None
        None where it helps no more, until the next digital silence.
    """

    def __init__(self, most: int, least: int) -> None:
        self.looks: list[Look] | None = []
        self._most, self._least = most, least
        self._floor: npt.NDArray[np.float64] | None = None
        self._midword = 10 ** (MIDWORD_DB / 10)
        self._fall = Ahead()

    def push(self, look: Look, measures: Measures, at: int, *, confirmed: bool) -> list[Look]:
        """Take in the frame that is number `at` of `measures`.

        Returns
        -------
        list of Look
            The frames before this one by their floor, where they are to be judged again; else none. After
            digital silence they are not, if what is open is `confirmed` to be speech.
        """
        looks = self.looks
        if measures.silent[at]:
            self.looks, self._floor = [], None
            if looks and len(looks) >= self._least and not confirmed:
                return _by(looks, np.zeros_like(look.power))
            return []
        if looks is None:
            return []
        again: list[Look] = []
        if look.floor is not None and self._floor is None:
            self._floor = look.floor
        elif look.floor is not None and self._floor is not None:
            floor = self._floor
            fallen = self._fall.of(floor, measures, at, lambda: measures.relative_to_floors(floor, at))
            if fallen > self._midword:
                again = _by(looks, look.floor)
                self._floor = look.floor
        looks.append(look)
        if len(looks) > self._most:
            self.looks = None
        return again

    def close(self) -> None:
        """A segment was cut out: hindsight helps no more."""
        self.looks = None


def _by(looks: list[Look], floor: npt.NDArray[np.float64]) -> list[Look]:
    return [look._replace(floor=floor) for look in looks]
