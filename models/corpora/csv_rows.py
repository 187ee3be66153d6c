"""Rows of a CSV that somebody has written by hand or by a spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from models.errors import CorpusError

Row = dict[str, Any]
"""By the name of a column its cell, None where the row ends before it."""


def csv_rows(text: str, table: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    """The names of the columns, in lower case, and each row with the line that it ends in.

    Raises
    ------
    CorpusError
        For what is no CSV: `table` is told.
    """
    separator = max(",;\t", key=text.partition("\n")[0].count)
    # Strict: else a quote that is never closed takes all rows behind it for one cell.
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [(name or "").strip().lower() for name in rows.fieldnames or []]
        rows.fieldnames = columns
        return columns, [(rows.line_num, row) for row in rows]
    except csv.Error as error:
        raise CorpusError(
            f"The table {table} is no CSV behind line {rows.line_num}: {error}.",
            'A cell that begins with " also ends with one, and a " within it is written twice.',
        ) from error
