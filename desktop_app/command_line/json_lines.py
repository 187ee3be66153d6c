"""JSON lines as results: one object a line, whole, at once, to stdout or a file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from desktop_app.core.growing_file import LineFile
from desktop_app.core.safe_files import WriteError, already_there, check_place, printable_path


class JsonLines:
    """Writes lines to stdout or a file.

    Parameters
    ----------
    target : str
        A file, or ``-``.
    stdout : file
        What ``-`` stands for.
    overwrite : bool
        Whether a file that is there may be replaced.
    append : bool
        Go on after the last whole line of a file that is there.

    Raises
    ------
    WriteError
        The file cannot be written, is there already, or another run writes it. A reader of stdout that goes
        away raises BrokenPipeError.
    """

    def __init__(
        self, target: str, stdout: IO[str], *, overwrite: bool = False, append: bool = False
    ) -> None:
        self._stdout = stdout
        self._file = None if target == "-" else LineFile(target, "events", overwrite=overwrite, append=append)

    def write(self, line: str) -> None:
        """Write one line; its line break is added."""
        if self._file is not None:
            self._file.write(line)
            return
        try:
            self._stdout.write(line + "\n")
            self._stdout.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            why = (error.strerror or "it failed").lower()
            raise WriteError(f"The events cannot be written to stdout: {why}.") from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def json_line(data: Mapping[str, Any]) -> str:
    """JSON values as one line without its line break; numbers that are not finite become null."""
    return printable_path(json.dumps(_finite(data), ensure_ascii=False, allow_nan=False))


def check_lines_target(target: str | None, *, overwrite: bool) -> None:
    """Refuse, before anything is opened, a file that is there or cannot be written. Raises WriteError."""
    if target is None or target == "-":
        return
    path = Path(target)
    check_place(path, "events")
    if not overwrite and path.is_file() and path.stat().st_size > 0:
        raise already_there(path)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return value
