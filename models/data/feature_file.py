"""A table of features as CSV or Parquet, one row a clip: whole or not at all, and never all in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.core.safe_files import printable_path, write_chunks
from desktop_app.core.types import FloatArray
from models.corpora.base import Clip
from models.corpora.table import check_name

COLUMNS = ("path", "corpus", "speaker", "emotion", "gender", "intensity")
Row = tuple[Clip, FloatArray]
_ROWS = 1000


def write_features(out: Path, rows: Iterable[Row], names: Sequence[str]) -> None:
    """Write clips with their features [len(names)] in the format that the name of the file tells.

    What is not known of a clip is empty (CSV) or null (Parquet); numbers are float32, in CSV with as many
    digits as give them again.

    Raises
    ------
    CallError, WriteError
        For another ending, and where the file cannot be written.
    """
    check_name(out)
    chunks = _parquet if out.suffix.lower() == ".parquet" else _csv
    write_chunks(out, chunks(rows, names), "table")


def _told(clip: Clip) -> list[str]:
    return [printable_path(clip.path), *(getattr(clip, name) for name in COLUMNS[1:])]


def _pieces(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while piece := list(islice(rows, _ROWS)):
        yield piece


def _csv(rows: Iterable[Row], names: Sequence[str]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *names])
    yield text.getvalue().encode("utf-8")
    for piece in _pieces(rows):
        text.seek(0)
        text.truncate()
        writer.writerows([*_told(clip), *(f"{x:.9g}" for x in features.tolist())] for clip, features in piece)
        yield text.getvalue().encode("utf-8")


class _Taken(io.RawIOBase):
    """Takes what Arrow writes, to be handed on in pieces."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        self._size += len(self._pieces[-1])
        return len(self._pieces[-1])

    def take(self) -> bytes:
        """What was written since the last call."""
        content = b"".join(self._pieces)
        self._pieces.clear()
        return content


def _parquet(rows: Iterable[Row], names: Sequence[str]) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [(name, pa.string()) for name in COLUMNS] + [(name, pa.float32()) for name in names]
    schema = pa.schema(kinds)
    sink = _Taken()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
        for piece in _pieces(rows):
            words = list(zip(*(_told(clip) for clip, _ in piece), strict=True))
            numbers = np.stack([features for _, features in piece]).T
            columns = [pa.array([word or None for word in column], pa.string()) for column in words]
            columns += [pa.array(column) for column in numbers]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            yield sink.take()
    yield sink.take()
