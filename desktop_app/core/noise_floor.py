"""The level of a room while nobody speaks, band by band, followed as it changes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

QUANTILE = 0.10
"""Speech leaves gaps: a tenth of the frames of even fluent speech is near the background. A low quantile over
some seconds instead of a minimum follows Stahl, Fischer and Bippus (2000)."""

EDGE_FRAMES = 3
"""Frames next to digital silence that are partly made of it; they tell no room's level either."""

REMEMBERED = 20
"""Entries that are kept through digital silence however long it lasts: a second of the room's own sound."""


class NoiseFloor:
    """Low quantile of the smoothed band powers over the latest seconds.

    Digital silence (frames of exact zeros) is no level of a room: a muted microphone, a noise gate or an
    editor made it. Such frames stand for the gaps of speech in the quantile; where they are a tenth of the
    window or more, the floor is the quietest sound that was there.

    Parameters
    ----------
    bands : int
        Bands of the frames that will be pushed.
    hop_s : float
        Seconds between frames.
    window_s : float
        Seconds that the quantile looks back; a step in the noise is forgotten after this time.
    every : int
        Frames between two updates, and frames averaged into one entry.

    Attributes
    ----------
    floor : array [bands] or None
        Mean square in each band; None until there was sound.
    silent : bool
        Whether the latest frame was digital silence.
    """

    def __init__(self, bands: int, hop_s: float, window_s: float = 5.0, every: int = 5) -> None:
        self._every = every
        slots = max(2, round(window_s / hop_s / every))
        self._history = np.empty((slots, bands))
        self._entries = 0
        self._silent_slots = [False] * slots
        self._silent = 0  # of them, so many are silent
        self._slots = 0
        self._sum = np.zeros(bands)
        self._frames = 0
        self._sounding = EDGE_FRAMES  # frames since the latest digital silence
        self._whole = True  # no frame of this slot is silent, or beside silence
        self.silent = False
        self.floor: npt.NDArray[np.float64] | None = None

    def push(self, power: npt.NDArray[np.float64]) -> None:
        """Take in one frame's band powers [bands]; `floor` is current afterwards."""
        self.follow(power[np.newaxis])

    def follow(
        self, powers: npt.NDArray[np.float64]
    ) -> tuple[list[npt.NDArray[np.float64] | None], list[bool]]:
        """Take in the powers of frames [frames, bands]; of each, `floor` and `silent` after it."""
        silences: list[bool] = np.logical_not(powers.any(axis=1)).tolist()
        floors: list[npt.NDArray[np.float64] | None] = []
        at = 0
        while at < len(silences):
            if silences[at]:
                stop = at + 1
                self._withdraw_edge()
                self._sounding = 0
                self._whole = False
            else:
                stop = min(at + self._every - self._frames % self._every, len(silences))
                stop = next((later for later in range(at, stop) if silences[later]), stop)
                self._whole &= self._sounding + 1 > EDGE_FRAMES
                self._sounding += stop - at
            for power in powers[at:stop]:
                self._sum += power
            self._frames += stop - at
            floors += [self.floor] * (stop - at)
            at = stop
            if self._frames % self._every == 0:
                self._end_slot()
                floors[-1] = self.floor
        self.silent = silences[-1] if silences else self.silent
        return floors, silences

    def _end_slot(self) -> None:
        if self._whole:
            self._history[self._entries % len(self._history)] = self._sum / self._every
            self._entries += 1
        at = self._slots % len(self._silent_slots)
        self._silent += int(not self._whole) - int(self._silent_slots[at])
        self._silent_slots[at] = not self._whole
        self._slots += 1
        self._sum[:] = 0.0
        self._whole = True
        self._update()

    def _withdraw_edge(self) -> None:
        """The slot before this silent frame, if it ended so late that its last frames hold silence."""
        at = (self._slots - 1) % len(self._silent_slots)
        if self._frames % self._every < EDGE_FRAMES and self._slots and not self._silent_slots[at]:
            self._silent_slots[at] = True
            self._silent += 1
            self._entries -= 1
            self._update()

    def _update(self) -> None:
        slots = min(self._slots, len(self._silent_slots))
        silent = self._silent
        known = min(self._entries, len(self._history), max(slots - silent, REMEMBERED))
        if not known:
            return
        newest = self._entries % len(self._history)
        if known == min(self._entries, len(self._history)):
            seen = self._history[:known]
        else:
            seen = np.take(self._history, np.arange(newest - known, newest), axis=0, mode="wrap")
        rank = min(max(0, int(QUANTILE * (slots - 1)) - silent), known - 1)
        self.floor = np.partition(seen, rank, axis=0)[rank]
