"""What every run of Lightning needs: its last checkpoint, read as tensors alone, and silence."""

from __future__ import annotations

import logging
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from desktop_app.core.foreign_files import ReadError, check_archive
from models.errors import TrainingError

LAST = "last.ckpt"
"""What Lightning calls the checkpoint that a run goes on from."""


def resumable_epoch(last: Path) -> int:
    """The epoch that a checkpoint was written in.

    Raises
    ------
    TrainingError
        If it cannot be read, or holds more than a run writes, which could run code.
    """
    again = "Remove it, and the run begins anew."
    try:
        check_archive(last, "checkpoint")
        return int(torch.load(last, map_location="cpu", weights_only=True, mmap=True)["epoch"])
    except ReadError as error:
        raise TrainingError(error.message, again, code="training.checkpoint") from error
    except (
        pickle.UnpicklingError,
        RuntimeError,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        OSError,
    ) as error:
        raise TrainingError(
            f"The checkpoint {last} is not what a run writes, so nothing of it is used.",
            again,
            code="training.checkpoint",
        ) from error


@contextmanager
def quiet_lightning() -> Iterator[None]:
    """Lightning's banners and advice are not for whoever reads the figures."""
    loggers = [logging.getLogger(name) for name in ("lightning.pytorch", "lightning.fabric")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
