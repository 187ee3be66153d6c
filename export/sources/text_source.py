"""A trained classifier of text, ready to become a graph: network, tokenizer, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from desktop_app.core.types import FloatArray
from desktop_app.inference.text_package import INPUTS, LOGITS
from export.errors import LabelError
from export.torch_export import DYNAMO, check_size, traced, without_notes
from export.verification.structure import serialize

SINGLE, MULTI = "single_label", "multi_label"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSource:
    """What is exported.

    Attributes
    ----------
    module : nn.Module
        (input_ids, attention_mask), both int64 [batch, tokens] -> logits [batch, emotions].
    tokenizer : str
        A tokenizer.json.
    tokens : callable
        Token numbers of a text, at most `max_tokens`, by the tokenizer that the network was trained with.
    counted : mapping
        For each class that the network was trained for the emotion it is counted for.
    labels : tuple of str
        The emotions, in the order of the logits.
    manifest : mapping
        Fields that its training knows.
    """

    name: str
    module: nn.Module
    tokenizer: str
    tokens: Callable[[str], Sequence[int]]
    counted: Mapping[str, str | None]
    problem: str
    languages: tuple[str, ...]
    max_tokens: int
    pad_token: int
    weights_sha256: str
    labels: tuple[str, ...]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def logits(self, tokens: Sequence[Sequence[int]]) -> FloatArray:
        """By the network itself, each text alone: [texts, emotions]."""
        with torch.inference_mode():
            rows = [
                self.module(ids := torch.tensor([list(numbers)]), torch.ones_like(ids))[0].float().numpy()
                for numbers in tokens
            ]
        return np.stack(rows)


def labels_of(counted: Mapping[str, str | None]) -> tuple[str, ...]:
    """The emotions, in the order in which the classes name them first."""
    return tuple(dict.fromkeys(emotion for emotion in counted.values() if emotion is not None))


class CountedAs(nn.Module):
    """Logits of classes [batch, classes] -> logits of emotions [batch, emotions].

    Of classes that exclude one another, an emotion has the sum of its classes' probabilities. Of classes of
    which each holds or not, it has the best of their probabilities, whose shares the softmax then gives: the
    logarithm of a sigmoid.
    """

    def __init__(self, counted: Mapping[str, str | None], problem: str) -> None:
        super().__init__()
        self.multi = problem == MULTI
        classes = list(counted)
        self.members = [
            [number for number, name in enumerate(classes) if counted[name] == label]
            for label in labels_of(counted)
        ]
        self.plain = not self.multi and self.members == [[number] for number in range(len(classes))]

    def forward(self, logits: Tensor) -> Tensor:
        if self.plain:
            return logits
        if self.multi:
            logits = -nn.functional.softplus(-logits)  # the logarithm of the sigmoid, however far from zero
            columns = [logits[:, rows].amax(dim=1) for rows in self.members]
        else:
            columns = [
                logits[:, rows[0]] if len(rows) == 1 else torch.logsumexp(logits[:, rows], dim=1)
                for rows in self.members
            ]
        return torch.stack(columns, dim=1)


def text_graph(module: nn.Module, pad_token: int, exporter: str) -> bytes:
    """The ONNX file of a module that takes token numbers and a mask, without a manifest.

    Raises
    ------
    ExportError
        If the exporter fails, or the weights are more than one file can hold.
    """
    check_size(module, "Take a smaller one.")
    ids = torch.full((2, 11), pad_token, dtype=torch.int64)
    ids[:, :7] = torch.arange(7) + 1
    mask = (torch.arange(11)[None] < torch.tensor([[11], [7]])).long()
    axes = {0: "batch", 1: "tokens"}
    shapes: dict[str, Any] = {"dynamic_axes": {**dict.fromkeys(INPUTS, axes), LOGITS: {0: "batch"}}}
    if exporter == DYNAMO:
        dims = {0: torch.export.Dim("batch", min=1, max=256), 1: torch.export.Dim("tokens", min=2, max=8192)}
        shapes = {"dynamic_shapes": (dims, dims)}
    arguments = dict(zip(INPUTS, (ids, mask), strict=True))
    model = traced(module.eval(), arguments, [LOGITS], exporter, shapes)
    for value in model.graph.input:
        for dim, axis in zip(value.type.tensor_type.shape.dim, axes.values(), strict=True):
            dim.dim_param = axis
    model.graph.output[0].type.tensor_type.shape.dim[0].dim_param = "batch"
    without_notes(model)
    return serialize(model)


def check_classes(labels: Sequence[str], classes: int) -> None:
    """Raise LabelError if a network has another number of classes than there are labels."""
    if len(labels) != classes:
        raise LabelError(
            f"The model gives {classes} logits and there are {len(labels)} labels: {', '.join(labels)}.",
            "Name one label for each logit, in the order of training.",
        )
