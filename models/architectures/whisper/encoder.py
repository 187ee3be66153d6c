"""The first layers of Whisper's audio encoder, for clips of any length.

Reference: Radford et al., 2022. Tensor names as in the Hugging Face release (`model.encoder.*`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.errors import TrainingError

_PREFIX = "model.encoder."


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """Shape of a Whisper encoder; the defaults are whisper-base, cut after its third layer."""

    layers: int = 3
    width: int = 512
    heads: int = 8
    n_mels: int = 80
    max_positions: int = 1500  # 30 s: one row for 20 ms


class SelfAttention(nn.Module):
    """Multi-head self-attention [batch, time, width] -> the same; Whisper's keys have no bias."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, hidden: Tensor | None = None) -> Tensor:
        query, key, value = (
            self._split(self.q_proj(x)),
            self._split(self.k_proj(x)),
            self._split(self.v_proj(x)),
        )
        # Scale the queries rather than the scores: `time` times fewer products.
        scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(-1, -2))
        if hidden is not None:
            scores = scores.masked_fill(hidden[:, None, None, :], -torch.inf)
        mixed = torch.matmul(scores.softmax(dim=-1), value)
        return self.out_proj(mixed.transpose(1, 2).flatten(2))


class EncoderLayer(nn.Module):
    """Pre-norm transformer layer."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_attn = SelfAttention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, x: Tensor, hidden: Tensor | None = None) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x), hidden)
        return x + self.fc2(functional.gelu(self.fc1(self.final_layer_norm(x))))


class WhisperEncoder(nn.Module):
    """Log-mel [batch, n_mels, frames] -> hidden states after each layer, a list of [batch, time, width].

    `time` is frames / 2, rounded up. Clips are not padded to 30 s: the first `time` rows of the position
    table are used, which works as well for emotion and costs a tenth.
    """

    def __init__(self, config: EncoderConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or EncoderConfig()
        self.conv1 = nn.Conv1d(config.n_mels, config.width, kernel_size=3, padding=1)
        self.conv2 = nn.Conv1d(config.width, config.width, kernel_size=3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(config.max_positions, config.width)
        self.layers = nn.ModuleList(EncoderLayer(config.width, config.heads) for _ in range(config.layers))

    def forward(self, log_mel: Tensor) -> list[Tensor]:
        x = functional.gelu(self.conv1(log_mel))
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        return self._states(x, None)

    def forward_padded(self, log_mel: Tensor, frames: Tensor) -> tuple[list[Tensor], Tensor]:
        """As `forward` on each clip alone, for clips that were padded with zeros to a common length.

        Parameters
        ----------
        log_mel : [batch, n_mels, frames]
        frames : int64 [batch]
            How many frames of each are the clip's own.

        Returns
        -------
        states : list of [batch, time, width]
        hidden : bool [batch, time]
            Where the padding is.
        """
        x = functional.gelu(self.conv1(log_mel))
        # Beyond a clip's end its own padding would have been zero here, not the convolution's bias.
        x = x * (torch.arange(x.shape[-1], device=x.device) < frames[:, None])[:, None]
        x = functional.gelu(self.conv2(x)).transpose(1, 2)
        hidden = torch.arange(x.shape[1], device=x.device) >= ((frames + 1) // 2)[:, None]
        return self._states(x, hidden), hidden

    def _states(self, x: Tensor, hidden: Tensor | None) -> list[Tensor]:
        x = x + self.embed_positions.weight[: x.shape[1]]
        states = []
        for layer in self.layers:
            x = layer(x, hidden)
            states.append(x)
        return states

    def load(self, path: Path) -> None:
        """Load the layers that this encoder has from a Hugging Face safetensors file, as float32.

        Raises
        ------
        TrainingError
            If the file cannot be read, or lacks a tensor or has one of another shape.
        """
        from safetensors import SafetensorError, safe_open

        hint = "Give the encoder of openai/whisper-base as safetensors (--weights FILE)."
        own = self.state_dict()
        loaded = {}
        try:
            with safe_open(path, framework="pt") as file:
                names = set(file.keys())
                for name, tensor in own.items():
                    source = next((p + name for p in (_PREFIX, "encoder.", "") if p + name in names), None)
                    if source is None:
                        raise TrainingError(f"The weights {path} have no tensor '{_PREFIX}{name}'.", hint)
                    loaded[name] = file.get_tensor(source).float()
                    if loaded[name].shape != tensor.shape:
                        raise TrainingError(
                            f"The tensor '{source}' of {path} has the shape {tuple(loaded[name].shape)}, "
                            f"expected {tuple(tensor.shape)}.",
                            hint,
                        )
        except (OSError, SafetensorError) as error:
            raise TrainingError(f"The weights {path} cannot be read.", hint) from error
        self.load_state_dict(loaded)
