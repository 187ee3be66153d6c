"""The names of the detectors, for options and settings. Imports nothing heavy; `detector.py` makes them."""

from __future__ import annotations

from typing import Final

AUTO_DETECTOR: Final = "auto"
"""The second stage where what it needs is installed, else energy alone."""
ENERGY: Final = "energy"
ENERGY_SILERO: Final = "energy+silero"
DETECTORS: Final = (AUTO_DETECTOR, ENERGY, ENERGY_SILERO)
