"""What can be taken back: each with its name, and until when. Knows no Qt."""

from __future__ import annotations

import time
from collections.abc import Callable

MOST = 50
"""Steps that are kept; the oldest is given up for one more."""


class Undoable:
    """One thing that was done and can be taken back, once.

    Attributes
    ----------
    name : str
        What was done, as it stands behind "Undo", such as ``new speaker``.
    """

    def __init__(
        self,
        name: str,
        take_back: Callable[[], object],
        possible: Callable[[], bool],
        until: float,
        clock: Callable[[], float],
    ) -> None:
        self.name = name
        self._take_back = take_back
        self._possible = possible
        self._until = until
        self._clock = clock
        self._over = False

    @property
    def possible(self) -> bool:
        """It was not taken back yet, and still can be."""
        return not self._over and self._clock() < self._until and self._possible()

    def give_up(self) -> None:
        """It cannot be taken back any more."""
        self._over = True

    def undo(self) -> bool:
        """Take it back; whether that was possible."""
        if not self.possible:
            return False
        self._over = True  # first: what it does may ask
        self._take_back()
        return True


class UndoStack:
    """All that can be taken back, the latest first.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._done: list[Undoable] = []

    def push(
        self,
        name: str,
        take_back: Callable[[], object],
        *,
        possible: Callable[[], bool] = lambda: True,
        lasts_s: float = float("inf"),
    ) -> Undoable:
        """Something was done: `take_back` undoes it, for `lasts_s` seconds and while `possible` says so."""
        made = Undoable(name, take_back, possible, self._clock() + lasts_s, self._clock)
        self._done = [step for step in self._done if step.possible][-(MOST - 1) :]
        self._done.append(made)
        return made

    @property
    def latest(self) -> Undoable | None:
        """What would be taken back now."""
        return next((step for step in reversed(self._done) if step.possible), None)

    def undo(self) -> Undoable | None:
        """Take back what was done last; what that was, or None if there is nothing."""
        step = self.latest
        if step is not None:
            step.undo()
        return step
