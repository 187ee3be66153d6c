"""What the page "Settings" shows, made from the declarations. Knows no Qt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.detector_choice import ENERGY, ENERGY_SILERO
from desktop_app.core.language import mark, tr
from desktop_app.gui.state import entries
from desktop_app.gui.state.entries import Entries
from desktop_app.gui.state.setting_kinds import (
    Channel,
    Choice,
    Device,
    Document,
    File,
    Folder,
    Kind,
    Labels,
    Level,
    Switch,
)
from desktop_app.gui.state.settings import (
    CHOICES,
    DECLARATIONS,
    Declaration,
    Group,
    Settings,
    is_changed,
)
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.words import emotion

FOLLOWS: Final = mark("Follows the room")
_LEVEL_STEP: Final = 5
_NEXT_START: Final = mark("Takes effect at the next start.")
_THIS_RUN: Final = mark("The command line says something else for this run.")
_CARD_IN_USE: Final = mark("In use: the graphics card ({provider}).")
_PROCESSOR_IN_USE: Final = mark("In use: the processor ({provider}).")
_ENGLISH_WORDS: Final = mark("This model knows English only: other languages become nonsense.")
_NO_WORDS: Final = mark("What is said is not written down, so there is nothing to read.")
_REFUSED: Final = mark("Refused: this file is no text model that can be used.")
_NO_TEXT_MODEL: Final = mark("There is no text model, so there is nothing to weigh.")
_DETECTOR_IN_USE: Final = {
    ENERGY: mark("In use: by energy."),
    ENERGY_SILERO: mark("In use: by energy and Silero VAD."),
}


class Control(StrEnum):
    """What a row is changed with."""

    SWITCH = "switch"
    LIST = "list"
    BUTTON = "button"  # which opens something else


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as the page shows it.

    Attributes
    ----------
    value : object
        What is chosen, among the data of `entries`; for a button the words on it.
    entries : Entries
        What can be chosen; texts and values.
    changed : bool
        It differs from the default.
    told : str
        When it takes effect, or what is really in use; may be empty.
    """

    name: str
    title: str
    help: str
    group: Group
    control: Control
    value: Any
    entries: Entries
    changed: bool
    told: str

    def matches(self, words: Sequence[str]) -> bool:
        """Whether all of these, in lower case, stand somewhere in it."""
        options = " ".join(text for text, _ in self.entries)
        text = f"{self.title} {self.help} {tr(self.group)} {self.name} {options}".casefold()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Context:
    """What the page needs to know beside the settings.

    Attributes
    ----------
    devices : sequence
        Microphones, as `audio.devices.Device`.
    channels : int
        The most that anything has.
    microphone : str
        The chosen one as `name, host API`.
    model_folder : str
        Where models are kept if the setting names no folder.
    models : Entries
        The models that can be chosen.
    detector : str
        The one in use.
    provider : str
        Where the model really runs, as ONNX Runtime says; empty if there is no model.
    provider_notice : str
        Why it runs there, if it was meant to run elsewhere.
    english_words : bool
        Words are wanted, and the model that writes them down knows English only.
    text_model_refused : bool
        The text model that was chosen cannot be used.
    for_this_run : frozenset
        Names of settings in whose place the command line says something else.
    """

    devices: Sequence[Any] = ()
    channels: int = 0
    microphone: str = ""
    model_folder: str = ""
    models: Entries = field(default_factory=list)
    detector: str = ""
    provider: str = ""
    provider_notice: str = ""
    english_words: bool = False
    text_model_refused: bool = False
    for_this_run: frozenset[str] = frozenset()


def rows(settings: Settings, context: Context) -> list[Row]:
    """All of them in the order of the page, but for the keys."""
    return [
        _row(name, DECLARATIONS[name], settings, context)
        for name in CHOICES
        if DECLARATIONS[name].group is not Group.KEYS
    ]


def _row(name: str, about: Declaration, settings: Settings, context: Context) -> Row:
    value = getattr(settings, name)
    control, shown, options = _control(about.kind, value, context)
    return Row(
        name,
        tr(about.title),
        tr(about.help),
        about.group,
        control,
        shown,
        options,
        is_changed(settings, name),
        _told(name, about, settings, context),
    )


def _control(kind: Kind, value: Any, context: Context) -> tuple[Control, Any, Entries]:
    """What it is changed with, what that shows, and what can be chosen."""
    if isinstance(kind, Switch):
        return Control.SWITCH, value, []
    if isinstance(kind, Folder):
        return Control.BUTTON, value or context.model_folder or tr("Choose…"), []
    if isinstance(kind, Document):
        return Control.BUTTON, _file_name(value) or tr("None"), []
    if isinstance(kind, Labels):
        return Control.BUTTON, ", ".join(map(emotion, value)) if value else tr("All"), []
    if isinstance(kind, Device):
        value = context.microphone
    return Control.LIST, value, _entries(kind, value, context)


def _file_name(path: str) -> str:
    return re.split(r"[\\/]", path)[-1]


def _entries(kind: Kind, value: Any, context: Context) -> Entries:
    match kind:
        case Choice(options):
            return [(tr(text), option) for option, text in options]
        case Level():
            return _levels(kind, value)
        case Channel():
            found = entries.channels(context.channels, ChannelChoice.parse(value))
            return [(text, str(each) if text else None) for text, each in found]
        case Device():
            found = entries.sources(context.devices, SourceChoice("microphone", value), demo=False)
            return [(text, each.device) for text, each in found if isinstance(each, SourceChoice)]
        case File():
            known = {each for _, each in context.models}
            gone: Entries = [] if value in known else [(value, value)]
            return [*context.models[:1], *gone, *context.models[1:]]
    raise TypeError(f"there is no control for {kind!r}")


def _levels(kind: Level, value: float | None) -> Entries:
    """In steps, with the one that is set."""
    steps = {float(step) for step in range(kind.lowest, kind.highest, _LEVEL_STEP)}
    levels = sorted(steps | ({value} if value is not None else set()))
    return [(tr(FOLLOWS), None), *((f"{round(level)} dBFS".replace("-", "−"), level) for level in levels)]


def _told(name: str, about: Declaration, settings: Settings, context: Context) -> str:
    if name in context.for_this_run:
        return tr(_THIS_RUN)
    if about.at_next_start:
        return tr(_NEXT_START)
    if name == "provider" and context.provider:
        in_use = _CARD_IN_USE if context.provider.startswith("CUDA") else _PROCESSOR_IN_USE
        return f"{tr(in_use).format(provider=context.provider)} {context.provider_notice}".rstrip()
    if name == "detector" and context.detector:
        return tr(_DETECTOR_IN_USE[context.detector])
    return _told_of_words(name, settings, context)


def _told_of_words(name: str, settings: Settings, context: Context) -> str:
    """What is lacking, or is not as it should be, of the settings about words; empty for the others."""
    refused = _REFUSED if context.text_model_refused else ""
    found = {
        "words": _ENGLISH_WORDS if settings.words and context.english_words else "",
        "text_model": (refused if settings.words else _NO_WORDS) if settings.text_model else "",
        "fusion": _NO_TEXT_MODEL if settings.fusion and not settings.text_model else "",
    }.get(name)
    return tr(found) if found else ""
