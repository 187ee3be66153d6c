"""Failures and warnings as the window tells them: the one place that every part of it asks. Knows no Qt.

In English they are told as whatever has noticed them says. In another language the sentence of their code
stands in its place, with what the English one names (a file, a device) before it. Logs, exports and the
command line do not ask here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from string import Formatter
from typing import Any, Final, Protocol

from desktop_app.core.channel_choice import in_window
from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.language import localised, tr, translated
from desktop_app.core.types import SoundWarning, StateChanged
from desktop_app.gui.state.told_failures import DETAILED, FAILURES, HINTS
from desktop_app.gui.state.told_templates import TEMPLATES
from desktop_app.gui.state.told_warnings import WARNINGS

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {**FAILURES, **WARNINGS}
_NAMED: Final = re.compile(r"""(?<!\w)(?:'([^'\n]+)'|"([^"\n]+)"|“([^”\n]+)”)(?!\w)""")
"""What a sentence names stands in quotation marks."""
_NUMBER: Final = r"\d+"
"""What the place `count` of a template stands for."""


class Told(Protocol):
    """An `EmoscopeError` or a `Failure`."""

    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


def told(failure: Told | SoundWarning) -> str:
    """All that is told of a failure or a warning: what is wrong, and what to do about it."""
    return sentences(*parts(failure))


def parts(failure: Told | SoundWarning) -> tuple[str, str]:
    """What is wrong, and what to do about it; the latter is empty where the former says it, too."""
    hint = "" if isinstance(failure, SoundWarning) else failure.hint
    return parts_of(failure.code, failure.message, hint, failure.fields)


def parts_of(
    code: str, message: str, hint: str = "", fields: Mapping[str, Any] | None = None
) -> tuple[str, str]:
    """As `parts`, of a failure in its parts."""
    message, hint = in_window(message), HINTS.get(code) or in_window(hint)
    if translated() and code == EmoscopeError.default_code:
        own = retold(message) if _template_of(message) else tr(message)  # the window's own have no code
        if own != message:
            return own, tr(hint)
    known = _sentence(code, fields or {}) if translated() else ""
    if not known:
        return message, tr(hint) if code in HINTS else hint
    advice = tr(HINTS[code]) if code in HINTS else ""
    if code in DETAILED:
        details = message if advice else sentences(message, hint)
        return known, sentences(tr("In English: {details}").format(details=details), advice)
    named = _NAMED.search(message)
    if named is None:
        return known, advice
    name = next(filter(None, named.groups()))
    return tr("“{name}”: {sentence}").format(name=name, sentence=known), advice


def told_of_state(event: StateChanged) -> str:
    """Why the run is in a state; empty where the state itself says enough."""
    if not translated() or not event.message:
        return in_window(event.message)
    if event.code:
        return sentences(*parts_of(event.code, event.message))
    return retold(event.message) if _template_of(event.message) else ""


def retold(text: str) -> str:
    """An English sentence that has no code, if it is a known one; else as it is."""
    found = _template_of(text) if translated() else None
    if found is None:
        return text
    template, values = found
    return tr(template).format_map(
        {n: localised(value) if n == "seconds" else retold(value) for n, value in values.items()}
    )


def _template_of(text: str) -> tuple[str, dict[str, str]] | None:
    for template in TEMPLATES:
        match = _pattern(template).fullmatch(text)
        if match is not None:
            return template, match.groupdict()
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    places = (
        re.escape(before)
        + ("" if place is None else rf"(?P<{place}>{_NUMBER if place == 'count' else '.+'})")
        for before, place, _, _ in Formatter().parse(template)
    )
    return re.compile("".join(places), re.DOTALL)


def _sentence(code: str, fields: Mapping[str, Any]) -> str:
    """The first sentence of the code, or of what it begins with, whose values are all known."""
    values = _values(fields)
    for key in (f"{code}/{fields.get('why')}", *_beginnings(code)):
        for text in SENTENCES.get(key, ()):
            if all(place is None or place in values for _, place, _, _ in Formatter().parse(text)):
                return tr(text).format_map(values)
    return ""


def _beginnings(code: str) -> list[str]:
    """`export.labels.scores`, `export.labels`, `export`."""
    words = code.split(".")
    return [".".join(words[:count]) for count in range(len(words), 0, -1)]


def _values(fields: Mapping[str, Any]) -> dict[str, str]:
    """The fields as people read them, but for those that are not known; and what follows from them."""
    values = {name: _value(value) for name, value in fields.items() if value is not None}
    if isinstance(fields.get("share"), float):
        values["percent"] = localised(f"{100 * fields['share']:.1f}")
    for name, source in (("at", "at_s"), ("start", "start_s")):
        if isinstance(fields.get(source), int | float):
            minutes, seconds = divmod(int(fields[source]), 60)
            values[name] = f"{minutes}:{seconds:02d}"
    return values


def _value(value: Any) -> str:
    if isinstance(value, float):
        text = f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 1 else f"{value:.1f}".removesuffix(".0")
        return localised(text)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
