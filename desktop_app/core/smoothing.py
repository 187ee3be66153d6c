"""A label that does not flicker."""

from __future__ import annotations

from collections.abc import Sequence

MARGIN, HOLD_S = 0.1, 0.5
"""What the window uses. Easing the probabilities as well was measured and costs as much as it brings:
docs/recognition.md, `emoscope-models smoothing`."""


class LabelHysteresis:
    """Keeps a label until another one has led clearly, or for long enough.

    Parameters
    ----------
    margin : float
        A challenger this much more probable takes over at once.
    hold_s : float
        A challenger that merely leads takes over after this time.
    """

    def __init__(self, margin: float = MARGIN, hold_s: float = HOLD_S) -> None:
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
