"""Inputs and outputs of a loaded graph, held against the model file's contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from desktop_app.inference.outputs import LOGITS, VALUES, answer_of
from desktop_app.inference.session import ModelSession
from export.errors import DynamicAxisError, LabelError, ParityError, ShapeError
from export.signals import speech_like

VOICE = ("voice_mean", "voice_std")


def check_interface(session: ModelSession, classes: int, manifest: Manifest | None = None) -> None:
    """Names, types and declared shapes of inputs and outputs, and one label for each logit.

    Raises
    ------
    ShapeError, DynamicAxisError, LabelError
    """
    waveform = _find(session.inputs, "waveform", "input")
    others = [tensor.name for tensor in session.inputs if tensor.name != "waveform"]
    if others:
        raise ShapeError(
            f"The graph wants the input '{others[0]}' besides 'waveform', and nothing is known to feed it.",
            "Give it an initializer, or compute it in the graph.",
        )
    _check_rank(waveform, "input", "[batch, samples]")
    for axis, size in zip(("batch", "samples"), waveform.shape, strict=True):
        if isinstance(size, int):
            raise DynamicAxisError(
                f"The axis '{axis}' of the input 'waveform' is fixed to {size}.",
                "Name both axes as dynamic when exporting.",
            )
    kind = VALUES if (manifest.dimensions if manifest else answer_of(session.outputs) == VALUES) else LOGITS
    logits = _find(session.outputs, kind, "output")
    _check_rank(logits, "output", "[batch, classes]" if kind == LOGITS else "[batch, dimensions]")
    for tensor in session.outputs:
        if tensor.name in {"embedding", "speaker"}:
            _check_rank(tensor, "output", "[batch, dim]")
    columns = logits.shape[1]
    if isinstance(columns, int) and columns != classes:
        named = f": {', '.join(manifest.labels)}" if manifest and len(manifest.labels) == classes else ""
        raise LabelError(
            f"The graph gives {columns} {kind} and there are {classes} labels{named}.",
            "Name the labels in the order in which the model was trained, one for each logit.",
        )


def _find(tensors: Sequence[Any], name: str, kind: str) -> Any:
    for tensor in tensors:
        if tensor.name == name:
            return tensor
    found = ", ".join(f"'{tensor.name}'" for tensor in tensors) or "none"
    raise ShapeError(f"The graph has no {kind} '{name}'; its {kind}s are {found}.")


def _check_rank(tensor: Any, kind: str, axes: str) -> None:
    if tensor.type != "tensor(float)":
        raise ShapeError(f"The {kind} '{tensor.name}' must be of type tensor(float), found {tensor.type}.")
    if len(tensor.shape) != 2:
        raise ShapeError(
            f"The {kind} '{tensor.name}' must have 2 axes {axes}, found {len(tensor.shape)}: {tensor.shape}."
        )


def check_voice(session: ModelSession, model: onnx.ModelProto, sample_rate: int) -> bool:
    """The default voice, given by name, gives the same logits; another voice gives others.

    Returns
    -------
    found : bool
        Whether the graph takes a voice profile at all.

    Raises
    ------
    ShapeError, ParityError
    """
    named = {tensor.name for tensor in session.optional_inputs} & set(VOICE)
    if not named:
        return False
    if len(named) < len(VOICE):
        raise ShapeError(
            f"The graph has the input '{named.pop()}' alone; a voice profile needs both, {VOICE}."
        )
    default = {
        tensor.name: onnx.numpy_helper.to_array(tensor)
        for tensor in model.graph.initializer
        if tensor.name in VOICE
    }
    wave: FloatArray = speech_like(sample_rate, sample_rate)[None]
    answer = answer_of(session.outputs)
    plain = session.run([answer], {"waveform": wave})[0]
    given = session.run([answer], {"waveform": wave, **default})[0]
    difference = float(np.abs(plain - given).max())
    if difference > 1e-6 * max(1.0, float(np.abs(plain).max())):
        raise ParityError(f"The default voice, given by name, changes the logits by {difference:.2g}.")
    other = {"voice_mean": default["voice_mean"] + 1, "voice_std": default["voice_std"]}
    if np.array_equal(plain, session.run([answer], {"waveform": wave, **other})[0]):
        raise ParityError(
            "Another voice profile changes nothing.", "The export took the voice for a constant."
        )
    return True
