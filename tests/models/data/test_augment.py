"""Changes to a clip: each does what its name says, and the same draw gives the same change."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models.data import augment
from models.data.augment import Augmenter, mask_spectrum, warp_spectrum
from models.features.mel import LogMel
from models.recipes.config import AugmentConfig

RATE = 16_000
NAMES = ("speed", "tempo", "noise", "reverb", "equalizer", "band", "codec", "clip")


def tone(hz: float, seconds: float = 1.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def pitch(waveform: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(waveform * np.hanning(len(waveform)), 1 << 18))
    return float(spectrum.argmax() * RATE / (1 << 18))


def only(**shares: float) -> Augmenter:
    return Augmenter(AugmentConfig(**shares))


@pytest.mark.parametrize("name", NAMES)
def test_a_change_is_made_when_its_share_is_1_and_never_when_it_is_0(name):
    wave = tone(300.0)
    assert not np.array_equal(only(**{name: 1.0})(wave, np.random.default_rng(1)), wave)
    assert np.array_equal(Augmenter(AugmentConfig())(wave, np.random.default_rng(1)), wave)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_draw_gives_the_same_finite_float32_sound(name):
    wave = tone(300.0)
    one, two = (only(**{name: 1.0})(wave, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, two)
    assert one.dtype == np.float32
    assert np.isfinite(one).all()


@pytest.mark.parametrize("name", NAMES)
def test_silence_and_very_short_clips_are_no_trouble(name):
    for wave in (np.zeros(RATE, np.float32), tone(300.0, 0.03)):
        assert np.isfinite(only(**{name: 1.0})(wave, np.random.default_rng(3))).all()


def test_speed_moves_pitch_and_length_together():
    wave = tone(400.0, 2.0)
    changed = only(speed=1.0)(wave, np.random.default_rng(2))
    factor = len(wave) / len(changed)
    assert abs(factor - 1) > 0.01
    assert pitch(changed) == pytest.approx(400 * factor, rel=0.01)


def test_tempo_keeps_the_pitch():
    wave = tone(400.0, 2.0)
    changed = only(tempo=1.0)(wave, np.random.default_rng(2))
    assert abs(len(wave) / len(changed) - 1) > 0.01
    assert pitch(changed) == pytest.approx(400, rel=0.01)


def test_noise_lies_5_to_30_db_below_the_speech():
    wave = tone(400.0, 2.0)
    for seed in range(20):
        added = only(noise=1.0)(wave, np.random.default_rng(seed)) - wave
        assert 4.9 < 10 * np.log10(np.square(wave).mean() / np.square(added).mean()) < 30.1


def test_recordings_of_noise_are_what_is_added():
    hum = tone(50.0, 0.5)
    wave = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    added = Augmenter(AugmentConfig(noise=1.0), [hum])(wave, np.random.default_rng(0)) - wave
    assert pitch(added) == pytest.approx(50, abs=2)


def test_a_codec_leaves_nothing_above_4_khz():
    wave = (tone(1000.0) + tone(6000.0)) / 2
    spectrum = np.abs(np.fft.rfft(only(codec=1.0)(wave, np.random.default_rng(0))))
    assert spectrum[6000] < 0.01 * spectrum[1000]


def test_spectrum_masks_hide_little_and_change_no_shape():
    log_mel = np.random.default_rng(0).standard_normal((80, 100)).astype(np.float32)
    masked = mask_spectrum(log_mel, np.random.default_rng(1))
    assert masked.shape == log_mel.shape
    assert 0 < (masked != log_mel).mean() < 0.7


def test_masks_of_an_image_hide_the_same_in_each_of_its_colours():
    image = np.random.default_rng(0).standard_normal((3, 96, 96)).astype(np.float32)
    hidden = mask_spectrum(image, np.random.default_rng(1)) != image
    assert 0 < hidden.mean() < 0.7
    assert (hidden == hidden[:1]).all()


@pytest.mark.parametrize("shape", [(3, 200), (12, 3), (1, 1)])
def test_masks_leave_most_of_a_small_spectrum(shape):
    spectrum = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    for seed in range(50):
        assert (mask_spectrum(spectrum, np.random.default_rng(seed)) == spectrum).any()


def test_another_vocal_tract_moves_the_formants_and_leaves_the_timing():
    front_end = LogMel(1.0)
    wave = np.concatenate([tone(2000.0, 0.5), np.zeros(RATE // 2, np.float32)])
    log_mel = front_end(torch.from_numpy(wave)[None])[0].numpy()
    peaks = set()
    for seed in range(20):
        warped = warp_spectrum(log_mel, np.random.default_rng(seed))
        assert warped.shape == log_mel.shape
        assert warped.dtype == np.float32
        peaks.add(int(warped[:, 20].argmax()))
        loud = warped.max(axis=0) > warped.max() - 0.5
        assert loud[:49].all()
        assert not loud[55:].any()
    centre = int(log_mel[:, 20].argmax())
    assert min(peaks) < centre < max(peaks)
    assert max(peaks) - min(peaks) <= 6  # an eighth each way, in channels of a fourteenth of an octave


def test_coloured_noise_falls_as_its_exponent_says():
    noise = augment.coloured_noise(1 << 16, 2.0, np.random.default_rng(0))
    power = np.square(np.abs(np.fft.rfft(noise)))
    low, high = power[100:200].mean(), power[10_000:20_000].mean()
    assert low / high == pytest.approx(1e4, rel=0.5)
