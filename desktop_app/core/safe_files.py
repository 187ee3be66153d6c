"""The one way to write a file: whole or not at all, and never over what it is made from."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop_app.core.errors import CallError, EmoscopeError

_TEMPORARY = ".emoscope-"
DISK_FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""No room, no more of it for this person, or none for a file of this size."""
_MASK = os.umask(0o077)  # asked once: to ask is to change it, for what all threads write meanwhile
os.umask(_MASK)


class WriteError(EmoscopeError):
    """A file that cannot be written."""

    default_code = "write"


def write_text(path: Path | str, text: str, what: str = "report", *, private: bool = False) -> None:
    """Write a file as UTF-8; see `write_bytes`."""
    write_bytes(path, text.encode("utf-8"), what, private=private)


def write_bytes(path: Path | str, content: bytes, what: str = "report", *, private: bool = False) -> None:
    """Write a file in one step: until it is complete on the disk, an older file stays as it is.

    Parameters
    ----------
    what : str
        What the file is, for the sentence that tells a failure.
    private : bool
        Readable by its owner alone, whatever the umask says.

    Raises
    ------
    WriteError
        With a sentence that names the file; nothing is left behind then.
    """
    write_chunks(path, [content], what, private=private)


def write_chunks(
    path: Path | str, chunks: Iterable[bytes], what: str = "report", *, private: bool = False
) -> None:
    """`write_bytes` for content that is made piece by piece."""
    path = Path(path)
    with write_failure_told(path, what):
        if path.exists() and not path.is_file():  # such as /dev/null or a pipe: never to be replaced
            with path.open("wb") as file:
                file.writelines(chunks)
            return
        _replace(Path(os.path.realpath(path)), chunks, private=private)  # a link stays a link


def check_place(path: Path | str, what: str = "report") -> None:
    """See that a file can be written, before work goes into it; nothing of it is left.

    Raises
    ------
    WriteError
        With the sentence of `write_bytes` that says why not.
    """
    path = Path(path)
    with write_failure_told(path, what):
        with contextlib.suppress(FileNotFoundError):
            path.lstat()  # a name that is too long is refused here
        if not path.exists() or path.is_file():
            with tempfile.TemporaryFile(dir=Path(os.path.realpath(path)).parent):
                pass


def check_places(targets: Iterable[str | None], what: str) -> None:
    """`check_place` for each target that is a file; None is not asked for, ``-`` is stdout."""
    for target in targets:
        if target is not None and target != "-":
            check_place(target, what)


@contextlib.contextmanager
def write_failure_told(path: Path, what: str) -> Iterator[None]:
    """What keeps a file from being written, as a sentence that names it."""
    try:
        if path.is_dir():
            raise WriteError(
                f"The {what} cannot be written to '{path}', which is a folder.", "Name a file in it."
            )
        yield
    except FileNotFoundError as error:
        if path.parent.is_dir():  # such as /proc
            raise WriteError(
                f"The {what} '{path}' cannot be written: the folder '{path.parent}' takes no new files.",
                "Name a file in another one.",
            ) from error
        raise WriteError(
            f"The {what} '{path}' cannot be written: the folder '{path.parent}' does not exist.",
            "Make it first.",
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not valid"
        full = isinstance(error, OSError) and error.errno in DISK_FULL
        raise WriteError(
            f"The {what} '{path}' cannot be written: {why.lower()}.",
            "Make room on the disk, or name a file on another one." if full else "",
            code="write.disk_full" if full else "",
        ) from error


@contextlib.contextmanager
def full_disk_told(folder: Path) -> Iterator[None]:
    """Whatever finds no room while files are written into `folder`, as a WriteError that names where.

    Libraries write with their own means, and an open file does not name itself in its errors.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        place = error.filename2 or error.filename
        where = f"'{printable_path(place)}'" if place else f"in the folder '{printable_path(folder)}'"
        raise WriteError(
            f"There is no room to write {where}: {(error.strerror or 'the disk is full').lower()}.",
            "Make room on the disk and call again, or name a folder on another one.",
            code="write.disk_full",
        ) from error


def make_folder(folder: Path) -> None:
    """Make a folder for reports, and see that it can be written to, before work goes into them.

    Raises
    ------
    WriteError
        With a sentence that says why not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        taken = folder.exists() and not folder.is_dir()
        why = "there is a file of that name" if taken else (error.strerror or "it is not known why").lower()
        raise WriteError(f"The folder '{printable_path(folder)}' cannot be written to: {why}.") from error


def printable_path(path: Path | str) -> str:
    """A path, or a sentence that names one, as text that can be encoded.

    Bytes that are not UTF-8 in a file's name are replaced. Those that are, and that Python did not decode in
    a locale without UTF-8, are decoded.
    """
    escaped = "surrogateescape" if os.name == "posix" else "surrogatepass"
    return str(path).encode("utf-8", escaped).decode("utf-8", "replace")


def _replace(path: Path, chunks: Iterable[bytes], *, private: bool) -> None:
    _remove_abandoned(path.parent)
    descriptor, name = tempfile.mkstemp(
        prefix=f"{_TEMPORARY}{_host()}-{os.getpid()}-", suffix=".tmp", dir=path.parent
    )
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        if not private:  # mkstemp's files are
            temporary.chmod(_mode_for(path))
        temporary.replace(path)
    except BaseException:  # also Ctrl+C
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if os.name == "posix":  # the new name itself must be on the disk too
        with contextlib.suppress(OSError):
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _host() -> str:
    """This machine, in eight digits: process numbers mean nothing in a folder that several machines share."""
    import socket

    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def _remove_abandoned(folder: Path) -> None:
    """Remove the unfinished files of runs that were killed."""
    pattern = re.compile(rf"{re.escape(_TEMPORARY)}{_host()}-(\d+)-.*\.tmp")
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            found = pattern.fullmatch(entry.name)
            if found is not None and not _is_running(int(found[1])):
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()


def _is_running(process: int) -> bool:
    if os.name != "posix":  # there, os.kill ends the process that it asks about
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _mode_for(path: Path) -> int:
    """Permissions of the file that is replaced, or those that a new file gets here."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    return 0o666 & ~_MASK


def already_there(path: Path | str) -> WriteError:
    """The refusal to write over what another run has left."""
    return WriteError(
        f"The file '{path}' is there already.", "Name another file, or add --overwrite.", code="write.exists"
    )


# --- targets and what they are made from -------------------------------------------------------------------


def check_targets(
    targets: Iterable[str | None],
    *,
    recordings: Iterable[Path | str] = (),
    model: str | None = None,
    profile: str | None = None,
) -> None:
    """Refuse outputs that would destroy an input or each other, before anything is opened.

    Files are compared by what they are on the disk: links of both kinds and other spellings count.

    Parameters
    ----------
    targets
        Files that will be written; ``-`` is stdout, None is not asked for.

    Raises
    ------
    CallError
        Naming the first that cannot be.
    """
    wanted = [target for target in targets if target is not None]
    inputs: dict[object, str] = {}
    if any(target != "-" for target in wanted):
        inputs |= {_identity(path): "one of the recordings" for path in recordings}
        inputs |= {_identity(path): "the model" for path in (model,) if path is not None}
        inputs |= {_identity(path): "the voice profile" for path in (profile,) if path is not None}
    seen: set[object] = set()
    for target in wanted:
        place = "-" if target == "-" else _identity(target)
        if place in seen and not _is_special(target):
            raise CallError(f"Two outputs cannot both go to '{target}'.", code="call.same_target")
        seen.add(place)
        if target != "-" and place in inputs:
            raise CallError(
                f"The output '{target}' is {inputs[place]}.",
                "Name another file.",
                code="call.output_is_input",
            )


def _identity(path: Path | str) -> object:
    """Device and inode of a file that is there; of one that is not, its place once links are followed."""
    with contextlib.suppress(OSError, ValueError):
        found = Path(path).stat()
        if found.st_ino:
            return found.st_dev, found.st_ino
    return os.path.normcase(os.path.realpath(path))


def _is_special(target: str) -> bool:
    """Such as /dev/null, which any number of outputs may share."""
    return target != "-" and Path(target).exists() and not Path(target).is_file()
