"""Networks of the kinds that people train for emotion in speech, tiny and random, to be exported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

LABELS = ("neutral", "happy", "sad", "angry")
RATE = 16_000
MEL = "logmel:n_mels=40,n_fft=512,hop_length=160"


class Crnn(nn.Module):
    """Convolutions over [batch, bands, frames], a recurrent layer over time, its mean: logits."""

    def __init__(self, recurrent: type[nn.GRU] | type[nn.LSTM], bands: int = 40, width: int = 16) -> None:
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d((4, 2))
        )
        self.recurrent = recurrent(4 * (bands // 4), width, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * width, len(LABELS))

    def forward(self, bands: Tensor) -> Tensor:
        x = self.convolutions(bands[:, None] / 40).flatten(1, 2).transpose(1, 2)
        return self.head(self.recurrent(x)[0].mean(dim=1))


class ConvTransformer(nn.Module):
    """Convolutions over time, a transformer encoder of PyTorch, its mean: (logits, embedding)."""

    def __init__(self, bands: int = 40, width: int = 32) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(bands, width, 5, stride=2, padding=2)
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(width, len(LABELS))

    def forward(self, bands: Tensor) -> tuple[Tensor, Tensor]:
        x = nn.functional.gelu(self.convolution(bands / 40)).transpose(1, 2)
        embedding = self.encoder(x).mean(dim=1)
        return self.head(embedding), embedding


class RecurrentAttention(nn.Module):
    """A recurrent layer over [batch, bands, frames], attention of its outputs to each other, their mean."""

    def __init__(self, recurrent: type[nn.GRU] | type[nn.LSTM], bands: int = 40, width: int = 16) -> None:
        super().__init__()
        self.recurrent = recurrent(bands, width, batch_first=True)
        self.attention = nn.MultiheadAttention(width, 4, batch_first=True)
        self.head = nn.Linear(width, len(LABELS))

    def forward(self, bands: Tensor) -> Tensor:
        x = self.recurrent(bands.transpose(1, 2) / 40)[0]
        return self.head(self.attention(x, x, x)[0].mean(dim=1))


class WaveformCnn(nn.Module):
    """Strided convolutions on the waveform, mean and deviation over time: a dictionary with logits."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(1, width, 80, stride=16), nn.ReLU(), nn.Conv1d(width, width, 9, stride=4), nn.ReLU()
        )
        self.head = nn.Linear(2 * width, len(LABELS))

    def forward(self, waveform: Tensor) -> dict[str, Tensor]:
        x = self.layers(waveform[:, None])
        return {"logits": self.head(torch.cat([x.mean(dim=2), x.std(dim=2)], dim=1))}


class Telling(nn.Module):
    """A network whose answer is a function of (logits, waveform)."""

    def __init__(self, answer: Callable[[Tensor, Tensor], Any]) -> None:
        super().__init__()
        self.network = WaveformCnn()
        self.answer = answer

    def forward(self, waveform: Tensor) -> Any:
        return self.answer(self.network(waveform)["logits"], waveform)


def gru() -> nn.Module:
    return Crnn(nn.GRU)


def lstm() -> nn.Module:
    return Crnn(nn.LSTM)


def transformer() -> nn.Module:
    return ConvTransformer()


def gru_attention() -> nn.Module:
    return RecurrentAttention(nn.GRU)


def lstm_attention() -> nn.Module:
    return RecurrentAttention(nn.LSTM)


def waveform_cnn() -> nn.Module:
    return WaveformCnn()


def in_double() -> nn.Module:
    return Telling(lambda logits, _: logits.double() * 2)


def in_bfloat16() -> nn.Module:
    return Telling(lambda logits, _: logits.bfloat16())


def names_no_logits() -> nn.Module:
    return Telling(lambda logits, _: {"scores": logits, "loss": logits.sum()})


def gives_a_number() -> nn.Module:
    return Telling(lambda logits, _: 0.5)


def branches_on_loudness() -> nn.Module:
    return Telling(lambda logits, waveform: -logits if waveform.abs().mean() > 0.3 else logits)


def normalises_the_batch() -> nn.Module:
    """Batch normalisation that goes on learning: TorchScript writes its whole graph where it fails of it."""
    return Telling(
        lambda logits, x: nn.functional.batch_norm(x[:, None], None, None, training=True).mean(dim=2) + logits
    )


def _lively(network: nn.Module, seed: int, scale: float) -> nn.Module:
    """Other random weights: as transformers begins, each layer makes the signal fainter till none is left.

    The seed is one whose answer to an image of one colour is no more sensitive to rounding than to any other.
    """
    torch.manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.ones_(layer.weight)
    network.classifier.weight.data *= scale
    return network


def efficientnet() -> nn.Module:
    """EfficientNet-B2 of transformers (width 1.1, depth 1.2), its channels cut to an eighth."""
    from transformers import EfficientNetConfig, EfficientNetForImageClassification

    config = EfficientNetConfig(
        image_size=64,
        width_coefficient=1.1 / 8,
        depth_coefficient=1.2,
        hidden_dim=176,
        num_labels=len(LABELS),
    )
    return _lively(EfficientNetForImageClassification(config), seed=8, scale=1500)


def efficientnet_b2() -> nn.Module:
    """EfficientNet-B2 whole, as its paper has it: 7.7 million weights, images of 260 by 260."""
    from transformers import EfficientNetConfig, EfficientNetForImageClassification

    config = EfficientNetConfig(
        image_size=260,
        width_coefficient=1.1,
        depth_coefficient=1.2,
        hidden_dim=1408,
        num_labels=len(LABELS),
    )
    return _lively(EfficientNetForImageClassification(config), seed=1, scale=600)


def needs_seconds() -> nn.Module:
    """A network whose one layer spans two and a half seconds."""
    return nn.Sequential(
        nn.Unflatten(1, (1, -1)), nn.Conv1d(1, 4, 2, dilation=39_999), nn.AdaptiveAvgPool1d(1), nn.Flatten()
    )


def takes_an_argument(width: int) -> nn.Module:
    return nn.Linear(width, width)


def no_module() -> str:
    return "a module"


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits.astype(np.float64) - logits.max())
    return powers / powers.sum()


def weights_of(name: str, folder: Path) -> tuple[nn.Module, Path]:
    """A network of this module, and the file of its weights."""
    torch.manual_seed(1)
    network = globals()[name]().eval()
    if isinstance(head := getattr(network, "head", None), nn.Linear):
        head.weight.data *= 5  # the random start makes all classes nearly alike
    path = folder / f"{name}.safetensors"
    save_file({key: tensor.contiguous() for key, tensor in network.state_dict().items()}, path)
    return network, path


def call_of(name: str, weights: Path, *more: str, labels: tuple[str, ...] = LABELS) -> list[str]:
    """`emoscope-export torch` for a network of this module, `--out` left out."""
    named = ["--labels", ",".join(labels)] if labels else []
    return ["torch", "--module", f"source_networks:{name}", "--weights", str(weights), *named, *more]
