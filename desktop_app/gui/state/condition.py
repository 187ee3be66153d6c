"""What is to be said of the sound or the run right now, beside the answer: one line. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop_app.core.errors import sentences
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.levels import QUIET_DBFS
from desktop_app.core.types import AudioTick, Gap, GapReason, Levels, LossReason, Lost, StatsSnapshot
from desktop_app.gui.state.notices import Tone

CLIPPED_DBFS = -0.3
"""Peak from which on the sound is as good as clipped."""
WAITING = 2
"""So many finished stretches of speech wait for the model: the computer is behind."""
_LASTS_S = {"clipping": 2.0, "overloaded": 4.0, "gap": 5.0, "too_quiet": 2.0, "not_a_voice": 3.0}


@dataclass(frozen=True, slots=True)
class Condition:
    """A line with a sign: `title`, and `help`, which says what it means or what to do about it.

    `name` is that of its sign.
    """

    name: str
    title: str
    help: str = ""
    tone: Tone = Tone.INFORMATION

    @property
    def text(self) -> str:
        return sentences(self.title, self.help)


CLIPPING = Condition(
    "clipping", mark("Too loud"), mark("The sound is clipped: turn its level down."), Tone.WARNING
)
TOO_QUIET = Condition(
    "too_quiet",
    mark("Very quiet"),
    mark("Come closer to the microphone, or turn its level up."),
    Tone.WARNING,
)
BEHIND = Condition(
    "overloaded", mark("Behind"), mark("The computer is busy: results come late."), Tone.WARNING
)
LOST = Condition(
    "overloaded", mark("Speech was lost"), mark("The computer is too slow for this model."), Tone.TROUBLE
)
UNANSWERED = Condition(
    "overloaded", mark("No answer"), mark("The model did not judge some speech."), Tone.TROUBLE
)
NOT_A_VOICE = Condition("not_a_voice", mark("Not a voice"), mark("Nobody speaks in this sound."))


def said(condition: Condition) -> Condition:
    """One of the constants above in the language of the window."""
    return replace(condition, title=tr(condition.title), help=tr(condition.help))


class Conditions:
    """Those that hold now. Each goes by itself, some seconds of sound after its cause."""

    _ORDER = ("clipping", "overloaded", "gap", "too_quiet", "not_a_voice")

    def __init__(self) -> None:
        self._until: dict[str, tuple[Condition, float]] = {}
        self._now_s = 0.0

    @property
    def current(self) -> Condition | None:
        """The one that matters most."""
        return next((self._until[name][0] for name in self._ORDER if name in self._until), None)

    def clear(self) -> None:
        self._until.clear()

    def set(self, condition: Condition) -> None:
        self._until[condition.name] = (condition, self._now_s + _LASTS_S[condition.name])

    def tick(self, tick: AudioTick, *, recording: bool = False) -> None:
        """Look at the newest sound; `recording` if nobody sits at a microphone."""
        self._now_s = max(self._now_s, tick.time_s)
        self._levels(tick.levels, speaking=tick.speaking, recording=recording)
        self._until = {name: held for name, held in self._until.items() if self._now_s < held[1]}

    def _levels(self, levels: Levels, *, speaking: bool, recording: bool) -> None:
        if levels.peak_dbfs >= CLIPPED_DBFS:
            self.set(said(CLIPPING))
        if speaking and levels.hold_dbfs < QUIET_DBFS and not recording:
            self.set(said(TOO_QUIET))
        elif levels.hold_dbfs >= QUIET_DBFS:
            self._until.pop("too_quiet", None)

    def stats(self, stats: StatsSnapshot) -> None:
        if stats.queue_depth >= WAITING:
            self.set(said(BEHIND))

    def gap(self, gap: Gap) -> None:
        """Sound is missing, which nobody asked for."""
        self._now_s = max(self._now_s, gap.end_s)
        if gap.reason is GapReason.OVERFLOW:
            self.set(Condition("gap", tr("Sound was lost"), tr("The computer was too slow."), Tone.TROUBLE))
        elif not gap.reason.asked_for:
            seconds = tr("{seconds} s did not arrive.").format(seconds=localised(f"{gap.seconds:.1f}"))
            self.set(Condition("gap", tr("Sound was missing"), seconds, Tone.WARNING))

    def lost(self, lost: Lost) -> None:
        self.set(said(LOST if lost.reason is LossReason.OVERLOAD else UNANSWERED))
