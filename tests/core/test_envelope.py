"""Peaks of a signal: what is drawn of it, at any zoom, while it comes and afterwards."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.envelope import PER_COLUMN, Envelope

RATE = 1000  # a bin is 4 samples


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(count).astype(np.float32)


def expected(signal: np.ndarray, edges: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Column by column, from the samples."""
    times = np.arange(len(signal)) / rate
    low = np.full(len(edges) - 1, np.nan)
    high = low.copy()
    for k, (left, right) in enumerate(pairwise(edges)):
        inside = signal[(times >= left - 1e-9) & (times < right - 1e-9)]
        if len(inside):
            low[k], high[k] = inside.min(), inside.max()
    return low, high


def filled(signal: np.ndarray, rate: int = RATE, block: int = 777, **options: float) -> Envelope:
    envelope = Envelope(rate, **options)
    for begin in range(0, len(signal), block):
        envelope.push(signal[begin : begin + block])
    return envelope


@pytest.mark.parametrize("columns", [50, 333, 1000, 4999])
def test_with_all_samples_held_columns_of_few_bins_are_exact_to_the_sample(columns: int) -> None:
    signal = noise(5000)
    peaks = filled(signal, hold_s=math.inf).peaks(0.3, 0.3 + columns * 0.002, columns)
    edges = 0.3 + 0.002 * np.arange(columns + 1)
    low, high = expected(signal, edges, RATE)
    np.testing.assert_array_equal(peaks.low, low.astype(np.float32))
    np.testing.assert_array_equal(peaks.high, high.astype(np.float32))
    np.testing.assert_allclose(peaks.times, (edges[1:] + edges[:-1]) / 2)


def test_zoomed_in_beyond_samples_the_samples_are_what_is_drawn() -> None:
    signal = noise(5000)
    peaks = filled(signal, hold_s=math.inf).peaks(1.0, 1.05, 800)
    np.testing.assert_allclose(peaks.times, np.arange(999, 1051) / RATE, atol=1e-9)
    np.testing.assert_array_equal(peaks.low, signal[999:1051])
    np.testing.assert_array_equal(peaks.high, signal[999:1051])


@pytest.mark.parametrize("columns", [1, 7, 60, 200])
@pytest.mark.parametrize("block", [7, 63, 20_000])
def test_no_peak_is_missed_shown_twice_or_moved_by_more_than_a_quarter_of_a_column(
    columns: int, block: int
) -> None:
    signal = np.zeros(20_000, dtype=np.float32)
    places = np.random.default_rng(1).choice(20_000, 12, replace=False)
    signal[places] = 1 + np.arange(12) / 16
    envelope = Envelope(RATE, hold_s=0.5)
    for begin in range(0, len(signal), block):
        envelope.push(signal[begin : begin + block])
    peaks = envelope.peaks(0.0, 20.0, columns)
    width = 20_000 / columns
    shown = peaks.high[peaks.high > 0].tolist()
    assert len(set(shown)) == len(shown), "each in one column"
    assert peaks.high.max() == signal.max()
    for value in shown:
        (place,) = np.flatnonzero(signal == value)
        (column,) = np.flatnonzero(peaks.high == value)
        assert column - 0.25 <= place / width <= column + 1.25


def test_the_latest_samples_are_drawn_before_their_bin_is_full() -> None:
    envelope = filled(noise(1003) * 0.1)
    envelope.push(np.array([0.9, -0.8], dtype=np.float32))
    for columns in (1, 3, 10, 100):
        peaks = envelope.peaks(0.0, envelope.end_s, columns)
        assert (peaks.low[-1], peaks.high[-1]) == (np.float32(-0.8), np.float32(0.9))
    assert envelope.loudest == pytest.approx(0.9)


def test_there_is_nothing_outside_of_the_sound() -> None:
    peaks = filled(np.ones(1000, dtype=np.float32)).peaks(-1.0, 2.0, 300)
    assert np.isnan(peaks.high[:100]).all()
    assert (peaks.high[100:200] == 1.0).all()
    assert np.isnan(peaks.high[200:]).all()
    assert np.isnan(Envelope(RATE).peaks(0.0, 1.0, 10).low).all()


@pytest.mark.parametrize("hold_s", [0.1, math.inf])
@pytest.mark.parametrize("columns", [30, 400, 3000])
def test_an_outage_is_a_gap_and_the_sound_behind_it_stands_at_its_time(columns: int, hold_s: float) -> None:
    envelope = Envelope(RATE, hold_s=hold_s)
    envelope.push(np.full(1000, 0.5, dtype=np.float32), 0.0)
    envelope.push(np.full(1000, 0.25, dtype=np.float32), 2.0)
    assert envelope.end_s == pytest.approx(3.0)
    peaks = envelope.peaks(0.0, 3.0, columns)
    gone = np.isnan(peaks.high)
    width = 3.0 / columns
    assert gone[(peaks.times > 1.0 + width) & (peaks.times < 2.0 - width)].all()
    assert not gone[(peaks.times < 1.0 - width) | (peaks.times > 2.0 + width)].any()
    assert set(peaks.high[peaks.times < 1.0 - width].tolist()) == {0.5}
    assert set(peaks.high[peaks.times > 2.0 + width].tolist()) == {0.25}


def test_samples_on_both_sides_of_a_gap_are_not_joined_by_a_line() -> None:
    envelope = Envelope(RATE)
    envelope.push(noise(1000), 0.0)
    envelope.push(noise(1000, 1), 1.02)
    peaks = envelope.peaks(0.99, 1.03, 400)
    between = (peaks.times >= 1.0) & (peaks.times < 1.02 - 1e-9)
    assert np.isnan(peaks.low[between]).all()
    assert between.any()
    assert (np.diff(peaks.times) > 0).all()


def test_what_is_pushed_at_an_earlier_time_replaces_what_was_there() -> None:
    envelope = Envelope(RATE)
    envelope.push_at(0, np.full(3000, 0.9, dtype=np.float32))
    envelope.push_at(1501, np.full(2000, 0.1, dtype=np.float32))
    peaks = envelope.peaks(0.0, 3.501, 3501)
    assert (peaks.high[:1501] == np.float32(0.9)).all()
    assert (peaks.high[1501:] == np.float32(0.1)).all()
    assert envelope.peaks(1.6, 3.5, 10).high.max() == np.float32(0.1)


def test_another_rate_goes_on_at_its_own_pace() -> None:
    envelope = Envelope(RATE)
    envelope.push(np.full(2000, 0.5, dtype=np.float32), 0.0)
    envelope.push(np.full(500, 0.25, dtype=np.float32), 2.0, sample_rate=250)
    peaks = envelope.peaks(0.0, 4.0, 40)
    assert (peaks.high[:19] == 0.5).all()
    assert (peaks.high[21:] == 0.25).all()
    assert envelope.end_s == pytest.approx(4.0)


def test_a_scrolling_picture_keeps_its_columns() -> None:
    envelope = Envelope(RATE, hold_s=1.0)
    seen: dict[int, tuple[float, float]] = {}
    for step in range(60):
        envelope.push(noise(97, step))
        peaks = envelope.scrolling(envelope.end_s, 0.05, 80)
        past = (peaks.times < envelope.end_s - 0.1) & ~np.isnan(peaks.low)
        for at, low, high in zip(peaks.times[past], peaks.low[past], peaks.high[past], strict=True):
            assert seen.setdefault(round(at / 0.05 - 0.5), (low, high)) == (low, high)
    assert len(seen) > 100


def test_what_is_too_old_is_let_go() -> None:
    envelope = Envelope(RATE, hold_s=1.0, keep_s=20.0)
    sizes = []
    for second in range(200):
        envelope.push(np.full(1000, second, dtype=np.float32))
        sizes.append(envelope.nbytes)
    assert envelope.start_s == pytest.approx(180.0, abs=0.1)
    assert sizes[-1] < 1.2 * sizes[60]
    peaks = envelope.peaks(170.0, 200.0, 30)
    assert np.isnan(peaks.high[:10]).all()
    np.testing.assert_allclose(peaks.high[11:], np.arange(181, 200), atol=1)


@settings(max_examples=30, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(st.integers(1, 900), st.sampled_from([0.0, 0.0, 0.013, 0.4])), min_size=1, max_size=8
    ),
    window=st.tuples(st.floats(-0.5, 3.0), st.floats(0.01, 4.0)),
    columns=st.integers(1, 300),
    hold_s=st.sampled_from([0.0, 0.05, math.inf]),
)
def test_whatever_comes_each_column_shows_only_what_is_near_it(
    pieces: list[tuple[int, float]], window: tuple[float, float], columns: int, hold_s: float
) -> None:
    envelope = Envelope(RATE, hold_s=hold_s)
    at, times, values = 0.0, [], []
    for number, (count, gap_s) in enumerate(pieces):
        at += gap_s
        signal = noise(count, number)
        envelope.push(signal, at)
        times.append(at + np.arange(count) / RATE)
        values.append(signal)
        at += count / RATE
    every, value = np.concatenate(times), np.concatenate(values)
    peaks = envelope.peaks(window[0], window[0] + window[1], columns)
    if len(peaks.times) != columns or not np.allclose(
        peaks.times, window[0] + (np.arange(columns) + 0.5) * window[1] / columns
    ):
        return  # samples, one by one
    column_s = window[1] / columns
    reach = column_s / 2 + max(0.004, column_s / PER_COLUMN) + 1.1 / RATE  # a bin across the column's edge
    order = np.argsort(every, kind="stable")
    every, value = every[order], value[order]
    for at_s, low, high in zip(peaks.times, peaks.low, peaks.high, strict=True):
        near = value[np.searchsorted(every, at_s - reach) : np.searchsorted(every, at_s + reach)]
        if np.isnan(high):
            core = window[1] / columns / 2 - 0.003
            assert core <= 0 or not np.any((every >= at_s - core) & (every < at_s + core)) or core < 0.004
        else:
            assert near.min() <= low <= high <= near.max() or gap_near(every, at_s, reach)


def gap_near(every: np.ndarray, at_s: float, reach: float) -> bool:
    """A bin that lies across a gap holds samples of both sides."""
    inside = np.searchsorted(every, at_s - 2 * reach), np.searchsorted(every, at_s + 2 * reach)
    around = every[max(0, inside[0] - 1) : inside[1] + 1]
    return bool(len(around) < 2 or np.diff(around).max() > 1.5 / RATE)


@pytest.mark.slow
def test_an_hour_costs_a_moment_and_ten_megabytes() -> None:
    second = noise(16_000)
    envelope = Envelope(16_000)
    before = time.process_time()
    for _ in range(360):
        for _ in range(10):
            envelope.push(second)
    built = time.process_time() - before
    before = time.process_time()
    for k in range(20):
        envelope.peaks(k * 30.0, 3600.0 - k * 60.0, 2000)
    asked = (time.process_time() - before) / 20
    assert envelope.nbytes < 16e6
    assert built < 5.0, "0.4 s where nothing else runs"
    assert asked < 0.02, "0.5 ms where nothing else runs"
