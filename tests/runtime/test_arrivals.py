"""What a microphone did not deliver, from the times of its callbacks: 10 ms of sound each."""

from __future__ import annotations

import pytest

from desktop_app.audio.base import SourceStatus
from desktop_app.core import clock
from desktop_app.core.types import GapReason
from desktop_app.runtime.arrivals import Arrivals, Missing

RATE = 1000


class Stream:
    """A microphone's callbacks: `play` delivers sound evenly, `wait` lets time pass without any."""

    def __init__(self, arrivals: Arrivals, at: float = 100.0) -> None:
        self.arrivals = arrivals
        self.at = at
        self.frames = 0
        self.overflows = 0
        self.found: list[Missing] = []

    def play(self, seconds: float, *, late_s: float = 0.0) -> None:
        for _ in range(round(seconds * 100)):
            self.at += 0.010
            self.deliver(10, late_s=late_s)

    def wait(self, seconds: float) -> None:
        self.at += seconds

    def deliver(self, frames: int, *, late_s: float = 0.0) -> None:
        """Frames at once, as in a burst."""
        self.frames += frames
        status = SourceStatus(True, False, 0.0, self.overflows, arrived=(self.frames, self.at + late_s))
        missing = self.arrivals.push(status)
        if missing is not None:
            self.found.append(missing)


@pytest.fixture
def stream() -> Stream:
    return Stream(Arrivals(RATE))


def test_an_even_stream_misses_nothing_however_its_callbacks_jitter(stream: Stream) -> None:
    for late_s in (0.0, 0.03, 0.0, 0.09, 0.01, 0.2):
        stream.play(0.5, late_s=late_s)
    assert stream.found == []
    assert stream.arrivals.held_behind is None


def test_a_pause_without_sound_is_missing_to_the_millisecond(stream: Stream) -> None:
    stream.play(2.0)
    stream.wait(3.2)
    stream.play(1.0)
    [missing] = stream.found
    assert missing.seconds == pytest.approx(3.2, abs=0.001)
    assert (missing.frames, missing.reason) == (2000, GapReason.STALLED)
    assert missing.until == pytest.approx(105.2, abs=0.001)


def test_what_lies_behind_a_pause_waits_until_its_length_is_known(stream: Stream) -> None:
    stream.play(2.0)
    stream.wait(1.0)
    stream.play(0.1)
    assert stream.arrivals.held_behind == 2000
    stream.play(0.3)
    assert stream.arrivals.held_behind is None


def test_a_burst_that_makes_up_for_the_pause_is_counted_once(stream: Stream) -> None:
    stream.play(2.0)
    stream.wait(2.5)
    stream.deliver(2500)
    stream.play(1.0)
    assert stream.found == []


def test_of_a_burst_that_makes_up_for_a_part_the_rest_is_missing(stream: Stream) -> None:
    stream.play(2.0)
    stream.wait(2.5)
    stream.deliver(500)
    stream.deliver(400)
    stream.play(1.0)
    [missing] = stream.found
    assert missing.seconds == pytest.approx(1.6, abs=0.001)


def test_a_second_pause_before_the_first_was_told_belongs_to_it(stream: Stream) -> None:
    stream.play(2.0)
    stream.wait(1.0)
    stream.play(0.1)
    stream.wait(1.0)
    stream.play(1.0)
    [missing] = stream.found
    assert missing.seconds == pytest.approx(2.0, abs=0.001)


def test_a_flagged_overflow_costs_what_the_stream_is_behind_afterwards(stream: Stream) -> None:
    stream.play(2.0)
    stream.wait(0.12)
    stream.overflows += 1
    stream.play(0.1)
    stream.overflows += 1
    stream.play(1.0)
    [missing] = stream.found
    assert missing.reason is GapReason.OVERFLOW
    assert missing.seconds == pytest.approx(0.12, abs=0.001)


def test_a_flag_without_a_loss_is_no_gap(stream: Stream) -> None:
    stream.play(2.0)
    stream.overflows += 1
    stream.play(1.0)
    assert stream.found == []


def test_the_sound_of_a_new_stream_waits_for_the_gap_before_it() -> None:
    stream = Stream(Arrivals(RATE, ended_at=95.0, reason=GapReason.DEVICE_LOST), at=100.0)
    assert stream.arrivals.held_behind == 0
    stream.deliver(1, late_s=0.04)  # a first callback that comes late
    stream.play(0.5)
    [missing] = stream.found
    assert (missing.frames, missing.reason) == (0, GapReason.DEVICE_LOST)
    assert missing.seconds == pytest.approx(5.0, abs=0.002)
    assert stream.arrivals.held_behind is None


def test_a_stream_that_ends_before_its_gap_is_certain_tells_what_it_knows() -> None:
    stream = Stream(Arrivals(RATE, ended_at=95.0, reason=GapReason.DEVICE_LOST), at=100.0)
    stream.play(0.1)
    missing = stream.arrivals.finish()
    assert missing is not None
    assert missing.seconds == pytest.approx(5.0, abs=0.001)
    assert stream.arrivals.held_behind is None


def test_a_clock_that_runs_slower_than_the_computers_is_no_gap(stream: Stream) -> None:
    """0.2 % is twenty times what sound cards are off by."""
    for _ in range(60):
        stream.play(1.0)
        stream.wait(0.002)
    assert stream.found == []


def test_a_pause_in_which_the_machine_slept_says_so(stream: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    stream.play(1.0)
    slept = clock.slept_s()
    monkeypatch.setattr(clock, "slept_s", lambda: slept + 3600.0)
    stream.wait(3600.0)
    stream.play(1.0)
    [missing] = stream.found
    assert missing.reason is GapReason.SUSPENDED
    assert missing.seconds == pytest.approx(3600.0, abs=0.001)
