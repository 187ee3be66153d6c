"""The one way to write a file: whole or not at all, and never over what it is made from."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop_app.core.errors import CallError, EmoscopeError


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
    path = Path(path)
    with _told(path, what):
        if path.exists() and not path.is_file():  # such as /dev/null or a pipe: never to be replaced
            path.write_bytes(content)
            return
        _replace(Path(os.path.realpath(path)), content, private=private)  # a link stays a link


def check_place(path: Path, what: str = "report") -> None:
    """See that a file can be written, before work goes into it; nothing of it is left.

    Raises
    ------
    WriteError
        With the sentence of `write_bytes` that says why not.
    """
    with _told(path, what):
        if not path.exists() or path.is_file():
            with tempfile.TemporaryFile(dir=Path(os.path.realpath(path)).parent):
                pass


@contextlib.contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
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
        raise WriteError(f"The {what} '{path}' cannot be written: {why.lower()}.") from error


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


def _replace(path: Path, content: bytes, *, private: bool) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".emoscope-", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
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


def _mode_for(path: Path) -> int:
    """Permissions of the file that is replaced, or those that a new file gets here."""
    with contextlib.suppress(OSError):
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def check_targets(
    targets: Iterable[str | None],
    *,
    recordings: Iterable[Path | str] = (),
    model: str | None = None,
    profile: str | None = None,
) -> None:
    """Refuse outputs that would destroy an input or each other, before anything is opened.

    Parameters
    ----------
    targets
        Files that will be written; ``-`` is stdout, None is not asked for. Links are followed.

    Raises
    ------
    CallError
        Naming the first that cannot be.
    """
    inputs = {os.path.realpath(path): "one of the recordings" for path in recordings}
    inputs |= {os.path.realpath(path): "the model" for path in (model,) if path is not None}
    inputs |= {os.path.realpath(path): "the voice profile" for path in (profile,) if path is not None}
    seen: set[str] = set()
    for target in targets:
        if target is None:
            continue
        place = "-" if target == "-" else os.path.realpath(target)
        if place in seen:
            raise CallError(f"Two outputs cannot both go to '{target}'.")
        seen.add(place)
        if target != "-" and place in inputs:
            raise CallError(f"The output '{target}' is {inputs[place]}.", "Name another file.")


def check_folders(targets: Iterable[str | None], what: str) -> None:
    """Raise WriteError, before hours of work, for a target whose folder is not there; `what` it will be."""
    for target in targets:
        if target not in (None, "-") and not Path(target).absolute().parent.is_dir():
            raise WriteError(
                f"The {what} '{target}' cannot be written: its folder does not exist.", "Make it first."
            )
