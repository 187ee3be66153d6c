"""The one thing in large type: an emotion, doubt, or a state that is none. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from desktop_app.core.doubt import DoubtWords
from desktop_app.core.errors import sentences
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.types import CaptureState, Prediction
from desktop_app.gui.state.condition import Condition
from desktop_app.gui.state.notices import Tone
from desktop_app.gui.state.words import (
    capital,
    doubt_about,
    emotion,
    in_brief,
    in_numbers,
    nobody_speaks,
    percent,
)


class Kind(StrEnum):
    EMOTION = "emotion"
    POINT = "point"  # values of dimensions
    UNCERTAIN = "uncertain"
    STATE = "state"


class Action(StrEnum):
    """What a person can do about a state; the window shows each as a button."""

    REFRESH = "refresh"
    OPEN_RECORDING = "open_recording"
    PLAY_DEMO = "play_demo"
    RESUME = "resume"
    MICROPHONE = "microphone"
    REPLAY = "replay"
    OPEN_MODEL = "open_model"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, slots=True)
class Headline:
    """`label` and `confidence` are set only when `kind` is EMOTION: a state never looks like an emotion.

    `trouble` keeps the run from hearing anything; `failed` has ended it. `help` is what more there is to say
    for whoever asks. `condition` is a line about what is now, beneath what was said last.
    """

    kind: Kind
    title: str
    detail: str = ""
    label: str | None = None
    confidence: float | None = None
    actions: tuple[Action, ...] = ()
    icon: str = ""
    trouble: bool = False
    failed: bool = False
    help: str = ""
    condition: Condition | None = None


def of_prediction(prediction: Prediction, label: str, live: bool, duration_s: float) -> Headline:
    """The headline of a result; `label` may lag behind `prediction.label` to keep the word steady."""
    if live:
        return of_stretch(prediction, label, tr("Hearing speech"))
    lead = tr("Over {seconds} s of speech").format(seconds=localised(f"{duration_s:.1f}"))
    return of_stretch(prediction, label, lead)


def of_stretch(prediction: Prediction, label: str, lead: str) -> Headline:
    """The headline of a result, whose detail begins with `lead`: what stretch of sound it is about."""
    if prediction.dimensions:
        return _of_point(prediction, lead)
    others = sorted(
        ((share, name) for name, share in prediction.as_mapping().items() if name != label), reverse=True
    )
    chance = prediction.as_mapping().get(label, prediction.confidence)
    first = f"{emotion(label)} {percent(chance)}"
    second = f"{emotion(others[0][1])} {percent(others[0][0])}" if others else ""
    if prediction.uncertain:
        # The word may lag behind, and is not shown: the likelier one comes first.
        closest = [second, first] if others and others[0][0] > chance else [first, second]
        close = ", ".join(each for each in closest if each)
        return uncertain(prediction, tr("Closest: {emotions}.").format(emotions=close))
    return Headline(
        Kind.EMOTION,
        capital(emotion(label)),
        tr("{lead} · next: {emotion}").format(lead=lead, emotion=second) if second else lead,
        label=label,
        confidence=chance,
    )


def _of_point(prediction: Prediction, lead: str) -> Headline:
    """The headline of values of dimensions: on which side of the neutral middle they are."""
    numbers = in_numbers(prediction.dimensions, prediction.values)
    if prediction.uncertain:
        return uncertain(prediction, f"{capital(numbers)}.")
    title = in_brief(prediction.dimensions, prediction.values)
    return Headline(Kind.POINT, capital(title), lead)


def uncertain(prediction: Prediction, detail: str, doubt: DoubtWords | None = None) -> Headline:
    """The headline of a result that is no answer: its cause, as `doubt` tells it if given, and `detail`."""
    doubt = doubt or doubt_about(prediction)
    if doubt is None:
        return Headline(Kind.UNCERTAIN, tr("Uncertain"), detail, icon="uncertain")
    because = f"{capital(doubt.why)}. {detail}"
    return Headline(Kind.UNCERTAIN, tr("Uncertain"), because, icon="uncertain", help=doubt.what_to_do)


def not_a_voice(last: str = "") -> Headline:
    """Something is heard in which nobody speaks; `last` is the last answer, if there was one."""
    detail = sentences(
        tr("Nobody speaks in this sound."), tr("Last heard: {last}.").format(last=last) if last else ""
    )
    return Headline(Kind.STATE, tr("Not a voice"), detail, icon="not_a_voice", help=nobody_speaks())


def doubt_help(prediction: Prediction) -> Condition | None:
    """What to do about an uncertain answer, in one line; None where nothing can be done."""
    doubt = doubt_about(prediction)
    return Condition("uncertain", "", doubt.brief) if doubt is not None and doubt.brief else None


def as_condition(state: Headline, *, short: bool = False) -> Condition:
    """A state as a line beneath what was said last; `short`: its title alone."""
    tone = Tone.TROUBLE if state.failed else Tone.WARNING if state.trouble else Tone.INFORMATION
    return Condition(state.icon, state.title, "" if short else state.detail, tone)


_STATES: dict[CaptureState, Headline] = {
    CaptureState.STARTING: Headline(
        Kind.STATE, mark("Starting"), mark("Opening the microphone."), icon="wait"
    ),
    CaptureState.LISTENING: Headline(
        Kind.STATE, mark("Listening"), mark("Speak; the result appears while you talk."), icon="listening"
    ),
    CaptureState.SPEAKING: Headline(
        Kind.STATE, mark("Hearing speech"), mark("The first result comes in a moment."), icon="listening"
    ),
    CaptureState.MUTED: Headline(
        Kind.STATE,
        mark("Muted"),
        mark("Only zeros arrive. Check the microphone's switch and the privacy settings."),
        actions=(Action.REFRESH,),
        icon="muted",
        trouble=True,
    ),
    CaptureState.STALLED: Headline(
        Kind.STATE,
        mark("No sound arriving"),
        mark("The device is open but silent. Capture goes on by itself when it answers."),
        actions=(Action.REFRESH,),
        icon="stalled",
        trouble=True,
    ),
    CaptureState.NO_MICROPHONE: Headline(
        Kind.STATE,
        mark("No microphone"),
        mark("Plug one in, or open a recording, or play the demo."),
        actions=(Action.PLAY_DEMO, Action.OPEN_RECORDING, Action.REFRESH),
        icon="no_microphone",
        trouble=True,
    ),
    CaptureState.PAUSED: Headline(
        Kind.STATE,
        mark("Paused"),
        mark("Nothing is captured. Space starts again."),
        actions=(Action.RESUME,),
        icon="paused",
    ),
    CaptureState.FINISHED: Headline(
        Kind.STATE,
        mark("Finished"),
        mark("The recording has ended."),
        actions=(Action.REPLAY, Action.MICROPHONE),
        icon="finished",
    ),
    CaptureState.FAILED: Headline(
        Kind.STATE,
        mark("Stopped working"),
        mark("Nothing is captured any more."),
        actions=(Action.TRY_AGAIN, Action.OPEN_MODEL),
        icon="failed",
        trouble=True,
        failed=True,
    ),
    CaptureState.STOPPED: Headline(
        Kind.STATE, mark("Stopped"), mark("Space starts again."), actions=(Action.RESUME,), icon="paused"
    ),
}

LOADING_MODEL = Headline(
    Kind.STATE, mark("Loading the model"), mark("A moment; then it begins by itself."), icon="wait"
)
NO_MODEL = Headline(
    Kind.STATE,
    mark("No model"),
    mark("Nothing can be recognised without one. Open an .onnx model file, or drop it here."),
    actions=(Action.OPEN_MODEL,),
    icon="no_model",
    trouble=True,
)


def said(headline: Headline) -> Headline:
    """One of the constants above in the language of the window."""
    return replace(headline, title=tr(headline.title), detail=tr(headline.detail))


_OF_A_SOURCE = (Action.TRY_AGAIN, Action.OPEN_RECORDING)
# Where the source is a recording and the words above speak of a microphone.
_OF_A_RECORDING: dict[CaptureState, str] = {
    CaptureState.STARTING: mark("Opening the recording."),
    CaptureState.LISTENING: mark("The recording plays; a result appears as soon as somebody speaks."),
    CaptureState.PAUSED: mark("Space plays it from its start."),
    CaptureState.STOPPED: mark("Space plays the recording from its start."),
}


def of_state(
    state: CaptureState,
    message: str = "",
    last: str = "",
    *,
    recording: bool = False,
    of_source: bool = False,
) -> Headline:
    """The headline of a state. A message of the runtime that explains trouble stands before what to do.

    `recording`: the source is one; `of_source`: it was the source that failed, which no other model mends.
    """
    headline = said(_STATES[state])
    detail, actions = headline.detail, headline.actions
    if state is CaptureState.FAILED and of_source:
        actions = _OF_A_SOURCE if not recording else _OF_A_SOURCE[::-1]
    if recording:
        detail = tr(_OF_A_RECORDING[state]) if state in _OF_A_RECORDING else detail
    if state is CaptureState.LISTENING and last:
        detail = tr("Last heard: {last}.").format(last=last)
    elif message and headline.trouble and message.rstrip(".") != headline.title:
        says_what_to_do = ". " in message.strip()
        short = state is CaptureState.NO_MICROPHONE and not says_what_to_do
        detail = sentences(message, detail) if short else message
    return Headline(
        headline.kind,
        headline.title,
        detail,
        actions=actions,
        icon=headline.icon,
        trouble=headline.trouble,
        failed=headline.failed,
    )
