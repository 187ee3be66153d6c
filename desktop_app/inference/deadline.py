"""How long a model may take for an answer, live and with recordings, and how one is left that takes longer.

Native code can be asked to break off between two operators. Within one it cannot, so it runs on a thread of
its own, which is left behind if it has to be.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

PATIENCE_S: Final = 10.0
"""For any answer, and any step of a trial, however short the sound and small the file."""
BYTES_A_SECOND: Final = 20e6
"""Of the model file: wav2vec 2.0 large, 1.3 GB, gets a minute more than a small model."""
SECONDS_FOR_ONE: Final = 4.0
"""On two slow cores wav2vec 2.0 large needs four times as long as the sound lasts."""
FIRST_ANSWER_S: Final = 60.0
"""At least so long for the first: a graphics card may have to translate its kernels."""

_LOOK_S: Final = 0.05
_STEP_S: Final = (
    1.0  # the most that counts between two looks: a longer one was the machine's sleep, or Ctrl+Z
)
_TO_BREAK_OFF_S: Final = 2.0
_TO_LEAVE_S: Final = 0.25  # whoever breaks off ends something, and does not want to wait


def answer_limit_s(sound_s: float, model_bytes: int) -> float:
    """Longest time in seconds for the answer to `sound_s` seconds of sound.

    Far more than a slow machine needs that has other work as well, and no more than a person waits.
    """
    return PATIENCE_S + SECONDS_FOR_ONE * sound_s + model_bytes / BYTES_A_SECOND


class LateError(Exception):
    """No answer within the time; where it did not break off either, its thread was left."""


class LeftError(Exception):
    """Somebody else broke it off, and it does not hear; its thread was left."""


class Computation(Generic[T]):
    """One call of native code, with a limit.

    Parameters
    ----------
    work : callable
        What it raises is raised by `result`.
    break_off : callable
        Asks `work` to end early; it may not hear.
    broken_off : callable
        Whether anybody has asked for that.
    """

    def __init__(
        self, work: Callable[[], T], break_off: Callable[[], None], broken_off: Callable[[], bool]
    ) -> None:
        self._work = work
        self._break_off = break_off
        self._broken_off = broken_off
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._done = threading.Event()

    def result(self, limit_s: float) -> T:
        """Run it, and wait for what it returns.

        Raises
        ------
        LateError
            It was broken off after `limit_s` seconds.
        LeftError
            `broken_off` became true, and `work` goes on.
        """
        # A daemon by this name: the end of the process does not wait for it.
        threading.Thread(target=self._run, name="emoscope-answer", daemon=True).start()
        try:
            if self._wait(limit_s):
                return self._outcome()
            self._break_off()
            self._done.wait(_TO_BREAK_OFF_S)
            raise LateError
        except KeyboardInterrupt:
            self._break_off()
            raise

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._error = error
        finally:
            self._done.set()

    def _wait(self, limit_s: float) -> bool:
        """Whether it is done within the time."""
        used_s, before = 0.0, time.monotonic()
        while not self._done.wait(min(_LOOK_S, max(0.0, limit_s - used_s))):
            if self._broken_off():
                if self._done.wait(_TO_LEAVE_S):
                    return True
                raise LeftError
            now = time.monotonic()
            used_s, before = used_s + min(now - before, _STEP_S), now
            if used_s >= limit_s:
                return self._done.is_set()
        return True

    def _outcome(self) -> T:
        if self._error is not None:
            raise self._error
        return self._results[0]
