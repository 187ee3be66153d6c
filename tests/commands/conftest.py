"""The command line as a person uses it: in a process of its own, on a tiny model and made-up speech."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import command, environment, made_up_speech
from tiny_model import make_tiny_model


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("model") / "tiny.onnx")


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two words in 4.5 s, stereo at 44.1 kHz."""
    path = tmp_path_factory.mktemp("speech") / "speech.wav"
    mono = made_up_speech((0.7, 0.5), (0.8, 1.0), rate=44100)
    soundfile.write(path, np.stack([mono, mono], axis=1), 44100, subtype="PCM_16")
    return path


@pytest.fixture(scope="session")
def other_speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("speech") / "other.flac"
    soundfile.write(path, made_up_speech((1.0, 0.8)), 16000)
    return path


@pytest.fixture
def emoscope(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `emoscope` in an empty folder."""

    def run(*args: object, timeout: float = 60, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*args),
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=environment(**changes),
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run
