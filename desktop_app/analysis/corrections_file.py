"""Corrections and notes as a file beside the recording: found again, read, changed and undone.

The file is called as the recording with ``.emoscope.json`` behind it (``talk.wav.emoscope.json``). Where the
folder takes no files, or no name as long as that, it is kept in the user's own data folder, under the size
and hash of the recording.
"""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop_app.analysis.corrections import Correction, changed, with_correction
from desktop_app.analysis.corrections_format import WHAT, Identity, NewerError, read_corrections, to_json
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import WriteError, check_place, make_folder, printable_path, write_text
from desktop_app.core.types import SoundWarning

ENDING: Final = ".emoscope.json"
ELSEWHERE: Final = "corrections.elsewhere"
"""Code of the warning that they are kept in the user's data folder."""
_SAME_LENGTH_S: Final = 0.05


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
            write_text(place, to_json(whose, records), WHAT)
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
            check_place(place, WHAT)
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


# --- finding -------------------------------------------------------------------------------------------


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
        raise WriteError(f"The {WHAT} '{printable_path(path)}' cannot be set aside: {why}.") from error
