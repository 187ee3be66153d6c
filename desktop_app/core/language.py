"""The words that people read, in their language: English in the source, another one where it is installed.

Only the window installs one (`gui/language.py`); the command line, files and logs stay English. Sentences are
whole and have named places, `tr("{count} clips").format(count=12)`, since other languages order words in
another way. `make translations` collects them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_installed: Callable[[str], str] | None = None
_signs: dict[str, str] = {}
_code = "en"
_SIGN: Final = re.compile(r"(?<=\d)[.,](?=\d)")


def install(
    translate: Callable[[str], str] | None, decimal: str = ".", group: str = ",", code: str = "en"
) -> None:
    """Let `tr` give what `translate` gives; None for English again.

    `decimal` stands before the decimals of a number, `group` between its thousands; `code` is the language's.
    """
    global _installed, _signs, _code  # noqa: PLW0603 - one language for the whole program, as Qt has it
    _installed, _code = translate, code
    _signs = {} if (decimal, group) == (".", ",") else {".": decimal, ",": group}


def localised(text: str) -> str:
    """Numbers as Python writes them, such as ``3.5`` or ``16,000``, as the language in use writes them.

    Only for what people read in the window: files and tables that are saved keep the point.
    """
    return _SIGN.sub(lambda found: _signs[found[0]], text) if _signs else text


def tr(text: str) -> str:
    """The text in the language in use. Called when it is shown, not when a module is imported."""
    return text if _installed is None or not text else _installed(text)


def code() -> str:
    """Of the language in use, such as ``en``."""
    return _code


def translated() -> bool:
    """Whether another language than English is in use."""
    return _installed is not None


def mark(text: str) -> str:
    """The text as it is, for tables that are made before the language is known: who shows it calls `tr`."""
    return text
