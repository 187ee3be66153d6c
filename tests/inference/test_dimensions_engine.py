"""A model of dimensions: values in [0, 1] in place of labels, and doubt without probabilities."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.core.types import Cause, FloatArray
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceProfileError

Tiny = Callable[..., Path]
AVD = ("arousal", "dominance", "valence")


def _noise(seconds: float, level: float = 0.2) -> FloatArray:
    sound = np.random.default_rng(3).normal(scale=level, size=round(16000 * seconds))
    return np.clip(sound, -1, 1).astype(np.float32)


def test_it_gives_a_value_for_each_dimension_and_no_label(tiny_model: Tiny) -> None:
    engine = EmotionEngine.load(tiny_model(dimensions=AVD, sharpness=1.0, untried=True))
    said = engine.predict(_noise(1.0))
    assert (engine.labels, engine.dimensions) == ((), AVD)
    assert (said.label, said.probabilities, said.uncertain) == ("", (), False)
    assert said.as_values().keys() == set(AVD)
    assert all(0 < value < 1 for value in said.values)


def test_long_speech_has_the_mean_of_its_windows(tiny_model: Tiny) -> None:
    engine = EmotionEngine.load(tiny_model(dimensions=AVD, sharpness=1.0, manifest={"max_seconds": 1.0}))
    loud, soft = _noise(1.0, 0.3), _noise(1.0, 0.03)
    whole = engine.predict(np.concatenate([loud, soft])).values
    parts = [engine.predict(part).values for part in (loud, soft)]
    assert whole == pytest.approx(np.mean(parts, axis=0), abs=1e-5)


@pytest.mark.parametrize(
    ("seconds", "says", "cause"),
    [
        (0.1, {}, Cause.SHORT),
        (1.0, {"certainty": [1.0, 0.4, 0.9]}, Cause.NOISE),
        (1.0, {"certainty": [0.9, 0.6, 0.3]}, Cause.UNFAMILIAR),
        (3.0, {"certainty": [0.3, 0.9, 0.9]}, None),  # nobody calls that too short
        (1.0, {"certainty": [0.9, 0.6, 0.8]}, None),
    ],
)
def test_what_makes_its_values_doubtful_is_told(
    tiny_model: Tiny, seconds: float, says: dict[str, list[float]], cause: Cause | None
) -> None:
    said = EmotionEngine.load(tiny_model(dimensions=AVD, says=says)).predict(_noise(seconds))
    assert (said.uncertain, said.because) == (cause is not None, cause)


def test_where_nobody_speaks_there_is_no_point(tiny_model: Tiny) -> None:
    said = EmotionEngine.load(tiny_model(dimensions=AVD, says={"speech": 0.1})).predict(_noise(1.0))
    assert (said.not_a_voice, said.uncertain, said.because) == (True, True, None)


def test_no_voice_is_learnt_of_it(tiny_model: Tiny) -> None:
    engine = EmotionEngine.load(tiny_model(dimensions=AVD, voice=True))
    session = AdaptiveEngine(engine)
    first, second = session.predict(_noise(1.0)), session.predict(_noise(1.0))
    assert first.values == second.values
    assert (session.voice_use, first.voice) == (None, None)
    with pytest.raises(VoiceProfileError, match="gives dimensions"):
        _ = engine.voice_model
