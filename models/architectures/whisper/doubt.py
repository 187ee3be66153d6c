"""What is held back of a model's answer: how unfamiliar a voice or microphone is, and whether anybody speaks.

Novelty as the energy of a feature outside the principal directions of training: Hoffmann, "Kernel PCA for
novelty detection", Pattern Recognition 40(3), 2007 (there with kernels). A temperature that depends on the
input: Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, has one for all inputs.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.architectures.whisper.voice_head import ALWAYS_SPEECH, VoiceHead


class Outputs(NamedTuple):
    """What a model file gives beside its embedding, by the names in `desktop_app/inference/outputs.py`.

    `logits` and `default_logits` [batch, classes], `novelty` and `speech` [batch], `certainty` [batch, 3],
    `speaker` [batch, n].
    """

    logits: Tensor
    novelty: Tensor
    speech: Tensor
    certainty: Tensor
    default_logits: Tensor
    speaker: Tensor


class Doubt(nn.Module):
    """Standardised embeddings [batch, dim] -> novelty, speech, and the share of the logits that counts.

    novelty = log(e / (reference * (1 + shortness / seconds))), where e is the mean square of an embedding
    outside `directions`: of short speech less is averaged, so its embedding strays further in any voice.
    The logits are divided by exp(slope * min(max(novelty, 0), most)). `novelty.py` of training fits it.

    Attributes
    ----------
    directions : float32 [n, dim]
        Orthonormal.
    speakers : float32 [m, dim]
        What embeddings are multiplied by to tell speakers apart.
    """

    def __init__(self, dim: int, directions: int, speakers: int) -> None:
        super().__init__()
        self.directions: Tensor
        self.speakers: Tensor
        self.reference: Tensor
        self.shortness: Tensor
        self.slope: Tensor
        self.most: Tensor
        self.register_buffer("directions", torch.zeros(directions, dim))
        self.register_buffer("speakers", torch.zeros(speakers, dim))
        for name, value in (("reference", 1.0), ("shortness", 0.0), ("slope", 0.0), ("most", 0.0)):
            self.register_buffer(name, torch.tensor(value))
        self.voice = nn.Linear(dim, 1)
        nn.init.zeros_(self.voice.weight)
        nn.init.constant_(self.voice.bias, ALWAYS_SPEECH)

    def novelty(self, usual: Tensor, seconds: Tensor | float) -> Tensor:
        """[batch]; `usual` [batch, dim] is standardised by the training speakers together."""
        inside = (usual @ self.directions.T).square().sum(dim=1)
        outside = (usual.square().sum(dim=1) - inside).clamp(min=1e-6) / usual.shape[1]
        return torch.log(outside / (self.reference * (1 + self.shortness / seconds)))

    def familiarity(self, novelty: Tensor) -> Tensor:
        """The share [batch] of the logits that counts."""
        return torch.exp(-self.slope * novelty.clamp(min=0).minimum(self.most))

    def speech(self, usual: Tensor) -> Tensor:
        """0..1 [batch]: below 0.5 nobody speaks."""
        return self.voice(usual).sigmoid().squeeze(1)


class Tail(nn.Module):
    """From the pooled embedding to what a model file gives: the part that calibration replaces.

    Parameters
    ----------
    head : VoiceHead
    doubt : Doubt
    voice_mean, voice_std : Tensor [dim]
        The default voice.
    doubt_s : float
        Of a waveform of so many seconds the logits count half.
    """

    def __init__(
        self,
        head: VoiceHead,
        doubt: Doubt,
        voice_mean: Tensor,
        voice_std: Tensor,
        *,
        doubt_s: float,
        sample_rate: int,
    ) -> None:
        super().__init__()
        self.head = head
        self.doubt = doubt
        self.doubt_s = doubt_s
        self.sample_rate = sample_rate
        self.register_buffer("voice_mean", voice_mean)
        self.register_buffer("voice_std", voice_std)
        self.voice_mean: Tensor
        self.voice_std: Tensor

    def forward(
        self,
        embedding: Tensor,
        waveform: Tensor,
        voice_mean: Tensor | None = None,
        voice_std: Tensor | None = None,
    ) -> Outputs:
        """Of `waveform` [batch, samples] only the length counts."""
        mean = self.voice_mean if voice_mean is None else voice_mean
        std = self.voice_std if voice_std is None else voice_std
        usual = (embedding - self.head.base_mean) / self.head.base_std
        seconds = waveform.shape[1] / self.sample_rate
        novelty = self.doubt.novelty(usual, seconds)
        noise, familiarity = self.head.anybody(usual), self.doubt.familiarity(novelty)
        short = torch.ones_like(familiarity) * (seconds / (seconds + self.doubt_s))
        held_back = short * noise * familiarity
        return Outputs(
            self.head.answer(embedding, mean, std) * held_back[:, None],
            novelty,
            self.doubt.speech(usual),
            torch.stack((short, noise, familiarity), dim=1),
            self.head.stranger(usual),
            usual @ self.doubt.speakers.T,
        )
