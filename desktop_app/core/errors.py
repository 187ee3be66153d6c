"""What all failures that are told to a person have in common. Imports nothing, so that parsers may use it."""

from __future__ import annotations


class EmoscopeError(Exception):
    """A failure to be told to a person: one plain sentence, and what to do about it.

    Attributes
    ----------
    message : str
        What went wrong, in one sentence that names the thing (file, device, field).
    hint : str
        What the reader can do about it; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return sentences(self.message, self.hint)


class CallError(EmoscopeError):
    """The call itself is wrong: options that do not go together."""


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
