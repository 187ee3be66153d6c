"""What a model answers to: the change of its answer when parts of the sound are taken away.

After M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", ECCV 2014, whose
grey square is here a stretch of time within a band of frequencies that falls silent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.spectrogram import hz_to_mel, mel_to_hz
from desktop_app.core.types import FloatArray, Prediction
from desktop_app.lab.errors import LabError
from desktop_app.lab.windows import Values, window_of

BANDS: Final = 8
SLICE_S: Final = 0.15
MOST_SLICES: Final = 24
LEAST_SLICES: Final = 4
_LOWEST_HZ: Final = 50.0
_HIGHEST_HZ: Final = 8000.0
_WINDOW_S: Final = 0.032

Answer = Callable[[FloatArray], Prediction]


@dataclass(frozen=True, slots=True, eq=False)
class Occlusion:
    """How much of the probability of an answer each part of the sound is worth.

    A change is the probability with all of the sound less that without the part: above 0 the part spoke for
    the answer, below 0 against it. What was not tried yet is not a number.

    Attributes
    ----------
    label : str
        The answer to all of the sound.
    probability : float
        Its probability then.
    edges_s : array [slices + 1]
        Where the slices of time begin and end.
    edges_hz : array [bands + 1]
        The same of the bands, which are equally wide in mel.
    changes : array [bands, slices]
        Without a band in a slice.
    over_time : array [slices]
        Without a slice, all bands of it.
    over_bands : array [bands]
        Without a band, all of the time.
    """

    label: str
    probability: float
    edges_s: Values
    edges_hz: Values
    changes: Values
    over_time: Values
    over_bands: Values

    def copied(self) -> Occlusion:
        """As it is now, while more is found out."""
        arrays = (self.changes.copy(), self.over_time.copy(), self.over_bands.copy())
        return Occlusion(self.label, self.probability, self.edges_s, self.edges_hz, *arrays)


def occlude(
    waveform: FloatArray,
    sample_rate: int,
    answer: Answer,
    *,
    bands: int = BANDS,
    slices: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int, Occlusion], None] = lambda _done, _total, _found: None,
) -> Occlusion | None:
    """Take each part of `waveform` [n] away, and ask for the answer; None if it was cancelled.

    Parameters
    ----------
    sample_rate : int
        In Hz, as `answer` expects it.
    slices : int, optional
        Of time; by default as long as `SLICE_S`, but no fewer than 4 and no more than 24.
    progress : callable
        Told parts done, parts in all, and what is known by then.

    Raises
    ------
    LabError
        With the code ``lab.no_labels``, for a model without labels.
    """
    duration_s = len(waveform) / sample_rate
    if slices is None:
        slices = min(MOST_SLICES, max(LEAST_SLICES, round(duration_s / SLICE_S)))
    top = min(_HIGHEST_HZ, sample_rate / 2)
    edges_hz = mel_to_hz(np.linspace(hz_to_mel(min(_LOWEST_HZ, top / 2)), hz_to_mel(top), bands + 1))
    edges_s = np.linspace(0.0, duration_s, slices + 1)
    whole = answer(waveform)
    if not whole.labels:
        raise LabError(
            "This model does not answer with emotions, so that none can be less likely without a part.",
            "Choose another model.",
            code="lab.no_labels",
        )
    sound = _Parts(waveform, sample_rate, edges_s, edges_hz)
    found = Occlusion(
        whole.label,
        whole.confidence,
        edges_s,
        edges_hz,
        np.full((bands, slices), np.nan),
        np.full(slices, np.nan),
        np.full(bands, np.nan),
    )
    place = whole.labels.index(whole.label)
    total = bands * slices + bands + slices
    for done, (part, band, cut) in enumerate(_order(bands, slices), start=1):
        if cancelled():
            return None
        change = whole.probabilities[place] - answer(sound.without(band, cut)).probabilities[place]
        match part:
            case "time":
                found.over_time[cut] = change
            case "bands":
                found.over_bands[band] = change
            case _:
                found.changes[band, cut] = change
        progress(done, total, found)
    return found


def _order(bands: int, slices: int) -> Iterator[tuple[str, int | None, int | None]]:
    """Whole slices and whole bands first: they tell most, and are few."""
    yield from (("time", None, cut) for cut in range(slices))
    yield from (("bands", band, None) for band in range(bands))
    yield from (("both", band, cut) for cut in range(slices) for band in range(bands))


class _Parts:
    """Sound as short spectra, out of which parts are taken."""

    def __init__(self, waveform: FloatArray, sample_rate: int, edges_s: Values, edges_hz: Values) -> None:
        self._length = len(waveform)
        self._size = 1 << math.ceil(math.log2(_WINDOW_S * sample_rate))
        self._hop = self._size // 4
        self._window = window_of("hann", self._size)
        padded = np.pad(np.asarray(waveform, np.float64), self._size)
        count = -(-(len(padded) - self._size) // self._hop) + 1
        padded = np.pad(padded, (0, (count - 1) * self._hop + self._size - len(padded)))
        frames = np.lib.stride_tricks.sliding_window_view(padded, self._size)[:: self._hop]
        self._spectra = np.fft.rfft(frames * self._window, axis=1)
        self._weight = self._added(np.broadcast_to(np.square(self._window), frames.shape))
        middles = (np.arange(count) * self._hop + self._size / 2 - self._size) / sample_rate
        hertz = np.fft.rfftfreq(self._size, 1.0 / sample_rate)
        self._slice_of = np.searchsorted(edges_s[1:-1], middles, side="right")
        self._band_of = np.searchsorted(edges_hz[1:-1], hertz, side="right")

    def without(self, band: int | None, cut: int | None) -> FloatArray:
        """The sound without this band in this slice; None stands for all of them."""
        gone_frames = np.ones(len(self._slice_of), bool) if cut is None else self._slice_of == cut
        gone_bins = np.ones(len(self._band_of), bool) if band is None else self._band_of == band
        spectra = np.where(np.outer(gone_frames, gone_bins), 0.0, self._spectra)
        frames = np.fft.irfft(spectra, n=self._size, axis=1) * self._window
        sound = self._added(frames) / np.maximum(self._weight, 1e-9)
        out: FloatArray = sound[self._size : self._size + self._length].astype(np.float32)
        return out

    def _added(self, frames: npt.NDArray[np.float64]) -> Values:
        """Frames [n, size] added up, each a hop behind the one before."""
        count, each = len(frames), self._size // self._hop
        out = np.zeros((count + each - 1, self._hop))
        for k in range(each):
            out[k : k + count] += frames[:, k * self._hop : (k + 1) * self._hop]
        return out.ravel()
