"""What the drawn histories remember: waveform, timeline, outline of a recording."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gui_events import final, partial, prediction
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.types import Cause, Waveshape
from desktop_app.gui.state.timeline_data import Timeline, clock
from desktop_app.gui.state.wave_history import WaveHistory


def shape(start_s: float, peaks: list[float]) -> Waveshape:
    high = np.array(peaks, dtype=np.float32)
    return Waveshape(start_s, 0.01, -high, high)


def test_columns_come_back_in_order() -> None:
    wave = WaveHistory(seconds=1.0)
    wave.append(shape(0.0, [0.1, 0.2]))
    wave.append(shape(0.02, [0.3]))
    _, low, high = wave.bins(end_s=0.029, bin_s=0.01, count=3)
    assert high.tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert low.tolist() == pytest.approx([-0.1, -0.2, -0.3])


def test_a_gap_stays_silent() -> None:
    wave = WaveHistory(seconds=1.0)
    wave.append(shape(0.0, [0.5]))
    wave.append(shape(0.03, [0.5]))
    _, _, high = wave.bins(end_s=0.039, bin_s=0.01, count=4)
    assert high.tolist() == pytest.approx([0.5, 0, 0, 0.5])


def test_time_that_runs_backwards_starts_afresh() -> None:
    wave = WaveHistory(seconds=1.0)
    wave.append(shape(5.0, [0.5]))
    wave.append(shape(0.0, [0.2]))
    assert wave.end_s == pytest.approx(0.01)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_the_picture_does_not_depend_on_how_the_columns_came(sizes: list[int]) -> None:
    peaks = np.linspace(0.01, 1, sum(sizes)).astype(np.float32)
    pieces, whole = WaveHistory(1.0), WaveHistory(1.0)
    done = 0
    for size in sizes:
        pieces.append(Waveshape(done * 0.01, 0.01, -peaks[done : done + size], peaks[done : done + size]))
        done += size
    whole.append(Waveshape(0.0, 0.01, -peaks, peaks))
    assert pieces.end_s == pytest.approx(whole.end_s)
    for one, other in zip(pieces.bins(done * 0.01, 0.03, 30), whole.bins(done * 0.01, 0.03, 30), strict=True):
        assert np.array_equal(one, other)


def test_five_minutes_are_kept_and_no_more() -> None:
    timeline = Timeline()
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
    assert timeline.as_text() == "No speech in the last five minutes."
    timeline.final(0, 61.0, 63.5, prediction("sad", 0.3, uncertain=True))
    assert timeline.as_text() == "1:01 to 1:03: Uncertain (sad 30 %)"
    timeline.final(0, 61.0, 63.5, prediction("sad", 0.3, because=Cause.NOISE))
    assert timeline.as_text() == "1:01 to 1:03: Uncertain: too much noise (sad 30 %)"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (61.9, "1:01"), (3723, "1:02:03")])
def test_times_read_like_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_five_minutes_of_segments_hold_no_embeddings() -> None:
    timeline = Timeline()
    heard = replace(prediction("happy", 0.8), embedding=np.zeros(3072, np.float32))
    timeline.final(0, 0.0, 1.0, heard)
    (segment,) = timeline
    assert segment.prediction == heard  # embeddings do not count
    assert segment.prediction.embedding is None
