"""What is remembered of a session's spectrogram."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.core.types import FloatArray
from desktop_app.gui.state.spectrogram_history import SpectrogramHistory

RATE = 16_000


def tone(hertz: float, seconds: float) -> FloatArray:
    times = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def test_a_tone_is_bright_in_its_band_where_it_was_and_nowhere_else() -> None:
    history = SpectrogramHistory()
    history.push(tone(1000.0, 1.0), 0.0, RATE)
    history.push(tone(4000.0, 1.0), 3.0, RATE)
    found = history.picture(0.0, 4.0, 400)
    times = np.linspace(found.left_s, found.right_s, len(found.shades), endpoint=False)
    for at_s, hertz in ((0.5, 1000.0), (3.5, 4000.0)):
        column = found.shades[np.searchsorted(times, at_s)]
        assert history.centres_hz[column.argmax()] == pytest.approx(hertz, rel=0.05)
    assert not found.shades[np.searchsorted(times, 2.0)].any(), "nothing was heard then"


@pytest.mark.parametrize("columns", [37, 150, 600])
def test_zoomed_out_a_short_sound_is_still_seen(columns: int) -> None:
    history = SpectrogramHistory()
    silent = np.zeros(30 * RATE, dtype=np.float32)
    silent[17 * RATE : 17 * RATE + 800] = tone(1000.0, 0.05)
    history.push(silent, 0.0, RATE)
    found = history.picture(0.0, 30.0, columns)
    assert len(found.shades) <= 2 * columns + 2
    loudest = int(found.shades.max(axis=1).argmax())
    width_s = (found.right_s - found.left_s) / len(found.shades)
    assert found.left_s + loudest * width_s == pytest.approx(17.0, abs=width_s + 0.05)


def test_while_it_scrolls_columns_stay_what_they_are() -> None:
    history = SpectrogramHistory()
    rng = np.random.default_rng(0)
    history.push(rng.uniform(-0.3, 0.3, 20 * RATE).astype(np.float32), 0.0, RATE)
    one, other = history.picture(3.0, 13.0, 120), history.picture(3.37, 13.37, 120)
    width_s = (one.right_s - one.left_s) / len(one.shades)
    shift = round((other.left_s - one.left_s) / width_s)
    common = min(len(one.shades) - shift, len(other.shades)) - 1
    assert np.array_equal(one.shades[shift : shift + common], other.shades[:common])


def test_blocks_of_any_length_give_the_same() -> None:
    rng = np.random.default_rng(1)
    sound = rng.uniform(-0.3, 0.3, 3 * RATE).astype(np.float32)
    whole, pieces = SpectrogramHistory(), SpectrogramHistory()
    whole.push(sound, 0.0, RATE)
    for begin in range(0, len(sound), 777):
        pieces.push(sound[begin : begin + 777], begin / RATE, RATE)
    for span_s, columns in ((3.0, 300), (3.0, 20)):
        assert np.array_equal(
            whole.picture(0.0, span_s, columns).shades, pieces.picture(0.0, span_s, columns).shades
        )


def test_what_is_too_old_for_fine_columns_is_kept_in_coarse_ones() -> None:
    history = SpectrogramHistory(levels=((1, 200), (8, 400)))
    history.push(tone(1000.0, 2.0), 0.0, RATE)
    before = history.nbytes
    history.push(tone(4000.0, 8.0), 2.0, RATE)
    assert history.nbytes == before
    early = history.picture(0.5, 1.5, 100)
    assert early.shades.any()
    assert history.centres_hz[early.shades[2].argmax()] == pytest.approx(1000.0, rel=0.05)
    assert history.shade(1.0, 0.5) is not None
    assert history.shade(11.0, 0.5) is None


def test_a_source_with_another_rate_goes_on_and_one_with_other_bands_begins_anew() -> None:
    history = SpectrogramHistory()
    history.push(tone(1000.0, 1.0), 0.0, RATE)
    history.push(np.repeat(tone(1000.0, 1.0), 3), 1.0, 3 * RATE)
    assert history.picture(0.0, 0.9, 90).shades.any()
    history.push(tone(1000.0, 1.0)[::2], 2.0, RATE // 2)
    assert not history.picture(0.0, 1.9, 90).shades.any()
    assert history.picture(2.1, 2.9, 90).shades.any()


def test_it_takes_nine_megabytes_at_most() -> None:
    history = SpectrogramHistory()
    history.push(tone(1000.0, 1.0), 0.0, RATE)
    assert history.nbytes < 9e6
