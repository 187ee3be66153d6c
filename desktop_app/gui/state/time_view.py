"""Which stretch of time the plots show: it follows the sound, or stays where a person went. Knows no Qt."""

from __future__ import annotations

import math
from typing import Final

SPANS_S: Final = (5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0)
"""Spans to choose from, besides everything."""
USUAL_SPAN_S: Final = 20.0
_TIDY: Final = 1.02  # a span this close to one of the list is that one


class TimeView:
    """The stretch from `left_s` to `right_s`, within what there is.

    Live it ends at the newest sound, which is told by `advance`, until somebody goes back or freezes it. Of a
    recording, whose end is known, it shows all at first (`follows=False`).

    Parameters
    ----------
    span_s : float
        How many seconds are shown at first; infinite for everything.
    shortest_s : float
        The least that can be shown.
    follows : bool
        Whether there is a "now".

    Attributes
    ----------
    begin_s, now_s : float
        Where the sound begins, and where it ends by now.
    frozen : bool
        Time stands still, because somebody has said so.
    """

    def __init__(
        self, span_s: float = USUAL_SPAN_S, *, shortest_s: float = 1.0, follows: bool = True
    ) -> None:
        self.begin_s = self.now_s = 0.0
        self.frozen = False
        self._shortest_s = shortest_s
        self._follows = follows
        self._usual_s = span_s if follows else math.inf
        self._span_s = self._usual_s
        self._right_s: float | None = None if follows else 0.0  # None: now
        self._was_whole = False  # when it was frozen

    @property
    def following(self) -> bool:
        """The newest sound is at the right edge."""
        return self._right_s is None

    @property
    def whole(self) -> bool:
        """All there is is shown, and goes on to be."""
        return math.isinf(self._span_s)

    @property
    def span_s(self) -> float:
        """Seconds from edge to edge."""
        if not self.whole:
            return self._span_s
        return max(self.length_s, self._usual_s if self._follows and math.isfinite(self._usual_s) else 0.1)

    @property
    def length_s(self) -> float:
        """Seconds of sound by now."""
        return max(0.0, self.now_s - self.begin_s)

    @property
    def right_s(self) -> float:
        return self.now_s if self._right_s is None else self._right_s

    @property
    def left_s(self) -> float:
        return self.right_s - self.span_s

    # --- what there is ---

    def begin(self, begin_s: float, end_s: float | None = None) -> None:
        """Other sound, from `begin_s` to `end_s` by now: show its end, or all of a recording."""
        self.begin_s = begin_s
        self.now_s = begin_s if end_s is None else end_s
        self.frozen = False
        if not self._follows:
            self._span_s = math.inf
        self._right_s = None if self._follows else self.now_s

    def advance(self, now_s: float) -> None:
        """The sound goes on until `now_s`."""
        self.now_s = max(self.now_s, now_s)

    # --- what a person does ---

    def freeze(self, on: bool) -> None:
        """Keep what is shown in its place while the sound goes on, or show the newest again."""
        if not on:
            self.jump()
        elif self._follows and not self.frozen:
            self._was_whole, span_s = self.whole, self.span_s
            self._right_s, self._span_s = self.right_s, span_s
            self.frozen = True

    def jump(self) -> None:
        """To now; of a recording, to its end."""
        if self.frozen and self._was_whole:
            self._span_s = math.inf
        self.frozen = self._was_whole = False
        self._right_s = None if self._follows else self.now_s

    def reset(self) -> None:
        """As it was at first."""
        self._span_s = self._usual_s
        self.jump()

    def show(self, left_s: float, right_s: float) -> None:
        """Show this stretch, or what comes closest to it."""
        self._span_s = self._within(right_s - left_s)
        self._go(left_s + self._span_s)

    def zoom(self, factor: float, around_s: float | None = None) -> None:
        """Show `factor` times as many seconds. `around_s` keeps its place; while following, now does."""
        span_s, new_s = self.span_s, self._within(self.span_s * factor)
        if self.following:
            around_s = None
        elif around_s is None:
            around_s = self.right_s - span_s / 2
        right_s = self.right_s
        self._span_s = new_s
        if around_s is not None:
            self._go(around_s + (right_s - around_s) * new_s / span_s, stay=True)

    def step(self, by: int) -> None:
        """To the next longer span of the list (1), which everything ends, or the next shorter one (-1)."""
        choices = self.choices()
        span_s = self._span_s
        if by > 0:
            longer = [choice for choice in choices if choice > span_s * _TIDY]
            self.choose(longer[0] if longer else math.inf)
        else:
            shorter = [choice for choice in choices if choice < span_s / _TIDY]
            if shorter:
                self.choose(shorter[-1])

    def choices(self) -> tuple[float, ...]:
        """Spans to choose from: those shorter than all there is, and everything (infinite)."""
        least = max(self.length_s, self._usual_s if math.isfinite(self._usual_s) else 0.0)
        return (*(span for span in SPANS_S if self._shortest_s <= span <= least), math.inf)

    def choose(self, span_s: float) -> None:
        """Show so many seconds; infinite for everything."""
        middle_s = self.right_s - self.span_s / 2
        self._span_s = span_s if math.isinf(span_s) else self._within(span_s)
        if math.isinf(span_s):
            self._right_s = None if self._follows and not self.frozen else self.now_s
        elif not self.following:
            self._go(middle_s + self._span_s / 2, stay=True)

    def pan(self, by_s: float) -> None:
        """Move by seconds, to the left if negative; at the end it follows again unless it is frozen."""
        if self.whole:
            return
        self._go(self.right_s + by_s)

    def reveal(self, start_s: float, end_s: float) -> None:
        """Move to where `start_s` to `end_s` is in sight, if it is not."""
        if start_s < self.left_s or end_s > self.right_s:
            self._go((start_s + end_s + self.span_s) / 2)

    def _within(self, span_s: float) -> float:
        """As long a span as there may be."""
        usual_s = self._usual_s if math.isfinite(self._usual_s) else 0.0
        longest_s = max(self.length_s, usual_s, 0.1)
        shortest_s = min(self._shortest_s, longest_s)
        return min(longest_s, max(shortest_s, span_s))

    def _go(self, right_s: float, *, stay: bool = False) -> None:
        """Let the stretch end at `right_s`; where that is now, and not `stay`, it follows again."""
        span_s = self.span_s
        least_s = min(self.begin_s + span_s, self.now_s)
        right_s = max(least_s, right_s)
        if right_s >= self.now_s and self._follows and not self.frozen and not stay:
            self._right_s = None
        else:
            self._right_s = min(right_s, self.now_s)
