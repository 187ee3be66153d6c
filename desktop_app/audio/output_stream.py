"""A sound output that plays what it is given, found and opened by name, and watched."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from desktop_app.audio import portaudio
from desktop_app.audio.base import AudioError
from desktop_app.audio.capture import plain_reason
from desktop_app.audio.devices import NO_SUCH_OUTPUT, Device, indexed_devices, match_device, no_output
from desktop_app.core.errors import unexpected
from desktop_app.core.quiet import quiet_stderr
from desktop_app.core.types import FloatArray

LATENCY_S: Final = 0.15
"""Measured through PulseAudio with both cores busy: none missing from 0.15 s on, two in 6 s at 0.1 s."""
LOST_AFTER_S: Final = 1.5  # without a callback
_RATES: Final = (48_000, 44_100)

Render = Callable[[FloatArray, float], None]
"""Fills float32 [n, channels], whose first frame is heard at that moment of `time.monotonic`."""


class OutputStream:
    """An open output. All but `lost` and the attributes may take as long as the gate to PortAudio does.

    Attributes
    ----------
    name : str
        Of the device.
    sample_rate, channels : int
        What it was opened with: not every device takes every rate.
    underruns : int
        How often sound came too late for it.
    """

    def __init__(self) -> None:
        self.name = ""
        self.sample_rate = 0
        self.channels = 0
        self.underruns = 0
        self.error: AudioError | None = None
        self._stream: Any = None
        self._render: Render | None = None
        self._finished = False
        self._latency_s = LATENCY_S
        self._last_callback = 0.0
        # PortAudio's clock and the monotonic one differ by a constant. What is measured is late by however
        # long the callback waited for the interpreter, so the least is nearest.
        self._offsets: deque[float] = deque(maxlen=64)

    def open(self, wanted: str | None, sample_rate: int, channels: int) -> None:
        """Open the output `wanted`, or the default one, and if that does not open, the next that does.

        Raises
        ------
        AudioError
            There is none, none of that name, or it does not open.
        """

        def work() -> Any:
            module = portaudio.sounddevice()
            try:
                opened = self._open_first(module, _chosen(module, wanted), sample_rate, channels)
            except AudioError:
                # To read the list of devices takes 0.1 s: too long for each key, so only where it is too old.
                if not portaudio.refresh():
                    raise
                opened = self._open_first(module, _chosen(module, wanted), sample_rate, channels)
            portaudio.stream_opened()
            return opened

        with quiet_stderr():
            self._stream, self.name, self.channels = portaudio.call(
                work, discard=lambda opened: _close(opened[0])
            )
        self.sample_rate = round(self._stream.samplerate)
        self._latency_s = float(self._stream.latency)

    def _open_first(
        self, module: Any, devices: list[tuple[Device, int]], sample_rate: int, channels: int
    ) -> tuple[Any, str, int]:
        if not devices:
            raise no_output()
        reasons = []
        for device, index in devices:
            for rate in dict.fromkeys((sample_rate, device.default_sample_rate, *_RATES)):
                for count in dict.fromkeys((min(channels, device.channels), min(2, device.channels))):
                    try:
                        stream = module.OutputStream(
                            device=index,
                            samplerate=rate,
                            channels=count,
                            dtype="float32",
                            blocksize=0,
                            latency=LATENCY_S,
                            callback=self._on_callback,
                            finished_callback=self._on_finished,
                        )
                    except module.PortAudioError as error:
                        reasons.append(plain_reason(error).replace("no input", "no output"))
                    else:
                        return stream, device.name, count
        name = devices[0][0].name
        raise AudioError(
            f'The sound output "{name}" does not open: {reasons[0]}.',
            "Choose another output, or close the program that uses it.",
            code=NO_SUCH_OUTPUT,
            fields={"device": name},
        )

    def start(self, render: Render) -> None:
        """Begin to play what `render` gives.

        Raises
        ------
        AudioError
            The device does not start.
        """
        self._render = render
        self._last_callback = time.monotonic()
        try:
            portaudio.call(self._stream.start)
        except AudioError:
            raise
        except Exception as error:
            if type(error).__name__ != "PortAudioError":
                raise
            raise AudioError(
                f'The sound output "{self.name}" does not start: {plain_reason(error)}.',
                "Choose another output.",
                code=NO_SUCH_OUTPUT,
                fields={"device": self.name},
            ) from error

    def lost(self) -> AudioError | None:
        """Why nothing is heard any more; None while it plays."""
        if self.error is not None:
            return self.error
        if not self._finished and time.monotonic() - self._last_callback < LOST_AFTER_S:
            return None
        return AudioError(
            f'The sound output "{self.name}" is gone, so nothing is played any more.',
            "Connect it again, or play on through the default output.",
            code="audio.output_lost",
            fields={"device": self.name},
        )

    def close(self) -> None:
        """Stop without waiting for sound that was not heard yet; returns within a second."""
        stream, self._stream = self._stream, None
        if stream is not None:
            # If the server hangs, the gate's thread closes the stream as soon as the server answers again.
            with contextlib.suppress(AudioError), quiet_stderr():
                portaudio.call(lambda: _close(stream), portaudio.CLOSE_DEADLINE_S)

    def _on_callback(self, out: FloatArray, _frames: int, times: Any, status: Any) -> None:
        """On the audio thread. What it raised would go into PortAudio's hands, which say nothing."""
        try:
            now = self._last_callback = time.monotonic()
            if status and status.output_underflow:
                self.underruns += 1
            self._offsets.append(now - times.currentTime)
            heard_at = times.outputBufferDacTime + min(self._offsets)
            # Some host APIs leave one of the times at zero.
            if not 0 <= heard_at - now + 0.1 <= self._latency_s + 2:
                heard_at = now + self._latency_s
            if self._render is not None:
                self._render(out, heard_at)
            else:
                out.fill(0)
        except Exception as error:  # noqa: BLE001
            out.fill(0)
            self.error = AudioError(
                f"The sound could not be handed over: {unexpected(error)}", code="audio.callback"
            )

    def _on_finished(self) -> None:
        self._finished = True


def _chosen(module: Any, wanted: str | None) -> list[tuple[Device, int]]:
    devices = indexed_devices(module, "output")
    if wanted is None:
        return devices
    chosen = match_device(wanted, [device for device, _ in devices], "output")
    return [pair for pair in devices if pair[0] == chosen][:1]


def _close(stream: Any) -> None:
    try:
        stream.abort(ignore_errors=True)
        stream.close(ignore_errors=True)
    finally:
        portaudio.stream_closed()
