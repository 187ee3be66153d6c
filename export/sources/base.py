"""What every source of a trained model is, seen from the export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import FORMAT_VERSION
from desktop_app.inference.outputs import known_outputs
from export.errors import LabelError, ParityError, ShapeError
from export.safety import first_line
from export.signals import kinds, speech_like
from export.torch_export import EXPORTERS, OUTPUTS, export_graph, reference_of
from export.verification.verify import TOLERANCE

if TYPE_CHECKING:
    from torch import nn

PROBE_SECONDS = 2.0
MIN_SECONDS = 0.25
"""The shortest speech that a model is asked to rate, unless more is known of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a trained model before it is exported.

    `name` is what it is called where the person names nothing else; `manifest` holds the fields of the
    manifest that its training knows (temperature, licence, metrics, ...); `shortest_seconds` is the shortest
    waveform that its front end takes, `longest_seconds` the longest that it hears whole; `tolerance` is the
    largest difference of logits that its arithmetic excuses between two ways to compute it. A regression has
    `ranges`: then `labels` name its dimensions, and it gives values in [0, 1].
    """

    name: str
    labels: tuple[str, ...]
    sample_rate: int
    weights_sha256: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    shortest_seconds: float = 0.0
    longest_seconds: float | None = None
    tolerance: float = TOLERANCE
    ranges: tuple[tuple[float, float], ...] = ()


class Source(Protocol):
    """A trained model that can become a graph."""

    @property
    def facts(self) -> Facts:
        """What is known of it."""

    @property
    def exporters(self) -> Sequence[str]:
        """The exporters to try, the most promising first."""

    def graph(self, exporter: str) -> bytes:
        """The ONNX file by contract 1, without a manifest. Raises ExportError."""

    def logits(self, waveform: FloatArray) -> FloatArray:
        """[batch, samples] -> [batch, classes] or values [batch, dimensions], by the model itself."""


@dataclass(frozen=True, slots=True)
class TorchSource:
    """A torch module: waveform [batch, samples] -> logits, or (logits, embedding)."""

    facts: Facts
    module: nn.Module

    @property
    def exporters(self) -> Sequence[str]:
        return EXPORTERS

    def graph(self, exporter: str) -> bytes:
        shortest = self.facts.shortest_seconds
        outputs = known_outputs(FORMAT_VERSION, dimensions=True) if self.facts.ranges else OUTPUTS
        return export_graph(
            self.module, self.facts.sample_rate, exporter, outputs=outputs, shortest_seconds=shortest
        )

    def logits(self, waveform: FloatArray) -> FloatArray:
        return reference_of(self.module)(waveform)


_NO_NAME = re.compile(r"(?:label|class)?[ _-]?[+-]?\d+(?:\.\d*)?", re.IGNORECASE)
MOST_CHARACTERS = 200
"""Of a label: what a window, a table and the manifest have room for."""
_NAME_THEM = "Name them in the order of training: --labels neutral,happy,..."


def nameless(labels: Sequence[str]) -> bool:
    """Whether the labels only count, as LABEL_0 or 0 do."""
    return bool(labels) and all(_NO_NAME.fullmatch(label.strip()) for label in labels)


def check_labels(labels: Sequence[str]) -> None:
    """Raise LabelError if the labels cannot name classes."""
    if nameless(labels):
        raise LabelError(
            f"The {len(labels)} classes have numbers and no names: {', '.join(labels[:4])}"
            f"{', ...' if len(labels) > 4 else ''}.",
            _NAME_THEM,
            code="export.labels.numbers",
        )
    for number, label in enumerate(labels, 1):
        if len(label) > MOST_CHARACTERS or any(ord(c) < 32 for c in label):
            begin = repr(label[:40]) + ("..." if len(label) > 40 else "")
            raise LabelError(
                f"Label {number} of {len(labels)} must be a text of at most {MOST_CHARACTERS} characters in "
                f"one line, found {begin} ({len(label)} characters).",
                _NAME_THEM,
            )
    if len(labels) < 2:
        raise LabelError(
            f"A model needs at least two labels, found {len(labels)}: {', '.join(labels) or 'none'}."
        )
    if not all(label.strip() for label in labels):
        raise LabelError(
            f"Label {[not x.strip() for x in labels].index(True) + 1} of {len(labels)} is empty."
        )
    twins = sorted({label for label in labels if list(labels).count(label) > 1})
    if twins:
        raise LabelError(f"The label '{twins[0]}' stands twice among {', '.join(labels)}.")


FEED_HINT = (
    "It must take [batch, samples], or the features of --frontend; "
    "if it needs longer waveforms, say how long with --min-seconds."
)


def probe(module: nn.Module, facts: Facts, hint: str = FEED_HINT) -> None:
    """Run the module itself, before any export is blamed for what it does.

    `hint` says what to do where it fails.

    Raises
    ------
    ShapeError, LabelError, ParityError
        If it fails, gives no logits for each waveform, another number of them than there are labels, NaN,
        something else a second time, or scores of which each stands for itself.
    """
    shortest = max(facts.shortest_seconds, MIN_SECONDS)
    for length in (shortest, max(shortest, PROBE_SECONDS)):
        waves = np.stack(
            [speech_like(round(length * facts.sample_rate), facts.sample_rate, k) for k in range(2)]
        )
        logits = _answer(module, waves, facts, hint)
        if logits.ndim != 2 or len(logits) != len(waves):
            raise ShapeError(
                f"The model gives {list(logits.shape)} for two waveforms, expected [2, classes].",
                "Its forward must return logits [batch, classes], or (logits, embedding).",
            )
        if logits.shape[1] != len(facts.labels) and facts.ranges:
            raise LabelError(
                f"The model gives {logits.shape[1]} numbers and there are {len(facts.labels)} dimensions: "
                f"{', '.join(facts.labels)}.",
                "Name one dimension for each number, in the order of training.",
            )
        if logits.shape[1] != len(facts.labels):
            raise LabelError(
                f"The model gives {logits.shape[1]} logits and there are {len(facts.labels)} labels: "
                f"{', '.join(facts.labels)}.",
                "Name one label for each logit, in the order of training.",
            )
        if not np.isfinite(logits).all():
            raise ParityError(
                f"The model itself gives logits that are not finite on {length:g} s of noise.",
                "Its weights or its normalisation are broken.",
            )
        _check_repeats(logits, _answer(module, waves, facts, hint))
    if not facts.ranges:
        _refuse_scores(module, facts, max(shortest, 1.0))


def _answer(module: nn.Module, waves: FloatArray, facts: Facts, hint: str) -> FloatArray:
    try:
        return reference_of(module)(waves)
    except EmoscopeError:
        raise
    except Exception as error:
        seconds = waves.shape[1] / facts.sample_rate
        raise ShapeError(
            f"The model itself fails on a waveform {list(waves.shape)} ({seconds:g} s at "
            f"{facts.sample_rate} Hz): {first_line(error)}",
            hint,
        ) from error


def _check_repeats(first: FloatArray, second: FloatArray) -> None:
    """Raise ParityError for a model that differs from itself, which no exporter could write."""
    apart = float(np.abs(first - second).max())
    if not apart <= 1e-5 * max(1.0, float(np.abs(first).max())):
        raise ParityError(
            f"The model itself gives other logits when it hears the same waveform again, by {apart:.2g}.",
            "It draws random numbers, such as in a dropout that is on whatever model.eval() says "
            "(nn.functional.dropout needs training=self.training), or keeps something between two calls.",
            code="export.not_repeatable",
        )


def _refuse_scores(module: nn.Module, facts: Facts, seconds: float) -> None:
    """Raise LabelError for a model whose classes do not exclude each other: a softmax would make up figures.

    What computes the answer tells: a sigmoid. Where that cannot be seen, each of the answers to all kinds of
    sound lies between 0 and 1, and they do not add up to 1.
    """
    from export.torch_export import last_operation

    samples = round(seconds * facts.sample_rate)
    last = last_operation(module, speech_like(samples, facts.sample_rate)[None])
    if last in _LOGITS:
        return
    if last not in _SIGMOIDS:
        sounds = kinds(samples, facts.sample_rate).values()
        rows = np.concatenate([_answer(module, wave[None], facts, "") for wave in sounds])
        if not (rows.min() >= 0 and rows.max() <= 1) or np.allclose(rows.sum(axis=1), 1.0, atol=1e-3):
            return
    raise LabelError(
        "The model gives a score between 0 and 1 for each class by itself (a sigmoid), not logits of classes "
        "of which one holds.",
        "The analyzer shows one emotion out of several. If exactly one holds in each clip, train it with "
        "cross-entropy and without the sigmoid.",
        code="export.labels.scores",
    )


_SIGMOIDS = {"Sigmoid", "Hardsigmoid"}
_LOGITS = {"Addmm", "Mm", "Bmm", "Convolution", "LogSoftmax", "Softmax", "SoftmaxBase"}
"""What gives any number, or (a softmax) is told by its own sentence later."""
