"""A voice learnt from speech: how much it counts, and what the engine makes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_voice import DIM, RNG, model, shift_of, speech_of

from desktop_app.core.types import FloatArray
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.initializers import float_vectors
from desktop_app.inference.manifest import self_test_signal
from desktop_app.inference.voice_profile import (
    FAR,
    MEAN_PRIOR_S,
    STD_PRIOR_S,
    VoiceProfile,
    VoiceProfileError,
    VoiceStatistics,
    mean_share,
)

Tiny = Callable[..., Path]


class TestHowMuchAVoiceCounts:
    def test_one_that_was_never_heard_is_the_models_default(self) -> None:
        voice = VoiceProfile(model()).statistics()
        assert voice.mean == pytest.approx(model().default.mean)
        assert voice.std == pytest.approx(model().default.std)

    def test_any_number_of_seconds_is_a_share(self) -> None:
        assert mean_share([0.0, 1e-300, MEAN_PRIOR_S, 1e200]) == pytest.approx([0.0, 0.0, 0.5, 1.0])
        assert mean_share([0.0, 5.0], prior_s=0.0) == pytest.approx([0.0, 1.0])

    def test_at_the_priors_seconds_own_and_default_mean_count_the_same(self) -> None:
        profile = VoiceProfile.build(model(), speech_of(model(), 0.8, 1, 0.0), [MEAN_PRIOR_S])
        assert shift_of(profile) == pytest.approx(0.4)

    def test_with_much_speech_it_is_the_persons_own(self) -> None:
        points = speech_of(model(), 0.8, 500)
        voice = VoiceProfile.build(model(), points, [60.0] * 500).statistics()
        assert voice.mean == pytest.approx(points.mean(axis=0), abs=2e-3)
        assert voice.std == pytest.approx(points.std(axis=0), rel=0.01)

    def test_the_deviation_takes_more_speech_to_know_than_the_mean(self) -> None:
        profile = VoiceProfile.build(model(), speech_of(model(), 0.8, 10, 0.0), [2.0] * 10)
        assert shift_of(profile) == pytest.approx(0.8 * mean_share(20))
        share = STD_PRIOR_S / (STD_PRIOR_S + 20)
        assert profile.statistics().std == pytest.approx(np.sqrt(share) * model().default.std, rel=1e-4)

    def test_a_stretch_counts_by_its_length(self) -> None:
        long, short = speech_of(model(), 0.9, 1, 0.0), speech_of(model(), -0.9, 1, 0.0)
        both = VoiceProfile.build(model(), np.vstack([long, short]), [9.0, 1.0])
        assert shift_of(both) == pytest.approx(0.72 * mean_share(10))


class TestLearningWhileThePersonTalks:
    def test_one_at_a_time_is_the_weighted_mean_and_variance_of_all(self) -> None:
        points, seconds = speech_of(model(), 0.2), RNG.uniform(0.3, 8, 40)
        sums = VoiceProfile.build(model(), points, seconds).sums
        mean = np.average(points.astype(np.float64), axis=0, weights=seconds)
        assert sums.weight == pytest.approx(sums.seconds) == pytest.approx(seconds.sum())
        assert sums.mean == pytest.approx(mean)
        assert sums.scatter == pytest.approx(seconds @ (points - mean) ** 2)
        assert sums.segments == 40

    def test_a_large_offset_costs_no_accuracy(self) -> None:
        far_off = model()
        far_off = replace(
            far_off, default=VoiceStatistics(far_off.default.mean + np.float32(1e4), far_off.default.std)
        )
        points = speech_of(far_off, 0.0, 2000)
        voice = VoiceProfile.build(far_off, points, [100.0] * 2000).statistics()
        assert voice.std == pytest.approx(points.astype(np.float64).std(axis=0), rel=0.01)

    def test_a_slammed_door_hardly_counts(self) -> None:
        calm = VoiceProfile.build(model(), speech_of(model(), 0.0, 10), [2.0] * 10)
        before = shift_of(calm)
        for distance in (2 * FAR, 500.0):
            calm.update(speech_of(model(), distance, 1)[0], 2.0)
            assert abs(shift_of(calm) - before) < FAR * 2 / 22
        assert calm.seconds == 24

    def test_a_strange_microphone_is_learnt_as_fast_as_any(self) -> None:
        profile = VoiceProfile.build(model(), speech_of(model(), 3 * FAR, 20), [2.0] * 20)
        assert shift_of(profile) == pytest.approx(3 * FAR * mean_share(40), rel=0.05)

    def test_the_order_makes_no_difference(self) -> None:
        points, seconds = speech_of(model(), 1.2, spread=1.0), RNG.uniform(0.3, 8, 40)
        there = VoiceProfile.build(model(), points, seconds).statistics()
        back = VoiceProfile.build(model(), points[::-1], seconds[::-1]).statistics()
        assert there.mean == pytest.approx(back.mean, rel=1e-5, abs=1e-6)
        assert there.std == pytest.approx(back.std, rel=1e-5)

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(1e-3, 1e4)), max_size=12))
    def test_whatever_is_heard_the_voice_can_be_used(self, heard: list[tuple[float, float]]) -> None:
        profile = VoiceProfile(model())
        for value, seconds in heard:
            profile.update(np.full(DIM, value, np.float32), seconds)
        voice = profile.statistics()
        assert np.all(np.isfinite(voice.mean))
        assert np.all(np.isfinite(voice.std))
        assert np.all(voice.std > 0)

    def test_threads_may_share_a_profile(self) -> None:
        profile, points = VoiceProfile(model()), speech_of(model(), 0.1, 400)

        def learn(part: FloatArray) -> None:
            for point in part:
                profile.update(point, 1.0)

        threads = [threading.Thread(target=learn, args=(points[k::4],)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert profile.segments == 400
        assert profile.sums.mean == pytest.approx(points.mean(axis=0), rel=1e-4, abs=1e-4)

    @pytest.mark.parametrize("embedding", [None, np.zeros(DIM + 1), np.full(DIM, np.nan)])
    def test_what_is_no_embedding_of_the_model_is_refused(self, embedding: FloatArray | None) -> None:
        with pytest.raises(VoiceProfileError, match="embeddings of 6 numbers by the model 'net'"):
            VoiceProfile(model()).update(embedding, 1.0)

    @pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
    def test_a_length_that_is_none_is_the_callers_fault(self, seconds: float) -> None:
        with pytest.raises(ValueError, match="above 0"):
            VoiceProfile(model()).update(np.zeros(DIM, np.float32), seconds)


def sound(gain: float) -> FloatArray:
    return gain * self_test_signal("chirp-v1", 1.0, 16000)


class TestTheEngine:
    def test_it_hears_the_person_until_told_otherwise(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        plain = engine.predict(sound(0.5))
        profile = VoiceProfile(engine.voice_model)
        profile.update(engine.predict(sound(0.9)).embedding, 30.0)
        engine.set_profile(profile)
        heard = engine.predict(sound(0.5))
        assert heard.probabilities != plain.probabilities
        assert heard.probabilities == engine.predict(sound(0.5), profile.statistics()).probabilities
        engine.set_profile(None)
        assert engine.predict(sound(0.5)).probabilities == plain.probabilities

    def test_a_profile_of_silence_so_far_changes_nothing(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        plain = engine.predict(sound(0.5))
        engine.set_profile(VoiceProfile(engine.voice_model))
        assert engine.predict(sound(0.5)).probabilities == pytest.approx(plain.probabilities, abs=1e-6)

    def test_the_embedding_that_is_learnt_from_does_not_depend_on_the_profile(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        profile = VoiceProfile(engine.voice_model)
        before = engine.predict(sound(0.5)).embedding
        profile.update(before, 20.0)
        engine.set_profile(profile)
        assert np.array_equal(engine.predict(sound(0.5)).embedding, before)

    def test_later_learning_waits_for_the_next_call(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        profile = VoiceProfile(engine.voice_model)
        profile.update(engine.predict(sound(0.9)).embedding, 5.0)
        engine.set_profile(profile)
        first = engine.predict(sound(0.5)).probabilities
        profile.update(engine.predict(sound(0.2)).embedding, 50.0)
        assert engine.predict(sound(0.5)).probabilities == first
        engine.set_profile(profile)
        assert engine.predict(sound(0.5)).probabilities != first

    def test_a_change_of_voice_never_tears_a_prediction(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        profiles = []
        for gain in (0.2, 0.9):
            profile = VoiceProfile(engine.voice_model)
            profile.update(engine.predict(sound(gain)).embedding, 30.0)
            profiles.append(profile)
        allowed = {engine.predict(sound(0.5), p.statistics()).probabilities for p in profiles}
        engine.set_profile(profiles[0])
        done = threading.Event()
        seen: set[tuple[float, ...]] = set()

        def listen() -> None:
            while not done.is_set():
                seen.add(engine.predict(sound(0.5)).probabilities)

        thread = threading.Thread(target=listen)
        thread.start()
        for k in range(300):
            engine.set_profile(profiles[k % 2])
        done.set()
        thread.join()
        assert seen <= allowed

    @pytest.mark.parametrize("kind", [{"voice": False}, {"voice": True, "embedding": False}])
    def test_a_model_without_profiles_says_so(self, tiny_model: Tiny, kind: dict[str, bool]) -> None:
        engine = EmotionEngine.load(tiny_model(**kind))
        with pytest.raises(VoiceProfileError, match="The model 'tiny' has no voice profiles"):
            _ = engine.voice_model
        with pytest.raises(VoiceProfileError, match="has no voice profiles"):
            engine.set_profile(VoiceProfile(model()))

    def test_a_profile_of_another_model_is_refused_and_the_voice_stays(self, tiny_model: Tiny) -> None:
        engine = EmotionEngine.load(tiny_model(voice=True))
        other = EmotionEngine.load(tiny_model(voice=True, seed=1))
        profile = VoiceProfile(engine.voice_model)
        profile.update(engine.predict(sound(0.9)).embedding, 30.0)
        engine.set_profile(profile)
        before = engine.predict(sound(0.5)).probabilities
        with pytest.raises(VoiceProfileError, match="another model cannot be used with the model 'tiny'"):
            engine.set_profile(VoiceProfile(other.voice_model))
        assert engine.predict(sound(0.5)).probabilities == before

    def test_the_default_is_the_models_own(self, tiny_model: Tiny) -> None:
        default = EmotionEngine.load(tiny_model(voice=True)).voice_model.default
        assert np.array_equal(default.mean, np.zeros(3))
        assert np.array_equal(default.std, np.ones(3))


class TestValuesInAModelFile:
    @staticmethod
    def content(*tensors: onnx.TensorProto) -> bytes:
        graph = onnx.helper.make_graph([], "g", [], [], list(tensors))
        made: bytes = onnx.helper.make_model(graph, producer_name="x" * 300).SerializeToString()
        return made

    def test_vectors_are_found_however_they_are_stored(self) -> None:
        raw = RNG.normal(size=700).astype(np.float32)
        content = self.content(
            onnx.numpy_helper.from_array(np.arange(5), "other"),
            onnx.numpy_helper.from_array(raw, "raw"),
            onnx.helper.make_tensor("listed", onnx.TensorProto.FLOAT, [3], [1.5, -2.0, 3.25]),
        )
        found = float_vectors(content, {"raw", "listed", "absent"})
        assert set(found) == {"raw", "listed"}
        assert np.array_equal(found["raw"], raw)
        assert np.array_equal(found["listed"], [1.5, -2.0, 3.25])

    def test_other_types_are_not_taken_for_float32(self) -> None:
        content = self.content(onnx.numpy_helper.from_array(np.ones(4, np.float64), "v"))
        assert float_vectors(content, {"v"}) == {}
