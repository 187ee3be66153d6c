"""What the engine says about a waveform, and when it says that it does not know."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop_app.core.types import FloatArray, Prediction
from desktop_app.inference import shipped
from desktop_app.inference.engine import EmotionEngine, ModelError
from desktop_app.inference.manifest import self_test_signal
from desktop_app.inference.shipped import shipped_model
from desktop_app.inference.voice_profile import VoiceStatistics

Tiny = Callable[..., Path]
RATE = 16000


def speech(seconds: float, gain: float = 1.0) -> FloatArray:
    return gain * self_test_signal("chirp-v1", seconds, RATE)


def answer(prediction: Prediction) -> Prediction:
    """A prediction without how long it took."""
    return replace(prediction, inference_ms=0.0, embedding=None)


def test_probabilities_are_the_softmax_of_the_logits_over_the_temperature(tiny_model: Tiny) -> None:
    warm = EmotionEngine.load(tiny_model(manifest={"temperature": 2.5, "abstain_below": 0.0}))
    prediction = warm.predict(speech(1.0))
    logits = np.array(warm.manifest.self_test.logits) / 2.5
    expected = np.exp(logits) / np.exp(logits).sum()
    assert prediction.probabilities == pytest.approx(expected, abs=1e-4)
    assert prediction.label == warm.labels[int(np.argmax(expected))]
    assert prediction.confidence == max(prediction.probabilities)
    assert sum(prediction.probabilities) == pytest.approx(1.0)
    assert not prediction.uncertain
    assert prediction.inference_ms > 0
    assert prediction.embedding is not None
    assert prediction.embedding.shape == (3,)


def test_different_voices_get_different_answers(tiny_model: Tiny) -> None:
    engine = EmotionEngine.load(tiny_model())
    assert engine.predict(speech(1.0)).probabilities != engine.predict(speech(1.0, 0.3)).probabilities


class TestUncertainty:
    def test_a_best_probability_below_the_threshold_is_uncertain(self, tiny_model: Tiny) -> None:
        undecided = EmotionEngine.load(tiny_model(sharpness=0.0, manifest={"abstain_below": 0.2}))
        prediction = undecided.predict(speech(1.0))
        assert prediction.confidence == pytest.approx(1 / 8)
        assert prediction.uncertain

    def test_speech_shorter_than_the_minimum_is_rated_and_uncertain(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(sharpness=100.0, manifest={"min_seconds": 0.5}))
        assert engine.predict(speech(0.49)).uncertain
        assert not engine.predict(speech(0.5)).uncertain

    def test_silence_is_uncertain_however_sure_the_model_is(self, tiny_model: Tiny) -> None:
        sure = EmotionEngine.load(tiny_model(manifest={"abstain_below": 0.0}))
        assert sure.predict(speech(1.0, 0.0)).uncertain
        assert not sure.predict(speech(1.0, 0.01)).uncertain

    @pytest.mark.parametrize("gain", [0.1, 0.01, 1e-3, 1e-6])
    def test_a_soft_recording_gets_the_answer_of_a_loud_one(self, gain: float) -> None:
        shipped = EmotionEngine.load()
        waveform = self_test_signal("vowels-v1", 2.0, 16000)
        loud, soft = shipped.predict(waveform), shipped.predict((gain * waveform).astype(np.float32))
        assert soft.label == loud.label
        assert soft.uncertain == loud.uncertain
        assert soft.probabilities == pytest.approx(loud.probabilities, abs=0.02)


class TestLengths:
    @pytest.mark.parametrize("samples", [1, 2, 100, 399, 4799])
    def test_a_graph_that_needs_more_samples_is_given_silence(self, tiny_model: Tiny, samples: int) -> None:
        engine = EmotionEngine.load(tiny_model(needs_samples=4800))
        waveform = speech(1.0)[8000 : 8000 + samples]
        prediction = engine.predict(waveform)
        padded = engine.predict(np.pad(waveform, (0, 4800 - samples)))
        assert prediction.probabilities == padded.probabilities
        assert prediction.uncertain

    def test_a_graph_that_takes_short_speech_gets_it_as_it_is(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model())
        waveform = speech(1.0)[8000:8400]
        padded = engine.predict(np.pad(waveform, (0, 4400)))
        assert engine.predict(waveform).probabilities != padded.probabilities

    def test_a_graph_that_fails_on_ordinary_speech_is_told(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(needs_samples=9000, manifest={"min_seconds": 0.25}))
        with pytest.raises(ModelError, match="failed while it ran"):
            engine.predict(speech(0.5))

    def test_long_speech_is_the_average_of_equal_windows(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(manifest={"max_seconds": 2.0}))
        waveform = np.concatenate([speech(1.5, 0.2), speech(1.5, 0.9), speech(1.5, 0.5)])
        parts = [engine.predict(waveform[k * 24000 : (k + 1) * 24000]) for k in range(3)]
        whole = engine.predict(waveform)
        assert whole.probabilities == pytest.approx(np.mean([p.probabilities for p in parts], axis=0))
        assert whole.embedding == pytest.approx(np.mean([p.embedding for p in parts], axis=0), abs=1e-6)

    def test_speech_of_just_the_longest_length_stays_whole(self, tiny_model: Tiny) -> None:
        short = EmotionEngine.load(tiny_model(manifest={"max_seconds": 2.0}))
        long = EmotionEngine.load(tiny_model(manifest={"max_seconds": 9.0}))
        waveform = np.concatenate([speech(1.0, 0.2), speech(1.0)])
        assert short.predict(waveform).probabilities == long.predict(waveform).probabilities


class TestWhatIsGiven:
    @pytest.mark.parametrize("gain", [2.0, 1e3, 1e30])
    def test_what_exceeds_full_scale_is_scaled_down_and_not_clipped(
        self, tiny_model: Tiny, gain: float
    ) -> None:
        engine = EmotionEngine.load(tiny_model())
        loud = speech(1.0, 5.0)
        full = loud / np.abs(loud).max()
        scaled = engine.predict((full.astype(np.float64) * gain).astype(np.float32))
        assert scaled.probabilities == pytest.approx(engine.predict(full).probabilities, abs=1e-4)
        clipped = engine.predict(np.clip(20 * full, -1, 1))
        assert scaled.probabilities != pytest.approx(clipped.probabilities, abs=1e-4)

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
    def test_a_sample_that_is_no_number_is_refused(self, tiny_model: Tiny, value: float) -> None:
        waveform = speech(1.0)
        waveform[77] = value
        with pytest.raises(ModelError, match="not numbers"):
            EmotionEngine.load(tiny_model()).predict(waveform)

    def test_an_empty_waveform_is_refused(self, tiny_model: Tiny) -> None:
        with pytest.raises(ModelError, match="empty"):
            EmotionEngine.load(tiny_model()).predict(np.zeros(0, np.float32))

    def test_a_waveform_of_two_channels_is_the_callers_fault(self, tiny_model: Tiny) -> None:
        with pytest.raises(ValueError, match=r"\[samples\]"):
            EmotionEngine.load(tiny_model()).predict(np.zeros((100, 2), np.float32))

    def test_double_precision_and_strided_waveforms_are_taken(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model())
        waveform = speech(1.0)
        wide = np.repeat(waveform, 2)[::2].astype(np.float64)
        assert answer(engine.predict(wide)) == answer(engine.predict(waveform))
        assert waveform.flags.writeable

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        seconds=st.floats(0.0001, 20.0),
        gain=st.floats(0.0, 1000.0),
        offset=st.floats(-2.0, 2.0),
    )
    def test_whatever_is_heard_the_answer_is_a_distribution(
        self, tiny_model: Tiny, seconds: float, gain: float, offset: float
    ) -> None:
        engine = EmotionEngine.load(tiny_model(sharpness=100.0))
        waveform = np.resize(speech(1.0, gain), max(1, round(seconds * RATE))) + np.float32(offset)
        prediction = engine.predict(waveform)
        assert all(0.0 <= p <= 1.0 for p in prediction.probabilities)
        assert sum(prediction.probabilities) == pytest.approx(1.0)
        assert prediction.confidence == max(prediction.probabilities)


class TestVoiceProfile:
    def test_a_profile_changes_the_answer_and_the_default_is_none(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        assert engine.voice_dim == 3
        waveform = speech(1.0)
        neutral = VoiceStatistics(np.zeros(3, np.float32), np.ones(3, np.float32))
        louder = VoiceStatistics(np.full(3, 0.2, np.float32), np.full(3, 0.5, np.float32))
        assert answer(engine.predict(waveform, neutral)) == answer(engine.predict(waveform))
        assert engine.predict(waveform, louder).probabilities != engine.predict(waveform).probabilities

    @pytest.mark.parametrize(
        ("mean", "std", "sentence"),
        [
            (np.zeros(4), np.ones(3), "'voice_mean' must have 3 numbers for the model 'tiny', found 4"),
            (np.zeros(3), np.array([1, 0, 1]), "'voice_std' holds a number that cannot be used"),
            (np.array([0, np.nan, 0]), np.ones(3), "'voice_mean' holds a number that cannot be used"),
        ],
    )
    def test_one_that_does_not_fit_is_refused(
        self, tiny_model: Tiny, mean: FloatArray, std: FloatArray, sentence: str
    ) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        with pytest.raises(ModelError, match=sentence):
            engine.predict(speech(1.0), VoiceStatistics(mean, std))

    def test_a_model_without_voice_inputs_takes_none(self, tiny_model: Tiny) -> None:
        with pytest.raises(ModelError, match="takes no voice profile"):
            EmotionEngine.load(tiny_model()).predict(
                speech(1.0), VoiceStatistics(np.zeros(3, np.float32), np.ones(3, np.float32))
            )


def test_threads_may_share_an_engine(tiny_model: Tiny) -> None:
    engine = EmotionEngine.load(tiny_model())
    waveforms = [speech(0.5 + 0.1 * k, 0.2 + 0.1 * k) for k in range(8)]
    expected = [answer(engine.predict(waveform)) for waveform in waveforms]
    wrong: list[int] = []

    def work(k: int) -> None:
        answers = [answer(engine.predict(waveforms[k])) for _ in range(50)]
        wrong.extend(k for again in answers if again != expected[k])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_closed_engine_says_so(tiny_model: Tiny) -> None:
    engine = EmotionEngine.load(tiny_model())
    engine.warm_up()
    engine.close()
    engine.close()
    with pytest.raises(ModelError, match="closed"):
        engine.predict(speech(1.0))


class TestTheShippedModel:
    def test_the_one_file_in_the_zoo_is_taken(
        self, tiny_model: Tiny, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tiny_model()
        monkeypatch.setattr(shipped, "ZOO", path.parent)
        assert EmotionEngine.load().path == path

    def test_without_one_it_is_told_how_to_get_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shipped, "ZOO", tmp_path / "nothing")
        with pytest.raises(ModelError) as caught:
            shipped_model()
        assert "No model is installed" in caught.value.message
        assert "python -m models train" in caught.value.hint
