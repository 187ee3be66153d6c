"""The command line as a person uses it: in a process of its own, on a tiny model and made-up speech."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from forked_program import ForkedProgram
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


@pytest.fixture(scope="session")
def forked_program() -> Iterator[ForkedProgram | None]:
    """None where processes cannot be forked safely."""
    program = ForkedProgram(environment()) if sys.platform == "linux" else None
    yield program
    if program is not None:
        program.close()


@pytest.fixture
def emoscope(
    tmp_path: Path, forked_program: ForkedProgram | None
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `emoscope` in an empty folder; with changes of the environment it is started from the beginning."""

    def run(*args: object, timeout: float = 60, **changes: str) -> subprocess.CompletedProcess[str]:
        if forked_program is not None and not changes:
            return forked_program.run([str(arg) for arg in args], tmp_path, environment(), timeout)
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
