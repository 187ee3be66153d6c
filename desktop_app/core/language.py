"""The words that people read, in their language: English in the source, another one where it is installed.

Only the window installs one (`gui/language.py`); the command line, files and logs stay English. Sentences are
whole and have named places, `tr("{count} clips").format(count=12)`, since other languages order words in
another way. `make translations` collects them.
"""

from __future__ import annotations

from collections.abc import Callable

_installed: Callable[[str], str] | None = None


def install(translate: Callable[[str], str] | None) -> None:
    """Let `tr` give what `translate` gives; None for English again."""
    global _installed  # noqa: PLW0603 - one language for the whole program, as Qt has it
    _installed = translate


def tr(text: str) -> str:
    """The text in the language in use. Called when it is shown, not when a module is imported."""
    return text if _installed is None or not text else _installed(text)


def translated() -> bool:
    """Whether another language than English is in use."""
    return _installed is not None


def mark(text: str) -> str:
    """The text as it is, for tables that are made before the language is known: who shows it calls `tr`."""
    return text
