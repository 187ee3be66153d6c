"""Colours of the emotions: one per label, the same in bars, timeline, waveform and recordings.

The eight known emotions were chosen by searching OKLCH for the largest smallest distance between any two
colours as people with protanopia, deuteranopia and tritanopia see them (Machado, Oliveira and Fernandes,
2009), each at 3:1 or more against its surface. Colour never stands alone: each place also writes the label.
"""

from __future__ import annotations

import colorsys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hue:
    """One emotion's colour as #RRGGBB, once for light surfaces and once for dark ones."""

    light: str
    dark: str

    def on(self, dark: bool) -> str:
        return self.dark if dark else self.light


KNOWN: dict[str, Hue] = {
    "neutral": Hue("#44484E", "#79818E"),
    "calm": Hue("#2A8B78", "#93F3EF"),
    "happy": Hue("#B87E04", "#FAD367"),
    "sad": Hue("#428AFC", "#63B9FE"),
    "angry": Hue("#CF0107", "#DB4A20"),
    "fearful": Hue("#814ED7", "#B25FDA"),
    "disgust": Hue("#396D24", "#98B224"),
    "surprised": Hue("#9C2E7F", "#EB85AB"),
}

# Three of the above that are well apart: a model gives dimensions or emotions, never both.
DIMENSIONS: dict[str, Hue] = {
    "arousal": KNOWN["happy"],
    "valence": KNOWN["calm"],
    "dominance": KNOWN["fearful"],
}

POINT = Hue("#2563EB", "#6BA4FF")
"""Of speech that a model of dimensions has judged: there is no emotion that could have its colour."""

_ALIASES = {
    "neu": "neutral",
    "neutrality": "neutral",
    "calmness": "calm",
    "relaxed": "calm",
    "hap": "happy",
    "happiness": "happy",
    "joy": "happy",
    "joyful": "happy",
    "sadness": "sad",
    "ang": "angry",
    "anger": "angry",
    "fear": "fearful",
    "fea": "fearful",
    "afraid": "fearful",
    "disgusted": "disgust",
    "dis": "disgust",
    "surprise": "surprised",
    "sur": "surprised",
}

_FALLBACK_COUNT = 20


def _fallback(index: int) -> Hue:
    """Colour `index` of a wheel walked by the golden angle, so that neighbours differ most."""
    hue = (0.08 + index * 0.61803398875) % 1.0
    band = index % 3  # three lightness bands: what hue alone cannot tell apart, lightness can

    def hexed(lightness: float, saturation: float) -> str:
        rgb = colorsys.hls_to_rgb(hue, lightness, saturation)
        return "#" + "".join(f"{round(channel * 255):02X}" for channel in rgb)

    light = _until(lambda value: hexed(value, 0.62), (0.42, 0.34, 0.26)[band], -0.02, "#FFFFFF")
    dark = _until(lambda value: hexed(value, 0.68), (0.62, 0.74, 0.86)[band], 0.02, "#1B1E24")
    return Hue(light, dark)


def _until(make: Callable[[float], str], start: float, step: float, surface: str) -> str:
    """Walk the lightness until the colour has 3:1 against `surface`."""
    value = start
    while contrast(make(value), surface) < 3.0 and 0.05 < value < 0.97:
        value += step
    return make(value)


def canonical(label: str) -> str:
    """The palette's name of a label: `Anger` and `ang` are `angry`; an unknown label stays what it is."""
    name = label.strip().lower()
    return _ALIASES.get(name, name)


def colours_for(labels: Sequence[str]) -> dict[str, Hue]:
    """A colour for each label. A known emotion always has its own; another one a colour that depends on its
    name first and, if that is taken by an earlier label of the same model, on the next free one."""
    chosen: dict[str, Hue] = {}
    taken: set[int] = set()
    used_known: set[str] = set()
    for label in labels:
        name = canonical(label)
        if name in KNOWN and name not in used_known:
            used_known.add(name)
            chosen[label] = KNOWN[name]
            continue
        if name in DIMENSIONS and DIMENSIONS[name] not in chosen.values():
            chosen[label] = DIMENSIONS[name]
            continue
        slot = zlib.crc32(name.encode()) % _FALLBACK_COUNT
        while slot in taken and len(taken) < _FALLBACK_COUNT:
            slot = (slot + 1) % _FALLBACK_COUNT
        taken.add(slot)
        chosen[label] = _fallback(slot)
    return chosen


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""
    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def ink_on(colour: str) -> str:
    """Black or white text, whichever reads better on `colour`."""
    return "#0E1013" if contrast("#0E1013", colour) >= contrast("#FFFFFF", colour) else "#FFFFFF"
