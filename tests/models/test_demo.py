"""What a newcomer sees first: the demo recording, judged by the shipped model."""

from __future__ import annotations

import pytest

from desktop_app.analysis.recording import analyze_recording
from desktop_app.analysis.result import RecordingAnalysis
from desktop_app.audio.demo import demo_path
from desktop_app.audio.files import open_recording
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo() -> RecordingAnalysis:
    engine = EmotionEngine.load(None, "cpu")
    try:
        with open_recording(demo_path()) as recording:
            blocks = recording.blocks(16_384)
            return analyze_recording("demo", blocks, recording.sample_rate, AdaptiveEngine(engine))
    finally:
        engine.close()


def test_most_sentences_are_answered_with_different_emotions(demo: RecordingAnalysis) -> None:
    clear = [segment.prediction.label for segment in demo.spoken if not segment.prediction.uncertain]
    assert len(clear) >= 4
    assert len(set(clear)) >= 3


def test_it_shows_doubt_once_and_ends_without(demo: RecordingAnalysis) -> None:
    assert [segment.prediction.uncertain for segment in demo.spoken].count(True) == 1
    assert not demo.spoken[-1].prediction.uncertain


def test_the_knocks_are_no_voice(demo: RecordingAnalysis) -> None:
    [knocks] = [segment for segment in demo.segments if segment.prediction.not_a_voice]
    assert 20 < knocks.start_s < knocks.end_s < 23
