"""How loud the voice in this stream is: its recent peaks, slowly forgotten."""

from __future__ import annotations


class SpeechLevel:
    """Peak power of the stream's short-time energy with an exponential decay.

    A bang is not a voice: the peak follows upwards with `rise_s`, so that only sound that lasts as long as a
    syllable sets it.

    Parameters
    ----------
    hop_s : float
        Seconds between frames.
    rise_s : float
        Time constant upwards.
    decay_db_per_s : float
        How fast a peak is forgotten: after a loud speaker a quiet one must be heard again.
    """

    def __init__(self, hop_s: float, rise_s: float = 0.08, decay_db_per_s: float = 1.0) -> None:
        self._up = hop_s / (rise_s + hop_s)
        self._keep = 10 ** (-decay_db_per_s * hop_s / 10)
        self.power = 0.0

    def push(self, power: float) -> None:
        """Take in one frame's mean square."""
        self.power *= self._keep
        if power > self.power:
            self.power += self._up * (power - self.power)
