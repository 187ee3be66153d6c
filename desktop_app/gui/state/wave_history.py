"""The peaks of all sound of a session, for the waveform. Knows no Qt."""

from __future__ import annotations

import numpy as np

from desktop_app.core.envelope import Envelope, Peaks
from desktop_app.core.types import FloatArray, Waveshape
from desktop_app.gui.state.timeline_data import KEEP_S

FINE_S = 1800.0
"""How much of the latest sound is kept column by column; what is older, in strokes of 0.16 s."""
_BACK_S = 1.0  # a step back in time this long means another source


class WaveHistory:
    """Minimum and maximum of each column that a tick brings, of older sound of 16 columns.

    At 100 columns a second the latest half hour takes 2 MB, and each hour before it 0.25 MB.

    Parameters
    ----------
    keep_s : float
        How much of the latest sound is kept.
    """

    def __init__(self, keep_s: float = KEEP_S) -> None:
        self._keep_s = keep_s
        self._envelope: Envelope | None = None
        self._column_s = 0.0

    @property
    def start_s(self) -> float:
        """Time of the oldest sound that is kept; 0 if there is none."""
        return 0.0 if self._envelope is None else self._envelope.start_s

    @property
    def end_s(self) -> float:
        return 0.0 if self._envelope is None else self._envelope.end_s

    @property
    def nbytes(self) -> int:
        """Memory that is taken, in bytes."""
        return 0 if self._envelope is None else self._envelope.nbytes

    def clear(self) -> None:
        self._envelope = None

    def copy(self) -> WaveHistory:
        """The same sound, as it is until `clear`."""
        made = WaveHistory(self._keep_s)
        made._envelope, made._column_s = self._envelope, self._column_s
        return made

    def put_before(self, earlier: WaveHistory) -> None:
        """Put sound before what is held."""
        since, column_s = self._envelope, self._column_s
        if earlier._envelope is None:
            return
        self._envelope, self._column_s = earlier._envelope, earlier._column_s
        if since is None:
            return
        start_s = since.start_s
        count = max(1, round((since.end_s - start_s) / column_s))
        peaks = since.peaks(start_s, start_s + count * column_s, count)
        known = np.flatnonzero(~np.isnan(peaks.low))
        for run in np.split(known, np.flatnonzero(np.diff(known) > 1) + 1):
            if len(run):
                low, high = peaks.low[run], peaks.high[run]
                self.append(Waveshape(start_s + float(run[0]) * column_s, column_s, low, high))

    def append(self, shape: Waveshape) -> None:
        """Add columns. A gap (pause, lost audio) stays empty; a long step back in time starts afresh."""
        count = len(shape.minimum)
        if count == 0 or shape.column_s <= 0:
            return
        envelope = self._envelope
        if envelope is None or shape.column_s != self._column_s or shape.start_s < self.end_s - _BACK_S:
            # A column's lowest and highest sample stand for all of it: two samples, whose peaks are the same.
            self._column_s = shape.column_s
            envelope = Envelope(
                round(2 / shape.column_s), keep_s=self._keep_s, bin_s=shape.column_s, fine_s=FINE_S
            )
            self._envelope = envelope
            start_s: float | None = shape.start_s
        else:  # columns that meet but for rounding are not parted
            meets = abs(shape.start_s - envelope.end_s) < 0.5 * shape.column_s
            start_s = None if meets else shape.start_s
        pairs: FloatArray = np.empty(2 * count, dtype=np.float32)
        pairs[0::2], pairs[1::2] = shape.minimum, shape.maximum
        envelope.push(pairs, start_s)

    def scrolling(self, end_s: float, column_s: float, columns: int) -> Peaks:
        """As `core.envelope.Envelope.scrolling`; NaN where there was no sound."""
        if self._envelope is None:
            edges = np.arange(columns, dtype=np.float64) * column_s
            nothing: FloatArray = np.full(columns, np.nan, dtype=np.float32)
            return Peaks(edges, nothing, nothing)
        return self._envelope.scrolling(end_s, column_s, columns)

    def level(self, time_s: float) -> float | None:
        """The highest absolute sample around `time_s`; None where there was no sound."""
        if self._envelope is None:
            return None
        around = self._envelope.peaks(time_s - 0.03, time_s + 0.03, 1)
        known = ~np.isnan(around.low)
        if not known.any():
            return None
        return float(max(around.high[known].max(), -around.low[known].min(), 0.0))
