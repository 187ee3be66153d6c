"""Where results go: never into what they are made from, and no two to the same place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from desktop_app.core.errors import CallError
from desktop_app.core.report import ReportError


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
    """Raise ReportError, before hours of work, for a target whose folder is not there; `what` it will be."""
    for target in targets:
        if target not in (None, "-") and not Path(target).absolute().parent.is_dir():
            raise ReportError(
                f"The {what} '{target}' cannot be written: its folder does not exist.", "Make it first."
            )
