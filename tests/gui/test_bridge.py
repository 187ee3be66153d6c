"""The one way from worker threads into the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from gui_events import final, partial, tick
from PySide6.QtWidgets import QApplication

from desktop_app.core.types import AudioTick
from desktop_app.gui.bridge import EventBridge


@pytest.fixture
def bridge(qapp: QApplication) -> EventBridge:
    made = EventBridge()
    made.batches = []  # type: ignore[attr-defined]
    made.events.connect(made.batches.append)  # type: ignore[attr-defined]
    return made


def delivered(bridge: EventBridge, qapp: QApplication) -> list[Any]:
    qapp.processEvents()
    return [event for batch in bridge.batches for event in batch]  # type: ignore[attr-defined]


def test_events_arrive_in_order_in_the_windows_thread(
    bridge: EventBridge, qapp: QApplication, until: Callable[..., None]
) -> None:
    threads: list[threading.Thread] = []
    bridge.events.connect(lambda _: threads.append(threading.current_thread()))
    sent = [partial("sad", 1.0), final("sad"), partial("happy", 3.0, segment=1)]
    worker = threading.Thread(target=lambda: [bridge.post(event) for event in sent])
    worker.start()
    worker.join()
    until(lambda: len(delivered(bridge, qapp)) == 3)
    assert delivered(bridge, qapp) == sent
    assert set(threads) == {threading.current_thread()}


def test_ticks_that_a_busy_window_missed_become_one_with_all_their_columns(
    bridge: EventBridge, qapp: QApplication
) -> None:
    for k in range(1, 101):
        bridge.post(tick(k * 0.03, peak=k / 100))
    events = delivered(bridge, qapp)
    assert len(events) == 1
    assert isinstance(events[0], AudioTick)
    assert events[0].time_s == pytest.approx(3.0)
    assert np.allclose(events[0].waveshape.maximum, np.repeat(np.arange(1, 101) / 100, 3))


def test_ticks_do_not_cross_a_result(bridge: EventBridge, qapp: QApplication) -> None:
    result = final("sad")
    for event in (tick(0.03), tick(0.06), result, tick(0.09)):
        bridge.post(event)
    kinds = [type(event).__name__ for event in delivered(bridge, qapp)]
    assert kinds == ["AudioTick", "FinalResult", "AudioTick"]


def test_a_window_that_hangs_for_minutes_does_not_fill_the_memory(
    bridge: EventBridge, qapp: QApplication
) -> None:
    for k in range(1, 5001):
        bridge.post(tick(k * 0.03))
    (event,) = delivered(bridge, qapp)
    assert len(event.waveshape.minimum) <= 6000
    end_s = event.waveshape.start_s + 0.01 * len(event.waveshape.minimum)
    assert end_s == pytest.approx(150.0)


def test_many_posts_cost_one_wake_up(bridge: EventBridge, qapp: QApplication) -> None:
    for k in range(50):
        bridge.post(partial("sad", 1.0 + k))
    assert len(delivered(bridge, qapp)) == 50
    assert len(bridge.batches) == 1  # type: ignore[attr-defined]


def test_after_closing_nothing_arrives(bridge: EventBridge, qapp: QApplication) -> None:
    bridge.post(final("sad"))
    bridge.close()
    bridge.post(final("happy"))
    assert delivered(bridge, qapp) == []
