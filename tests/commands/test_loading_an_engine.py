"""How a command opens its model, and what it says meanwhile."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path

import pytest
from tiny_model import make_tiny_model

from desktop_app.commands import engine


def test_a_long_trial_is_told_and_a_model_that_was_tried_is_loaded_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(engine, "_LONG_S", 0.0)
    model = make_tiny_model(tmp_path / "mine.onnx", ("a", "b"), untried=True)
    args = argparse.Namespace(model=str(model), provider="cpu", try_again=False)
    told = []
    for _ in range(2):
        with contextlib.ExitStack() as opened:
            engine.open_engine(args, opened)
        told.append(capsys.readouterr().err.count("used for the first time"))
    assert told == [1, 0]
