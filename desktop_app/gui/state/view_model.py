"""From events to what the window shows. Knows no Qt, no threads and no wall clock: time is the audio's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop_app.core.channel_choice import in_window
from desktop_app.core.doubt import takes_the_place
from desktop_app.core.errors import sentences
from desktop_app.core.smoothing import LabelHysteresis
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
from desktop_app.gui.look.palette import Hue, colours_for
from desktop_app.gui.state import headline as headlines
from desktop_app.gui.state.headline import Headline, Kind
from desktop_app.gui.state.timeline_data import Timeline, not_judged, percent, silence
from desktop_app.gui.state.wave_history import WaveHistory

HOLD_S = 3.0
"""How long a final result stays in large type once its speech is over, and any while nobody speaks."""

PARTS = ("headline", "bars", "levels", "wave", "timeline", "status", "engine", "notice")

_NO_ANSWER = "no_answer"
_NEW_SPEAKER = "new_speaker"
_SETTLED_S = 10.0  # of a new voice: whoever asked for it has seen that it is learnt
_GROWING_GAPS = {
    CaptureState.NO_MICROPHONE: GapReason.DEVICE_LOST,
    CaptureState.STALLED: GapReason.STALLED,
}
_CAPTURING = {CaptureState.LISTENING, CaptureState.SPEAKING, CaptureState.MUTED}


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence over the views, until it is dismissed or replaced.

    `code` is that of the failure it tells. `retry` names a model file that a button offers to load; with
    `undo` a button offers to take back what it tells.
    `warnings` are sentences about the sound, by their codes: each is told once, so what is told later stands
    beside them and not in their place.
    """

    message: str
    hint: str = ""
    trouble: bool = True
    code: str = ""
    retry: str = ""
    undo: bool = False
    warnings: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        told = (sentences(self.message, self.hint), *self.warnings.values())
        return in_window(" ".join(sentence for sentence in told if sentence))


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
        self.notice: Notice | None = None
        self.headline: Headline = headlines.LOADING_MODEL
        self.probabilities: tuple[float, ...] = ()
        self.announcement = ""
        self._heard_new = False  # of the new speaker, as one of whom nothing is known
        self._result: PartialResult | FinalResult | None = None
        self._waiting: PartialResult | FinalResult | None = None  # not a voice; shown when an answer is old
        self._steady = ""
        self._hysteresis = LabelHysteresis()
        self._last = ""
        self._announced = ""
        self._changes: set[str] = set(PARTS)

    @property
    def now_s(self) -> float:
        return self.timeline.now_s

    @property
    def capturing(self) -> bool:
        return self.state in _CAPTURING

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
            case StateChanged():
                self._state(event)
            case EngineChanged():
                self._engine(event)
            case StatsSnapshot():
                self._stats(event)
            case Gap():
                self._gap(event)
            case Lost():
                self.timeline.gap(not_judged(event.start_s, event.end_s))
                self._changes |= {"timeline", "wave"}
            case SoundWarned():
                self._warn(event.warning)
            case Failure() if event.fatal:
                self.failed(event.message, event.hint)
            case Failure():
                self._tell(Notice(event.message, event.hint, code=event.code))

    def notify(self, notice: Notice | None) -> None:
        """Show a sentence; None takes it away."""
        self.notice = notice
        self._changes.add("notice")
        if notice is not None:
            self.announcement = notice.text

    def _tell(self, notice: Notice | None) -> None:
        """Show what an event tells, or take it away, and leave the warnings about the sound in sight."""
        warnings = {} if self.notice is None else self.notice.warnings
        if notice is not None:
            self.notify(replace(notice, warnings=warnings))
        else:
            self.notify(Notice("", trouble=False, warnings=warnings) if warnings else None)

    def _warn(self, warning: SoundWarning) -> None:
        before = self.notice or Notice("", trouble=False)
        warnings = {**before.warnings, warning.code: warning.message}
        self.notify(replace(before, warnings=warnings))
        self.announcement = in_window(warning.message)
        self.channels = max(self.channels, int(warning.fields.get("channels", 0)))

    def tell_voice(self, voice: VoiceUse | None, *, adapts: bool, learnable: bool) -> None:
        """What is known of the voice now, before the next figures come."""
        self.voice, self.adapts, self.learnable = voice, adapts, learnable
        self._changes.add("status")

    def new_speaker(self) -> None:
        """The voice was forgotten: told until the new one is known a little."""
        said = "New speaker: what was known of the voice is forgotten, and a new one is learnt."
        self._tell(Notice(said, trouble=False, code=_NEW_SPEAKER, undo=True))
        self._heard_new = False
        self._changes.add("status")

    def use_voice(self, name: str) -> None:
        """A voice that was enrolled is used, or, without a name, no longer."""
        said = f"{name} speaks: what is known of the voice is used." if name else "No kept voice is used now."
        self._tell(Notice(said, trouble=False, code=_NEW_SPEAKER, undo=True))
        self._heard_new = False
        self._changes.add("status")

    def same_speaker(self) -> None:
        """That was taken back."""
        self.no_way_back()
        self.announcement = "The voice from before is known again."

    def no_way_back(self) -> None:
        """What was told of a new speaker is over."""
        self._changes.add("status")
        if self.notice is not None and self.notice.code == _NEW_SPEAKER:
            self._tell(None)

    def no_model(self) -> None:
        """Nothing could be loaded: the window stays, and says what to do."""
        self.model = ""
        self._show(headlines.NO_MODEL)

    def failed(self, message: str, hint: str = "") -> None:
        """The run has ended by itself: the state says why, in place of any sentence over the views."""
        if self.notice is not None and self.notice.code == _NO_ANSWER:
            self._tell(None)
        self._state(StateChanged(CaptureState.FAILED, self.now_s, "", sentences(message, hint)))

    def try_again(self) -> None:
        """After a failure everything begins anew, from the loading of the model."""
        self.state, self.message = CaptureState.STARTING, ""
        self.restart()
        self._show(headlines.LOADING_MODEL)
        self._changes.add("status")

    def restart(self) -> None:
        """Another source begins: forget what the old one said."""
        self.wave.clear()
        self.timeline.clear(self.now_s)
        self._result = self._waiting = None
        self._last = ""
        self._hysteresis.reset()
        self.speaking = False
        self._set_levels(None)
        self._changes |= {"wave", "timeline"}
        self._refresh()

    def _tick(self, tick: AudioTick) -> None:
        if tick.time_s < self.now_s - 1.0:
            self.restart()
        self.speaking = self.timeline.speaking = tick.speaking
        self.wave.append(tick.waveshape)
        self.timeline.advance(tick.time_s)
        self._set_levels(tick.levels)
        self._changes |= {"wave"}
        if isinstance(self._result, FinalResult) and tick.time_s > self._result.end_s + HOLD_S:
            waiting = self._waiting
            lasts = waiting is not None and tick.time_s <= waiting.end_s + HOLD_S
            self._result, self._waiting = waiting if lasts else None, None
            self._refresh()

    def _stats(self, stats: StatsSnapshot) -> None:
        self.stats = stats
        self._changes.add("status")
        self.voice = stats.voice if self.adapts else None  # these figures may be from before
        if stats.voice is not None:
            self._heard_new = self._heard_new or stats.voice.seconds == 0
            if self._heard_new and stats.voice.seconds >= _SETTLED_S:
                self.no_way_back()
        reason = _GROWING_GAPS.get(self.state)
        if reason is not None and self.wave.end_s > 0 and stats.time_s > self.wave.end_s + 0.5:
            self.timeline.gap_under_way(silence(self.wave.end_s, stats.time_s, reason))
            self._changes |= {"timeline", "wave"}

    def _gap(self, gap: Gap) -> None:
        if gap.reason is not GapReason.SOURCE_CHANGED:
            self.timeline.gap(silence(gap.start_s, gap.end_s, gap.reason))
        self.timeline.advance(gap.end_s)
        self._changes |= {"timeline", "wave"}

    def _set_levels(self, levels: Levels | None) -> None:
        if levels != self.levels:
            self.levels = levels
            self._changes.add("levels")

    def _partial(self, result: PartialResult) -> None:
        self._adopt(result.prediction)
        self.timeline.partial(result.segment, result.start_s, result.end_s, result.prediction)
        if not result.prediction.not_a_voice:
            self._steady = self._hysteresis.update(
                result.end_s, result.prediction.labels, result.prediction.probabilities
            )
        self._take(result)
        self._measured(result)

    def _take(self, result: PartialResult | FinalResult) -> None:
        if takes_the_place(result, self._result, HOLD_S):
            self._result, self._waiting = result, None
        else:
            self._waiting = result

    def _final(self, result: FinalResult) -> None:
        prediction = result.prediction
        self._adopt(prediction)
        self.timeline.advance(max(self.now_s, result.end_s))
        self.timeline.final(result.segment, result.start_s, result.end_s, prediction)
        self._hysteresis.reset()
        self._take(result)
        if prediction.not_a_voice:
            self._measured(result)
            return
        shown = "" if prediction.uncertain else prediction.label
        text = f"{_title(shown)} {percent(prediction.confidence)}" if shown else "Uncertain"
        self._steady = prediction.label
        self._last = text[:1].lower() + text[1:]
        if shown != self._announced:  # the same emotion again is not news
            self._announced = shown
            self.announcement = text
        self._measured(result)

    def _measured(self, result: PartialResult | FinalResult) -> None:
        if self.notice is not None and self.notice.code == _NO_ANSWER:
            self._tell(None)  # it has answered
        self.day_s = result.wall_clock - result.end_s
        self.inference_ms = result.prediction.inference_ms
        self.latency_ms = result.latency_ms
        self._changes |= {"timeline", "status", "wave"}
        self._refresh()

    def _state(self, event: StateChanged) -> None:
        if self.state is CaptureState.FAILED and event.state is CaptureState.STOPPED:
            return  # how a run that has failed ends; why stays
        self.state, self.message = event.state, in_window(event.message)
        if event.source:
            self.source = event.source
        if event.state not in _CAPTURING and event.state is not CaptureState.FINISHED:
            self._result = self._waiting = None
            self.speaking = self.timeline.speaking = False
            self._set_levels(None)
        if event.state is CaptureState.FINISHED:
            self.timeline.speaking = False
            self._set_levels(None)
        if event.time_s > 0 or self.day_s is None:
            self.day_s = event.wall_clock - event.time_s
        before = self.headline
        self._changes |= {"status", "wave"}
        self._refresh()
        if (
            self.headline != before
            and self.headline.kind is Kind.STATE
            and event.state
            not in {
                CaptureState.LISTENING,
                CaptureState.SPEAKING,
            }
        ):
            self.announcement = f"{self.headline.title}. {self.headline.detail}"

    def _engine(self, event: EngineChanged) -> None:
        self.model, self.provider = event.model, event.provider
        self._set_labels(event.labels)
        if event.notice:
            self._tell(Notice(event.notice, trouble=False))
        self._changes |= {"engine", "status"}
        self._refresh()

    def _adopt(self, prediction: Prediction) -> None:
        """Labels come with each prediction too: a result of the old model may follow a swap."""
        if not self.labels:
            self._set_labels(prediction.labels)

    def _set_labels(self, labels: tuple[str, ...]) -> None:
        if labels == self.labels:
            return
        self.labels = labels
        known = dict(self.colours)
        known.update(colours_for(labels))
        self.colours = known
        self._result = self._waiting = None
        self._hysteresis.reset()
        self._changes |= {"bars", "timeline", "engine"}

    def _refresh(self) -> None:
        """Decide the headline and the bars' targets from the state and the latest result."""
        result = self._result
        probabilities: tuple[float, ...] = (0.0,) * len(self.labels)
        if (
            result is not None
            and result.prediction.labels == self.labels
            and (self.capturing or self.state is CaptureState.FINISHED)
        ):
            if not result.prediction.not_a_voice:
                probabilities = result.prediction.probabilities
        else:
            result = None
        if probabilities != self.probabilities:
            self.probabilities = probabilities
            self._changes.add("bars")
        if result is not None and self.state is CaptureState.FINISHED:
            result = None
        if result is not None and result.prediction.not_a_voice:
            self._show(headlines.not_a_voice(self._last))
        elif result is not None:
            label = self._steady or result.prediction.label
            live = isinstance(result, PartialResult)
            self._show(headlines.of_prediction(result.prediction, label, live, result.end_s - result.start_s))
        elif self.model or self.state is not CaptureState.STARTING:
            self._show(
                headlines.of_state(self.state, self.message, self._last, recording=self.plays_recording)
            )

    def _show(self, headline: Headline) -> None:
        if headline != self.headline:
            self.headline = headline
            self._changes.add("headline")


def _title(label: str) -> str:
    return label[:1].upper() + label[1:]
