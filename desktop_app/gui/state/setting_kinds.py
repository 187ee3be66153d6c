"""The types of settings: which values each takes, and how they are read from JSON."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop_app.core.channel_choice import ChannelChoice, Hear
from desktop_app.core.errors import CallError
from desktop_app.core.label_set import check_labels
from desktop_app.gui.state.shortcuts import normal_keys

_LONGEST_TEXT = 4096


class Kind(Protocol):
    """What a setting may hold."""

    def read(self, value: Any) -> Any:
        """The setting's value of a JSON value. Raises ValueError if it is none; the message says what is."""


@dataclass(frozen=True, slots=True)
class Switch:
    """True or False."""

    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true or false")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, each with the text that the window shows."""

    options: tuple[tuple[str, str], ...]

    def read(self, value: Any) -> str:
        values = [option for option, _ in self.options]
        if not isinstance(value, str) or value not in values:
            raise ValueError(f"one of {', '.join(repr(option) for option in values)}")
        return value


@dataclass(frozen=True, slots=True)
class Text:
    """A name or a path; empty for the default."""

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) >= _LONGEST_TEXT or "\0" in value:
            raise ValueError(f"a text of less than {_LONGEST_TEXT} characters")
        return value


class File(Text):
    """The path of a file; empty for the one of the program."""


class Document(Text):
    """The path of a file that is made elsewhere; empty for none."""


class Folder(Text):
    """The path of a folder; empty for none."""


class Device(Text):
    """The name of a microphone; empty for the system's default one."""


@dataclass(frozen=True, slots=True)
class Names:
    """The first `most` file names of a list."""

    most: int

    def read(self, value: Any) -> list[str]:
        if not isinstance(value, list):
            raise ValueError("a list of file names")
        return [entry for entry in value if isinstance(entry, str) and "\0" not in entry][: self.most]


@dataclass(frozen=True, slots=True)
class Level:
    """Decibels within a range, in whole steps, or None."""

    lowest: int
    highest: int

    def read(self, value: Any) -> float | None:
        if value is None:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not self.lowest <= value <= self.highest:  # not a number is in no range
            raise ValueError(f"null, or decibels between {self.lowest} and {self.highest}")
        return float(round(value))


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number from 0 on."""

    def read(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 1_000_000:
            raise ValueError("a whole number from 0 on")
        return value


@dataclass(frozen=True, slots=True)
class Place:
    """Where the window stood: x, y, width, height in pixels; None for the usual place."""

    def read(self, value: Any) -> tuple[int, int, int, int] | None:
        if value is None:
            return None
        numbers = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 4
        if (
            not numbers
            or not all(isinstance(each, int) and not isinstance(each, bool) for each in value)
            or not all(200 <= each <= 20000 for each in value[2:])
            or not all(abs(each) <= 50000 for each in value[:2])
        ):
            raise ValueError("null, or x, y, width and height of a window")
        return value[0], value[1], value[2], value[3]


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that can be heard at a time, as `ChannelChoice.parse` reads it."""

    def read(self, value: Any) -> str:
        try:
            choice = ChannelChoice.parse(value) if isinstance(value, str) else None
        except CallError:
            choice = None
        if choice is None or choice.hear is Hear.EACH:
            raise ValueError("auto, mix, left, right or the number of a channel")
        return str(choice)


@dataclass(frozen=True, slots=True)
class Labels:
    """Emotions that may be answers; none for all of the model's."""

    def read(self, value: Any) -> list[str]:
        names = isinstance(value, list) and all(isinstance(label, str) for label in value)
        try:
            if names and value:
                check_labels(value)
        except CallError as error:
            raise ValueError("two or more different emotions") from error
        if not names:
            raise ValueError("a list of emotions")
        return list(value)


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """Keys by the name of a command, empty for none; commands that are not named have their usual ones."""

    def read(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(
            isinstance(name, str) and isinstance(keys, str) for name, keys in value.items()
        ):
            raise ValueError("keys such as 'Ctrl+O' by the names of commands")
        found = {}
        for name, keys in value.items():
            with contextlib.suppress(ValueError):  # keys that are none cost no others
                found[name] = normal_keys(keys)
        return found
