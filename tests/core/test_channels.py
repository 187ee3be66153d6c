"""Which channel is heard: the mix where that is safe, the better one where it is not."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_speech import synthetic_speech_path

from desktop_app.core.band_energy import BandEnergy
from desktop_app.core.chain import SpeechChain
from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear, channel_name
from desktop_app.core.channels import safe_mono
from desktop_app.core.detector import BY_ENERGY
from desktop_app.core.errors import CallError
from desktop_app.core.types import SpeechSegment

RATE = 16_000
HISS = 0.0003


@functools.cache
def speech() -> np.ndarray:
    """Nine seconds of synthetic speech, [samples]."""
    sound, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    return soxr.resample(sound, rate, RATE)[: 9 * RATE]


def hiss(seed: int, level: float = HISS) -> np.ndarray:
    return level * np.random.default_rng(seed).standard_normal(len(speech()))


def stereo(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.stack((left, right), axis=1).astype(np.float32)


def listen(
    frames: np.ndarray, choice: str = "auto", sizes: tuple[int, ...] = (RATE,), rate: int = RATE
) -> tuple[SpeechChain, list[SpeechSegment], np.ndarray]:
    chain = SpeechChain(rate, RATE, BY_ENERGY, ChannelChoice.parse(choice))
    found, heard, at, turn = [], [], 0, 0
    while at < len(frames):
        size = sizes[turn % len(sizes)] if turn < 200 else len(frames)
        waveform, segments = chain.push(frames[at : at + size])
        heard.append(waveform)
        found += segments
        at, turn = at + size, turn + 1
    waveform, segments = chain.flush()
    return chain, found + segments, np.concatenate([*heard, waveform])


def finals(segments: list[SpeechSegment]) -> list[tuple[float, float]]:
    return [(segment.start_s, segment.end_s) for segment in segments if segment.final]


def codes(chain: SpeechChain) -> list[str]:
    return [warning.code for warning in chain.warnings]


INVERTED = "inverted"
CASES = {
    "the same sound twice": lambda: stereo(speech(), speech()),
    "two microphones of one room": lambda: stereo(speech() + hiss(1), 0.7 * speech() + hiss(2)),
    "panned": lambda: stereo(speech() + hiss(1), 0.2 * speech() + hiss(2)),
    INVERTED: lambda: stereo(speech(), -speech()),
    "inverted with noise of its own": lambda: stereo(speech() + hiss(1), -0.8 * speech() + hiss(2)),
    "right noisy": lambda: stereo(speech() + hiss(1), hiss(2, 0.1)),
    "left noisy": lambda: stereo(hiss(2, 0.1), speech() + hiss(1)),
    "right silent": lambda: stereo(speech(), np.zeros(len(speech()))),
    "left dead": lambda: stereo(hiss(1, 1e-5), speech() + hiss(2)),
}


@pytest.mark.parametrize(
    ("case", "heard", "told"),
    [
        ("the same sound twice", None, []),
        ("two microphones of one room", None, []),
        ("panned", None, []),
        (INVERTED, 0, ["opposite_polarity"]),
        ("inverted with noise of its own", 0, ["opposite_polarity"]),
        ("right noisy", 0, ["noisy_channel"]),
        ("left noisy", 1, ["noisy_channel"]),
        ("right silent", None, ["silent_channel"]),
        ("left dead", None, ["silent_channel"]),
    ],
)
def test_what_is_heard_and_what_is_said_of_it(case, heard, told):
    chain, found, waveform = listen(CASES[case]())
    assert chain.heard == heard
    assert codes(chain) == told
    assert all("option channel" in warning.message for warning in chain.warnings)
    clean = finals(listen(stereo(speech() + hiss(1), speech() + hiss(1)))[1])
    assert len(finals(found)) == len(clean)
    np.testing.assert_allclose(finals(found), clean, atol=0.15)
    assert len(waveform) == len(speech())


def test_where_the_mix_is_safe_it_is_the_mean_bit_by_bit():
    frames = CASES["two microphones of one room"]()
    chain, found, waveform = listen(frames)
    assert np.array_equal(waveform, frames.mean(axis=1, dtype=np.float32))
    mixed = listen(frames, "mix")[1]
    assert [(s.start_s, s.end_s) for s in found] == [(s.start_s, s.end_s) for s in mixed]
    assert chain.warnings == ()


def test_a_segment_holds_the_sound_of_the_channel_that_is_heard_from_its_beginning():
    _, found, _ = listen(CASES["left noisy"]())
    right = CASES["left noisy"]()[:, 1]
    for segment in (s for s in found if s.final):
        begin = round(segment.waveform_start_s * RATE)
        assert np.array_equal(segment.waveform, right[begin : begin + len(segment.waveform)])


@pytest.mark.parametrize("case", [INVERTED, "right noisy", "left noisy", "panned"])
@settings(max_examples=3, deadline=None)
@given(sizes=st.lists(st.integers(1, 9_000), min_size=1, max_size=9))
def test_block_sizes_change_nothing(case, sizes):
    frames = CASES[case]()[: 3 * RATE]
    whole, pieces = listen(frames), listen(frames, sizes=tuple(sizes))
    assert np.array_equal(whole[2], pieces[2])
    assert [(s.index, s.start_s, s.end_s, s.final, s.waveform_start_s) for s in whole[1]] == [
        (s.index, s.start_s, s.end_s, s.final, s.waveform_start_s) for s in pieces[1]
    ]
    assert whole[0].warnings == pieces[0].warnings


@pytest.mark.parametrize("case", [INVERTED, "right noisy", "right silent", "two microphones of one room"])
@settings(max_examples=3, deadline=None)
@given(gain_db=st.floats(-60.0, 0.0))
def test_the_gain_changes_nothing(case, gain_db):
    frames = CASES[case]()[: 3 * RATE]
    loud, quiet = listen(frames), listen((frames * 10 ** (gain_db / 20)).astype(np.float32))
    assert loud[0].heard == quiet[0].heard
    assert finals(loud[1]) == finals(quiet[1])
    assert codes(loud[0]) == codes(quiet[0])


@pytest.mark.parametrize("rate", [48_000, 44_100, 11_025])
def test_a_change_of_channel_keeps_every_sample_in_its_place(rate):
    frames = soxr.resample(CASES["left noisy"](), RATE, rate)
    chain, found, waveform = listen(frames.astype(np.float32), rate=rate)
    assert chain.heard == 1
    assert len(waveform) == pytest.approx(len(speech()), abs=1)
    late = slice(6 * RATE, 8 * RATE)
    assert np.abs(waveform[late] - CASES["left noisy"]()[late, 1]).std() < 0.01
    assert len(finals(found)) == len(finals(listen(stereo(speech(), speech()))[1]))


@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("case", ["two microphones of one room", "left noisy"])
def test_the_powers_of_a_chain_are_those_of_the_audio_that_it_returns(case, rate):
    frames = soxr.resample(CASES[case](), RATE, rate).astype(np.float32)
    chain = SpeechChain(rate, RATE, BY_ENERGY)
    waveforms, powers = [], []
    for at in range(0, len(frames), 7000):
        waveforms.append(chain.push(frames[at : at + 7000])[0])
        powers.append(chain.powers)
    waveforms.append(chain.flush()[0])
    told = np.concatenate([*powers, chain.powers])
    expected = BandEnergy(RATE).push(np.concatenate(waveforms))
    assert told.shape == expected.shape
    others = np.flatnonzero((told != expected).any(axis=1))
    changed = chain.heard is not None  # then some frames lie half in one channel, half in the other
    assert len(others) <= (3 if changed else 0)


def test_the_channel_changes_with_who_speaks_where_one_of_them_has_a_noisy_line():
    first = np.where(np.arange(len(speech())) < len(speech()) // 2, speech(), 0.0)
    second = speech() - first
    chain, found, _ = listen(stereo(first + hiss(1), second + hiss(2, 0.01)))
    assert len(finals(found)) >= len(finals(listen(stereo(speech(), speech()))[1])) - 1
    assert "noisy_channel" in codes(chain)


def test_different_voices_are_told_and_mixed():
    half = len(speech()) // 2
    turned = np.roll(speech(), half)
    chain, found, _ = listen(stereo(speech() + hiss(1), turned + hiss(2)))
    assert codes(chain) == ["different_voices"]
    assert chain.heard is None
    assert "'each', of a recording, judges each by itself." in chain.warnings[0].message
    assert found


def test_of_eight_inputs_the_one_with_the_microphone_is_heard():
    frames = np.stack([hiss(k) for k in range(8)], axis=1).astype(np.float32)
    frames[:, 5] += speech()
    chain, found, _ = listen(frames)
    assert chain.heard == 5
    assert len(finals(found)) == len(finals(listen(stereo(speech(), speech()))[1]))


@pytest.mark.parametrize(
    ("case", "column"), [(INVERTED, 0), ("right noisy", 0), ("left noisy", 1), ("panned", None)]
)
def test_a_whole_recording_is_made_mono_by_the_same_rule(case, column):
    frames = CASES[case]()
    expected = frames.mean(axis=1, dtype=np.float32) if column is None else frames[:, column]
    assert np.array_equal(safe_mono(frames, RATE), expected)
    assert np.array_equal(safe_mono(frames[:, :1], RATE), frames[:, 0])


class TestWhatIsAskedFor:
    @pytest.mark.parametrize(
        ("text", "choice"),
        [
            ("auto", AUTO),
            ("MIX", ChannelChoice(Hear.MIX)),
            ("left", ChannelChoice(Hear.ONE, 0)),
            ("right", ChannelChoice(Hear.ONE, 1)),
            ("8", ChannelChoice(Hear.ONE, 7)),
            ("each", ChannelChoice(Hear.EACH)),
        ],
    )
    def test_words_and_numbers(self, text, choice):
        assert ChannelChoice.parse(text) == choice
        assert ChannelChoice.parse(str(choice)) == choice

    @pytest.mark.parametrize("text", ["", "0", "-1", "middle", "1.5", "1000", "²"])
    def test_anything_else_is_refused_in_a_sentence(self, text):
        with pytest.raises(CallError, match="auto, mix, left, right, each or a number") as caught:
            ChannelChoice.parse(text)
        assert caught.value.code == "call.channel"

    def test_a_channel_that_is_not_there_is_named_with_how_many_there_are(self):
        with pytest.raises(CallError, match=r"'talk.flac' has 2 channels, so there is no channel 3"):
            ChannelChoice.parse("3").check(2, "talk.flac")
        ChannelChoice.parse("2").check(2, "talk.flac")
        ChannelChoice.parse("each").check(1, "talk.flac")

    def test_one_channel_is_heard_alone(self):
        frames = CASES["left noisy"]()
        chain, _, waveform = listen(frames, "right")
        assert np.array_equal(waveform, frames[:, 1])
        assert chain.warnings == ()

    def test_each_comes_to_one_choice_a_channel(self):
        assert [str(choice) for choice in ChannelChoice.parse("each").apart(3)] == ["1", "2", "3"]
        assert AUTO.apart(3) == [AUTO]
        with pytest.raises(ValueError, match="one channel"):
            SpeechChain(RATE, RATE, BY_ENERGY, ChannelChoice(Hear.EACH))

    def test_two_channels_have_sides_and_more_have_numbers(self):
        assert [channel_name(k, 2) for k in range(2)] == ["the left channel", "the right channel"]
        assert channel_name(4, 8) == "channel 5"


class TestWhatIsSaidOfTheChoice:
    """It is true of the result that stands beside it."""

    def test_it_follows_when_a_better_channel_comes_to_be_heard(self):
        frames = np.zeros((len(speech()) + RATE, 6), np.float32)
        frames[:, 0] = np.random.default_rng(0).normal(0.0, 0.1, len(frames))
        frames[RATE:, 2] = speech()
        chain, found, _ = listen(frames)
        (warning,) = chain.warnings
        assert chain.heard == 2
        assert finals(found)
        assert (warning.fields["heard"], warning.fields["heard_before"]) == (3, [1])
        assert "channel 3 is heard, after channel 1." in warning.message

    def test_voices_by_turns_on_an_interface_name_the_last_and_those_before(self):
        frames = np.zeros((4 * len(speech()), 4), np.float32)
        for turn in range(4):
            frames[turn * len(speech()) : (turn + 1) * len(speech()), turn] = speech()
        chain, _, _ = listen(frames)
        warning = next(warning for warning in chain.warnings if warning.code == "loudest_channel")
        assert chain.heard == 3
        assert warning.fields["heard"] == 4
        assert warning.fields["heard_before"] == [1, 2, 3]
        assert "the channel" not in warning.message

    def test_channels_of_noise_have_no_polarity(self):
        rng = np.random.default_rng(0)
        frames = rng.normal(0.0, 1e-3, (len(speech()), 64)).astype(np.float32)
        frames[:, 50] += speech()
        assert codes(listen(frames)[0]) == ["loudest_channel"]

    def test_a_constant_on_a_channel_is_no_noise(self):
        chain, found, _ = listen(stereo(speech(), np.full(len(speech()), 0.9)))
        assert codes(chain) == ["silent_channel"]
        assert "Nothing is on the right channel: the left channel is heard." in chain.warnings[0].message
        assert finals(found) == finals(listen(stereo(speech(), np.zeros(len(speech()))))[1])
