"""Speech of one mood is told by how the model answers to it, and then counts less as a voice."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_voice import RNG, answers_in, model, shift_of, speech_of

from desktop_app.inference.voice_moods import MoodSums, centred, moods_share
from desktop_app.inference.voice_profile import MEAN_PRIOR_S, VoiceProfile, mean_share


class TestInHowManyMoodsAVoiceWasHeard:
    def heard(self, *moods: int, sure: float = 0.999) -> VoiceProfile:
        count = len(moods)
        return VoiceProfile.build(
            model(), speech_of(model(), 0.8, count, 0.0), [9.0] * count, answers_in(*moods, sure=sure)
        )

    def test_speech_of_one_mood_changes_nothing(self) -> None:
        for moods in ([2], [2, 2, 2, 2, 2, 2]):
            profile = self.heard(*moods)
            assert profile.moods == 0
            assert shift_of(profile) == pytest.approx(0, abs=1e-6)

    def test_speech_of_many_moods_counts_by_its_seconds_alone(self) -> None:
        profile = self.heard(0, 1, 2, 3)
        assert profile.moods == 1
        assert shift_of(profile) == pytest.approx(0.8 * mean_share(36), rel=1e-4)

    def test_a_word_in_another_mood_brings_the_profile_in(self) -> None:
        profile = self.heard(2, 2, 2, 2, 2, 1)
        assert 0 < profile.moods < 1
        before = shift_of(profile)
        assert 0 < before < 0.8 * mean_share(54)
        profile.update(speech_of(model(), 0.8, 1, 0.0)[0], 9.0, answers_in(0, sure=0.999)[0])
        assert shift_of(profile) > before

    def test_one_mood_heard_now_well_and_now_badly_is_one_mood(self) -> None:
        points = speech_of(model(), 0.8, 6, 0.0)
        answers = np.concatenate([answers_in(2, sure=sure) for sure in (0.97, 0.3, 0.9, 0.25, 0.999, 0.5)])
        assert VoiceProfile.build(model(), points, [9.0] * 6, answers).moods == pytest.approx(0)

    def test_a_voice_that_all_is_taken_for_one_mood_is_helped_all_the_same(self) -> None:
        said = answers_in(0, 1, 2, 3, sure=0.999)
        biased = said * np.array([1e6, 1, 1, 1])  # whatever is said, the model hears the first mood
        biased /= biased.sum(axis=1, keepdims=True)
        assert set(biased.argmax(axis=1)) == {0}
        points = speech_of(model(), 0.8, 4)
        assert VoiceProfile.build(model(), points, [9.0] * 4, biased).moods == 1

    def test_a_model_that_does_not_know_says_nothing_of_moods(self) -> None:
        assert self.heard(0, 1, 2, 3, sure=0.3).moods == pytest.approx(0)

    def test_the_order_makes_no_difference(self) -> None:
        one, other = self.heard(0, 2, 2, 2, 2, 2), self.heard(2, 2, 0, 2, 2, 2)
        assert 0 < one.moods < 1
        assert one.moods == pytest.approx(other.moods)

    def test_without_answers_it_counts_fully(self) -> None:
        profile = VoiceProfile.build(model(), speech_of(model(), 0.8, 1, 0.0), [MEAN_PRIOR_S])
        assert profile.moods is None
        assert shift_of(profile) == pytest.approx(0.4)

    def test_where_some_have_no_answer_those_count_fully(self) -> None:
        profile = self.heard(2, 2, 2)
        profile.update(speech_of(model(), 0.8, 1, 0.0)[0], 9.0)
        assert profile.moods == pytest.approx(0.25)

    def test_two_classes_cannot_tell_moods(self) -> None:
        points = speech_of(model(), 0.8, 2, 0.0)
        assert VoiceProfile.build(model(), points, [9.0] * 2, [[0.9, 0.1], [0.9, 0.1]]).moods is None

    @pytest.mark.parametrize("answer", [[], [0.5, 0.6], [1.5, -0.5], [np.nan, 1.0], 1.0, [0.5, 0.5]])
    def test_an_answer_that_is_none_is_refused_and_nothing_is_learnt(self, answer: object) -> None:
        profile = self.heard(0, 1)
        with pytest.raises(ValueError, match="answer"):
            profile.update(model().default.mean, 1.0, answer)  # type: ignore[arg-type]
        assert profile.segments == 2
        assert profile.moods == self.heard(0, 1).moods

    def test_it_is_the_variance_of_the_answers(self) -> None:
        answers, weights = RNG.dirichlet(np.full(4, 0.1), 30), RNG.uniform(0.3, 8, 30)
        sums = MoodSums()
        for answer, weight in zip(answers, weights, strict=True):
            sums = sums.adding(answer, weight)
        points = centred(answers)
        offsets = points - np.average(points, axis=0, weights=weights)
        variance = np.average(np.square(offsets), axis=0, weights=weights).sum()
        assert sums.variance == pytest.approx(variance)

    def test_a_few_answers_differ_by_chance(self) -> None:
        shares = moods_share(20.0, [1, 4, 6, 100])
        assert shares[0] == 0
        assert np.all(np.diff(shares) > 0)
        assert shares[-1] == 1

    def test_what_is_half_forgotten_counts_as_half_an_answer(self) -> None:
        sums = MoodSums()
        for answer in answers_in(0, 1, 2, 3, 0, 1):
            sums = sums.adding(answer, 3.0)
        faded = sums.faded(0.5)
        assert faded.count == 3
        assert faded.variance == sums.variance
        assert moods_share(20.0, faded.count) < moods_share(20.0, sums.count)
