"""A finished graph whose last part is replaced: what comes before the embedding stays to the last bit.

So a file is calibrated anew without being trained or quantised again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import onnx

from export.errors import ExportError
from export.torch_export import OPSET, OUTPUTS, VOICE_INPUTS, quietly
from export.verification.structure import parse, serialize

if TYPE_CHECKING:
    from models.architectures.whisper.doubt import Tail

EMBEDDING: Final = "embedding"
PREFIX: Final = "tail/"
"""Of the names of all that the new tail brings."""


def with_tail(content: bytes, tail: Tail) -> bytes:
    """The graph of a model file with another tail, yet without a manifest.

    Parameters
    ----------
    content : bytes
        A model file with the input `waveform` and the output `embedding`.
    tail : Tail
        From embedding and waveform to the outputs of the format.

    Raises
    ------
    ExportError
        If the file gives no embedding, or none of the size that the tail takes.
    """
    model = parse(content)
    given = next((value for value in model.graph.output if value.name == EMBEDDING), None)
    if given is None:
        raise ExportError(
            "The file gives no embedding, so nothing can be put behind it.",
            "Export the network again so that it returns (logits, embedding).",
        )
    dim = tail.head.base_mean.numel()
    found = given.type.tensor_type.shape.dim[1].dim_value
    if found not in {0, dim}:
        raise ExportError(f"The file's embeddings have {found} numbers, and the new tail takes {dim}.")
    front = onnx.utils.Extractor(model).extract_model(["waveform"], [EMBEDDING])
    back = _exported(tail)
    graph = front.graph
    graph.node.extend(back.graph.node)
    graph.initializer.extend(back.graph.initializer)
    graph.input.extend(value for value in back.graph.input if value.name in VOICE_INPUTS)
    outputs = {value.name: value for value in (*back.graph.output, *graph.output)}
    del graph.output[:]
    graph.output.extend(outputs[name] for name in OUTPUTS)
    del graph.value_info[:], front.metadata_props[:]
    return serialize(front)


def _exported(tail: Tail) -> onnx.ModelProto:
    """The tail as a graph whose inner values bear a prefix of their own, with the voices' initializers."""
    import torch

    tail = tail.eval()
    dim, samples = tail.head.base_mean.numel(), 2 * tail.sample_rate
    voice = {"voice_mean": tail.voice_mean.clone(), "voice_std": tail.voice_std.clone()}
    inputs = {
        EMBEDDING: torch.randn(2, dim, generator=torch.Generator().manual_seed(0)),
        "waveform": torch.zeros(2, samples),
        **voice,
    }
    names = [name for name in OUTPUTS if name != EMBEDDING]
    axes = {EMBEDDING: {0: "batch"}, "waveform": {0: "batch", 1: "samples"}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tail.onnx"
        with quietly():
            torch.onnx.export(
                tail,
                tuple(inputs.values()),
                path,
                input_names=list(inputs),
                output_names=names,
                opset_version=OPSET,
                dynamo=False,
                dynamic_axes={**axes, **{name: {0: "batch"} for name in names}},
            )
        model = onnx.load(path)
    _prefix(model, kept=(*inputs, *names))
    for name, default in voice.items():
        model.graph.initializer.append(onnx.numpy_helper.from_array(default.numpy(), name))
    return model


def _prefix(model: onnx.ModelProto, kept: Sequence[str]) -> None:
    def renamed(name: str) -> str:
        return name if not name or name in kept else PREFIX + name

    for tensor in model.graph.initializer:
        tensor.name = renamed(tensor.name)
    for node in model.graph.node:
        node.name = PREFIX + node.name
        node.input[:] = [renamed(name) for name in node.input]
        node.output[:] = [renamed(name) for name in node.output]
        node.doc_string = ""
