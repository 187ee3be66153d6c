"""The grammar of a front end in one line of text.

`mfcc:n_mfcc=40,delta=2+chroma|pool:mean,std,p90|standardise`: features joined by `+`, then steps behind `|`.
A feature or a step may have words behind `:`, separated by commas: `name=value` for a feature, bare words for
a step.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from models.errors import FeatureError

_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Term:
    """A name and the words behind its colon."""

    name: str
    words: tuple[str, ...]


def split_spec(spec: str) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The features and the steps that `spec` names, as they are written."""
    features, *steps = "".join(spec.split()).split("|")
    return tuple(_term(part, spec) for part in features.split("+")), tuple(
        _term(part, spec) for part in steps
    )


def _term(text: str, spec: str) -> Term:
    name, colon, words = text.partition(":")
    if not name:
        raise FeatureError(
            f"The front end '{spec}' lacks a name before or after one of '+', '|' and ':'.",
            "Write it like mfcc:n_mfcc=40,delta=2+rms|pool:mean,std.",
        )
    return Term(name, tuple(words.split(",")) if colon else ())


def read_values(term: Term, kinds: Mapping[str, Any]) -> dict[str, Any]:
    """The `name=value` words of a feature, each converted to the type that `kinds` gives for its name.

    Raises
    ------
    FeatureError
        If a word is no assignment, names no parameter or one twice, or has a value of another type.
    """
    values: dict[str, Any] = {}
    for word in term.words:
        name, equals, text = word.partition("=")
        if not equals or name not in kinds:
            raise FeatureError(f"{term.name} has no parameter '{name}'; it takes {', '.join(kinds)}.")
        if name in values:
            raise FeatureError(f"{term.name} has {name} twice.")
        values[name] = _value(term.name, name, text, kinds[name])
    return values


def parameters_of(params: type) -> dict[str, Any]:
    """Name and type of each field of a dataclass of parameters, the sample rate excepted."""
    hints = typing.get_type_hints(params)
    return {field.name: hints[field.name] for field in fields(params) if field.name != "sample_rate"}


def write_term(name: str, params: Any, more: Sequence[str] = ()) -> str:
    """The shortest text that gives `params` again: only what differs from the defaults."""
    words = []
    for field in fields(params):
        value = getattr(params, field.name)
        if field.name != "sample_rate" and value != field.default:
            words.append(f"{field.name}={_text(value)}")
    words += more
    return f"{name}:{','.join(words)}" if words else name


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "none" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def _value(feature: str, name: str, text: str, kind: Any) -> Any:
    expected = []
    for option in typing.get_args(kind) if _is_union(kind) else (kind,):
        if option is types.NoneType:
            expected.append("none")
            if text == "none":
                return None
        elif typing.get_origin(option) is typing.Literal:
            expected += typing.get_args(option)
            if text in typing.get_args(option):
                return text
        elif option is bool:
            expected.append("0 or 1")
            if text.lower() in _BOOLEANS:
                return _BOOLEANS[text.lower()]
        elif (number := _number(text, option)) is not None:
            return number
        else:
            expected.append("a whole number" if option is int else "a number")
    raise FeatureError(f"{feature} needs {' or '.join(expected)} for {name}, not '{text}'.")


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _number(text: str, kind: type) -> float | int | None:
    try:
        number = kind(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
