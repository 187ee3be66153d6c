"""A service with a tiny model and made-up speech, started once for each test file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from running import made_up_speech
from service_process import ServiceProcess
from tiny_model import make_tiny_model

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("model") / "tiny.onnx", voice=True, sharpness=60.0)


@pytest.fixture(scope="session")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with talk.wav, again.flac and one.wav: a word or two each."""
    folder = tmp_path_factory.mktemp("talks")
    soundfile.write(folder / "talk.wav", made_up_speech((0.7, 0.5), (0.8, 1.0)), 16000, subtype="PCM_16")
    soundfile.write(folder / "again.flac", made_up_speech((1.2, 0.3), (0.9, 0.8), rate=44100), 44100)
    soundfile.write(folder / "one.wav", made_up_speech((2.5, 0.6)), 16000, subtype="PCM_16")
    return folder


@pytest.fixture(scope="module")
def service(model: Path) -> Iterator[ServiceProcess]:
    with ServiceProcess("--model", model, "--workers", 1) as running:
        yield running
