"""What earlier runs have done, in little memory: a lookup by path and stamp for a million recordings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.analysis.batch.inputs import Item
from desktop_app.analysis.batch.parts import Done, read_done, read_part
from desktop_app.analysis.batch.places import Place

_ENTRY: Final = np.dtype([("path", "u8"), ("stamp", "u8"), ("part", "u4"), ("failed", "?")])


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of one recording: the part that holds it, and whether it is unchanged, and failed."""

    part: int
    unchanged: bool
    failed: bool


class Known:
    """What is in the parts; of a recording in several parts the latest counts.

    Attributes
    ----------
    files, failed : int
        Recordings, and how many of them could not be analyzed.
    next_part : int
    """

    def __init__(self, parts: Iterable[tuple[int, list[Done]]]) -> None:
        blocks: list[npt.NDArray[np.void]] = []
        self.next_part = 0
        for number, done in parts:
            self.next_part = max(self.next_part, number + 1)
            block = np.empty(len(done), _ENTRY)
            for row, one in enumerate(done):
                block[row] = (identity(one.source), _stamp(one.size, one.stamp), number, bool(one.error))
            blocks.append(block)
        entries = np.concatenate(blocks) if blocks else np.empty(0, _ENTRY)
        entries = entries[np.lexsort((entries["part"], entries["path"]))]
        latest = np.ones(len(entries), bool)
        latest[:-1] = entries["path"][1:] != entries["path"][:-1]
        self._older = entries[~latest]
        self._entries = entries[latest]
        self.files = len(self._entries)
        self.failed = int(np.count_nonzero(self._entries["failed"]))

    @property
    def older_parts(self) -> set[int]:
        """Parts with recordings that a later one holds anew: they have changed, or a run was killed."""
        return {int(part) for part in self._older["part"]}

    def is_superseded(self, source: str, part: int) -> bool:
        """Whether a recording of this part is in a later one, too."""
        key = identity(source)
        return bool(np.any((self._older["path"] == key) & (self._older["part"] == part)))

    def find(self, item: Item) -> Found | None:
        """What is known of a recording; None if nothing is."""
        key = identity(item.source)
        row = int(np.searchsorted(self._entries["path"], np.uint64(key)))
        if row == len(self._entries) or int(self._entries["path"][row]) != key:
            return None
        entry = self._entries[row]
        unchanged = int(entry["stamp"]) == _stamp(item.size, item.stamp)
        return Found(int(entry["part"]), unchanged, bool(entry["failed"]))


def replaced(place: Place) -> Iterator[tuple[int, frozenset[str]]]:
    """Parts with recordings that a later part holds anew, and the sources of these recordings."""
    latest = Known((number, done) for number, done, _ in read_done(place))
    for number in sorted(latest.older_parts):
        done = read_part(place, number)[0]
        yield number, frozenset(one.source for one in done if latest.is_superseded(one.source, number))


def identity(text: str) -> int:
    """64 bits that tell one recording from another, by `Item.source`."""
    return int.from_bytes(
        hashlib.blake2b(text.encode(errors="surrogateescape"), digest_size=8).digest(), "big"
    )


def _stamp(size: int, stamp: str) -> int:
    return identity(f"{size}|{stamp}")
