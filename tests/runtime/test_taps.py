"""Who taps a run gets what is heard, sample by sample and at its time, and never holds the run up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hand_microphone import RATE, Microphone

from desktop_app.audio.file_source import FileSource
from desktop_app.core.types import CaptureState, FinalResult, Gap, GapReason, StateChanged
from desktop_app.inference.engine import EmotionEngine
from desktop_app.runtime import supervisor
from desktop_app.runtime.pipeline import Pipeline
from desktop_app.runtime.taps import Tap, TapBlock, TapEnd, TapGap, TapItem, TapLost, Taps, TapThread

SECOND = np.zeros((1000, 1), dtype=np.float32)


def blocks(items: list[TapItem]) -> list[TapBlock]:
    return [item for item in items if isinstance(item, TapBlock)]


def sound(items: list[TapItem]) -> np.ndarray:
    return np.concatenate([block.samples for block in blocks(items)])


# --- one tap ---


def test_what_does_not_fit_is_told_in_its_place_and_later_sound_comes_again() -> None:
    taps, tap = Taps(), Tap(3.0)
    taps.add(tap)
    for second in range(5):
        taps.push(SECOND + second, None, float(second), 1000)
    first = tap.get()
    assert isinstance(first, TapBlock)
    assert first.samples[0] == 0.0
    taps.push(SECOND + 5, None, 5.0, 1000)
    kinds = [(type(item), item.start_s) for item in tap.drain() if not isinstance(item, TapEnd)]
    assert kinds == [(TapBlock, 1.0), (TapBlock, 2.0), (TapLost, 3.0), (TapBlock, 5.0)]
    assert tap.lost == 2000


def test_a_listener_that_never_takes_anything_costs_no_more_than_its_seconds() -> None:
    taps, tap = Taps(), Tap(2.0)
    taps.add(tap)
    for second in range(1000):
        taps.push(SECOND, None, 2.0 * second, 1000)
        taps.gap(2.0 * second + 1, 1.0, GapReason.STALLED)
    items = tap.drain()
    assert len(items) < 8
    lost = items[-1]
    assert isinstance(lost, TapLost)
    assert (lost.end_s, lost.frames, lost.first) == (2000.0, tap.lost, 1_000_000 - tap.lost)


def test_the_channel_that_is_judged_is_what_is_heard_and_the_mix_where_none_is_chosen() -> None:
    taps, tap = Taps(), Tap()
    taps.add(tap)
    frames = np.array([[1.0, 3.0], [2.0, np.nan]], dtype=np.float32)
    taps.push(frames, 0, 0.0, 2)
    taps.push(frames[:1], None, 1.0, 2)
    taps.push(frames, 1, 1.5, 2)
    assert [block.samples.tolist() for block in blocks(tap.drain())] == [[1.0, 2.0], [2.0], [3.0, 0.0]]


def test_a_tap_that_has_ended_gives_what_waits_and_then_its_end() -> None:
    taps, tap = Taps(), Tap()
    taps.add(tap)
    taps.push(SECOND, None, 0.0, 1000)
    taps.remove(tap)
    taps.push(SECOND, None, 1.0, 1000)
    assert isinstance(tap.get(), TapBlock)
    assert tap.get() == tap.get() == TapEnd()
    assert tap.drain() == [TapEnd()]
    taps.end()
    late = Tap()
    taps.add(late)
    assert late.get() == TapEnd()


def test_who_waits_for_sound_that_does_not_come_gets_nothing() -> None:
    assert Tap().get(0.01) is None
    assert Tap().drain() == []


# --- a run ---


def test_a_recording_is_heard_whole_at_its_own_rate_and_at_the_times_of_the_results(
    recorder, model: Path, recording: Path
) -> None:
    pipeline = Pipeline(lambda: FileSource(recording, paced=False), EmotionEngine.load(model), recorder)
    tap = pipeline.add_tap(60.0)
    pipeline.start()
    try:
        assert pipeline.wait(20)
    finally:
        assert pipeline.stop()
    items = tap.drain()
    assert items[-1] == TapEnd()
    frames, rate = soundfile.read(recording, dtype="float32")
    np.testing.assert_allclose(sound(items), frames.mean(axis=1), atol=1e-6)
    for before, after in pairwise(blocks(items)):
        assert after.first == before.first + len(before.samples)
        assert after.start_s == pytest.approx(before.end_s, abs=1e-9)
    assert {block.sample_rate for block in blocks(items)} == {rate}
    loudness = np.abs(sound(items))
    for result in recorder.of(FinalResult):
        inside = loudness[round(result.start_s * rate) : round(result.end_s * rate)]
        before = loudness[round((result.start_s - 0.3) * rate) : round((result.start_s - 0.1) * rate)]
        assert inside.mean() > 10 * before.mean()


@pytest.mark.slow
def test_a_listener_that_hangs_holds_nothing_up(recorder, model: Path, recording: Path) -> None:
    pipeline = Pipeline(lambda: FileSource(recording, paced=False), EmotionEngine.load(model), recorder)
    held = threading.Event()
    taken: list[TapItem] = []
    ended: list[Exception | None] = []

    def listen(item: TapItem) -> None:
        taken.append(item)
        assert held.wait(30)

    thread = TapThread(pipeline.add_tap(0.5), listen, "slow", ended.append)
    pipeline.start()
    try:
        assert pipeline.wait(20)
        assert len(recorder.of(FinalResult)) == 3
        assert pipeline.stats().dropped_s == 0.0
        assert not ended
    finally:
        stopped = pipeline.stop()
        held.set()
        assert thread.join(10)
    assert stopped
    lost = [item for item in taken if isinstance(item, TapLost)]
    assert lost
    assert (
        sum(item.frames for item in lost) + sum(len(block.samples) for block in blocks(taken))
        == soundfile.info(recording).frames
    )
    at = 0
    for item in taken:
        assert item.first == at
        at += item.frames if isinstance(item, TapLost) else len(item.samples)
    assert ended == [None]


@pytest.mark.slow
def test_a_listener_that_fails_is_told_and_the_run_goes_on(recorder, model: Path, recording: Path) -> None:
    pipeline = Pipeline(lambda: FileSource(recording, paced=False), EmotionEngine.load(model), recorder)
    told: list[Exception | None] = []

    def listen(item: TapItem) -> None:
        raise OSError("no room")

    thread = TapThread(pipeline.add_tap(), listen, "broken", told.append)
    pipeline.start()
    try:
        assert pipeline.wait(20)
        assert thread.join(10)
        assert len(recorder.of(FinalResult)) == 3
        assert not pipeline.failed
    finally:
        assert pipeline.stop()
    assert [str(error) for error in told] == ["no room"]


@pytest.mark.slow
def test_taps_come_and_go_while_it_runs_and_another_source_brings_its_rate(
    run: Callable[..., Pipeline], recorder, recording: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.wav"
    soundfile.write(other, np.full(8_000, 0.25, dtype=np.float32), 8_000, subtype="FLOAT")
    pipeline = run(lambda: FileSource(recording, paced=True))
    recorder.wait_for(lambda event: isinstance(event, StateChanged) and event.state is CaptureState.LISTENING)
    tap = pipeline.add_tap()
    first = tap.get(5.0)
    assert isinstance(first, TapBlock)
    assert first.start_s == pytest.approx(first.first / 44_100, abs=1e-9)
    pipeline.set_source(lambda: FileSource(other, paced=False))
    assert pipeline.wait(10)
    second = pipeline.add_tap()
    pipeline.remove_tap(tap)
    items = [first, *tap.drain()]
    assert [block.sample_rate for block in blocks(items)][-1] == 8_000
    at = first.first
    time_s = first.start_s
    for item in items:
        if isinstance(item, TapGap):
            assert item.start_s == pytest.approx(time_s)
            time_s = item.end_s
        elif isinstance(item, TapBlock):
            assert (item.first, item.start_s) == (at, pytest.approx(time_s))
            at, time_s = at + len(item.samples), item.end_s
    assert pipeline.stats().time_s == pytest.approx(time_s)
    pipeline.stop()
    assert second.drain() == [TapEnd()]


@pytest.mark.slow
def test_an_outage_stands_between_the_blocks_that_it_parts(
    run: Callable[..., Pipeline], recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "RETRY_S", 0.05)
    microphones: list[Microphone] = []

    def make() -> Microphone:
        microphones.append(Microphone())
        return microphones[-1]

    def opened(count: int) -> Microphone:
        deadline = time.monotonic() + 5
        while len(microphones) < count or microphones[count - 1].ring is None:
            assert time.monotonic() < deadline
            time.sleep(0.005)
        return microphones[count - 1]

    pipeline = run(make)
    tap = pipeline.add_tap()
    hiss = 0.001 * np.random.default_rng(0).standard_normal(RATE // 2).astype(np.float32)
    opened(1).say(hiss)
    microphones[0].lose()
    opened(2)
    time.sleep(0.3)
    microphones[1].say(hiss)
    gap = recorder.wait_for(lambda event: isinstance(event, Gap))
    pipeline.stop()
    items = tap.drain()
    (at,) = [place for place, item in enumerate(items) if isinstance(item, TapGap)]
    told = items[at]
    assert isinstance(told, TapGap)
    assert (told.start_s, told.seconds, told.reason) == (gap.start_s, gap.seconds, gap.reason)
    before, after = items[at - 1], items[at + 1]
    assert isinstance(before, TapBlock)
    assert isinstance(after, TapBlock)
    assert before.end_s == pytest.approx(gap.start_s)
    assert after.start_s == pytest.approx(gap.end_s)
    np.testing.assert_array_equal(sound(items), np.concatenate([hiss, hiss]))
