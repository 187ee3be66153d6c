"""The manifest of a text model: which emotions it tells, of which languages, and the test that it must pass.

It is JSON under the same key as a voice model's; `text_manifest.schema.json` beside this module describes it.
Like `manifest` it knows nothing of ONNX Runtime, nor of tokenizers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.manifest import FORMAT_VERSION, Metrics
from desktop_app.inference.manifest_rules import TEXT, check_date, check_schema, parse

SCHEMA_PATH: Final = Path(__file__).with_name("text_manifest.schema.json")
TOKENIZER_KEY: Final = "emoscope.tokenizer"
"""Key of the metadata that holds a tokenizer.json."""
SELF_TEST_TEXT: Final = "I can't believe you did this to me, and I am so glad to see you again!"
"""What a model is tried with, unless its manifest names another sentence."""


@dataclass(frozen=True, slots=True)
class TextsTrainedOn:
    """What a text model learnt from. `None` and an empty tuple mean: not known."""

    corpora: tuple[str, ...] = ()
    texts: int | None = None
    split_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class TextSelfTest:
    """A sentence, the tokens it must become, and the logits [labels] they must give within `tolerance`."""

    text: str
    tokens: tuple[int, ...]
    logits: tuple[float, ...]
    tolerance: float


@dataclass(frozen=True, slots=True)
class TextManifest:
    """Everything a text model says about itself. Field by field: see `text_manifest.schema.json`."""

    name: str
    labels: tuple[str, ...]
    source_labels: Mapping[str, str | None]
    problem: str
    languages: tuple[str, ...]
    max_tokens: int
    pad_token: int
    temperature: float
    trained_on: TextsTrainedOn
    metrics: Metrics
    licence: str
    created: str
    source_sha256: str
    graph_sha256: str
    tokenizer_sha256: str
    self_test: TextSelfTest

    @classmethod
    def from_json(cls, text: str | bytes) -> TextManifest:
        """Parse and check.

        Raises
        ------
        ManifestError
            Naming the field, what was expected and what was found.
        ModelError
            If it is the manifest of a model that hears a voice (`model.not_text`).
        """
        return cls.from_dict(parse(text))

    @classmethod
    def from_dict(cls, data: Any) -> TextManifest:
        """Check a decoded manifest; raises as `from_json`."""
        if isinstance(data, dict) and data.get("kind") != TEXT:
            raise ModelError(
                "it is a voice model: it hears and reads no words",
                "Give it with --model, and a text model with --text-model.",
                field="kind",
                code="model.not_text",
            )
        check_schema(data, SCHEMA_PATH)
        _check_between_fields(data)
        trained_on, test = data["trained_on"], data["self_test"]
        return cls(
            name=data["name"],
            labels=tuple(data["labels"]),
            source_labels=dict(data["source_labels"]),
            problem=data["problem"],
            languages=tuple(data["languages"]),
            max_tokens=int(data["max_tokens"]),
            pad_token=int(data["pad_token"]),
            temperature=float(data["temperature"]),
            trained_on=TextsTrainedOn(
                tuple(trained_on["corpora"]), trained_on["texts"], trained_on["split_sha256"]
            ),
            metrics=Metrics.of(data["metrics"]),
            licence=data["licence"],
            created=data["created"],
            source_sha256=data["source_sha256"],
            graph_sha256=data["graph_sha256"],
            tokenizer_sha256=data["tokenizer_sha256"],
            self_test=TextSelfTest(
                test["text"],
                tuple(int(token) for token in test["tokens"]),
                tuple(float(logit) for logit in test["logits"]),
                float(test["tolerance"]),
            ),
        )

    def reads(self, language: str) -> bool:
        """Whether text in `language`, a code such as ``en``, is answered; not known is taken for yes."""
        return not self.languages or not language or language in self.languages

    def to_dict(self) -> dict[str, Any]:
        """The manifest as JSON values, in the order of the schema."""
        return {
            "format_version": FORMAT_VERSION,
            "kind": TEXT,
            "graph_sha256": self.graph_sha256,
            "tokenizer_sha256": self.tokenizer_sha256,
            "name": self.name,
            "labels": list(self.labels),
            "source_labels": dict(self.source_labels),
            "problem": self.problem,
            "languages": list(self.languages),
            "max_tokens": self.max_tokens,
            "pad_token": self.pad_token,
            "temperature": self.temperature,
            "trained_on": {**asdict(self.trained_on), "corpora": list(self.trained_on.corpora)},
            "metrics": self.metrics.data(),
            "licence": self.licence,
            "created": self.created,
            "source_sha256": self.source_sha256,
            "self_test": {
                "text": self.self_test.text,
                "tokens": list(self.self_test.tokens),
                "logits": list(self.self_test.logits),
                "tolerance": self.self_test.tolerance,
            },
        }

    def to_json(self) -> str:
        """The manifest as text. Raises ManifestError rather than write what `from_json` would refuse."""
        data = self.to_dict()
        TextManifest.from_dict(data)
        return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)


def _check_between_fields(data: dict[str, Any]) -> None:
    labels = data["labels"]
    logits = len(data["self_test"]["logits"])
    if logits != len(labels):
        raise ManifestError(
            f"The manifest field 'self_test.logits' must have one number for each of the {len(labels)} "
            f"labels, found {logits}.",
            field="self_test.logits",
        )
    counted = {label for label in data["source_labels"].values() if label is not None}
    if counted != set(labels):
        other = sorted(counted ^ set(labels))[0]
        raise ManifestError(
            f"The manifest fields 'labels' and 'source_labels' must name the same labels; '{other}' stands "
            "in one of them only.",
            field="source_labels",
        )
    if len(data["self_test"]["tokens"]) > data["max_tokens"]:
        raise ManifestError(
            "The manifest field 'self_test.tokens' must have at most 'max_tokens' entries.",
            field="self_test.tokens",
        )
    check_date(data["created"])
