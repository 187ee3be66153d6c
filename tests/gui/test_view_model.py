"""From events to what is shown, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gui_events import LABELS, engine, final, partial, state, tick

from desktop_app.core.doubt import OF_CAUSE
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    Cause,
    Failure,
    Gap,
    GapReason,
    LossReason,
    Lost,
    SoundWarned,
    SoundWarning,
    StatsSnapshot,
)
from desktop_app.gui.look.icons import _path
from desktop_app.gui.state.condition import BEHIND, CLIPPING, NOT_A_VOICE, TOO_QUIET, Condition
from desktop_app.gui.state.headline import Action, Kind, of_prediction, of_state
from desktop_app.gui.state.notices import Tone
from desktop_app.gui.state.shown_answer import HOLD_S
from desktop_app.gui.state.timeline_data import describe
from desktop_app.gui.state.view_model import ViewModel

MUTED, STALLED = CaptureState.MUTED, CaptureState.STALLED
NO_MICROPHONE, FAILED = CaptureState.NO_MICROPHONE, CaptureState.FAILED


@pytest.fixture
def listening() -> ViewModel:
    model = ViewModel()
    model.apply(engine())
    model.apply(state(CaptureState.LISTENING))
    return model


def test_before_a_model_is_there_the_headline_says_so() -> None:
    assert ViewModel().headline.title == "Loading the model"


def test_a_partial_result_shows_its_emotion_with_its_confidence(listening: ViewModel) -> None:
    listening.apply(partial("happy", confidence=0.7))
    shown = listening.headline
    assert (shown.kind, shown.title, shown.label) == (Kind.EMOTION, "Happy", "happy")
    assert shown.confidence == pytest.approx(0.7)
    assert listening.probabilities[LABELS.index("happy")] == pytest.approx(0.7)


def test_an_uncertain_result_is_doubt_and_no_emotion(listening: ViewModel) -> None:
    listening.apply(partial("angry", confidence=0.3, uncertain=True))
    shown = listening.headline
    assert (shown.kind, shown.title, shown.label, shown.confidence) == (
        Kind.UNCERTAIN,
        "Uncertain",
        None,
        None,
    )
    assert "angry 30 %" in shown.detail


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause.SHORT, "Too short to tell."),
        (Cause.NOISE, "Too much noise."),
        (Cause.UNFAMILIAR, "Unfamiliar voice or microphone."),
        (Cause.BETWEEN, "No emotion is clear enough."),
    ],
)
def test_doubt_tells_its_cause_the_closest_emotion_and_what_to_do(
    listening: ViewModel, cause: Cause, words: str
) -> None:
    listening.apply(partial("angry", confidence=0.34, because=cause))
    shown = listening.headline
    assert shown.title == "Uncertain"
    assert shown.detail.startswith(f"{words} Closest: angry 34 %, ")
    assert shown.help == OF_CAUSE[cause].what_to_do
    told = None if shown.condition is None else shown.condition.help
    assert told == (OF_CAUSE[cause].brief or None), "a line of its own is for what can be done"


def test_where_nothing_can_be_done_about_doubt_the_line_says_what_is_now(listening: ViewModel) -> None:
    listening.apply(final("angry", because=Cause.BETWEEN, confidence=0.34))
    assert listening.headline.condition is not None
    assert listening.headline.condition.title == "Listening"


def test_the_likelier_emotion_comes_first_although_the_word_lags_behind() -> None:
    heard = partial("happy", confidence=0.3, uncertain=True).prediction
    lagging = next(name for name in LABELS if name != "happy")
    assert "happy 30 %, " + lagging in of_prediction(heard, lagging, live=True, duration_s=1.0).detail


class TestASoundThatIsNotAVoice:
    def test_it_is_a_state_and_no_emotion(self, listening: ViewModel) -> None:
        listening.apply(partial("happy", confidence=0.9, nobody=True))
        shown = listening.headline
        assert (shown.kind, shown.title, shown.label) == (Kind.STATE, "Not a voice", None)
        assert shown.icon == "not_a_voice"
        assert not any(listening.probabilities)

    def test_it_is_neither_announced_nor_what_was_heard_last(self, listening: ViewModel) -> None:
        listening.apply(final("happy", segment=1, start_s=0.5, end_s=1.0, nobody=True))
        assert listening.take_announcement() == ""
        listening.apply(tick(1.0 + HOLD_S + 0.1))
        assert listening.headline.title == "Listening"
        listening.apply(final("sad", segment=2, end_s=13.0))
        listening.take_announcement()
        listening.apply(final("happy", segment=3, start_s=15.0, end_s=15.5, nobody=True))
        listening.apply(final("sad", segment=4, start_s=16.0, end_s=17.0))
        assert listening.take_announcement() == ""  # the same as before

    def test_an_answer_stays_and_the_sound_is_told_beneath_it(self, listening: ViewModel) -> None:
        listening.apply(final("sad", end_s=2.0))
        listening.apply(tick(9.0))
        before = listening.headline.title, listening.probabilities
        listening.apply(partial("happy", segment=1, end_s=9.0, nobody=True))
        assert (listening.headline.title, listening.probabilities) == before
        assert listening.headline.condition == NOT_A_VOICE
        listening.apply(tick(9.0 + HOLD_S + 0.1))
        assert listening.headline.title == "Sad"
        assert listening.headline.condition != NOT_A_VOICE

    def test_it_takes_back_what_was_said_of_the_same_sound(self, listening: ViewModel) -> None:
        listening.apply(partial("happy", end_s=1.0))
        listening.apply(partial("happy", end_s=1.5, nobody=True))
        assert listening.headline.title == "Happy"
        listening.apply(final("happy", end_s=1.7, nobody=True))
        assert listening.headline.title == "Not a voice"

    def test_a_voice_takes_its_place_at_once(self, listening: ViewModel) -> None:
        listening.apply(partial("happy", end_s=1.0, nobody=True))
        listening.apply(partial("sad", end_s=1.25))
        assert listening.headline.title == "Sad"

    def test_it_is_grey_and_has_no_name_on_both_lines_of_time(self, listening: ViewModel) -> None:
        listening.apply(partial("happy", nobody=True))
        (segment,) = listening.timeline
        assert segment.not_a_voice
        assert describe(segment) == "Not a voice, so far"
        listening.apply(final("happy", nobody=True))
        assert (segment.not_a_voice, describe(segment)) == (True, "Not a voice")
        assert not any(any(shares) for _, shares in segment.points)
        assert listening.timeline.as_text().endswith(": Not a voice")


@pytest.mark.parametrize("value", list(CaptureState))
def test_no_state_looks_like_an_emotion(value: CaptureState) -> None:
    model = ViewModel()
    model.apply(engine())
    model.apply(state(value, "Something happened."))
    assert model.headline.kind is Kind.STATE
    assert model.headline.label is None
    assert model.headline.confidence is None
    assert model.headline.title.lower() not in LABELS
    assert model.headline.detail
    assert not any(model.probabilities)


def test_without_a_microphone_there_are_ways_out(listening: ViewModel) -> None:
    listening.apply(state(CaptureState.NO_MICROPHONE))
    assert listening.headline.actions == (Action.PLAY_DEMO, Action.OPEN_RECORDING, Action.REFRESH)


def test_a_message_that_says_what_to_do_stands_alone(listening: ViewModel) -> None:
    listening.apply(state(CaptureState.NO_MICROPHONE, "The cable is out. Put it in."))
    assert listening.headline.detail == "The cable is out. Put it in."
    listening.apply(state(CaptureState.NO_MICROPHONE, "The cable is out."))
    assert listening.headline.detail.startswith("The cable is out. Plug one in")


def test_a_final_result_stays_until_the_next_speech(listening: ViewModel) -> None:
    listening.apply(partial("happy", end_s=1.0))
    listening.apply(final("sad", end_s=2.0))
    before = listening.headline.title, listening.headline.confidence, listening.probabilities
    listening.apply(tick(2.1))
    listening.apply(tick(120.0))
    assert (listening.headline.title, listening.headline.confidence, listening.probabilities) == before
    listening.apply(partial("happy", segment=1, end_s=121.0))
    assert listening.headline.title == "Happy"


def test_the_word_does_not_flicker_between_two_that_are_nearly_alike(listening: ViewModel) -> None:
    listening.apply(partial("sad", end_s=1.0, confidence=0.2))
    listening.apply(partial("calm", end_s=1.25, confidence=0.15))
    assert listening.headline.title == "Sad"
    listening.apply(partial("calm", end_s=2.0, confidence=0.15))
    assert listening.headline.title == "Calm"


@pytest.mark.parametrize(
    ("value", "tone", "action"),
    [
        (CaptureState.PAUSED, Tone.INFORMATION, Action.RESUME),
        (CaptureState.STOPPED, Tone.INFORMATION, Action.RESUME),
        (CaptureState.FINISHED, Tone.INFORMATION, Action.REPLAY),
        (CaptureState.MUTED, Tone.WARNING, Action.REFRESH),
        (CaptureState.STALLED, Tone.WARNING, Action.REFRESH),
        (CaptureState.NO_MICROPHONE, Tone.WARNING, Action.PLAY_DEMO),
    ],
)
def test_whatever_ends_the_sound_leaves_in_sight_what_was_read(
    listening: ViewModel, value: CaptureState, tone: Tone, action: Action
) -> None:
    listening.apply(tick(0.1))
    listening.apply(final("happy", confidence=0.7))
    before = listening.headline.title, listening.headline.confidence, listening.probabilities
    listening.take_announcement()
    listening.apply(state(value))
    assert (listening.headline.title, listening.headline.confidence, listening.probabilities) == before
    told = listening.headline.condition
    assert told is not None
    assert told.tone is tone
    assert told.help
    assert action in listening.headline.actions
    assert listening.take_announcement() == told.text
    if value is not CaptureState.MUTED:
        assert listening.levels is None


def test_a_segment_takes_the_colour_of_its_final_result_only(listening: ViewModel) -> None:
    listening.apply(partial("happy"))
    (segment,) = listening.timeline
    assert not segment.final
    listening.apply(final("sad"))
    assert (segment.final, describe(segment)) == (True, "Sad 80 %")


def test_a_segment_goes_on_while_somebody_speaks_and_no_longer(listening: ViewModel) -> None:
    listening.apply(partial("happy", end_s=1.0))
    (segment,) = listening.timeline
    listening.apply(tick(1.4, speaking=True))
    assert segment.end_s == pytest.approx(1.4)
    listening.apply(state(CaptureState.PAUSED))
    listening.apply(Gap(1.4, 3.0, GapReason.PAUSED))
    assert segment.end_s == pytest.approx(1.4)


def test_a_new_model_brings_its_own_labels_and_keeps_what_was_said(listening: ViewModel) -> None:
    listening.apply(final("sad"))
    listening.apply(engine(("bored", "tender")))
    assert listening.labels == ("bored", "tender")
    assert len(listening.probabilities) == 2
    assert "Sad 80 %" in listening.timeline.as_text()
    assert {"sad", "bored"} <= set(listening.colours)


def test_results_of_the_old_model_after_a_swap_do_not_reach_the_bars(listening: ViewModel) -> None:
    listening.apply(engine(("bored", "tender")))
    listening.apply(partial("happy"))
    assert listening.probabilities == (0.0, 0.0)


def test_a_failure_is_told_with_what_to_do(listening: ViewModel) -> None:
    listening.apply(Failure("The file is broken.", "Open another one."))
    assert listening.notice is not None
    assert (listening.notice.message, listening.notice.hint) == ("The file is broken.", "Open another one.")


def test_a_fatal_failure_ends_in_a_state(listening: ViewModel) -> None:
    listening.apply(Failure("The file is broken.", fatal=True))
    assert listening.headline.title == "Stopped working"


def test_a_screen_reader_hears_results_once_and_repetitions_not(listening: ViewModel) -> None:
    listening.take_announcement()
    listening.apply(partial("happy"))
    assert listening.take_announcement() == ""
    listening.apply(final("happy", segment=0))
    assert listening.take_announcement() == "Happy 80 %"
    listening.apply(final("happy", segment=1, confidence=0.6))
    assert listening.take_announcement() == ""
    listening.apply(final("sad", segment=2))
    assert listening.take_announcement() == "Sad 80 %"


def test_trouble_is_announced_and_plain_listening_is_not(listening: ViewModel) -> None:
    listening.take_announcement()
    listening.apply(state(CaptureState.NO_MICROPHONE))
    assert listening.take_announcement().startswith("No microphone")
    listening.apply(state(CaptureState.LISTENING))
    assert listening.take_announcement() == ""


def test_only_what_changed_is_named(listening: ViewModel) -> None:
    listening.take_changes()
    listening.apply(tick(0.1))
    assert listening.take_changes() == {"wave", "levels"}
    assert listening.take_changes() == set()
    listening.apply(StatsSnapshot(1, 0, 0, 0, 0, 0, 0, {}, {}, {}))
    assert listening.take_changes() == {"status"}


def test_another_source_takes_nothing_away_and_time_goes_on(listening: ViewModel) -> None:
    listening.apply(tick(50.0))
    listening.apply(final("sad", end_s=49.0, start_s=48.0))
    listening.another_source()
    assert [(s.start_s, s.end_s) for s in listening.timeline] == [(48.0, 49.0)]
    assert listening.headline.title == "Sad"
    assert listening.wave.end_s == pytest.approx(50.0)
    assert listening.now_s == pytest.approx(50.0)


class TestClearing:
    def test_takes_everything_away_and_gives_it_back_before_what_came_since(
        self, listening: ViewModel
    ) -> None:
        listening.apply(tick(3.0, columns=200))
        listening.apply(final("sad", end_s=2.5))
        peaks = listening.wave.scrolling(2.99, 0.1, 20)
        before = listening.clear()
        assert listening.empty
        assert listening.headline.title == "Listening"
        assert (len(listening.timeline), listening.utterances) == (0, [])
        assert not any(listening.probabilities)
        listening.apply(tick(3.5, columns=50))
        listening.apply(final("happy", segment=1, start_s=3.1, end_s=3.4))
        listening.bring_back(before)
        assert [s.index for s in listening.timeline] == [0, 1]
        assert [u.prediction.label for u in listening.utterances] == ["sad", "happy"]
        assert listening.headline.title == "Happy"
        again = listening.wave.scrolling(2.99, 0.1, 20)
        assert again.low == pytest.approx(peaks.low, nan_ok=True)
        assert again.high == pytest.approx(peaks.high, nan_ok=True)
        assert listening.wave.end_s == pytest.approx(3.5)

    def test_the_answer_comes_back_too_if_nothing_was_said_since(self, listening: ViewModel) -> None:
        listening.apply(final("sad", end_s=2.5))
        listening.bring_back(listening.clear())
        assert listening.headline.title == "Sad"

    def test_the_demo_of_a_long_session_is_kept_whole(self, listening: ViewModel) -> None:
        for place in range(50):
            listening.apply(final("sad", segment=place, start_s=20.0 * place, end_s=20.0 * place + 2))
        assert len(listening.timeline) == 50
        assert len(listening.utterances) == 50


class TestWhatIsNow:
    """Each state of the live sound has a line of its own, with what to do about it."""

    def test_clipping(self, listening: ViewModel) -> None:
        listening.apply(loud(1.0, peak_dbfs=0.0))
        told = listening.headline.condition
        assert (told.name, told.tone) == ("clipping", Tone.WARNING)
        assert "turn its level down" in told.help
        listening.apply(loud(1.5, peak_dbfs=-20.0))
        assert listening.headline.condition is not None
        listening.apply(loud(4.0, peak_dbfs=-20.0))
        assert listening.headline.condition is None

    def test_speech_that_is_too_quiet_at_a_microphone(self, listening: ViewModel) -> None:
        listening.apply(loud(1.0, peak_dbfs=-50.0, speaking=True))
        assert listening.headline.condition.name == "too_quiet"
        listening.apply(loud(1.1, peak_dbfs=-12.0, speaking=True))
        assert listening.headline.condition is None

    def test_a_quiet_recording_cannot_come_closer(self, listening: ViewModel) -> None:
        listening.plays_recording = True
        listening.apply(loud(1.0, peak_dbfs=-50.0, speaking=True))
        assert listening.headline.condition is None

    @pytest.mark.parametrize("reason", [GapReason.DEVICE_LOST, GapReason.STALLED, GapReason.OVERFLOW])
    def test_sound_that_is_missing(self, listening: ViewModel, reason: GapReason) -> None:
        listening.apply(tick(4.0))
        listening.apply(Gap(4.0, 2.0, reason))
        assert listening.headline.condition.name == "gap"
        listening.apply(tick(12.0))
        assert listening.headline.condition is None

    @pytest.mark.parametrize("reason", [GapReason.PAUSED, GapReason.SOURCE_CHANGED])
    def test_a_gap_that_was_asked_for_is_no_news(self, listening: ViewModel, reason: GapReason) -> None:
        listening.apply(Gap(4.0, 2.0, reason))
        assert listening.headline.condition is None

    def test_a_computer_that_is_behind_and_one_that_has_lost_speech(self, listening: ViewModel) -> None:
        listening.apply(StatsSnapshot(1, 0, 0, 3, 0, 0, 0, {}, {}, {}))
        assert listening.headline.condition.title == "Behind"
        listening.apply(Lost(3, 1.0, 2.0, LossReason.OVERLOAD))
        assert (listening.headline.condition.title, listening.headline.condition.tone) == (
            "Speech was lost",
            Tone.TROUBLE,
        )

    def test_they_stand_beneath_an_answer_and_the_worst_first(self, listening: ViewModel) -> None:
        listening.apply(final("sad"))
        assert listening.headline.condition.title == "Listening"
        listening.apply(Gap(4.0, 2.0, GapReason.STALLED))
        listening.apply(loud(6.0, peak_dbfs=0.0))
        assert listening.headline.title == "Sad"
        assert listening.headline.condition.name == "clipping"

    def test_doubt_says_what_to_do_in_one_line(self, listening: ViewModel) -> None:
        listening.apply(final("sad", because=Cause.NOISE, confidence=0.3))
        assert listening.headline.condition.help.startswith("Come closer")

    def test_each_has_a_sign_of_its_own(self) -> None:
        names = [CLIPPING, TOO_QUIET, BEHIND, NOT_A_VOICE, Condition("gap", "")]
        names += [Condition(of_state(value).icon, "") for value in (MUTED, STALLED, NO_MICROPHONE, FAILED)]
        paths = {condition.name: _path(condition.name)[0] for condition in names}
        drawn = {
            tuple((path.elementAt(k).x, path.elementAt(k).y) for k in range(path.elementCount()))
            for name, path in paths.items()
            if name not in {"muted"}  # that of no microphone, too
        }
        assert len(drawn) == len(paths) - 1


def loud(time_s: float, *, peak_dbfs: float, speaking: bool = False) -> AudioTick:
    made = tick(time_s, speaking=speaking)
    return replace(made, levels=replace(made.levels, peak_dbfs=peak_dbfs, hold_dbfs=peak_dbfs))


def warned(code: str) -> SoundWarned:
    return SoundWarned(SoundWarning(code, f"This is {code}."), 1.0)


def test_a_warning_about_the_sound_changes_no_result(listening: ViewModel) -> None:
    listening.apply(final("happy", confidence=0.7))
    before = (listening.headline, listening.probabilities, list(listening.timeline))
    listening.apply(warned("clipped"))
    assert (listening.headline, listening.probabilities, list(listening.timeline)) == before
    assert listening.notice is not None
    assert (listening.notice.text, listening.notice.trouble) == ("This is clipped.", False)
    assert listening.take_announcement() == "This is clipped."


def test_warnings_stand_beside_each_other_and_beside_a_failure(listening: ViewModel) -> None:
    listening.apply(warned("clipped"))
    listening.apply(Failure("The file is broken.", "Open another one."))
    listening.apply(warned("hum"))
    listening.apply(warned("hum"))
    assert listening.notice is not None
    assert listening.notice.text == "The file is broken. Open another one. This is clipped. This is hum."
    assert listening.notice.trouble


def test_a_failure_that_is_over_leaves_the_warning_in_sight(listening: ViewModel) -> None:
    listening.apply(warned("clipped"))
    listening.apply(Failure("No answer for 2 seconds.", code="no_answer"))
    listening.apply(final("happy"))
    assert listening.notice is not None
    assert (listening.notice.text, listening.notice.trouble) == ("This is clipped.", False)
    listening.notify(None)
    listening.apply(Failure("No answer for 2 seconds.", code="no_answer"))
    listening.apply(final("happy"))
    assert listening.notice is None
