"""What a smaller file gains and loses: size, time, logits, winners."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from export.runner import GraphRunner
from export.signals import speech_like

SECONDS = 3.0
"""Length of the sound that is timed: a spoken sentence."""

_NOISE = 0.05
"""Two measurements of one file differ by as much, relatively."""


@dataclass(frozen=True, slots=True)
class QuantizationResult:
    """The new file, held against the old one.

    Attributes
    ----------
    ms_before, ms_after : float
        Median for 3 s of sound on this computer's processor, the two files by turns.
    largest_difference : float
        Of logits.
    same_winner : float
        Share of the waveforms on which both files name the same label.
    compared_on : str
        What the two were compared on.
    """

    content: bytes
    bytes_before: int
    bytes_after: int
    largest_difference: float
    same_winner: float
    ms_before: float = 0.0
    ms_after: float = 0.0
    compared_on: str = ""

    def warnings(self) -> list[str]:
        """What a person would not expect of a smaller file."""
        found = []
        if self.bytes_after >= self.bytes_before:
            found.append(
                f"The new file is larger: {self.bytes_before / 1e6:.2f} -> {self.bytes_after / 1e6:.2f} MB."
            )
        if self.ms_after > (1 + _NOISE) * self.ms_before:
            found.append(
                f"The new file is slower on this computer: {self.ms_before:.1f} -> {self.ms_after:.1f} ms."
            )
        return found


def compare(
    before: bytes, after: bytes, manifest: Manifest, waveforms: Sequence[FloatArray] = ()
) -> QuantizationResult:
    """Run both files on `waveforms` ([samples] each), or on speech-like noise of 1 to 8 s without any."""
    told = f"{len(waveforms)} recordings"
    if not len(waveforms):
        rate = manifest.sample_rate
        lengths = [min(1.0 + seed % 8, manifest.max_seconds) for seed in range(12)]
        waveforms = [speech_like(round(s * rate), rate, seed) for seed, s in enumerate(lengths)]
        told = f"{len(waveforms)} stretches of speech-like noise"
    one, other = GraphRunner(before), GraphRunner(after)
    worst, same = 0.0, 0
    for waveform in waveforms:
        a, b = one.logits(waveform[None]), other.logits(waveform[None])
        worst = max(worst, float(np.abs(a - b).max()))
        same += bool(a.argmax() == b.argmax())
    ms_before, ms_after = _by_turns(one, other, manifest.sample_rate)
    return QuantizationResult(
        after, len(before), len(after), worst, same / len(waveforms), ms_before, ms_after, told
    )


def _by_turns(one: GraphRunner, other: GraphRunner, sample_rate: int, runs: int = 15) -> tuple[float, float]:
    """Median milliseconds of each; by turns, so that whatever else the computer does slows down both."""
    waveform = speech_like(round(SECONDS * sample_rate), sample_rate)[None]
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(runs + 1):
        for runner, taken in zip((one, other), times, strict=True):
            start = time.perf_counter()
            runner.logits(waveform)
            if run:  # the first warms up
                taken.append(1000 * (time.perf_counter() - start))
    return float(np.median(times[0])), float(np.median(times[1]))
