"""The cells of a league beside its table, small enough to be kept: another computer goes on from them."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop_app.core.foreign_files import ReadError, check_archive
from desktop_app.core.safe_files import make_folder, write_bytes, write_text
from models.errors import TrainingError
from models.evaluation.clip_answers import ClipAnswers, answers_from_csv, as_csv, read_answers, write_answers
from models.experiments.league.cells import read_cell, read_cells
from models.experiments.league.settings import Settings
from models.recipes.recipe import Recipe

FOLDER = "answers"
"""Beside the table: one archive for each recipe."""
_MOST_BYTES = 50_000_000
_DATE = (1980, 1, 1, 0, 0, 0)
"""The same cells give the same bytes."""
_REMOVE = "Remove the file: they are measured anew."


def keep(recipe: Recipe, settings: Settings, out: Path, corpora: Path | None) -> str:
    """Write the finished cells of a recipe to `out`; paths below `corpora` are written without it.

    More cells of other clips stay: those of corpora that have changed take their place when they are as many.
    Gives a sentence then, and nothing otherwise.

    Raises
    ------
    WriteError, TrainingError
        If the archive cannot be written, or answers cannot be read.
    """
    folder, stamp = settings.folder(recipe), settings.stamp(recipe)
    cells = read_cells(folder, settings.cells(recipe), stamp)
    if not cells:
        return ""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, cell in cells.items():
            archive.writestr(_member(f"{name}.json"), json.dumps(cell, indent=1) + "\n")
            if "answers" in cell:
                answers = _with_paths(
                    read_answers(folder / cell["answers"]), lambda path: _below(path, corpora)
                )
                archive.writestr(_member(f"{name}.csv"), as_csv(answers))
    path = out / FOLDER / f"{recipe.name}.zip"
    if path.is_file() and path.read_bytes() == content.getvalue():
        return ""
    here = next(iter(cells.values()))["stamp"]
    there = [other for other in _stamps(path, settings.cells(recipe)) if other.startswith(stamp)]
    if len(there) > len(cells) and here not in there:
        return (
            f"{path} holds {len(there)} parts of other clips, and stays until as many are measured of these."
        )
    make_folder(path.parent)
    write_bytes(path, content.getvalue(), "archive of answers")
    return ""


def restore(recipe: Recipe, settings: Settings, out: Path, corpora: Path | None) -> list[str]:
    """Take cells that are missing from `out`, if they are of the same recipe; gives their names.

    Raises
    ------
    TrainingError
        If the archive is damaged.
    """
    path = out / FOLDER / f"{recipe.name}.zip"
    folder, stamp = settings.folder(recipe), settings.stamp(recipe)
    names = settings.cells(recipe)
    missing = [name for name in names if read_cell(folder, name, stamp) is None]
    for cell in read_cells(folder, names, stamp).values():
        stamp = cell["stamp"]  # what is taken is of the same clips
    if not missing or not path.is_file():
        return []
    taken = []
    try:
        check_archive(path, "archive of answers", _MOST_BYTES)
        with zipfile.ZipFile(path) as archive:
            there = set(archive.namelist())
            for name in missing:
                if f"{name}.json" not in there:
                    continue
                cell = json.loads(archive.read(f"{name}.json"))
                if not str(cell.get("stamp", "")).startswith(stamp):
                    continue
                make_folder(folder)
                if "answers" in cell:
                    text = archive.read(f"{name}.csv").decode("utf-8")
                    answers = _with_paths(
                        answers_from_csv(text), lambda one: one if corpora is None else str(corpora / one)
                    )
                    write_answers(folder / f"{name}.csv", answers)
                    cell["answers"] = f"{name}.csv"
                write_text(folder / f"{name}.json", json.dumps(cell, indent=1) + "\n", "cell")
                taken.append(name)
    except ReadError as error:
        raise TrainingError(error.message, _REMOVE) from error
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, AttributeError) as error:
        reason = str(error).rstrip(".")
        raise TrainingError(f"The answers kept in {path} cannot be read: {reason}.", _REMOVE) from error
    return taken


def _stamps(path: Path, names: Sequence[str]) -> list[str]:
    """Of those of the named cells that an archive holds; none if it cannot be read."""
    try:
        check_archive(path, "archive of answers", _MOST_BYTES)
        with zipfile.ZipFile(path) as archive:
            members = [f"{name}.json" for name in names if f"{name}.json" in archive.namelist()]
            return [str(json.loads(archive.read(member))["stamp"]) for member in members]
    except (ReadError, OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError):
        return []


def _with_paths(answers: ClipAnswers, change: Callable[[str], str]) -> ClipAnswers:
    asked = tuple(replace(one, path=change(one.path)) for one in answers.asked)
    return replace(answers, asked=asked)


def _below(path: str, corpora: Path | None) -> str:
    """A path without the folder of all corpora; of other places the last two names."""
    whole = Path(path)
    if corpora is not None and whole.is_relative_to(corpora):
        return whole.relative_to(corpora).as_posix()
    return "/".join(whole.parts[-2:]) if whole.is_absolute() else whole.as_posix()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
