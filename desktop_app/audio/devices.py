"""The microphones and sound outputs of this machine: listed, found by name, tried.

A device is known by its name and its host API, never by an index: indices change with every plug.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, Literal

from desktop_app.audio import portaudio
from desktop_app.audio.base import AudioError
from desktop_app.core.quiet import quiet_stderr

Kind = Literal["input", "output"]

_WORDS: Final[dict[Kind, tuple[str, str]]] = {
    "input": ("microphone", "microphones"),
    "output": ("sound output", "sound outputs"),
}
NO_SUCH_OUTPUT: Final = "audio.output"
_NO_MICROPHONE_HINT = "Connect one and refresh the list, or open a recording instead."


@dataclass(frozen=True, slots=True)
class Device:
    """A microphone or a sound output as PortAudio lists it; that it is listed is no proof that it opens.

    Attributes
    ----------
    name, host_api : str
        Together they tell it from the others.
    channels : int
        The most channels it offers; sound servers claim many.
    default_sample_rate : int
        In Hz, as PortAudio guesses it; for a sound server behind ALSA the guess is always 44100.
    is_default : bool
        What the system uses when no device is named.
    """

    name: str
    host_api: str
    channels: int
    default_sample_rate: int
    is_default: bool

    @property
    def key(self) -> str:
        """The unambiguous name, to be stored and given to `find_device`."""
        return f"{self.name}, {self.host_api}"


def list_devices(refresh: bool = False) -> list[Device]:
    """Every microphone, the default one first.

    Parameters
    ----------
    refresh : bool
        Look again for devices that came or went. Not possible while a stream is open: then the list is the
        one of the last look.

    Raises
    ------
    AudioError
        PortAudio is not installed, or the sound system does not answer.
    """

    def work() -> list[Device]:
        if refresh:
            portaudio.refresh()
        return [device for device, _ in indexed_devices(portaudio.sounddevice())]

    with quiet_stderr():
        return portaudio.call(work)


def list_outputs(refresh: bool = False) -> list[Device]:
    """Every device that plays sound, the default one first; as `list_devices`.

    Raises
    ------
    AudioError
        PortAudio is not installed, or the sound system does not answer.
    """

    def work() -> list[Device]:
        if refresh:
            portaudio.refresh()
        return [device for device, _ in indexed_devices(portaudio.sounddevice(), "output")]

    with quiet_stderr():
        return portaudio.call(work)


def indexed_devices(sounddevice: ModuleType, kind: Kind = "input") -> list[tuple[Device, int]]:
    """Devices with PortAudio's index of this moment, default first. Only inside the gate."""
    host_apis: list[dict[str, Any]] = list(sounddevice.query_hostapis())
    default = int(sounddevice.default.device[kind])
    found = []
    for index, entry in enumerate(sounddevice.query_devices()):
        if entry[f"max_{kind}_channels"] < 1:
            continue
        device = Device(
            name=str(entry["name"]).strip(),
            host_api=str(host_apis[entry["hostapi"]]["name"]),
            channels=int(entry[f"max_{kind}_channels"]),
            default_sample_rate=round(entry["default_samplerate"]),
            is_default=index == default,
        )
        found.append((device, index))
    # Stable: after the default one, those of its host API, then the others in PortAudio's order.
    home = next((device.host_api for device, _ in found if device.is_default), None)
    return sorted(found, key=lambda pair: (not pair[0].is_default, pair[0].host_api != home))


def shown_names(devices: Sequence[Device]) -> list[str]:
    """What to call each device in a list: its name, with the host API where the name is there twice.

    Windows lists one microphone under each of its host APIs.
    """
    count = Counter(device.name for device in devices)
    return [device.name if count[device.name] == 1 else device.key for device in devices]


def find_device(name: str) -> Device:
    """The microphone that `name` means.

    `name` is a whole name, a `Device.key`, or a part of either that fits one device only, in any case.

    Raises
    ------
    AudioError
        Nothing fits, or several do; the sentence lists what there is.
    """
    return match_device(name, list_devices())


def match_device(name: str, devices: list[Device], kind: Kind = "input") -> Device:
    """`find_device` in a given list, of microphones or of outputs."""
    if not devices:
        raise no_microphone() if kind == "input" else no_output()
    one, several = _WORDS[kind]
    code = "audio.device" if kind == "input" else NO_SUCH_OUTPUT
    wanted = name.strip().casefold()
    for exact in ("key", "name"):
        same = [device for device in devices if str(getattr(device, exact)).casefold() == wanted]
        # Two devices of one name and host API cannot be told apart: the first is as right as the other.
        if len({device.key for device in same}) == 1:
            return same[0]
    fitting = [device for device in devices if wanted and wanted in device.key.casefold()]
    if len({device.key for device in fitting}) == 1:
        return fitting[0]
    if not fitting:
        raise AudioError(f'There is no {one} named "{name}".', f"There are: {_names(devices)}.", code=code)
    raise AudioError(
        f'"{name}" fits several {several}: {_names(fitting)}.', "Give more of the name.", code=code
    )


def no_output() -> AudioError:
    return AudioError(
        "There is no sound output.",
        "Connect loudspeakers or headphones, and play again.",
        code="audio.no_output",
    )


def no_microphone() -> AudioError:
    return AudioError("There is no microphone.", _NO_MICROPHONE_HINT, code="audio.no_microphone")


def probe(device: Device, backend: str | None = None) -> AudioError | None:
    """Really open `device`, as capture through `backend` would, and close it again.

    Returns
    -------
    AudioError or None
        Why it does not open; None if it does.
    """
    from desktop_app.audio.backends import microphone

    source = microphone(device.key, backend=backend)
    try:
        source.open()
    except AudioError as error:
        return error
    finally:
        source.stop()
    return None


def _names(devices: list[Device]) -> str:
    return "; ".join(dict.fromkeys(device.key for device in devices))
