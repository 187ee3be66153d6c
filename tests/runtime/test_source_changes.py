"""What another source does to a run: nothing of the one before is taken for the next one's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from capturing import wait_for
from hand_microphone import RATE, Microphone
from recorder import Recorder
from running import babble

from desktop_app.audio.base import AudioError, SourceStatus
from desktop_app.audio.file_source import FileSource
from desktop_app.core import clock
from desktop_app.core.chain import SpeechChain
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    Event,
    Failure,
    FinalResult,
    FloatArray,
    Gap,
    GapReason,
    Prediction,
    SoundWarned,
    StateChanged,
    StreamFormat,
)
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceStatistics
from desktop_app.runtime import supervisor

pytestmark = pytest.mark.slow  # threads, and waiting for them


def noise(seconds: float) -> FloatArray:
    return (0.001 * np.random.default_rng(0).standard_normal(round(seconds * RATE))).astype(np.float32)


UTTERANCE = np.concatenate([noise(0.6), babble(0.8, RATE, 1), noise(0.8)])


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    soundfile.write(path, np.tile(UTTERANCE, 3), RATE)
    return path


class Plugged:
    """Makes a microphone, and waits until it is heard."""

    def __init__(self) -> None:
        self._made: list[Microphone] = []

    def __call__(self) -> Microphone:
        self._made.append(Microphone())
        return self._made[-1]

    @property
    def heard(self) -> Microphone:
        wait_for(lambda: bool(self._made) and self._made[-1].ring is not None)
        return self._made[-1]


def states(recorder: Recorder) -> list[CaptureState]:
    return [event.state for event in recorder.of(StateChanged)]


def is_state(state: CaptureState) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, StateChanged) and event.state is state


class TestTime:
    def test_a_recording_after_a_microphone_ends_the_gap_between_them(self, run, recorder, talk) -> None:
        microphone = Plugged()
        pipeline = run(microphone)
        microphone.heard.say(noise(0.3))
        pipeline.set_source(lambda: FileSource(talk, paced=True))
        recorder.wait_for(lambda event: isinstance(event, AudioTick) and event.time_s > 1.5)
        stats = pipeline.stats()
        assert stats.gap_s == pytest.approx(sum(gap.seconds for gap in recorder.of(Gap)))
        assert stats.time_s - stats.audio_s == pytest.approx(stats.gap_s)
        assert {gap.reason for gap in recorder.of(Gap)} <= {GapReason.SOURCE_CHANGED}

    def test_the_pause_of_a_recording_is_on_the_axis_when_it_begins_again(self, run, recorder, talk) -> None:
        pipeline = run(lambda: FileSource(talk, paced=True))
        recorder.wait_for(lambda event: isinstance(event, AudioTick))
        pipeline.pause()
        recorder.wait_for(is_state(CaptureState.PAUSED))
        time.sleep(0.5)
        paused_s = pipeline.stats().time_s
        pipeline.resume()
        gap = recorder.wait_for(lambda event: isinstance(event, Gap))
        assert gap.reason is GapReason.PAUSED
        assert gap.seconds >= 0.5
        later = recorder.wait_for(lambda event: isinstance(event, AudioTick) and event.time_s > gap.end_s)
        assert later.time_s >= paused_s, "time does not go back"
        assert pipeline.stats().gap_s == pytest.approx(gap.seconds)

    def test_between_the_end_of_a_recording_and_a_microphone_no_sound_was_lost(
        self, run, recorder, talk
    ) -> None:
        pipeline = run(lambda: FileSource(talk, paced=False))
        assert pipeline.wait(10)
        ended = clock.now()
        time.sleep(0.3)
        microphone = Plugged()
        pipeline.set_source(microphone)
        microphone.heard.say(noise(0.6))
        gap = recorder.wait_for(lambda event: isinstance(event, Gap))
        assert gap.reason is GapReason.SOURCE_CHANGED
        assert 0.3 <= gap.seconds <= clock.now() - ended + 1.0
        assert pipeline.stats().dropped_s == 0.0


class Slow(EmotionEngine):
    """Takes its time for an answer."""

    def predict(self, waveform: FloatArray, voice: VoiceStatistics | None = None) -> Prediction:
        time.sleep(0.4)
        return super().predict(waveform, voice)


class Nobody(EmotionEngine):
    """Hears no voice in anything."""

    def predict(self, waveform: FloatArray, voice: VoiceStatistics | None = None) -> Prediction:
        return replace(super().predict(waveform, voice), not_a_voice=True, uncertain=True)


class Lost:
    """A recording on a network that is found missing after a while."""

    live = False

    def __init__(self) -> None:
        self.opening, self.answers = threading.Event(), threading.Event()

    def open(self) -> StreamFormat:
        self.opening.set()
        assert self.answers.wait(10)
        raise AudioError("It is gone.")

    def start(self, ring: object) -> None: ...

    def stop(self) -> None: ...

    def status(self) -> SourceStatus:
        return SourceStatus(active=False, finished=True, silent_for_s=0.0, overflows=0)


class TestTheOneBefore:
    def test_its_end_is_not_told_of_the_next_one(self, run, recorder, talk, model) -> None:
        pipeline = run(lambda: FileSource(talk, paced=False), Slow.load(model))
        wait_for(lambda: pipeline.stats().queue_depth >= 2)
        wait_for(lambda: pipeline.stats().audio_s >= 3 * len(UTTERANCE) / RATE)
        microphone = Plugged()
        pipeline.set_source(microphone)
        microphone.heard.say(noise(0.2))
        recorder.wait_for(lambda event: isinstance(event, FinalResult) and event.segment == 2)
        time.sleep(0.2)
        assert CaptureState.FINISHED not in states(recorder)
        assert not pipeline.wait(0.0), "the microphone goes on"

    def test_its_failure_is_no_failure_of_the_next_one(self, run, recorder) -> None:
        lost, microphone = Lost(), Plugged()
        pipeline = run(lambda: lost)
        assert lost.opening.wait(10)
        pipeline.set_source(microphone)
        lost.answers.set()
        microphone.heard.say(noise(0.2))
        assert recorder.of(Failure) == []
        assert not pipeline.failed
        assert not pipeline.wait(0.0)

    def test_sounds_that_were_no_voice_are_told_of_the_source_that_they_came_from(
        self, run, recorder, model
    ) -> None:
        first, second = Plugged(), Plugged()
        pipeline = run(first, Nobody.load(model))
        first.heard.say(np.concatenate([noise(0.6), babble(0.8, RATE, 1)]))
        pipeline.set_source(second)
        assert second.heard
        warned = recorder.wait_for(lambda event: isinstance(event, SoundWarned))
        assert warned.warning.code == "not_a_voice"
        assert warned.warning.fields["stretches"] == 1


def test_the_end_of_a_recording_waits_for_all_of_it_to_be_heard(
    run, recorder, talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = SpeechChain.push

    def slowly(chain: SpeechChain, frames: FloatArray) -> object:
        time.sleep(0.2 * len(frames) / RATE)
        return whole(chain, frames)

    monkeypatch.setattr(SpeechChain, "push", slowly)
    monkeypatch.setattr(supervisor, "DRAIN_S", 0.1)
    pipeline = run(lambda: FileSource(talk, paced=False))
    assert pipeline.wait(20)
    assert len(recorder.of(FinalResult)) == 3
    assert states(recorder)[-1] is CaptureState.FINISHED
