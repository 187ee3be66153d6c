"""Results of a run over many recordings, kept as they come: what was done once is not lost with the run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from desktop_app.analysis.corrections_file import beside
from desktop_app.analysis.inputs import Source
from desktop_app.analysis.report import error_data, file_data
from desktop_app.analysis.service import Results
from desktop_app.core.errors import CallError, EmoscopeError
from desktop_app.core.growing_file import LineFile
from desktop_app.core.safe_files import WriteError, printable_path

# 2: a segment has the cause of its uncertainty, and may be no voice. 3: and what a person says of it
_VERSION: Final = 3


def result_data(source: Source, result: Results | EmoscopeError) -> dict[str, Any]:
    """`files`, what was found in a source, and `error`, why nothing was or None, as JSON values."""
    if isinstance(result, EmoscopeError):
        return {"files": [], "error": error_data(source.name, result)}
    return {"files": [file_data(one) for one in result], "error": None}


class InMemory:
    """Results of a run whose reports go to stdout, or of a single recording; see `Journal`."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._entries: dict[int, dict[str, Any]] = {}

    @property
    def missing(self) -> list[int]:
        return [number for number in range(len(self._sources)) if number not in self._entries]

    def add(self, number: int, result: Results | EmoscopeError) -> None:
        self._entries[number] = result_data(self._sources[number], result)

    def entry(self, number: int) -> dict[str, Any] | None:
        return self._entries.get(number)

    def close(self, *, remove: bool) -> None:
        pass


class Journal:
    """A file of JSON lines beside the report: a line for each recording, written when it is done.

    The first line tells what the run was made with. A run that was killed leaves whole lines, and the next
    one goes on from them.

    Parameters
    ----------
    path : Path
    made_with : mapping
        JSON values that must be the same for a run to go on: model, options.
    sources : sequence of Source
        What is analyzed, in the order of the report.
    resume : bool
        Go on with a journal that is there. Without one, begin.

    Raises
    ------
    CallError
        A journal is there and `resume` is False, or it was made with something else.
    WriteError
        It cannot be written, or another run writes it.
    """

    def __init__(
        self, path: Path, made_with: Mapping[str, Any], sources: Sequence[Source], *, resume: bool
    ) -> None:
        self.path = path
        self._sources = sources
        self._fingerprints = [_fingerprint(source) for source in sources]
        self._places: dict[int, int] = {}  # where in the file the result of each source begins
        head = {"journal": _VERSION, **made_with}
        there = path.exists() and path.stat().st_size > 0
        if there and not resume:
            raise CallError(
                f"An earlier run did not come to its end; its results are in '{path}'.",
                "Add --resume to go on with them, or remove that file to begin again.",
                code="call.unfinished_run",
            )
        self._file = LineFile(path, "results so far", append=there)
        try:
            self._end = path.stat().st_size
            if self._end:
                self._read(head)
            else:
                self._write(head)
        except BaseException:
            self._file.close()
            raise

    @property
    def missing(self) -> list[int]:
        """Numbers of the sources that have no result yet."""
        return [number for number in range(len(self._sources)) if number not in self._places]

    def add(self, number: int, result: Results | EmoscopeError) -> None:
        """Keep what was found in a source, or why nothing was."""
        source = self._sources[number]
        place = self._end
        self._write(
            {
                **self._fingerprints[number],
                **result_data(source, result),
            }
        )
        self._places[number] = place

    def entry(self, number: int) -> dict[str, Any] | None:
        """What was found in a source, as `result_data`; None while there is no result."""
        if number not in self._places:
            return None
        with self.path.open("rb") as file:
            file.seek(self._places[number])
            entry: dict[str, Any] = json.loads(file.readline())
        return entry

    def close(self, *, remove: bool) -> None:
        """Let go of the file; remove it where it holds nothing, or a report holds all of it by now."""
        self._file.close()
        if remove or not self._places:
            with contextlib.suppress(OSError):
                self.path.unlink()

    # --- lines ---

    def _write(self, data: Mapping[str, Any]) -> None:
        line = json.dumps(data, ensure_ascii=False, allow_nan=False)
        self._file.write(line)
        self._end += len(line.encode()) + 1

    def _read(self, head: Mapping[str, Any]) -> None:
        """Find the results of an earlier run that still hold: of the same files, and no failures."""
        try:
            with self.path.open("rb") as file:
                if json.loads(file.readline()) != json.loads(json.dumps(head)):
                    raise CallError(
                        f"The earlier run in '{self.path}' was made with another model or other options.",
                        "Call it as before, or remove that file to begin again.",
                        code="call.other_run",
                    )
                known: dict[str, int] = {}
                place = file.tell()
                for line in file:
                    entry = json.loads(line)
                    if entry["error"] is None:
                        known[_key(entry)] = place
                    place += len(line)
        except (ValueError, KeyError, TypeError, OSError, RecursionError) as error:
            raise WriteError(
                f"The results of the earlier run in '{self.path}' cannot be read.",
                "Remove that file to begin again.",
            ) from error
        for number, source in enumerate(self._sources):
            if not source.piped and (kept := known.get(_key(self._fingerprints[number]))) is not None:
                self._places[number] = kept


def _fingerprint(source: Source) -> dict[str, Any]:
    """Path, size and time of change, of the corrections too: what has changed is analyzed again."""
    size, changed, corrected = 0, 0, 0
    with contextlib.suppress(OSError, ValueError):
        found = source.path.stat()
        size, changed = found.st_size, found.st_mtime_ns
        if not source.piped:
            corrected = beside(source.path).stat().st_mtime_ns
    return {
        "path": printable_path(source.name),
        "size": size,
        "mtime_ns": changed,
        "corrections_mtime_ns": corrected,
    }


def _key(entry: Mapping[str, Any]) -> str:
    return f"{entry['path']}|{entry['size']}|{entry['mtime_ns']}|{entry['corrections_mtime_ns']}"
