"""Which stretch of time the plots show."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.gui.plots.time_axis import TimeAxis, session_ticks
from desktop_app.gui.state.time_view import USUAL_SPAN_S, TimeView


def live(seconds: float = 100.0) -> TimeView:
    view = TimeView()
    view.begin(0.0)
    view.advance(seconds)
    return view


def edges(view: TimeView) -> tuple[float, float]:
    return view.left_s, view.right_s


def test_it_follows_the_sound_with_the_same_span_however_long_it_goes_on() -> None:
    view = TimeView()
    view.begin(0.0)
    for now_s in (1.0, 46.0, 47.0, 130.0, 4000.0):
        view.advance(now_s)
        assert edges(view) == (now_s - USUAL_SPAN_S, now_s)


def test_frozen_it_stays_while_sound_goes_on_and_comes_back_to_now() -> None:
    view = live()
    view.freeze(True)
    before = edges(view)
    view.advance(300.0)
    assert edges(view) == before
    assert not view.following
    view.freeze(False)
    assert (view.following, view.right_s) == (True, 300.0)


def test_the_whole_session_grows_and_is_whole_again_after_a_freeze() -> None:
    view = live()
    view.choose(math.inf)
    view.advance(500.0)
    assert edges(view) == (0.0, 500.0)
    view.freeze(True)
    view.advance(600.0)
    assert edges(view) == (0.0, 500.0)
    view.jump()
    assert (view.whole, edges(view)) == (True, (0.0, 600.0))


def test_gone_back_it_stays_and_gone_forth_to_the_end_it_follows_again() -> None:
    view = live()
    view.pan(-30.0)
    assert edges(view) == (100.0 - 30 - USUAL_SPAN_S, 70.0)
    view.advance(120.0)
    assert view.right_s == 70.0
    view.pan(49.0)
    assert not view.following
    view.pan(2.0)
    assert view.following


def test_frozen_it_can_be_moved_to_the_end_and_stays_frozen() -> None:
    view = live()
    view.freeze(True)
    view.advance(150.0)
    view.pan(1000.0)
    assert (view.frozen, view.right_s) == (True, 150.0)
    view.advance(160.0)
    assert view.right_s == 150.0


def test_it_does_not_go_back_beyond_the_beginning() -> None:
    view = live()
    view.pan(-1e6)
    assert edges(view) == (0.0, USUAL_SPAN_S)


def test_zooming_keeps_the_moment_under_the_pointer_and_now_while_it_follows() -> None:
    view = live()
    view.zoom(0.5, 85.0)
    assert edges(view) == (90.0, 100.0), "now, since it follows"
    view.pan(-40.0)
    view.zoom(2.0, 52.5)
    assert (52.5 - view.left_s) / view.span_s == pytest.approx(0.25)


def test_other_sound_begins_anew() -> None:
    view = live()
    view.freeze(True)
    view.begin(100.0)
    view.advance(103.0)
    assert (view.frozen, view.right_s) == (False, 103.0)


def test_spans_are_chosen_from_a_list_that_ends_with_everything() -> None:
    view = live(90.0)
    assert view.choices() == (5.0, 10.0, 20.0, 30.0, 60.0, math.inf)
    for _ in range(3):
        view.step(1)
    assert view.whole
    assert view.span_s == 90.0
    view.step(-1)
    assert view.span_s == 60.0
    view.reset()
    assert view.span_s == USUAL_SPAN_S


def test_of_a_recording_all_is_shown_at_first_and_there_is_no_now() -> None:
    view = TimeView(shortest_s=0.5, follows=False)
    view.begin(0.0, 12.0)
    assert edges(view) == (0.0, 12.0)
    view.zoom(0.1, 3.0)
    assert 3.0 - view.left_s == pytest.approx(0.3)
    view.pan(100.0)
    assert edges(view) == (pytest.approx(10.8), 12.0)
    view.reveal(2.0, 2.5)
    assert view.left_s <= 2.0
    assert view.right_s >= 2.5
    view.zoom(1e-9)
    assert view.span_s == 0.5
    view.reset()
    assert edges(view) == (0.0, 12.0)


MOVES = st.one_of(
    st.tuples(st.just("pan"), st.floats(-500, 500)),
    st.tuples(st.just("zoom"), st.floats(0.01, 100)),
    st.tuples(st.just("step"), st.sampled_from([-1.0, 1.0])),
    st.tuples(st.just("advance"), st.floats(0, 400)),
    st.tuples(st.just("freeze"), st.sampled_from([0.0, 1.0])),
)


@given(st.lists(MOVES, max_size=20))
def test_whatever_one_does_it_shows_sound_that_there_is(moves: list[tuple[str, float]]) -> None:
    view = live()
    for what, value in moves:
        match what:
            case "advance":
                view.advance(view.now_s + value)
            case "freeze":
                view.freeze(bool(value))
            case "step":
                view.step(int(value))
            case _:
                getattr(view, what)(value)
        assert view.right_s <= view.now_s + 1e-9
        assert view.span_s > 0
        assert view.right_s > view.begin_s
        assert view.left_s >= view.begin_s - max(USUAL_SPAN_S, view.span_s)


@pytest.mark.parametrize("span_s", [0.003, 0.05, 0.5, 5.0, 500.0])
def test_however_far_one_zooms_the_axis_has_times_that_differ(span_s: float) -> None:
    texts = [text for _, text in session_ticks(TimeAxis(26.95, 26.95 + span_s, 0, 640))]
    assert len(texts) >= 3
    assert len(set(texts)) == len(texts)
