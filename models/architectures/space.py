"""What a search may vary of a family: an axis for each parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, which need not have an order."""

    values: tuple[Any, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Each value as text, under which a search keeps it."""
        return tuple(str(value) for value in self.values)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `low` to `high`, both included; with `log` each ratio is as likely as another."""

    low: int
    high: int
    log: bool = False


@dataclass(frozen=True, slots=True)
class Real:
    """A number from `low` to `high`; with `log` each ratio is as likely as another."""

    low: float
    high: float
    log: bool = False


Axis = Choice | Whole | Real
Space = Mapping[str, Axis]
