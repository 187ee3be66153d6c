"""Ends a run of the tests that has come to a standstill, and tells which tests it was in."""

from __future__ import annotations

import os
import threading
import time

import pytest

LIMIT_S = float(os.environ.get("EMOSCOPE_TEST_LIMIT_S", "2400"))


class RunLimit:
    """In the process that hands tests to workers: no test's own timeout ends its wait for them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._running: dict[str, float] = {}
        self._timer = threading.Timer(LIMIT_S, self._end)
        self._timer.daemon = True
        self._timer.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._running[nodeid] = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._running.pop(nodeid, None)

    def pytest_unconfigure(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        now = time.monotonic()
        running = [f"  {nodeid} for {now - began:.0f} s" for nodeid, began in list(self._running.items())]
        text = f"The run was ended: it took more than {LIMIT_S:.0f} s (EMOSCOPE_TEST_LIMIT_S). Running were:"
        terminal.write("\n" + "\n".join([text, *running]) + "\n", flush=True)
        os._exit(1)  # the main thread waits for what does not come
