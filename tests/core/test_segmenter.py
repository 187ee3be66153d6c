"""Where speech begins and ends. Sound is spelled as letters, one a tenth of a second:

`.` the room's hiss, `s` soft speech, `L` loud speech, `0` digital silence, `!` a click in hiss.
"""

from __future__ import annotations

import functools
from itertools import pairwise

import auditok
import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_speech import synthetic_speech_path

from desktop_app.core.segmenter import Segmenter
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.types import SpeechSegment

RATE = 16_000
TENTH = RATE // 10
HISS, SOFT, LOUD = 0.0005, 0.03, 0.15


def sound(letters: str, gain: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(0)
    t = np.arange(len(letters) * TENTH) / RATE
    voice = sum(np.sin(2 * np.pi * 150 * k * t + k) for k in range(1, 25)) / 5
    amount = np.repeat([{".": 0, "!": 0, "0": 0, "s": SOFT, "L": LOUD}[c] for c in letters], TENTH)
    room = np.repeat([0.0 if c == "0" else HISS for c in letters], TENTH)
    out = voice * amount + room * rng.standard_normal(len(t))
    for index, letter in enumerate(letters):
        if letter == "!":
            out[index * TENTH : index * TENTH + 80] += 0.5
    return (gain * out).astype(np.float32)


def cut(letters: str, params: SegmenterParams | None = None, gain: float = 1.0) -> list[SpeechSegment]:
    segmenter = Segmenter(RATE, params)
    return segmenter.push(sound(letters, gain)) + segmenter.flush()


def finals(letters: str, **kwargs) -> list[tuple[float, float]]:
    return [(round(s.start_s, 1), round(s.end_s, 1)) for s in cut(letters, **kwargs) if s.final]


QUIET = "." * 20


@functools.cache
def talk() -> np.ndarray:
    """The first seconds of synthetic speech, [samples]."""
    speech, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    return soxr.resample(speech, rate, RATE)[: 7 * RATE]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        (QUIET, []),
        ("0" * 30, []),
        (QUIET + "LLLLLLLL" + QUIET, [(2.0, 2.8)]),
        (QUIET + "ssssssss" + QUIET, [(2.0, 2.8)]),
        (QUIET + "LLLL...LLLL" + QUIET, [(2.0, 3.1)]),  # a pause shorter than the hangover
        (QUIET + "LLLL......LLLL" + QUIET, [(2.0, 2.4), (3.0, 3.4)]),
        (QUIET + "ssLLLLss" + QUIET, [(2.0, 2.8)]),  # soft edges belong to it
        (QUIET + "!" + QUIET, []),
        (QUIET + "!...!" + QUIET, []),  # two clicks are no word
        (QUIET + "L" + QUIET, []),  # shorter than the shortest speech
        (QUIET + "LLLLLLLL", [(2.0, 2.8)]),  # up to the very end
        ("0" * 20 + "LLLLL" + "0" * 20, [(2.0, 2.5)]),
        ("LLLLLLLL" + QUIET, [(0.0, 0.8)]),  # from the very beginning
    ],
)
def test_speech_is_cut_where_it_is(letters, expected):
    found = finals(letters)
    assert len(found) == len(expected)
    for (start, end), (wanted_start, wanted_end) in zip(found, expected, strict=True):
        assert start == pytest.approx(wanted_start, abs=0.11)
        assert end == pytest.approx(wanted_end, abs=0.11)


def everything(waveform: np.ndarray) -> list[tuple[float, float, bool, float, int]]:
    segmenter = Segmenter(RATE)
    found = segmenter.push(waveform.astype(np.float32)) + segmenter.flush()
    return [(s.start_s, s.end_s, s.final, s.waveform_start_s, len(s.waveform)) for s in found]


MIXED = "LLL" + QUIET + "LLLLLsss..sLLLL" + "0" * 12 + "ssLL" + "0" * 7 + "LLLLLL" + QUIET + "!..ssss" + QUIET


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(gain_db=st.floats(-60.0, 0.0))
def test_the_gain_does_not_matter(gain_db):
    waveform = sound(MIXED)
    assert everything(waveform * 10 ** (gain_db / 20)) == everything(waveform)


@settings(max_examples=6, deadline=None)
@given(gain_db=st.floats(-60.0, 0.0), start_s=st.floats(0.0, 4.0))
def test_the_gain_of_speech_does_not_matter_wherever_the_stream_begins(gain_db, start_s):
    speech = talk()[round(start_s * RATE) :]
    assert everything(speech * 10 ** (gain_db / 20)) == everything(speech)


@settings(max_examples=4, deadline=None)
@given(gain_db=st.floats(-30.0, 0.0))
def test_16_bits_are_enough_where_the_noise_exceeds_two_steps(gain_db):
    rng = np.random.default_rng(5)
    noisy = talk() + 2.2 / 32768 * 10 ** (30 / 20) * rng.standard_normal(len(talk()))
    rounded = np.round(noisy * 10 ** (gain_db / 20) * 32768) / 32768
    found, expected = everything(rounded), everything(noisy)
    finals = [[s[:2] for s in segments if s[2]] for segments in (found, expected)]
    assert len(finals[0]) == len(finals[1])
    assert np.abs(np.array(finals[0]) - np.array(finals[1])).max() <= 0.02


class TestDigitalSilence:
    """Exact zeros: a noise gate, an editor, a muted microphone."""

    @pytest.mark.parametrize(
        "letters",
        [
            "0" * 20 + "LLLLL" + "0" * 20 + "LLLLL" + "0" * 20,
            "0" * 5 + "LLLLL" + "0" * 6 + "LLsLL" + "0" * 70 + "LLLLL" + "0" * 20,
            QUIET + "LLLLL" + "0" * 20 + "LLLLL" + "0" * 20,
        ],
    )
    def test_between_sentences_it_is_silence(self, letters):
        starts = [k for k in range(1, len(letters)) if letters[k] in "Ls" and letters[k - 1] not in "Ls"]
        ends = [k for k in range(1, len(letters)) if letters[k] not in "Ls" and letters[k - 1] in "Ls"]
        found = finals(letters)
        assert len(found) == len(starts)
        for (start, end), first, last in zip(found, starts, ends, strict=True):
            assert start == pytest.approx(first / 10, abs=0.11)
            assert end == pytest.approx(last / 10, abs=0.11)

    def test_speech_through_a_noise_gate_is_found_as_without_it(self):
        speech = talk()
        clean = [segment for segment in everything(speech) if segment[2]]
        gated = np.zeros_like(speech)
        for start, end, *_ in clean:
            gated[round((start - 0.1) * RATE) : round((end + 0.1) * RATE)] = speech[
                round((start - 0.1) * RATE) : round((end + 0.1) * RATE)
            ]
        found = [segment for segment in everything(gated) if segment[2]]
        assert len(found) == len(clean)
        assert np.abs(np.array([s[:2] for s in found]) - np.array([s[:2] for s in clean])).max() < 0.15

    @pytest.mark.parametrize("gain", [1.0, 0.001, 300.0])
    @pytest.mark.parametrize("density", [0.001, 0.01, 0.1, 0.5, 1.0])
    def test_dither_of_one_step_is_no_speech(self, density, gain):
        rng = np.random.default_rng(3)
        steps = rng.choice([-1.0, 1.0], 10 * RATE) * (rng.random(10 * RATE) < density) / 32768
        steps[4 * RATE : 6 * RATE] = 0.0
        steps[: round(1.3 * RATE)] = 0.0
        assert everything(steps * gain) == []

    def test_a_microphone_that_is_unmuted_in_a_room_hears_no_speech(self):
        assert finals("0" * 30 + "." * 60 + "0" * 40 + "." * 60) == []


def test_a_stream_that_begins_in_the_middle_of_a_word_loses_nothing_of_it():
    speech = talk()
    first = next(segment for segment in everything(speech) if segment[2])
    middle = (first[0] + first[1]) / 2
    found = [segment for segment in everything(speech[round(middle * RATE) :]) if segment[2]]
    assert found[0][0] < 0.1
    assert found[0][1] == pytest.approx(first[1] - middle, abs=0.05)


@pytest.mark.parametrize("breath_db", [-75, -45])
def test_a_breath_far_below_the_voice_is_no_part_of_the_word(breath_db):
    found = [s for s in everything(word_in_a_quiet_room(breath_db)) if s[2]]
    assert [s[0] for s in found] == [pytest.approx(2.0, abs=0.05)]


def test_what_is_softer_than_the_voice_but_no_breath_is_part_of_the_word():
    found = [s for s in everything(word_in_a_quiet_room(-25)) if s[2]]
    assert [s[0] for s in found] == [pytest.approx(1.5, abs=0.05)]


def word_in_a_quiet_room(before_db: float) -> np.ndarray:
    """A word from 2.0 to 2.8 s; in the half second before it noise of that level relative to it."""
    rng = np.random.default_rng(2)
    letters = QUIET + "LLLLLLLL" + QUIET
    word = sound(letters) - sound(letters.replace("L", "."))
    out = word + 1e-6 * rng.standard_normal(len(word))
    level = np.sqrt(np.mean(word[2 * RATE : round(2.8 * RATE)] ** 2)) * 10 ** (before_db / 20)
    out[round(1.5 * RATE) : 2 * RATE] += level * rng.standard_normal(RATE // 2)
    return out


def test_a_room_that_becomes_louder_is_learned_within_seconds():
    rng = np.random.default_rng(3)
    quiet = 0.0005 * rng.standard_normal(RATE * 5)
    loud = 0.02 * rng.standard_normal(RATE * 20)
    segmenter = Segmenter(RATE)
    segmenter.push(np.concatenate((quiet, loud)).astype(np.float32))
    assert not segmenter.speaking
    late = segmenter.push((0.02 * rng.standard_normal(RATE * 10)).astype(np.float32))
    assert late == []


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(sizes=st.lists(st.integers(1, 9_000), min_size=1, max_size=12))
def test_the_result_does_not_depend_on_block_sizes(sizes):
    waveform = sound(QUIET + "LLLLLsss..sLLLL" + QUIET + "ssLL" + "L" * 90 + QUIET)
    whole = Segmenter(RATE)
    expected = whole.push(waveform) + whole.flush()
    pieces = Segmenter(RATE)
    got: list[SpeechSegment] = []
    at = turn = 0
    while at < len(waveform):
        size = sizes[turn % len(sizes)] if turn < 400 else len(waveform)
        got += pieces.push(waveform[at : at + size])
        at += size
        turn += 1
    got += pieces.flush()
    assert [(s.index, s.start_s, s.end_s, s.final, s.waveform_start_s) for s in got] == [
        (s.index, s.start_s, s.end_s, s.final, s.waveform_start_s) for s in expected
    ]
    assert all(np.array_equal(a.waveform, b.waveform) for a, b in zip(got, expected, strict=True))


def test_a_segment_carries_the_audio_before_and_after_its_speech():
    waveform = sound(QUIET + "LLLLLLLL" + QUIET)
    segmenter = Segmenter(RATE)
    (segment,) = (s for s in segmenter.push(waveform) + segmenter.flush() if s.final)
    begin = round(segment.waveform_start_s * RATE)
    assert np.array_equal(segment.waveform, waveform[begin : begin + len(segment.waveform)])
    assert segment.waveform_start_s == pytest.approx(1.75, abs=0.06)
    assert segment.waveform_start_s + len(segment.waveform) / RATE == pytest.approx(3.05, abs=0.06)


def test_long_speech_is_split_at_its_quietest_point_and_no_sample_is_lost_or_doubled():
    letters = QUIET + "LLLLs" * 10 + "." + "LLLLs" * 10 + QUIET
    segments = [s for s in cut(letters) if s.final]
    assert len(segments) == 2
    first, second = segments
    assert first.end_s == pytest.approx(7.05, abs=0.1)
    assert second.start_s == pytest.approx(first.end_s, abs=0.001)
    seam = first.waveform_start_s + len(first.waveform) / RATE
    assert second.waveform_start_s == pytest.approx(seam, abs=1e-9)


def test_no_segment_is_longer_than_the_longest():
    segments = [s for s in cut(QUIET + "L" * 300 + QUIET) if s.final]
    # The floor rises under a sound that never pauses; what was found of it obeys the limit.
    assert segments
    assert max(s.duration_s for s in segments) <= SegmenterParams().max_segment_s + 0.1


def test_partials_look_at_the_end_of_an_open_segment():
    partials = [s for s in cut(QUIET + "L" * 50 + QUIET) if not s.final]
    assert len(partials) >= 15
    assert {round(b.end_s - a.end_s, 3) for a, b in pairwise(partials)} == {0.25}
    assert max(len(s.waveform) for s in partials) <= 3 * RATE
    assert {s.index for s in partials} == {0}


def test_a_segment_is_open_before_it_is_known_to_be_speech_and_until_the_pause_is_over():
    segmenter = Segmenter(RATE)
    open_, speech = [], []
    for block in np.split(sound(QUIET + "L" * 10 + QUIET), 50):
        segmenter.push(block)
        open_.append(segmenter.active)
        speech.append(segmenter.speaking)
    assert not any(open_[:20])
    assert 20 <= open_.index(True) < speech.index(True)
    assert not open_[-1]
    assert all(is_open for is_open, speaks in zip(open_, speech, strict=True) if speaks)


def test_memory_is_bounded_while_nobody_speaks():
    segmenter = Segmenter(RATE)
    rng = np.random.default_rng(0)
    for _ in range(60):
        segmenter.push((HISS * rng.standard_normal(RATE)).astype(np.float32))
    assert len(segmenter._audio) < 3 * RATE


@pytest.mark.parametrize(
    "wrong",
    [
        {"off_db": 12.0, "on_db": 9.0},
        {"post_roll_s": 1.0},
        {"min_speech_s": 9.0},
        {"partial_every_s": 0.0},
    ],
)
def test_parameters_that_contradict_each_other_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        SegmenterParams(**wrong)


@pytest.mark.parametrize("letters", [QUIET + "LLLLLLLL" + QUIET, QUIET + "LLLLL......LLLLLLL" + QUIET])
def test_a_second_opinion_agrees_in_quiet(letters):
    """auditok cuts by plain energy: in a quiet room it must find the same, edges apart."""
    data = (sound(letters) * 32767).astype("<i2").tobytes()
    regions = auditok.split(
        data,
        sampling_rate=RATE,
        sample_width=2,
        channels=1,
        min_dur=0.25,
        max_dur=8,
        max_silence=0.45,
        energy_threshold=45,
        analysis_window=0.02,
        max_trailing_silence=0,
    )
    oracle = [(region.start, region.end) for region in regions]
    ours = finals(letters)
    assert len(ours) == len(oracle)
    for (start, end), (other_start, other_end) in zip(ours, oracle, strict=True):
        assert start == pytest.approx(other_start, abs=0.15)
        assert end == pytest.approx(other_end, abs=0.15)


class TestTwoSpeakers:
    """The second is much softer: further from the microphone, or a softer voice."""

    @staticmethod
    def turns(softer_db: float, gap_s: float) -> tuple[np.ndarray, list[float]]:
        """A synthetic sentence eight times, each second time softer; when each begins."""
        speech = talk()
        start, end = next(segment for segment in everything(speech) if segment[2])[:2]
        sentence = speech[round(start * RATE) : round(end * RATE)]
        gap = np.zeros(round(gap_s * RATE))
        soft = sentence * 10 ** (-softer_db / 20)
        stream = np.concatenate([gap, *([sentence, gap, soft, gap] * 4)])
        starts = [gap_s + turn * (len(sentence) + len(gap)) / RATE for turn in range(8)]
        return stream + 1e-5 * np.random.default_rng(4).standard_normal(len(stream)), starts

    @pytest.mark.parametrize("gap_s", [0.6, 1.5])
    @pytest.mark.parametrize("softer_db", [16.0, 20.0, 22.0])
    def test_each_turn_is_found(self, softer_db, gap_s):
        stream, starts = self.turns(softer_db, gap_s)
        found = [segment[0] for segment in everything(stream) if segment[2]]
        assert found == pytest.approx(starts, abs=0.2)

    @pytest.mark.parametrize("gain", [1e-3, 0.05, 3.0])
    def test_the_gain_does_not_matter(self, gain):
        stream, _ = self.turns(20.0, 0.6)
        stream = stream.astype(np.float32).astype(np.float64)
        assert everything(stream * gain) == everything(stream)

    def test_after_one_shout_a_soft_sentence_is_heard(self):
        stream, starts = self.turns(22.0, 2.5)
        stream = stream[: round((starts[2] - 1.0) * RATE)]
        assert [segment[0] for segment in everything(stream) if segment[2]] == pytest.approx(
            starts[:2], abs=0.15
        )

    def test_what_neither_rises_nor_falls_as_syllables_do_is_no_second_speaker(self):
        t = np.arange(20 * TENTH) / RATE
        machine = np.sum([np.sin(2 * np.pi * 150 * k * t + k) for k in range(1, 6)], axis=0)
        self.only_the_voice_is_found(0.06 * 10 ** (-22 / 20) * machine)

    def test_nor_is_soft_hiss_that_comes_and_goes(self):
        bursts = np.repeat(np.tile([0.0, 1.0, 0.3, 1.0], 5), TENTH)
        hiss = bursts * np.random.default_rng(6).standard_normal(len(bursts))
        self.only_the_voice_is_found(0.1 * 10 ** (-22 / 20) * hiss)

    @staticmethod
    def only_the_voice_is_found(soft: np.ndarray) -> None:
        """`soft` [2 s] comes after a voice of one second."""
        stream = sound(QUIET + "LLLLLLLLLL" + QUIET + "." * 20 + QUIET)
        at = len(stream) - len(QUIET) * TENTH - len(soft)
        stream[at : at + len(soft)] += soft.astype(np.float32)
        (voice,) = [segment for segment in everything(stream) if segment[2]]
        assert voice[:2] == pytest.approx((2.0, 3.0), abs=0.11)


class TestALeastLevel:
    """What is softer is no speech, whatever the room."""

    LETTERS = "..........ssssssss..........LLLLLLLL.........."

    def found(self, *levels: tuple[float | None, int]) -> list[float]:
        """Starts of the finals; `levels` hold from these tenths of a second on."""
        segmenter = Segmenter(RATE)
        waveform = sound(self.LETTERS)
        edges = [at * TENTH for _, at in levels] + [len(waveform)]
        out = []
        for (level, _), start, stop in zip(levels, edges, edges[1:], strict=False):
            segmenter.min_level_dbfs = level
            out += segmenter.push(waveform[start:stop])
        return [round(s.start_s, 1) for s in out + segmenter.flush() if s.final]

    def test_leaves_out_what_is_softer(self) -> None:
        assert self.found((None, 0)) == [1.0, 2.8]
        assert self.found((-25.0, 0)) == [2.8]
        assert self.found((-5.0, 0)) == []

    def test_below_the_threshold_of_the_room_changes_nothing(self) -> None:
        assert self.found((-80.0, 0)) == self.found((None, 0))

    def test_may_be_changed_while_sound_comes(self) -> None:
        assert self.found((-5.0, 0), (None, 20)) == [2.8]
        assert self.found((None, 0), (-5.0, 20)) == [1.0]

    def test_is_part_of_the_threshold_that_is_shown(self) -> None:
        segmenter = Segmenter(RATE)
        segmenter.push(sound("." * 20))
        automatic = segmenter.threshold_dbfs
        segmenter.min_level_dbfs = -30.0
        assert segmenter.threshold_dbfs == -30.0
        segmenter.min_level_dbfs = automatic - 10
        assert segmenter.threshold_dbfs == automatic
