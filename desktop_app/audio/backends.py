"""The libraries that can open a microphone, by name. Imports neither of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from desktop_app.core.errors import CallError

if TYPE_CHECKING:
    from desktop_app.audio.capture import CallbackSource

BACKENDS: Final = ("sounddevice", "pyaudio")
"""The first is the one that comes with the program, and the default."""


def microphone(
    device: str | None = None, *, backend: str | None = None, least_channels: int = 1
) -> CallbackSource:
    """A microphone that is not open yet.

    Parameters
    ----------
    device : str, optional
        A name, as in `find_device`; the system's default without one.
    backend : str, optional
        One of `BACKENDS`.
    least_channels : int
        It must deliver so many.

    Raises
    ------
    CallError
        There is no such backend.
    """
    if backend in {None, "", "sounddevice"}:
        from desktop_app.audio.sounddevice_source import SoundDeviceSource

        return SoundDeviceSource(device, least_channels=least_channels)
    if backend == "pyaudio":
        from desktop_app.audio.pyaudio_source import PyAudioSource

        return PyAudioSource(device, least_channels=least_channels)
    raise CallError(
        f"There is no backend '{backend}'.",
        f"It is one of {', '.join(BACKENDS)}.",
        code="call.backend",
        fields={"backend": backend},
    )


def check_backend(backend: str | None) -> str:
    """The version of a backend's library.

    Raises
    ------
    AudioError
        It is not installed, or does not start; the hint tells what to do.
    """
    from importlib import metadata

    if backend == "pyaudio":
        from desktop_app.audio.pyaudio_source import import_pyaudio

        import_pyaudio()
        return metadata.version("PyAudio")
    from desktop_app.audio import portaudio

    portaudio.call(portaudio.sounddevice)
    return metadata.version("sounddevice")
