"""What a second model says of the same speech, beside the model in use. Knows no Qt."""

from __future__ import annotations

from desktop_app.core.language import tr
from desktop_app.core.types import Prediction
from desktop_app.gui.state.timeline_data import light


class SecondAnswers:
    """The answers of a second model; none of them counts in anything.

    Attributes
    ----------
    name : str
        Of the model; empty while there is none.
    labels : tuple of str
        In its own order.
    latest : Prediction or None
        Its last answer, also of speech that goes on.
    """

    def __init__(self) -> None:
        self.name = ""
        self.labels: tuple[str, ...] = ()
        self.latest: Prediction | None = None
        self._finals: dict[float, Prediction] = {}  # by where the speech begins
        self._same = self._judged = 0

    def begin(self, name: str, labels: tuple[str, ...]) -> None:
        """Another second model; an empty name for none."""
        self.name, self.labels, self.latest = name, labels, None
        self._finals = {}
        self._same = self._judged = 0

    def partial(self, said: Prediction) -> None:
        self.latest = said

    def final(self, start_s: float, said: Prediction, first: Prediction | None) -> None:
        """The answer to speech that began at `start_s`, of which the model in use said `first`."""
        self.latest = self._finals[start_s] = light(said)
        if first is not None and not (first.not_a_voice or said.not_a_voice):
            self._judged += 1
            self._same += first.label == said.label

    def of(self, start_s: float) -> Prediction | None:
        """The answer to the speech that began there, if there is one."""
        return self._finals.get(start_s)

    def differs(self, start_s: float, first: Prediction) -> bool:
        """Whether both have judged that speech, and differently."""
        other = self._finals.get(start_s)
        return other is not None and (other.label != first.label or other.not_a_voice != first.not_a_voice)

    @property
    def agreement(self) -> str:
        """How often both found the same emotion the likeliest, such as ``same in 8 of 10``."""
        if not self._judged:
            return ""
        return tr("same in {same} of {judged}").format(same=self._same, judged=self._judged)
