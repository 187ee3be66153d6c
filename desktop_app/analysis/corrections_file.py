"""Corrections and notes as a file beside the recording: found again, read, changed and undone.

The file is called as the recording with ``.emoscope.json`` behind it (``talk.wav.emoscope.json``). Where the
folder takes no files, or no name as long as that, it is kept in the user's own data folder, under the size
and hash of the recording.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from desktop_app.analysis.corrections import Correction, changed, with_correction
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.foreign_files import read_regular
from desktop_app.core.safe_files import WriteError, check_place, make_folder, printable_path, write_text
from desktop_app.core.types import SoundWarning

ENDING: Final = ".emoscope.json"
VERSION: Final = 1
ELSEWHERE: Final = "corrections.elsewhere"
"""Code of the warning that they are kept in the user's data folder."""
_WHAT: Final = "file of corrections"
_MOST_BYTES: Final = 16 * 2**20
_MOST_RECORDS: Final = 100_000
_SAME_LENGTH_S: Final = 0.05
_BLOCK: Final = 1 << 20


class CorrectionsError(EmoscopeError):
    """Corrections that cannot be read or kept."""

    default_code = "corrections"


class NewerError(CorrectionsError):
    """A file of a later version of the program, which is neither read nor written over."""


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a recording is known again: the size and the SHA-256 of its file, its length if known."""

    name: str
    bytes: int
    sha256: str
    duration_s: float | None = None

    @classmethod
    def of(cls, recording: Path, duration_s: float | None = None) -> Identity:
        """Reads the whole file. Raises CorrectionsError."""
        try:
            found = recording.stat()
            digest = _sha256(str(recording), found.st_size, found.st_mtime_ns)
        except (OSError, ValueError) as error:
            raise CorrectionsError(f"'{printable_path(recording)}' cannot be read.") from error
        return cls(printable_path(recording.name), found.st_size, digest, duration_s)

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "name": self.name,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "duration_s": None if self.duration_s is None else round(self.duration_s, 6),
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a recording by its corrections.

    Attributes
    ----------
    records : tuple of Correction
        In the order of time.
    warnings : tuple of SoundWarning
        Why records that are there are not used, or may be misplaced.
    path : Path, optional
        The file that was read; None if there is none.
    """

    records: tuple[Correction, ...] = ()
    warnings: tuple[SoundWarning, ...] = ()
    path: Path | None = None


def beside(recording: Path) -> Path:
    """Where the corrections of a recording are kept as long as its folder takes files."""
    return recording.with_name(recording.name + ENDING)


def data_folder() -> Path:
    """Where corrections are kept of recordings beside which they cannot be kept."""
    import platformdirs

    return Path(platformdirs.user_data_dir("emoscope", appauthor=False)) / "corrections"


def load_corrections(recording: Path, duration_s: float | None = None) -> Kept:
    """The corrections of a recording; what keeps them from being used is told as a warning, not raised.

    They are looked for beside it, then beside it under the name that the recording had, then in the user's
    data folder. Only where a file is found is the recording read, for its hash.

    Parameters
    ----------
    duration_s : float, optional
        The recording's length: with it, records are still used after a change of the file that leaves its
        length as it is, such as of its tags.
    """
    path = _find(recording)
    if path is None:
        return Kept()
    try:
        identity, records = read_corrections(path)
        now = Identity.of(recording, duration_s)
    except EmoscopeError as error:
        code = "corrections.newer" if isinstance(error, NewerError) else "corrections.unreadable"
        return Kept((), (SoundWarning(code, f"{error} The corrections are not used."),), path)
    if now.sha256 == identity.sha256:
        return Kept(records, (), path)
    lengths = (identity.duration_s, now.duration_s)
    if None not in lengths and abs(lengths[0] - lengths[1]) <= _SAME_LENGTH_S:  # type: ignore[operator]
        return Kept(records, (), path)
    warning = SoundWarning(
        "corrections.other_sound",
        f"The corrections in '{printable_path(path)}' were made for other sound, and are not used.",
    )
    return Kept((), (warning,), path)


def read_corrections(path: Path) -> tuple[Identity, tuple[Correction, ...]]:
    """Read a file of corrections: whose it is, and the records in the order of time.

    Raises
    ------
    NewerError
        It is of a later version.
    CorrectionsError, ReadError
        It is damaged, or no such file.
    """
    content = read_regular(path, _MOST_BYTES, _WHAT)
    try:
        data = json.loads(content.decode("utf-8-sig"))
        version = data["emoscope_corrections"]
        if isinstance(version, int) and version > VERSION:
            raise NewerError(
                f"The {_WHAT} '{printable_path(path)}' is of a newer version of Emoscope.",
                "Update the program to read it.",
                code="corrections.newer",
            )
        if version != VERSION:
            raise ValueError("version")
        whose = data["recording"]
        duration_s = whose.get("duration_s")
        identity = Identity(
            _text(whose["name"]),
            int(whose["bytes"]),
            _text(whose["sha256"]),
            None if duration_s is None else _number(duration_s),
        )
        entries = data["records"]
        if not isinstance(entries, list) or len(entries) > _MOST_RECORDS:
            raise ValueError("records")
        records = changed((), (), [_record(entry) for entry in entries])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise CorrectionsError(
            f"The {_WHAT} '{printable_path(path)}' is damaged.", code="corrections.damaged"
        ) from error
    return identity, records


@dataclass(frozen=True, slots=True)
class _Change:
    removed: tuple[Correction, ...]
    added: tuple[Correction, ...]

    def inverse(self) -> _Change:
        return _Change(self.added, self.removed)


@dataclass(slots=True)
class CorrectionsFile:
    """The corrections of one recording, to be changed: each change is on the disk before it is answered.

    What another program has written to the file meanwhile is kept: a change is made to what is there now. A
    damaged file is set aside at the first change; a newer one, or one of other sound, is told by `warnings`.

    Parameters
    ----------
    recording : Path
    duration_s : float, optional
        Its length, as for `load_corrections`.

    Attributes
    ----------
    records : tuple of Correction
    warnings : tuple of SoundWarning
        As `load_corrections` gives them, and where the corrections are kept if not beside the recording.
    """

    recording: Path
    duration_s: float | None = None
    records: tuple[Correction, ...] = ()
    warnings: tuple[SoundWarning, ...] = ()
    _done: list[_Change] = field(default_factory=list)
    _undone: list[_Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        kept = load_corrections(self.recording, self.duration_s)
        self.records, self.warnings = kept.records, kept.warnings

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def put(self, new: Correction) -> tuple[Correction, ...]:
        """Say something of a stretch; what was said of it before is replaced. Returns all records.

        Without a label, a note and a speaker nothing is said of it any more.

        Raises
        ------
        ValueError
            The times are no stretch of a recording.
        CorrectionsError, WriteError
            It cannot be kept; nothing is changed then.
        """
        new = new.cleaned()
        if not (0 <= new.start_s < new.end_s and math.isfinite(new.end_s)):
            raise ValueError("a correction needs a beginning and a later end")
        if not new.created:
            new = replace(new, created=datetime.now(UTC).isoformat(timespec="seconds"))
        says = bool(new.label or new.note or new.speaker)

        def put_in(records: tuple[Correction, ...]) -> _Change:
            _, removed, added = with_correction(records, new)
            return _Change(removed, added if says else tuple(one for one in added if one is not new))

        return self._change(put_in)

    def remove(self, record: Correction) -> tuple[Correction, ...]:
        """Say nothing of a stretch any more. Returns all records. Raises as `put` does."""
        return self._change(lambda records: _Change((record,) if record in records else (), ()))

    def undo(self) -> tuple[Correction, ...]:
        """Take back the last change; returns all records. Nothing to take back: as they are."""
        if not self._done:
            return self.records
        change = self._done[-1]
        self._save(change.inverse())
        self._undone.append(self._done.pop())
        return self.records

    def redo(self) -> tuple[Correction, ...]:
        """Make the last change again that was taken back; returns all records."""
        if not self._undone:
            return self.records
        self._save(self._undone[-1])
        self._done.append(self._undone.pop())
        return self.records

    # --- the file ---

    def _change(self, make: Callable[[tuple[Correction, ...]], _Change]) -> tuple[Correction, ...]:
        change = self._save(make)
        if change.removed or change.added:
            self._done.append(change)
            self._undone.clear()
        return self.records

    def _save(self, change: _Change | Callable[[tuple[Correction, ...]], _Change]) -> _Change:
        found = _find(self.recording)
        now = self._read_again(found)
        change = change(now) if callable(change) else change
        records = changed(now, change.removed, change.added)
        whose = Identity.of(self.recording, self.duration_s)
        if records or not _removed(self.recording):
            place = self._place(whose)
            write_text(place, to_json(whose, records), _WHAT)
            if found is not None and found != place:  # under the recording's earlier name
                with contextlib.suppress(OSError):
                    found.unlink()
        self.records = records
        return change

    def _read_again(self, path: Path | None) -> tuple[Correction, ...]:
        """The records on the disk; a file that cannot be gone on with is set aside."""
        if path is None:
            return ()
        try:
            read_corrections(path)
        except NewerError:
            raise
        except EmoscopeError:
            _set_aside(path)
            return self.records
        kept = load_corrections(self.recording, self.duration_s)
        if kept.warnings:  # of other sound
            _set_aside(path)
        return kept.records

    def _place(self, whose: Identity) -> Path:
        place = beside(self.recording)
        try:
            check_place(place, _WHAT)
        except WriteError:
            place = _in_data_folder(whose)
            make_folder(place.parent)
            warning = SoundWarning(
                ELSEWHERE,
                f"The corrections of '{whose.name}' cannot be kept beside it, so they are in "
                f"'{printable_path(place)}'.",
            )
            if warning not in self.warnings:
                self.warnings += (warning,)
        return place


# --- finding, reading, writing -----------------------------------------------------------------------------


def _find(recording: Path) -> Path | None:
    place = beside(recording)
    try:
        size = recording.stat().st_size
        if os.path.exists(place):  # noqa: PTH110 - a name that is too long is not there
            # Both are there where the folder stopped taking files: the later one holds.
            places = [place, *(one for one in _in_data(size) if _is_of(one, recording, size))]
            return max(places, key=lambda one: one.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None
    others = (*_left_behind(recording.parent), *_in_data(size))
    return next((one for one in others if _is_of(one, recording, size)), None)


def _removed(recording: Path) -> bool:
    """Delete what is kept of a recording of which nothing is said any more; whether nothing is left."""
    try:
        while (place := _find(recording)) is not None:
            place.unlink()
    except OSError:
        return False  # an empty file is written instead, or the earlier corrections would hold again
    return True


def _is_of(path: Path, recording: Path, size: int) -> bool:
    """Whether corrections were made for this recording; it is read only if its size is the same."""
    try:
        identity, _ = read_corrections(path)
        return identity.bytes == size and Identity.of(recording).sha256 == identity.sha256
    except EmoscopeError:
        return False


def _left_behind(folder: Path) -> list[Path]:
    """Files of corrections whose recording is not beside them any more."""
    try:
        names = {entry.name for entry in os.scandir(folder or ".")}
    except OSError:
        return []
    return [
        folder / name
        for name in sorted(names)
        if name.endswith(ENDING) and name.removesuffix(ENDING) not in names and not name.startswith(".")
    ]


def _in_data(size: int) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(data_folder().glob(f"{size}-*.json"))
    return []


def _in_data_folder(whose: Identity) -> Path:
    return data_folder() / f"{whose.bytes}-{whose.sha256}.json"


def _set_aside(path: Path) -> None:
    """Give the file another name, under which it is left alone. Raises WriteError."""
    number = 1
    while (aside := path.with_name(f"{path.name}.old-{number}")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        why = (error.strerror or "it is not known why").lower()
        raise WriteError(f"The {_WHAT} '{printable_path(path)}' cannot be set aside: {why}.") from error


def to_json(whose: Identity, records: Sequence[Correction]) -> str:
    """What such a file holds."""
    data = {
        "emoscope_corrections": VERSION,
        "recording": whose.data(),
        "records": [record.data() for record in records],
    }
    return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _record(entry: Any) -> Correction:
    channel = entry.get("channel")
    if channel is not None and (type(channel) is not int or channel < 1):
        raise ValueError("channel")
    record = Correction(
        _number(entry["start_s"]),
        _number(entry["end_s"]),
        label=_text(entry.get("label", "")),
        note=_text(entry.get("note", "")),
        speaker=_text(entry.get("speaker", "")),
        channel=channel,
        created=_text(entry.get("created", "")),
    )
    if not 0 <= record.start_s < record.end_s:
        raise ValueError("times")
    return record.cleaned()


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("number")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    return value


@functools.lru_cache(maxsize=64)
def _sha256(path: str, size: int, changed_ns: int) -> str:
    """Of a file as it was at that time."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
