"""A text model's file with 8-bit weights, and how far its answers are from the exact one's."""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import onnx

from desktop_app.inference.errors import ModelError
from desktop_app.inference.initializers import metadata_text
from desktop_app.inference.session import runtime
from desktop_app.inference.text_manifest import TOKENIZER_KEY
from desktop_app.inference.text_package import read_text_content
from desktop_app.words.text_model import TextModel
from export.errors import ExportError
from export.manifest_writer import TOLERANCE_INT8, now
from export.quantization.nodes import matmuls, name_nodes, small_matmuls
from export.text.build import verify_text, with_text_manifest
from export.verification.process import Progress
from export.verification.structure import parse
from export.verification.texts import TEXTS

_INT8: Final = {"MatMulInteger", "DynamicQuantizeLinear", "DynamicQuantizeMatMul"}


@dataclass(frozen=True, slots=True)
class SmallerText:
    """The new file; the share of texts with the same answer, and the largest difference of a probability."""

    LEAST: ClassVar[float] = 0.97
    content: bytes
    agreement: float
    difference: float
    texts: int


def to_int8(content: bytes, texts: Sequence[str] = (), progress: Progress | None = None) -> SmallerText:
    """Quantise the large matrix products and the table of tokens of a finished file to int8.

    Parameters
    ----------
    texts : sequence of str
        Those that the two files are compared on; by default some of every kind.

    Raises
    ------
    ExportError
        There is nothing to quantise, or the graph no longer verifies.
    """
    model = parse(content)
    if any(node.op_type in _INT8 for node in model.graph.node):
        raise ExportError(
            "The file has 8-bit weights already, so int8 gains nothing.", "Give the file that it was made of."
        )
    if not matmuls(model):
        raise ExportError("The graph has no large matrix product, so int8 gains nothing.")
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "before.onnx", Path(folder) / "after.onnx"
        before.write_bytes(content)
        file = read_text_content(before).file
        tokenizer = (metadata_text(content, TOKENIZER_KEY) or b"").decode("utf-8")
        # Fitted anew, the self-test would hide what the rounding does: it must pass the exact file's.
        data = {**file.manifest.to_dict(), "created": now()}
        data["self_test"] = {**data["self_test"], "tolerance": TOLERANCE_INT8}
        small, _ = with_text_manifest(_quantised(model, Path(folder)), data, tokenizer)
        try:
            verify_text(small, None, progress=progress)
        except ModelError as error:
            if error.code != "model.self_test":
                raise
            raise ExportError(
                f"8-bit weights change the model's logits by more than {TOLERANCE_INT8:g}.",
                "Use it as it is.",
            ) from error
        after.write_bytes(small)
        asked = list(texts) or list(TEXTS)
        exact, rounded = (TextModel.open(path) for path in (before, after))
        # One at a time, as they are read: the rounding of a batch depends on all of it.
        one, other = (
            np.concatenate([model.probabilities([text]) for text in asked]) for model in (exact, rounded)
        )
    agreement = float((one.argmax(axis=1) == other.argmax(axis=1)).mean())
    return SmallerText(small, agreement, float(np.abs(one - other).max()), len(asked))


def _quantised(model: onnx.ModelProto, folder: Path) -> bytes:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    runtime()  # silences ONNX Runtime
    del model.metadata_props[:]
    name_nodes(model)
    source, target = folder / "fp32.onnx", folder / "int8.onnx"
    onnx.save(model, source)
    level = logging.root.manager.disable
    with warnings.catch_warnings(), contextlib.ExitStack() as undo:
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        undo.callback(logging.disable, level)
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=small_matmuls(model),
            per_channel=True,
            weight_type=QuantType.QInt8,
            reduce_range=False,
            extra_options={"MatMulConstBOnly": True},
        )
    return target.read_bytes()
