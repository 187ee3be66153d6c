"""What a league has kept of a recipe beside its table."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from desktop_app.core.foreign_files import ReadError, check_archive
from models.errors import TrainingError
from models.evaluation.clip_answers import ClipAnswers, answers_from_csv, joined
from models.training.importance import mean_importance

_MOST_BYTES = 50_000_000
_DAMAGES = OSError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, AttributeError, TypeError


def kept_folds(
    path: Path, condition: str, corpora: Path | None
) -> tuple[ClipAnswers | None, Mapping[str, list[float]]]:
    """The answers of all folds under a condition, and what each group of features brings.

    Parameters
    ----------
    path : Path
        The archive of one recipe, as `league.kept.keep` writes it.
    corpora : Path or None
        Below it the clips are looked for: a path that leads to none stays as it was kept.

    Raises
    ------
    TrainingError
        If the archive is damaged.
    """
    if not path.is_file():
        return None, {}
    try:
        check_archive(path, "archive of answers", _MOST_BYTES)
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.startswith("fold-"))
            tables = [archive.read(name).decode("utf-8") for name in names if name.endswith(".csv")]
            cells = [json.loads(archive.read(name)) for name in names if name.endswith(".json")]
        parts = [answers_from_csv(text).under(condition) for text in tables]
        weights = mean_importance([cell.get("importance", {}) for cell in cells])
    except ReadError as error:
        raise TrainingError(error.message, _hint(path)) from error
    except _DAMAGES as error:
        reason = str(error).rstrip(".")
        raise TrainingError(f"The answers kept in {path} cannot be read: {reason}.", _hint(path)) from error
    return (_found_below(corpora, joined(parts)) if parts else None), weights


def _hint(path: Path) -> str:
    return f"Copy {path.name} here again, or remove it: the page is made without these answers."


def _found_below(corpora: Path | None, answers: ClipAnswers) -> ClipAnswers:
    if corpora is None:
        return answers
    there = ((one, corpora / one.path) for one in answers.asked)
    asked = tuple(replace(one, path=str(path)) if path.is_file() else one for one, path in there)
    return replace(answers, asked=asked)
