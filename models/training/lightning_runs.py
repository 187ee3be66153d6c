"""What every run of Lightning needs: its last checkpoint, read as tensors alone, a follower, and silence."""

from __future__ import annotations

import logging
import pickle
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint

from desktop_app.core.foreign_files import ReadError, check_archive
from models.errors import TrainingError
from models.training.follow import Follower

LAST = "last.ckpt"
"""What Lightning calls the checkpoint that a run goes on from."""
_DRAWS = "draws"


class Following(Callback):
    """Tells a follower of each epoch, and lets it pause or end the fit between two batches.

    The module logs `train_loss`, and has in `judged` what `Follower.epoch` takes of its inner speakers.
    """

    def __init__(self, follower: Follower, speakers: int) -> None:
        self._follower, self._speakers = follower, speakers

    def on_train_batch_start(self, trainer: pl.Trainer, module: Any, batch: Any, batch_idx: int) -> None:
        self._follower.pulse()

    def on_validation_batch_start(
        self, trainer: pl.Trainer, module: Any, batch: Any, batch_idx: int, dataloader_idx: int = 0
    ) -> None:
        self._follower.pulse()

    def on_train_epoch_end(self, trainer: pl.Trainer, module: Any) -> None:
        metrics = trainer.callback_metrics
        loss = metrics.get("train_loss_epoch", metrics.get("train_loss"))
        self._follower.epoch(
            trainer.current_epoch + 1,
            train_loss=None if loss is None else float(loss),
            speakers=self._speakers if module.judged else 0,
            **module.judged,
        )


class KeptDraws(Callback):
    """Keeps where random numbers stand in each checkpoint: a resumed fit draws what an unbroken one does.

    Without it dropout and mixup of the first epochs would come again. The module draws by its `draws`.
    """

    def on_save_checkpoint(self, trainer: pl.Trainer, module: Any, checkpoint: dict[str, Any]) -> None:
        checkpoint[_DRAWS] = {
            "module": module.draws.get_state(),
            "torch": torch.get_rng_state(),
            "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        }

    def on_load_checkpoint(self, trainer: pl.Trainer, module: Any, checkpoint: dict[str, Any]) -> None:
        kept = checkpoint.get(_DRAWS)
        if kept is None:  # of an earlier version
            return
        module.draws.set_state(kept["module"].cpu())
        torch.set_rng_state(kept["torch"].cpu())
        if len(kept["cuda"]) == torch.cuda.device_count():
            torch.cuda.set_rng_state_all([state.cpu() for state in kept["cuda"]])


class Moved(Callback):
    """Lets a fit go on in a folder that was moved since: Lightning would forget which epoch was the best."""

    def on_load_checkpoint(self, trainer: pl.Trainer, module: Any, checkpoint: dict[str, Any]) -> None:
        for one in trainer.checkpoint_callbacks:
            state = checkpoint["callbacks"].get(one.state_key)
            if not isinstance(one, ModelCheckpoint) or state is None or state["dirpath"] == one.dirpath:
                continue
            here = partial(_same_name, Path(str(one.dirpath)))
            for name in ("best_model_path", "kth_best_model_path", "last_model_path"):
                state[name] = here(state[name])
            state["best_k_models"] = {here(path): score for path, score in state["best_k_models"].items()}
            state["dirpath"] = one.dirpath


def _same_name(folder: Path, path: str) -> str:
    """The file of that name in `folder`; a path that is empty stays so."""
    return str(folder / path.replace("\\", "/").rpartition("/")[2]) if path else ""


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
