"""The parts of a feature as the lab shows them: their names, and from where to where they are drawn.

Knows no Qt.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from desktop_app.core.language import localised, mark, tr
from desktop_app.lab.features import Part

_RANGE_DB: Final = 80.0  # of a picture in dB, below its largest number
_SILENT_DB: Final = -95.0  # no sound that was recorded is as soft
_NOISE: Final = 1e-9
_FREQUENCIES: Final = (
    *(100, 200, 500, 1000, 2000, 3000, 4000, 5000, 6000, 8000),
    *(10_000, 12_000, 16_000, 20_000),
)
_PART_TITLES: Final = {
    "level": mark("Level"),
    "voiced": mark("Probability of a voice"),
    "rate": mark("Share of samples"),
    "strength": mark("Strength"),
    "contrast": mark("Contrast"),
    "place": mark("Place"),
    "centroid": mark("Centroid"),
    "roll-off": mark("Roll-off"),
    "pitch": mark("Pitch"),
}
_INTERVALS: Final = {
    mark("fifth"): mark("5th"),
    mark("minor third"): mark("min 3"),
    mark("major third"): mark("maj 3"),
}
"""Of the tonnetz, as the numbers call them and in few letters."""


def limits_of(part: Part) -> tuple[float, float, str]:
    """From which number to which a curve reaches, with a little room; and its unit."""
    known = part.values[np.isfinite(part.values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    if part.unit == "dBFS":
        low, high = max(low, high - 70.0), min(0.0, high)
    elif part.unit == "":
        low, high = 0.0, max(high, 1.0 if part.name == "voiced" else 1e-3)
    room = 0.08 * max(high - low, 1e-3 * max(1.0, abs(high)))
    bottom = max(0.0, low - room) if low >= 0 else low - room
    return bottom, high + 0.25 * room, part.unit


def titled(part: Part) -> str:
    """What a part is called, with its unit."""
    title = tr(_PART_TITLES.get(part.name, part.name))
    return f"{title} ({part.unit})" if part.unit else title


def told_value(value: float, unit: str) -> str:
    """A number under the pointer."""
    if math.isnan(value):
        return tr("no voice")
    digits = 1 if unit in {"dB", "dBFS", "Hz"} else 3
    return localised(f"{value:.{digits}f} {unit}".strip().replace("-", "−"))


def scale_of(part: Part, *, signed: bool) -> tuple[float, float]:
    """From which number to which the colours go."""
    values = part.values
    if signed:
        rows = values[1:] if part.name == "MFCC" and len(values) > 1 else values
        largest = float(np.quantile(np.abs(rows), 0.98))
        largest = largest if largest > _NOISE else 1.0  # of silence only the rounding is left
        return -largest, largest
    if part.unit == "dB" and part.name == "level":
        high = 5.0 * math.ceil(float(values.max()) / 5.0)
        if high <= _SILENT_DB:  # silence has the darkest colour, not the brightest
            return high, high + _RANGE_DB
        return high - _RANGE_DB, high
    high = float(values.max())
    return 0.0, high if high > 0 else 1.0


def row_ticks(part: Part) -> list[tuple[float, str]]:
    """Frequencies in round numbers where the rows are frequencies, else the names of the rows."""
    count = len(part.rows)
    if part.rows[0].endswith("Hz") and " to " not in part.rows[0]:
        wanted = [hertz for hertz in _FREQUENCIES if part.heights[0] <= hertz <= part.heights[-1]]
        places = np.interp(wanted, part.heights, np.arange(count) + 0.5)
        ticks = [(place, _short_hertz(hertz)) for place, hertz in zip(places.tolist(), wanted, strict=True)]
        return sorted(ticks, key=lambda tick: -tick[0])
    return [(place + 0.5, _short_name(name)) for place, name in enumerate(part.rows)]


def row_name(name: str) -> str:
    """What the numbers call a row, in the language of the window."""
    low, to, high = name.partition(" to ")
    if to:
        return tr("{start} to {end}").format(start=low, end=high)
    if name.startswith("mel at "):
        return tr("mel at {frequency}").format(frequency=name.removeprefix("mel at "))
    interval, _, axis = name.rpartition(" ")
    return f"{tr(interval)} {axis}" if interval in _INTERVALS else name


def _short_hertz(hertz: float) -> str:
    return localised(f"{hertz / 1000:.3g} kHz" if hertz >= 1000 else f"{hertz:g} Hz")


def _short_name(name: str) -> str:
    if " to " in name:
        hertz = float(name.split(" to ")[1].removesuffix(" Hz"))
        return tr("to {frequency}").format(frequency=_short_hertz(hertz))
    interval, _, axis = name.rpartition(" ")
    if interval in _INTERVALS:
        return f"{tr(_INTERVALS[interval])} {axis}"
    return name.removeprefix("mfcc ").removeprefix("delta ").removeprefix("delta-delta ")
