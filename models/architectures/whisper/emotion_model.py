"""From a waveform to the logits of emotions: front end, encoder, pooling over time, head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from models.architectures.whisper.encoder import EncoderConfig, WhisperEncoder
from models.architectures.whisper.voice_head import VoiceHead
from models.features.mel import LogMel
from models.features.spectrum import SAMPLE_RATE

_VARIANCE_FLOOR = 1e-10


@dataclass(frozen=True, slots=True)
class EmotionModelConfig:
    """All that is needed, beside the tensors, to build an `EmotionModel` again.

    `pool_layers` counts from 1. `level_reference`: see `LogMel`; `softness`: see `VoiceHead`.
    Of a waveform of `doubt_s` seconds the logits count half: a syllable tells less than it seems to.
    """

    labels: tuple[str, ...]
    encoder: EncoderConfig = field(default_factory=EncoderConfig)
    pool_layers: tuple[int, ...] = (2, 3)
    level_reference: float | None = None
    softness: float = 0.2
    doubt_s: float = 0.0

    @property
    def embedding_dim(self) -> int:
        return 2 * self.encoder.width * len(self.pool_layers)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> EmotionModelConfig:
        return cls(
            labels=tuple(data["labels"]),
            encoder=EncoderConfig(**data["encoder"]),
            pool_layers=tuple(data["pool_layers"]),
            level_reference=data["level_reference"],
            softness=data["softness"],
            doubt_s=data["doubt_s"],
        )


def pool_over_time(states: Sequence[Tensor]) -> Tensor:
    """Mean and standard deviation over time of each [batch, time, width], joined: [batch, 2 * width * n]."""
    parts = []
    for state in states:
        mean = state.mean(dim=1, keepdim=True)
        variance = (state - mean).square().mean(dim=1)
        parts += [mean.squeeze(1), variance.clamp(min=_VARIANCE_FLOOR).sqrt()]
    return torch.cat(parts, dim=1)


def pool_padded(states: Sequence[Tensor], hidden: Tensor) -> Tensor:
    """As `pool_over_time` on each clip alone, where `hidden` bool [batch, time] marks padding."""
    weight = (~hidden).float()[:, :, None]
    weight = weight / weight.sum(dim=1, keepdim=True)
    parts = []
    for state in (state.float() for state in states):
        mean = (state * weight).sum(dim=1, keepdim=True)
        variance = ((state - mean).square() * weight).sum(dim=1)
        parts += [mean.squeeze(1), variance.clamp(min=_VARIANCE_FLOOR).sqrt()]
    return torch.cat(parts, dim=1)


class EmotionModel(nn.Module):
    """Waveform float32 [batch, samples] -> (`logits` [batch, classes], `embedding` [batch, dim]).

    `voice_mean` and `voice_std` [dim] tell how the voice usually sounds. By default they are those of the
    training speakers together; a person's profile may take their place.
    """

    sample_rate = SAMPLE_RATE

    def __init__(self, config: EmotionModelConfig) -> None:
        super().__init__()
        self.config = config
        self.front_end = LogMel(config.level_reference)
        self.encoder = WhisperEncoder(config.encoder)
        self.head = VoiceHead(config.embedding_dim, len(config.labels), config.softness)
        self.register_buffer("voice_mean", torch.zeros(config.embedding_dim))
        self.register_buffer("voice_std", torch.ones(config.embedding_dim))
        self.voice_mean: Tensor
        self.voice_std: Tensor

    @property
    def embedding_dim(self) -> int:
        return self.config.embedding_dim

    def embed(self, waveform: Tensor) -> Tensor:
        """The pooled embedding [batch, dim], before the voice profile."""
        states = self.encoder(self.front_end(waveform))
        return pool_over_time([states[layer - 1] for layer in self.config.pool_layers])

    def embed_padded(self, log_mel: Tensor, frames: Tensor) -> Tensor:
        """As `embed` on each clip alone, from log-mel spectra [batch, n_mels, frames] padded with zeros."""
        states, hidden = self.encoder.forward_padded(log_mel, frames)
        return pool_padded([states[layer - 1] for layer in self.config.pool_layers], hidden)

    def forward(
        self, waveform: Tensor, voice_mean: Tensor | None = None, voice_std: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        embedding = self.embed(waveform)
        mean = self.voice_mean if voice_mean is None else voice_mean
        std = self.voice_std if voice_std is None else voice_std
        seconds = waveform.shape[1] / self.sample_rate
        return self.head(embedding, mean, std) * (seconds / (seconds + self.config.doubt_s)), embedding
