"""What is to be analyzed: the recordings of a folder, of an object store, or of a list, in a fixed order."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from desktop_app.analysis.batch.places import PlaceError, filesystem, is_remote, local_path
from desktop_app.analysis.inputs import BESIDE, HIDDEN, Inputs, collect, is_folder
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.core.safe_files import printable_path

PART_FILES: Final = 50
"""Recordings of one part: what a kill can cost at the most."""
PART_BYTES: Final = 256 * 1024 * 1024
_TABLES: Final = frozenset({".csv", ".tsv"})
_SEPARATORS: Final = ",;\t"
_LIKE_AN_ESCAPE: Final = re.compile(r"\\(?=x(?:[89a-f][0-9a-f]|5c))")
_COLUMNS: Final = frozenset({"path", "speaker", "recorded_at"})


@dataclass(frozen=True, slots=True)
class Item:
    """One recording.

    Attributes
    ----------
    path : str
        What it is called in the results: as `emoscope analyze` calls it, or as the list has it.
    where : str
        The whole path or URL that it is read from, which tells it from all others.
    size : int
        Bytes; -1 if it is not known, as of what is not there.
    stamp : str
        Changes with the content: the time of change, or what the store gives in its place.
    speaker : str
        Empty if it is not known.
    recorded_at : str
        ISO 8601; empty if it is not known.
    """

    path: str
    where: str
    size: int
    stamp: str
    speaker: str = ""
    recorded_at: str = ""

    @property
    def source(self) -> str:
        """`where` as text that can be encoded, and that is another one for each path; see `escaped`."""
        return escaped(self.where)

    def data(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


Told = Callable[[EmoscopeError | str], object]


def items(
    names: Sequence[str],
    endings: frozenset[str],
    pattern: str | None = None,
    told: Told = lambda what: None,
) -> Iterator[Item]:
    """The recordings that `names` mean, one after another.

    Parameters
    ----------
    names
        Folders, URLs of folders, recordings, and lists: a text file with one path or URL a line, or a table
        (.csv, .tsv) whose first row names ``path`` and, if they are known, ``speaker`` and ``recorded_at``.
    endings
        What counts as a recording in a folder.
    pattern
        Instead, a shell pattern for the names in a folder.
    told : callable
        Given a failure for each folder within that cannot be read, and a sentence about files left out.

    Raises
    ------
    EmoscopeError
        A folder or a list cannot be read, or holds nothing.
    """
    for name in names:
        if is_remote(name):
            yield from _of_store(name, endings, pattern, told)
            continue
        path = local_path(name)
        if is_folder(path):
            yield from _of_folder(path, endings, pattern, told)
        elif path.suffix.lower() in endings:
            yield _local(str(path), path)
        else:
            yield from _of_list(path)


def escaped(where: str) -> str:
    """A path or URL as text that can be encoded, from which its bytes can be told.

    Bytes that are not UTF-8 become ``\\xff``; a name that has such a text of its own has ``\\x5cxff`` in its
    place. All else stays as it is.
    """
    if os.name != "posix":  # where a backslash stands between folders
        return where.encode("utf-8", "surrogatepass").decode("utf-8", "backslashreplace")
    plain = _LIKE_AN_ESCAPE.sub(r"\\x5c", where)
    return plain.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def parts(found: Iterator[Item]) -> Iterator[list[Item]]:
    """The recordings in parts of `PART_FILES`, or of `PART_BYTES`, whichever is reached first."""
    part: list[Item] = []
    size = 0
    for item in found:
        part.append(item)
        size += max(0, item.size)
        if len(part) >= PART_FILES or size >= PART_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _of_folder(folder: Path, endings: frozenset[str], pattern: str | None, told: Told) -> Iterator[Item]:
    inputs = collect([str(folder)], endings, pattern)
    for _, error in inputs.failures:
        if not inputs.found:
            raise error
        told(error)
    if inputs.left_out:
        told(inputs.left_out_sentence())
    for source in inputs.found:
        yield _local(source.name, source.path)


def _local(name: str, path: Path, speaker: str = "", recorded_at: str = "") -> Item:
    name, where = printable_path(name), os.path.abspath(path)  # noqa: PTH100 - a link stays a name of its own
    try:
        found = path.stat()
    except OSError:  # told where it is opened
        return Item(name, where, -1, "", speaker, recorded_at)
    if not recorded_at:
        recorded_at = datetime.fromtimestamp(found.st_mtime, UTC).isoformat(timespec="seconds")
    return Item(name, where, found.st_size, str(found.st_mtime_ns), speaker, recorded_at)


def _of_store(url: str, endings: frozenset[str], pattern: str | None, told: Told) -> Iterator[Item]:
    import fnmatch

    fs, root = filesystem(url.rstrip("/"))
    kind = url.partition("://")[0]
    try:
        found = fs.find(root, detail=True)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise PlaceError(f"'{url}' cannot be listed: {reason[:200]}.") from error
    inputs = Inputs()
    any_left = False
    for path, info in sorted(found.items()):
        name = path[len(root) :].lstrip("/") or path.rpartition("/")[2]
        whole = f"{kind}://{path}"
        if path != root and _is_hidden(name):  # as in a folder of this machine
            ending, last = Path(name).suffix.lower(), Path(name).name
            if ending in endings and last.startswith(HIDDEN) and not last.startswith(BESIDE):
                inputs.left_out[f"hidden {ending}"] += 1
            continue
        wanted = (
            Path(name).suffix.lower() in endings
            if pattern is None
            else fnmatch.fnmatch(Path(name).name, pattern) or fnmatch.fnmatch(name, pattern)
        )
        if wanted:
            any_left = True
            yield Item(whole, whole, int(info.get("size") or 0), _stamp(info), "", _changed(info))
        else:
            inputs.left_out[Path(name).suffix.lower()] += 1
    if inputs.left_out:
        told(inputs.left_out_sentence())
    if not any_left:
        raise PlaceError(f"There is no recording in '{url}'.", code="audio.no_recordings")


def _is_hidden(name: str) -> bool:
    return any(part.startswith(HIDDEN) for part in name.split("/"))


def _stamp(info: Mapping[str, Any]) -> str:
    for name in (
        "ETag",
        "etag",
        "md5Hash",
        "content_md5",
        "LastModified",
        "mtime",
        "updated",
        "last_modified",
    ):
        if info.get(name):
            return str(info[name])
    return ""


def _changed(info: Mapping[str, Any]) -> str:
    for name in ("LastModified", "last_modified", "updated", "mtime"):
        value = info.get(name)
        if isinstance(value, datetime):
            return value.isoformat(timespec="seconds")
        if isinstance(value, str):
            return value
    return ""


def _of_list(path: Path) -> Iterator[Item]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() not in _TABLES:
                rows: Iterator[tuple[int, Mapping[str, str | None]]] = (
                    (number, {"path": line.strip()})
                    for number, line in enumerate(file, 1)
                    if line.strip() and not line.startswith("#")
                )
            else:
                head = file.readline()
                file.seek(0)
                reader = csv.DictReader(file, delimiter=max(_SEPARATORS, key=head.count))
                if "path" not in (reader.fieldnames or ()):
                    raise CallError(
                        f"The list '{path}' has no column 'path'.",
                        "Its first row names the columns: path, and if known speaker and recorded_at.",
                    )
                rows = ((reader.line_num, row) for row in reader)  # empty lines are no rows
            empty = True
            for number, row in rows:
                empty = False
                yield _listed(row, number, path)
    except FileNotFoundError:
        raise CallError(f"There is no folder, list or recording '{path}'.", code="audio.not_found") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "it is no UTF-8"
        raise CallError(f"The list '{path}' cannot be read: {reason}.", "Save it as UTF-8.") from error
    if empty:
        raise CallError(f"The list '{path}' names no recording.")


def _listed(row: Mapping[str, str | None], number: int, where: Path) -> Item:
    told = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    if not told["path"]:
        raise CallError(f"Line {number} of the list '{where}' names no recording.")
    if told["recorded_at"]:
        try:
            datetime.fromisoformat(told["recorded_at"])
        except ValueError:
            raise CallError(
                f"Line {number} of the list '{where}' has a time that is none: '{told['recorded_at']}'.",
                "Times are written as 2026-11-30T14:05:00.",
            ) from None
    if is_remote(told["path"]):
        return _remote(told)
    path = local_path(told["path"])
    if not path.is_absolute():
        path = where.parent / path
    return _local(told["path"], path, told["speaker"], told["recorded_at"])


def _remote(told: Mapping[str, str]) -> Item:
    url = told["path"]
    try:
        fs, path = filesystem(url)
        info = fs.info(path)
    except EmoscopeError:
        raise
    except Exception:  # noqa: BLE001 - told where it is opened
        return Item(url, url, -1, "", told["speaker"], told["recorded_at"])
    recorded = told["recorded_at"] or _changed(info)
    return Item(url, url, int(info.get("size") or 0), _stamp(info), told["speaker"], recorded)
