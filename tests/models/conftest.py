"""What the tests of training share: an encoder that has learnt nothing, and four actors."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from desktop_app.inference.manifest import self_test_signal

RATE = 16_000


@pytest.fixture(scope="session")
def random_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a weights file like the pretrained one, for where that is not to be had."""
    import torch
    from safetensors.torch import save_file

    from models.architectures.whisper.encoder import EncoderConfig, WhisperEncoder
    from models.training.whisper.material import WEIGHTS_FILE

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("weights")
    tensors = WhisperEncoder(EncoderConfig()).state_dict()
    save_file(
        {f"model.encoder.{name}": tensor.half() for name, tensor in tensors.items()}, folder / WEIGHTS_FILE
    )
    return folder


@pytest.fixture(scope="session")
def ravdess(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four actors, eight emotions, two takes: louder and shriller from emotion to emotion."""
    root = tmp_path_factory.mktemp("ravdess")
    for actor in range(1, 5):
        folder = root / f"Actor_{actor:02d}"
        folder.mkdir()
        for emotion in range(1, 9):
            for take in (1, 2):
                seconds = 0.5 + 0.05 * actor + 0.02 * take
                wave = 0.1 * emotion * self_test_signal("chirp-v1", seconds, RATE)
                name = f"03-01-{emotion:02d}-01-01-{take:02d}-{actor:02d}.wav"
                soundfile.write(folder / name, wave, RATE)
    return root
