"""Calls one after another, and an end that nothing slips behind."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import CancelledError

import pytest

from desktop_app.gui.serial import SerialCalls


def test_calls_run_in_order_on_one_thread() -> None:
    calls = SerialCalls("emoscope-test")
    seen: list[tuple[int, str]] = []
    futures = [calls.submit(lambda k=k: seen.append((k, threading.current_thread().name))) for k in range(20)]
    for future in futures:
        future.result(2)
    assert seen == [(k, "emoscope-test") for k in range(20)]
    assert calls.close(2)


def test_a_failure_reaches_who_asks_and_the_next_call_still_runs() -> None:
    calls = SerialCalls("emoscope-test")
    failing, next_one = calls.submit(lambda: 1 / 0), calls.submit(lambda: 7)
    with pytest.raises(ZeroDivisionError):
        failing.result(2)
    assert next_one.result(2) == 7
    assert calls.close(2)


def test_closing_cancels_what_waits_and_what_comes_later() -> None:
    calls = SerialCalls("emoscope-test")
    begun, go = threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return go.wait(2)

    running = calls.submit(work)
    waiting = calls.submit(lambda: 1)
    assert begun.wait(2)
    assert not calls.close(0.01)  # it still runs
    go.set()
    assert calls.close(2)
    assert running.result(2) is True
    assert waiting.cancelled()
    with pytest.raises(CancelledError):
        calls.submit(lambda: 1).result(2)


def test_closing_from_one_thread_while_another_submits_leaves_nobody_waiting() -> None:
    for _ in range(200):
        calls = SerialCalls("emoscope-test")
        futures = []
        submitter = threading.Thread(target=lambda c=calls, f=futures: f.append(c.submit(lambda: 1)))
        submitter.start()
        assert calls.close(2)
        submitter.join()
        with contextlib.suppress(CancelledError):
            assert futures[0].result(2) == 1
        assert calls.close(2)
