"""The live view when things around it fail: sound servers that die and freeze, clocks that jump."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.reliability.outcome import Outcome

PARTS: dict[str, Callable[[Path, float], Outcome]] = {}
