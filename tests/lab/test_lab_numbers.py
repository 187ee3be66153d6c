"""The numbers that the lab computes itself: windows, energies, spectra, linear prediction, and files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import scipy.signal
import soundfile

from desktop_app.core.errors import EmoscopeError
from desktop_app.lab.clip import LONGEST_S, Clip, read_clip
from desktop_app.lab.errors import LabError
from desktop_app.lab.lpc import resonances, usual_order
from desktop_app.lab.spectra import mean_spectrum, whole_spectrum
from desktop_app.lab.tables import Table, poles_table, spectrum_table, write_table
from desktop_app.lab.windows import (
    OVERLAPS,
    WINDOWS,
    Framing,
    OverlapAdd,
    overlap_add,
    parseval,
    usual_framing,
    window_of,
)

RATE = 16_000


def noise(seconds: float = 1.0) -> np.ndarray:
    return (0.1 * np.random.default_rng(5).standard_normal(round(RATE * seconds))).astype(np.float32)


def vowel(formants: tuple[tuple[float, float], ...], pitch_hz: float = 110.0) -> np.ndarray:
    """Pulses that fall by 6 dB an octave, through resonances of a frequency and a bandwidth in Hz."""
    pulses = np.zeros(2 * RATE)
    pulses[:: round(RATE / pitch_hz)] = 1.0
    pulses = scipy.signal.lfilter([1.0], [1.0, -0.97], pulses)
    for hertz, width in formants:
        radius, angle = np.exp(-np.pi * width / RATE), 2 * np.pi * hertz / RATE
        pulses = scipy.signal.lfilter([1.0], [1.0, -2 * radius * np.cos(angle), radius**2], pulses)
    return (0.5 * pulses / np.abs(pulses).max()).astype(np.float32)


# --- windows and energies -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_is_the_one_that_librosa_uses(name: str) -> None:
    for size in (256, 1023):
        assert window_of(name, size) == pytest.approx(scipy.signal.get_window(name, size, fftbins=True))


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("overlap", OVERLAPS)
def test_parsevals_identity_holds(name: str, overlap: float) -> None:
    found = parseval(noise(), Framing(name, 512, overlap))
    assert found.frames_time > 0
    assert found.difference < 1e-6
    assert found.sound_difference < 1e-6


def test_an_odd_length_has_no_middle_bin() -> None:
    assert parseval(noise()[:-1], Framing("hann", 512, 0.5)).sound_difference < 1e-6


def test_frames_tell_the_energy_of_the_sound_where_the_squared_windows_add_up() -> None:
    even = parseval(noise(), Framing("hann", 512, 0.75))
    assert even.ripple_power < 1e-9
    assert even.recovered == pytest.approx(even.sound_time, rel=1e-9)
    click = np.zeros(RATE, np.float32)
    click[5000] = 1.0  # falls between two frames
    uneven = parseval(click, Framing("hann", 512, 0.0))
    assert uneven.ripple_power > 1
    assert uneven.recovered_difference > 0.1


def test_windows_that_overlap_by_half_add_up_and_their_squares_do_not() -> None:
    sums = overlap_add(Framing("hann", 512, 0.5))
    assert OverlapAdd.ripple(sums.amplitude) < 1e-9
    assert OverlapAdd.ripple(sums.power) > 0.5


@pytest.mark.parametrize(("rate", "size"), [(8000, 256), (16_000, 512), (44_100, 1024), (48_000, 2048)])
def test_a_usual_window_is_about_as_long_at_any_rate(rate: int, size: int) -> None:
    assert usual_framing(rate) == Framing("hann", size, 0.75)


def test_silence_has_energy_nowhere() -> None:
    found = parseval(np.zeros(RATE, np.float32), Framing())
    assert (found.sound_time, found.difference, found.recovered_difference) == (0, 0, 0)


# --- spectra ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WINDOWS)
def test_a_sine_at_full_scale_has_0_db(name: str) -> None:
    sine = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE).astype(np.float32)
    whole = whole_spectrum(sine, RATE, name)
    mean = mean_spectrum(sine, RATE, Framing(name, 512, 0.75))
    assert whole.hertz[whole.levels.argmax()] == mean.hertz[mean.levels.argmax()] == 1000
    assert whole.levels.max() == pytest.approx(0.0, abs=0.01)
    assert mean.levels.max() == pytest.approx(0.0, abs=0.2)  # frames at the ends hold less of it


# --- linear prediction --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formants",
    [
        ((700.0, 80.0), (1220.0, 90.0), (2600.0, 120.0)),
        ((280.0, 60.0), (2250.0, 100.0), (2890.0, 140.0)),
    ],
    ids=["a", "i"],
)
def test_the_formants_of_a_vowel_are_found_and_named(formants: tuple[tuple[float, float], ...]) -> None:
    found = resonances(Clip(vowel(formants), RATE, "vowel.wav"))
    assert [each.name for each in found.formants[:3]] == ["F1", "F2", "F3"]
    for each, (hertz, _) in zip(found.formants, formants, strict=False):
        assert each.hertz == pytest.approx(hertz, rel=0.03)
        assert each.bandwidth_hz < 200


def test_the_order_follows_the_rate_up_to_that_of_a_voice() -> None:
    assert [usual_order(rate) for rate in (8000, 16_000, 48_000)] == [10, 18, 18]
    clip = Clip(noise(), 48_000, "noise.wav")
    assert (resonances(clip).sample_rate, resonances(clip).order) == (16_000, 18)
    assert resonances(clip, 30).order == 30


def test_the_two_planes_show_the_same_stable_system() -> None:
    found = resonances(Clip(vowel(((700.0, 80.0), (1220.0, 90.0))), RATE, "vowel.wav"))
    assert np.abs(found.poles).max() < 1
    assert found.laplace.real.max() < 0
    assert np.exp(found.laplace / RATE) == pytest.approx(found.poles)
    first = found.formants[0]
    table = poles_table(found)
    frequency = np.asarray(table.columns["frequency_hz"])
    place = int(np.abs(frequency - first.hertz).argmin())
    assert np.asarray(table.columns["bandwidth_hz"])[place] == pytest.approx(first.bandwidth_hz)


def test_the_impulse_response_has_the_frequency_response() -> None:
    found = resonances(Clip(noise(2.0), RATE, "noise.wav"))
    size = 1 << 14
    power = np.square(np.abs(np.fft.rfft(found.impulse, size)) * found.gain)
    levels = 10 * np.log10(power)
    at = np.interp(found.response.hertz, np.fft.rfftfreq(size, 1 / RATE), levels)
    difference = (found.response.levels - at)[20:]  # what lasts longer than 40 ms is the lowest
    assert difference.std() < 0.3


def test_the_response_lies_over_the_spectrum_that_it_models() -> None:
    found = resonances(Clip(noise(4.0), RATE, "noise.wav"))
    at = np.interp(found.spectrum.hertz, found.response.hertz, found.response.levels)
    assert np.abs(at - found.spectrum.levels)[4:].mean() < 1.0


def test_silence_has_no_formants_and_fails_nothing() -> None:
    found = resonances(Clip(np.zeros(RATE, np.float32), RATE, "silence.wav"))
    assert np.isfinite(found.response.levels).all()
    assert np.isfinite(found.impulse).all()


# --- stretches and files ------------------------------------------------------------------------------------


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    left = np.arange(30 * RATE) / (30 * RATE)
    soundfile.write(path, np.stack([left, np.zeros_like(left)], axis=1), RATE, subtype="FLOAT")
    return path


def test_a_stretch_is_cut_to_the_sample(talk: Path) -> None:
    clip = read_clip(talk, 1.0, 2.0, channel=0)
    assert (len(clip.waveform), clip.start_s, clip.cut) == (RATE, 1.0, False)
    assert clip.waveform[0] == np.float32(RATE / (30 * RATE))
    assert read_clip(talk, 1.0, 2.0).waveform[0] == clip.waveform[0] / 2, "the mix of both channels"


def test_of_a_long_stretch_the_beginning_is_looked_at(talk: Path) -> None:
    clip = read_clip(talk)
    assert (clip.duration_s, clip.cut) == (LONGEST_S, True)


def test_what_is_too_short_is_told(talk: Path) -> None:
    with pytest.raises(LabError, match=r"shorter than 50 ms") as told:
        read_clip(talk, 1.0, 1.01)
    assert told.value.code == "lab.too_short"
    with pytest.raises(EmoscopeError):
        read_clip(talk.with_name("nothing.wav"))


def test_a_table_is_written_with_the_numbers_that_it_holds(tmp_path: Path) -> None:
    spectrum = whole_spectrum(noise(), RATE, "hann")
    table = spectrum_table(whole=spectrum)
    write_table(table, tmp_path / "spectrum.csv")
    with (tmp_path / "spectrum.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["spectrum"] for row in rows] == ["whole"] * len(spectrum.hertz)
    assert np.array([float(row["level_db"]) for row in rows]).tolist() == spectrum.levels.tolist()
    write_table(table, tmp_path / "spectrum.parquet")
    read = pyarrow.parquet.read_table(tmp_path / "spectrum.parquet")
    assert read.column("level_db").to_pylist() == spectrum.levels.tolist()


def test_what_is_no_number_is_empty_in_a_table(tmp_path: Path) -> None:
    write_table(Table({"pitch": np.array([110.5, np.nan], np.float32)}), tmp_path / "pitch.csv")
    assert (tmp_path / "pitch.csv").read_text() == 'pitch\n110.5\n""\n'
