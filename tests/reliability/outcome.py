"""How a part of the trials ended."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """`seen` tells in words what was measured."""

    tried: int
    failed: int
    seen: str


class Skipped(Exception):  # noqa: N818 - no failure
    """This part cannot be tried here; the text says why."""
