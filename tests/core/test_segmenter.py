"""Where speech begins and ends. Sound is spelled as letters, one a tenth of a second:

`.` the room's hiss, `s` soft speech, `L` loud speech, `0` digital silence, `!` a click in hiss.
"""

from __future__ import annotations

from itertools import pairwise

import auditok
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.segmenter import Segmenter, SegmenterParams
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


@pytest.mark.parametrize("gain", [0.1, 0.5, 3.0])
def test_the_gain_of_the_microphone_does_not_matter(gain):
    letters = QUIET + "LLLLLLLL" + QUIET + "ssssss" + QUIET
    assert finals(letters, gain=gain) == finals(letters)


def test_a_room_that_becomes_louder_is_learned_within_seconds():
    rng = np.random.default_rng(3)
    quiet = 0.0005 * rng.standard_normal(RATE * 5)
    loud = 0.02 * rng.standard_normal(RATE * 20)
    segmenter = Segmenter(RATE)
    segmenter.push(np.concatenate((quiet, loud)).astype(np.float32))
    assert not segmenter.speaking
    late = segmenter.push((0.02 * rng.standard_normal(RATE * 10)).astype(np.float32))
    assert late == []


@settings(max_examples=25, deadline=None)
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
