"""A recording as a whole: what is said of it, and what is said of its sound."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from encoded import encode
from synthetic_speech import synthetic_speech_path

from desktop_app.analysis.recording import analyze_channels, analyze_recording
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, not_a_voice, overall_prediction
from desktop_app.audio.files import open_recording
from desktop_app.core.channel_choice import ChannelChoice, Hear
from desktop_app.core.errors import CallError
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


def not_spoken(start_s: float, end_s: float) -> SegmentResult:
    found = segment(start_s, end_s, 0.0, 0.1, 0.9)
    return replace(found, prediction=replace(found.prediction, uncertain=True, not_a_voice=True))


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

    @pytest.mark.parametrize(
        ("segments", "why"),
        [
            (((0, 2, 0.0, 0.3, 0.7), (2, 4, 0.7, 0.3, 0.0)), "several emotions were heard"),
            (((0, 1, 0.0, 0.3, 0.7), (1, 2, 0.7, 0.3, 0.0), (2, 9, 0.4, 0.4, 0.2)), "between two emotions"),
            (((0, 1, 0.0, 0.0, 1.0), (1, 9, 0.4, 0.3, 0.3)), "between several emotions"),
        ],
        ids=["sure of different things", "most of it is not sure", "sure of one thing"],
    )
    def test_several_emotions_were_heard_where_most_of_it_was_answered_with_several(
        self, segments: tuple[tuple[float, ...], ...], why: str
    ) -> None:
        found = tuple(segment(*each) for each in segments)
        overall = overall_prediction(found, ABSTAIN_BELOW)
        analysis = RecordingAnalysis("talk.wav", 9.0, 16000, found, overall)
        assert analysis.doubt is not None
        assert analysis.doubt.why == why

    def test_it_is_uncertain_where_most_of_the_speech_is(self) -> None:
        overall = overall_prediction(
            [segment(0, 1, 1.0, 0.0, 0.0), segment(1, 3, 0.4, 0.3, 0.3)], ABSTAIN_BELOW
        )
        assert overall is not None
        assert overall.confidence > ABSTAIN_BELOW
        assert overall.uncertain

    def test_without_speech_there_is_none(self) -> None:
        assert overall_prediction([], ABSTAIN_BELOW) is None

    def test_what_is_not_a_voice_does_not_count(self) -> None:
        door = not_spoken(1, 9)
        overall = overall_prediction([segment(0, 1, 1.0, 0.0, 0.0), door], ABSTAIN_BELOW)
        assert overall is not None
        assert (overall.label, overall.confidence, overall.uncertain) == ("neutral", 1.0, False)
        assert overall_prediction([door], ABSTAIN_BELOW) is None


class TestTheWarningOfWhatIsNotAVoice:
    def test_it_tells_how_much_was_left_out(self) -> None:
        warning = not_a_voice([segment(0, 1, 1.0, 0.0, 0.0), not_spoken(2, 4), not_spoken(5, 6.1)])
        assert warning is not None
        assert warning.code == "not_a_voice"
        assert warning.message == (
            "2 stretches of sound (3.1 s) were not a voice, and were left out of the table and the overall "
            "result."
        )
        assert warning.fields == {"stretches": 2, "seconds": 3.1, "spoken": 1}

    def test_it_tells_where_there_was_no_voice_at_all(self) -> None:
        warning = not_a_voice([not_spoken(2, 4)])
        assert warning is not None
        assert warning.message == (
            "No voice was found: 1 stretch of sound (2.0 s) was heard, and nobody speaks in it."
        )

    def test_speech_alone_gives_none(self) -> None:
        assert not_a_voice([segment(0, 1, 1.0, 0.0, 0.0)]) is None


class Neutral:
    labels = LABELS
    sample_rate = 16000
    abstain_below = ABSTAIN_BELOW

    def predict(self, waveform: FloatArray) -> Prediction:
        return Prediction(LABELS, (1.0, 0.0, 0.0), "neutral", 1.0, uncertain=False)


def analyze(frames: FloatArray, sample_rate: int = 16000, channel: str = "auto") -> RecordingAnalysis:
    blocks = np.array_split(frames if frames.ndim == 2 else frames[:, np.newaxis], 7)
    choice = ChannelChoice.parse(channel)
    return analyze_recording("talk.wav", blocks, sample_rate, Neutral(), channel=choice)


def warnings(frames: FloatArray, sample_rate: int = 16000) -> dict[str, SoundWarning]:
    """By their codes, without the one that says that nothing was found."""
    found = {warning.code: warning for warning in analyze(frames, sample_rate).warnings}
    found.pop("no_speech", None)
    return found


@functools.cache
def speech() -> FloatArray:
    sound, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    resampled: FloatArray = soxr.resample(sound, rate, 16000)[: 6 * 16000]
    return resampled


class TestWarnings:
    def test_too_loud_a_recording_is_clipped(self) -> None:
        voice = self_test_signal("chirp-v1", 2.0, 16000)
        loud = np.clip(100 * voice, -1.0, 32767 / 32768).astype(np.float32)
        found = warnings(loud)
        assert list(found) == ["clipped"]
        assert found["clipped"].message.startswith("The recording is clipped: ")
        assert "% of its samples" in found["clipped"].message
        assert found["clipped"].fields["share"] > 0.5

    def test_a_peak_at_full_scale_is_none(self) -> None:
        voice = self_test_signal("chirp-v1", 2.0, 16000)
        loudest = voice.copy() * np.float32(0.5)
        loudest[[100, 9000]] = 1.0, -1.0
        assert warnings(loudest) == {}

    @pytest.mark.parametrize("sample_rate", [16000, 44100])
    def test_the_rate_of_the_model_or_more_is_enough(self, sample_rate: int) -> None:
        assert warnings(np.zeros(2 * sample_rate, np.float32), sample_rate) == {}

    def test_a_telephone_lacks_what_the_model_listens_to(self) -> None:
        found = warnings(np.zeros(16000, np.float32), 8000)
        assert list(found) == ["low_sample_rate"]
        assert "8000 Hz" in found["low_sample_rate"].message
        assert "sound above 4000 Hz is missing" in found["low_sample_rate"].message

    def test_a_very_quiet_recording_is_told_with_its_peak_and_gives_the_same_segments(self) -> None:
        quiet = speech() * np.float32(10 ** (-50 / 20) / np.abs(speech()).max())
        assert list(warnings(quiet)) == ["very_quiet"]
        assert "very quiet: peak -50 dBFS" in warnings(quiet)["very_quiet"].message
        assert "very_quiet" not in warnings(speech())
        times = [[(s.start_s, s.end_s) for s in analyze(x).segments] for x in (speech(), quiet)]
        assert times[0] == times[1] != []

    @pytest.mark.parametrize("mains", [50, 60])
    def test_mains_hum_is_told(self, mains: int) -> None:
        t = np.arange(len(speech())) / 16000
        hum = sum(np.sin(2 * np.pi * mains * k * t + k) / k for k in range(1, 8))
        assert warnings((speech() + 0.02 * hum).astype(np.float32))["hum"].fields == {"mains_hz": mains}
        assert warnings((speech() + 0.0002 * hum).astype(np.float32)) == {}

    @pytest.mark.parametrize("hertz", [100.0, 150.0, 220.0])
    def test_a_held_note_is_no_hum(self, hertz: float) -> None:
        t = np.arange(4 * 16000) / 16000
        note = sum(np.sin(2 * np.pi * hertz * k * t) for k in range(1, 8))
        assert "hum" not in warnings((0.05 * note).astype(np.float32))


class TestWhyNothingWasFound:
    @pytest.mark.parametrize("why", ["silent", "steady", "faint", "short"])
    def test_the_likely_reason_is_told_with_peak_and_background(self, why: str) -> None:
        rng = np.random.default_rng(0)
        sound = 0.01 * rng.standard_normal(5 * 16000) * (why != "silent")
        if why == "faint":
            sound[32000:48000] *= 1.9
        if why == "short":
            sound[32000:33000] *= 30
        result = analyze(sound.astype(np.float32))
        assert result.overall is None
        (warning,) = result.warnings
        assert warning.code == "no_speech"
        assert warning.fields["why"] == why
        assert warning.message.startswith("No speech was found: ")
        assert f"peak {warning.fields['peak_dbfs']:.0f} dBFS" in warning.message
        if why != "silent":
            assert -50 < warning.fields["floor_dbfs"] < -40

    def test_what_is_shorter_than_any_speech_is_told_with_the_least_length(self) -> None:
        result = analyze(speech()[8000:9600])
        assert result.overall is None
        assert "no_speech" not in {warning.code for warning in result.warnings}
        (warning,) = [warning for warning in result.warnings if warning.code == "too_short"]
        assert warning.fields == {"duration_s": 0.1, "least_s": 0.25}
        assert warning.message == (
            "The recording is too short to be judged: it lasts 0.10 s, and it takes at least 0.25 s of "
            "speech."
        )

    def test_where_something_was_found_there_is_no_reason(self) -> None:
        assert analyze(speech()).overall is not None
        assert analyze(speech()).warnings == ()


class TestChannels:
    def test_each_channel_is_a_result_of_its_own_from_one_pass(self) -> None:
        half = len(speech()) // 2
        left, right = np.zeros_like(speech()), np.zeros_like(speech())
        left[:half], right[half:] = speech()[:half], speech()[half:]
        passes = 0

        def blocks() -> Iterator[FloatArray]:
            nonlocal passes
            passes += 1
            yield from np.array_split(np.stack((left, right), axis=1), 5)

        each = ChannelChoice(Hear.EACH)
        first, second = analyze_channels("call.wav", blocks(), 16000, Neutral, channel=each)
        assert passes == 1
        assert (first.channel, second.channel) == (1, 2)
        assert first.segments == analyze(left).segments
        assert second.segments == analyze(right).segments

    def test_what_was_made_of_the_channels_is_told(self) -> None:
        result = analyze(np.stack((speech(), -speech()), axis=1))
        assert [warning.code for warning in result.warnings] == ["opposite_polarity"]
        assert result.channel == 1
        assert result.segments == analyze(speech()).segments

    def test_a_single_channel_has_no_number(self) -> None:
        for word in ("auto", "left", "1", "mix"):
            assert analyze(speech(), channel=word).channel is None

    def test_a_channel_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(CallError, match=r"'talk\.wav' has 2 channels, so there is no channel 3"):
            analyze(np.stack((speech(), speech()), axis=1), channel="3")
        with pytest.raises(CallError, match=r"'talk\.wav' has 1 channel"):
            analyze(speech(), channel="right")


class TestAConstantOffset:
    @pytest.mark.parametrize("rate", [16_000, 48_000])
    @pytest.mark.parametrize("gain", [0.3, 0.03])
    @pytest.mark.parametrize("offset", [0.02, 0.09, -0.3, 0.6])
    def test_it_hides_no_speech(self, rate: int, gain: float, offset: float) -> None:
        sound = soxr.resample(gain * made_up_talk(), 16_000, rate)
        without, shifted = analyze(sound, rate), analyze(sound + np.float32(offset), rate)
        assert len(without.segments) >= 10
        assert [(s.start_s, s.end_s) for s in shifted.segments] == [
            (s.start_s, s.end_s) for s in without.segments
        ]
        assert ("dc_offset" in {warning.code for warning in shifted.warnings}) == (abs(offset) > 0.1)
        assert "dc_offset" not in {warning.code for warning in without.warnings}

    def test_of_16_bits_either(self) -> None:
        sound = np.round(0.1 * made_up_talk() * 32_768) / 32_768
        shifted = (sound + np.round(0.4 * 32_768) / 32_768).astype(np.float32)
        found, whole = analyze(shifted), analyze(sound.astype(np.float32))
        assert [s.start_s for s in found.segments] == [s.start_s for s in whole.segments]

    def test_it_is_told_of_the_channel_that_has_it(self) -> None:
        sound = np.repeat(0.3 * made_up_talk()[:, np.newaxis], 2, axis=1)
        sound[:, 1] -= 0.25
        told = warnings(sound)["dc_offset"]
        assert told.fields["offset"] == pytest.approx(0.25, abs=0.01)


class TestSamplesThatAreNotNumbers:
    """Whoever pushes them, a microphone's driver for instance: one must not hide all that follows."""

    @pytest.mark.parametrize("channels", [1, 2])
    def test_one_of_them_changes_no_segment(self, channels: int) -> None:
        sound = np.repeat(made_up_talk()[:, np.newaxis], channels, axis=1)
        whole = analyze(sound)
        sound[20_000, 0] = np.nan
        found = analyze(sound)
        assert [(s.start_s, s.end_s) for s in found.segments] == [
            (s.start_s, s.end_s) for s in whole.segments
        ]
        told = next(warning for warning in found.warnings if warning.code == "not_numbers")
        assert told.fields == {"samples": 1, "at_s": 1.25}
        assert told.message.startswith("1 sample is not a number")


class TestAHoleInTheRecording:
    """Sound is lost in the middle of a file: what is said behind it keeps its time."""

    @pytest.mark.parametrize("name", ["talk.ogg", "talk.opus", "talk.webm"])
    def test_segments_behind_it_stand_where_they_stand_in_the_whole(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        sound = np.concatenate((made_up_talk(), made_up_talk()))
        if name == "talk.ogg":
            soundfile.write(path, sound, 16_000, format="OGG", subtype="VORBIS")
        elif name == "talk.opus":
            encode(path, soxr.resample(sound, 16_000, 48_000), 48_000, "libopus", container="ogg")
        else:
            options = {"cluster_time_limit": "1000"}
            encode(path, soxr.resample(sound, 16_000, 48_000), 48_000, "libopus", options=options)
        whole = segments_of(path)
        data = path.read_bytes()
        mark = b"\x1f\x43\xb6\x75" if name == "talk.webm" else b"OggS"
        parts = data.split(mark)
        third = len(parts) // 3
        path.write_bytes(mark.join(parts[:third] + parts[third + 4 :]))
        holed, told = segments_of(path), warnings_of(path)
        at_s, missing_s = told["damaged"].fields["places"][0]
        assert missing_s > 2.0
        behind = at_s + missing_s + 1.0
        late = [segment for segment in whole if segment[0] > behind]
        assert len(late) >= 3
        found = [segment for segment in holed if segment[0] > behind]
        np.testing.assert_allclose(found, late, atol=0.0101)  # a frame of the segmenter
        assert len(holed) < len(whole)


def made_up_talk() -> FloatArray:
    """float32 [samples] at 16 kHz: synthetic speech with a second of near silence behind each 2 s."""
    sound, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    sound = soxr.resample(sound, rate, 16_000)
    noise = np.random.default_rng(3)
    parts = []
    for begin in range(0, len(sound) - 32_000, 32_000):
        parts += [sound[begin : begin + 32_000], noise.normal(0, 1e-4, 16_000).astype(np.float32)]
    return np.concatenate(parts)


def segments_of(path: Path) -> list[tuple[float, float]]:
    with open_recording(path) as recording:
        found = analyze_recording(str(path), recording.blocks(4800), recording.sample_rate, Neutral())
    return [(segment.start_s, segment.end_s) for segment in found.segments]


def warnings_of(path: Path) -> dict[str, SoundWarning]:
    """Those of the file itself, by their codes."""
    with open_recording(path) as recording:
        for _ in recording.blocks(4800):
            pass
        return {warning.code: warning for warning in recording.warnings}
