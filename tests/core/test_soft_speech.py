"""Speech that is too soft beside the voice to be found is told; other soft sound is not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import soundfile
import soxr
from synthetic_speech import synthetic_speech_path

from desktop_app.core.chain import SpeechChain
from desktop_app.core.detector import BY_ENERGY
from desktop_app.core.segmenter import Segmenter
from desktop_app.core.sound_check import SoundCheck
from desktop_app.core.types import FloatArray, SoundWarning

RATE = 16000
PAUSE_S = 1.0


@cache
def sentence() -> FloatArray:
    """The first of the synthetic speech."""
    speech, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    speech = soxr.resample(speech, rate, RATE)
    first = next(segment for segment in Segmenter(RATE).push(speech) if segment.final)
    return speech[round(first.start_s * RATE) : round(first.end_s * RATE)]


def after_each(soft: np.ndarray, turns: int = 3, noise: float = 1e-6) -> FloatArray:
    """The sentence and `soft` by turns, with pauses, in a quiet room."""
    pause = np.zeros(round(PAUSE_S * RATE))
    sound = np.concatenate([pause, *([sentence(), pause, soft, pause] * turns)])
    return (sound + noise * np.random.default_rng(5).standard_normal(len(sound))).astype(np.float32)


def turns(softer_db: float, **others: float) -> FloatArray:
    return after_each(10 ** (-softer_db / 20) * sentence(), **others)  # type: ignore[arg-type]


def told(sound: FloatArray, block: int = RATE, *, recording: bool = True) -> list[SoundWarning]:
    """All that is told of a sound, as it comes and at its end."""
    check, chain = SoundCheck(RATE, RATE, recording=recording), SpeechChain(RATE, RATE, BY_ENERGY)
    news = []
    for start in range(0, len(sound), block):
        frames = sound[start : start + block, np.newaxis]
        check.push(frames)
        news += check.push_heard(*chain.push(frames))
    news += check.push_heard(*chain.flush())
    return news + check.finish()


@pytest.mark.parametrize("softer_db", [30.0, 34.0, 38.0])
def test_soft_turns_are_told_with_how_soft_and_where_they_are(softer_db: float) -> None:
    (warning,) = told(turns(softer_db))
    assert warning.code == "soft_speech"
    assert warning.fields["below_voice_db"] == pytest.approx(softer_db, abs=3.0)
    assert warning.fields["start_s"] == pytest.approx(2 * PAUSE_S + len(sentence()) / RATE, abs=0.3)
    assert warning.message.startswith("Sound like speech, ")
    assert "dB softer than the voice, was not judged: " in warning.message


def test_at_a_rate_whose_frames_are_no_hundredth_of_a_second_the_place_is_right_after_minutes() -> None:
    rate = 22_050
    sound = np.concatenate([np.tile(after_each(sentence() * 0.5), 12), turns(34.0)])
    check, chain = SoundCheck(rate, rate), SpeechChain(rate, rate, BY_ENERGY)
    whole = soxr.resample(sound, RATE, rate)[:, np.newaxis]
    begins_s = len(sound) / RATE - len(turns(34.0)) / RATE + 2 * PAUSE_S + len(sentence()) / RATE
    assert begins_s > 120
    for start in range(0, len(whole), rate):
        check.push(whole[start : start + rate])
        check.push_heard(*chain.push(whole[start : start + rate]))
    check.push_heard(*chain.flush())
    (warning,) = check.warnings()
    assert warning.fields["start_s"] == pytest.approx(begins_s, abs=0.15)


def test_at_a_microphone_it_is_told_what_to_do() -> None:
    (warning,) = told(turns(34.0, turns=6), recording=False)
    assert warning.message.endswith("Whoever spoke must come closer to the microphone.")


def test_noise_that_does_not_cover_it_changes_nothing() -> None:
    soft_rms = np.sqrt(np.mean(np.square(sentence()))) * 10 ** (-34 / 20)
    (warning,) = told(turns(34.0, noise=soft_rms / np.sqrt(10)))
    assert warning.code == "soft_speech"


def test_of_speech_that_is_found_nothing_is_told() -> None:
    assert told(turns(0.0)) == told(turns(18.0)) == []


@pytest.mark.parametrize("gain_db", [-60.0, -43.7, -20.0, -6.0, 0.0])
def test_the_gain_does_not_matter(gain_db: float) -> None:
    def soft(sound: FloatArray) -> list[SoundWarning]:
        return [warning for warning in told(sound) if warning.code == "soft_speech"]

    sound = turns(34.0, turns=4)
    assert len(soft(sound)) == 1
    assert soft(sound * np.float32(10 ** (gain_db / 20))) == soft(sound)


@pytest.mark.parametrize("block", [777, 16_000, 10**9])
def test_it_does_not_matter_in_which_blocks_the_sound_comes(block: int) -> None:
    sound = turns(34.0, turns=6)
    assert told(sound, block) == told(sound, 1600)


def seconds(count: float) -> np.ndarray:
    return np.arange(round(count * RATE)) / RATE


HISS = 0.1 * np.random.default_rng(6).standard_normal(2 * RATE)


def tone(hertz: float) -> np.ndarray:
    return 0.1 * sum(np.sin(2 * np.pi * hertz * k * seconds(2.0)) / k for k in range(1, 6))


RHYTHM = 0.1 + 0.9 * np.square(np.sin(2 * np.pi * 2 * seconds(2.0)))


@pytest.mark.parametrize(
    "soft",
    [HISS * RHYTHM, tone(150.0), tone(1200.0) * RHYTHM],
    ids=["hiss that comes and goes", "a machine", "birds"],
)
def test_soft_sound_that_is_no_speech_is_not_told(soft: np.ndarray) -> None:
    assert told(after_each(10 ** (-30 / 20) * soft)) == []


def test_the_tail_of_the_voice_in_a_room_is_not_told() -> None:
    count = 5 * RATE
    tail = np.random.default_rng(7).standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
    room = np.concatenate([[1.0], 0.7 * tail / np.sqrt(np.sum(np.square(tail)))])
    dry = after_each(np.zeros(4 * RATE), turns=3)
    size = len(dry) + len(room)
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(room, size), size).astype(np.float32)
    assert told(wet) == []
