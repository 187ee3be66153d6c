"""The names of the detectors, for options and settings. Imports nothing heavy; `detector.py` makes them."""

from __future__ import annotations

from typing import Final

ENERGY: Final = "energy"
ENERGY_SILERO: Final = "energy+silero"
DETECTORS: Final = (ENERGY, ENERGY_SILERO)
