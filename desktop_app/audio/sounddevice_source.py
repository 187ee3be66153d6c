"""The microphone through sounddevice: the source used by default."""

from __future__ import annotations

from typing import Any

from desktop_app.audio import portaudio
from desktop_app.audio.capture import CallbackSource
from desktop_app.audio.devices import Device, indexed_devices
from desktop_app.core.types import FloatArray


class SoundDeviceSource(CallbackSource):
    """A microphone through sounddevice; see `CallbackSource` for its parameters."""

    def _devices(self) -> list[tuple[Device, int]]:
        sounddevice = portaudio.sounddevice()
        portaudio.refresh()
        return indexed_devices(sounddevice)

    def _open_stream(self, index: int, rate: int, channels: int) -> tuple[Any, int]:
        stream = portaudio.sounddevice().InputStream(
            device=index,
            samplerate=rate,
            channels=channels,
            dtype="float32",
            blocksize=round(rate * self._block_s),
            latency="low",
            clip_off=True,
            dither_off=True,
            callback=self._on_audio,
            finished_callback=self._on_finished,
        )
        return stream, round(stream.samplerate)

    def _start_stream(self, stream: Any) -> None:
        stream.start()

    def _close_stream(self, stream: Any) -> None:
        # Errors are ignored on purpose: of a device that is gone nothing else is to be expected.
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)

    def _on_audio(self, indata: FloatArray, _frames: int, _time: object, status: object) -> None:
        self._receive(indata, bool(status))

    def _on_finished(self) -> None:
        self._finished = True
