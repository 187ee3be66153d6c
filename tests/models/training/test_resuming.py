"""A run goes on from its checkpoint, which is read as tensors and numbers and never as a program."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
import torch

from models.errors import TrainingError
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
