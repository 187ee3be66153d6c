"""Sound that is missing, on the run's time axis: with a source that delivers what a test wants it to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from hand_microphone import RATE, Microphone
from running import babble

from desktop_app.core import clock
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    Event,
    FinalResult,
    Gap,
    GapReason,
    StateChanged,
)
from desktop_app.runtime import supervisor
from desktop_app.runtime.pipeline import Pipeline

pytestmark = pytest.mark.slow  # threads, and waiting for them


@pytest.fixture
def microphones() -> list[Microphone]:
    return []


@pytest.fixture
def plugged(
    run: Callable[..., Pipeline], microphones: list[Microphone], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Microphone]:
    """Start the run on a microphone; each call gives the next one that was opened."""
    monkeypatch.setattr(supervisor, "RETRY_S", 0.05)

    def make() -> Microphone:
        microphones.append(Microphone())
        return microphones[-1]

    def wait(count: int) -> Microphone:
        deadline = time.monotonic() + 5
        while len(microphones) < count or microphones[count - 1].ring is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        return microphones[count - 1]

    wait.pipeline = run(make)  # type: ignore[attr-defined]
    return wait  # type: ignore[return-value]


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    return 0.001 * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


UTTERANCE = np.concatenate([noise(0.6), babble(0.8, RATE, 1), noise(0.8, 2)])


def is_final(index: int) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, FinalResult) and event.segment == index


@pytest.mark.slow
def test_a_lost_microphone_leaves_a_gap_as_long_as_the_clock_says(plugged, recorder) -> None:
    first = plugged(1)
    begun = clock.now()
    first.say(UTTERANCE)
    recorder.wait_for(is_final(0))
    first.lose()
    second = plugged(2)
    time.sleep(1.0)
    said_at = clock.now() - begun
    second.say(UTTERANCE)
    again = recorder.wait_for(is_final(1))
    [gap] = recorder.of(Gap)
    assert gap.reason is GapReason.DEVICE_LOST
    assert gap.start_s == pytest.approx(len(UTTERANCE) / RATE, abs=1e-6), "right behind the last sample"
    before = recorder.wait_for(is_final(0))
    assert again.start_s - said_at == pytest.approx(before.start_s, abs=0.05), "times agree with the clock"
    stats = plugged.pipeline.stats()
    assert stats.gap_s == stats.dropped_s == pytest.approx(gap.seconds)
    assert stats.time_s == pytest.approx(stats.audio_s + gap.seconds)
    kinds = [type(event) for event in recorder.events if isinstance(event, Gap | FinalResult)]
    assert kinds == [FinalResult, Gap, FinalResult]


@pytest.mark.slow
def test_what_is_being_said_when_sound_stops_is_judged_and_not_joined_with_what_comes_later(
    plugged, recorder
) -> None:
    microphone = plugged(1)
    microphone.say(np.concatenate([noise(0.6), babble(0.8, RATE, 1)]))
    time.sleep(1.0)
    microphone.say(np.concatenate([babble(0.8, RATE, 1), noise(0.8)]))
    recorder.wait_for(is_final(1))
    first, second = recorder.of(FinalResult)
    [gap] = recorder.of(Gap)
    assert gap.reason is GapReason.STALLED
    assert first.end_s <= gap.start_s + 0.15
    assert second.start_s >= gap.end_s - 0.15
    ticks = recorder.of(AudioTick)
    assert any(tick.waveshape.start_s == pytest.approx(gap.end_s, abs=1e-6) for tick in ticks)


def test_what_a_full_ring_lost_is_a_gap_at_its_very_place(
    plugged, recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_app.core.chain import SpeechChain

    microphone = plugged(1)
    assert microphone.ring is not None
    held, whole = threading.Event(), SpeechChain.push

    def push(chain: SpeechChain, frames: np.ndarray) -> object:
        held.wait(10)
        return whole(chain, frames)

    monkeypatch.setattr(SpeechChain, "push", push)  # the segmenter gets no time
    microphone.deliver(noise(0.1))
    time.sleep(0.2)
    capacity = microphone.ring.capacity
    for _ in range(30):
        microphone.deliver(noise(1.0))
    lost = microphone.ring.dropped
    assert lost > 0
    held.set()
    gap = recorder.wait_for(lambda event: isinstance(event, Gap) and event.reason is GapReason.OVERFLOW)
    assert gap.seconds == pytest.approx(lost / RATE)
    assert gap.start_s == pytest.approx((capacity + 0.1 * RATE) / RATE, abs=0.01)
    assert plugged.pipeline.stats().dropped_s == pytest.approx(lost / RATE)


def test_a_pause_is_on_the_axis_and_nothing_is_lost_by_it(plugged, recorder) -> None:
    plugged(1).say(noise(0.5))
    plugged.pipeline.pause()
    recorder.wait_for(lambda e: isinstance(e, StateChanged) and e.state is CaptureState.PAUSED)
    time.sleep(0.6)
    under_way = plugged.pipeline.stats()
    assert under_way.gap_s > 0.4
    plugged.pipeline.resume()
    plugged(2).say(noise(0.5))
    gap = recorder.wait_for(lambda event: isinstance(event, Gap))
    assert gap.reason is GapReason.PAUSED
    assert gap.seconds >= 0.6
    assert plugged.pipeline.stats().dropped_s == 0.0


def test_a_run_that_ends_without_its_microphone_tells_how_long_it_was_away(plugged, recorder) -> None:
    plugged(1).say(noise(0.5))
    plugged(1).lose()
    recorder.wait_for(lambda e: isinstance(e, StateChanged) and e.state is CaptureState.NO_MICROPHONE)
    time.sleep(0.7)
    assert plugged.pipeline.stats().dropped_s > 0.5, "also while nothing has come back"
    plugged.pipeline.stop()
    [gap] = recorder.of(Gap)
    assert gap.reason is GapReason.DEVICE_LOST
    assert gap.seconds > 0.5


def test_time_begins_with_the_first_sound(plugged, recorder) -> None:
    microphone = plugged(1)
    time.sleep(0.7)
    microphone.say(noise(0.5))
    recorder.wait_for(lambda event: isinstance(event, AudioTick))
    assert recorder.of(Gap) == []
    assert recorder.of(AudioTick)[0].time_s < 0.2


def test_wall_clock_times_are_those_of_the_sound(plugged, recorder) -> None:
    microphone = plugged(1)
    begun = time.time()
    microphone.say(UTTERANCE)
    final = recorder.wait_for(is_final(0))
    assert final.wall_clock - final.end_s == pytest.approx(begun, abs=0.05)
