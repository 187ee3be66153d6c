"""Calm for the eye: probabilities eased over time, and a label that does not flicker."""

from __future__ import annotations

import math
from collections.abc import Sequence


class ProbabilitySmoother:
    """First-order low pass with a time constant in seconds, correct for any spacing of updates.

    Parameters
    ----------
    time_constant_s : float
        After this time 63 % of a change is shown.
    """

    def __init__(self, time_constant_s: float = 0.35) -> None:
        if time_constant_s < 0:
            raise ValueError("time_constant_s must not be negative")
        self._tau = time_constant_s
        self._time: float | None = None
        self._values: list[float] = []

    def reset(self) -> None:
        """Forget the past: the next update is shown as it is."""
        self._time = None

    def update(self, time_s: float, probabilities: Sequence[float]) -> tuple[float, ...]:
        """Probabilities at `time_s` as they should be shown."""
        if self._time is None or len(probabilities) != len(self._values) or self._tau == 0:
            self._values = list(probabilities)
        else:
            weight = 1.0 - math.exp(-max(0.0, time_s - self._time) / self._tau)
            self._values = [
                old + weight * (new - old) for old, new in zip(self._values, probabilities, strict=True)
            ]
        self._time = time_s
        return tuple(self._values)


class LabelHysteresis:
    """Keeps a label until another one has led clearly, or for long enough.

    Parameters
    ----------
    margin : float
        A challenger this much more probable takes over at once.
    hold_s : float
        A challenger that merely leads takes over after this time.
    """

    def __init__(self, margin: float = 0.15, hold_s: float = 0.5) -> None:
        self._margin = margin
        self._hold_s = hold_s
        self._label: str | None = None
        self._challenger: str | None = None
        self._since = 0.0

    def reset(self) -> None:
        self._label = self._challenger = None

    def update(self, time_s: float, labels: Sequence[str], probabilities: Sequence[float]) -> str:
        """The label to show at `time_s`."""
        best = max(range(len(labels)), key=lambda k: probabilities[k])
        leader = labels[best]
        if self._label is None or self._label not in labels:
            self._label = leader
        if leader == self._label:
            self._challenger = None
            return self._label
        if leader != self._challenger:
            self._challenger, self._since = leader, time_s
        lead = probabilities[best] - probabilities[labels.index(self._label)]
        if lead >= self._margin or time_s - self._since >= self._hold_s:
            self._label, self._challenger = leader, None
        return self._label
