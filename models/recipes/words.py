"""What Pydantic finds wrong in a file, in the words of whoever wrote it."""

from __future__ import annotations

import reprlib
from typing import Any

from pydantic_core import ErrorDetails

_MAPPING = "it holds names with values, such as 'name: mine'"
_WORDS = {
    "extra_forbidden": "there is no such setting",
    "missing": "it must be there",
    "too_short": "it names one at least",
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dict_type": _MAPPING,
}
"""What Pydantic's errors mean to whoever wrote the file."""


def in_words(error: ErrorDetails) -> str:
    """The middle of a sentence that tells what is wrong."""
    kind, given = error["type"], error["input"]
    if kind in _WORDS:
        return _WORDS[kind]
    if kind == "tuple_type":
        return f"it is a list, such as [a, b], not {_shown(given)}"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    text = error["msg"].removeprefix("Input should be ")
    return f"it must be {text}, not {_shown(given)}"


def _shown(value: Any) -> str:
    """A value in a sentence: not all of a long one, nor of one that holds itself many times."""
    return reprlib.repr(value)
