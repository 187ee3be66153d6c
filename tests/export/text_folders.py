"""Folders of Hugging Face text classifiers as `save_pretrained` writes them: small, with random weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LABELS = ("anger", "joy", "sadness", "neutral")
CORPUS = [
    "I am so happy to see you, this is wonderful!",
    "Why would you do that to me? I hate it.",
    "We waited for hours, and then they told us that it was all a mistake.",
    "I miss her so much every single day.",
    "Kids are talking by the door. Dogs are sitting by the door.",
    "It's half past eleven.",
]
SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "max_position_embeddings": 66,
}
KINDS = ("bert", "distilbert", "roberta", "electra", "deberta-v2")


def word_pieces(corpus: Sequence[str] = CORPUS) -> Any:
    """As BERT's: lower-cased pieces of words."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(
        corpus,
        trainers.WordPieceTrainer(
            vocab_size=200 if corpus is CORPUS else 600, special_tokens=special, show_progress=False
        ),
    )
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    # Published files often say how the last training filled up and cut: nothing of it may count.
    tokenizer.enable_padding(length=20)
    tokenizer.enable_truncation(20)
    return _of_transformers(tokenizer, "pad [PAD] unk [UNK] cls [CLS] sep [SEP] mask [MASK]")


def byte_pairs() -> Any:
    """As RoBERTa's: pairs of bytes, any script."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=320,
            special_tokens=special,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return _of_transformers(tokenizer, "pad <pad> unk <unk> bos <s> eos </s> cls <s> sep </s> mask <mask>")


def _of_transformers(tokenizer: Tokenizer, special: str) -> Any:
    names = special.split()
    tokens = {f"{name}_token": token for name, token in zip(names[::2], names[1::2], strict=True)}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=512, **tokens)


def make_text_folder(
    folder: Path,
    kind: str = "bert",
    labels: Sequence[str] = LABELS,
    *,
    card: str = "",
    corpus: Sequence[str] = CORPUS,
    spread: float = 0.3,
    **more: Any,
) -> Path:
    """A folder of a network of this kind; `more` goes into its configuration, `card` is its README.

    The tokenizer learns from `corpus`; `spread` is the deviation of the weights.
    """
    tokenizer = byte_pairs() if kind == "roberta" else word_pieces(corpus)
    names = dict(enumerate(labels))
    shape: dict[str, Any] = dict(SMALL)
    if kind == "distilbert":
        shape = {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 48, "max_position_embeddings": 66}
    config = transformers.AutoConfig.for_model(
        kind,
        vocab_size=len(tokenizer),
        pad_token_id=tokenizer.pad_token_id,
        id2label=names,
        label2id={label: number for number, label in names.items()},
        **{**shape, **more},
    )
    torch.manual_seed(0)
    model = transformers.AutoModelForSequenceClassification.from_config(config)
    with torch.no_grad():  # random ones of the usual size hardly tell one text from another
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, spread)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    if card:
        (folder / "README.md").write_text(card, "utf-8")
    return folder
