"""A Hugging Face folder of a text classifier: its configuration, weights and tokenizer, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from desktop_app.core.emotion_names import counted_as
from desktop_app.core.foreign_files import ReadError, read_regular
from export.errors import ExportError, LabelError, WeightsError
from export.safety import files_sha256, first_line, refuse_impostor
from export.sources.base import check_labels, nameless
from export.sources.hf import MODEL_TYPES, reads_text
from export.sources.hf_folder import (
    card_header,
    check_id2label,
    licence_of,
    read_json,
    read_weights,
    stock_model,
)
from export.sources.text_source import MULTI, SINGLE, CountedAs, TextSource, check_classes, labels_of
from export.torch_export import quietly

_HINT: Final = (
    "Name a folder as save_pretrained writes it: config.json, the weights, and a tokenizer (tokenizer.json)."
)
_PROBLEMS: Final = {
    None: SINGLE,
    "single_label_classification": SINGLE,
    "multi_label_classification": MULTI,
}
_MOST_TOKENIZER: Final = 64 * 2**20  # bytes
_MOST_TOKENS: Final = 512
"""Hundreds of words, more than anybody says in one utterance."""
_UNUSED: Final = ("position_ids", "token_type_ids", "pooler.dense.weight", "pooler.dense.bias")
"""Weights that some published folders hold and that the network of today does without."""


class TextClassifier(nn.Module):
    """(input_ids, attention_mask) [batch, tokens] -> logits of emotions [batch, emotions]."""

    def __init__(self, model: nn.Module, counted: CountedAs) -> None:
        super().__init__()
        self.model, self.counted = model, counted

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        logits: Tensor = self.counted(self.model(input_ids=input_ids, attention_mask=attention_mask).logits)
        return logits


def is_text_folder(folder: Path) -> bool:
    """Whether the configuration is of a network that transformers classifies texts with.

    Raises ExportError where it is no JSON; a folder without one is no text folder.
    """
    path = folder / "config.json"
    if not path.exists():
        return False
    raw = read_json(path)
    kind = raw.get("model_type") if isinstance(raw, dict) else None
    return kind not in MODEL_TYPES and reads_text(kind)


def load_text_folder(
    folder: Path,
    *,
    labels: Sequence[str] | None = None,
    by_hand: Mapping[str, str | None] | None = None,
    languages: Sequence[str] | None = None,
    trust_pickle: bool = False,
) -> TextSource:
    """The classifier of texts in a folder with its tokenizer, ready for export.

    Nothing is fetched, and code that lies in the folder is never run.

    Parameters
    ----------
    labels : sequence of str, optional
        In place of those of `id2label`.
    by_hand : mapping, optional
        What labels are counted as: see `desktop_app.core.emotion_names.counted_as`.
    languages : sequence of str, optional
        Codes of those that it reads; by default what the model card says.

    Raises
    ------
    ExportError
        Naming what is missing, left over, or not of a kind that is known.
    CallError
        `by_hand` does not fit the labels.
    """
    raw = read_json(folder / "config.json")
    problem = raw.get("problem_type")
    if problem not in _PROBLEMS:
        raise LabelError(
            f"{folder} was trained for {problem}: its outputs are no logits of classes.",
            "A text model tells emotions: single_label_classification or multi_label_classification.",
        )
    check_id2label(raw, folder)
    names = _labels(raw, folder, labels)
    counted = counted_as(names, by_hand)
    tokenizer, tokenizer_json = _tokenizer(folder)
    weights, tensors = read_weights(folder, trust_pickle=trust_pickle)
    model = _model(raw, tensors, folder)
    check_classes(names, int(model.config.num_labels))
    module = TextClassifier(model, CountedAs(counted, _PROBLEMS[problem])).eval()
    pad = tokenizer.pad_token_id
    known = int(model.get_input_embeddings().num_embeddings)
    if len(tokenizer) > known:
        raise WeightsError(
            f"The tokenizer in {folder} knows {len(tokenizer)} tokens, and the network {known}.",
            "Take the tokenizer of the model that was fine-tuned.",
        )
    longest = _longest(module, model.config, tokenizer)
    licence = licence_of(folder)
    return TextSource(
        name=folder.resolve().name,
        module=module,
        tokenizer=tokenizer_json,
        tokens=tokens_of(tokenizer, longest),
        counted=counted,
        labels=labels_of(counted),
        problem=_PROBLEMS[problem],
        languages=tuple(languages) if languages is not None else card_languages(folder),
        max_tokens=longest,
        pad_token=int(pad) if pad is not None else 0,
        weights_sha256=files_sha256(weights),
        manifest={"licence": licence} if licence else {},
    )


def tokens_of(tokenizer: Any, longest: int) -> Callable[[str], list[int]]:
    """The tokens of a text, at most `longest`, by a tokenizer of transformers."""
    return lambda text: [
        int(token) for token in tokenizer(text, truncation=True, max_length=longest)["input_ids"]
    ]


def card_languages(folder: Path) -> tuple[str, ...]:
    """The languages that the model card names in its header; empty if it names none."""
    said = re.search(r"^language:[ \t]*(.*(?:\n[ \t]*-[ \t]*\S+)*)", card_header(folder), flags=re.MULTILINE)
    codes = re.findall(r"[a-z]{2,3}\b", said[1]) if said else []
    return () if "multilingual" in (said[1] if said else "") else tuple(dict.fromkeys(codes))


def _labels(raw: Mapping[str, Any], folder: Path, labels: Sequence[str] | None) -> tuple[str, ...]:
    table = raw.get("id2label")
    own = tuple(str(table[number]) for number in sorted(table, key=int)) if isinstance(table, dict) else ()
    if labels is None and (not own or nameless(own)):
        raise LabelError(
            f"{folder} does not name its classes: id2label says {own[0] if own else 'nothing'}.",
            "Name them in the order of training: --labels neutral,joy,...",
            code="export.labels.numbers",
        )
    chosen = tuple(labels) if labels is not None else own
    check_labels(chosen)
    return chosen


def _tokenizer(folder: Path) -> tuple[Any, str]:
    """The tokenizer of transformers, and the tokenizer.json that describes it."""
    import transformers

    for name in ("tokenizer.json", "tokenizer_config.json"):
        if (folder / name).exists():
            refuse_impostor(folder / name, "tokenizer")
            try:
                read_regular(folder / name, _MOST_TOKENIZER, "tokenizer")
            except ReadError as error:
                raise ExportError(error.message, error.hint or _HINT) from error
    try:
        with quietly():
            auto: Any = transformers.AutoTokenizer
            tokenizer = auto.from_pretrained(
                folder, local_files_only=True, trust_remote_code=False, use_fast=True
            )
            backend = tokenizer.backend_tokenizer
            text = backend.to_str() if tokenizer.is_fast else ""
    except BaseException as error:  # a panic of Rust is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise ExportError(f"{folder} has no tokenizer that works: {first_line(error)}", _HINT) from error
    if not text:
        raise ExportError(
            f"The tokenizer of {folder} is none that tokenizer.json can describe.",
            "Convert it first: AutoTokenizer.from_pretrained(FOLDER, use_fast=True).save_pretrained(FOLDER)",
        )
    return tokenizer, text


def _model(raw: Mapping[str, Any], tensors: dict[str, Tensor], folder: Path) -> Any:
    from transformers import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING, AutoConfig

    try:
        with quietly():
            config = AutoConfig.for_model(**{key: value for key, value in raw.items() if key != "auto_map"})
            kind: Any = MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING[type(config)]
    except Exception as error:
        raise ExportError(f"{folder / 'config.json'} is refused: {first_line(error)}", _HINT) from error
    return stock_model(kind, config, tensors, folder, may_be_left=_UNUSED)


def _longest(module: nn.Module, config: Any, tokenizer: Any) -> int:
    """How many tokens the network takes: tried out, since some families keep positions for themselves."""
    said = [
        getattr(config, "max_position_embeddings", None) or getattr(config, "n_positions", None),
        tokenizer.model_max_length,
        _MOST_TOKENS,
    ]
    most = min(int(number) for number in said if number)
    # The last one is a word: some families count no positions for what they take for filling up.
    token = len(tokenizer) - 1
    failure: Exception | None = None
    for longest in (most, most - 2):
        ids = torch.full((1, longest), token)
        try:
            with torch.inference_mode():
                module(ids, torch.ones_like(ids))
        except Exception as error:  # noqa: BLE001 - whatever the network stumbles over
            failure = error
        else:
            return longest
    assert failure is not None  # noqa: S101 - both were tried
    raise ExportError(f"The network itself fails on {most - 2} tokens: {first_line(failure)}") from failure
