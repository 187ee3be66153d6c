"""What is said live is written down behind the answers: each voice once, in order, and losses are told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest

from desktop_app.analysis.live_events import event_data
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion import FusedModel, Fusion, Weights
from desktop_app.core.transcript import TextEmotion, Transcript, Word, WordsHeard, WordsLossReason, WordsLost
from desktop_app.core.types import Event, Failure, FinalResult, FloatArray, Prediction
from desktop_app.runtime.live_words import LiveWords
from desktop_app.runtime.taps import Tap, TapBlock

RATE = 8_000
LABELS = ("calm", "angry")


def final(segment: int, start_s: float, end_s: float, *, nobody: bool = False) -> FinalResult:
    prediction = Prediction(LABELS, (0.9, 0.1), "calm", 0.9, uncertain=nobody, not_a_voice=nobody)
    return FinalResult(segment, start_s, end_s, prediction, 30.0, wall_clock=1000.0 + end_s)


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not there() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert there()


class Writing:
    """Takes what is offered, up to `room`, and answers when the test says so."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.offered: list[tuple[FloatArray, Callable[[Transcript | EmoscopeError], object]]] = []

    def offer(
        self, waveform: FloatArray, sample_rate: int, take: Callable[[Transcript | EmoscopeError], object]
    ) -> bool:
        assert sample_rate == 16_000
        if len(self.offered) >= self.room:
            return False
        self.offered.append((waveform, take))
        return True


class Run:
    """Ten seconds of sound in which each second is one step louder; `live` hears them from a tap."""

    def __init__(self, room: int = 8, fusion: Fusion | None = None) -> None:
        self.writing, self.events = Writing(room), list[Event]()
        tap = Tap()
        fuse = None if fusion is None else partial(fusion.answer, abstain_below=0.3)
        self.live = LiveWords(tap, self.writing, self.events.append, fuse)
        for second in range(10):
            samples = np.full(RATE, second / 10, dtype=np.float32)
            tap.put(TapBlock(float(second), second * RATE, RATE, samples))

    def lost(self) -> list[tuple[int, WordsLossReason]]:
        return [(event.segment, event.reason) for event in self.events if isinstance(event, WordsLost)]


@pytest.fixture
def run() -> Iterator[Run]:
    run = Run()
    yield run
    run.live.finish(0.0)


def test_the_sound_of_the_result_is_written_down_with_its_times(run: Run) -> None:
    run.live.post(final(4, 3.0, 5.0))
    until(lambda: bool(run.writing.offered))
    ((waveform, take),) = run.writing.offered
    assert len(waveform) / 16_000 == pytest.approx(2.5, abs=0.3)
    assert waveform[16_000] == pytest.approx(0.3, abs=0.02)
    assert run.events == [], "the answer waits for nothing"
    take(Transcript("Yes.", "en", 0.9, (Word("Yes.", 0.25, 0.75, 0.8),)))
    (event,) = run.events
    assert isinstance(event, WordsHeard)
    assert (event.segment, event.start_s, event.end_s, event.wall_clock) == (4, 3.0, 5.0, 1005.0)
    assert event.transcript.words[0].start_s == pytest.approx(3.0)


def test_what_voice_and_words_say_together_comes_with_the_words() -> None:
    voice = FusedModel("voice", "a" * 64, LABELS)
    words = FusedModel("words", "b" * 64, ("anger", "calmness"))
    run = Run(fusion=Fusion(voice, words, (Weights(1.0, 1.0), Weights(1.0, 1.0))))
    run.live.post(final(1, 1.0, 2.0))
    until(lambda: bool(run.writing.offered))
    run.writing.offered[0][1](Transcript("Go!", "en", emotion=TextEmotion(words.labels, (0.99, 0.01))))
    (event,) = run.events
    assert isinstance(event, WordsHeard)
    assert event.fused is not None
    assert event.fused.labels == LABELS
    assert event.fused.label == "angry", "the voice alone says calm"
    assert event_data(event)["fused"] == event.fused.data()  # type: ignore[index]
    run.live.finish(0.0)


def test_what_is_not_a_voice_is_not_written_down(run: Run) -> None:
    run.live.post(final(1, 1.0, 2.0, nobody=True))
    run.live.post(final(2, 3.0, 4.0))
    until(lambda: bool(run.writing.offered))
    time.sleep(0.1)
    assert len(run.writing.offered) == 1


def test_what_finds_no_room_is_told_as_lost_at_once() -> None:
    run = Run(room=1)
    for segment in (1, 2, 3):
        run.live.post(final(segment, float(segment), segment + 0.5))
    until(lambda: len(run.lost()) == 2)
    assert run.lost() == [(2, WordsLossReason.OVERLOAD), (3, WordsLossReason.OVERLOAD)]
    run.live.finish(0.0)


def test_a_failure_is_told_once_and_each_loss(run: Run) -> None:
    run.live.post(final(1, 1.0, 2.0))
    run.live.post(final(2, 3.0, 4.0))
    until(lambda: len(run.writing.offered) == 2)
    for _, take in run.writing.offered:
        take(EmoscopeError("It has failed.", code="words.failed"))
    assert [event.code for event in run.events if isinstance(event, Failure)] == ["words.failed"]
    assert run.lost() == [(1, WordsLossReason.FAILED), (2, WordsLossReason.FAILED)]


def test_the_end_waits_for_what_comes_and_tells_the_rest_as_lost(run: Run) -> None:
    run.live.post(final(1, 1.0, 2.0))
    run.live.post(final(2, 3.0, 4.0))
    until(lambda: len(run.writing.offered) == 2)
    run.writing.offered[0][1](Transcript("Yes."))
    begun = time.monotonic()
    run.live.finish(0.3)
    assert 0.25 < time.monotonic() - begun < 3
    assert run.lost() == [(2, WordsLossReason.STOPPED)]
    run.writing.offered[1][1](Transcript("Too late."))
    assert len(run.events) == 2


def test_whoever_asks_for_the_end_waits_no_longer(run: Run) -> None:
    run.live.post(final(1, 1.0, 2.0))
    until(lambda: bool(run.writing.offered))
    begun = time.monotonic()
    run.live.finish(60.0, lambda: True)
    assert time.monotonic() - begun < 3


def test_where_nothing_is_written_down_any_more_each_loss_is_told_and_the_end_waits_for_none(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise TypeError("not foreseen")

    monkeypatch.setattr(run.writing, "offer", broken)
    run.live.post(final(1, 1.0, 2.0))
    until(lambda: len(run.lost()) == 1)
    run.live.post(final(2, 3.0, 4.0))
    assert run.lost() == [(1, WordsLossReason.FAILED), (2, WordsLossReason.FAILED)]
    assert len([event for event in run.events if isinstance(event, Failure)]) == 1
    begun = time.monotonic()
    assert run.live.finish(30.0) == 0
    assert time.monotonic() - begun < 15.0
