"""What the tests of training share: an encoder of the right shape that has learnt nothing."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def random_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a weights file like the pretrained one, for where that is not to be had."""
    import torch
    from safetensors.torch import save_file

    from models.architectures.whisper_encoder import EncoderConfig, WhisperEncoder
    from models.training.material import WEIGHTS_FILE

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("weights")
    tensors = WhisperEncoder(EncoderConfig()).state_dict()
    save_file(
        {f"model.encoder.{name}": tensor.half() for name, tensor in tensors.items()}, folder / WEIGHTS_FILE
    )
    return folder
