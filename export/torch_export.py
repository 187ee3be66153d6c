"""A torch module to ONNX: by TorchScript or by dynamo, with overridable voice inputs."""

from __future__ import annotations

import contextlib
import inspect
import io
import logging
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import onnx

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import FloatArray
from export.errors import ExportError
from export.safety import first_line
from export.verification.structure import serialize
from export.verification.verify import Verification, verify_graph

if TYPE_CHECKING:
    from torch import Tensor, nn

T = TypeVar("T")

VOICE_INPUTS = ("voice_mean", "voice_std")
OPSET = 18
DYNAMO, TORCHSCRIPT = "dynamo", "torchscript"
EXPORTERS = (TORCHSCRIPT, DYNAMO)
"""In the order in which they are tried. Their graphs are equally fast, and TorchScript takes a twentieth of
the time; in torch 2.13 dynamo fails on a GRU of dynamic length, and freezes an LSTM's before attention."""
SHORTEST_SECONDS = 0.1
LARGEST_BYTES = 2**31 - 1
OUTPUTS = ("logits", "embedding", "novelty", "speech", "certainty", "default_logits", "speaker")
"""In the order in which a module returns them; it may leave out those at the end."""
_OUTPUT = "output_of_the_model_"
_OWN_FILES = tuple(
    f"{Path(__file__).resolve().parents[1] / package}{os.sep}" for package in ("export", "models")
)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """The exporters print their progress and warn about their own internals, some of it from C++."""
    noise = io.StringIO()
    logger = logging.getLogger("torch.onnx")
    level, logger_level = logging.root.manager.disable, logger.level
    logging.disable(logging.WARNING)
    try:
        with contextlib.ExitStack() as silence:
            silence.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            for descriptor in (1, 2):
                silence.enter_context(_to_nowhere(descriptor))
            silence.enter_context(contextlib.redirect_stdout(noise))
            silence.enter_context(contextlib.redirect_stderr(noise))
            yield
    finally:
        logging.disable(level)
        logger.setLevel(logger_level)


@contextlib.contextmanager
def _to_nowhere(descriptor: int) -> Iterator[None]:
    """What is written to a file descriptor goes nowhere; a descriptor that is closed stays so."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    try:
        kept = os.dup(descriptor)
    except OSError:
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, descriptor)
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)
        os.close(nowhere)


def export_module(module: nn.Module, sample_rate: int, classes: int) -> tuple[bytes, str, Verification]:
    """Export `module` (see `export_graph`) by the first exporter whose graph verifies.

    Returns
    -------
    content : bytes
        The ONNX file, yet without a manifest.
    exporter : str
        The exporter that was used: "dynamo" or "torchscript".
    verification : Verification

    Raises
    ------
    ExportError
        If neither exporter gives a graph that verifies.
    """
    module = module.eval()

    def attempt(exporter: str) -> tuple[bytes, str, Verification]:
        content = export_graph(module, sample_rate, exporter)
        return content, exporter, verify_graph(content, sample_rate, classes, reference=reference_of(module))

    return first_that_verifies(EXPORTERS, attempt)


def first_that_verifies(exporters: Sequence[str], attempt: Callable[[str], T]) -> T:
    """The result of the first attempt that raises no EmoscopeError.

    Raises
    ------
    ExportError
        If all fail, telling each exporter's failure; of their type if that is the same for all.
    """
    failures: list[EmoscopeError] = []
    for exporter in exporters:
        try:
            return attempt(exporter)
        except EmoscopeError as error:
            failures.append(error)
    kinds = {type(error) for error in failures if isinstance(error, ExportError)}
    kind = kinds.pop() if len(kinds) == 1 else ExportError
    told = [f"{name}: {error}" for name, error in zip(exporters, failures, strict=True)]
    if len({str(error) for error in failures}) == 1:
        told = [f"{' and '.join(exporters)}: {failures[0]}"]
    raise kind("No exporter gave a graph that verifies.", " | ".join(told))


def reference_of(module: nn.Module) -> Callable[[FloatArray], FloatArray]:
    """The module as a function from waveform [batch, samples] to logits [batch, classes], in numpy."""
    import torch

    def logits(waveform: FloatArray) -> FloatArray:
        with torch.inference_mode():
            # A copy: a module may write to its input, and the waveform is used again.
            out = module(torch.from_numpy(np.array(waveform, order="C")))
        # A module may compute in another precision, and numpy has no bfloat16.
        first: FloatArray = (out[0] if isinstance(out, tuple) else out).float().numpy()
        return first

    return logits


_ONLY_SHAPES = {
    "Alias", "Clone", "Expand", "Permute", "ReshapeAlias", "Select", "Slice", "Squeeze", "T", "ToCopy",
    "Transpose", "UnsafeView", "Unsqueeze", "View",
}  # fmt: skip


def last_operation(module: nn.Module, waveform: FloatArray) -> str:
    """What computes the logits of a module, as autograd calls it ("Sigmoid", "Addmm"); empty if unseen.

    What only changes a shape or a precision is looked through.
    """
    import torch

    with torch.inference_mode(False), torch.enable_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            out = module(torch.from_numpy(np.array(waveform)).requires_grad_())
        except RuntimeError:  # such as a parameter that was made where gradients are forbidden
            return ""
        node = (out[0] if isinstance(out, tuple) else out).grad_fn
    while node is not None:
        name = re.sub(r"Backward\d*$", "", type(node).__name__)
        if name not in _ONLY_SHAPES or not node.next_functions:
            return name
        node = node.next_functions[0][0]
    return ""


def export_graph(
    module: nn.Module,
    sample_rate: int,
    exporter: str,
    *,
    outputs: Sequence[str] = OUTPUTS,
    shortest_seconds: float = SHORTEST_SECONDS,
) -> bytes:
    """The ONNX file of a module: waveform [batch, samples] -> logits, or (logits, embedding).

    A module with buffers `voice_mean` and `voice_std` [dim], which are also arguments of its `forward`, keeps
    them as inputs that have an initializer, so whoever passes only `waveform` gets the default voice.

    Parameters
    ----------
    exporter : str
        "dynamo" or "torchscript".
    outputs : sequence of str
        What the outputs are called.
    shortest_seconds : float
        The shortest waveform that the module takes.

    Raises
    ------
    ExportError
        If the exporter fails, or the weights are more than one file can hold.
    """
    import torch

    check_size(module, "Take a smaller model, or cut layers before training the head.")
    voice = voice_buffers(module)
    shortest = round(max(SHORTEST_SECONDS, shortest_seconds) * sample_rate)
    samples = max(2 * sample_rate, shortest + sample_rate)
    example = 0.1 * torch.randn(2, samples, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        answer = module(example)
    names = list(outputs[: len(answer)] if isinstance(answer, tuple) else outputs[:1])
    arguments = {"waveform": example, **voice}
    return _finished(_trace(module, arguments, names, shortest, exporter), voice, names)


def voice_buffers(module: nn.Module) -> dict[str, Tensor]:
    """The default voice profile of a module that takes one; empty otherwise."""
    buffers = dict(module.named_buffers(recurse=False))
    taken = inspect.signature(module.forward).parameters
    if all(name in buffers and name in taken for name in VOICE_INPUTS):
        return {name: buffers[name].clone() for name in VOICE_INPUTS}
    return {}


def _trace(
    module: nn.Module,
    arguments: dict[str, Tensor],
    outputs: Sequence[str],
    shortest: int,
    exporter: str,
) -> onnx.ModelProto:
    import torch

    from export.plain_attention import plain_attention

    shapes: dict[str, Any]
    if exporter == DYNAMO:
        axes = {0: torch.export.Dim("batch", min=1, max=256), 1: torch.export.Dim("samples", min=shortest)}
        shapes = {"dynamic_shapes": (axes, *(None for _ in range(len(arguments) - 1)))}
    else:
        dynamic = {
            "waveform": {0: "batch", 1: "samples"},
            **{_OUTPUT + name: {0: "batch"} for name in outputs},
        }
        shapes = {"dynamic_axes": dynamic}
    with plain_attention() if exporter == TORCHSCRIPT else contextlib.nullcontext():
        return traced(module, arguments, [_OUTPUT + name for name in outputs], exporter, shapes)


def check_size(module: nn.Module, hint: str) -> None:
    """Raise ExportError if the weights are more than one file can hold."""
    size = sum(t.numel() * t.element_size() for t in (*module.parameters(), *module.buffers()))
    if size > LARGEST_BYTES:
        raise ExportError(
            f"The model has {size / 2**30:.1f} GB of weights, and an .onnx file holds at most 2 GB.", hint
        )


def traced(
    module: nn.Module,
    arguments: Mapping[str, Tensor],
    outputs: Sequence[str],
    exporter: str,
    shapes: Mapping[str, Any],
) -> onnx.ModelProto:
    """The graph that an exporter makes of a module and its inputs, by their names.

    `shapes` are the exporter's own words for what may change its length. ExportError: it fails.
    """
    import torch

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.onnx"
        try:
            with quietly():
                torch.onnx.export(
                    module,
                    tuple(arguments.values()),
                    path,
                    input_names=list(arguments),
                    output_names=list(outputs),
                    opset_version=OPSET,
                    dynamo=exporter == DYNAMO,
                    external_data=False,
                    **shapes,
                )
        except Exception as error:
            raise ExportError(
                f"torch.onnx.export (dynamo={exporter == DYNAMO}) failed: {_cause(error)}"
            ) from error
        return onnx.load(path)


def _cause(error: Exception) -> str:
    """What an exporter failed of, in one sentence, and the line of the network that it names, if it does."""
    text = str(error)
    # dynamo begins with where to report it, and comes to the cause under a heading of its own.
    summary = re.search(r"## Exception summary\s+(?:<class '[^']*'>: )?(.+)", text)
    cause = first_line(error) if summary is None else summary[1].strip()
    if cause.endswith(")") and cause.count(")") > cause.count("("):
        cause = cause[:-1]
    places = re.findall(r'File "([^"]+)", line (\d+), in \S+', text)
    theirs = [
        place
        for place in places
        if "site-packages" not in place[0] and not place[0].startswith(("<", *_OWN_FILES))
    ]
    return cause + (f" ({theirs[-1][0]}, line {theirs[-1][1]})" if theirs else "")


def _finished(model: onnx.ModelProto, voice: dict[str, Tensor], outputs: Sequence[str]) -> bytes:
    """Give the voice inputs their initializers, the outputs their names, and the axes theirs."""
    # dynamo names inner values after layers, "embedding" among them, even if an output has that name.
    _rename(model.graph, {name: f"inner_{name}" for name in outputs})
    _rename(model.graph, {_OUTPUT + name: name for name in outputs})
    for name, default in voice.items():
        model.graph.initializer.append(onnx.numpy_helper.from_array(default.numpy(), name))
    for dim, axis in zip(model.graph.input[0].type.tensor_type.shape.dim, ("batch", "samples"), strict=True):
        dim.dim_param = axis
    for value in model.graph.output:
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    without_notes(model)
    return serialize(model)


def without_notes(model: onnx.ModelProto) -> None:
    """Take out of a fresh graph what is of no use at run time."""
    # Shapes of inner values help nobody at run time, and the quantiser trips over dynamo's. Its notes tell
    # where in the exporting person's files each operator comes from.
    del model.graph.value_info[:]
    for noted in (
        model.graph,
        *model.graph.input,
        *model.graph.output,
        *model.graph.initializer,
        *model.graph.node,
    ):
        noted.doc_string = ""
        del noted.metadata_props[:]


def _rename(graph: onnx.GraphProto, names: dict[str, str]) -> None:
    """Rename values of a graph, and where the graphs inside of it use them."""
    for value in (*graph.input, *graph.output, *graph.initializer, *graph.value_info):
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
        for attribute in node.attribute:
            for inner in (attribute.g, *attribute.graphs):
                _rename(inner, names)
