"""A file of a text model, read and checked, and its graph: token numbers in, logits out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from desktop_app.core.fusion import FusedModel
from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.initializers import graph_sha256, metadata_text
from desktop_app.inference.manifest import MANIFEST_KEY
from desktop_app.inference.manifest_rules import TEXT, parse
from desktop_app.inference.package import check_content, naming, read_content
from desktop_app.inference.session import ModelSession, open_session
from desktop_app.inference.text_manifest import TOKENIZER_KEY, TextManifest

INPUTS: Final = ("input_ids", "attention_mask")
LOGITS: Final = "logits"
_LONGEST_TOKENIZER: Final = 64 * 2**20
"""Bytes; those of the widest vocabularies have 17 MB."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """What a file of a text model says of itself, checked; nothing of it has been run. `size` is in bytes."""

    path: Path
    sha256: str
    size: int
    manifest: TextManifest

    @property
    def identity(self) -> FusedModel:
        """By which results and fusions name it."""
        return FusedModel(self.manifest.name, self.sha256, self.manifest.labels)


@dataclass(frozen=True, slots=True)
class TextContent:
    """The same with all of its bytes, and the tokenizer.json in it."""

    file: TextFile
    content: bytes
    tokenizer: str


def is_text_model(content: bytes) -> bool:
    """Whether a file's manifest says so, whatever else is wrong with the file."""
    try:
        text = metadata_text(content, MANIFEST_KEY)
        data = None if text is None else parse(text)
    except ModelError:
        return False
    return isinstance(data, dict) and data.get("kind") == TEXT


def read_text_file(path: Path) -> TextFile:
    """Read and check a file of a text model, without running it.

    Raises
    ------
    ModelError
        With one sentence that names the file and what is wrong with it: for a voice model ``model.not_text``.
    """
    return read_text_content(path).file


def read_text_content(path: Path) -> TextContent:
    """As `read_text_file`, with the file's bytes."""
    content = read_content(path)
    with naming(path):
        check_content(content)
        manifest, tokenizer = _parts(content)
    file = TextFile(path, hashlib.sha256(content).hexdigest(), len(content), manifest)
    return TextContent(file, content, tokenizer)


def _parts(content: bytes) -> tuple[TextManifest, str]:
    text = metadata_text(content, MANIFEST_KEY)
    if text is None:
        raise ManifestError(f"The manifest is missing ('{MANIFEST_KEY}' in the file's metadata).")
    manifest = TextManifest.from_json(text)
    tokenizer = metadata_text(content, TOKENIZER_KEY)
    if tokenizer is None or len(tokenizer) > _LONGEST_TOKENIZER:
        what = "is missing" if tokenizer is None else f"has {len(tokenizer) / 2**20:.0f} MB"
        raise ManifestError(
            f"The tokenizer {what} ('{TOKENIZER_KEY}' in the file's metadata).", field=TOKENIZER_KEY
        )
    for field, found in (
        ("graph_sha256", graph_sha256(content)),
        ("tokenizer_sha256", hashlib.sha256(tokenizer).hexdigest()),
    ):
        if getattr(manifest, field) != found:
            raise ModelError(
                f"its {field.partition('_')[0]} was changed after its manifest was written: its SHA-256 is "
                f"not that of the manifest field '{field}'",
                field=field,
                code="model.changed",
            )
    try:
        return manifest, tokenizer.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ManifestError("The tokenizer is not text in UTF-8.", field=TOKENIZER_KEY) from error


class TextGraph:
    """The graph of a text model, loaded on the CPU with one thread.

    Raises
    ------
    ModelError
        If ONNX Runtime cannot load it, or its inputs and outputs are others than the format's.
    """

    def __init__(self, content: bytes, manifest: TextManifest) -> None:
        self._manifest = manifest
        self._session = open_session(content, "cpu", threads=1)
        _check_interface(self._session)

    def logits(self, tokens: Sequence[Sequence[int]]) -> FloatArray:
        """Logits [texts, labels] of the token numbers of each text, shorter ones filled up.

        Raises
        ------
        ModelError
            If the model fails, or does not answer with one finite number for each label.
        """
        longest = max(map(len, tokens))
        ids = np.full((len(tokens), longest), self._manifest.pad_token, dtype=np.int64)
        mask = np.zeros((len(tokens), longest), dtype=np.int64)
        for row, numbers in enumerate(tokens):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        found = self._session.run([LOGITS], dict(zip(INPUTS, (ids, mask), strict=True)))[0]
        expected = (len(tokens), len(self._manifest.labels))
        if not isinstance(found, np.ndarray) or found.shape != expected:
            shape = list(found.shape) if isinstance(found, np.ndarray) else type(found).__name__
            raise ModelError(
                f"the output '{LOGITS}' must be {list(expected)} for {len(tokens)} texts, found {shape}",
                field=LOGITS,
                code="model.shape",
            )
        if not np.all(np.isfinite(found)):
            raise ModelError(
                f"the output '{LOGITS}' is not finite, so its weights are broken",
                field=LOGITS,
                code="model.not_finite",
            )
        return found


def _check_interface(session: ModelSession) -> None:
    inputs = {tensor.name: tensor for tensor in session.inputs}
    if set(inputs) != set(INPUTS):
        names = ", ".join(f"'{name}'" for name in inputs) or "none"
        raise ModelError(
            f"its inputs must be 'input_ids' and 'attention_mask', found {names}",
            field="input_ids",
            code="model.interface",
        )
    for name in INPUTS:
        _check_tensor(inputs[name], "input", "tensor(int64)", dynamic=2)
    outputs = {tensor.name: tensor for tensor in session.outputs}
    if LOGITS not in outputs:
        raise ModelError(f"the output '{LOGITS}' is missing", field=LOGITS, code="model.interface")
    _check_tensor(outputs[LOGITS], "output", "tensor(float)", dynamic=1)


def _check_tensor(tensor: Any, what: str, kind: str, *, dynamic: int) -> None:
    """Type, number of axes, and how many of the first ones have any size."""
    shape = list(tensor.shape)
    if tensor.type != kind or len(shape) != 2 or any(isinstance(size, int) for size in shape[:dynamic]):
        raise ModelError(
            f"the {what} '{tensor.name}' must be {kind} with {'two axes' if dynamic == 2 else 'a batch'} of "
            f"any size, found {tensor.type} {shape}",
            field=tensor.name,
            code="model.interface",
        )
