"""Levels, resampling and smoothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.levels import SILENCE_DBFS, LevelMeter, SampleStep, ZeroDetector, dbfs, power_dbfs
from desktop_app.core.resample import StreamResampler, mix_to_mono
from desktop_app.core.smoothing import LabelHysteresis

RATE = 16_000


def tone(seconds: float, rate: int, amplitude: float = 0.5) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def test_full_scale_reads_zero_and_silence_reads_the_bottom():
    assert dbfs(1.0) == 0
    assert dbfs(0.5) == pytest.approx(-6.02, abs=0.01)
    assert power_dbfs(0.5) == pytest.approx(-3.01, abs=0.01)
    assert dbfs(0.0) == power_dbfs(0.0) == SILENCE_DBFS


def test_a_sine_reads_three_db_under_its_peak():
    reading = LevelMeter(RATE).push(tone(0.1, RATE))
    assert reading.peak_dbfs == pytest.approx(-6.02, abs=0.05)
    assert reading.rms_dbfs == pytest.approx(-9.03, abs=0.05)


def test_a_peak_holds_for_a_second_and_then_falls():
    meter = LevelMeter(RATE, hold_s=1.0, fall_db_per_s=12.0)
    meter.push(tone(0.1, RATE))
    silent = np.zeros(RATE // 10, dtype=np.float32)
    held = [meter.push(silent).hold_dbfs for _ in range(30)]
    assert held[8] == pytest.approx(-6.02, abs=0.05)
    assert held[19] == pytest.approx(-6.02 - 12, abs=0.1)


def test_a_muted_microphone_is_told_from_a_quiet_one():
    detector = ZeroDetector(RATE, start_s=0.5, later_s=1.0)
    zeros = np.zeros(RATE // 10, dtype=np.float32)
    assert [detector.push(zeros) for _ in range(6)] == [False] * 4 + [True] * 2
    quiet = zeros.copy()
    quiet[100] = 2**-15
    assert not detector.push(quiet)


def test_once_there_was_sound_zeros_are_a_noise_gate_for_a_while():
    detector = ZeroDetector(RATE, start_s=0.5, later_s=1.0)
    detector.push(tone(0.2, RATE))
    zeros = np.zeros(RATE // 10, dtype=np.float32)
    assert [detector.push(zeros) for _ in range(11)] == [False] * 9 + [True] * 2


@settings(max_examples=10, deadline=None)
@given(sizes=st.lists(st.integers(1, 3_000), min_size=1, max_size=8), rate=st.sampled_from([8_000, 11_025]))
def test_the_step_between_samples_shows_as_the_sound_comes(sizes, rate):
    rng = np.random.default_rng(1)
    waveform = (np.round(rng.standard_normal(rate) * 40) / 32768).astype(np.float32)
    waveform[: rate // 2] = np.round(waveform[: rate // 2] * 32768 / 5) * 5 / 32768  # no single step before
    waveform += np.float32(0.25)  # a constant offset is no step
    step, known, at, turn = SampleStep(rate), [], 0, 0
    while at < rate:
        size = sizes[turn % len(sizes)]
        known += step.push(waveform[at : at + size])
        at, turn = at + size, turn + 1
    assert known == SampleStep(rate).push(waveform)
    assert len(known) == 100
    assert min(known[:50]) == 5 / 32768
    assert known[60] == 1 / 32768


@settings(max_examples=20, deadline=None)
@given(
    rate=st.sampled_from([8_000, 22_050, 44_100, 48_000, 96_000]),
    sizes=st.lists(st.integers(1, 5_000), min_size=1, max_size=8),
)
def test_resampling_does_not_depend_on_block_sizes(rate, sizes):
    waveform = tone(0.6, rate)
    whole = StreamResampler(rate, RATE)
    expected = np.concatenate((whole.push(waveform), whole.flush()))
    stream = StreamResampler(rate, RATE)
    parts, at, turn = [], 0, 0
    while at < len(waveform):
        size = sizes[turn % len(sizes)]
        parts.append(stream.push(waveform[at : at + size]))
        at, turn = at + size, turn + 1
    parts.append(stream.flush())
    assert np.array_equal(np.concatenate(parts), expected)
    assert len(expected) == pytest.approx(0.6 * RATE, abs=1)


def test_a_tone_survives_resampling():
    stream = StreamResampler(48_000, RATE)
    out = np.concatenate((stream.push(tone(1.0, 48_000)), stream.flush()))
    middle = slice(2_000, 14_000)
    assert np.abs(out[middle] - tone(1.0, RATE)[middle]).max() < 1e-3


def test_the_models_own_rate_passes_through_exactly():
    waveform = tone(0.1, RATE)
    assert np.array_equal(StreamResampler(RATE, RATE).push(waveform), waveform)


def test_channels_are_averaged_and_a_single_one_is_left_alone():
    frames = np.array([[0.5, -0.5], [1.0, 0.0]], dtype=np.float32)
    assert mix_to_mono(frames).tolist() == [0.0, 0.5]
    assert mix_to_mono(frames[:, :1]).tolist() == [0.5, 1.0]


def test_a_label_does_not_flicker_between_close_probabilities():
    hysteresis = LabelHysteresis(margin=0.15, hold_s=0.5)
    labels = ("calm", "sad")
    shown = [hysteresis.update(k * 0.1, labels, (0.52, 0.48) if k % 2 else (0.48, 0.52)) for k in range(20)]
    assert set(shown) == {"sad"}


def test_a_clear_lead_wins_at_once_and_a_small_one_after_a_while():
    hysteresis = LabelHysteresis(margin=0.15, hold_s=0.5)
    labels = ("calm", "sad")
    assert hysteresis.update(0.0, labels, (0.6, 0.4)) == "calm"
    assert hysteresis.update(0.1, labels, (0.3, 0.7)) == "sad"
    assert hysteresis.update(0.2, labels, (0.52, 0.48)) == "sad"
    assert hysteresis.update(0.8, labels, (0.52, 0.48)) == "calm"
