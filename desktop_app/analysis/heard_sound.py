"""What is heard of a recording while it is analyzed: its outline, and the sound itself where it is wanted."""

from __future__ import annotations

from enum import Enum
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.envelope import Envelope
from desktop_app.core.types import FloatArray

MOST_SOUND_S: Final = 3600.0
"""Longer sound is not kept: a page with it would be larger than browsers open."""


class Keep(Enum):
    """How much of what is heard is kept."""

    NOTHING = 0
    OUTLINE = 1  # to draw it
    SOUND = 2  # to draw and to hear it


class HeardSound:
    """Takes what is heard, in order; see `desktop_app.core.chain.Heard`.

    Parameters
    ----------
    sample_rate : int
        Of what is heard, in Hz.
    keep : Keep

    Attributes
    ----------
    outline : Envelope
    sample_rate : int
    too_long : bool
        The sound was to be kept, and is longer than `MOST_SOUND_S`.
    """

    def __init__(self, sample_rate: int, keep: Keep) -> None:
        self.sample_rate = sample_rate
        self.outline = Envelope(sample_rate)
        self._chunks: list[npt.NDArray[np.int16]] | None = [] if keep is Keep.SOUND else None
        self._samples = 0
        self.too_long = False

    def push(self, start: int, waveform: FloatArray) -> None:
        """Take in `waveform` [n], from sample `start` on; what was there from then on is replaced."""
        self.outline.push_at(start, waveform)
        if self._chunks is None:
            return
        if start < self._samples:
            whole = np.concatenate(self._chunks)[:start]
            self._chunks, self._samples = [whole], len(whole)
        self._chunks.append(np.round(np.clip(waveform, -1, 1) * 32767).astype(np.int16))
        self._samples += len(waveform)
        if self._samples > MOST_SOUND_S * self.sample_rate:
            self._chunks = None
            self.too_long = True

    @property
    def samples(self) -> npt.NDArray[np.int16] | None:
        """The sound, int16 [samples]; None if it was not to be kept, or is too long or empty."""
        if not self._chunks:
            return None
        return np.concatenate(self._chunks)

    def flac(self) -> bytes | None:
        """The sound as the bytes of a FLAC file; None where `samples` is."""
        from desktop_app.audio.recorder import flac_bytes

        samples = self.samples
        return None if samples is None else flac_bytes(samples, self.sample_rate)
