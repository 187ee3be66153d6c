"""Speech slower and faster: its duration changes, its pitch does not, and nothing clicks."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile
from synthetic_speech import synthetic_speech_path

from desktop_app.audio.time_stretch import TimeStretch

SPEEDS = [0.5, 0.75, 1.25, 1.5, 2.0]
RATE = 16_000


def stretched(signal: np.ndarray, rate: int, speed: float, block: int = 1024) -> np.ndarray:
    frames = signal if signal.ndim == 2 else signal[:, None]
    stretch = TimeStretch(rate, frames.shape[1], speed)
    parts = [stretch.push(frames[at : at + block]) for at in range(0, len(frames), block)]
    whole = np.concatenate([*parts, stretch.flush()])
    return whole if signal.ndim == 2 else whole[:, 0]


def voice(f0: np.ndarray, rate: int) -> np.ndarray:
    """Harmonics as of a voice; faded out at its end."""
    phase = 2 * np.pi * np.cumsum(f0) / rate
    signal = 0.2 * sum(np.sin(k * phase) / k for k in range(1, 12))
    fade = rate // 100
    signal[-fade:] *= np.linspace(1, 0, fade)
    return signal.astype(np.float32)


def pitch_at(signal: np.ndarray, rate: int, moment: float, low: float, high: float) -> tuple[float, float]:
    """F0 in Hz of the 50 ms about `moment`, by autocorrelation, and how clear it is, 0 to 1."""
    length = rate // 20
    window = np.hanning(length)
    begin = round(moment * rate) - length // 2
    part = signal[begin : begin + length] * window
    power = np.abs(np.fft.rfft([part, window], 4 * length)) ** 2
    similar, unbiased = np.fft.irfft(power)[:, :length]
    similar = similar / unbiased.clip(1e-9)
    first, last = int(rate / high), int(rate / low)
    peak = first + int(similar[first : last + 1].argmax())
    before, at, after = similar[peak - 1 : peak + 2]
    bend = before - 2 * at + after
    return rate / (peak + ((before - after) / (2 * bend) if bend else 0)), at / max(similar[0], 1e-9)


def pitch(signal: np.ndarray, rate: int, expected: np.ndarray) -> np.ndarray:
    """F0 in Hz, 50 times a second, within a third of what is expected."""
    times = frame_centres(signal, rate)
    pairs = zip(times, expected, strict=False)
    return np.array([pitch_at(signal, rate, moment, f0 * 0.75, f0 * 1.33)[0] for moment, f0 in pairs])


def frame_centres(signal: np.ndarray, rate: int) -> np.ndarray:
    """Times in seconds of the frames that `pitch` looks at."""
    return np.arange((len(signal) - rate // 20) // (rate // 50)) / 50 + 0.025


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("f0", [75.0, 120.0, 220.0, 350.0])
def test_a_steady_voice_keeps_its_pitch_within_one_percent(speed: float, f0: float) -> None:
    signal = voice(np.full(2 * RATE, f0), RATE)
    slow = stretched(signal, RATE, speed)
    found = pitch(slow, RATE, np.full(len(frame_centres(slow, RATE)) - 3, f0))
    assert np.abs(found / f0 - 1).max() < 0.01


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_gliding_voice_has_the_pitch_of_the_moment_it_comes_from(speed: float) -> None:
    f0 = np.geomspace(100, 300, 3 * RATE)
    slow = stretched(voice(f0, RATE), RATE, speed)
    expected = np.interp(frame_centres(slow, RATE)[:-3] * speed, np.arange(len(f0)) / RATE, f0)
    found = pitch(slow, RATE, expected)
    assert np.median(np.abs(found / expected - 1)) < 0.005
    assert np.quantile(np.abs(found / expected - 1), 0.95) < 0.01


@pytest.mark.parametrize("speed", SPEEDS)
def test_speech_keeps_its_pitch(speed: float) -> None:
    speech, rate = soundfile.read(synthetic_speech_path(), dtype="float32", stop=6 * 22_050)
    slow = stretched(speech, rate, speed)

    times = np.arange(0.1, 5.8, 0.02)
    before = [pitch_at(speech, rate, moment, 70, 350) for moment in times]
    voiced = [(moment, f0) for moment, (f0, clear) in zip(times, before, strict=True) if clear > 0.8]
    assert len(voiced) > 60
    ratios = [pitch_at(slow, rate, moment / speed, f0 * 0.75, f0 * 1.33)[0] / f0 for moment, f0 in voiced]
    assert abs(np.median(ratios) - 1) < 0.005
    # The voice itself moves within the 8 ms by which a frame may be moved.
    assert np.median(np.abs(np.array(ratios) - 1)) < 0.01


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("seconds", [0.003, 0.05, 1.7])
def test_the_duration_is_that_of_the_input_divided_by_the_speed(speed: float, seconds: float) -> None:
    signal = voice(np.full(round(RATE * seconds) + 200, 120.0), RATE)
    assert len(stretched(signal, RATE, speed)) == round(len(signal) / speed)


@pytest.mark.parametrize("speed", SPEEDS)
def test_nothing_clicks(speed: float) -> None:
    signal = voice(np.geomspace(90, 250, 2 * RATE), RATE)
    slow = stretched(signal, RATE, speed)
    assert np.abs(np.diff(slow)).max() < 1.1 * np.abs(np.diff(signal)).max()


def test_the_output_does_not_depend_on_the_blocks_that_come_in() -> None:
    signal = voice(np.full(RATE, 150.0), RATE)
    whole = stretched(signal, RATE, 0.7, block=len(signal))
    np.testing.assert_allclose(stretched(signal, RATE, 0.7, block=97), whole, atol=1e-6)


def test_both_channels_are_cut_at_the_same_places() -> None:
    left = voice(np.geomspace(100, 200, RATE), RATE)
    both = stretched(np.stack([left, -0.5 * left], axis=1), RATE, 1.4)
    np.testing.assert_allclose(both[:, 1], -0.5 * both[:, 0], atol=1e-6)


def test_channels_that_cancel_each_other_keep_their_pitch() -> None:
    left = voice(np.full(RATE, 130.0), RATE)
    both = stretched(np.stack([left, -left], axis=1), RATE, 0.8)
    found = pitch(both[:, 0], RATE, np.full(len(frame_centres(both[:, 0], RATE)) - 3, 130.0))
    assert np.abs(found / 130.0 - 1).max() < 0.01


def test_at_its_own_speed_sound_passes_unchanged() -> None:
    signal = voice(np.full(RATE, 150.0), RATE)
    np.testing.assert_array_equal(stretched(signal, RATE, 1.0), signal)


def test_silence_stays_silent() -> None:
    assert not stretched(np.zeros(RATE, np.float32), RATE, 1.5).any()


def test_a_speed_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="speed must be from"):
        TimeStretch(RATE, 1, 2.5)
