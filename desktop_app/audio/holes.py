"""Sound that is missing in the middle of a recording, and how much silence may stand in its place."""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.core.types import FloatArray

ZEROS_AT_ONCE: Final = 1 << 16  # frames
MOST_PLACES: Final = 20  # remembered by their place; further ones are only counted
_FEWEST_BYTES_PER_S: Final = 750  # 6 kbit/s, the least that speech is coded with
_ALWAYS_S: Final = 30.0
_MOST_S: Final = 6 * 3600.0


class Holes:
    """Where sound is missing.

    Attributes
    ----------
    places : list of (int, int)
        The first `MOST_PLACES` holes: where one begins, and how much silence stands there, in frames.
    count, frames : int
        All holes, and all frames of silence.
    disbelieved : int
        Leaps in time further than a file of this size can be long: for them nothing was filled in.
    """

    def __init__(self) -> None:
        self.places: list[tuple[int, int]] = []
        self.count = self.frames = self.disbelieved = 0

    def add(self, at: int, frames: int) -> None:
        self.count += 1
        self.frames += frames
        if len(self.places) < MOST_PLACES:
            self.places.append((at, frames))

    def join(self, other: Holes, at: int, scale: float) -> None:
        """Take over the holes of a part that began at frame `at` and had another rate by `scale`."""
        for begin, frames in other.places[: MOST_PLACES - len(self.places)]:
            self.places.append((at + round(begin * scale), round(frames * scale)))
        self.count += other.count
        self.frames += round(other.frames * scale)
        self.disbelieved += other.disbelieved


def most_silence_s(file_bytes: int) -> float:
    """How much may be filled into a file of this size altogether, in seconds.

    A forged or damaged time stamp can tell of years; a file that lost most of its sound was still written at
    some bit rate.
    """
    return min(_MOST_S, _ALWAYS_S + file_bytes / _FEWEST_BYTES_PER_S)


def silence(frames: int, channels: int) -> FloatArray:
    """Zeros [n, channels], n at most `ZEROS_AT_ONCE`: a hole of hours never stands in memory."""
    return np.zeros((min(frames, ZEROS_AT_ONCE), channels), dtype=np.float32)
