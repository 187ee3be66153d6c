"""The manifest of a model file: what it is, how its logits are read, and the test that it must pass.

It is JSON under `metadata_props["emoscope.manifest"]` of the `.onnx` file; `manifest.schema.json` beside this
module describes it. This module knows nothing of ONNX Runtime, so that the exporter writes what the analyzer
reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ManifestError
from desktop_app.inference.manifest_rules import check, parse
from desktop_app.inference.self_test_signal import self_test_signal

__all__ = [
    "CLASSES",
    "DIMENSIONS",
    "FORMAT_VERSION",
    "MANIFEST_KEY",
    "Manifest",
    "ManifestError",
    "Metrics",
    "SelfTest",
    "TrainedOn",
    "self_test_signal",
]

FORMAT_VERSION: Final = 2
"""What is written; files of version 1 are read too."""
CLASSES: Final = "classes"
DIMENSIONS: Final = "dimensions"
MANIFEST_KEY: Final = "emoscope.manifest"


@dataclass(frozen=True, slots=True)
class TrainedOn:
    """What a model learnt from. `None` and an empty tuple mean: not known."""

    corpora: tuple[str, ...] = ()
    speakers: int | None = None
    split_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """How good a model is: fractions in 0..1, `None` where not measured.

    `extra` holds any further figures by name, such as a confidence interval (JSON values).
    """

    protocol: str
    uar: float | None = None
    accuracy: float | None = None
    ece: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Metrics:
        """From checked JSON values."""
        figures = {key: data[key] for key in ("uar", "accuracy", "ece")}
        return cls(
            protocol=data["protocol"],
            **{key: None if value is None else float(value) for key, value in figures.items()},
            extra={key: value for key, value in data.items() if key not in {"protocol", *figures}},
        )

    def data(self) -> dict[str, Any]:
        """As JSON values, in the order of the schema."""
        return {
            "protocol": self.protocol,
            "uar": self.uar,
            "accuracy": self.accuracy,
            "ece": self.ece,
            **self.extra,
        }


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A signal given by formula, and the logits [classes] that the model must answer within `tolerance`."""

    signal: str
    seconds: float
    logits: tuple[float, ...]
    tolerance: float

    def waveform(self, sample_rate: int) -> FloatArray:
        """The signal [samples] at `sample_rate`."""
        return self_test_signal(self.signal, self.seconds, sample_rate)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a model file says about itself. Field by field: see `manifest.schema.json`."""

    name: str
    labels: tuple[str, ...]
    sample_rate: int
    min_seconds: float
    max_seconds: float
    temperature: float
    abstain_below: float
    trained_on: TrainedOn
    metrics: Metrics
    licence: str
    created: str
    source_sha256: str
    self_test: SelfTest
    format_version: int = 1
    kind: str = CLASSES
    ranges: tuple[tuple[float, float], ...] = ()
    graph_sha256: str | None = None

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Parse and check; raises ManifestError naming the field, what was expected and what was found."""
        return cls.from_dict(parse(text))

    @classmethod
    def from_dict(cls, data: Any) -> Manifest:
        """Check a decoded manifest against the schema and the rules between fields."""
        check(data)
        return cls.from_checked(data)

    @classmethod
    def from_checked(cls, data: Mapping[str, Any]) -> Manifest:
        """The manifest that another process has checked, as `to_dict` gave it."""
        trained_on, self_test = data["trained_on"], data["self_test"]
        return cls(
            name=data["name"],
            labels=tuple(data["labels"]),
            sample_rate=int(data["sample_rate"]),
            min_seconds=float(data["min_seconds"]),
            max_seconds=float(data["max_seconds"]),
            temperature=float(data["temperature"]),
            abstain_below=float(data["abstain_below"]),
            trained_on=TrainedOn(
                corpora=tuple(trained_on["corpora"]),
                speakers=trained_on["speakers"],
                split_sha256=trained_on["split_sha256"],
            ),
            metrics=Metrics.of(data["metrics"]),
            licence=data["licence"],
            created=data["created"],
            source_sha256=data["source_sha256"],
            self_test=SelfTest(
                signal=self_test["signal"],
                seconds=float(self_test["seconds"]),
                logits=tuple(float(logit) for logit in self_test["logits"]),
                tolerance=float(self_test["tolerance"]),
            ),
            format_version=int(data["format_version"]),
            kind=data.get("kind", CLASSES),
            ranges=tuple((float(low), float(high)) for low, high in data.get("ranges", ())),
            graph_sha256=data.get("graph_sha256"),
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """The emotions that it answers with; empty for a model of dimensions."""
        return () if self.kind == DIMENSIONS else self.labels

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the values that it gives; empty for a model of classes."""
        return self.labels if self.kind == DIMENSIONS else ()

    def to_dict(self) -> dict[str, Any]:
        """The manifest as JSON values, in the order of the schema."""
        version_2 = {} if self.format_version == 1 else {"kind": self.kind, "graph_sha256": self.graph_sha256}
        return {
            "format_version": self.format_version,
            **version_2,
            "name": self.name,
            "labels": list(self.labels),
            **({"ranges": [list(ends) for ends in self.ranges]} if self.ranges else {}),
            "sample_rate": self.sample_rate,
            "min_seconds": self.min_seconds,
            "max_seconds": self.max_seconds,
            "temperature": self.temperature,
            "abstain_below": self.abstain_below,
            "trained_on": {
                "corpora": list(self.trained_on.corpora),
                "speakers": self.trained_on.speakers,
                "split_sha256": self.trained_on.split_sha256,
            },
            "metrics": self.metrics.data(),
            "licence": self.licence,
            "created": self.created,
            "source_sha256": self.source_sha256,
            "self_test": {
                "signal": self.self_test.signal,
                "seconds": self.self_test.seconds,
                "logits": list(self.self_test.logits),
                "tolerance": self.self_test.tolerance,
            },
        }

    def to_json(self) -> str:
        """The manifest as text. Raises ManifestError rather than write what `from_json` would refuse."""
        data = self.to_dict()
        Manifest.from_dict(data)
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)
