"""The table of clips as CSV or Parquet; files are written whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from desktop_app.core.errors import CallError
from desktop_app.core.safe_files import printable_path, write_bytes
from models.corpora.base import Clip

COLUMNS = ("path", "corpus", "speaker", "gender", "emotion", "intensity", "text", "language", "duration")
SUFFIXES = (".csv", ".parquet")


def check_name(out: Path) -> None:
    """Raise CallError unless the name ends in a format that can be written."""
    if out.suffix.lower() not in SUFFIXES:
        raise CallError(
            f"The table {out} would have no known format.", "Let its name end in .csv or .parquet."
        )


def to_csv(clips: Iterable[Clip]) -> str:
    """One row a clip; what is not known is empty. `duration` is in seconds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(["" if value is None else value for value in _row(clip)] for clip in clips)
    return text.getvalue()


def to_parquet(clips: Iterable[Clip]) -> bytes:
    """The columns of `COLUMNS`: text, but for `duration` in seconds; what is not known is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [(name, pa.float64() if name == "duration" else pa.string()) for name in COLUMNS]
    rows = [dict(zip(COLUMNS, _row(clip), strict=True)) for clip in clips]
    content = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, pa.schema(kinds)), content)
    return bytes(content.getvalue())


def write_table(out: Path, clips: Iterable[Clip]) -> None:
    """Write the table in the format that the name tells. Raises CallError and WriteError."""
    check_name(out)
    parquet = out.suffix.lower() == ".parquet"
    write_bytes(out, to_parquet(clips) if parquet else to_csv(clips).encode("utf-8"))


def _row(clip: Clip) -> list[str | float | None]:
    values: list[str | float | None] = [getattr(clip, name) or None for name in COLUMNS]
    values[COLUMNS.index("path")] = printable_path(clip.path)
    values[COLUMNS.index("duration")] = round(clip.duration, 6) or None
    return values
