"""The two-layer head that many published folders have on wav2vec 2.0 and its kin, which transformers lacks.

`Wav2Vec2ForSpeechClassification` and the like: the mean (or the sum, or the maximum) of the last layer over
time, a layer, tanh, and a layer to the outputs; of regressions (arousal, dominance, valence) and of classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from export.errors import ExportError
from export.safety import check_names, first_line

KEYS = ("classifier.dense.weight", "classifier.out_proj.weight")
_POOLING = ("mean", "sum", "max")
_UNUSED = ("masked_spec_embed",)


class TwoLayerHead(nn.Module):
    """[batch, dim] -> [batch, outputs]; dropout does nothing any more."""

    def __init__(self, dim: int, outputs: int) -> None:
        super().__init__()
        self.dense = nn.Linear(dim, dim)
        self.out_proj = nn.Linear(dim, outputs)

    def forward(self, pooled: Tensor) -> Tensor:
        out: Tensor = self.out_proj(torch.tanh(self.dense(pooled)))
        return out


class PooledEncoder(nn.Module):
    """A waveform encoder, and its last layer pooled over time: [batch, samples] -> [batch, dim]."""

    def __init__(self, encoder: nn.Module, pooling: str) -> None:
        super().__init__()
        self.encoder = encoder
        self.pooling = pooling

    def forward(self, features: Tensor) -> Tensor:
        hidden: Tensor = self.encoder(features).last_hidden_state
        if self.pooling == "sum":
            return hidden.sum(dim=1)
        return hidden.amax(dim=1) if self.pooling == "max" else hidden.mean(dim=1)


class TwoLayerClassifier(nn.Module):
    """Features -> (outputs [batch, outputs], pooled [batch, dim])."""

    def __init__(self, body: PooledEncoder, head: TwoLayerHead) -> None:
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        pooled = self.body(features)
        return self.head(pooled), pooled


def has_two_layers(tensors: Mapping[str, Tensor]) -> bool:
    """Whether the weights are those of such a head."""
    return all(any(name.endswith(key) for name in tensors) for key in KEYS)


def two_layer_model(
    config: Any, tensors: Mapping[str, Tensor], outputs: int, folder: Path
) -> TwoLayerClassifier:
    """The model of a folder with such a head, every weight of it loaded.

    Raises
    ------
    ExportError, WeightsError
        For a pooling that is not known, or weights that do not fit.
    """
    import transformers

    pooling = getattr(config, "pooling_mode", "mean")
    if pooling not in _POOLING:
        raise ExportError(
            f"{folder} pools by {pooling!r}; known are {', '.join(_POOLING)}.",
            "Another one goes through emoscope-export torch --module.",
        )
    prefix = f"{config.model_type.replace('-', '_')}."
    auto: Any = transformers.AutoModel
    try:
        encoder = auto.from_config(config, dtype=torch.float32, attn_implementation="eager")
    except Exception as error:  # whatever its numbers make it stumble over
        raise ExportError(f"{folder} is not accepted by transformers: {first_line(error)}") from error
    head = TwoLayerHead(config.hidden_size, outputs)
    parts = {prefix.rstrip("."): encoder, "classifier": head}
    whole = nn.ModuleDict({name.replace(".", "_"): part for name, part in parts.items()})
    wanted = whole.state_dict()
    given = _renamed(tensors, wanted)
    misshapen = {name for name in wanted if name in given and given[name].shape != wanted[name].shape}
    missing = {name for name in wanted if name not in given and not name.endswith(_UNUSED)}
    unexpected = {name for name in given if name not in wanted and not name.endswith(_UNUSED)}
    hint = "The folder was trained as another class: one's own goes through emoscope-export torch --module."
    check_names(missing | misshapen, unexpected, str(folder), hint)
    whole.load_state_dict({name: given[name].float() for name in wanted if name in given}, strict=False)
    return TwoLayerClassifier(PooledEncoder(encoder, pooling), head)


def _renamed(tensors: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights by the names that this torch gives them: older ones called normed weights otherwise."""
    found = {}
    for name, tensor in tensors.items():
        for old, new in (
            ("weight_g", "parametrizations.weight.original0"),
            ("weight_v", "parametrizations.weight.original1"),
        ):
            if name.endswith(f".{old}") and f"{name[: -len(old)]}{new}" in wanted:
                name = f"{name[: -len(old)]}{new}"  # noqa: PLW2901 - the name of today
        found[name] = tensor
    return found
