"""Recordings of a corpus that nothing can be learnt from or judged on, and how a person is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from desktop_app.command_line.output import counted
from desktop_app.core.safe_files import printable_path
from models.corpora.base import Clip
from models.corpora.sound import Defect

_WHY: Final = {
    Defect.UNREADABLE: "Cannot be read, left out",
    Defect.EMPTY: "Empty, left out",
    Defect.SILENT: "Nothing but silence, left out",
}
_FEW_NAMES: Final = 3


class LeftOut:
    """Takes what `registry.load_corpus` leaves out of one corpus."""

    def __init__(self) -> None:
        self._files: dict[Path, Defect] = {}

    def __call__(self, clip: Clip, why: Defect) -> None:
        self._files[clip.path] = why

    def told(self) -> tuple[str, ...]:
        """A sentence for each reason."""
        return tuple(left_out_told(self._files).values())


def left_out_told(files: Mapping[Path, Defect]) -> dict[str, str]:
    """For each reason its name, and a sentence that counts the files and names a few."""
    found = {why: [path for path, defect in files.items() if defect is why] for why in _WHY}
    return {why.value: f"{_WHY[why]}: {_named(paths)}." for why, paths in found.items() if paths}


def _named(paths: Sequence[Path]) -> str:
    names = ", ".join(printable_path(path.name) for path in paths[:_FEW_NAMES])
    more = f" and {len(paths) - _FEW_NAMES} more" if len(paths) > _FEW_NAMES else ""
    return f"{counted(len(paths), 'file')}: {names}{more}"
