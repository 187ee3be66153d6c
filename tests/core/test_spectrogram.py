"""The spectrogram that is looked at: levels, bands and times, live and of a recording."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.core.spectrogram import (
    Columns,
    SpectrogramParams,
    SpectrogramStream,
    hz_to_mel,
    mel_to_hz,
    spectrogram,
    to_bytes,
)


def noise(count: int, seed: int = 0) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal(count)).astype(np.float32)


def streamed(waveform: np.ndarray, rate: int, block: int, params: SpectrogramParams) -> Columns:
    stream = SpectrogramStream(rate, params)
    parts = [stream.push(waveform[begin : begin + block]) for begin in range(0, len(waveform), block)]
    return Columns(
        np.concatenate([part.times for part in parts]), np.concatenate([part.decibels for part in parts])
    )


@pytest.mark.slow  # librosa alone takes seconds to load
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_bands_and_powers_are_those_of_librosa(rate: int) -> None:
    librosa = pytest.importorskip("librosa")
    params = SpectrogramParams(floor_db=-150.0)
    waveform = noise(rate)
    ours = streamed(waveform, rate, 1000, params)
    window, hop = round(0.025 * rate), round(0.010 * rate)
    n_fft = SpectrogramStream(rate, params)._bands.n_fft
    powers = librosa.feature.melspectrogram(
        y=np.concatenate([np.zeros((n_fft - window) // 2), waveform, np.zeros(n_fft)]),
        sr=rate,
        n_fft=n_fft,
        hop_length=hop,
        win_length=window,
        center=False,
        power=2.0,
        n_mels=params.n_mels,
        fmin=params.fmin_hz,
        fmax=min(params.fmax_hz, rate / 2),
        norm=None,
    )
    full_scale = n_fft * np.square(np.hanning(window + 1)[:-1]).sum() / 4
    theirs = 10 * np.log10(np.maximum(powers.T / full_scale, 1e-15))
    assert len(ours.decibels) == (rate - window) // hop + 1
    np.testing.assert_allclose(ours.decibels, theirs[: len(ours.decibels)], atol=2e-3)


@pytest.mark.slow
def test_the_mel_scale_is_that_of_librosa_and_its_own_inverse() -> None:
    librosa = pytest.importorskip("librosa")
    hertz = np.array([0.0, 50.0, 999.0, 1000.0, 1001.0, 8000.0])
    np.testing.assert_allclose(hz_to_mel(hertz), librosa.hz_to_mel(hertz), rtol=1e-9)
    np.testing.assert_allclose(mel_to_hz(hz_to_mel(hertz)), hertz, atol=1e-9)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
@pytest.mark.parametrize("n_mels", [40, 96, 160])
def test_a_sine_at_full_scale_reads_about_0_db_and_no_band_is_empty(rate: int, n_mels: int) -> None:
    params = SpectrogramParams(n_mels=n_mels)
    stream = SpectrogramStream(rate, params)
    at = int(np.argmin(np.abs(stream.centres_hz - 1000)))
    columns = stream.push(
        np.sin(2 * np.pi * stream.centres_hz[at] * np.arange(rate) / rate).astype(np.float32)
    )
    assert columns.decibels.shape[1] == n_mels
    assert np.argmax(columns.decibels[10]) in {at - 1, at, at + 1}
    hiss = SpectrogramStream(rate, params).push(noise(rate))
    assert hiss.decibels.mean(axis=0).min() > -75.0
    if n_mels == 40:
        assert columns.decibels[10, at] == pytest.approx(-2.0, abs=1.0)


@pytest.mark.parametrize("block", [1, 37, 160, 999, 16_000])
def test_it_does_not_depend_on_how_the_sound_was_cut(block: int) -> None:
    params = SpectrogramParams()
    waveform = noise(8_000)
    whole, cut = streamed(waveform, 16_000, 8_000, params), streamed(waveform, 16_000, block, params)
    np.testing.assert_allclose(cut.times, whole.times)
    np.testing.assert_allclose(cut.decibels, whole.decibels, atol=1e-3)


def test_hops_longer_than_windows_skip_what_lies_between() -> None:
    params = SpectrogramParams(window_s=0.020, hop_s=0.050)
    waveform = noise(16_000)
    whole, cut = streamed(waveform, 16_000, 16_000, params), streamed(waveform, 16_000, 77, params)
    assert len(whole.times) == 20
    np.testing.assert_allclose(cut.decibels, whole.decibels, atol=1e-3)


def test_a_click_stands_in_the_columns_around_its_time() -> None:
    waveform = np.zeros(16_000, dtype=np.float32)
    waveform[8_000] = 1.0
    stream = SpectrogramStream(16_000)
    columns = stream.push(waveform, start_s=7.0)
    loudest = columns.times[np.argmax(columns.decibels.mean(axis=1))]
    assert loudest == pytest.approx(7.5, abs=0.006)


def test_behind_an_outage_columns_begin_anew_at_its_end() -> None:
    stream = SpectrogramStream(16_000)
    stream.push(noise(1_000), 0.0)
    columns = stream.push(np.zeros(1_000, dtype=np.float32), 3.0)
    assert columns.times[0] == pytest.approx(3.0125)
    assert columns.decibels.max() == -100.0, "nothing of the sound before"


def test_a_stretch_that_fits_is_what_the_stream_would_show() -> None:
    waveform = noise(32_000)
    live = streamed(waveform, 16_000, 500, SpectrogramParams())
    whole = spectrogram(waveform, 16_000)
    np.testing.assert_allclose(whole.times, live.times)
    np.testing.assert_allclose(whole.decibels, live.decibels, atol=1e-3)
    part = spectrogram(waveform, 16_000, start_s=0.5, end_s=1.0)
    assert part.times[0] == pytest.approx(0.5125)
    assert part.times[-1] < 1.0


@pytest.mark.parametrize("columns", [10, 50, 333])
def test_a_long_stretch_has_as_many_columns_as_the_screen_and_each_shows_its_own_sound(columns: int) -> None:
    rate = 16_000
    seconds = 40
    hertz = np.repeat([300.0, 3000.0], seconds * rate // 2)
    waveform = (0.5 * np.sin(2 * np.pi * np.cumsum(hertz) / rate)).astype(np.float32)
    shown = spectrogram(waveform, rate, columns=columns)
    assert 0.9 * columns <= len(shown.times) <= columns
    bands = SpectrogramStream(rate).centres_hz
    found = bands[np.argmax(shown.decibels, axis=1)]
    width = seconds / columns
    early, late = shown.times < seconds / 2 - width, shown.times > seconds / 2 + width
    assert np.abs(found[early] - 300).max() < 40
    assert np.abs(found[late] - 3000).max() < 200


def test_an_overview_reads_only_a_part_of_what_it_shows() -> None:
    class Counted:
        read = 0

        def __len__(self) -> int:
            return 3600 * 16_000

        def __getitem__(self, index: slice) -> np.ndarray:
            self.read += index.stop - index.start
            return noise(index.stop - index.start)

    sound = Counted()
    shown = spectrogram(sound, 16_000, columns=500)
    assert len(shown.times) == 500
    assert sound.read < 0.05 * len(sound)


@pytest.mark.parametrize("count", [0, 1, 399, 400, 401])
def test_however_short_it_is_there_is_a_picture_if_there_is_sound(count: int) -> None:
    shown = spectrogram(noise(count), 16_000)
    assert len(shown.times) == min(count, 1)
    assert np.isfinite(shown.decibels).all()


def test_levels_become_bytes_from_floor_to_ceiling() -> None:
    params = SpectrogramParams(floor_db=-100.0, ceiling_db=0.0)
    levels = np.array([[-100.0, -50.0, 0.0, 6.0]], dtype=np.float32)
    assert to_bytes(levels, params).tolist() == [[0, 128, 255, 255]]
