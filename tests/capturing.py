"""Steps of the tests that capture from a microphone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from desktop_app.audio.base import AudioSource
from desktop_app.core.ring_buffer import RingBuffer


def wait_for(condition: Callable[[], bool], timeout_s: float = 5.0) -> float:
    """Seconds until `condition` holds; fails after `timeout_s`."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > timeout_s:
            pytest.fail(f"not within {timeout_s} s")
        time.sleep(0.005)
    return time.monotonic() - begin


def started(source: AudioSource, seconds: float = 5.0) -> RingBuffer:
    stream_format = source.open()
    ring = RingBuffer(round(stream_format.sample_rate * seconds), stream_format.channels)
    source.start(ring)
    return ring


def timed_stop(source: AudioSource) -> float:
    begin = time.monotonic()
    source.stop()
    return time.monotonic() - begin
