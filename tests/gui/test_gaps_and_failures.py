"""What was missed stands in the timeline; what has failed is a state with a way out of it."""

from __future__ import annotations

import pytest
from gui_events import engine, final, partial, state, tick
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop_app.core.types import (
    CaptureState,
    Event,
    Failure,
    Gap,
    GapReason,
    LossReason,
    Lost,
    StateChanged,
    StatsSnapshot,
)
from desktop_app.gui.state.headline import Action, Kind
from desktop_app.gui.state.timeline_data import KEEP_S
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.window import MainWindow


@pytest.fixture
def listening() -> ViewModel:
    model = ViewModel()
    model.apply(engine())
    model.apply(state(CaptureState.LISTENING))
    model.apply(tick(4.0))
    return model


def stats(time_s: float, audio_s: float) -> StatsSnapshot:
    return StatsSnapshot(audio_s, time_s - audio_s, 0, 0, 0, 0, 0, {}, {}, {}, time_s - audio_s, time_s)


class TestTheTimeline:
    def test_a_gap_has_its_length_and_its_reason(self, listening: ViewModel) -> None:
        listening.apply(Gap(4.0, 3.2, GapReason.DEVICE_LOST))
        [gap] = listening.timeline.gaps
        assert (gap.start_s, gap.end_s, gap.text) == (4.0, 7.2, "No sound 3.2 s")
        assert "microphone was away" in gap.why
        assert listening.now_s == pytest.approx(7.2)
        assert "0:04 to 0:07: No sound 3.2 s" in listening.timeline.as_text()

    def test_a_pause_says_so_and_a_change_of_source_is_none(self, listening: ViewModel) -> None:
        listening.apply(Gap(4.0, 90.0, GapReason.PAUSED))
        listening.apply(Gap(94.0, 1.0, GapReason.SOURCE_CHANGED))
        assert [gap.text for gap in listening.timeline.gaps] == ["Paused 1:30"]

    def test_speech_that_was_not_judged_has_its_place(self, listening: ViewModel) -> None:
        listening.apply(Lost(0, 1.0, 2.5, LossReason.OVERLOAD))
        [gap] = listening.timeline.gaps
        assert (gap.start_s, gap.end_s, gap.text) == (1.0, 2.5, "Not judged")
        assert listening.timeline.find_gap(2.0) is gap

    def test_while_the_microphone_is_away_the_gap_grows(self, listening: ViewModel) -> None:
        listening.apply(state(CaptureState.NO_MICROPHONE))
        listening.apply(stats(6.0, 4.0))
        listening.apply(stats(7.0, 4.0))
        [gap] = listening.timeline.all_gaps()
        assert (gap.start_s, gap.text) == (pytest.approx(4.0), "No sound 3.0 s")
        assert listening.now_s == pytest.approx(7.0)
        listening.apply(Gap(4.0, 3.4, GapReason.DEVICE_LOST))
        [gap] = listening.timeline.all_gaps()
        assert gap.text == "No sound 3.4 s"

    def test_utterances_behind_a_gap_keep_their_times(self, listening: ViewModel) -> None:
        listening.apply(final("sad", end_s=3.0, start_s=1.0))
        listening.apply(Gap(4.0, 3.2, GapReason.DEVICE_LOST))
        listening.apply(tick(9.0, columns=180))
        listening.apply(final("happy", end_s=9.0, start_s=7.5, segment=1))
        assert [(s.start_s, s.end_s) for s in listening.timeline] == [(1.0, 3.0), (7.5, 9.0)]

    def test_a_gap_is_forgotten_with_the_speech_of_its_time(self, listening: ViewModel) -> None:
        listening.apply(Gap(4.0, 3.2, GapReason.DEVICE_LOST))
        listening.apply(tick(KEEP_S + 10.0))
        assert listening.timeline.gaps == []


class TestAFailure:
    FATAL = Failure("The model 'odd' is broken.", "Choose another model.", fatal=True, code="model.answer")

    def test_it_is_a_state_with_a_look_of_its_own_and_a_way_out(self, listening: ViewModel) -> None:
        listening.apply(partial("happy"))
        listening.apply(self.FATAL)
        shown = listening.headline
        assert (shown.kind, shown.title, shown.failed) == (Kind.STATE, "Stopped working", True)
        assert shown.detail == "The model 'odd' is broken. Choose another model."
        assert shown.actions[0] is Action.TRY_AGAIN
        assert any(listening.probabilities), "what was read stays"
        assert listening.take_announcement().startswith("Stopped working")

    @pytest.mark.parametrize("recording", [True, False])
    def test_where_the_source_failed_another_model_is_not_offered(
        self, listening: ViewModel, recording: bool
    ) -> None:
        listening.plays_recording = recording
        listening.apply(Failure("'a.wav' is damaged.", fatal=True, code="audio.unreadable"))
        listening.apply(state(CaptureState.FAILED, "'a.wav' is damaged."))
        assert set(listening.headline.actions) == {Action.OPEN_RECORDING, Action.TRY_AGAIN}
        assert listening.headline.actions[0] is (Action.OPEN_RECORDING if recording else Action.TRY_AGAIN)
        listening.try_again()
        listening.apply(self.FATAL)
        assert Action.OPEN_MODEL in listening.headline.actions

    def test_the_end_of_the_run_does_not_hide_why(self, listening: ViewModel) -> None:
        listening.apply(self.FATAL)
        listening.apply(StateChanged(CaptureState.STOPPED, 4.0))
        assert listening.state is CaptureState.FAILED
        assert "'odd' is broken" in listening.headline.detail

    def test_what_waits_for_an_answer_is_told_until_it_comes(self, listening: ViewModel) -> None:
        listening.apply(Failure("No answer for 2 seconds.", code="no_answer"))
        assert listening.notice is not None
        listening.apply(final("sad"))
        assert listening.notice is None

    def test_another_sentence_is_not_taken_away_by_a_result(self, listening: ViewModel) -> None:
        listening.apply(Failure("Something else.", code="other"))
        listening.apply(final("sad"))
        assert listening.notice is not None


def feed(window: MainWindow, *events: Event) -> None:
    window.controller._take(list(events))


def test_the_window_draws_a_gap_and_says_it(window: MainWindow, qtbot: QtBot) -> None:
    feed(window, engine(), state(CaptureState.LISTENING), tick(4.0, columns=400), final("sad"))
    plots = window.live.plots
    assert plots is not None
    before = plots.grab().toImage()
    feed(window, Gap(4.0, 3.2, GapReason.DEVICE_LOST), tick(7.4, columns=20))
    after = plots.grab().toImage()
    assert after != before
    x = round(plots.rows["sound"].area.left() + plots.axis.x(5.6))
    for name in ("sound", "probabilities"):
        area = plots.rows[name].area
        rows = range(round(area.top()) + 10, round(area.bottom()) - 10)
        assert len({QColor(after.pixel(x, y)).name() for y in rows}) > 1, "hatched, not plain"
    assert "No sound 3.2 s" in plots.accessibleDescription()


def test_the_failed_state_has_its_button_in_every_size(window: MainWindow) -> None:
    feed(window, engine(), TestAFailure.FATAL)
    for size in ((760, 560), (1200, 800)):
        window.resize(*size)
        button = window.live.headline.button(Action.TRY_AGAIN)
        assert button.isVisible()
        assert button.text() == "Try again"
    assert window.banner.message == "", "the state says it"
