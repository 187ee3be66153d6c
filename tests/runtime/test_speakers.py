"""A voice belongs to a source and to a person: another one begins a new voice, where it is first heard."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from recorder import Recorder
from running import babble, made_up_speech
from tiny_model import make_tiny_model

from desktop_app.audio.file_source import FileSource
from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.types import CaptureState, FinalResult, PartialResult, StateChanged, StatsSnapshot
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.runtime.pipeline import Pipeline

RATE = 16_000
GAINS = (1.0, 0.1, 0.6, 0.05, 0.8, 0.2)


@pytest.fixture
def session(tmp_path: Path) -> AdaptiveEngine:
    model = make_tiny_model(tmp_path / "voices.onnx", voice=True, sharpness=300.0)
    return AdaptiveEngine(EmotionEngine.load(model))


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Six words, loud and soft by turns, which the tiny model hears as moods."""
    path = tmp_path / "talk.wav"
    soundfile.write(path, np.concatenate([gain * made_up_speech((0.5, 0.4)) for gain in GAINS]), RATE)
    return path


def known_s(recorder: Recorder) -> list[float]:
    """Seconds known of the voice by which each stretch of speech was judged."""
    return [event.prediction.voice.seconds for event in recorder.of(FinalResult)]


def again(recorder: Recorder, pipeline: Pipeline, begin: Callable[[], None]) -> None:
    """Hear the recording once more, to its end."""
    count = len(recorder.of(FinalResult))
    begin()
    recorder.wait_for(lambda _: len(recorder.of(FinalResult)) > count)
    assert pipeline.wait(5)


def test_another_source_or_channel_begins_a_new_voice_and_a_pause_does_not(
    run: Callable[..., Pipeline], recorder: Recorder, session: AdaptiveEngine, talk: Path
) -> None:
    def source() -> FileSource:
        return FileSource(talk, paced=False)

    pipeline = run(source, session)
    assert pipeline.wait(10)
    once = known_s(recorder)
    assert once[0] == 0
    assert all(later > earlier for earlier, later in pairwise(once))
    assert pipeline.stats().voice.seconds > once[-1]

    again(recorder, pipeline, lambda: pipeline.set_source(source))
    assert known_s(recorder) == once * 2
    again(recorder, pipeline, lambda: pipeline.set_channel(source, ChannelChoice.parse("left")))
    assert known_s(recorder) == once * 3

    heard = pipeline.stats().voice.seconds
    pipeline.pause()
    recorder.wait_for(lambda event: isinstance(event, StateChanged) and event.state is CaptureState.PAUSED)
    again(recorder, pipeline, pipeline.resume)
    assert known_s(recorder)[3 * len(once)] == pytest.approx(heard)


@pytest.mark.slow
def test_what_was_being_said_is_the_speakers_before_and_it_can_be_taken_back(
    run: Callable[..., Pipeline], recorder: Recorder, session: AdaptiveEngine, tmp_path: Path
) -> None:
    path = tmp_path / "long.wav"
    quiet = 0.001 * np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    soundfile.write(path, np.concatenate((quiet, babble(4.0, RATE, 0), quiet)), RATE)
    pipeline = run(lambda: FileSource(path, paced=True), session)
    recorder.wait_for(lambda event: isinstance(event, PartialResult) and event.end_s > 2.5)
    pipeline.change_speaker()
    assert pipeline.wait(10)
    first, second = recorder.of(FinalResult)
    assert first.end_s < second.start_s + 0.3
    assert second.prediction.voice.seconds == 0
    assert pipeline.stats().voice.seconds == pytest.approx(second.end_s - second.start_s, abs=0.6)

    pipeline.recall_speaker()
    known = first.end_s - first.start_s
    recorder.wait_for(
        lambda event: (
            isinstance(event, StatsSnapshot) and event.voice.seconds == pytest.approx(known, abs=0.6)
        )
    )


def test_while_nothing_is_heard_a_speaker_can_change_too(
    run: Callable[..., Pipeline], recorder: Recorder, session: AdaptiveEngine, talk: Path
) -> None:
    pipeline = run(lambda: FileSource(talk, paced=False), session)
    assert pipeline.wait(10)
    before = len(recorder.events)
    assert pipeline.stats().voice.seconds > 0
    pipeline.change_speaker()

    def told(_: object) -> bool:
        later = recorder.events[before:]
        return any(isinstance(event, StatsSnapshot) and event.voice.seconds == 0 for event in later)

    recorder.wait_for(told)
    assert session.voice_use.weight == 0


def test_a_voice_that_is_not_learnt_is_none(
    run: Callable[..., Pipeline], session: AdaptiveEngine, recorder: Recorder, talk: Path
) -> None:
    session.adapts = False
    pipeline = run(lambda: FileSource(talk, paced=False), session)
    assert pipeline.wait(10)
    assert pipeline.stats().voice is None
    assert {event.prediction.voice for event in recorder.of(FinalResult)} == {None}
    pipeline.change_speaker()
    session.adapts = True
    assert session.voice_use.seconds == 0, "nothing was learnt meanwhile"
