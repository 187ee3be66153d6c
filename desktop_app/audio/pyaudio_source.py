"""The microphone through PyAudio, an optional extra, always in callback mode.

Its blocking `read()` hangs for ever when the sound server dies.
"""

from __future__ import annotations

import contextlib
from types import ModuleType
from typing import Any

import numpy as np

from desktop_app.audio import portaudio
from desktop_app.audio.base import AudioError
from desktop_app.audio.capture import CallbackSource
from desktop_app.audio.devices import Device
from desktop_app.core.errors import sentences
from desktop_app.core.installation import install_hint


class PyAudioSource(CallbackSource):
    """A microphone through PyAudio; see `CallbackSource` for its parameters."""

    _manager: Any = None
    _channels = 1

    def _devices(self) -> list[tuple[Device, int]]:
        pyaudio = import_pyaudio()
        # On Linux both libraries share one PortAudio, and with it the list of its first initialisation.
        with contextlib.suppress(AudioError):
            portaudio.refresh()
        self._manager = manager = pyaudio.PyAudio()
        try:
            default = int(manager.get_default_input_device_info()["index"])
        except OSError:
            default = -1
        found = []
        for index in range(manager.get_device_count()):
            entry = manager.get_device_info_by_index(index)
            if entry["maxInputChannels"] < 1:
                continue
            device = Device(
                name=str(entry["name"]).strip(),
                host_api=str(manager.get_host_api_info_by_index(entry["hostApi"])["name"]),
                channels=int(entry["maxInputChannels"]),
                default_sample_rate=round(entry["defaultSampleRate"]),
                is_default=index == default,
            )
            found.append((device, index))
        return sorted(found, key=lambda pair: not pair[0].is_default)

    def _open_stream(self, index: int, rate: int, channels: int) -> tuple[Any, int]:
        pyaudio = import_pyaudio()
        self._channels = channels
        stream = self._manager.open(
            rate=rate,
            channels=channels,
            format=pyaudio.paFloat32,
            input=True,
            input_device_index=index,
            frames_per_buffer=round(rate * self._block_s),
            start=False,
            stream_callback=self._on_audio,
        )
        return stream, rate

    def _start_stream(self, stream: Any) -> None:
        stream.start_stream()

    def _close_stream(self, stream: Any) -> None:
        try:
            with contextlib.suppress(OSError):  # of a device that is gone
                stream.stop_stream()
            with contextlib.suppress(OSError):
                stream.close()
        finally:
            self._release()

    def _release(self) -> None:
        manager, self._manager = self._manager, None
        if manager is not None:
            manager.terminate()

    def _stream_ended(self) -> bool:
        # PyAudio tells nobody that a stream has ended; it has to be asked.
        try:
            return self._stream is not None and not self._stream.is_active()
        except OSError:
            return True

    def _on_audio(self, data: bytes, _frames: int, _time: object, status: int) -> tuple[None, int]:
        self._receive(np.frombuffer(data, dtype=np.float32).reshape(-1, self._channels), status != 0)
        return None, 0  # paContinue


def import_pyaudio() -> ModuleType:
    """PyAudio; AudioError with what to install if it is not there."""
    try:
        import pyaudio
    except (ImportError, OSError) as error:
        raise AudioError(
            "PyAudio is not installed.",
            sentences("It is an extra, and on Linux it needs portaudio19-dev", install_hint("pyaudio")),
            code="audio.no_pyaudio",
        ) from error
    module: ModuleType = pyaudio
    return module
