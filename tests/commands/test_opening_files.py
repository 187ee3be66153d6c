"""What a file manager opens by its path alone is taken for what it is."""

from __future__ import annotations

import argparse

import pytest

from desktop_app.cli import main
from desktop_app.commands import window


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[argparse.Namespace]:
    calls: list[argparse.Namespace] = []
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(window, "open_window", lambda args, no_window: calls.append(args) or 0)
    return calls


def test_a_model_file_becomes_the_model_in_use(opened: list[argparse.Namespace]) -> None:
    assert main(["Mine.ONNX"]) == 0
    assert (opened[0].model, opened[0].files) == ("Mine.ONNX", [])


def test_a_profile_becomes_the_voice_in_use(opened: list[argparse.Namespace]) -> None:
    assert main(["me.profile", "--model", "mine.onnx"]) == 0
    assert (opened[0].profile, opened[0].model, opened[0].files) == ("me.profile", "mine.onnx", [])


def test_recordings_stay_recordings(opened: list[argparse.Namespace]) -> None:
    assert main(["a.wav", "b.wav"]) == 0
    assert (opened[0].model, opened[0].profile, opened[0].files) == (None, None, ["a.wav", "b.wav"])
