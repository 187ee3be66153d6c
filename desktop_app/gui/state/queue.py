"""The recordings that are open: what was found in each, and which one is analyzed next. Knows no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from desktop_app.core.errors import EmoscopeError
from desktop_app.gui.state.recording import AnalyzedRecording

AT_ONCE = 2
"""Analyses that run together at most: the second is for a recording that somebody is waiting for."""


class EntryState(Enum):
    """How far a recording is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True, eq=False)
class Entry:
    """An open recording.

    Attributes
    ----------
    share : float
        How much of it is analyzed, 0 to 1.
    result : AnalyzedRecording or None
        What was found; while it is analyzed again, what was found before.
    partial : AnalyzedRecording or None
        What was found so far, while it is analyzed.
    error : EmoscopeError or None
        Why there is no result.
    """

    path: Path
    state: EntryState = EntryState.WAITING
    share: float = 0.0
    result: AnalyzedRecording | None = None
    partial: AnalyzedRecording | None = None
    error: EmoscopeError | None = None

    @property
    def pending(self) -> bool:
        return self.state in {EntryState.WAITING, EntryState.WORKING}


class RecordingQueue:
    """In the order in which they were opened; `shown` is the one in sight, -1 if none is open."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.shown = -1

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def current(self) -> Entry | None:
        return self.entries[self.shown] if 0 <= self.shown < len(self.entries) else None

    @property
    def working(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.state is EntryState.WORKING]

    def find(self, path: Path) -> Entry | None:
        return next((entry for entry in self.entries if entry.path == path), None)

    def place(self, entry: Entry) -> int:
        """Where it stands, from 0; -1 if it was removed."""
        return next((k for k, one in enumerate(self.entries) if one is entry), -1)

    def add(self, paths: Sequence[Path]) -> Entry | None:
        """Put recordings at the end, and show the first of them; what is open already is not opened twice.

        One that failed or was cancelled is tried again. Returns the one that is shown now; None of no paths.
        """
        first: Entry | None = None
        for path in dict.fromkeys(paths):
            entry = self.find(path)
            if entry is None:
                entry = Entry(path)
                self.entries.append(entry)
            elif not entry.pending and entry.state is not EntryState.DONE:
                self.restart(entry)
            first = first or entry
        if first is not None:
            self.shown = self.place(first)
        return first

    def restart(self, entry: Entry) -> None:
        """Analyze it, from its beginning."""
        entry.state, entry.share, entry.error, entry.partial = EntryState.WAITING, 0.0, None, None

    def remove(self, entry: Entry) -> int:
        """Take it out; the one behind it is shown in its place. Returns where it stood."""
        place = self.place(entry)
        if place >= 0:
            del self.entries[place]
            if place < self.shown or self.shown == len(self.entries):
                self.shown -= 1
        return place

    def put_back(self, entry: Entry, place: int) -> None:
        """What `remove` took out, where it stood."""
        self.entries.insert(min(place, len(self.entries)), entry)
        if self.shown < 0 or place <= self.shown:
            self.shown += 1

    def next(self) -> Entry | None:
        """Which one is to be begun now; None if enough are being worked on, or none is left.

        The one in sight comes first, also beside another that has begun before; then the others in order.
        """
        current, working = self.current, len(self.working)
        if current is not None and current.state is EntryState.WAITING and working < AT_ONCE:
            return current
        if working:
            return None
        return next((entry for entry in self.entries if entry.state is EntryState.WAITING), None)

    def beside(self, entry: Entry) -> Entry | None:
        """What is shown in place of one that has no result: the next one that may have one, or one before."""
        place = self.place(entry)
        others = self.entries[place + 1 :] + self.entries[:place][::-1]
        fine = (one for one in others if one.pending or one.state is EntryState.DONE)
        return next(fine, None)

    def progress(self) -> tuple[int, int, float]:
        """How many are finished, of how many, and the share of all that is done."""
        count = len(self.entries)
        finished = sum(not entry.pending for entry in self.entries)
        share = sum(entry.share if entry.pending else 1.0 for entry in self.entries)
        return finished, count, share / count if count else 0.0
