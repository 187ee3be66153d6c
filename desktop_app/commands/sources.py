"""What --source and --device mean: a way to make the audio source, checked before anything starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.audio.backends import check_backend, microphone
from desktop_app.core.channel_choice import AUTO, ChannelChoice, least_channels
from desktop_app.core.errors import EmoscopeError

if TYPE_CHECKING:
    from desktop_app.audio.base import AudioSource


def source_maker(
    source: str, device: str | None = None, backend: str | None = None, channel: ChannelChoice = AUTO
) -> Callable[[], AudioSource]:
    """How to make a fresh source for ``mic``, ``demo`` or a file, of which `channel` will be heard.

    Raises
    ------
    AudioError
        For a recording that cannot be read, or a named microphone that is not among those there are. That
        there is none at all is no error: one may be connected later.
    """
    if source == "mic":
        check_backend(backend)
        if device is not None:
            _check_device(device)
        return lambda: microphone(device, backend=backend, least_channels=least_channels(channel))
    if source == "demo":
        from desktop_app.audio.demo import demo_path

        path = demo_path()
    else:
        path = Path(source)
    _check_recording(path, channel)
    return lambda: _recording(path)


def _recording(path: Path) -> AudioSource:
    from desktop_app.audio.file_source import FileSource

    return FileSource(path, paced=True)


def _check_device(device: str) -> None:
    from desktop_app.audio.devices import list_devices, match_device

    try:
        devices = list_devices()
    except EmoscopeError:
        return  # the run itself tells it, and waits
    if devices:
        match_device(device, devices)


def _check_recording(path: Path, channel: ChannelChoice) -> None:
    from desktop_app.audio.files import open_recording

    with open_recording(path) as recording:
        channel.check(recording.channels, str(path))
