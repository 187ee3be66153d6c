"""What makes a sound doubtful is told while it comes: early, once, and from the samples alone."""

from __future__ import annotations

import numpy as np
import pytest
from running import babble

from desktop_app.core.chain import SpeechChain
from desktop_app.core.detector import BY_ENERGY
from desktop_app.core.sound_check import GONE_S, SoundCheck
from desktop_app.core.types import FloatArray, SoundWarning

RATE = 16000


def noise(seconds: float, level: float = 1e-5) -> FloatArray:
    samples = np.random.default_rng(0).standard_normal(round(seconds * RATE))
    return (level * samples).astype(np.float32)


def talk(seconds: float, peak_dbfs: float) -> FloatArray:
    """Words of a second with pauses of one, their peak at `peak_dbfs`, in a quiet room."""
    sound = noise(seconds, 10 ** ((peak_dbfs - 60) / 20))
    for second in range(1, round(seconds) - 1, 2):
        word = babble(1.0, RATE, second)
        sound[second * RATE : (second + 1) * RATE] += word * (10 ** (peak_dbfs / 20) / np.abs(word).max())
    return sound


def clipped(seconds: float) -> FloatArray:
    return np.clip(30 * talk(seconds, -20.0), -1.0, 1.0)


def hum(seconds: float, level: float = 0.02) -> FloatArray:
    t = np.arange(round(seconds * RATE)) / RATE
    waves = np.sum([np.sin(2 * np.pi * 50 * k * t + k) / k for k in range(1, 8)], axis=0)
    return (level * waves).astype(np.float32)


def told(
    sound: FloatArray, block: int = RATE // 10, check: SoundCheck | None = None
) -> list[tuple[float, SoundWarning]]:
    """What is told of `sound`, and after how many seconds, as it comes in blocks."""
    check = check or SoundCheck(RATE, RATE, recording=False)
    chain = SpeechChain(RATE, RATE, BY_ENERGY)
    news = []
    for start in range(0, len(sound), block):
        frames = sound[start : start + block, np.newaxis]
        check.push(frames)
        news += [((start + len(frames)) / RATE, warning) for warning in check.push_heard(*chain.push(frames))]
    return news


def codes(news: list[tuple[float, SoundWarning]]) -> list[str]:
    return [warning.code for _, warning in news]


def test_of_good_sound_and_of_silence_nothing_is_told() -> None:
    assert told(talk(60.0, -12.0)) == []
    assert told(noise(60.0)) == []
    assert told(np.zeros(60 * RATE, np.float32)) == []


def test_clipping_is_told_within_seconds() -> None:
    ((at_s, warning),) = told(np.concatenate((talk(20.0, -12.0), clipped(20.0))))
    assert warning.code == "clipped"
    assert 20.0 < at_s < 24.0
    assert warning.message.startswith("The microphone is clipped: ")
    assert "Turn its level down." in warning.message


def test_beyond_full_scale_nothing_is_called_clipped() -> None:
    sound = 10 * talk(20.0, -12.0)
    ((_, warning),) = told(sound)
    assert warning.code == "beyond_full_scale"
    assert warning.message.startswith("The microphone exceeds full scale: ")
    assert warning.fields["peak_dbfs"] == pytest.approx(8.0, abs=0.1)
    check = SoundCheck(RATE, RATE)
    told(sound, check=check)
    (of_whole,) = check.warnings()
    assert "of its samples do, up to +8.0 dBFS" in of_whole.message


def test_a_clipped_recording_with_a_little_above_full_scale_is_clipped() -> None:
    """A codec rings beside each edge."""
    sound = clipped(20.0)
    sound[np.flatnonzero(np.abs(sound) == 1.0)[::5]] *= np.float32(1.02)
    assert codes(told(sound)) == ["clipped"]


def test_a_bump_against_the_microphone_is_no_clipping() -> None:
    sound = talk(60.0, -12.0)
    sound[30 * RATE : 30 * RATE + 200] = 1.0
    assert told(sound) == []


def test_quiet_speech_is_told_once_there_was_enough_of_it() -> None:
    ((at_s, warning),) = told(talk(40.0, -50.0))
    assert warning.code == "very_quiet"
    assert 8.0 < at_s < 14.0, "five words of a second, with pauses between them"
    assert warning.fields["peak_dbfs"] == pytest.approx(-50.0, abs=1.0)


def test_hum_is_told_also_while_somebody_speaks() -> None:
    ((at_s, warning),) = told(talk(40.0, -12.0) + hum(40.0))
    assert (warning.code, warning.fields) == ("hum", {"mains_hz": 50})
    assert 10.0 <= at_s < 20.0


def test_a_low_rate_is_told_at_once_and_only_once() -> None:
    check = SoundCheck(8000, RATE, recording=False)
    news = []
    for _ in range(600):
        check.push(np.zeros((800, 1), np.float32))
        news += check.push_heard(np.zeros(1600, np.float32), [])
    assert [warning.code for warning in news] == ["low_sample_rate"]
    assert news[0].message.startswith("The microphone has 8000 Hz")


@pytest.mark.parametrize(
    ("cause", "cured"),
    [
        (clipped(20.0), talk(20.0, -12.0)),
        (talk(20.0, -46.0), talk(20.0, -34.0)),
        (talk(60.0, -12.0) + hum(60.0), talk(30.0, -12.0)),
    ],
    ids=["clipped", "very_quiet", "hum"],
)
def test_what_comes_and_goes_is_told_once(cause: FloatArray, cured: FloatArray) -> None:
    assert len(told(np.concatenate((cause, cured) * 3))) == 1


@pytest.mark.parametrize(
    ("cause", "cured_dbfs"),
    [(clipped(20.0), -12.0), (talk(20.0, -46.0), -34.0), (talk(40.0, -12.0) + hum(40.0), -12.0)],
    ids=["clipped", "very_quiet", "hum"],
)
def test_what_was_away_for_long_and_comes_back_is_told_again(cause: FloatArray, cured_dbfs: float) -> None:
    news = told(np.concatenate((cause, talk(GONE_S + 60.0, cured_dbfs), cause)))
    assert len(news) == 2
    assert len(set(codes(news))) == 1


def test_a_gap_is_no_reason_to_say_it_again() -> None:
    check = SoundCheck(RATE, RATE, recording=False)
    assert codes(told(clipped(20.0), check=check)) == ["clipped"]
    check.restart(RATE)
    assert told(clipped(20.0), check=check) == []


def test_it_does_not_matter_in_which_blocks_the_sound_comes() -> None:
    sound = np.concatenate((talk(20.0, -50.0), clipped(20.0), talk(40.0, -12.0) + hum(40.0)))
    fine = told(sound)
    assert codes(fine) == ["very_quiet", "clipped", "hum"]
    for block in (777, 7001, len(sound)):
        coarse = sorted(told(sound, block), key=lambda news: codes(fine).index(news[1].code))
        assert [warning for _, warning in coarse] == [warning for _, warning in fine]


def test_the_end_of_a_recording_tells_what_no_part_was_long_enough_for() -> None:
    for sound in (clipped(3.0)[RATE : 3 * RATE // 2], talk(3.0, -50.0), noise(3.0) + hum(3.0)):
        check = SoundCheck(RATE, RATE)
        early = codes(told(sound, check=check))
        late = [warning.code for warning in check.finish()]
        assert len(early + late) == len(set(early + late)) == 1
        assert [warning.code for warning in check.warnings()] == early + late


def test_a_part_of_a_recording_is_told_as_a_part() -> None:
    check = SoundCheck(RATE, RATE)
    told(np.concatenate((clipped(3.0), np.tile(talk(60.0, -12.0), 10))), check=check)
    (warning,) = check.warnings()
    assert warning.code == "clipped"
    assert warning.message.startswith("Sound in the recording is clipped: ")
    assert check.finish() == []


@pytest.mark.parametrize("factor", [1e3, 32_768.0, 1e9])
def test_samples_far_beyond_full_scale_are_told_as_such_and_not_as_clipped_or_offset(factor: float) -> None:
    sound = (talk(60.0, -12.0) + np.float32(0.05)) * np.float32(factor)
    check = SoundCheck(RATE, RATE)
    ((at_s, warning),) = told(sound, check=check)
    assert warning.code == "beyond_full_scale"
    assert at_s < 4.0
    (whole,) = check.warnings()
    assert whole.code == "beyond_full_scale"
    assert whole.fields["peak_dbfs"] == pytest.approx(20 * np.log10(np.abs(sound).max()), abs=0.1)
    assert f"volume=-{np.ceil(20 * np.log10(np.abs(sound).max())):.0f}dB" in whole.message


def test_one_bad_sample_is_told_once_and_hides_nothing_for_ever() -> None:
    spike = talk(10.0, -12.0)
    spike[RATE] = 5.0
    news = told(np.concatenate((spike, talk(3 * GONE_S, -12.0), clipped(20.0))))
    assert codes(news) == ["beyond_full_scale", "clipped"]
