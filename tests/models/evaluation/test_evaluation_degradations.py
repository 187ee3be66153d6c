"""Each degradation does what its name says, to any clip, and the same each time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.core.errors import CallError
from desktop_app.inference.manifest import self_test_signal
from models.errors import CorpusError
from models.evaluation.active_level import active_speech_level
from models.evaluation.degradations import (
    GRID,
    VIEWS,
    add_noise,
    degrade,
    generator,
    room_response,
)
from models.evaluation.noise_bank import NoiseBank, is_held_out, noise_kind

RATE = 16_000
DIGEST = "ab" * 32


def voice(seconds: float = 2.0, loudness: float = 0.3) -> np.ndarray:
    return loudness * self_test_signal("chirp-v1", seconds, RATE)


def with_pauses(wave: np.ndarray, seconds: float = 1.0) -> np.ndarray:
    pause = np.zeros(round(seconds * RATE), dtype=np.float32)
    return np.concatenate([pause, wave, pause])


def dbfs(wave: np.ndarray) -> float:
    return 10 * np.log10(max(np.square(wave, dtype=np.float64).mean(), 1e-12))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Noise as ESC-10 names it, filled up with digital silence as there, and a long recording."""
    root = tmp_path_factory.mktemp("noise")
    rng = np.random.default_rng(0)
    for fold in "12345":
        for kind in ("001-Dogbark", "002-Rain"):
            bark = np.zeros(5 * RATE, dtype=np.float32)
            bark[RATE : 2 * RATE] = 0.1 * rng.standard_normal(RATE)
            soundfile.write(root / f"{kind}_{fold}-1234-A.wav", bark, RATE)
    soundfile.write(root / "fan.wav", 0.05 * rng.standard_normal(12 * RATE), RATE)
    (root / "README.txt").write_text("not a sound")
    return root


def test_the_active_level_of_a_steady_tone_is_its_level():
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(3 * RATE) / RATE).astype(np.float32)
    level, activity = active_speech_level(tone, RATE)
    assert level == pytest.approx(dbfs(tone), abs=0.3)
    assert activity == pytest.approx(1.0, abs=0.05)


def test_pauses_do_not_lower_the_active_level():
    wave, paused = voice(4.0), with_pauses(voice(4.0), 2.0)
    spoken, activity = active_speech_level(wave, RATE)
    level, half = active_speech_level(paused, RATE)
    assert dbfs(paused) == pytest.approx(dbfs(wave) - 3.0, abs=0.1)
    assert level == pytest.approx(spoken, abs=0.4)
    assert half == pytest.approx(activity / 2, abs=0.06)


def test_silence_has_no_active_level():
    assert active_speech_level(np.zeros(RATE, dtype=np.float32), RATE) == (-np.inf, 0.0)


@pytest.mark.parametrize("snr_db", [20, 10, 5, 0])
def test_the_noise_lies_that_many_db_below_the_active_speech(folder, snr_db):
    wave = with_pauses(voice(loudness=0.1))  # pauses must not make the noise softer
    noisy = degrade(f"noise-{snr_db}dB", wave, DIGEST, NoiseBank.load(folder))
    added = noisy - wave
    level, _ = active_speech_level(wave, RATE)
    assert level - dbfs(added) == pytest.approx(snr_db, abs=0.1)


def test_speech_and_noise_are_turned_down_together_before_they_clip():
    wave = voice(loudness=0.95 / np.abs(voice(loudness=1.0)).max())
    noisy = degrade("noise-0dB", wave, DIGEST)
    assert np.abs(noisy).max() == pytest.approx(1.0)
    scale = noisy @ wave / (wave @ wave)
    level, _ = active_speech_level(scale * wave, RATE)
    assert level - dbfs(noisy - scale * wave) == pytest.approx(0.0, abs=0.5)


def test_every_level_of_noise_is_the_same_noise_and_other_clips_get_another():
    wave = voice()
    loud, soft = (degrade(name, wave, DIGEST) - wave for name in ("noise-10dB", "noise-20dB"))
    assert np.corrcoef(loud, soft)[0, 1] > 0.999
    other = degrade("noise-10dB", wave, "cd" * 32) - wave
    assert abs(np.corrcoef(loud, other)[0, 1]) < 0.3


def test_without_a_folder_noise_is_made_white_or_pink():
    slopes = set()
    for number in range(8):
        noise = NoiseBank().excerpt(np.random.default_rng(number), 4 * RATE)
        power = np.square(np.abs(np.fft.rfft(noise)))
        low, high = power[400:800].mean(), power[16_000:24_000].mean()
        slopes.add(round(10 * np.log10(low / high) / 5) * 5)
    assert slopes == {0, 15}  # pink falls by 3 dB an octave


def test_a_telephone_passes_the_voice_band_alone():
    def kept(hertz: float) -> float:
        tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
        return dbfs(degrade("telephone", tone, DIGEST)[2000:-2000]) - dbfs(tone)

    assert kept(1_000) == pytest.approx(0.0, abs=0.5)
    assert kept(60) < -30
    assert kept(5_000) < -40


@pytest.mark.parametrize(("name", "db"), [("gain-20dB", -20), ("gain-10dB", -10), ("gain+10dB", 10)])
def test_gain_is_gain(name, db):
    wave = voice(loudness=0.02)
    assert dbfs(degrade(name, wave, DIGEST)) - dbfs(wave) == pytest.approx(db, abs=0.01)


def test_a_loud_recording_clips_at_full_scale():
    assert np.abs(degrade("gain+10dB", voice(loudness=0.9), DIGEST)).max() == 1.0
    for loudness in (0.01, 0.9):
        hard = degrade("clipped", voice(loudness=loudness), DIGEST)
        assert 0.05 < (np.abs(hard) == 1.0).mean() < 0.6


def test_a_room_decays_by_60_db_in_the_stated_time():
    for seed in range(5):
        response = room_response(np.random.default_rng(seed), RATE).astype(np.float64)
        assert 10 * np.log10(1.0 / np.square(response[1:]).sum()) == pytest.approx(5.0, abs=0.01)
        decay = 10 * np.log10(np.cumsum(np.square(response[1:])[::-1])[::-1] / np.square(response[1:]).sum())
        # Schroeder's curve from -5 to -25 dB, extrapolated (ISO 3382).
        start, end = np.flatnonzero(decay < -5)[0], np.flatnonzero(decay < -25)[0]
        assert 0.25 < 3 * (end - start) / RATE < 0.55


def test_reverberation_fills_pauses_and_keeps_power_and_length():
    wave = with_pauses(voice())
    wet = degrade("reverb", wave, DIGEST)
    assert len(wet) == len(wave)
    assert dbfs(wet) == pytest.approx(dbfs(wave), abs=0.1)
    after = slice(3 * RATE + 800, 3 * RATE + 4000)
    assert not wave[after].any()
    assert dbfs(wet[after]) > -60


@pytest.mark.parametrize("seconds", [1, 2, 3])
def test_first_seconds_begin_a_quarter_of_a_second_before_the_voice(seconds):
    wave = with_pauses(voice(4.0), 2.0)
    heard = degrade(f"first-{seconds}s", wave, DIGEST)
    assert len(heard) == seconds * RATE
    assert not heard[: RATE // 5].any()
    assert heard[RATE // 3 : RATE].any()
    assert len(degrade(f"first-{seconds}s", voice(0.4), DIGEST)) == round(0.4 * RATE)


@pytest.mark.parametrize("name", [*VIEWS, *GRID])
@pytest.mark.parametrize("kind", ["voice", "silence", "short", "loud"])
def test_every_condition_takes_any_clip_and_is_the_same_each_time(name, kind):
    wave = {
        "voice": voice(),
        "silence": np.zeros(RATE, dtype=np.float32),
        "short": voice(0.05),
        "loud": np.sign(voice(1.0)).astype(np.float32),
    }[kind]
    before = wave.copy()
    one, again = degrade(name, wave, DIGEST), degrade(name, wave, DIGEST)
    assert one.dtype == np.float32
    assert one.size > 0
    assert np.isfinite(one).all()
    assert np.abs(one).max() <= 1.0
    assert np.array_equal(one, again)
    assert np.array_equal(wave, before)


@pytest.mark.parametrize("name", ["noise", "noise-10s", "first-1dB", "gain10dB", "loud", "gain--10dB"])
def test_an_unknown_condition_is_refused_by_name(name):
    with pytest.raises(CallError, match="noise-20dB"):
        degrade(name, voice(), DIGEST)


def test_another_number_is_a_condition_too():
    wave = voice(loudness=0.05)
    assert dbfs(degrade("gain+6dB", wave, DIGEST)) - dbfs(wave) == pytest.approx(6.0, abs=0.01)


def test_what_is_random_for_one_purpose_is_not_for_another():
    assert generator(DIGEST, "noise").random() != generator(DIGEST, "reverb").random()


def test_training_and_test_never_share_noise(folder):
    held_out, training = (
        {path.stem for path in NoiseBank.load(folder, part).paths} for part in ("held-out", "training")
    )
    assert held_out.isdisjoint(training)
    assert held_out | training == {path.stem for path in NoiseBank.load(folder, "all").paths}
    assert {name for name in held_out if name != "fan"} == {
        f"{kind}_{fold}-1234-A" for kind in ("001-Dogbark", "002-Rain") for fold in "45"
    }
    assert is_held_out("2-122104-A") == is_held_out("2-122104-A")
    assert 60 < Counter(is_held_out(f"recording {k}") for k in range(200))[True] < 100


def test_the_kind_of_noise_is_read_from_its_name():
    assert noise_kind("001-Dogbark_5-9032-A") == "dogbark"
    assert noise_kind("running_tap") == "running_tap"


def test_an_excerpt_is_never_the_silence_that_a_recording_is_filled_up_with(folder):
    bank = NoiseBank.load(folder, "all")
    for seed in range(30):
        for samples in (RATE // 2, 7 * RATE):
            excerpt = bank.excerpt(np.random.default_rng(seed), samples)
            assert len(excerpt) == samples
            assert dbfs(excerpt) > -35


def test_noise_is_left_out_where_nobody_speaks(folder):
    silence = np.zeros(RATE, dtype=np.float32)
    assert not add_noise(silence, 10.0, DIGEST, NoiseBank.load(folder)).any()


def test_a_folder_without_noise_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="does not exist"):
        NoiseBank.load(tmp_path / "nowhere")
    with pytest.raises(CorpusError, match="holds no recording"):
        NoiseBank.load(tmp_path)


def test_the_noise_here_is_held_out_by_the_folds_of_esc(corpora):
    bank = NoiseBank.load(corpora / "noise")
    assert sum("esc10" in path.parts for path in bank.paths) == 160
