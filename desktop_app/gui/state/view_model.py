"""From events to what the window shows. Knows no Qt, no threads and no wall clock: time is the audio's."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from desktop_app.analysis.result import SegmentResult
from desktop_app.core.errors import sentences
from desktop_app.core.language import tr
from desktop_app.core.palette import Hue, colours_for
from desktop_app.core.transcript import WordsHeard, WordsLost
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    Gap,
    GapReason,
    Levels,
    Lost,
    PartialResult,
    Prediction,
    SoundWarned,
    SoundWarning,
    StateChanged,
    StatsSnapshot,
    VoiceUse,
)
from desktop_app.gui.state import headline as headlines
from desktop_app.gui.state.condition import NOT_A_VOICE, Conditions, said
from desktop_app.gui.state.headline import Headline, Kind
from desktop_app.gui.state.modalities import Modalities, modalities_of
from desktop_app.gui.state.notices import EVERYWHERE, LIVE, SOURCE, Notice, Notices
from desktop_app.gui.state.shown_answer import ShownAnswer
from desktop_app.gui.state.spoken_words import SpokenWords
from desktop_app.gui.state.timeline_data import (
    Timeline,
    TimelineContent,
    light,
    not_judged,
    silence,
)
from desktop_app.gui.state.told import Told, retold, told, told_of_state
from desktop_app.gui.state.undo import Undoable, UndoStack
from desktop_app.gui.state.utterance_rows import Days
from desktop_app.gui.state.wave_history import WaveHistory

_log = logging.getLogger(__name__)

PARTS = (
    "headline",
    "bars",
    "levels",
    "wave",
    "timeline",
    "status",
    "engine",
    "notice",
    "utterances",
    "words",
)

_NO_ANSWER = "no_answer"
_NEW_SPEAKER = "new_speaker"
_SETTLED_S = 10.0  # of a new voice: whoever asked for it has seen that it is learnt
_GROWING_GAPS = {
    CaptureState.NO_MICROPHONE: GapReason.DEVICE_LOST,
    CaptureState.STALLED: GapReason.STALLED,
}
_CAPTURING = {CaptureState.LISTENING, CaptureState.SPEAKING, CaptureState.MUTED}


@dataclass(frozen=True, slots=True, eq=False)
class Cleared:
    """What `ViewModel.clear` took away."""

    wave: WaveHistory
    timeline: TimelineContent
    utterances: list[SegmentResult]
    result: PartialResult | FinalResult | None
    last: str


class ViewModel:
    """State that the window draws. `apply` returns nothing; `take_changes` says which parts changed.

    The names of the parts are in `PARTS`.
    """

    def __init__(self) -> None:
        self.state = CaptureState.STARTING
        self.message = ""
        self.source = ""
        self.channels = 0  # as far as a warning has told how many the source has
        self.plays_recording = False  # the source is a recording, not a microphone
        self.labels: tuple[str, ...] = ()
        self.dimensions: tuple[str, ...] = ()  # of a model that gives values in place of labels
        self.colours: Mapping[str, Hue] = {}
        self.model = ""
        self.provider = ""
        self.stats: StatsSnapshot | None = None
        self.voice: VoiceUse | None = None  # by which the next speech will be judged; None if none is learnt
        self.adapts = True  # voices are to be learnt
        self.learnable = True  # and the model can do so
        self.inference_ms: float | None = None
        self.latency_ms: float | None = None
        self.levels: Levels | None = None
        self.speaking = False
        self.wave = WaveHistory()
        self.timeline = Timeline()
        self.day_s: float | None = None  # when time 0 was, in seconds since 1970; None if not known
        self.utterance_days = Days()  # the same at each utterance, by its beginning
        self.utterance_notes: dict[float, str] = {}  # a person's words about them, likewise
        self.utterances: list[SegmentResult] = []  # all that was said since the start, or since `clear`
        self.spoken = SpokenWords()  # what was said in them, while that is written down
        self.notices = Notices()
        self.conditions = Conditions()
        self.undo = UndoStack()
        self.headline: Headline = headlines.said(headlines.LOADING_MODEL)
        self.probabilities: tuple[float, ...] = ()
        self.point: tuple[float, ...] = ()  # the latest values of the dimensions; empty while there are none
        self.announcement = ""
        self._of_source = False  # it is the source that has failed
        self._next_segment = 0
        self._heard_new = False  # of the new speaker, as one of whom nothing is known
        self._answer = ShownAnswer()
        self._changes: set[str] = set(PARTS)

    @property
    def now_s(self) -> float:
        return self.timeline.now_s

    @property
    def next_segment(self) -> int:
        """Number of the first segment of a run that takes this one up."""
        return self._next_segment

    @property
    def notice(self) -> Notice | None:
        """The sentence to be shown over the page that is in sight."""
        return self.notices.current

    @property
    def capturing(self) -> bool:
        return self.state in _CAPTURING

    @property
    def modalities(self) -> Modalities | None:
        """What voice and words of the utterance say whose answer is shown; None while only a voice does."""
        shown = self._answer.result
        return self.modalities_at(shown.start_s, shown.prediction) if isinstance(shown, FinalResult) else None

    def modalities_at(self, start_s: float, prediction: Prediction) -> Modalities | None:
        """The same of the utterance that began then, by the voice's answer to it."""
        return modalities_of(prediction, self.spoken.of(start_s), self.spoken.fused(start_s))

    def changed_all(self) -> None:
        """Show everything once more."""
        self._changes = set(PARTS)

    def take_changes(self) -> set[str]:
        """The parts that changed since the last call."""
        changes, self._changes = self._changes, set()
        return changes

    def take_announcement(self) -> str:
        """What a screen reader should say now; empty most of the time."""
        text, self.announcement = self.announcement, ""
        return text

    def apply(self, event: Event) -> None:
        match event:
            case AudioTick():
                self._tick(event)
            case PartialResult():
                self._partial(event)
            case FinalResult():
                self._final(event)
            case WordsHeard() | WordsLost():
                self.spoken.take(event)
                self._changes.add("words")
            case StateChanged():
                self._state(event)
            case EngineChanged():
                self._engine(event)
            case StatsSnapshot():
                self._stats(event)
            case Gap():
                self._gap(event)
            case Lost():
                self.conditions.lost(event)
                self._refresh()
                self.timeline.gap(not_judged(event.start_s, event.end_s))
                self._changes |= {"timeline", "wave"}
            case SoundWarned():
                self._warn(event.warning)
            case Failure():
                self._failure(event)

    def _failure(self, event: Failure) -> None:
        of_source = event.code.startswith("audio")
        if event.fatal:
            self._of_source = of_source
            self.failed(event)
        else:
            self._tell(Notice.of(event, about=SOURCE if of_source else ""))

    def turn_to(self, page: str) -> None:
        """Another page is in sight: what was said about the one before stays there."""
        self.notices.page = page
        self._changes.add("notice")

    def notify(self, notice: Notice | None) -> None:
        """Show a sentence on its page; None takes away the one that is shown."""
        if notice is None:
            self.notices.dismiss()
        else:
            self.notices.show(notice)
            self.announcement = notice.text
            _logged(notice)
        self._changes.add("notice")

    def take_away(self, page: str) -> None:
        """What was said about a page is over."""
        self.notices.take_away(page)
        self._changes.add("notice")

    def over(self, about: str) -> None:
        """What was told of this is no longer so."""
        self.notices.over(about)
        self._changes.add("notice")

    def begins(self, about: str) -> None:
        """Something of this kind is begun by a person, who has read what is in sight; warnings stay."""
        self.over(about)
        shown = self.notices.current
        if shown is not None:
            self.notices.tell(None, shown.page)

    def pass_by(self, notice: Notice) -> None:
        """A message that tells of no trouble was in sight for long enough."""
        self.notices.pass_by(notice)
        self._changes.add("notice")

    def taken_back(self, step: Undoable) -> None:
        """Something was undone: what told of it is over."""
        self.notices.forget(step)
        self._changes.add("notice")
        self.announcement = tr("Undone: {what}.").format(what=step.name)

    def _tell(self, notice: Notice | None) -> None:
        """Show what an event tells, or take it away, and leave the warnings about the sound in sight."""
        self.notices.tell(notice, LIVE)
        self._changes.add("notice")
        if notice is not None:
            self.announcement = notice.text
            _logged(notice)

    def _warn(self, warning: SoundWarning) -> None:
        if warning.code == "not_a_voice":
            return  # each such sound is seen on the line of time
        _log.warning("%s: %s", warning.code, warning.message)
        self.notices.warn(warning, LIVE)
        self._changes.add("notice")
        self.announcement = told(warning)
        self.channels = max(self.channels, int(warning.fields.get("channels", 0)))

    def words_changed(self) -> None:
        """Whether words are to be expected is another question now."""
        self._changes.add("words")

    def tell_voice(self, voice: VoiceUse | None, *, adapts: bool, learnable: bool) -> None:
        """What is known of the voice now, before the next figures come."""
        self.voice, self.adapts, self.learnable = voice, adapts, learnable
        self._changes.add("status")

    def new_speaker(self, undo: Undoable | None = None) -> None:
        """The voice was forgotten: told until the new one is known a little."""
        text = tr("New speaker: what was known of the voice is forgotten, and a new one is learnt.")
        self._tell(Notice(text, trouble=False, code=_NEW_SPEAKER, undo=undo))
        self._heard_new = False
        self._changes.add("status")

    def use_voice(self, name: str, undo: Undoable | None = None) -> None:
        """A voice that was enrolled is used, or, without a name, no longer."""
        text = tr("No kept voice is used now.")
        if name:
            text = tr("{name} speaks: what is known of the voice is used.").format(name=name)
        self._tell(Notice(text, trouble=False, code=_NEW_SPEAKER, undo=undo))
        self._heard_new = False
        self._changes.add("status")

    def same_speaker(self) -> None:
        """That was taken back."""
        self.no_way_back()
        self.announcement = tr("The voice from before is known again.")

    def no_way_back(self) -> None:
        """What was told of a new speaker is over."""
        self._changes.add("status")
        self._over(_NEW_SPEAKER)

    def _over(self, code: str) -> None:
        """What was told with this code holds no longer."""
        shown = self.notices.of(LIVE)
        if shown is not None and shown.code == code:
            self._tell(None)

    def no_model(self) -> None:
        """Nothing could be loaded: the window stays, and says what to do."""
        self.model = ""
        self._show(headlines.said(headlines.NO_MODEL))

    def failed(self, failure: Told) -> None:
        """The run has ended by itself: the state says why, in place of any sentence over the views."""
        self._over(_NO_ANSWER)
        text = sentences(failure.message, failure.hint)
        _log.error("the run has failed: %s", text)
        self._state(StateChanged(CaptureState.FAILED, self.now_s, "", text), told(failure))

    def try_again(self) -> None:
        """After a failure the model is loaded anew; time goes on behind what was heard."""
        self.state, self.message = CaptureState.STARTING, ""
        self.another_source()
        self._show(headlines.said(headlines.LOADING_MODEL))
        self._changes.add("status")

    def another_source(self) -> None:
        """Another source begins: what was heard stays, and time goes on."""
        self._of_source = False
        self.notices.forget_warnings(LIVE)
        self.over(SOURCE)
        self._answer.another_source()
        self.conditions.clear()
        self.speaking = self.timeline.speaking = False
        self._set_levels(None)
        self._refresh()

    @property
    def empty(self) -> bool:
        """Nothing was heard that `clear` could take away."""
        return self._answer.result is None and not self.utterances and not len(self.timeline)

    def clear(self) -> Cleared:
        """Take away all that was heard up to now; `bring_back` shows it again."""
        before = Cleared(
            self.wave.copy(),
            self.timeline.take(),
            self.utterances,
            self._answer.result,
            self._answer.last,
        )
        self.wave.clear()
        self.utterances = []
        self._answer.clear()
        self.spoken.latest = None
        self._changes |= {"wave", "timeline", "utterances", "words"}
        self._refresh()
        return before

    def bring_back(self, before: Cleared) -> None:
        """Show again what `clear` took away, before what was heard since."""
        self.wave.put_before(before.wave)
        self.timeline.put_before(before.timeline)
        self.utterances = [*before.utterances, *self.utterances]
        if self._answer.result is None:
            self._answer.result, self._answer.last = before.result, before.last
        self._changes |= {"wave", "timeline", "utterances"}
        self._refresh()

    def _tick(self, tick: AudioTick) -> None:
        self.speaking = self.timeline.speaking = tick.speaking
        self.wave.append(tick.waveshape)
        self.timeline.advance(tick.time_s)
        self._set_levels(tick.levels)
        self._changes |= {"wave"}
        before = self.conditions.current
        self.conditions.tick(tick, recording=self.plays_recording)
        if self._answer.elapsed(tick.time_s) or self.conditions.current != before:
            self._refresh()

    def _stats(self, stats: StatsSnapshot) -> None:
        self.stats = stats
        self._changes.add("status")
        self.voice = stats.voice if self.adapts else None  # these figures may be from before
        if stats.voice is not None:
            self._heard_new = self._heard_new or stats.voice.seconds == 0
            if self._heard_new and stats.voice.seconds >= _SETTLED_S:
                self.no_way_back()
        self.conditions.stats(stats)
        self._refresh()
        reason = _GROWING_GAPS.get(self.state)
        if reason is not None and self.wave.end_s > 0 and stats.time_s > self.wave.end_s + 0.5:
            self.timeline.gap_under_way(silence(self.wave.end_s, stats.time_s, reason))
            self._changes |= {"timeline", "wave"}

    def _gap(self, gap: Gap) -> None:
        if gap.reason is not GapReason.SOURCE_CHANGED:
            self.timeline.gap(silence(gap.start_s, gap.end_s, gap.reason))
        self.timeline.advance(gap.end_s)
        self.conditions.gap(gap)
        self._changes |= {"timeline", "wave"}
        self._refresh()

    def _set_levels(self, levels: Levels | None) -> None:
        if levels != self.levels:
            self.levels = levels
            self._changes.add("levels")

    def _partial(self, result: PartialResult) -> None:
        self._adopt(result.prediction)
        self.timeline.partial(result.segment, result.start_s, result.end_s, result.prediction)
        self._taken(result, shown=self._answer.partial(result))
        self._measured(result)

    def _taken(self, result: PartialResult | FinalResult, *, shown: bool) -> None:
        self._next_segment = max(self._next_segment, result.segment + 1)
        if not shown:
            self.conditions.set(said(NOT_A_VOICE))

    def _final(self, result: FinalResult) -> None:
        prediction = light(result.prediction)  # the same object for line and table
        self._adopt(prediction)
        self.timeline.advance(max(self.now_s, result.end_s))
        self.timeline.final(result.segment, result.start_s, result.end_s, prediction)
        self._taken(result, shown=self._answer.final(result))
        self.utterances.append(SegmentResult(result.start_s, result.end_s, prediction))
        self._changes.add("utterances")
        if prediction.not_a_voice:
            self._measured(result)
            return
        self.spoken.expect(result.start_s, result.end_s)
        self._changes.add("words")
        self.announcement = self._answer.tell(prediction) or self.announcement
        self._measured(result)

    def _measured(self, result: PartialResult | FinalResult) -> None:
        self._over(_NO_ANSWER)  # it has answered
        self.day_s = result.wall_clock - result.end_s
        if isinstance(result, FinalResult):
            self.utterance_days[result.start_s] = self.day_s
        self.inference_ms = result.prediction.inference_ms
        self.latency_ms = result.latency_ms
        self._changes |= {"timeline", "status", "wave"}
        self._refresh()

    def _state(self, event: StateChanged, why: str = "") -> None:
        if self.state is CaptureState.FAILED and event.state is CaptureState.STOPPED:
            return  # how a run that has failed ends; why stays
        if not why and event.state is self.state is CaptureState.FAILED:
            why = self.message  # the failure itself has told it before
        self.state, self.message = event.state, why or told_of_state(event)
        if event.source:
            self.source = event.source
        if event.state in {CaptureState.LISTENING, CaptureState.SPEAKING}:
            self.over(SOURCE)
        if event.state not in _CAPTURING:
            self.conditions.clear()
            self.speaking = self.timeline.speaking = False
            self._set_levels(None)
        if event.time_s > 0 or self.day_s is None:
            self.day_s = event.wall_clock - event.time_s
        before = self.headline
        self._changes |= {"status", "wave"}
        self._refresh()
        if self.headline != before and event.state not in {CaptureState.LISTENING, CaptureState.SPEAKING}:
            condition = self.headline.condition
            if self.headline.kind is Kind.STATE:
                self.announcement = f"{self.headline.title}. {self.headline.detail}"
            elif condition is not None:
                self.announcement = condition.text

    def _engine(self, event: EngineChanged) -> None:
        self.model, self.provider = event.model, event.provider
        self._set_labels(event.labels, event.dimensions)
        if event.notice:
            self.notify(Notice(retold(event.notice), trouble=False, page=EVERYWHERE))
        self._changes |= {"engine", "status"}
        self._refresh()

    def _adopt(self, prediction: Prediction) -> None:
        """Labels come with each prediction too: a result of the old model may follow a swap."""
        if not self.labels and not self.dimensions:
            self._set_labels(prediction.labels, prediction.dimensions)

    def _set_labels(self, labels: tuple[str, ...], dimensions: tuple[str, ...]) -> None:
        if (labels, dimensions) == (self.labels, self.dimensions):
            return
        self.labels, self.dimensions = labels, dimensions
        known = dict(self.colours)
        known.update(colours_for(dimensions or labels))
        self.colours = known
        self._answer.another_model()
        self._changes |= {"bars", "timeline", "engine"}

    def _refresh(self) -> None:
        """Decide the headline and the bars' targets from the state and the latest result."""
        result = self._answer.of(self.labels, self.dimensions)
        probabilities: tuple[float, ...] = (0.0,) * len(self.labels)
        point: tuple[float, ...] = ()
        if result is not None and not result.prediction.not_a_voice:
            probabilities, point = result.prediction.probabilities, result.prediction.values
        if (probabilities, point) != (self.probabilities, self.point):
            self.probabilities, self.point = probabilities, point
            self._changes.add("bars")
        if not self.model and self.state is CaptureState.STARTING and result is None:
            return  # the model is still being loaded
        state = headlines.of_state(
            self.state,
            self.message,
            self._answer.last,
            recording=self.plays_recording,
            of_source=self._of_source,
        )
        shown = self._answer.headline(result, state, self.conditions.current, capturing=self.capturing)
        self._show(shown)

    def _show(self, headline: Headline) -> None:
        if headline != self.headline:
            self.headline = headline
            self._changes.add("headline")


def _logged(notice: Notice) -> None:
    if notice.trouble:
        _log.warning("%s: %s", notice.code or "notice", notice.logged or notice.text)
