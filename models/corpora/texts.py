"""Labelled texts from tables that a person names: CSV, TSV or JSON lines, GoEmotions and MELD among them.

GoEmotions (Demszky et al., ACL 2020): the files without a head (text, numbers of labels, id) and those with a
column for each of its labels, a row for each judge. MELD (Poria et al., ACL 2019): Utterance, Emotion,
Speaker, Dialogue_ID.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from desktop_app.core.emotion_names import GOEMOTIONS
from desktop_app.core.foreign_files import ReadError, read_regular
from desktop_app.core.safe_files import printable_path
from models.errors import CorpusError

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "utterance", "sentence", "transcript"),
    "label": ("label", "emotion", "class"),
    "split": ("split", "set", "subset"),
    "group": ("group", "dialogue_id", "dialogue", "speaker", "author"),
}
"""Names of columns, whatever their case, the first that is there; `group` and `split` need not be."""
TEST_SPLITS: Final = frozenset({"test", "testing", "eval"})
_MOST: Final = 512 * 2**20
_LONGEST: Final = 10_000
"""Characters of a text: of longer ones hardly any would be read."""
_END: Final = "\x00end of the table"
_NUMBERS: Final = re.compile(r"\d+(,\d+)*")
_GOEMOTIONS_ORDER: Final = (*sorted(name for name in GOEMOTIONS if name != "neutral"), "neutral")


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and what somebody calls its emotion; `group` is whose or which talk's it is, if known."""

    text: str
    label: str
    group: str = ""
    split: str = ""

    @property
    def plain(self) -> str:
        """What two texts have in common that differ in case, signs and spaces alone."""
        return " ".join(re.findall(r"\w+", self.text.lower())) or self.text.strip()


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts. `notes` are sentences about rows that were left out; `goemotions` tells its kind."""

    name: str
    rows: tuple[LabelledText, ...]
    notes: tuple[str, ...] = ()
    goemotions: bool = False

    def once(self) -> TextTable:
        """The same text with the same label once, as it is learnt: what is said often must not count more."""
        kept = list({(row.plain, row.label): row for row in reversed(self.rows)}.values())[::-1]
        again = len(self.rows) - len(kept)
        notes = (*self.notes, f"{again} texts that stand there again with their label count once")
        return replace(self, rows=tuple(kept), notes=notes if again else self.notes)

    @property
    def labels(self) -> tuple[str, ...]:
        """Those that occur, in the order of the alphabet."""
        return tuple(sorted({row.label for row in self.rows}))


def read_texts(name: str, path: Path) -> TextTable:
    """Read a table of texts.

    Raises
    ------
    CorpusError
        If it cannot be read, or has no column of texts or labels, naming those that it has.
    """
    try:
        content = read_regular(path, _MOST, "table of texts").decode("utf-8-sig")
    except ReadError as error:
        raise CorpusError(error.message, error.hint) from error
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"The table of texts '{printable_path(path)}' is not UTF-8.", "Save it as UTF-8."
        ) from error
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return _of_rows(name, path, _json_rows(content, path))
    first = content.partition("\n")[0]
    delimiter = "\t" if path.suffix.lower() == ".tsv" or first.count("\t") > first.count(",") else ","
    if ";" in first and first.count(";") > first.count(delimiter):
        delimiter = ";"
    try:
        if _is_headless(first):
            return _goemotions_headless(name, _unquoted(content))
        table = _cells(content, delimiter)
    except csv.Error as error:
        raise CorpusError(f"The table of texts '{printable_path(path)}' is no CSV: {error}.") from error
    head = [column.strip() for column in table[0]] if table else []
    rows = [dict(zip(head, row, strict=False)) for row in table[1:] if any(row)]
    if set(GOEMOTIONS) <= set(head):
        return _goemotions_judged(name, rows)
    return _of_rows(name, path, rows, head)


def _unquoted(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))


def _cells(content: str, delimiter: str) -> list[list[str]]:
    """The rows of a table. Raises csv.Error where a quote is never closed, which takes in all rows behind it.

    Between tabs a quote may be a sign like any other: where quoted cells would hold whole rows, it is one.
    """
    lines = io.StringIO(content if content.endswith("\n") else f"{content}\n", newline="")
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    table: list[list[str]] = []
    ends = [0]  # lines
    try:
        for row in reader:
            table.append(row)
            ends.append(reader.line_num)
        open_quote = table.pop() != [_END]
    except csv.Error as error:  # a cell is longer than any text: most likely a quote has taken in rows
        if delimiter == "\t":
            return _unquoted(content)
        raise csv.Error(
            f"a cell behind line {ends[-1]} is longer than any text, or a quote there is never closed"
        ) from error
    if delimiter == "\t" and (open_quote or any("\t" in c and "\n" in c for row in table for c in row)):
        return _unquoted(content)
    if open_quote:
        raise csv.Error(f"a quote behind line {ends[-2]} is never closed")
    return table


def _is_headless(line: str) -> bool:
    parts = line.rstrip("\r").split("\t")
    return len(parts) == 3 and _NUMBERS.fullmatch(parts[1]) is not None


def _json_rows(content: str, path: Path) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(content.split("\n"), 1):  # U+2028 and its kin may stand within a text
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise CorpusError(f"Line {number} of '{printable_path(path)}' is no JSON object.")
        rows.append(row)
    return rows


def _of_rows(name: str, path: Path, rows: Sequence[Mapping[str, Any]], head: Sequence[str] = ()) -> TextTable:
    columns = [column for column in head if column] or (list(rows[0]) if rows else [])
    by_name = {column.strip().lower(): column for column in columns}
    found = {
        what: next((by_name[known] for known in names if known in by_name), None)
        for what, names in COLUMNS.items()
    }
    for what in ("text", "label"):
        if found[what] is None:
            raise CorpusError(
                f"The table of texts '{printable_path(path)}' has no column of {what}s; its columns are "
                f"{', '.join(map(str, columns[:20])) or 'none'}.",
                f"Call it one of: {', '.join(COLUMNS[what])}.",
                code="corpus.texts",
            )

    def cell(row: Mapping[str, Any], what: str) -> str:
        column = found[what]
        value = None if column is None else row.get(column)
        return "" if value is None else str(value).strip()[:_LONGEST]

    kept = [
        LabelledText(*(cell(row, what) for what in ("text", "label", "group", "split")))
        for row in rows
        if cell(row, "text") and cell(row, "label")
    ]
    if kept and all(_NUMBERS.fullmatch(row.label) for row in kept):
        raise CorpusError(
            f"The labels of '{printable_path(path)}' are numbers, and nothing says what they mean.",
            "Write their names into the table.",
            code="corpus.texts",
        )
    return _table(name, kept, (len(rows) - len(kept), "without a text or a label"))


def _goemotions_headless(name: str, table: Sequence[Sequence[str]]) -> TextTable:
    """One label is kept, several are left out: which one is meant is not known."""
    kept = [
        LabelledText(row[0][:_LONGEST], _GOEMOTIONS_ORDER[int(row[1])])
        for row in table
        if len(row) == 3 and row[1].isdecimal() and int(row[1]) < len(_GOEMOTIONS_ORDER) and row[0].strip()
    ]
    left_out = sum(bool(row) for row in table) - len(kept)
    return _table(name, kept, (left_out, "with several labels"), goemotions=True)


def _goemotions_judged(name: str, rows: Sequence[Mapping[str, str]]) -> TextTable:
    """What most judges of a text chose; a text on which they do not agree is left out."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, Mapping[str, str]] = {}
    for row in rows:
        key = row.get("id") or row.get("text", "")
        first.setdefault(key, row)
        votes[key].update(label for label in GOEMOTIONS if row.get(label, "").strip() == "1")
    kept = []
    for key, counted in votes.items():
        best = counted.most_common(2)
        if best and (len(best) == 1 or best[0][1] > best[1][1]):
            row = first[key]
            kept.append(LabelledText(row.get("text", "")[:_LONGEST], best[0][0], row.get("author", "")))
    return _table(name, kept, (len(votes) - len(kept), "on which its judges do not agree"), goemotions=True)


def _table(
    name: str, rows: Sequence[LabelledText], left_out: tuple[int, str], *, goemotions: bool = False
) -> TextTable:
    if not rows:
        raise CorpusError(f"The table of texts '{name}' holds no text with a label.", code="corpus.texts")
    notes = [f"{count} texts {why} were left out" for count, why in (left_out,) if count]
    return TextTable(name, tuple(rows), tuple(notes), goemotions)
