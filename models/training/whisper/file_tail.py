"""A finished model file as a network whose head can be read, and replaced by one that doubts better."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from desktop_app.core.types import FloatArray
from desktop_app.inference.engine import EmotionEngine
from models.architectures.whisper.doubt import Doubt, Tail
from models.architectures.whisper.voice_head import VoiceHead
from models.errors import TrainingError
from models.training.calibration import Calibration
from models.training.whisper.gated_head import SOFTNESS, GatedHead
from models.training.whisper.novelty import NoveltyScale

_BASE: Final = "head.base_mean"
_LAYERS: Final = ("stranger", "known", "speech")


class FileNetwork:
    """The encoder of a model file, in place of an `EmotionModel` that only has to embed.

    Parameters
    ----------
    path : Path
        A model file whose engine gives embeddings.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        self.engine = EmotionEngine.load(path, "cpu", threads=threads)
        self.sample_rate = self.engine.sample_rate

    @property
    def embedding_dim(self) -> int:
        return self.engine.voice_model.dim

    def embed(self, waveform: Tensor) -> Tensor:
        """The pooled embeddings [batch, dim] of waveforms [batch, samples]."""
        found = [self.engine.predict(one.numpy()).embedding for one in waveform]
        return torch.from_numpy(np.stack([embedding for embedding in found if embedding is not None]))


def head_of_file(content: bytes) -> GatedHead:
    """The head of a model file that was made from a network of this project, quantised or not.

    Raises
    ------
    TrainingError
        If it has none.
    """
    graph = onnx.load_model_from_string(content).graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    # A tail that was put there later has a prefix before its names.
    before = next((name.removesuffix(_BASE) for name in tensors if name.endswith(_BASE)), "")
    tensors = {name.removeprefix(before): values for name, values in tensors.items()}
    try:
        arrays = {name: tensors[f"head.{name}"] for name in ("base_mean", "base_std")}
        for layer in _LAYERS:
            arrays[f"{layer}.weight"] = _weight(tensors, f"head.{layer}.weight")
            arrays[f"{layer}.bias"] = tensors[f"head.{layer}.bias"]
    except KeyError as error:
        raise TrainingError(
            f"The file has no tensor {error}, so its head cannot be read.",
            "Give a file that 'emoscope-models train' has written.",
        ) from error
    return GatedHead.from_arrays({**arrays, "softness": np.array(SOFTNESS)})


def _weight(tensors: dict[str, npt.NDArray[np.generic]], name: str) -> FloatArray:
    """A weight [classes, dim], from 8-bit integers [dim, classes] where it was quantised."""
    if name in tensors:
        return tensors[name].astype(np.float32)
    whole, zero, scale = (tensors[f"{name}_{part}"] for part in ("quantized", "zero_point", "scale"))
    return ((whole.astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32)).T


def make_tail(
    head: GatedHead,
    scale: NoveltyScale,
    calibration: Calibration,
    *,
    voice_gate: tuple[FloatArray, float],
    speakers: FloatArray,
    sample_rate: int,
) -> Tail:
    """The network's new last part.

    Parameters
    ----------
    voice_gate : weight [dim] and bias
        Of the output `speech`.
    speakers : array [n, dim]
        See `Doubt`.
    """
    dim, classes = head.base.mean.size, len(head.stranger[1])
    voice_head = VoiceHead(dim, classes, head.softness)
    scaled = head.with_known_scaled(calibration.known_scale)
    tensors = {name: torch.from_numpy(np.array(values)) for name, values in scaled.arrays().items()}
    tensors.pop("softness")
    voice_head.load_state_dict(tensors)
    doubt = Doubt(dim, len(scale.directions), len(speakers))
    with torch.no_grad():
        doubt.directions.copy_(torch.from_numpy(scale.directions))
        doubt.speakers.copy_(torch.from_numpy(speakers))
        doubt.voice.weight.copy_(torch.from_numpy(voice_gate[0][None]))
        doubt.voice.bias.fill_(voice_gate[1])
        constants = {
            "reference": scale.reference,
            "shortness": scale.shortness,
            "slope": calibration.slope,
            "most": calibration.most,
        }
        for name, value in constants.items():
            getattr(doubt, name).fill_(value)
    return Tail(
        voice_head,
        doubt,
        torch.from_numpy(head.base.mean.copy()),
        torch.from_numpy(head.base.std.copy()),
        doubt_s=calibration.doubt_s,
        sample_rate=sample_rate,
    ).eval()
