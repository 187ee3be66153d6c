"""What was said in the utterances of the live session, some time after their results. Knows no Qt."""

from __future__ import annotations

from desktop_app.core import language
from desktop_app.core.language import tr
from desktop_app.core.transcript import Transcript, WordsHeard, WordsLost

WAITS = "…"


class SpokenWords:
    """By the beginning of each utterance, so that they stay with it when others are cleared.

    Attributes
    ----------
    on : bool
        What is said from `since_s` on, in seconds on the run's axis, is being written down.
    latest : float or None
        When the utterance began that was said last, of those that have words, or will or could have had them.
    """

    def __init__(self) -> None:
        self.on = False
        self.since_s = 0.0
        self.latest: float | None = None
        self._known: dict[float, Transcript | None] = {}  # None: they wait
        self._lost: set[float] = set()

    def __bool__(self) -> bool:
        """Whether there is anything to show, or will be."""
        return self.on or bool(self._known)

    def begin(self, since_s: float) -> None:
        """What is said from now on is written down."""
        self.on, self.since_s = True, since_s

    def end(self) -> None:
        """No more is written down; what is known stays."""
        self.on = False
        for start_s in [start_s for start_s, words in self._known.items() if words is None]:
            self._lose(start_s)

    def expect(self, start_s: float, end_s: float) -> None:
        """An utterance is over; its words are still to come."""
        if self.on and end_s > self.since_s:
            self._known.setdefault(start_s, None)
            self.latest = start_s

    def take(self, event: WordsHeard | WordsLost) -> None:
        """They have come, or will not."""
        if isinstance(event, WordsHeard):
            self._known[event.start_s] = event.transcript
            self._lost.discard(event.start_s)
        elif event.start_s in self._known:
            self._lose(event.start_s)

    def _lose(self, start_s: float) -> None:
        del self._known[start_s]
        self._lost.add(start_s)

    def of(self, start_s: float) -> Transcript | None:
        """What was said in the utterance that begins then; None if that is not known."""
        return self._known.get(start_s)

    def text(self, start_s: float) -> str:
        """The same, to be shown: also that it waits, or was not written down."""
        if start_s in self._lost:
            return tr("not written down")
        if start_s not in self._known:
            return ""
        said = self._known[start_s]
        return WAITS if said is None else (written(said) or tr("no words"))

    def is_text(self, start_s: float) -> bool:
        """Whether `text` is what somebody said."""
        said = self._known.get(start_s)
        return said is not None and bool(said.text)


def written(said: Transcript) -> str:
    """What was said, and in which language if that is not the window's."""
    if not said.text or said.language in {"", language.code()}:
        return said.text
    return f"{said.language} · {said.text}"
