"""What a person names to be analyzed: recordings, folders of them, or stdin."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from desktop_app.analysis.corrections_file import ENDING as CORRECTIONS
from desktop_app.audio.base import AudioError
from desktop_app.audio.identify import DOUBTFUL_ENDING, holds_packets
from desktop_app.core.errors import CallError
from desktop_app.core.safe_files import WriteError

_PIPE: Final = "-"
STDIN: Final = "stdin"
"""What the recording that comes from there is called in results, warnings and failures."""
_CHUNK: Final = 1 << 16
_LOOK_S: Final = 0.2
HIDDEN: Final = (".", "__MACOSX")
"""What begins with these is another program's, such as ._talk.wav by macOS."""
BESIDE: Final = "._"
"""What macOS keeps about a file, named as the file is."""
# Not folders of files, and without end: each process shows the whole disk there again.
_OF_THE_SYSTEM: Final = frozenset(("/proc", "/sys", "/dev"))


@dataclass(frozen=True, slots=True)
class Source:
    """One recording to analyze.

    Attributes
    ----------
    path : Path
        Where it is read from.
    name : str
        What it is called in results.
    piped : bool
        It comes from stdin.
    """

    path: Path
    name: str
    piped: bool = False


@dataclass(slots=True)
class Inputs:
    """The recordings that a call means.

    Attributes
    ----------
    found : list of Source
        In the order of the call; those of a folder by their names.
    left_out : Counter
        How many files of the folders were left out, by ending ("" for none). Of hidden ones those that are
        named as recordings: ``hidden .wav``.
    failures : list of (str, AudioError)
        Folders that cannot be read, or in which there is no recording.
    """

    found: list[Source] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, AudioError]] = field(default_factory=list)

    def left_out_sentence(self) -> str:
        """What was left out, in words; empty if nothing was."""
        if not self.left_out:
            return ""
        kinds = [
            f"{count} {ending or 'without an ending'}" for ending, count in sorted(self.left_out.items())
        ]
        total = sum(self.left_out.values())
        return f"{total} file{'s' if total != 1 else ''} left out: {', '.join(kinds)}."


def collect(names: Sequence[str], endings: frozenset[str], pattern: str | None = None) -> Inputs:
    """The recordings that `names` mean.

    Parameters
    ----------
    names
        Files, folders (searched to any depth) and ``-`` for stdin. A file is taken whatever its ending is.
    endings
        In lower case, with their dots: what counts as a recording in a folder. Beside them, ``.ts`` does
        where it is not TypeScript's.
    pattern
        Instead of the endings, a shell pattern for paths below a folder, such as ``*.wav`` or ``day2/*``.

    Raises
    ------
    CallError
        stdin is named twice, or the pattern where no folder is.
    """
    inputs = Inputs()
    if sum(name == _PIPE for name in names) > 1:
        raise CallError("stdin can be read once, and '-' was given twice.")
    if pattern is not None and not any(name != _PIPE and is_folder(name) for name in names):
        raise CallError("--glob chooses files in folders, and no folder was given.")
    for name in names:
        path = Path(name)
        if name == _PIPE:
            inputs.found.append(Source(path, STDIN, piped=True))
            continue
        if not is_folder(path):
            inputs.found.append(Source(path, name))
            continue
        before = len(inputs.found)
        for file in _files(path, inputs.failures):
            if file.name.startswith(HIDDEN):
                if file.suffix.lower() in endings and not file.name.startswith(BESIDE):
                    inputs.left_out[f"hidden {file.suffix.lower()}"] += 1
                continue
            wanted = (
                _is_named_as_one(file, endings)
                if pattern is None
                else fnmatch.fnmatch(file.name, pattern)
                or fnmatch.fnmatch(file.relative_to(path).as_posix(), pattern)
            )
            if wanted:
                inputs.found.append(Source(file, str(file)))
            elif not file.name.endswith(CORRECTIONS):  # they belong to a recording
                inputs.left_out[file.suffix.lower()] += 1
        if len(inputs.found) == before:
            kind = "recording" if pattern is None else f"file that fits '{pattern}'"
            inputs.failures.append(
                (name, AudioError(f"There is no {kind} in the folder '{name}'.", code="audio.no_recordings"))
            )
    return inputs


def is_folder(path: Path | str) -> bool:
    """Whether a path is a folder; what may not even be looked at is none, and is told where it is opened."""
    return os.path.isdir(path)  # noqa: PTH112 - that of pathlib raises


def _is_named_as_one(file: Path, endings: frozenset[str]) -> bool:
    ending = file.suffix.lower()
    return ending in endings or (ending == DOUBTFUL_ENDING and holds_packets(file))


def _files(folder: Path, failures: list[tuple[str, AudioError]]) -> Iterator[Path]:
    """Every file below a folder, in the order of their names; links to folders are followed, once each."""
    seen: set[tuple[int, int]] = set()

    def fail(error: OSError) -> None:
        why = (error.strerror or "it is not known why").lower()
        name = str(error.filename)
        failures.append(
            (name, AudioError(f"The folder '{name}' cannot be read: {why}.", code="audio.folder"))
        )

    for root, folders, files in os.walk(folder, followlinks=True, onerror=fail):
        here = Path(root).stat()
        if (here.st_dev, here.st_ino) in seen:
            folders.clear()
            continue
        seen.add((here.st_dev, here.st_ino))
        folders[:] = sorted(name for name in folders if _is_wanted(Path(root) / name))
        for name in sorted(files):
            yield Path(root) / name


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    """All of a pipe. Between two looks at it signals are heard: inside a long read they may be missed."""
    if os.name != "posix":
        yield from iter(lambda: source.read(_CHUNK), b"")
        return
    import select

    descriptor = source.fileno()
    while True:
        if select.select([descriptor], [], [], _LOOK_S)[0]:
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                return
            yield chunk


def _is_wanted(folder: Path) -> bool:
    return not folder.name.startswith(HIDDEN) and os.path.realpath(folder) not in _OF_THE_SYSTEM


@contextlib.contextmanager
def spooled_stdin() -> Iterator[Path]:
    """All of stdin as a file, for as long as the context lasts: decoders seek.

    Raises
    ------
    CallError
        stdin is a terminal or closed.
    WriteError
        There is no room for it.
    """
    source = getattr(sys.stdin, "buffer", None)
    if source is None or sys.stdin.isatty():
        raise CallError("'-' reads a recording from stdin, and nothing is piped into it.")
    with tempfile.TemporaryDirectory(prefix="emoscope-") as folder:
        path = Path(folder) / STDIN
        try:
            with path.open("wb") as file:
                for chunk in _chunks(source):
                    file.write(chunk)
        except OSError as error:
            why = (error.strerror or "it is not known why").lower()
            raise WriteError(f"What comes from stdin cannot be kept for reading: {why}.") from error
        yield path
