"""What a file of corrections holds: of which recording, and the records."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.analysis.corrections import Correction, changed
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.foreign_files import read_regular
from desktop_app.core.safe_files import printable_path

VERSION: Final = 1
WHAT: Final = "file of corrections"
_MOST_BYTES: Final = 16 * 2**20
_MOST_RECORDS: Final = 100_000
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


def read_corrections(path: Path) -> tuple[Identity, tuple[Correction, ...]]:
    """Read a file of corrections: whose it is, and the records in the order of time.

    Raises
    ------
    NewerError
        It is of a later version.
    CorrectionsError, ReadError
        It is damaged, or no such file.
    """
    content = read_regular(path, _MOST_BYTES, WHAT)
    try:
        data = json.loads(content.decode("utf-8-sig"))
        version = data["emoscope_corrections"]
        if isinstance(version, int) and version > VERSION:
            raise NewerError(
                f"The {WHAT} '{printable_path(path)}' is of a newer version of Emoscope.",
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
            f"The {WHAT} '{printable_path(path)}' is damaged.", code="corrections.damaged"
        ) from error
    return identity, records


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
