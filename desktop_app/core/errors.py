"""What all failures that are told to a person have in common. Imports nothing, so that parsers may use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class EmoscopeError(Exception):
    """A failure to be told to a person: one plain sentence, and what to do about it.

    Parameters
    ----------
    code : str, optional
        A stable name of this kind of failure, such as ``audio.not_found``, for programs that read results
        and for translations. By default the `default_code` of the class.
    fields : mapping, optional
        The values that the sentence tells, as JSON values.

    Attributes
    ----------
    message : str
        What went wrong, in one sentence that names the thing (file, device, field).
    hint : str
        What the reader can do about it; may be empty.
    """

    default_code: ClassVar[str] = "failed"

    def __init__(
        self, message: str, hint: str = "", *, code: str = "", fields: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code or self.default_code
        self.fields: Mapping[str, Any] = fields or {}

    def __str__(self) -> str:
        return sentences(self.message, self.hint)


class CallError(EmoscopeError):
    """The call itself is wrong: options that do not go together."""

    default_code = "call"


def one_line(text: str) -> str:
    """Text for one line of a terminal: what would move its cursor, such as in a file's name, is shown."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def sentences(*parts: str) -> str:
    """Sentences one after the other; only the last may end without a full stop, such as in a command."""
    given = [part.strip() for part in parts if part.strip()]
    ended = [part if part[-1] in ".!?:;" else f"{part}." for part in given[:-1]]
    return " ".join([*ended, *given[-1:]])


def unexpected(error: Exception) -> str:
    """A sentence about a failure that nobody has foreseen."""
    what = " ".join(str(error).split()) or "no details"
    return (
        f"Something went wrong inside Emoscope ({type(error).__name__}: {what}). "
        "With EMOSCOPE_DEBUG=1 it shows where."
    )
