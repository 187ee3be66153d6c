"""The rules of the manifest, and the sentences that tell a person which one is broken."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from desktop_app.inference.errors import ManifestError

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

SCHEMA_PATH: Final = Path(__file__).with_name("manifest.schema.json")
TEXT: Final = "text"
"""The kind of model that reads what was said; its manifest has a schema of its own (`text_manifest`)."""
_A_DATE: Final = "an ISO date such as 2026-01-31"
MOST_CHARACTERS: Final = 1_000_000
MOST_SAMPLES: Final = {"max_seconds": 30_000_000, "self_test.seconds": 3_000_000}
"""Samples that a field in seconds may make at the model's rate: what one run holds in memory."""
_DEEPEST: Final = 32


def parse(text: str | bytes) -> Any:
    """Decode JSON, refusing a field that is named twice, and more text than any manifest has."""
    if len(text) > MOST_CHARACTERS:
        raise ManifestError(
            f"The manifest has {len(text):,} characters, and at most {MOST_CHARACTERS:,} are read."
        )

    def no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twin = next(key for key in keys if keys.count(key) > 1)
            raise ManifestError(f"The manifest names the field '{twin}' twice.", field=twin)
        return found

    try:
        return json.loads(text, object_pairs_hook=no_twins)
    except json.JSONDecodeError as error:
        raise ManifestError(
            f"The manifest is not JSON: {error.msg.lower()} at line {error.lineno}, column {error.colno}."
        ) from error
    except RecursionError as error:
        raise ManifestError("The manifest is not JSON that can be read: it is nested too deeply.") from error
    except UnicodeDecodeError as error:
        raise ManifestError("The manifest is not JSON text in UTF-8.") from error
    except ValueError as error:
        raise ManifestError("The manifest holds a number of too many digits.") from error


def check(data: Any) -> None:
    """Raise ManifestError for the first rule that a decoded manifest of a voice model breaks."""
    if isinstance(data, dict) and data.get("kind") == TEXT:
        raise ManifestError(
            "it is a text model: it reads what was said and hears nothing",
            "Give it with --text-model, beside --words, and choose a voice model here.",
            field="kind",
            code="model.text",
        )
    check_schema(data, SCHEMA_PATH)
    _check_between_fields(data)


@cache
def _schema(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def check_schema(data: Any, path: Path) -> None:
    """Raise ManifestError for the first rule of the schema in `path` that a decoded manifest breaks."""
    _check_finite(data, "")
    from jsonschema import Draft202012Validator  # 50 ms to import, so only where a manifest is read

    # Another version of the format explains every other difference, so it is told first; then outer fields.
    errors: list[ValidationError] = sorted(
        Draft202012Validator(_schema(path)).iter_errors(data),
        key=lambda e: (list(e.absolute_path) != ["format_version"], len(e.absolute_path)),
    )
    if errors:
        raise _explain(errors[0], errors[1:])


_TYPE_NAMES: Final = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "null": "null",
}
_EXPECTED: Final = {
    "const": "be {}",
    "minimum": "be at least {}",
    "maximum": "be at most {}",
    "exclusiveMinimum": "be greater than {}",
    "minItems": "have at least {} entries",
    "maxItems": "have at most {} entries",
    "uniqueItems": "have no entry twice",
    "minLength": "not be empty",
    "maxLength": "have at most {} characters",
    "maxProperties": "have at most {} fields",
}


def _expected(rule: str, limit: Any, name: str) -> str:
    """What a rule of the schema asks for, as the end of "The field must"."""
    if rule == "type":
        kinds = [limit] if isinstance(limit, str) else limit
        return "be " + " or ".join(_TYPE_NAMES.get(kind, kind) for kind in kinds)
    if rule == "enum":
        return "be " + " or ".join(shown(value) for value in limit)
    if rule == "pattern":
        if "[0-9a-f]{64}" in limit:
            return "be a SHA-256 in 64 lower-case hexadecimal digits"
        return "be " + (_A_DATE if name == "created" else "a text without line breaks or spaces at its ends")
    return _EXPECTED.get(rule, f"fulfil {rule} {{}}").format(limit)


_LIMITS: Final = ("minimum", "maximum")


def _out_of_limits(error: ValidationError) -> str:
    """A number with both of its limits, as the middle of a sentence; empty for any other error."""
    rules = cast(dict[str, Any], error.schema)
    if error.validator not in _LIMITS or not all(limit in rules for limit in _LIMITS):
        return ""
    low, high = (f"{rules[limit]:.12g}" for limit in _LIMITS)
    return f"'{_name(error)}' must be from {low} to {high}, found {shown(error.instance)}"


def _name(error: ValidationError) -> str:
    name = ""
    for part in error.absolute_path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else str(part)
    return name


def _explain(error: ValidationError, others: Sequence[ValidationError] = ()) -> ManifestError:
    """Say a schema error in one sentence: field, what was expected, what was found.

    Numbers out of their limits are told together: one often follows from the other.
    """
    rule, limit, found = str(error.validator), cast(Any, error.validator_value), cast(Any, error.instance)
    name = _name(error)
    if rule == "required":
        missing = next(key for key in limit if key not in found)
        name = f"{name}.{missing}" if name else missing
        return ManifestError(f"The manifest field '{name}' is missing.", field=name)
    if rule == "additionalProperties":
        known = cast(dict[str, Any], error.schema).get("properties", {})
        unknown = next(key for key in found if key not in known)
        name = f"{name}.{unknown}" if name else str(unknown)
        return ManifestError(
            f"The manifest field '{name}' is not one that this version of the program knows.", field=name
        )
    if not name:
        return ManifestError(f"The manifest must be a JSON object, found {shown(found)}.")
    if told := _out_of_limits(error):
        told = ", and ".join([told, *filter(None, map(_out_of_limits, others[:2]))])
        return ManifestError(f"The manifest field {told}.", field=name)
    return ManifestError(
        f"The manifest field '{name}' must {_expected(rule, limit, name)}, found {shown(found)}.", field=name
    )


def _check_finite(value: Any, name: str, depth: int = 0) -> None:
    """Refuse infinity and NaN anywhere: 1e999 is valid JSON, and extra metrics have no schema."""
    if depth > _DEEPEST:
        raise ManifestError("The manifest is nested too deeply.", field=name.partition(".")[0])
    if isinstance(value, float) and not math.isfinite(value):
        raise ManifestError(
            f"The manifest field '{name}' must be a finite number, found {value}.", field=name
        )
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_finite(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _check_finite(inner, f"{name}[{index}]", depth + 1)


_OF_VERSION_2: Final = ("kind", "graph_sha256")
_NOTHING_TO_DIVIDE: Final = {"temperature": 1, "abstain_below": 0}
"""What a model of dimensions says of probabilities."""


def _check_version(data: dict[str, Any]) -> None:
    """The fields of each version and kind, no more and no less."""
    for field in (*_OF_VERSION_2, "ranges"):
        if data["format_version"] == 1 and field in data:
            raise ManifestError(
                f"The manifest field '{field}' is not one that format version 1 knows.", field=field
            )
    if data["format_version"] == 1:
        kind = "classes"
    else:
        for field in _OF_VERSION_2:
            if field not in data:
                raise ManifestError(f"The manifest field '{field}' is missing.", field=field)
        kind = data["kind"]
    labels = len(data["labels"])
    if kind == "classes":
        if labels < 2:
            raise ManifestError(
                f"The manifest field 'labels' must have at least 2 entries, found {shown(data['labels'])}.",
                field="labels",
            )
        if "ranges" in data:
            raise ManifestError(
                "The manifest field 'ranges' is for a model of the kind 'dimensions'.", field="ranges"
            )
        return
    _check_dimensions(data)


def _check_dimensions(data: dict[str, Any]) -> None:
    """What only the kind `dimensions` says, and what it has none of."""
    labels = len(data["labels"])
    if len(data.get("ranges", ())) != labels:
        raise ManifestError(
            f"The manifest field 'ranges' must have one entry for each of the {labels} labels, found "
            f"{len(data.get('ranges', ()))}.",
            field="ranges",
        )
    for index, (low, high) in enumerate(data["ranges"]):
        if not low < high:
            raise ManifestError(
                f"The manifest field 'ranges[{index}]' must begin with the lower end, found "
                f"{shown(data['ranges'][index])}.",
                field=f"ranges[{index}]",
            )
    for field, value in _NOTHING_TO_DIVIDE.items():
        if data[field] != value:
            raise ManifestError(
                f"The manifest field '{field}' must be {value} for a model of the kind 'dimensions', which "
                f"has no probabilities, found {shown(data[field])}.",
                field=field,
            )
    for index, value in enumerate(data["self_test"]["logits"]):
        if not 0 <= value <= 1:
            raise ManifestError(
                f"The manifest field 'self_test.logits[{index}]' must be from 0 to 1 for a model of the kind "
                f"'dimensions', found {shown(value)}.",
                field=f"self_test.logits[{index}]",
            )


def _check_between_fields(data: dict[str, Any]) -> None:
    _check_version(data)
    if data["min_seconds"] >= data["max_seconds"]:
        raise ManifestError(
            f"The manifest field 'min_seconds' must be less than 'max_seconds' ({data['max_seconds']}), "
            f"found {data['min_seconds']}.",
            field="min_seconds",
        )
    for field, most in MOST_SAMPLES.items():
        seconds = data["self_test"]["seconds"] if "." in field else data[field]
        if seconds * data["sample_rate"] > most:
            raise ManifestError(
                f"The manifest field '{field}' must be at most {most / data['sample_rate']:g} at "
                f"{data['sample_rate']} Hz ({most:,} samples), found {shown(seconds)}.",
                field=field,
            )
    logits, labels = len(data["self_test"]["logits"]), len(data["labels"])
    if logits != labels:
        raise ManifestError(
            f"The manifest field 'self_test.logits' must have one number for each of the {labels} labels, "
            f"found {logits}.",
            field="self_test.logits",
        )
    check_date(data["created"])


def check_date(created: str) -> None:
    """Raise ManifestError for a field `created` that is no date."""
    try:
        datetime.fromisoformat(created)
    except ValueError:
        raise ManifestError(
            f"The manifest field 'created' must be {_A_DATE}, found {shown(created)}.",
            field="created",
        ) from None


def shown(value: Any) -> str:
    """A value as a person may read it in a sentence, cut to a bearable length."""
    if isinstance(value, str):
        return repr(f"{value[:57]}..." if len(value) > 60 else value)
    if isinstance(value, dict):
        return "an object"
    text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"{text[:57]}..." if len(text) > 60 else text
