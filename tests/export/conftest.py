"""Trained models, and what was exported of each: made once a session, whatever number of tests look at it."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
import torch
from broken_graphs import CLASSES, RATE

from desktop_app.inference.engine import EmotionEngine
from export.cli import main
from export.signals import lengths, probes
from export.sources.checkpoint import save_checkpoint
from export.verification.checks import run, write_expected
from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig
from models.architectures.whisper.encoder import EncoderConfig

if TYPE_CHECKING:
    from networks import Trained


@dataclass(frozen=True)
class Exported:
    """A file that `emoscope-export` wrote, opened by the analyzer, and what the command told meanwhile."""

    path: Path
    engine: EmotionEngine
    out: str
    err: str


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Trained]:
    """A row of the table, on the disk."""
    from networks import NETWORKS  # it knows transformers and scikit-learn, which take seconds to import

    @cache
    def make(name: str) -> Trained:
        return NETWORKS[name](tmp_path_factory.mktemp("trained"))

    return make


@pytest.fixture(scope="session")
def exported(
    trained: Callable[[str], Trained], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Exported]]:
    """What was exported of a row of the table."""
    from networks import OUT

    opened: list[EmotionEngine] = []

    @cache
    def export(name: str) -> Exported:
        path = tmp_path_factory.mktemp("exported") / OUT
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*trained(name).call, "--out", str(path)])
        assert code == 0, err.getvalue()
        opened.append(EmotionEngine.load(path))
        return Exported(path, opened[-1], out.getvalue(), err.getvalue())

    yield export
    for engine in opened:
        engine.close()


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint as `emoscope-models train` leaves it, of a model that has learnt nothing."""
    torch.manual_seed(0)
    encoder = EncoderConfig(layers=1, width=288, heads=4, max_positions=600)
    model = EmotionModel(EmotionModelConfig(("happy", "sad", "angry"), encoder, (1,), 1.0))
    folder = tmp_path_factory.mktemp("checkpoint")
    facts = {
        "name": "small",
        "min_seconds": 0.3,
        "max_seconds": 10.0,
        "temperature": 1.3,
        "abstain_below": 0.4,
        "trained_on": {"corpora": [], "speakers": None, "split_sha256": None},
        "metrics": {"protocol": "none", "uar": None, "accuracy": None, "ece": None},
        "licence": "MIT",
    }
    save_checkpoint(folder, model, facts)
    return folder


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Verify a graph here, without the process around it."""

    def checked(model: onnx.ModelProto | bytes, reference: Any = None, **asked: Any) -> dict[str, Any]:
        path = tmp_path / "model.onnx"
        path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
        if reference is not None:
            tried = probes(RATE, lengths(asked.get("min_seconds", 0.25), asked.get("max_seconds", 7.9)))
            logits = np.concatenate([reference(probe.waveform[None]) for probe in tried])
            asked["reference"] = str(tmp_path / "reference.npz")
            write_expected(Path(asked["reference"]), tried, logits)
        question = {"path": str(path), "sample_rate": RATE, "classes": CLASSES, **asked}
        return run(question, lambda *_: None)

    return checked
