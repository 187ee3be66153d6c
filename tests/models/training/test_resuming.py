"""A run goes on from its checkpoint, which is read as tensors and numbers and never as a program."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from family_bench import bench_of, recipe_of
from spoken_corpus import write_corpus

from desktop_app.core.types import FloatArray
from models.errors import CancelledError, TrainingError
from models.training.fit_torch import TorchTrainer
from models.training.follow import Follower
from models.training.lightning_runs import resumable_epoch

pytestmark = pytest.mark.slow


class Intruder:
    """Leaves a folder behind wherever it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> object:
        return os.mkdir, (str(self.trace),)


def test_the_epoch_of_a_checkpoint_is_read(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    torch.save({"epoch": 3, "state_dict": {"w": torch.ones(2)}, "callbacks": {"a": {"b": None}}}, path)
    assert resumable_epoch(path) == 3


def test_a_checkpoint_with_a_program_in_it_is_refused_and_never_runs(tmp_path: Path) -> None:
    path, trace = tmp_path / "last.ckpt", tmp_path / "trace"
    torch.save({"epoch": 3, "callbacks": Intruder(trace)}, path)
    with pytest.raises(TrainingError, match=r"last\.ckpt is not what a run writes") as caught:
        resumable_epoch(path)
    assert "begins anew" in caught.value.hint
    assert not trace.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no checkpoint"])
def test_a_broken_checkpoint_is_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"last\.ckpt"):
        resumable_epoch(path)


def test_a_checkpoint_that_unfolds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("last/data/0", "w") as out,
    ):
        for _ in range(300):
            out.write(bytes(1_000_000))
    with pytest.raises(TrainingError, match="would unfold"):
        resumable_epoch(path)


class _Killer(Follower):
    """Ends a fit behind its second epoch."""

    def epoch(self, number: int, **_: object) -> None:
        if number == 2:
            raise CancelledError("killed")


def test_a_fit_that_was_killed_learns_what_an_unbroken_one_learns(tmp_path: Path) -> None:
    bench = bench_of(write_corpus(tmp_path / "spoken", speakers=2))
    recipe = recipe_of("mlp")  # which has dropout
    recipe = recipe.model_copy(
        update={
            "fit": recipe.fit.model_copy(update={"epochs": 4}),
            "augment": recipe.augment.model_copy(update={"mixup": 0.5}),
        }
    )
    everyone = np.ones(len(bench.table.clips), dtype=bool)

    def fitted(place: str, follower: Follower) -> FloatArray:
        workshop = replace(bench.workshop, follower=follower)
        fit = TorchTrainer(recipe, workshop).fit(everyone, ~everyone, tmp_path / place, tmp_path)
        return fit.scores(everyone, "whole").logits

    with pytest.raises(CancelledError):
        fitted("killed", _Killer())
    np.testing.assert_array_equal(fitted("killed", Follower()), fitted("whole", Follower()))


@pytest.mark.parametrize("goes_on", ["here", "there"])
def test_a_fit_that_was_killed_knows_its_best_epoch_also_where_its_folder_was_moved(
    tmp_path: Path, goes_on: str
) -> None:
    bench = bench_of(write_corpus(tmp_path / "spoken"))
    recipe = recipe_of("mlp")
    # So fast that it gets worse: the best epoch is the first.
    recipe = recipe.model_copy(update={"fit": recipe.fit.model_copy(update={"epochs": 4, "rate": 1.0})})

    def fitted(place: str, follower: Follower) -> FloatArray:
        workshop = replace(bench.workshop, follower=follower)
        fit = TorchTrainer(recipe, workshop).fit(bench.fitting, bench.inner, tmp_path / place, tmp_path)
        return fit.scores(bench.inner, "whole").logits

    with pytest.raises(CancelledError):
        fitted("here", _Killer())
    (tmp_path / "here").rename(tmp_path / goes_on)
    np.testing.assert_array_equal(fitted(goes_on, Follower()), fitted("whole", Follower()))
