"""A recording as a whole: what is said of it, and what is said of its sound."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.analysis.recording import SegmentResult, analyze_recording, overall_prediction
from desktop_app.core.types import FloatArray, Prediction, SoundWarning
from desktop_app.inference.manifest import self_test_signal

LABELS = ("neutral", "calm", "angry")
ABSTAIN_BELOW = 0.5


def segment(start_s: float, end_s: float, *probabilities: float) -> SegmentResult:
    best = max(range(len(LABELS)), key=probabilities.__getitem__)
    uncertain = probabilities[best] < ABSTAIN_BELOW
    return SegmentResult(
        start_s, end_s, Prediction(LABELS, probabilities, LABELS[best], probabilities[best], uncertain)
    )


class TestTheOverallAnswer:
    def test_segments_weigh_as_much_as_they_are_long(self) -> None:
        overall = overall_prediction([segment(0, 3, 0.8, 0.1, 0.1), segment(5, 6, 0.2, 0.2, 0.6)], 0.5)
        assert overall is not None
        assert overall.probabilities == pytest.approx((0.65, 0.125, 0.225))
        assert (overall.label, overall.uncertain) == ("neutral", False)

    def test_it_is_uncertain_below_the_confidence_at_which_a_segment_is(self) -> None:
        sure_of_different_things = [segment(0, 1, 0.0, 0.3, 0.7), segment(1, 2, 0.7, 0.3, 0.0)]
        overall = overall_prediction(sure_of_different_things, ABSTAIN_BELOW)
        assert overall is not None
        assert overall.confidence == pytest.approx(0.35)
        assert overall.uncertain

    def test_it_is_uncertain_where_most_of_the_speech_is(self) -> None:
        overall = overall_prediction(
            [segment(0, 1, 1.0, 0.0, 0.0), segment(1, 3, 0.4, 0.3, 0.3)], ABSTAIN_BELOW
        )
        assert overall is not None
        assert overall.confidence > ABSTAIN_BELOW
        assert overall.uncertain

    def test_without_speech_there_is_none(self) -> None:
        assert overall_prediction([], ABSTAIN_BELOW) is None


class Neutral:
    labels = LABELS
    sample_rate = 16000
    abstain_below = ABSTAIN_BELOW

    def predict(self, waveform: FloatArray) -> Prediction:
        return Prediction(LABELS, (1.0, 0.0, 0.0), "neutral", 1.0, uncertain=False)


def warnings(waveform: FloatArray, sample_rate: int = 16000) -> tuple[SoundWarning, ...]:
    blocks = np.array_split(waveform[:, np.newaxis], 7)
    return analyze_recording("talk.wav", blocks, sample_rate, Neutral()).warnings


class TestWarnings:
    def test_too_loud_a_recording_is_clipped(self) -> None:
        voice = self_test_signal("chirp-v1", 2.0, 16000)
        loud = np.clip(100 * voice, -1.0, 32767 / 32768).astype(np.float32)
        (warning,) = warnings(loud)
        assert warning.message.startswith("The recording is clipped: ")
        assert "% of its samples" in warning.message

    def test_a_peak_at_full_scale_is_none(self) -> None:
        voice = self_test_signal("chirp-v1", 2.0, 16000)
        loudest = voice.copy() * np.float32(0.5)
        loudest[[100, 9000]] = 1.0, -1.0
        assert warnings(loudest) == ()

    @pytest.mark.parametrize("sample_rate", [16000, 44100])
    def test_the_rate_of_the_model_or_more_is_enough(self, sample_rate: int) -> None:
        assert warnings(np.zeros(2 * sample_rate, np.float32), sample_rate) == ()

    def test_a_telephone_lacks_what_the_model_listens_to(self) -> None:
        (warning,) = warnings(np.zeros(16000, np.float32), 8000)
        assert "8000 Hz" in warning.message
        assert "sound above 4000 Hz is missing" in warning.message
