"""What the two microphone sources share: which format to ask for, life and death of a callback stream.

The callback copies the block into the ring and notes the time; nothing else happens on the audio thread. A
device that disappears raises no exception: its stream turns inactive, or the callbacks only stop.
"""

from __future__ import annotations

import abc
import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

from desktop_app.audio import portaudio
from desktop_app.audio.base import AudioError, SourceStatus
from desktop_app.audio.devices import Device, match_device, no_microphone
from desktop_app.core import clock
from desktop_app.core.channel_choice import NOT_THERE
from desktop_app.core.errors import unexpected
from desktop_app.core.quiet import quiet_stderr
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import FloatArray, StreamFormat

BLOCK_S = 0.010
_RATES = (48_000, 44_100, 16_000)
_MADE_UP_FROM = 32
"""Sound servers and ALSA's plugins claim 32, 64 or 128 channels whatever is behind them, and copy or leave
empty what is not there. The inputs of an interface are fewer."""
_WIDTHS = (1, 2, 4, 8, 16)


def candidate_formats(device: Device, least_channels: int = 1) -> Iterator[tuple[int, int]]:
    """(sample rate, channels) worth trying on `device`, best first; at least `least_channels` channels.

    The device's own come first: all inputs of an interface, but two of what claims more than there are. Some
    devices take only as many as they have, so wider ones follow. ALSA's devices that stand for a sound server
    claim 44100 whatever the server runs at, and that is 48000 nearly everywhere: asking for less would be
    resampled twice.
    """
    rates = [device.default_sample_rate, *_RATES]
    if device.host_api == "ALSA":
        rates = [_RATES[0], *rates]
    own = 2 if device.channels >= _MADE_UP_FROM else device.channels
    widths = [max(own, least_channels), *_WIDTHS, device.channels]
    channels = [n for n in dict.fromkeys(widths) if least_channels <= n <= max(device.channels, 2)]
    for rate in dict.fromkeys(rate for rate in rates if rate > 0):
        for count in channels:
            yield rate, count


class CallbackSource(abc.ABC):
    """A microphone whose stream calls `_receive` with each block.

    Parameters
    ----------
    device : str or Device, optional
        A name, as in `find_device`. Without one: the default microphone, and if that does not open, the next
        that does.
    block_s : float
        Seconds between callbacks. At the device's own rate 10 ms cost 15 ms from click to callback.
    least_channels : int
        So many must be delivered: whoever asks for the third channel cannot do with two.
    """

    live = True

    def __init__(
        self, device: str | Device | None = None, block_s: float = BLOCK_S, *, least_channels: int = 1
    ) -> None:
        self._wanted = device.key if isinstance(device, Device) else device
        self._block_s = block_s
        self._least_channels = least_channels
        self._lock = threading.Lock()
        self._stream: Any = None
        self._ring: RingBuffer | None = None
        self._format: StreamFormat | None = None
        self._stopped = False
        self._started = False
        self._finished = False
        self._overflows = 0
        self._error: AudioError | None = None
        self._arrived = (0, 0.0)  # frames and time; one store, so that a reader sees both or neither
        self._last_callback = time.monotonic()

    # --- what a library must do; each is called inside the gate --------------------------------------------

    @abc.abstractmethod
    def _devices(self) -> list[tuple[Device, int]]:
        """Devices and the library's index of each, default first."""

    @abc.abstractmethod
    def _open_stream(self, index: int, rate: int, channels: int) -> tuple[Any, int]:
        """A stream and the rate it really has. Raises OSError or PortAudioError."""

    @abc.abstractmethod
    def _start_stream(self, stream: Any) -> None: ...

    @abc.abstractmethod
    def _close_stream(self, stream: Any) -> None:
        """Without waiting for pending audio."""

    def _release(self) -> None:  # noqa: B027 - not every library takes something
        """Give back what `_devices` took, when no stream came of it."""

    def _stream_ended(self) -> bool:
        """For libraries that do not tell by a callback; the lock is held."""
        return False

    # --- AudioSource --------------------------------------------------------------------------------------

    def open(self) -> StreamFormat:
        """Open the microphone at its own rate.

        Raises
        ------
        AudioError
            No microphone, none of that name, or it does not open.
        """
        with quiet_stderr():
            stream, stream_format = portaudio.call(self._open, discard=lambda opened: self._close(opened[0]))
        with self._lock:
            if not self._stopped:
                self._stream = stream
                self._format = stream_format
                return stream_format
        self._close_within_deadline(stream)
        raise AudioError("The microphone was closed while it was being opened.")

    def _open(self) -> tuple[Any, StreamFormat]:
        try:
            opened = self._open_first(self._listed())
        except BaseException:
            self._release()
            raise
        portaudio.stream_opened()
        return opened

    def _listed(self) -> list[tuple[Device, int]]:
        try:
            return self._devices()
        except Exception as error:
            if not _from_portaudio(error):
                raise
            raise AudioError(
                f"The sound system does not tell its microphones: {plain_reason(error)}.",
                "If it stays so, restart the sound system or Emoscope.",
                code="audio.system",
            ) from error

    def _open_first(self, devices: list[tuple[Device, int]]) -> tuple[Any, StreamFormat]:
        if not devices:
            raise no_microphone()
        if self._wanted is not None:
            chosen = match_device(self._wanted, [device for device, _ in devices])
            devices = [pair for pair in devices if pair[0] == chosen][:1]
        enough = [pair for pair in devices if pair[0].channels >= self._least_channels]
        if not enough:
            raise _too_few_channels([device for device, _ in devices], self._least_channels)
        devices = enough
        reasons = []
        for device, index in devices:
            for rate, channels in candidate_formats(device, self._least_channels):
                try:
                    stream, real_rate = self._open_stream(index, rate, channels)
                except Exception as error:
                    if not _from_portaudio(error):
                        raise
                    reasons.append(plain_reason(error))
                else:
                    return stream, StreamFormat(real_rate, channels, device.name)
        raise _not_opened([device for device, _ in devices], reasons)

    def start(self, ring: RingBuffer) -> None:
        """Begin to write into `ring`.

        Raises
        ------
        AudioError
            The device does not start.
        """
        stream, opened = self._stream, self._format
        if stream is None or opened is None:
            raise AudioError("The microphone was closed before it could start.")
        if ring.channels != opened.channels:
            raise ValueError(f"the ring has {ring.channels} channels, the microphone {opened.channels}")
        self._ring = ring
        self._last_callback = time.monotonic()
        self._started = True
        try:
            portaudio.call(lambda: self._start_stream(stream))
        except Exception as error:
            self._finished = True
            if not _from_portaudio(error):
                raise
            raise AudioError(
                f'The microphone "{opened.name}" does not start: {plain_reason(error)}.',
                code="audio.microphone",
            ) from error

    def _receive(self, block: FloatArray, flagged: bool) -> None:
        """On the audio thread. What it raised would go into PortAudio's hands, which say nothing."""
        try:
            if flagged:
                self._overflows += 1
            ring = self._ring
            if ring is not None:
                ring.write(block)
            self._arrived = (self._arrived[0] + len(block), clock.now())
            self._last_callback = time.monotonic()
        except Exception as error:  # noqa: BLE001
            self._error = AudioError(
                f"The sound of the microphone could not be taken in: {unexpected(error)}",
                code="audio.callback",
            )
            self._finished = True

    def status(self) -> SourceStatus:
        with self._lock:
            if self._started and not self._stopped and not self._finished and self._stream_ended():
                self._finished = True
            finished = self._finished or self._stopped
        return SourceStatus(
            active=self._started and not finished,
            finished=finished,
            silent_for_s=time.monotonic() - self._last_callback,
            overflows=self._overflows,
            error=self._error,
            arrived=self._arrived,
        )

    def stop(self) -> None:
        with self._lock:
            stream, self._stream = self._stream, None
            self._stopped = True
        if stream is not None:
            self._close_within_deadline(stream)

    def _close(self, stream: Any) -> None:
        try:
            self._close_stream(stream)
        finally:
            portaudio.stream_closed()

    def _close_within_deadline(self, stream: Any) -> None:
        # If the server hangs, the gate's thread closes the stream as soon as the server answers again.
        with contextlib.suppress(AudioError), quiet_stderr():
            portaudio.call(lambda: self._close(stream), portaudio.CLOSE_DEADLINE_S)


def _from_portaudio(error: Exception) -> bool:
    # sounddevice has a class of its own, PyAudio raises OSError; neither may be imported here for its class.
    return isinstance(error, OSError) or type(error).__name__ == "PortAudioError"


# PortAudio's words for what a person can know in others.
_PLAIN = {
    "Illegal combination of I/O devices": "the sound system has no input behind it",
    "Invalid device": "the sound system no longer knows it",
    "Device unavailable": "it is in use by another program, or was disconnected",
    "Invalid sample rate": "it takes none of the usual sample rates",
    "Invalid number of channels": "it takes no usual number of channels",
    "Unanticipated host error": "the sound system refuses it",
    "Internal PortAudio error": "the sound system failed",
    "Host API not found": "the sound system is not there",
    "Sample format not supported": "its samples have an unknown format",
    "Timeout": "it does not answer",
    "Wait timed out": "it does not answer",
}


def plain_reason(error: Exception) -> str:
    """Why a device does not open, in plain words; those of PortAudio only where they are unknown."""
    reason = _portaudio_reason(error)
    return _PLAIN.get(reason) or f'PortAudio says "{reason}"'


def _portaudio_reason(error: Exception) -> str:
    """PortAudio's own words, without its function names and codes."""
    words = [str(part) for part in error.args if isinstance(part, str)]
    text = words[0] if words else str(error)
    text = text.split(" [PaErrorCode", 1)[0]
    if text.startswith("Error "):  # "Error opening InputStream: Invalid sample rate"
        text = text.split(": ", 1)[-1]
    return text.strip().rstrip(".") or type(error).__name__


def _too_few_channels(devices: list[Device], wanted: int) -> AudioError:
    most = max(device.channels for device in devices)
    who = f'The microphone "{devices[0].name}" has' if len(devices) == 1 else "The microphones have"
    return AudioError(
        f"{who} {'1 channel' if most == 1 else f'{most} channels'}, so there is no channel {wanted} to hear.",
        NOT_THERE,
        code="audio.channel",
        fields={"channel": wanted, "channels": most},
    )


def _not_opened(devices: list[Device], reasons: list[str]) -> AudioError:
    reason = reasons[0] if reasons else "no reason is given"
    hint = "Is another program using it, or does the system deny access? `emoscope doctor` tries each device."
    if len(devices) == 1:
        text = f'The microphone "{devices[0].name}" does not open: {reason}.'
    else:
        text = f'None of the {len(devices)} microphones opens. The first, "{devices[0].name}": {reason}.'
    return AudioError(text, hint, code="audio.microphone")
