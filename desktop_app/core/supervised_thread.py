"""A thread that cannot die unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable


class SupervisedThread:
    """A daemon thread that hands over whatever its work raises.

    Parameters
    ----------
    name : str
        Of the thread; ``emoscope-...`` lets the end of the process find those that hang in native code.
    target : callable
        The work.
    on_failure : callable
        Called on this thread, as its last act, with what `target` raised.
    """

    def __init__(
        self, name: str, target: Callable[[], object], on_failure: Callable[[Exception], object]
    ) -> None:
        self._target = target
        self._on_failure = on_failure
        # A daemon: native code that never returns must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def name(self) -> str:
        return self._thread.name

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end. Returns whether it has ended (also if it never began)."""
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(max(0.0, timeout_s))
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._target()
        except Exception as error:  # noqa: BLE001 - whatever it is, a person must learn of it
            self._on_failure(error)
        finally:
            del self._target, self._on_failure  # whoever keeps this does not keep what the work was done with
