"""What every source of audio is, seen from the runtime."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import SoundWarning, StreamFormat


class AudioError(EmoscopeError):
    """A device or file that cannot be used."""

    default_code = "audio"


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A look at a running source; cheap, callable from any thread.

    Attributes
    ----------
    active : bool
        The stream says it runs. A frozen sound server also says so: see `silent_for_s`.
    finished : bool
        The stream ended: a recording is over, or the device or its server went away.
    silent_for_s : float
        Seconds since the last callback (monotonic clock), for the watchdog.
    overflows : int
        Callbacks that PortAudio flagged: it had to drop audio before it reached the program.
    error : AudioError or None
        Why a finished source ended before its time: a recording that breaks off or holds no number, or a
        failure in the program's own callback. What was written to the ring before is good.
    arrived : (int, float)
        Frames that a microphone has delivered so far, those that the ring dropped included, and the time of
        its latest callback (`core.clock.now`). (0, 0.0) before the first, and for recordings.
    warnings : tuple of SoundWarning
        What is missing or damaged in a recording; complete once it is `finished`.
    """

    active: bool
    finished: bool
    silent_for_s: float
    overflows: int
    error: AudioError | None = None
    arrived: tuple[int, float] = (0, 0.0)
    warnings: tuple[SoundWarning, ...] = ()


class AudioSource(Protocol):
    """A microphone or a recording that writes frames into a ring buffer.

    Life: `open()` once, `start(ring)` once, `stop()` any number of times from any thread; a stopped source is
    not started again, a fresh one is made. `live` tells a microphone (its loss is worth waiting for) from a
    recording (its end is the end).
    """

    live: bool

    def open(self) -> StreamFormat:
        """Open at the device's own rate. Raises AudioError with a sentence and a hint."""

    def start(self, ring: RingBuffer) -> None:
        """Begin to write float32 frames [n, channels] into `ring`, whose channel count matches `open()`."""

    def status(self) -> SourceStatus: ...

    def stop(self) -> None:
        """Stop and release; idempotent, returns within a second even if the sound server hangs."""
