"""In a session each stretch of speech is judged by what was heard of the voice before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import SESSION, AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.self_test_signal import self_test_signal
from desktop_app.inference.voice_profile import VoiceProfile, VoiceProfileError, VoiceRule

Tiny = Callable[..., Path]

RATE = 16_000
STRETCHES = (0.9, 0.1, 0.5, 0.05, 0.7, 0.2, 0.8, 0.02) * 2
"""Loudness of stretches of speech, which the tiny model hears as different moods."""


def sound(gain: float, seconds: float = 3.0) -> FloatArray:
    return gain * self_test_signal("chirp-v1", seconds, RATE)


@pytest.fixture
def engine(tiny_model: Tiny) -> EmotionEngine:
    return EmotionEngine.load(tiny_model(voice=True, sharpness=60.0))


def test_the_first_stretch_is_a_strangers(engine: EmotionEngine) -> None:
    found = AdaptiveEngine(engine).predict(sound(0.5))
    assert found.probabilities == engine.predict(sound(0.5)).probabilities
    assert (found.voice.seconds, found.voice.weight) == (0.0, 0.0)


def test_each_is_judged_by_what_was_heard_before_it(engine: EmotionEngine) -> None:
    session, profile = AdaptiveEngine(engine), VoiceProfile(engine.voice_model, rule=SESSION)
    weights = []
    for gain in STRETCHES:
        expected = engine.predict(sound(gain), profile.statistics())
        found = session.predict(sound(gain))
        assert found.probabilities == pytest.approx(expected.probabilities, abs=1e-6)
        assert found.voice.seconds == pytest.approx(profile.seconds)
        weights.append(found.voice.weight)
        plain = engine.predict(sound(gain))
        profile.update(plain.embedding, 3.0, plain.probabilities)
    assert weights[0] == 0
    assert weights[-1] > 0.5


def test_one_mood_changes_nothing(engine: EmotionEngine) -> None:
    session = AdaptiveEngine(engine)
    found = [session.predict(sound(0.5)) for _ in range(20)]
    assert {prediction.probabilities for prediction in found} == {engine.predict(sound(0.5)).probabilities}
    assert found[-1].voice.seconds > 50
    assert found[-1].voice.weight == 0


def test_speech_that_goes_on_is_judged_and_not_learnt(engine: EmotionEngine) -> None:
    session = AdaptiveEngine(engine)
    for gain in STRETCHES:
        session.predict(sound(gain))
    version = session.voice.version
    preview = session.preview(sound(0.5))
    assert session.voice.version == version
    assert preview.probabilities == session.predict(sound(0.5)).probabilities


def test_silence_is_not_learnt(engine: EmotionEngine) -> None:
    session = AdaptiveEngine(engine)
    session.predict(np.zeros(RATE, np.float32))
    assert session.voice.seconds == 0


def test_what_could_not_be_judged_is_not_learnt(engine: EmotionEngine) -> None:
    session = AdaptiveEngine(engine)
    engine.close()
    with pytest.raises(Exception, match="closed"):
        session.predict(sound(0.5))
    assert session.voice.seconds == 0


def test_after_a_reset_it_is_a_stranger_again(engine: EmotionEngine) -> None:
    session = AdaptiveEngine(engine)
    for gain in STRETCHES:
        session.predict(sound(gain))
    session.voice.reset()
    found = session.predict(sound(0.5))
    assert found.probabilities == engine.predict(sound(0.5)).probabilities
    assert found.voice.seconds == 0


def test_a_session_begins_with_the_voice_that_was_enrolled_and_leaves_it_as_it_is(
    engine: EmotionEngine,
) -> None:
    known = VoiceProfile(engine.voice_model)
    for gain in STRETCHES:
        known.update(engine.predict(sound(gain)).embedding, 3.0)
    seconds = known.seconds
    session = AdaptiveEngine(engine, known)
    found = session.predict(sound(0.5))
    assert found.probabilities == pytest.approx(
        engine.predict(sound(0.5), known.statistics()).probabilities, abs=1e-6
    )
    assert found.voice.seconds == pytest.approx(seconds)
    assert known.seconds == seconds


def test_what_was_long_ago_counts_less(engine: EmotionEngine) -> None:
    model = engine.voice_model
    lasting, fading = VoiceProfile(model), VoiceProfile(model, rule=VoiceRule(half_life_s=30.0))
    for voice in (lasting, fading):
        for mean in (0.0, 1.0):
            for _ in range(20):
                voice.update(np.full(model.dim, mean, np.float32), 3.0)
    assert lasting.sums.mean == pytest.approx(0.5)
    assert np.all(fading.sums.mean > 0.75)
    assert fading.segments == lasting.segments == 40


def test_a_model_without_voices_is_used_as_it_is(tiny_model: Tiny) -> None:
    engine = EmotionEngine.load(tiny_model())
    session = AdaptiveEngine(engine)
    for gain in STRETCHES:
        assert session.predict(sound(gain)).probabilities == engine.predict(sound(gain)).probabilities
    assert session.preview(sound(0.5)).voice is None
    with pytest.raises(VoiceProfileError, match="no voice profiles"):
        AdaptiveEngine(engine, VoiceProfile(EmotionEngine.load(tiny_model(voice=True)).voice_model))


def test_a_voice_that_was_forgotten_can_be_recalled(engine: EmotionEngine) -> None:
    session = AdaptiveEngine(engine)
    for gain in STRETCHES:
        session.predict(sound(gain))
    known = session.voice_use
    session.forget_voice()
    assert session.voice_use.seconds == session.voice_use.weight == 0
    session.predict(sound(0.5))
    session.recall_voice()
    assert session.voice_use == known
    session.predict(sound(0.5))
    session.recall_voice()
    assert session.voice_use.seconds > known.seconds, "once"


def test_a_new_speaker_begins_with_the_voice_that_was_enrolled(engine: EmotionEngine) -> None:
    known = VoiceProfile(engine.voice_model)
    known.update(engine.predict(sound(0.5)).embedding, 3.0)
    session = AdaptiveEngine(engine, known)
    session.predict(sound(0.1))
    session.forget_voice()
    assert session.voice_use.seconds == pytest.approx(3.0)


def test_switched_off_it_judges_as_a_stranger_and_learns_nothing(engine: EmotionEngine) -> None:
    session = AdaptiveEngine(engine)
    for gain in STRETCHES:
        session.predict(sound(gain))
    known = session.voice_use
    session.adapts = False
    assert session.voice_use is None
    for judge in (session.predict, session.preview):
        found = judge(sound(0.5))
        assert found.voice is None
        assert found.probabilities == engine.predict(sound(0.5)).probabilities
    session.adapts = True
    assert session.voice_use == known
