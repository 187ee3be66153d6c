"""A second stage cuts what is no speech out of what energy alone takes for it.

Sound is spelled as letters, one a tenth of a second: `.` the room's hiss, `L` a voice, `N` noise as loud.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from harmonic_model import HarmonicModel
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.core.chain import SpeechChain
from desktop_app.core.detector import BY_ENERGY, Detection, Detector, with_second_stage
from desktop_app.core.sound_check import SoundCheck
from desktop_app.core.speech_gate import GateParams, SpeechGate
from desktop_app.core.types import SpeechSegment

RATE = 16_000
QUIET = "." * 20
BY_VOICE = with_second_stage(HarmonicModel)


def sound(letters: str, rate: int = RATE) -> np.ndarray:
    rng = np.random.default_rng(0)
    tenth = rate // 10
    t = np.arange(len(letters) * tenth) / rate
    voice = sum(np.sin(2 * np.pi * 150 * k * t + k) for k in range(1, 25)) / 5
    noise = rng.standard_normal(len(t))
    voiced = np.repeat([0.15 if letter == "L" else 0.0 for letter in letters], tenth)
    noisy = np.repeat([0.1 if letter == "N" else 0.0005 for letter in letters], tenth)
    return (voice * voiced + noise * noisy).astype(np.float32)


def cut(detection: Detection, letters: str, rate: int = RATE) -> list[SpeechSegment]:
    detector = detection.make(rate)
    return detector.push(sound(letters, rate)) + detector.flush()


def finals(detection: Detection, letters: str, rate: int = RATE) -> list[tuple[float, float]]:
    return [(round(s.start_s, 1), round(s.end_s, 1)) for s in cut(detection, letters, rate) if s.final]


class TestWhatIsCut:
    WORDS_AND_NOISE = QUIET + "LLLLL" + "N" * 12 + "LLLLL" + QUIET

    def test_noise_between_two_words_no_longer_joins_them(self) -> None:
        assert len(finals(BY_ENERGY, self.WORDS_AND_NOISE)) == 1
        (first, second) = finals(BY_VOICE, self.WORDS_AND_NOISE)
        assert first == pytest.approx((2.0, 2.5), abs=0.15)
        assert second == pytest.approx((3.7, 4.2), abs=0.15)

    def test_the_segments_are_numbered_in_order(self) -> None:
        assert [s.index for s in cut(BY_VOICE, self.WORDS_AND_NOISE) if s.final] == [0, 1]

    def test_a_segment_without_speech_is_dropped_and_its_partial_windows_too(self) -> None:
        assert finals(BY_ENERGY, QUIET + "NNNNNNNN" + QUIET) != []
        assert cut(BY_VOICE, QUIET + "NNNNNNNN" + QUIET) == []

    def test_where_nothing_else_sounds_it_finds_what_energy_finds(self) -> None:
        letters = QUIET + "LLLLLLL" + "." * 8 + "LLLL" + QUIET
        for one, other in zip(finals(BY_VOICE, letters), finals(BY_ENERGY, letters), strict=True):
            assert one == pytest.approx(other, abs=0.1)

    def test_a_word_is_not_torn_where_the_second_stage_doubts_a_moment(self) -> None:
        assert len(finals(BY_VOICE, QUIET + "LLLLNNNLLLL" + QUIET)) == 1

    def test_speech_up_to_the_end_of_the_stream_is_kept(self) -> None:
        (segment,) = finals(BY_VOICE, QUIET + "LLLLLLL")
        assert segment == pytest.approx((2.0, 2.7), abs=0.1)

    def test_speech_that_is_cut_in_the_middle_goes_on_as_a_segment_of_its_own(self) -> None:
        waveform, middle = sound(QUIET + "LLLLLLLLLL" + "N" * 12 + "LLLLL" + QUIET), round(2.52 * RATE)
        detector = BY_VOICE.make(RATE)
        found = detector.push(waveform[:middle]) + detector.flush()
        found += detector.push(waveform[middle:]) + detector.flush()
        times = [(s.start_s, s.end_s) for s in found if s.final]
        expected = [(2.0, 2.5), (2.5, 3.0), (4.2, 4.7)]
        assert [t for pair in times for t in pair] == pytest.approx(
            [t for pair in expected for t in pair], abs=0.15
        )

    def test_the_beginning_that_the_model_needed_to_be_sure_is_kept(self) -> None:
        late = Detection(speech_model=lambda: HarmonicModel(sure_after=2), gate=GateParams(before_s=0.1))
        strict = Detection(speech_model=lambda: HarmonicModel(sure_after=2), gate=GateParams(before_s=0.0))
        letters = "." * 10 + "NNNNNNNNNN" + "LLLLLLLL" + QUIET
        (kept,), (lost,) = finals(late, letters), finals(strict, letters)
        assert lost[0] - kept[0] == pytest.approx(0.1, abs=0.03)

    def test_noise_before_a_word_is_forgotten_and_does_not_grow_in_memory(self) -> None:
        detector = BY_VOICE.make(RATE)
        for second in range(40):
            detector.push(sound(("N" if second % 4 else ".") * 10))
        assert len(detector._held) <= 10
        assert len(detector._audio) < 4 * RATE


class TestWhen:
    def arrivals(self, detection: Detection, letters: str) -> list[float]:
        """After how many seconds of the stream each final was known."""
        detector, waveform, known = detection.make(RATE), sound(letters), []
        for at in range(0, len(waveform), 80):
            found = detector.push(waveform[at : at + 80])
            known += [(at + 80) / RATE for segment in found if segment.final]
        return known

    def test_what_it_finds_is_known_60_ms_later_at_most(self) -> None:
        letters = QUIET + "LLLLLLL" + QUIET + "LLLLL" + QUIET
        by_energy, by_voice = self.arrivals(BY_ENERGY, letters), self.arrivals(BY_VOICE, letters)
        assert len(by_energy) == 2
        # The gate keeps up to 50 ms after a word, which may be what energy alone has ended already.
        assert [b - a for a, b in zip(by_energy, by_voice, strict=True)] == pytest.approx([0, 0], abs=0.06)

    def test_a_word_before_long_noise_is_known_long_before_the_noise_ends(self) -> None:
        letters = QUIET + "LLLLL" + "N" * 30 + QUIET
        assert self.arrivals(BY_VOICE, letters)[0] == pytest.approx(3.1, abs=0.15)
        assert self.arrivals(BY_ENERGY, letters)[0] > 5.0

    @settings(max_examples=10, deadline=None)
    @given(sizes=st.lists(st.integers(1, 9_000), min_size=1, max_size=12))
    def test_the_result_does_not_depend_on_block_sizes(self, sizes: list[int]) -> None:
        waveform = sound(QUIET + "LLLLLNNNNNNNNLLLLL" + "." * 8 + "NNNNLLLLNNNN.")
        whole = BY_VOICE.make(RATE)
        expected = whole.push(waveform) + whole.flush()
        pieces = BY_VOICE.make(RATE)
        got: list[SpeechSegment] = []
        at = turn = 0
        while at < len(waveform):
            size = sizes[turn % len(sizes)] if turn < 300 else len(waveform)
            got += pieces.push(waveform[at : at + size])
            at, turn = at + size, turn + 1
        got += pieces.flush()
        assert [(s.index, s.start_s, s.end_s, s.final) for s in got] == [
            (s.index, s.start_s, s.end_s, s.final) for s in expected
        ]
        assert all(np.array_equal(a.waveform, b.waveform) for a, b in zip(got, expected, strict=True))


def test_a_stream_at_another_rate_is_heard_at_the_models_own() -> None:
    letters = QUIET + "LLLLL" + "N" * 12 + "LLLLL" + QUIET
    (first, second) = finals(BY_VOICE, letters, rate=22_050)
    assert first == pytest.approx((2.0, 2.5), abs=0.15)
    assert second == pytest.approx((3.7, 4.2), abs=0.15)


def test_another_channel_that_is_taken_in_the_middle_is_judged_on_the_same_clock() -> None:
    letters = QUIET + QUIET + "LLLLL" + "N" * 12 + "LLLLL" + QUIET
    waveform = sound(letters)
    (expected,) = [s for s in _run(BY_VOICE.make(RATE), waveform) if s.final][1:]
    later = BY_VOICE.make(RATE)
    later.continue_from(BY_VOICE.make(RATE), start=RATE)
    found = [s for s in _run(later, waveform[RATE:]) if s.final]
    assert found[-1].start_s == pytest.approx(expected.start_s, abs=0.04)
    assert found[-1].end_s == pytest.approx(expected.end_s, abs=0.04)


def _run(detector: Detector, waveform: np.ndarray) -> list[SpeechSegment]:
    return detector.push(waveform) + detector.flush()


def test_a_recording_of_noise_tells_that_nothing_in_it_sounds_like_speech() -> None:
    chain, check = SpeechChain(RATE, RATE, BY_VOICE), SoundCheck(RATE, RATE)
    frames = sound(QUIET + "NNNNNNNN" + QUIET)[:, np.newaxis]
    check.push(frames)
    chain.push(frames)
    chain.flush()
    warning = check.no_speech(chain.segmenter)
    assert warning.fields["why"] == "not_speech"
    assert "does not sound like speech" in warning.message


@pytest.mark.parametrize(
    "wrong",
    [{"on": 0.1, "off": 0.2}, {"off": 0.0}, {"on": 1.0}, {"before_s": -0.1}, {"after_s": -0.1}],
    ids=str,
)
def test_thresholds_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must"):
        GateParams(**wrong)


class TestTheGate:
    """One letter a window: `v` speech, `?` doubtful, `-` none."""

    def speech(self, letters: str, **params: float) -> str:
        probability = iter({"v": 0.9, "?": 0.2, "-": 0.0}[letter] for letter in letters)
        gate = SpeechGate(RATE, _Spelled(lambda: next(probability)), GateParams(**params))
        gate.push(np.zeros(len(letters) * 512, dtype=np.float32))
        return "".join("v" if gate.speech(512 * k, 512 * k + 1) else "-" for k in range(len(letters)))

    def test_doubt_goes_on_with_what_was_before_it(self) -> None:
        hysteresis = {"on": 0.5, "off": 0.1, "after_s": 0.0}
        assert self.speech("-??vv??-??", **hysteresis) == "---vvvv---"

    def test_what_follows_within_the_padding_is_speech_too(self) -> None:
        assert self.speech("-v-----", after_s=0.07) == "-vvvv--"

    def test_it_knows_of_whole_windows_only(self) -> None:
        gate = SpeechGate(RATE, _Spelled(lambda: 0.0))
        gate.push(np.zeros(1000, dtype=np.float32))
        assert gate.knows(512)
        assert not gate.knows(513)


class _Spelled:
    sample_rate = RATE
    window = 512

    def __init__(self, probability: Callable[[], float]) -> None:
        self._probability = probability

    def judge(self, window: np.ndarray) -> float:
        return self._probability()
