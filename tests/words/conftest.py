"""A Whisper model where there is one, and a stand-in for its process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.words.errors import WordsError
from desktop_app.words.models import VARIABLE, WhisperFolder, find_model
from desktop_app.words.transcriber import Transcriber

NAMED = os.environ.get(VARIABLE)


@pytest.fixture(scope="session")
def whisper() -> WhisperFolder:
    try:
        return find_model(NAMED)
    except WordsError as error:
        pytest.skip(f"needs the weights of Whisper: {error.message} {error.hint}.")


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transcriber]:
    """Two utterances may wait; what waits for the gate goes on once the file `gate` is there."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setenv("STAND_IN_GATE", str(tmp_path / "gate"))
    transcriber = Transcriber(WhisperFolder(tmp_path, "stand-in"), waiting=2, module="stand_in_whisper")
    yield transcriber
    transcriber.close()
