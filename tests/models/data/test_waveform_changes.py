"""Changes to a clip that published recipes name: each does what it says and leaves the rest alone."""

from __future__ import annotations

import numpy as np
import pytest

from models.data.waveform_changes import compress_range, shift_pitch, shift_time, stretch

RATE = 16_000
CHANGES = (shift_pitch, shift_time, compress_range)


def tone(hz: float, seconds: float = 1.0, loud: float = 0.3) -> np.ndarray:
    return (loud * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def pitch(waveform: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(waveform * np.hanning(len(waveform)), 1 << 18))
    return float(spectrum.argmax() * RATE / (1 << 18))


def loudness(waveform: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.square(waveform).mean()) + 1e-9))


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_as_long_as_the_clip_and_the_same_for_the_same_draw(change):
    wave = np.concatenate([tone(300.0, 0.7), tone(200.0, 0.8, loud=0.05)])
    one, two = (change(wave, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, two)
    assert one.shape == wave.shape
    assert one.dtype == np.float32
    assert not np.array_equal(one, wave)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("samples", [0, 1, 300, RATE])
def test_silence_and_very_short_clips_are_no_trouble(change, samples):
    for wave in (np.zeros(samples, np.float32), tone(300.0)[:samples]):
        changed = change(wave, np.random.default_rng(3))
        assert changed.shape == wave.shape
        assert np.isfinite(changed).all()


def test_pitch_moves_by_up_to_two_semitones_and_the_tempo_stays():
    beats = np.concatenate([tone(400.0, 0.25), np.zeros(RATE // 4, np.float32)] * 4)
    found = set()
    for seed in range(12):
        changed = shift_pitch(beats, np.random.default_rng(seed))
        found.add(12 * np.log2(pitch(changed[: RATE // 4]) / 400.0))
        for start in (0.0, 0.5, 1.0):
            on = round((start + 0.05) * RATE)
            assert loudness(changed[on : on + 2400]) > loudness(changed[on + 4000 : on + 6400]) + 20
    assert -2.1 < min(found) < -1.0
    assert 1.0 < max(found) < 2.1


def test_a_stretched_clip_is_shorter_or_longer_by_the_factor():
    for factor in (0.8, 1.25):
        changed = stretch(tone(300.0, 3.0), factor)
        assert len(changed) / RATE == pytest.approx(3.0 / factor, rel=0.03)
        assert pitch(changed) == pytest.approx(300.0, rel=0.01)


def test_time_shifts_either_way_by_up_to_a_fifth_of_a_second():
    click = np.zeros(RATE, np.float32)
    click[RATE // 2] = 1.0
    places = [int(shift_time(click, np.random.default_rng(seed)).argmax()) - RATE // 2 for seed in range(50)]
    assert -3200 <= min(places) < -2000
    assert 2000 < max(places) <= 3200


def test_compression_brings_soft_and_loud_parts_closer_and_keeps_the_peak():
    loud, soft = tone(300.0, 0.5, loud=0.5), tone(300.0, 0.5, loud=0.02)
    wave = np.concatenate([loud, soft])
    for seed in range(8):
        changed = compress_range(wave, np.random.default_rng(seed))
        assert np.abs(changed).max() == pytest.approx(0.5, rel=1e-4)
        apart = loudness(changed[2000:7000]) - loudness(changed[-5000:])
        assert 8.0 < apart < 24.0  # 28 dB before
