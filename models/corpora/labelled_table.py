"""Own recordings named by a table: a CSV with the columns path, label and speaker, perhaps text and others.

`path` is meant from the folder of the table. `text` is what is said, `language` its code, `gender` F or M.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from desktop_app.core.foreign_files import ReadError, read_regular
from models.corpora.base import UNKNOWN, Clip
from models.corpora.csv_rows import csv_rows
from models.corpora.folder import GENDERS, OWN_DATA, emotion_of
from models.errors import CorpusError

COLUMNS = ("path", "label", "speaker")
_MOST_BYTES = 256_000_000
_HINT = "Its first line names the columns: path, label, speaker and, if known, text, language and gender."


def read_labelled_table(table: Path) -> list[Clip]:
    """A clip for each row, its sound not opened.

    Raises
    ------
    CorpusError
        It cannot be read, lacks a column, or names a recording that is not there.
    """
    columns, rows = csv_rows(_text(table), table)
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise CorpusError(f"The table {table} lacks the column {missing[0]}.", _HINT)
    clips = []
    for number, row in rows:
        said = {name: (row.get(name) or "").strip() for name in columns}
        if not said["path"]:
            continue
        # Of `os`, since those of `Path` raise for the home of nobody and for a name that is too long.
        path = table.parent / os.path.expanduser(said["path"].replace("\\", "/"))  # noqa: PTH111
        if not os.path.isfile(path):  # noqa: PTH113
            raise CorpusError(
                f"The table {table} names '{said['path']}' in line {number}, and there is no such file.",
                f"Paths are meant from the folder {table.parent}.",
            )
        if not said["label"]:
            raise CorpusError(f"The table {table} has no label for '{said['path']}' in line {number}.")
        clips.append(
            Clip(
                path=path,
                corpus=OWN_DATA,
                speaker=f"{OWN_DATA}-{unicodedata.normalize('NFC', said['speaker']) or UNKNOWN}",
                emotion=emotion_of(said["label"]),
                gender=GENDERS.get(said.get("gender", "").lower(), ""),
                text=said.get("text", ""),
                language=said.get("language", ""),
            )
        )
    if not clips:
        raise CorpusError(f"The table {table} names no recordings.", _HINT)
    return clips


def _text(table: Path) -> str:
    try:
        return read_regular(table, _MOST_BYTES, "table").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CorpusError(
            f"The table {table} is not UTF-8: see line {line}.",
            "Save it as 'CSV UTF-8', which a spreadsheet offers beside plain CSV.",
            code="corpus.not_utf8",
        ) from error
    except ReadError as error:
        raise CorpusError(f"The table {table} cannot be read: {error.message}", _HINT) from error
