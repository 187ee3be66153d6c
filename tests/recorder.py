"""Events of a run, which a test can wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from desktop_app.core.types import Event


class Recorder:
    """Collects events, and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._new = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._new:
            self.events.append(event)
            self._new.notify_all()

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    def wait_for(self, accept: Callable[[Event], bool], timeout_s: float = 10.0) -> Event:
        deadline = time.monotonic() + timeout_s
        seen = 0
        with self._new:
            while True:
                for event in self.events[seen:]:
                    if accept(event):
                        return event
                seen = len(self.events)
                assert self._new.wait(max(0.0, deadline - time.monotonic())), "the event never came"
