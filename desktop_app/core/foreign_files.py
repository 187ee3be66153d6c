"""Files that others made: only real files are read, up to a size, and each is called what it is."""

from __future__ import annotations

import ast
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import printable_path

_HEAD: Final = 1024
_SAFE_BYTES: Final = 256 * 2**20
"""What an archive may unfold to, however small it is."""
_MOST_RATIO: Final = 20
_MOST_MEMBERS: Final = 200_000


class ReadError(EmoscopeError):
    """A file that is not read."""

    default_code = "read"


class ArchiveError(ReadError):
    """An archive that would unfold to more than what it was made for."""

    default_code = "read.archive"


@dataclass(frozen=True, slots=True)
class Impostor:
    """What a file is in truth: in words, what to do about it, and the end of a code."""

    name: str
    hint: str
    code: str


_POINTER: Final = Impostor(
    "a Git LFS pointer: it only names the file, which was never downloaded",
    "Fetch it, in the folder of the repository: git lfs pull",
    "lfs_pointer",
)
_WEB_PAGE: Final = Impostor(
    "a web page, not what it was meant to be: such as a page that asks to log in or to agree",
    "Download it again, by the link of the file itself.",
    "web_page",
)


def impostor(head: bytes) -> Impostor | None:
    """What often lies in a file's place, by its first bytes: a Git LFS pointer or a web page."""
    if head.startswith(b"version https://git-lfs.github.com/spec/"):
        return _POINTER
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:256].lower()
    if re.match(rb"(<!--.*?-->\s*)*(<!doctype\s+html|<html[\s>]|<head[\s>])", text, re.DOTALL):
        return _WEB_PAGE
    if re.match(rb"<\?xml[^>]*\?>\s*(<!doctype\s+html|<html[\s>])", text):
        return _WEB_PAGE
    return None


def check_impostor(path: Path, what: str) -> None:
    """Raise ReadError for a Git LFS pointer or a web page in place of `what`; an unreadable file passes."""
    try:
        with path.open("rb") as stream:
            found = impostor(stream.read(_HEAD))
    except (OSError, ValueError):
        return
    if found is not None:
        raise ReadError(
            f"The {what} {printable_path(path)} {'are' if what.endswith('weights') else 'is'} {found.name}.",
            found.hint,
            code=f"read.{found.code}",
        )


def read_regular(path: Path, most: int, what: str) -> bytes:
    """The content of a file of at most `most` bytes.

    Raises
    ------
    ReadError
        If it is missing, larger, or something else than a file, such as a pipe or a device, which may never
        end. `what` it should be is told.
    """
    name = printable_path(path)
    try:
        if path.is_dir():
            raise ReadError(f"The {what} '{name}' is a folder, not a file.", code="read.folder")
        if path.exists() and not path.is_file():
            raise ReadError(f"The {what} '{name}' is not a regular file.", code="read.not_regular")
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError as error:
        raise ReadError(
            f"The {what} '{name}' cannot be read: it does not exist.", code="read.not_found"
        ) from error
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "its name is not valid").lower()
        raise ReadError(f"The {what} '{name}' cannot be read: {why}.") from error
    if len(content) > most:
        raise ReadError(
            f"The {what} '{name}' is too large to be one: it has more than {_size(most)}.",
            code="read.too_large",
        )
    return content


def check_archive(path: Path, what: str, most: int | None = None) -> None:
    """Raise ArchiveError for a zip archive (skops, npz, torch) that is a bomb; nothing is unfolded for it.

    Parameters
    ----------
    what : str
        What the file should be, for the sentence.
    most : int, optional
        Bytes that it may unfold to. Without it only what is packed far more tightly than numbers can be is
        refused, and arrays that claim to be larger than their bytes.
    """
    name = printable_path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise ArchiveError(f"The {what} {name} is refused: it holds {len(members)} files.")
            unfolded = sum(member.file_size for member in members)
            packed = max(1, path.stat().st_size)
            tight = unfolded > _SAFE_BYTES and unfolded > _MOST_RATIO * packed
            if tight or (most is not None and unfolded > most):
                raise ArchiveError(
                    f"The {what} {name} is refused: it would unfold from {_size(packed)} to "
                    f"{_size(unfolded)}.",
                    "Such an archive is made to fill the memory; numbers hardly get smaller when packed.",
                )
            for member in members:
                if member.filename.endswith(".npy"):
                    _check_array(archive, member, f"The {what} {name}")
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ReadError(f"The {what} {name} cannot be read: the file is cut off or damaged.") from error
    except (OSError, NotImplementedError, RuntimeError) as error:  # such as one with a password
        raise ReadError(f"The {what} {name} cannot be read: {error}.") from error


def read_arrays(path: Path, what: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of an .npz file by name; objects, which could run code, are not among them.

    Raises
    ------
    ReadError
        For what is none, or a bomb.
    """
    check_archive(path, what)
    try:
        with np.load(path, allow_pickle=False) as data:
            return {name: data[name] for name in data.files}
    except MemoryError:
        raise
    except Exception as error:  # of damage numpy, zipfile, zlib and tokenize each tell by errors of their own
        raise ReadError(
            f"The {what} {printable_path(path)} cannot be read: {error}.", "Remove it: it is made again."
        ) from error


def _check_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, named: str) -> None:
    """The header of an array names no more numbers than there are bytes (unless they are objects)."""
    with archive.open(member) as stream:
        head = stream.read(12)
        if head[:6] != b"\x93NUMPY" or len(head) < 12:
            return  # numpy says so better
        long = head[6] > 1
        length = struct.unpack("<I", head[8:12])[0] if long else struct.unpack("<H", head[8:10])[0]
        rest = b"" if long else head[10:]
        text = rest + stream.read(max(0, min(length, 65_536) - len(rest)))
    try:
        header: dict[str, Any] = ast.literal_eval(text.decode("latin-1").strip())
        count = 1
        for size in header["shape"]:
            count *= int(size)
        width = re.fullmatch(r"[<>|=]?[?a-zA-Z](\d*)", header["descr"])
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        return  # numpy says so better
    bytes_each = int(width[1] or 1) if width else 1
    there_are = member.file_size - length - (12 if long else 10)
    if count * bytes_each > there_are and header["descr"] not in {"|O", "O"}:
        raise ArchiveError(
            f"{named} is refused: its array '{member.filename}' claims {count} numbers and has "
            f"{there_are} bytes.",
        )


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"
