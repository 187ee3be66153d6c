"""The clips of a recipe, and noise for training and for tests."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from desktop_app.command_line.output import say
from desktop_app.core.types import FloatArray
from models.corpora.folder import FolderSettings
from models.corpora.registry import CORPORA_VARIABLE
from models.corpora.sound import Defect
from models.data.clip_table import ClipTable, load_table
from models.errors import CorpusError, SourceError
from models.evaluation.noise_bank import NoiseBank
from models.recipes.recipe import Recipe
from models.training.follow import Follower
from models.training.trained import Say, Workshop, check_share


def workshop_of(
    args: argparse.Namespace,
    recipe: Recipe,
    *,
    settings: FolderSettings | None = None,
    by_clips: bool = False,
    follower: Follower | None = None,
    say: Say = say,
) -> Workshop:
    """The clips of a recipe, and noise; reads `corpora` and `noise` from `args`.

    Parameters
    ----------
    settings : FolderSettings, optional
        Who speaks in own data; without it, what `emoscope.yaml` in the folder says.
    by_clips : bool
        Part clips at random, whoever speaks.

    Raises
    ------
    CorpusError, TrainingError
        If a folder is not what it should be, or there is nothing to test.
    """
    data = recipe.data
    told = Follower() if follower is None else follower
    with of_recipe():
        table = load_table(
            data.corpora, args.corpora, classes=data.classes, cap=data.cap, say=say, settings=settings
        )
    table.corpus_named(data.test)
    table = only_readable(table, told, say)
    bank, noises = noise_of(args)
    if by_clips:
        table = table.parted_by_clips()
    return Workshop(table, bank, noises, say=say, threads=_threads(), follower=told)


def only_readable(table: ClipTable, follower: Follower, say: Say) -> ClipTable:
    """The table without the clips that cannot be read; these, and those that hold no sound, are told.

    Raises
    ------
    CorpusError, TrainingError
        If more than a tenth is without sound, or a class is left without a clip.
    """
    table, failed = table.readable(lambda done, total: follower.step("reading clips", done, total))
    for sentence in table.left_out.values():
        say(sentence)
    failed = [*failed, *(f"The clip {path} is empty." for path in table.with_defect(Defect.EMPTY))]
    check_share(failed, len(table.clips) + len(failed), "clips")
    there = {clip.emotion for clip in table.clips}
    for label in (label for label in table.labels if label not in there):
        raise CorpusError(
            f"None of the clips of the class '{label}' can be read: {failed[0]}",
            "Mend them, or remove its folder: the model then does not know this class.",
            code="corpus.class_without_sound",
        )
    return table


@contextlib.contextmanager
def of_recipe() -> Iterator[None]:
    """An unknown corpus is a mistake in the recipe, as others are, and not in the call."""
    try:
        yield
    except SourceError as error:
        raise CorpusError(error.message, error.hint, code=error.code) from error


def _threads() -> int:
    """All processors, or as many as OMP_NUM_THREADS allows."""
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    return int(allowed) if allowed.isdecimal() and int(allowed) > 0 else os.cpu_count() or 1


def noise_of(args: argparse.Namespace) -> tuple[NoiseBank, list[FloatArray]]:
    """Noise of the conditions, and other recordings of it, for training."""
    folder = args.noise or _noise_beside(args.corpora)
    if folder is None:
        return NoiseBank(), []
    training = NoiseBank.load(folder, "training")
    return NoiseBank.load(folder), [recording for _, recording in training.recordings()]


def _noise_beside(corpora: Path | None) -> Path | None:
    """The folder of noise among the corpora, if there is one."""
    root = corpora or os.environ.get(CORPORA_VARIABLE)
    folder = Path(root) / "noise" if root else None
    return folder if folder is not None and folder.is_dir() else None
