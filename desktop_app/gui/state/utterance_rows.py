"""The utterances of a session as rows: sorted, filtered, searched, also 100,000 of them. Knows no Qt.

Rows are never copied: an order of their numbers says what stands where.
"""

from __future__ import annotations

import bisect
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from desktop_app.analysis.result import SegmentResult
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.types import Prediction
from desktop_app.gui.state.modalities import disagreement
from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.spoken_words import SpokenWords
from desktop_app.gui.state.words import brief, capital, emotion, in_numbers, not_a_voice, percent, why_shortly


class Column(IntEnum):
    """What a row tells, in the order of the table."""

    TIME = 0
    LENGTH = 1
    LABEL = 2
    CONFIDENCE = 3
    SECOND = 4
    VOICE = 5
    WHY = 6
    OTHER = 7
    SAID = 8
    NOTE = 9


OF_DIMENSIONS: Final = {Column.LABEL: mark("In brief"), Column.SECOND: mark("Values")}
"""Titles in place of those below where the model gives dimensions; all are to be translated."""
TITLES: Final = (
    mark("Time"),
    mark("Length"),
    mark("Emotion"),
    mark("Confidence"),
    mark("Second"),
    mark("Voice"),
    mark("Why uncertain"),
    mark("Second model"),
    mark("What was said"),
    mark("Note"),
)
UNCERTAIN: Final = "\0uncertain"
NOT_A_VOICE: Final = "\0not a voice"
NOTED: Final = "\0noted"
DIFFERS: Final = "\0differs"
DISAGREES: Final = "\0disagrees"
"""In place of a label in `RowFilter`; no label begins so."""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """What is asked of a row, all of it.

    Attributes
    ----------
    label : str
        A label that was answered, or `UNCERTAIN`, `NOT_A_VOICE`, `NOTED`, `DIFFERS`, `DISAGREES`; empty for
        any.
    text : str
        Is in one of the row's texts, in whatever case.
    """

    label: str = ""
    text: str = ""


class Days(MutableMapping[float, float]):
    """When second 0 was, in seconds since 1970, by the beginning of an utterance; 16 bytes each."""

    def __init__(self) -> None:
        self._starts, self._days = array("d"), array("d")

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[float]:
        return iter(self._starts)

    def __getitem__(self, start_s: float) -> float:
        return self._days[self._place(start_s)]

    def __setitem__(self, start_s: float, day_s: float) -> None:
        place = bisect.bisect_left(self._starts, start_s)
        if self._starts[place : place + 1] == array("d", [start_s]):
            self._days[place] = day_s
        else:
            self._starts.insert(place, start_s)
            self._days.insert(place, day_s)

    def __delitem__(self, start_s: float) -> None:
        place = self._place(start_s)
        del self._starts[place], self._days[place]

    def _place(self, start_s: float) -> int:
        place = bisect.bisect_left(self._starts, start_s)
        if place == len(self._starts) or self._starts[place] != start_s:
            raise KeyError(start_s)
        return place


class UtteranceRows:
    """What stands in which row.

    Attributes
    ----------
    order : list of int
        Numbers of the utterances that are shown, in the order in which they are.
    sorted_by : Column
    ascending : bool
    notes : dict
        By the beginning of the utterance, so that they stay with it when others are cleared.
    """

    def __init__(self) -> None:
        self.order: list[int] = []
        self.sorted_by = Column.TIME
        self.ascending = True
        self.filter = RowFilter()
        self.notes: dict[float, str] = {}
        self.second = SecondAnswers()
        self.spoken = SpokenWords()
        self.titles: tuple[str, ...] = TITLES
        self.day_s: float | None = None  # when second 0 was, in seconds since 1970
        self.days: Mapping[float, float] = {}  # the same as it was known at an utterance, by its beginning
        self._utterances: Sequence[SegmentResult] = ()
        self._taken = 0

    @property
    def count(self) -> int:
        """Of all utterances, shown or not."""
        return self._taken

    def utterance(self, row: int) -> SegmentResult:
        return self._utterances[self.order[row]]

    def row_of(self, number: int) -> int:
        """Where an utterance stands; -1 if it is not shown."""
        try:
            return self.order.index(number)
        except ValueError:
            return -1

    def set_utterances(self, utterances: Sequence[SegmentResult]) -> None:
        """Other utterances than before."""
        self._utterances, self._taken = utterances, len(utterances)
        self._arrange()

    def sort(self, column: Column, *, ascending: bool) -> None:
        self.sorted_by, self.ascending = column, ascending
        self._arrange()

    def set_filter(self, wanted: RowFilter) -> None:
        self.filter = wanted
        self._arrange()

    def note(self, number: int, text: str) -> None:
        """Write a note about an utterance; an empty one takes it away."""
        self.put_note(self._utterances[number].start_s, text)

    def put_note(self, start_s: float, text: str) -> None:
        """Write a note about the utterance that begins then; an empty one takes it away."""
        if text.strip():
            self.notes[start_s] = text.strip()
        else:
            self.notes.pop(start_s, None)

    def note_of(self, number: int) -> str:
        """What is noted about an utterance; empty if nothing is."""
        return self.notes.get(self._utterances[number].start_s, "")

    def take_news(self, place: Callable[[int], None], placed: Callable[[], None]) -> None:
        """Take in what was appended to the utterances, one row each.

        Parameters
        ----------
        place, placed : callable
            Called before (with the row) and after each one that is shown is inserted.
        """
        while self._taken < len(self._utterances):
            number, self._taken = self._taken, self._taken + 1
            if not self._shows(number):
                continue
            row = self._row_for(number)
            place(row)
            self.order.insert(row, number)
            placed()

    def text(self, number: int, column: Column) -> str:  # noqa: PLR0911 - one a column
        """What stands in a cell."""
        each = self._utterances[number]
        said = each.prediction
        match column:
            case Column.TIME:
                return self.time_text(each.start_s)
            case Column.LENGTH:
                return localised(f"{each.duration_s:.1f} s")
            case Column.LABEL:
                return shown_label(each)
            case Column.CONFIDENCE:
                return "" if said.not_a_voice or said.dimensions else percent(said.confidence)
            case Column.SECOND:
                return "" if said.not_a_voice else _second(each)
            case Column.VOICE:
                return _voice(each)
            case Column.WHY:
                return "" if said.not_a_voice else why_shortly(said)
            case Column.OTHER:
                other = self.second.of(each.start_s)
                return "" if other is None else shown_answer(other)
            case Column.SAID:
                return self.spoken.text(each.start_s)
            case Column.NOTE:
                return self.note_of(number)
        return ""

    def time_text(self, start_s: float) -> str:
        """The time of day where it is known, else since the beginning."""
        day_s = self.days.get(start_s, self.day_s)  # a pause of a recording moves those that come after it
        if day_s is not None:
            return time.strftime("%H:%M:%S", time.localtime(day_s + start_s))
        minutes, seconds = divmod(int(start_s), 60)
        return (
            f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
            if minutes >= 60
            else f"{minutes}:{seconds:02d}"
        )

    def as_table(self, rows: Sequence[int]) -> str:
        """These rows as text with tabs, titles above, to be pasted into a spreadsheet."""
        told = [column for column in Column if self.spoken or column is not Column.SAID]
        lines = ["\t".join(tr(self.titles[column]) for column in told)]
        for row in rows:
            number = self.order[row]
            lines.append("\t".join(_one_line(self.text(number, column)) for column in told))
        return "\n".join(lines) + "\n"

    @property
    def depends_on_words(self) -> bool:
        """Whether it changes with what was said which rows stand where."""
        wanted = self.filter
        return bool(wanted.text.strip()) or wanted.label == DISAGREES or self.sorted_by is Column.SAID

    def disagreement(self, number: int) -> tuple[str, str] | None:
        """Where words and voice of an utterance disagree, the label of each."""
        each = self._utterances[number]
        return disagreement(each.prediction, self.spoken.of(each.start_s))

    def arrange(self) -> None:
        """Sort and filter anew."""
        self._arrange()

    # --- helpers ------------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        numbers: Sequence[int] = range(self._taken)
        if self.filter != RowFilter():
            numbers = [number for number in numbers if self._shows(number)]
        if self.sorted_by is Column.TIME:
            self.order = list(numbers) if self.ascending else list(reversed(numbers))
            return
        key = self._key
        self.order = sorted(numbers, key=key, reverse=not self.ascending)

    def _row_for(self, number: int) -> int:
        if self.sorted_by is Column.TIME:
            return len(self.order) if self.ascending else 0
        key = self._key
        if self.ascending:
            return bisect.bisect_right(self.order, key(number), key=key)
        # The order falls, which bisect does not know: ask from behind.
        low, high = 0, len(self.order)
        own = key(number)
        while low < high:
            middle = (low + high) // 2
            if key(self.order[middle]) < own:
                high = middle
            else:
                low = middle + 1
        return low

    @property
    def _key(self) -> Callable[[int], Any]:  # noqa: PLR0911 - one a column
        """What an utterance is sorted by."""
        utterances = self._utterances
        match self.sorted_by:
            case Column.LENGTH:
                return lambda number: utterances[number].duration_s
            case Column.LABEL:
                return lambda number: shown_label(utterances[number])
            case Column.CONFIDENCE:
                return lambda number: _confidence(utterances[number])
            case Column.SECOND:
                return lambda number: _second(utterances[number])
            case Column.VOICE:
                return lambda number: _voice_key(utterances[number])
            case Column.WHY:
                return lambda number: str(utterances[number].prediction.because or "~")
            case Column.OTHER:
                return lambda number: self.text(number, Column.OTHER) or "~"
            case Column.SAID:
                return lambda number: (self.text(number, Column.SAID) or "\U0010ffff").casefold()
            case Column.NOTE:
                return lambda number: (self.note_of(number) or "\U0010ffff").casefold()
        return lambda number: number

    def _shows(self, number: int) -> bool:
        wanted, said = self.filter, self._utterances[number].prediction
        match wanted.label:
            case "":
                fits = True
            case "\0uncertain":
                fits = said.uncertain and not said.not_a_voice
            case "\0not a voice":
                fits = said.not_a_voice
            case "\0noted":
                fits = bool(self.note_of(number))
            case "\0disagrees":
                fits = self.disagreement(number) is not None
            case "\0differs":
                fits = self.second.differs(self._utterances[number].start_s, said)
            case label:
                fits = not said.uncertain and said.label == label
        if not fits or not wanted.text.strip():
            return fits
        words = "\n".join(self.text(number, column) for column in Column)
        return wanted.text.strip().casefold() in words.casefold()


def shown_label(utterance: SegmentResult) -> str:
    """The answer as it is shown: a label, or that there is none."""
    return shown_answer(utterance.prediction)


def shown_answer(said: Prediction) -> str:
    if said.not_a_voice:
        return capital(not_a_voice())
    return capital(tr("uncertain") if said.uncertain else brief(said))


def _confidence(utterance: SegmentResult) -> float:
    return -1.0 if utterance.prediction.not_a_voice else utterance.prediction.confidence


def _second(utterance: SegmentResult) -> str:
    """The next likely label; of an uncertain answer the likeliest two; of dimensions all values."""
    said = utterance.prediction
    if said.dimensions:
        return in_numbers(said.dimensions, said.values)
    ranked = sorted(said.as_mapping().items(), key=lambda item: -item[1])
    chosen = ranked[:2] if said.uncertain else ranked[1:2]
    return ", ".join(f"{emotion(name)} {percent(share)}" for name, share in chosen)


def _voice(utterance: SegmentResult) -> str:
    """Whose voice, and how far it was known."""
    voice = utterance.prediction.voice
    if voice is None or utterance.prediction.not_a_voice:
        return ""
    known = f"{voice.seconds:.0f} s" if voice.seconds > 0 else tr("new")
    if voice.speaker is None:
        return known
    return tr("speaker {number}, {known}").format(number=voice.speaker, known=known)


def _voice_key(utterance: SegmentResult) -> tuple[int, float]:
    voice = utterance.prediction.voice
    return (-1, 0.0) if voice is None else (voice.speaker or 0, voice.seconds)


def _one_line(text: str) -> str:
    return " ".join(text.split())
