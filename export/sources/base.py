"""What every source of a trained model is, seen from the export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from desktop_app.core.types import EmoscopeError, FloatArray
from export.errors import LabelError, ParityError, ShapeError
from export.safety import first_line
from export.signals import speech_like
from export.torch_export import EXPORTERS, export_graph, reference_of

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
    waveform that its front end takes, `longest_seconds` the longest that it hears whole.
    """

    name: str
    labels: tuple[str, ...]
    sample_rate: int
    weights_sha256: str
    manifest: Mapping[str, Any] = field(default_factory=dict)
    shortest_seconds: float = 0.0
    longest_seconds: float | None = None


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
        """[batch, samples] -> [batch, classes], by the model itself."""


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
        return export_graph(self.module, self.facts.sample_rate, exporter, shortest_seconds=shortest)

    def logits(self, waveform: FloatArray) -> FloatArray:
        return reference_of(self.module)(waveform)


def check_labels(labels: Sequence[str]) -> None:
    """Raise LabelError if the labels cannot name classes."""
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
        If it fails, gives no logits for each waveform, another number of them than there are labels, or NaN.
    """
    shortest = max(facts.shortest_seconds, MIN_SECONDS)
    for length in (shortest, max(shortest, PROBE_SECONDS)):
        waves = np.stack(
            [speech_like(round(length * facts.sample_rate), facts.sample_rate, k) for k in range(2)]
        )
        try:
            logits = reference_of(module)(waves)
        except EmoscopeError:
            raise
        except Exception as error:
            raise ShapeError(
                f"The model itself fails on a waveform {list(waves.shape)} ({length:g} s at "
                f"{facts.sample_rate} Hz): {first_line(error)}",
                hint,
            ) from error
        if logits.ndim != 2 or len(logits) != len(waves):
            raise ShapeError(
                f"The model gives {list(logits.shape)} for two waveforms, expected [2, classes].",
                "Its forward must return logits [batch, classes], or (logits, embedding).",
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
