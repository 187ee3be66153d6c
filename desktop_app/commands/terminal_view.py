"""The live view in a terminal: what is heard right now, drawn with text.

`TerminalView` takes events and makes a picture for a moment; it knows neither threads nor the terminal.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from desktop_app.commands.terminal_plane import DimensionsText
from desktop_app.core.dimensions import in_brief, in_numbers
from desktop_app.core.doubt import NOT_A_VOICE, doubt_about, in_words, takes_the_place
from desktop_app.core.errors import one_line, sentences
from desktop_app.core.transcript import WordsHeard
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    Gap,
    GapReason,
    Lost,
    PartialResult,
    Prediction,
    SoundWarned,
    StateChanged,
    StatsSnapshot,
)
from desktop_app.core.voice_words import whose_voice

EASE_S: Final = 0.12  # a bar covers two thirds of its way to a new value in this time
FADE_AFTER_S: Final = 4.0  # an answer is no longer about now
LEVEL_FLOOR_DBFS: Final = -72.0
CLIPPING_DBFS: Final = -0.3  # a held peak from here on, as in the window

_COLOURS: Final = {
    "neutral": "white",
    "calm": "cyan",
    "happy": "yellow",
    "sad": "blue",
    "angry": "red",
    "fearful": "magenta",
    "disgust": "green",
    "surprised": "bright_yellow",
}
_SPARE_COLOURS: Final = ("cyan", "yellow", "blue", "red", "magenta", "green", "white")
_STATES: Final = {
    CaptureState.STARTING: ("starting", "yellow"),
    CaptureState.LISTENING: ("listening", "green"),
    CaptureState.SPEAKING: ("speech", "bright_green"),
    CaptureState.MUTED: ("the microphone is muted", "yellow"),
    CaptureState.STALLED: ("no audio arrives", "yellow"),
    CaptureState.NO_MICROPHONE: ("no microphone", "red"),
    CaptureState.PAUSED: ("paused", "yellow"),
    CaptureState.FINISHED: ("the recording has ended", "cyan"),
    CaptureState.FAILED: ("failed", "bold red"),
    CaptureState.STOPPED: ("stopped", "cyan"),
}
_GAPS: Final = {
    GapReason.DEVICE_LOST: "the microphone was away",
    GapReason.STALLED: "the microphone delivered nothing",
    GapReason.SUSPENDED: "the computer slept",
    GapReason.OVERFLOW: "the computer was too slow",
    GapReason.PAUSED: "paused",
    GapReason.SOURCE_CHANGED: "another source was chosen",
}
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


class TerminalView:
    """What the terminal shows. Feed it with `update`, move it on with `advance`, print it with rich.

    `keys` tells which keys do something, if any do. A model of dimensions has these in place of labels.
    """

    def __init__(self, labels: Sequence[str] = (), keys: str = "", dimensions: Sequence[str] = ()) -> None:
        self._labels = tuple(labels)
        self.keys = keys
        self._shown = dict.fromkeys(self._labels, 0.0)
        self._dimensions = DimensionsText(dimensions)
        self._result: PartialResult | FinalResult | None = None
        self._age_s = 0.0
        self._tick: AudioTick | None = None
        self._state = StateChanged(CaptureState.STARTING, 0.0)
        self._engine: EngineChanged | None = None
        self._stats: StatsSnapshot | None = None
        self._failure: Failure | None = None
        self._warnings: dict[str, str] = {}  # sentences by their codes
        self._finals: deque[FinalResult | Gap | Lost] = deque(maxlen=5)
        self._said: deque[WordsHeard] = deque(maxlen=5)

    def update(self, event: Event) -> None:  # noqa: PLR0912 - one case for each event
        match event:
            case AudioTick():
                self._tick = event
            case PartialResult() | FinalResult():
                if takes_the_place(event, self._result, FADE_AFTER_S):
                    self._result, self._age_s = event, 0.0
                if self._failure is not None and self._failure.code == "no_answer":
                    self._failure = None  # it has answered
                if isinstance(event, FinalResult):
                    self._finals.append(event)
            case Gap() | Lost():
                self._finals.append(event)
            case WordsHeard():
                self._said.append(event)
            case StateChanged():
                self._state = event
                if event.state not in {CaptureState.LISTENING, CaptureState.SPEAKING}:
                    self._tick = None
            case EngineChanged():
                self._use(event)
            case StatsSnapshot():
                self._stats = event
            case SoundWarned():
                self._warnings[event.warning.code] = event.warning.message
            case Failure():
                self._failure = event

    def _use(self, engine: EngineChanged) -> None:
        self._engine, self._labels = engine, engine.labels
        self._shown = {label: self._shown.get(label, 0.0) for label in engine.labels}
        if engine.dimensions != self._dimensions.names:
            self._dimensions = DimensionsText(engine.dimensions)
        self._result = None

    def advance(self, seconds: float) -> None:
        """Let the bars glide for so long towards what was heard last."""
        self._age_s += seconds
        if self._age_s > FADE_AFTER_S:
            self._result = None
        self._move(seconds, 1 - math.exp(-seconds / EASE_S))

    def settle(self) -> None:
        """Let the bars stand where the numbers are: this is the last picture."""
        self._move(0.0, 1.0)

    def _move(self, seconds: float, share: float) -> None:
        """Let the bars cover `share` of their way, in so many seconds."""
        answer = self._answer
        goal = {} if answer is None else answer.as_mapping()
        for label, value in self._shown.items():
            self._shown[label] = value + share * (goal.get(label, 0.0) - value)
        values = {} if answer is None or not self._fits(answer) else answer.as_values()
        self._dimensions.move_to(values, doubtful=answer is not None and answer.uncertain)
        self._dimensions.advance(seconds, share)

    def _fits(self, answer: Prediction) -> bool:
        """It is of the model in use, and not of one before."""
        return answer.dimensions == self._dimensions.names

    @property
    def _answer(self) -> Prediction | None:
        """What the bars show: nothing where nobody speaks."""
        if self._result is None or self._result.prediction.not_a_voice:
            return None
        return self._result.prediction

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(20, min(options.max_width, 100))
        plain = options.ascii_only
        lines = [self._state_line(plain)]
        lines += self._explanation(console, width)
        lines += [Text(), self._headline(), Text()]
        lines += [self._bar_line(label, width, plain) for label in self._labels]
        if self._dimensions.names:
            lines += self._dimensions.lines(width, plain)
        lines += [Text(), self._level_line(width, plain), Text()]
        lines += [self._final_line(final) for final in reversed(self._finals)]
        lines += [Text(" ") for _ in range((self._finals.maxlen or 0) - len(self._finals))]
        lines += [Text(), *self._strip(width, plain)]
        height = options.height or console.size.height
        if len(lines) >= height:  # leave out the air first, then what is least
            lines = [line for line in lines if line.plain.strip()]
        for line in lines[: max(1, height - 1)]:
            line.no_wrap, line.overflow = True, "ellipsis"
            line.truncate(width, overflow="crop" if plain else "ellipsis")
            yield line

    # --- the lines ---

    def _state_line(self, plain: bool) -> Text:
        words, shade = _STATES[self._state.state]
        line = Text.assemble((f"{'*' if plain else '●'} {words}", shade))
        if self._state.source:
            line.append(f"  {self._state.source}", style="dim")
        return line

    def _explanation(self, console: Console, width: int) -> list[Text]:
        """Why nothing is heard, and what can be done about it."""
        words = self._state.message
        if self._state.state is CaptureState.NO_MICROPHONE and "d:" in self.keys:
            words = sentences(words, "Or press d to play the demo recording.")
        return list(Text(words).wrap(console, width)) if words else []

    def _headline(self) -> Text:
        if self._result is None:
            return Text(f"  {_STATES[self._state.state][0]}", style="dim")
        prediction = self._result.prediction
        if prediction.not_a_voice:
            return Text(f"  {NOT_A_VOICE}", style="dim")
        if prediction.uncertain:
            doubt = doubt_about(prediction)
            why = "no emotion stands out" if doubt is None else doubt.why
            return Text.assemble("  ", ("UNCERTAIN", "bold"), (f"  {why}", "dim"))
        if prediction.dimensions:
            brief = in_brief(prediction.dimensions, prediction.values).upper()
            numbers = in_numbers(prediction.dimensions, prediction.values)
            text = Text.assemble("  ", (brief, "bold"), (f"  {numbers}", "dim"))
            return text.append("" if isinstance(self._result, FinalResult) else "  so far", style="dim")
        text = Text.assemble(
            "  ",
            (
                f"{prediction.label.upper()}  {percent(prediction.confidence)}",
                f"bold {colour(prediction.label, self._labels)}",
            ),
        )
        text.append("" if isinstance(self._result, FinalResult) else "  so far", style="dim")
        return text

    def _bar_line(self, label: str, width: int, plain: bool) -> Text:
        name = max(len(label) for label in self._labels)
        room = max(4, width - name - 11)
        value = min(1.0, max(0.0, self._shown.get(label, 0.0)))
        bar = _bar(value, room, plain)
        # The bar glides; the number is the headline's.
        answer = self._answer
        number = value if answer is None else answer.as_mapping().get(label, 0.0)
        return Text.assemble(
            f"  {label:<{name}}  ",
            (bar, colour(label, self._labels)),
            (f"{percent(number):>6}", "" if number >= 0.005 else "dim"),
        )

    def _level_line(self, width: int, plain: bool) -> Text:
        name = max((len(label) for label in self._labels), default=7)
        line = Text(f"  {'level':<{name}}  ")
        room = max(4, width - name - 18)
        if self._tick is None:
            return line.append((" " if plain else "·") * room, style="dim")
        levels = self._tick.levels
        filled = round(_share(levels.speech_dbfs) * room)
        mark = min(room - 1, round(_share(levels.threshold_dbfs) * room))
        style = "bright_green" if self._tick.speaking else "green"
        for column in range(room):
            if column == mark:
                line.append("|" if plain else "┃", style="bold")
            elif column < filled:
                line.append("=" if plain else "━", style=style)
            else:
                line.append("." if plain else "─", style="dim")
        loudness = levels.speech_dbfs
        if levels.hold_dbfs >= CLIPPING_DBFS:
            return line.append("  clipping", style="bold red")
        return line.append(f" {loudness:5.0f} dBFS" if math.isfinite(loudness) else "  silence", style="dim")

    def _final_line(self, final: FinalResult | Gap | Lost) -> Text:
        line = Text(f"  {clock(final.start_s)} - {clock(final.end_s)}  ", style="dim")
        if isinstance(final, Gap):
            return line.append(
                f"no sound for {final.seconds:.1f} s: {_GAPS[final.reason]}", style="not dim yellow"
            )
        if isinstance(final, Lost):
            return line.append("speech that was not judged", style="not dim yellow")
        prediction = final.prediction
        if prediction.not_a_voice:
            return line.append(NOT_A_VOICE)
        if prediction.uncertain:
            line.append(in_words(prediction), style="default not dim")
        elif prediction.dimensions:
            line.append(in_numbers(prediction.dimensions, prediction.values), style="default not dim")
        else:
            line.append(prediction.label, style=f"not dim {colour(prediction.label, self._labels)}")
            line.append(f" {percent(prediction.confidence)}", style="not dim")
        for said in self._said:
            text = said.transcript.text
            if text and (said.segment, said.start_s) == (final.segment, final.start_s):
                self._add_words(line, said)
                line.append(f'  "{one_line(text)}"', style="default not dim")
        return line

    def _add_words(self, line: Text, said: WordsHeard) -> None:
        """What the words tell, and what voice and words say together."""
        emotion = said.transcript.emotion
        if emotion is None:
            return
        told = [("  words ", emotion.label, max(emotion.probabilities))]
        if said.fused is not None:
            doubt = "uncertain: " if said.fused.uncertain else ""
            told.append((f", together {doubt}", said.fused.label, said.fused.confidence))
        for before, label, share in told:
            line.append(before).append(one_line(label), style=f"not dim {colour(label, self._labels)}")
            line.append(f" {percent(share)}", style="not dim")

    def _strip(self, width: int, plain: bool) -> list[Text]:
        dot = " | " if plain else " · "
        parts: list[tuple[str, int]] = []  # and how soon each goes where there is no room: the highest first
        if self._engine is not None:
            parts.append((self._engine.model, 4))
            parts.append((self._engine.provider.removesuffix("ExecutionProvider"), 5))
        if self._stats is not None:
            stats = self._stats
            if stats.voice is not None:
                parts.append((f"voice {whose_voice(stats.voice)}", 2))
            parts.append((f"inference {_ms(stats.inference_ms.get('p50'))}", 6))
            parts.append((f"latency {_ms(stats.partial_latency_ms.get('p50'))}", 3))
            parts.append((f"dropped {stats.dropped_s:.1f} s", 1))
            if stats.finals_dropped:
                parts.append((f"{stats.finals_dropped} segments lost", 1))
            parts.append((clock(stats.time_s), 0))
        while len(parts) > 1 and len("  " + dot.join(text for text, _ in parts)) > width:
            parts.remove(max(parts, key=lambda part: part[1]))
        lines = [Text("  " + dot.join(text for text, _ in parts), style="dim")]
        if self._engine is not None and self._engine.notice:
            lines.append(Text(f"  {self._engine.notice}", style="yellow"))
        if self._failure is not None:
            lines.append(Text(f"  {sentences(self._failure.message, self._failure.hint)}", style="red"))
        lines += [Text(f"  {sentence}", style="yellow") for sentence in self._warnings.values()]
        if self.keys:
            lines.append(Text(f"  {self.keys}", style="dim"))
        return lines


def colour(label: str, labels: Sequence[str] = ()) -> str:
    """The colour of an emotion, as rich names it; others get one by their place in `labels`."""
    if label in _COLOURS:
        return _COLOURS[label]
    return _SPARE_COLOURS[list(labels).index(label) % len(_SPARE_COLOURS)] if label in labels else "default"


def clock(seconds: float) -> str:
    """Minutes and seconds, such as 1:02.5; with hours where there are any."""
    tenths = max(0, round(seconds * 10))
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    start = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{start}:{rest / 10:04.1f}"


def _bar(value: float, room: int, plain: bool) -> str:
    if plain:
        return ("#" * round(value * room)).ljust(room)
    full, eighths = divmod(round(value * room * 8), 8)
    return ("█" * full + (_EIGHTHS[eighths] if eighths else "")).ljust(room)


def _share(dbfs: float) -> float:
    if not math.isfinite(dbfs):
        return 0.0
    return min(1.0, max(0.0, 1 - dbfs / LEVEL_FLOOR_DBFS))


def percent(value: float) -> str:
    """A share of 1 as text, such as 75 %."""
    return f"{value * 100:.0f} %"


def _ms(value: float | None) -> str:
    return f"{value:.0f} ms" if value is not None and math.isfinite(value) else "-"
