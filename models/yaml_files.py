"""YAML that others wrote, and what is wrong with it in the words of whoever wrote it.

It is of a size and depth that a person writes, and without references that multiply.
"""

from __future__ import annotations

import re
import reprlib
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MOST_CHARACTERS: Final = 256_000
MOST_NODES: Final = 20_000
DEEPEST: Final = 32
_MERGE = "tag:yaml.org,2002:merge"
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


class _Loader(yaml.SafeLoader):
    """Counts what it composes; a reference counts as all that it stands for. No name is given twice."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._nodes = self._depth = 0
        self._weights: dict[int, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        reference = self.check_event(yaml.AliasEvent)
        mark = self.peek_event().start_mark
        before = self._nodes
        self._nodes += 1
        self._depth += 1
        if self._depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"it is nested more than {DEEPEST} deep", problem_mark=mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        if reference:
            if id(node) not in self._weights:
                raise yaml.MarkedYAMLError(problem="a reference stands for itself", problem_mark=mark)
            self._nodes += self._weights[id(node)]
        if self._nodes > MOST_NODES:
            raise yaml.MarkedYAMLError(
                problem=f"it holds more than {MOST_NODES:,} values, with those that references stand for",
                problem_mark=mark,
            )
        self._weights.setdefault(id(node), self._nodes - before)
        return node

    def compose_mapping_node(self, anchor: Any) -> Any:
        mapping = super().compose_mapping_node(anchor)
        names: set[tuple[str, str]] = set()
        for name, _ in mapping.value:
            if not isinstance(name, yaml.ScalarNode) or name.tag == _MERGE:
                continue
            if (name.tag, name.value) in names:
                raise yaml.MarkedYAMLError(
                    problem=f"{_shown(name.value)} is given twice", problem_mark=name.start_mark
                )
            names.add((name.tag, name.value))
        return mapping


def load_yaml(text: str) -> Any:
    """The values of a YAML text.

    Raises
    ------
    yaml.YAMLError
        Also for one that is too long, too deep, gives a name twice, or would unfold to more than a person
        writes.
    """
    if len(text) > MOST_CHARACTERS:
        raise yaml.YAMLError(f"it has {len(text):,} characters, and at most {MOST_CHARACTERS:,} are read")
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    except (ValueError, OverflowError, TypeError) as error:  # such as a number of five thousand digits
        raise yaml.YAMLError(f"a value cannot be read: {error}") from error
    finally:
        loader.dispose()


def yaml_problem(error: Exception) -> str:
    """What is wrong with a YAML text, and in which line, as the middle of a sentence."""
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    first = str(problem or error).strip().splitlines()[0] if str(error).strip() else "no details"
    return f"{first} (line {mark.line + 1})" if mark is not None else first


def is_plain(name: str) -> bool:
    """Whether a name that stands in such a file can be a file's, on any system."""
    return not re.search(r'[/\\\x00-\x1f:*?"<>|]', name) and not name.startswith(".")


def in_words(error: ErrorDetails) -> str:
    """What Pydantic finds wrong in a file, as the middle of a sentence."""
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
