"""The clock behind gaps and wall-clock times, and threads that cannot die unseen."""

from __future__ import annotations

import threading
import time

from desktop_app.core import clock
from desktop_app.core.supervised_thread import SupervisedThread


def test_the_clock_goes_forward_and_counts_seconds() -> None:
    begin, slept = clock.now(), clock.slept_s()
    time.sleep(0.05)
    assert 0.04 < clock.now() - begin < 5.0
    assert abs(clock.slept_s() - slept) < 0.01, "nobody slept"


def test_a_wall_clock_time_is_iso_8601_in_utc_with_milliseconds() -> None:
    assert clock.iso_utc(1_769_860_800.25) == "2026-01-31T12:00:00.250Z"
    assert clock.iso_utc(0.0004) == "1970-01-01T00:00:00.000Z"


def test_what_a_thread_raises_reaches_its_owner() -> None:
    raised: list[tuple[str, str]] = []

    def work() -> None:
        raise ValueError("no")

    thread = SupervisedThread(
        "emoscope-test", work, lambda error: raised.append((str(error), threading.current_thread().name))
    )
    assert thread.join(0.0), "one that never began has ended"
    thread.start()
    assert thread.join(5.0)
    assert not thread.alive
    assert raised == [("no", "emoscope-test")]


def test_one_that_ends_by_itself_tells_nothing() -> None:
    raised: list[Exception] = []
    thread = SupervisedThread("emoscope-test", lambda: None, raised.append)
    thread.start()
    assert thread.join(5.0)
    assert raised == []
