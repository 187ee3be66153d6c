"""Anybody's torch module: made by a named factory, its weights from a file, a front end put before it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from desktop_app.core.errors import CallError
from export.errors import ExportError, ShapeError
from export.safety import files_sha256, first_line, fit_weights, read_tensors
from export.signals import speech_like
from export.sources.base import PROBE_SECONDS, Facts, TorchSource, check_labels, probe
from export.sources.dimensions import ValuesInRange, check_dimensions, check_scale, full_ranges
from export.torch_export import voice_buffers

if TYPE_CHECKING:
    from models.features.chain import FeatureChain


class WaveformClassifier(nn.Module):
    """A network, and the front end that feeds it: waveform [batch, samples] -> logits [batch, classes].

    A network that answers (logits, embedding [batch, dim]) keeps its embedding; of one that answers with an
    object or a dictionary, as those of Hugging Face do, `logits` is taken.
    """

    def __init__(self, network: nn.Module, front_end: nn.Module | None = None) -> None:
        super().__init__()
        self.front_end = front_end if front_end is not None else nn.Identity()
        self.network = network

    def forward(self, waveform: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        answer: Any = self.network(self.front_end(waveform))
        if isinstance(answer, tuple | list) and answer:
            logits, *others = answer
            if others and isinstance(others[0], Tensor) and others[0].ndim == 2:
                return _float(logits), _float(others[0])
            return _float(logits)
        if hasattr(answer, "keys"):
            if "logits" not in answer:
                raise ShapeError(
                    f"The model gives a dictionary without 'logits'; its keys are {_names(answer.keys())}.",
                    "Its forward must return logits [batch, classes], (logits, embedding), or a dictionary "
                    "with 'logits'.",
                )
            return _float(answer["logits"])
        return _float(getattr(answer, "logits", answer))


def _float(x: Any) -> Tensor:
    """A tensor in single precision, whatever a network computes in."""
    if not isinstance(x, Tensor):
        raise ShapeError(
            f"The model gives {type(x).__name__} where a tensor of logits is expected.",
            "Its forward must return logits [batch, classes], or (logits, embedding).",
        )
    if x.dtype == torch.bfloat16:
        raise ShapeError(
            "The model computes in bfloat16, which ONNX Runtime does not do on a processor.",
            "Take torch.autocast (or .bfloat16()) out of its forward: the file is made in single precision.",
        )
    # A cast to what it is already would be one more operator in the graph.
    return x if x.dtype == torch.float32 else x.float()


def _names(names: Iterable[Any]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "none"


def make_module(name: str) -> nn.Module:
    """Call the factory named PACKAGE.MODULE:FACTORY, without arguments; the working folder is searched first.

    Raises
    ------
    CallError
        If the name does not lead to something that can be called.
    ExportError
        If calling it fails, or gives no `nn.Module`.
    """
    package, colon, factory = name.partition(":")
    if not colon or not package or not factory:
        raise CallError(f"--module must be PACKAGE.MODULE:FACTORY, found '{name}'.")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        make: Any = importlib.import_module(package)
        for part in factory.split("."):
            make = getattr(make, part)
    except Exception as error:
        raise CallError(
            f"--module {name} cannot be imported: {first_line(error)}.",
            "The folder that holds the package must be the working folder, or on PYTHONPATH.",
        ) from error
    if isinstance(make, nn.Module):
        return make
    try:
        module = make()
    except Exception as error:
        raise ExportError(
            f"{name}() fails: {first_line(error)}.",
            "The factory takes no arguments: write a function that makes your model as it was trained.",
        ) from error
    if not isinstance(module, nn.Module):
        raise ExportError(f"{name}() gives {type(module).__name__}, expected a torch.nn.Module.")
    return module


def materialise(network: nn.Module, front_end: nn.Module | None, sample_rate: int, seconds: float) -> None:
    """Give lazy layers, if there are any, their shapes, by one run on a waveform.

    Raises
    ------
    ExportError
        If that fails, or leaves some without a shape.
    """
    if not _lazy(network):
        return
    waveform = torch.from_numpy(speech_like(round(seconds * sample_rate), sample_rate))[None]
    try:
        with torch.no_grad():
            network.eval()(waveform if front_end is None else front_end.eval()(waveform))
        why = ""
    except Exception as error:  # noqa: BLE001 - it is somebody's own code
        why = f": {first_line(error)}"
    left = _lazy(network)
    if why or left:
        named = ", ".join(f"'{name}'" for name in left[:4])
        raise ExportError(
            f"The model has lazy layers, which one run on {seconds:g} s of sound leaves without a shape "
            f"({named}){why}.",
            "Give them their sizes in the factory, or run the model once there.",
            code="export.lazy",
        )


def _lazy(network: nn.Module) -> list[str]:
    tensors = [*network.named_parameters(), *network.named_buffers()]
    return [name for name, tensor in tensors if torch.nn.parameter.is_lazy(tensor)]


def parse_front_end(spec: str | None, sample_rate: int) -> FeatureChain | None:
    """The front end that a spec such as `mfcc:n_mfcc=40|pool:mean,std` names; None for no spec."""
    if spec is None:
        return None
    from models.features.chain import parse_chain

    chain = parse_chain(spec, sample_rate)
    if chain.standardise is not None:
        raise CallError(
            f"The front end '{spec}' standardises, and its statistics are nowhere to be found.",
            "Standardise inside the model (a layer, or scikit-learn's StandardScaler).",
        )
    return chain


def load_module(
    name: str,
    weights: Path,
    labels: Sequence[str],
    sample_rate: int,
    *,
    frontend: str | None = None,
    trust_pickle: bool = False,
    seconds: float | None = None,
    dimensions: Sequence[str] = (),
    ranges: Sequence[tuple[float, float]] | None = None,
) -> TorchSource:
    """A module of one's own, with its weights, ready for export.

    Parameters
    ----------
    name : str
        PACKAGE.MODULE:FACTORY.
    weights : Path
        See `export.safety.read_tensors`.
    labels : sequence of str
        One for each logit, in order.
    sample_rate : int
        Of the waveform, in Hz.
    frontend : str, optional
        Spec of the features that the network takes; without it, it takes the waveform.
    seconds : float, optional
        The shortest waveform that it must take.
    dimensions : sequence of str
        In place of labels: the model is a regression, and gives a number for each.
    ranges : sequence of pairs, optional
        The scale of each dimension, or of all; by default 0 to 1.

    Raises
    ------
    ExportError
        With what is wrong: its factory, its weights, its number of logits.
    """
    labels = tuple(dimensions or labels)
    scales = full_ranges(labels, ranges) if dimensions else ()
    (check_dimensions if dimensions else check_labels)(labels)
    chain = parse_front_end(frontend, sample_rate)
    network = make_module(name)
    tensors = read_tensors(weights, trust_pickle=trust_pickle)
    shortest = max(seconds or 0.0, chain.minimum_seconds if chain is not None else 0.0)
    materialise(network, chain, sample_rate, max(PROBE_SECONDS, shortest))
    fit_weights(network, tensors, str(weights))
    network = network.float().eval()
    takes_voice = chain is None and voice_buffers(network)
    module = network if takes_voice and not scales else WaveformClassifier(network, chain).eval()
    facts = Facts(
        name=name.rpartition(":")[2],
        labels=labels,
        sample_rate=sample_rate,
        weights_sha256=files_sha256([weights]),
        shortest_seconds=shortest,
        ranges=scales,
    )
    with torch.inference_mode():
        probe(module, facts)
        if scales:
            check_scale(module, labels, scales, sample_rate, max(1.0, shortest))
    if scales:
        module = ValuesInRange(module, scales).eval()
    return TorchSource(facts, module)
