"""The one gate to PortAudio: one call at a time, none waited for without end, nothing chatty on stderr.

PortAudio's own functions are not thread-safe, and each of them can hang while a sound server does not answer
(a stopped PulseAudio keeps `Pa_AbortStream` waiting for ever). So every call runs on a thread of its own that
holds the gate, and the caller waits for it with a deadline. While one call hangs, the next ones fail with a
sentence instead of hanging too; when the server answers again, the gate opens by itself.
"""

from __future__ import annotations

import atexit
import contextlib
import sys
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Generic, TypeVar

from desktop_app.audio.base import AudioError

T = TypeVar("T")

OPEN_DEADLINE_S = 4.0
CLOSE_DEADLINE_S = 0.8  # below the second that AudioSource.stop() promises
# So long after the start of the program its device list counts as fresh: start-up is not paid twice.
_FRESH_S = 1.0

# Where sound servers can hang. Elsewhere devices are opened on the caller's own thread, because a Windows
# driver is bound to the thread that initialised it; closing has its deadline everywhere.
_HANGS = sys.platform.startswith("linux")

_gate = threading.Lock()
_module: ModuleType | None = None
_initialised_at = 0.0
_open_streams = 0  # changed only by whoever holds the gate


class _Call(Generic[T]):
    """A call on its own thread: its result, its failure, and whether anybody still waits for it."""

    def __init__(self, function: Callable[[], T], discard: Callable[[T], object] | None) -> None:
        self._function = function
        self._discard = discard
        self._claim = threading.Lock()
        self._abandoned = False
        self._error: BaseException | None = None
        self._results: list[T] = []
        self._done = threading.Event()

    def run(self) -> None:
        with _gate:
            with self._claim:
                skip = self._abandoned and self._discard is not None
            if not skip:
                try:
                    self._results.append(self._function())
                except BaseException as error:  # noqa: BLE001 - handed to the caller as it is
                    self._error = error
            with self._claim:
                self._done.set()
                late = self._abandoned
            if late and self._results and self._discard is not None:
                self._discard(self._results[0])

    def wait(self, deadline_s: float) -> bool:
        if self._done.wait(deadline_s):
            return True
        with self._claim:
            self._abandoned = not self._done.is_set()
            return not self._abandoned

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]


def call(
    function: Callable[[], T],
    deadline_s: float = OPEN_DEADLINE_S,
    discard: Callable[[T], object] | None = None,
) -> T:
    """Run `function` alone inside the gate and return what it returns.

    Parameters
    ----------
    deadline_s : float
        How long to wait. The call itself cannot be broken off; it goes on and ends by itself.
    discard : callable, optional
        For a call that makes something: releases what comes after the deadline, and lets the call be left
        out altogether if nobody waits for it by the time the gate is free.

    Raises
    ------
    AudioError
        The deadline has passed.
    """
    if not _HANGS and deadline_s >= OPEN_DEADLINE_S:
        with _gate:
            return function()
    work: _Call[T] = _Call(function, discard)
    # The name lets the end of the process know that it must not wait for this thread.
    thread = threading.Thread(target=work.run, name="emoscope-portaudio", daemon=True)
    thread.start()
    if not work.wait(deadline_s):
        raise AudioError(
            "The sound system does not answer.",
            "If it stays so, restart PulseAudio or PipeWire, reconnect the microphone or restart Emoscope.",
            code="audio.system",
        )
    thread.join()
    return work.result()


def sounddevice() -> ModuleType:
    """The sounddevice module, PortAudio initialised. Only inside the gate.

    Raises
    ------
    AudioError
        PortAudio is not installed or cannot be initialised.
    """
    global _module, _initialised_at  # noqa: PLW0603 - PortAudio itself is one per process
    if _module is None:
        try:
            import sounddevice as module
        except (ImportError, OSError) as error:
            raise AudioError(
                "No microphone can be used, because the PortAudio library is not installed.",
                _install_hint(),
                code="audio.no_portaudio",
            ) from error
        except Exception as error:  # sounddevice raises its own class when initialisation fails
            if type(error).__name__ != "PortAudioError":
                raise
            raise _does_not_start(error) from error
        # Its own handler closes whatever is open, and hangs for ever if the server does.
        with contextlib.suppress(AttributeError):
            atexit.unregister(module._exit_handler)
        atexit.register(_terminate_at_exit)
        _module = module
        _initialised_at = time.monotonic()
    if not _module._initialized:  # `refresh` could not start it again
        _initialise(_module)
    return _module


def refresh() -> bool:
    """Read the device list again; PortAudio keeps the one of its start. Only inside the gate.

    Returns False, and does nothing, while a stream is open: it would be cut off.

    Raises
    ------
    AudioError
        PortAudio does not start again, such as while the system's sound service restarts; later it may.
    """
    module = sounddevice()
    if _open_streams:
        return False
    at_start = time.monotonic() - _initialised_at < _FRESH_S
    if not (at_start and len(module.query_devices())):
        try:
            module._terminate()
        finally:
            _initialise(module)
    return True


def _initialise(module: ModuleType) -> None:
    try:
        module._initialize()
    except module.PortAudioError as error:
        raise _does_not_start(error) from error


def _does_not_start(error: Exception) -> AudioError:
    return AudioError(f"PortAudio does not start: {error}.", code="audio.system")


def stream_opened() -> None:
    """Count a stream, so that no refresh cuts it off. Only inside the gate."""
    global _open_streams  # noqa: PLW0603
    _open_streams += 1


def stream_closed() -> None:
    """Only inside the gate."""
    global _open_streams  # noqa: PLW0603
    _open_streams -= 1


def _terminate_at_exit() -> None:
    # With a stream open or a call hanging, terminating could hang; the process ends anyway.
    if _open_streams == 0 and _module is not None and _gate.acquire(blocking=False):
        with contextlib.suppress(Exception):
            while _module._initialized:
                _module._terminate()


def _install_hint() -> str:
    if sys.platform.startswith("linux"):
        return "On Debian or Ubuntu: sudo apt-get install libportaudio2"
    return "Install the program again: the library comes with its sounddevice package."
