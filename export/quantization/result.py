"""What a smaller file gains and loses: size, time, logits, winners."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from export.errors import ExportError
from export.signals import speech_like, synthetic
from export.verification.runner import GraphRunner

SECONDS = 3.0
"""Length of the sound that is timed: a spoken sentence."""

_NOISE = 0.05
"""Two measurements of one file differ by as much, relatively."""
_SHORT = 0.5
"""Milliseconds in 3 s of sound that nobody will miss."""
_SOME = 0.01
"""A share of the size that is worth a word."""

KEPT = 0.95
"""Share of the sounds that must keep their winner where no corpus is judged."""
KEPT_VALUE = 0.05
"""Of a model of dimensions: by how much each value may differ to count as kept."""
NEAR_TIE = 0.25
"""Where the exact file prefers its winner by less, another is no error: of two, 56 to 44."""


@dataclass(frozen=True, slots=True)
class QuantizationResult:
    """The new file, held against the old one.

    Attributes
    ----------
    ms_before, ms_after : float
        Median for 3 s of sound on this computer's processor, the two files by turns.
    largest_difference : float
        Of logits; infinite if the new file gives none where the old one does.
    same_winner : float
        Share of the waveforms on which the new file names the label of the old one, or one that the old one
        held for as good; of dimensions, on which all values stay within `KEPT_VALUE`.
    compared_on : str
        What the two were compared on.
    as_on_card : bytes
        Of half precision: a file that gives on a processor what `content` gives on a graphics card.
    """

    content: bytes
    bytes_before: int
    bytes_after: int
    largest_difference: float
    same_winner: float
    ms_before: float = 0.0
    ms_after: float = 0.0
    compared_on: str = ""
    as_on_card: bytes = b""
    dimensions: bool = False

    @property
    def kept(self) -> str:
        """What the two files were held against one another by, in words."""
        return f"their values within {KEPT_VALUE:g}" if self.dimensions else "their winner"

    def warnings(self) -> list[str]:
        """What a person would not expect of a smaller file."""
        found = []
        if self.bytes_after >= (1 + _SOME) * self.bytes_before:
            before, after = self.bytes_before / 1e6, self.bytes_after / 1e6
            d = digits(before, after, 2)
            found.append(f"The new file is larger: {before:.{d}f} -> {after:.{d}f} MB.")
        if self.ms_after > (1 + _NOISE) * self.ms_before and self.ms_after - self.ms_before > _SHORT:
            d = digits(self.ms_before, self.ms_after, 1)
            times = f"{self.ms_before:.{d}f} -> {self.ms_after:.{d}f} ms"
            found.append(f"The new file is slower on this computer: {times}.")
        return found

    def objection(self, *, judged: bool = False) -> ExportError | None:
        """Why the new file must not take the place of the old one, if so.

        Parameters
        ----------
        judged : bool
            Whether the UAR on a corpus is measured too, and decides.
        """
        if not np.isfinite(self.largest_difference):
            return ExportError(
                f"On {self.compared_on} the new file gives what is no number.",
                "Some operator in it needs more than this precision: try another one.",
            )
        if judged or self.same_winner >= KEPT:
            return None
        return ExportError(
            f"Only {100 * self.same_winner:.0f} % of {self.compared_on} keep {self.kept}, and "
            f"{100 * KEPT:.0f} % must{'' if self.dimensions else ' (near-ties aside)'}.",
            "Try another --to, or compare on recordings of speech with --calibrate FOLDER."
            if self.dimensions
            else "Try another --to, compare on recordings of speech with --calibrate FOLDER, or judge both "
            "files with --evaluate NAME=PATH: then the UAR decides.",
        )


def digits(before: float, after: float, least: int) -> int:
    """How many behind the point it takes to see that two numbers differ."""
    return next((d for d in range(least, 7) if f"{before:.{d}f}" != f"{after:.{d}f}"), least)


def compare(
    before: bytes,
    after: bytes,
    manifest: Manifest,
    waveforms: Sequence[FloatArray] = (),
    as_on_card: bytes = b"",
) -> QuantizationResult:
    """Run both files on `waveforms` ([samples] each), or on synthetic sounds without any.

    With `as_on_card` (see `QuantizationResult`) that file's logits count, and the time of `after`.
    """
    compared_on = f"{len(waveforms)} recordings"
    if not len(waveforms):
        waveforms = synthetic(manifest.sample_rate, manifest.min_seconds, manifest.max_seconds)
        compared_on = f"{len(waveforms)} synthetic sounds"
    one, other = GraphRunner(before), GraphRunner(after)
    answering = GraphRunner(as_on_card) if as_on_card else other
    worst, same = 0.0, 0
    for waveform in waveforms:
        a, b = one.logits(waveform[None])[0], answering.logits(waveform[None])[0]
        worst = max(worst, _difference(a, b))
        if manifest.dimensions:
            same += bool(np.abs(a - b).max() <= KEPT_VALUE)
        else:
            tie = NEAR_TIE * manifest.temperature
            same += bool(np.isfinite(b).any() and a.max() - a[b.argmax()] <= tie)
    ms_before, ms_after = _by_turns(one, other, manifest.sample_rate)
    share = same / len(waveforms)
    return QuantizationResult(
        after,
        len(before),
        len(after),
        worst,
        share,
        ms_before,
        ms_after,
        compared_on,
        as_on_card,
        bool(manifest.dimensions),
    )


def _difference(exact: FloatArray, other: FloatArray) -> float:
    """The largest one; infinite where one is no number and the other is, or is another one."""
    with np.errstate(invalid="ignore"):
        apart = np.where(exact == other, 0.0, np.abs(exact - other))
    return float(np.nan_to_num(apart, nan=np.inf, posinf=np.inf).max())


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
