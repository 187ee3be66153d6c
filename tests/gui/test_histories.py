"""What the drawn histories remember: waveform, timeline, outline of a recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gui_events import final, partial, prediction
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.types import Cause, GapReason, Waveshape
from desktop_app.gui.state.second_answers import SecondAnswers
from desktop_app.gui.state.timeline_data import PackedPoints, Timeline, not_judged, silence
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.state.wave_history import WaveHistory
from desktop_app.gui.state.words import clock


def shape(start_s: float, peaks: list[float]) -> Waveshape:
    high = np.array(peaks, dtype=np.float32)
    return Waveshape(start_s, 0.01, -high, high)


def drawn(wave: WaveHistory, end_s: float, column_s: float, columns: int) -> list[tuple[float, float]]:
    """Lowest and highest in each column; None where there is no sound."""
    peaks = wave.scrolling(end_s, column_s, columns)
    return [
        (round(float(low), 3), round(float(high), 3)) for low, high in zip(peaks.low, peaks.high, strict=True)
    ]


def test_columns_come_back_in_order() -> None:
    wave = WaveHistory()
    wave.append(shape(0.0, [0.1, 0.2]))
    wave.append(shape(0.02, [0.3]))
    assert drawn(wave, 0.029, 0.01, 3) == [(-0.1, 0.1), (-0.2, 0.2), (-0.3, 0.3)]


def test_a_gap_stays_empty_and_rounding_makes_none() -> None:
    wave = WaveHistory()
    wave.append(shape(0.0, [0.5]))
    wave.append(shape(0.01 + 1e-9, [0.5]))
    wave.append(shape(0.04, [0.5]))
    assert not np.isnan(drawn(wave, 0.019, 0.01, 2)).any()
    assert [np.isnan(low) for low, _ in drawn(wave, 0.049, 0.01, 5)] == [False, False, True, True, False]
    assert wave.level(0.2) is None
    assert wave.level(0.01) == pytest.approx(0.5)


def test_time_that_runs_backwards_starts_afresh() -> None:
    wave = WaveHistory()
    wave.append(shape(5.0, [0.5]))
    wave.append(shape(0.0, [0.2]))
    assert wave.end_s == pytest.approx(0.01)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_the_picture_does_not_depend_on_how_the_columns_came(sizes: list[int]) -> None:
    peaks = np.linspace(0.01, 1, sum(sizes)).astype(np.float32)
    pieces, whole = WaveHistory(), WaveHistory()
    done = 0
    for size in sizes:
        pieces.append(Waveshape(done * 0.01, 0.01, -peaks[done : done + size], peaks[done : done + size]))
        done += size
    whole.append(Waveshape(0.0, 0.01, -peaks, peaks))
    assert pieces.end_s == pytest.approx(whole.end_s)
    one, other = pieces.scrolling(done * 0.01, 0.03, 30), whole.scrolling(done * 0.01, 0.03, 30)
    assert np.array_equal(one.low, other.low, equal_nan=True)
    assert np.array_equal(one.high, other.high, equal_nan=True)


@pytest.mark.slow
def test_ten_hours_of_sound_and_results_take_a_known_amount_of_memory() -> None:
    wave = WaveHistory()
    minute = np.full(6000, 0.3, dtype=np.float32)
    for k in range(605):
        wave.append(Waveshape(60.0 * k, 0.01, -minute, minute))
    assert wave.nbytes < 7e6
    assert wave.start_s == pytest.approx(5 * 60.0, abs=30.0), "and no more than that is kept"
    assert len(wave.scrolling(36_000.0, 90.0, 400).low) == 400
    assert wave.level(600.0) == pytest.approx(0.3)


def test_old_sound_is_coarser_and_nothing_of_it_is_missing() -> None:
    wave = WaveHistory()
    minute = np.full(6000, 0.1, dtype=np.float32)
    minute[3000] = 0.9  # 30 s after each full minute
    for k in range(60):
        wave.append(Waveshape(60.0 * k, 0.01, -minute, minute))
    for now_s, longest_s in ((3572.0, 0.011), (92.0, 0.161)):
        heights = np.array(drawn(wave, now_s, 0.01, 400))[:, 1]
        loud = np.flatnonzero(heights > 0.5)
        assert not np.isnan(heights).any()
        assert 1 <= len(loud) <= round(longest_s / 0.01), f"around {now_s} s"
        assert abs(loud.mean() - 200) < 20


def test_so_many_seconds_are_kept_and_no_more() -> None:
    timeline = Timeline(keep_s=300.0)
    timeline.final(0, 1.0, 2.0, prediction("sad"))
    timeline.final(1, 200.0, 201.0, prediction("sad"))
    timeline.advance(301.0)
    assert len(timeline) == 2
    timeline.advance(303.0)
    assert [segment.index for segment in timeline] == [1]


def test_a_segment_knows_its_course_and_its_result() -> None:
    timeline = Timeline()
    for event in (partial("happy", 0.7), partial("sad", 1.2)):
        timeline.partial(event.segment, event.start_s, event.end_s, event.prediction)
    segment = next(iter(timeline))
    assert segment.at(0.5)[2] == pytest.approx(0.8)
    assert segment.at(1.0)[3] == pytest.approx(0.8)
    done = final("sad", 1.5)
    timeline.final(done.segment, done.start_s, done.end_s, done.prediction)
    assert segment.final
    assert segment.end_s == pytest.approx(1.5)


def test_a_partial_that_comes_after_the_final_changes_nothing() -> None:
    timeline = Timeline()
    timeline.final(0, 0.2, 1.5, prediction("sad"))
    timeline.partial(0, 0.2, 1.7, prediction("happy"))
    segment = next(iter(timeline))
    assert segment.end_s == pytest.approx(1.5)
    assert "Sad 80 %" in timeline.as_text()


def test_the_timeline_reads_as_text() -> None:
    timeline = Timeline()
    assert timeline.as_text() == "No speech yet."
    timeline.final(0, 61.0, 63.5, prediction("sad", 0.3, uncertain=True))
    assert timeline.as_text() == "1:01 to 1:03: Uncertain (sad 30 %)"
    timeline.final(0, 61.0, 63.5, prediction("sad", 0.3, because=Cause.NOISE))
    assert timeline.as_text() == "1:01 to 1:03: Uncertain: too much noise (sad 30 %)"


def test_what_lies_in_a_stretch_is_found_whatever_came_first() -> None:
    timeline = Timeline()
    for k in (0, 1, 3, 2, 4):
        timeline.final(k, 10.0 * k, 10.0 * k + 4, prediction("sad"))
    assert [segment.index for segment in timeline.between(12.0, 33.0)] == [1, 2, 3]
    assert [segment.index for segment in timeline.between(14.5, 19.5)] == []
    for time_s, slack_s, index in ((21.0, 0.0, 2), (18.0, 0.0, None), (18.0, 2.5, 2), (15.0, 2.5, 1)):
        found = timeline.find(time_s, slack_s)
        assert (None if found is None else found.index) == index


def test_speech_that_is_told_as_lost_only_after_a_pause_hides_no_gap() -> None:
    timeline = Timeline()
    timeline.advance(20.0)
    timeline.gap(silence(13.0, 15.0, GapReason.PAUSED))
    timeline.gap(not_judged(10.0, 12.0))
    assert [gap.text for gap in timeline.gaps_between(12.5, 14.0)] == ["Paused 2.0 s"]
    assert [gap.start_s for gap in timeline.gaps_between(0.0, 20.0)] == [10.0, 13.0]


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (61.9, "1:01"), (3723, "1:02:03")])
def test_times_read_like_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_what_is_kept_of_an_utterance_is_small_and_held_once() -> None:
    model = ViewModel()
    vector = np.zeros(3072, np.float32)
    said = final("happy", 1.5)
    shares = said.prediction.probabilities
    heavy = {"embedding": vector, "speaker": vector, "default_probabilities": shares}
    heavy["undoubted"] = (*shares[:-1], shares[-1])  # equal, and another object
    model.apply(replace(said, prediction=replace(said.prediction, **heavy)))
    (segment,), (utterance,) = model.timeline, model.utterances
    kept = utterance.prediction
    assert kept is segment.prediction
    assert kept == said.prediction
    assert (kept.embedding, kept.speaker, kept.default_probabilities) == (None, None, None)
    assert kept.undoubted is kept.probabilities
    answers = SecondAnswers()
    answers.final(0.0, replace(said.prediction, **heavy), None)
    assert answers.of(0.0).embedding is None


def test_points_of_a_finished_segment_are_as_they_were() -> None:
    points = [(35_999.251, (0.25, 0.75)), (35_999.5, (0.5, 0.5)), (36_000.0, (0.0, 0.0))]
    packed = PackedPoints(points)
    assert list(packed) == points
    assert (packed[-1], packed[:2]) == (points[-1], points[:2])
    with pytest.raises(IndexError):
        packed[3]
