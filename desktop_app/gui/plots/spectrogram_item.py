"""A spectrogram in a row of plots over time."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF

from desktop_app.core.language import localised
from desktop_app.core.spectrogram import DEFAULT, hz_to_mel
from desktop_app.gui.plots.rows import Row
from desktop_app.gui.state.spectrogram_history import Shades

_HERTZ: Final = (500, 1000, 2000, 4000, 8000)


class SpectrogramItem(pg.ImageItem):
    """Shades of `core.spectrogram.to_bytes` over time, band above band; its row's axis is in Hz.

    A shade of 0 is not drawn: nothing is known there.

    The colours are those of viridis, whose lightness grows evenly, so that it is read alike by people who do
    not tell some colours apart.
    """

    def __init__(self, row: Row) -> None:
        super().__init__(axisOrder="row-major")
        self.setZValue(-40)
        table = pg.colormap.get("viridis").getLookupTable(nPts=256, alpha=True)
        table[0, 3] = 0
        self.setLookupTable(table)
        self.setLevels((0, 255))
        row.box.addItem(self, ignoreBounds=True)
        self._row = row
        self._centres: npt.NDArray[np.float64] = np.empty(0)

    def show_bands(self, centres_hz: npt.NDArray[np.float64]) -> None:
        """Which frequencies the bands have, in Hz."""
        if len(centres_hz) == len(self._centres) and np.array_equal(centres_hz, self._centres):
            return
        self._centres = centres_hz
        ticks = [(self.band_of(hertz), _hertz(hertz)) for hertz in _HERTZ if hertz <= 1.02 * centres_hz[-1]]
        self._row.show_values(0, len(centres_hz), ticks)

    def show_shades(self, shades: Shades, left_s: float, right_s: float) -> None:
        """Draw `shades` [columns, bands] from `left_s` to `right_s`; none at all hides the picture."""
        self.setVisible(len(shades) > 0)
        if len(shades):
            self.setImage(shades.T, autoLevels=False)
            self.setRect(QRectF(left_s, 0, right_s - left_s, shades.shape[1]))

    def band_of(self, hertz: float) -> float:
        """Where a frequency lies on the row's axis."""
        mels = hz_to_mel(self._centres)
        return float(np.interp(hz_to_mel(hertz), mels, np.arange(len(mels)) + 0.5))

    def frequency(self, height: float) -> float:
        """The frequency in Hz at a height of 0 to 1."""
        if not len(self._centres):
            return 0.0
        at = height * len(self._centres) - 0.5
        return float(np.interp(at, np.arange(len(self._centres)), self._centres))


def _hertz(value: float) -> str:
    return localised(f"{value / 1000:g} k" if value >= 1000 else f"{value:g}")


def shade_decibels(shade: float) -> float:
    """The level that a shade of 0 to 255 stands for."""
    return DEFAULT.floor_db + shade / 255 * (DEFAULT.ceiling_db - DEFAULT.floor_db)
