"""The pitch of a voice: right on glides, none where there is none, and as others find it in speech."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic_speech import synthetic_speech_path

from desktop_app.core.pitch import PitchParams, PitchTrack, PitchTracker, pitch_track


def voice(hertz: np.ndarray, rate: int, noise: float = 0.0) -> np.ndarray:
    """Harmonics with a slope of 6 dB an octave on a contour [n] of frequencies."""
    phase = 2 * np.pi * np.cumsum(hertz) / rate
    highest = min(4000, rate / 2.5)
    harmonics = [np.sin(k * phase) / k * (k * hertz < highest) for k in range(1, 40)]
    hiss = noise * np.random.default_rng(0).standard_normal(len(hertz))
    return (0.1 * sum(harmonics) + hiss).astype(np.float32)


def streamed(waveform: np.ndarray, rate: int, block: int) -> PitchTrack:
    tracker = PitchTracker(rate)
    parts = [tracker.push(waveform[begin : begin + block]) for begin in range(0, len(waveform), block)]
    parts.append(tracker.flush())
    return PitchTrack(
        np.concatenate([part.times for part in parts]), np.concatenate([part.hertz for part in parts])
    )


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize(("begin", "end"), [(80.0, 160.0), (400.0, 180.0), (100.0, 100.0), (450.0, 470.0)])
def test_a_glide_is_followed_to_half_a_percent(rate: int, begin: float, end: float) -> None:
    contour = np.linspace(begin, end, 2 * rate)
    track = pitch_track(voice(contour, rate), rate)
    truth = np.interp(track.times, np.arange(2 * rate) / rate, contour)
    assert np.isfinite(track.hertz).all()
    assert np.abs(track.hertz / truth - 1).max() < 0.005
    assert np.diff(track.times) == pytest.approx(0.010, abs=1e-4)


def test_a_voice_in_noise_keeps_its_octave() -> None:
    contour = 180 + 60 * np.sin(2 * np.pi * 1.5 * np.arange(48_000) / 16_000)
    track = pitch_track(voice(contour, 16_000, noise=0.04), 16_000)  # about 10 dB
    truth = np.interp(track.times, np.arange(48_000) / 16_000, contour)
    voiced = np.isfinite(track.hertz)
    assert voiced.mean() > 0.98
    assert np.abs(track.hertz[voiced] / truth[voiced] - 1).max() < 0.03


def test_a_voice_without_its_fundamental_has_the_same_pitch() -> None:
    phase = 2 * np.pi * 120 * np.arange(16_000) / 16_000
    sound = sum(np.sin(k * phase) for k in range(3, 12)).astype(np.float32)
    track = pitch_track(0.05 * sound, 16_000)
    np.testing.assert_allclose(track.hertz, 120.0, rtol=0.003)


def test_noise_and_silence_have_no_pitch() -> None:
    hiss = np.random.default_rng(1).standard_normal(32_000).astype(np.float32)
    assert np.isnan(pitch_track(hiss, 16_000).hertz).mean() > 0.98
    assert np.isnan(pitch_track(np.zeros(16_000, dtype=np.float32), 16_000).hertz).all()


def test_hum_far_below_the_voice_is_no_pitch() -> None:
    time_s = np.arange(32_000) / 16_000
    sound = voice(np.full(32_000, 200.0), 16_000) * (time_s < 1.0) + 0.0003 * np.sin(2 * np.pi * 100 * time_s)
    track = pitch_track(sound.astype(np.float32), 16_000)
    assert np.isfinite(track.hertz[track.times < 0.95]).all()
    assert np.isnan(track.hertz[track.times > 1.05]).all()


def test_where_the_voice_ends_its_pitch_ends() -> None:
    rate = 16_000
    on = (np.arange(3 * rate) // (rate // 2)) % 2 == 0
    hiss = 0.002 * np.random.default_rng(2).standard_normal(3 * rate)
    sound = (voice(np.full(3 * rate, 150.0), rate) * on + hiss).astype(np.float32)
    track = pitch_track(sound, rate)
    at = np.minimum((track.times * rate).astype(int), len(on) - 1)
    assert (np.isfinite(track.hertz) == on[at]).mean() > 0.9


@pytest.mark.parametrize("block", [100, 1_000, 7_777])
@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_a_stream_is_followed_however_it_was_cut_as_a_recording_is(block: int, rate: int) -> None:
    contour = np.linspace(120, 260, 2 * rate)
    sound = voice(contour, rate, noise=0.01)
    live, once, whole = (
        streamed(sound, rate, block),
        streamed(sound, rate, len(sound)),
        pitch_track(sound, rate),
    )
    np.testing.assert_allclose(live.times, whole.times)
    np.testing.assert_allclose(live.hertz, once.hertz, rtol=1e-6)
    np.testing.assert_allclose(live.hertz, whole.hertz, rtol=1e-3)


def test_a_frame_of_a_stream_comes_soon_and_behind_an_outage_frames_begin_anew() -> None:
    tracker = PitchTracker(16_000)
    sound = voice(np.full(16_000, 150.0), 16_000)
    early = tracker.push(sound, 5.0)
    assert early.times[0] == pytest.approx(5.0, abs=0.03)
    assert early.times[-1] > 6.0 - 0.25
    late = tracker.push(sound, 9.0)
    assert late.times[0] == pytest.approx(early.times[-1] + 0.01), "what was open is decided"
    behind = late.times > 8.0
    assert late.times[behind][0] == pytest.approx(9.0, abs=0.03)
    assert np.isfinite(late.hertz).all()


@pytest.mark.parametrize("count", [0, 1, 500, 667, 668])
def test_sound_shorter_than_a_frame_has_no_pitch(count: int) -> None:
    waveform = np.ones(count, dtype=np.float32)
    assert len(pitch_track(waveform, 16_000).hertz) == max(0, (count - 668) // 160 + 1)
    assert np.isnan(streamed(waveform, 16_000, 100).hertz).all()


def test_the_lowest_frequency_must_be_below_the_highest() -> None:
    with pytest.raises(ValueError, match="below"):
        PitchParams(fmin_hz=300, fmax_hz=200)


@pytest.mark.slow
def test_in_speech_it_finds_what_pyin_finds() -> None:
    librosa = pytest.importorskip("librosa")
    from desktop_app.audio.files import open_recording

    with open_recording(synthetic_speech_path()) as recording:
        rate = recording.sample_rate
        waveform = np.concatenate(list(recording.blocks(rate)))[: 6 * rate]
        waveform = waveform.mean(axis=1) if waveform.ndim > 1 else waveform
    track = pitch_track(waveform, rate)
    frame, hop = 1 << int(np.ceil(np.log2(0.06 * rate))), round(0.01 * rate)
    theirs, voiced, _ = librosa.pyin(
        waveform, fmin=60, fmax=500, sr=rate, frame_length=frame, hop_length=hop, fill_na=None
    )
    # Its window is the first half of its frame, and one period more.
    middles = (np.arange(len(theirs)) * hop - frame / 4 + rate / theirs / 2) / rate
    at = np.abs(middles - track.times[:, np.newaxis]).argmin(axis=1)
    both = np.isfinite(track.hertz) & voiced[at]
    assert both.sum() > 150
    apart = np.abs(track.hertz[both] / theirs[at][both] - 1)
    assert np.median(apart) < 0.01
    assert (apart < 0.1).mean() > 0.98, "no other octave"
    assert (np.isfinite(track.hertz) == voiced[at]).mean() > 0.8
