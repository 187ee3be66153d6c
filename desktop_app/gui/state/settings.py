"""Every setting of the window: one declaration each, with its type, range, default, help and version.

The file of the settings, the page "Settings" and what is exported are made from these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Final, get_type_hints

from desktop_app.audio.backends import BACKENDS
from desktop_app.core.channel_choice import AUTO
from desktop_app.core.detector_choice import AUTO_DETECTOR, ENERGY, ENERGY_SILERO
from desktop_app.core.language import mark
from desktop_app.gui.state.setting_kinds import (
    Channel,
    Choice,
    Count,
    Device,
    File,
    Folder,
    Kind,
    Labels,
    Level,
    Names,
    Place,
    Shortcuts,
    Switch,
    Text,
)

VERSION: Final = 2
"""Of the file. A setting that is added needs none; one that is renamed or means something else does."""
RECENT_RECORDINGS: Final = 10
RECENT_MODELS: Final = 5


class Group(StrEnum):
    """A part of the page "Settings"; what is in none is remembered without being a choice.

    The values are its titles, to be translated.
    """

    NONE = ""
    SOUND = mark("Sound")
    MODEL = mark("Model")
    APPEARANCE = mark("Appearance")
    SESSIONS = mark("Sessions")
    KEYS = mark("Keys")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What there is to know of a setting, but for its name and default.

    Attributes
    ----------
    kind : Kind
        Its type and range.
    since : int
        The version of the file that has it first.
    group : Group
    title, help : str
        As the page shows them; to be translated.
    at_next_start : bool
        It takes effect then; else at once.
    """

    kind: Kind
    since: int
    group: Group = Group.NONE
    title: str = ""
    help: str = ""
    at_next_start: bool = False


@dataclass(slots=True, kw_only=True)
class Settings:
    """The values.

    Devices are remembered by name and host API, never by index, which changes.

    Attributes
    ----------
    unproven_model : str
        A model file that was loaded and has not answered yet, or that has failed: if it is still here at the
        next start, it is not loaded again without asking.
    told_of_sessions : bool
        That sessions are kept was said once.
    welcomed : int
        The version of the first run's text that was accepted; 0 for none.
    problem : str
        A sentence if the file, or a part of it, could not be read; empty otherwise. Not saved.
    aside : str
        The name under which a file that could not be read is kept when new settings are saved.
    unknown : mapping
        Fields of a newer version, which are saved again as they were.
    """

    device: Annotated[
        str,
        Declaration(
            Device(),
            since=1,
            group=Group.SOUND,
            title=mark("Microphone"),
            help=mark("What is listened to. The system's default follows what you choose in the system."),
        ),
    ] = ""
    host_api: Annotated[str, Declaration(Text(), since=1)] = ""
    backend: Annotated[
        str,
        Declaration(
            Choice((("", mark("sounddevice (default)")), *((name, name) for name in BACKENDS[1:]))),
            since=1,
            group=Group.SOUND,
            title=mark("Sound library"),
            help=mark(
                "What opens the microphone. Try PyAudio, if it is installed, where the default "
                "brings no sound."
            ),
        ),
    ] = ""
    channel: Annotated[
        str,
        Declaration(
            Channel(),
            since=1,
            group=Group.SOUND,
            title=mark("Channel"),
            help=mark(
                "What is heard of several channels: auto takes their mix where that is safe, "
                "else the better one."
            ),
        ),
    ] = str(AUTO)
    detector: Annotated[
        str,
        Declaration(
            Choice(
                (
                    (AUTO_DETECTOR, mark("Automatic")),
                    (ENERGY, mark("By energy")),
                    (ENERGY_SILERO, mark("By energy and Silero VAD")),
                )
            ),
            since=1,
            group=Group.SOUND,
            title=mark("Finding speech"),
            help=mark(
                "Silero VAD also tells speech from dishes, doors and dogs, if it is installed. "
                "Automatic takes it where it is."
            ),
        ),
    ] = AUTO_DETECTOR
    min_level_dbfs: Annotated[
        float | None,
        Declaration(
            Level(-80, -1),
            since=2,
            group=Group.SOUND,
            title=mark("Least level"),
            help=mark(
                "Softer sound is no speech. Without a level, the threshold follows the room, "
                "which is best nearly everywhere. The mark on the meter changes it until the "
                "program ends."
            ),
        ),
    ] = None
    adapt: Annotated[
        bool,
        Declaration(
            Switch(),
            since=1,
            group=Group.SOUND,
            title=mark("Adapt to the voice"),
            help=mark("Judge by what was heard of the voice before, live and in recordings."),
        ),
    ] = True
    model: Annotated[
        str,
        Declaration(
            File(),
            since=1,
            group=Group.MODEL,
            title=mark("Model"),
            help=mark("What recognises the emotions. A model file can also be dropped on the window."),
        ),
    ] = ""
    model_folder: Annotated[
        str,
        Declaration(
            Folder(),
            since=2,
            group=Group.MODEL,
            title=mark("Folder of models"),
            help=mark("What the page Models keeps lies there; each can be chosen at the top of the window."),
        ),
    ] = ""
    provider: Annotated[
        str,
        Declaration(
            Choice(
                (
                    ("auto", mark("Automatic")),
                    ("cuda", mark("Graphics card (CUDA)")),
                    ("cpu", mark("Processor")),
                )
            ),
            since=2,
            group=Group.MODEL,
            title=mark("Where the model runs"),
            help=mark("Automatic takes the graphics card if it works."),
        ),
    ] = "auto"
    labels: Annotated[
        list[str],
        Declaration(
            Labels(),
            since=1,
            group=Group.MODEL,
            title=mark("Emotions"),
            help=mark("Which of the model's emotions may be answers."),
        ),
    ] = field(default_factory=list)
    words: Annotated[
        bool,
        Declaration(
            Switch(),
            since=2,
            group=Group.MODEL,
            title=mark("Write down what is said"),
            help=mark(
                "Live and in recordings, with Whisper on this computer. What people say then stands in the "
                "tables, in the sessions that are kept, and in all that you export: keep it as you would "
                "keep a recording."
            ),
        ),
    ] = False
    theme: Annotated[
        str,
        Declaration(
            Choice((("auto", mark("As the system")), ("light", mark("Light")), ("dark", mark("Dark")))),
            since=1,
            group=Group.APPEARANCE,
            title=mark("Theme"),
            help=mark("The colours of the window."),
        ),
    ] = "auto"
    language: Annotated[
        str,
        Declaration(
            Choice((("auto", mark("As the system")), ("en", "English"), ("de", "Deutsch"))),
            since=2,
            group=Group.APPEARANCE,
            title=mark("Language"),
            help=mark("Of the window. What is not translated is in English."),
            at_next_start=True,
        ),
    ] = "auto"
    reduced_motion: Annotated[
        bool,
        Declaration(
            Switch(),
            since=2,
            group=Group.APPEARANCE,
            title=mark("Reduce motion"),
            help=mark("Bars and levels jump to their values, four times a second, in place of gliding."),
        ),
    ] = False
    keep_sessions: Annotated[
        bool,
        Declaration(
            Switch(),
            since=1,
            group=Group.SESSIONS,
            title=mark("Keep sessions"),
            help=mark(
                "Keep when each utterance was and how it sounded, on this computer; words only while what is "
                "said is written down."
            ),
        ),
    ] = True
    keep_session_sound: Annotated[
        bool,
        Declaration(
            Switch(),
            since=1,
            group=Group.SESSIONS,
            title=mark("Keep the sound of sessions, too"),
            help=mark("Record what is heard by a microphone, so that sessions can be played."),
        ),
    ] = False
    shortcuts: Annotated[
        dict[str, str],
        Declaration(
            Shortcuts(),
            since=2,
            group=Group.KEYS,
            title=mark("Keys"),
            help=mark("Which keys do what."),
        ),
    ] = field(default_factory=dict)
    geometry: Annotated[tuple[int, int, int, int] | None, Declaration(Place(), since=1)] = None
    recent_models: Annotated[list[str], Declaration(Names(RECENT_MODELS), since=1)] = field(
        default_factory=list
    )
    unproven_model: Annotated[str, Declaration(File(), since=1)] = ""
    told_of_sessions: Annotated[bool, Declaration(Switch(), since=1)] = False
    recent_recordings: Annotated[list[str], Declaration(Names(RECENT_RECORDINGS), since=1)] = field(
        default_factory=list
    )
    welcomed: Annotated[int, Declaration(Count(), since=2)] = 0

    problem: str = field(default="", compare=False)
    aside: str = field(default="", compare=False)
    unknown: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


DECLARATIONS: Final[Mapping[str, Declaration]] = {
    name: hint.__metadata__[0]
    for name, hint in get_type_hints(Settings, include_extras=True).items()
    if hasattr(hint, "__metadata__")
}
"""By the names of the settings, in the order of the page."""
CHOICES: Final = tuple(name for name, each in DECLARATIONS.items() if each.group)
"""Names of those that a person chooses, and that the page shows."""
_WITH: Final[Mapping[str, tuple[str, ...]]] = {"device": ("host_api",)}
"""Settings that are a part of another one."""


_DEFAULTS: Final = Settings()


def default_of(name: str) -> Any:
    """What the setting is as long as nobody has changed it."""
    return copy(getattr(_DEFAULTS, name))


def checked(name: str, value: Any) -> Any:
    """The value that a setting takes from a JSON value.

    Raises
    ------
    ValueError
        It is none of this setting's; the message says which are.
    """
    return DECLARATIONS[name].kind.read(value)


def is_changed(settings: Settings, name: str) -> bool:
    """Whether a person has changed it."""
    return any(getattr(settings, each) != default_of(each) for each in parts(name))


def parts(name: str) -> Iterator[str]:
    """The fields that a setting consists of."""
    yield name
    yield from _WITH.get(name, ())


def chosen_values(settings: Settings) -> dict[str, Any]:
    """What a person may choose, by name, as JSON values; for export."""
    return {part: getattr(settings, part) for name in CHOICES for part in parts(name)}
