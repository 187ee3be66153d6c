"""The picture in the terminal, for one moment at a time."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from desktop_app.commands.terminal_view import TerminalView, clock
from desktop_app.core.transcript import FusedEmotion, TextEmotion, Transcript, WordsHeard
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    Cause,
    EngineChanged,
    Failure,
    FinalResult,
    Gap,
    GapReason,
    Levels,
    LossReason,
    Lost,
    PartialResult,
    Prediction,
    SoundWarned,
    SoundWarning,
    StateChanged,
    StatsSnapshot,
    VoiceUse,
    Waveshape,
)

LABELS = ("neutral", "angry", "wistful")


def picture(view: TerminalView, width: int = 80, height: int = 30, *, plain: bool = True) -> str:
    """What a terminal of that size shows, without colours."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii" if plain else "utf-8")
    console = Console(file=stream, width=width, height=height, no_color=True, force_terminal=True)
    with console.capture() as captured:
        console.print(view)
    text = captured.get()
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
        text = text.replace(code, "")
    return text


def rated(angry: float, *, uncertain: bool = False) -> Prediction:
    probabilities = (0.75 - angry / 2, angry, 0.25 - angry / 2)
    return Prediction(LABELS, probabilities, "angry", angry, uncertain)


def tick(speech_dbfs: float, *, speaking: bool = False) -> AudioTick:
    levels = Levels(speech_dbfs, speech_dbfs, speech_dbfs, speech_dbfs, -70.0, -36.0)
    none = np.zeros(0, np.float32)
    return AudioTick(1.0, levels, Waveshape(0.0, 0.01, none, none), speaking)


def test_bars_glide_to_what_was_heard_and_the_headline_says_it() -> None:
    view = TerminalView(LABELS)
    view.update(StateChanged(CaptureState.SPEAKING, 1.0, "USB Audio"))
    view.update(PartialResult(0, 0.0, 1.0, rated(0.5), 20.0))
    view.advance(0.05)
    half_way = picture(view)
    view.advance(2.0)
    arrived = picture(view)
    assert "* speech  USB Audio" in arrived
    assert "ANGRY  50 %  so far" in arrived
    assert 0 < half_way.count("#") < arrived.count("#")
    bars = {line.split()[0]: line.count("#") for line in arrived.splitlines() if "#" in line}
    assert bars["neutral"] == bars["angry"] > 20
    assert "wistful" not in bars


def test_the_last_picture_has_its_bars_where_its_numbers_are() -> None:
    """The last answer may come in the last moment of a recording."""
    view, late = TerminalView(LABELS), TerminalView(LABELS)
    for other in (view, late):
        other.update(PartialResult(0, 0.0, 1.0, rated(0.9), 20.0))
        other.advance(1.0)
    late.update(PartialResult(0, 0.0, 1.5, rated(0.2), 20.0))
    late.advance(0.01)
    late.settle()
    view.update(PartialResult(0, 0.0, 1.5, rated(0.2), 20.0))
    view.advance(3.0)
    assert picture(late) == picture(view)


def test_an_uncertain_answer_names_no_emotion() -> None:
    view = TerminalView(LABELS)
    view.update(FinalResult(0, 0.0, 1.0, rated(0.5, uncertain=True), 20.0))
    shown = picture(view)
    assert "UNCERTAIN" in shown
    assert "ANGRY" not in shown
    assert "0:00.0 - 0:01.0  uncertain" in shown


def test_an_uncertain_answer_tells_why() -> None:
    view = TerminalView(LABELS)
    doubtful = replace(rated(0.5, uncertain=True), because=Cause.UNFAMILIAR)
    view.update(FinalResult(0, 0.0, 1.0, doubtful, 20.0))
    shown = picture(view)
    assert "UNCERTAIN  unfamiliar voice or microphone" in shown
    assert "0:00.0 - 0:01.0  uncertain: unfamiliar voice or microphone" in shown


def test_a_sound_that_is_not_a_voice_shows_no_emotion_and_leaves_an_answer_its_time() -> None:
    view = TerminalView(LABELS)
    door = replace(rated(0.5, uncertain=True), not_a_voice=True)
    view.update(PartialResult(0, 0.0, 1.0, door, 20.0))
    view.advance(1.0)
    shown = picture(view)
    assert "  not a voice" in shown
    assert "#" not in shown
    assert "50 %" not in shown
    view.update(FinalResult(1, 2.0, 3.0, rated(0.5), 20.0))
    view.update(FinalResult(2, 4.0, 5.0, door, 20.0))
    shown = picture(view)
    assert "ANGRY  50 %" in shown
    assert "0:04.0 - 0:05.0  not a voice" in shown
    view.update(FinalResult(3, 8.0, 9.0, door, 20.0))
    assert "ANGRY" not in picture(view)


def test_an_answer_grows_old() -> None:
    view = TerminalView(LABELS)
    view.update(StateChanged(CaptureState.LISTENING, 1.0))
    view.update(FinalResult(0, 0.0, 1.0, rated(0.5), 20.0))
    view.advance(3.0)
    assert "ANGRY  50 %" in picture(view)
    view.advance(3.0)
    view.advance(3.0)
    later = picture(view)
    assert "ANGRY" not in later
    assert "#" not in later
    assert "0:00.0 - 0:01.0  angry 50 %" in later


def test_the_last_five_segments_stay_newest_first() -> None:
    view = TerminalView(LABELS)
    for k in range(7):
        view.update(FinalResult(k, float(k), k + 0.5, rated(0.5), 20.0))
    lines = [line for line in picture(view).splitlines() if " - 0:0" in line]
    assert [line.split()[0] for line in lines] == ["0:06.0", "0:05.0", "0:04.0", "0:03.0", "0:02.0"]


def test_what_was_said_stands_beside_its_answer() -> None:
    view = TerminalView(LABELS)
    for k in range(3):
        view.update(FinalResult(k, float(k), k + 0.5, rated(0.5), 20.0))
    view.update(WordsHeard(1, 1.0, 1.5, Transcript("Leave me\x1b[2J alone.")))
    view.update(WordsHeard(2, 2.0, 2.5, Transcript()))
    lines = [line.rstrip() for line in picture(view).splitlines() if " - 0:0" in line]
    assert lines == [
        "  0:02.0 - 0:02.5  angry 50 %",
        '  0:01.0 - 0:01.5  angry 50 %  "Leave me\\x1b[2J alone."',
        "  0:00.0 - 0:00.5  angry 50 %",
    ]


def test_what_voice_and_words_say_together_stands_before_the_words() -> None:
    view = TerminalView(LABELS)
    view.update(FinalResult(1, 1.0, 1.5, rated(0.5), 20.0))
    fused = FusedEmotion(LABELS, (0.2, 0.1, 0.7))
    kind = Transcript("Thank you.", emotion=TextEmotion(("joy", "anger"), (0.9, 0.1)))
    view.update(WordsHeard(1, 1.0, 1.5, kind, fused=fused))
    told = f'angry 50 %  words joy 90 %, together {LABELS[2]} 70 %  "Thank'
    assert told in picture(view)


def test_the_level_has_the_threshold_as_a_mark() -> None:
    view = TerminalView(LABELS)

    def level(loudness: float) -> str:
        view.update(tick(loudness))
        return next(line for line in picture(view).splitlines() if "level" in line)

    quiet, loud = level(-60.0), level(-12.0)
    assert quiet.index("|") == loud.index("|")
    assert quiet.index("=") < quiet.index("|")
    assert loud.count("=") > 3 * quiet.count("=")
    assert "-12 dBFS" in loud
    assert "silence" in level(float("-inf"))


def test_a_level_at_full_scale_is_called_clipping() -> None:
    view = TerminalView(LABELS)
    view.update(tick(-12.0))
    assert "clipping" not in picture(view)
    loud = tick(-12.0)
    view.update(replace(loud, levels=replace(loud.levels, hold_dbfs=0.0)))
    assert "clipping" in picture(view)


@pytest.mark.parametrize("state", list(CaptureState))
def test_every_state_has_words_of_its_own(state: CaptureState) -> None:
    view = TerminalView(LABELS, "d: demo")
    view.update(StateChanged(state, 0.0, "", "Because."))
    shown = picture(view)
    assert "Because." in shown
    assert ("no microphone" in shown) == (state is CaptureState.NO_MICROPHONE)
    assert ("press d" in shown) == (state is CaptureState.NO_MICROPHONE)


def test_the_strip_tells_model_provider_and_losses() -> None:
    view = TerminalView(LABELS)
    view.update(EngineChanged("whisper", LABELS, "CUDAExecutionProvider", "A notice."))
    view.update(StatsSnapshot(61.5, 0.25, 0, 0, 2, 0, 4, {"p50": 7.4}, {"p50": 31.0}, {}, time_s=61.5))
    view.update(Failure("Something failed.", "Do this."))
    shown = picture(view, width=100)
    assert (
        "whisper | CUDA | inference 7 ms | latency 31 ms | dropped 0.2 s | 2 segments lost | 1:01.5" in shown
    )
    assert "A notice." in shown
    assert "Something failed. Do this." in shown


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_the_strip_keeps_the_clock_and_the_losses_longest(width: int) -> None:
    view = TerminalView(LABELS)
    view.update(EngineChanged("Emoscope base, a long name", LABELS, "CPUExecutionProvider"))
    view.update(StatsSnapshot(61.5, 0.25, 0, 0, 0, 0, 4, {"p50": 7.4}, {"p50": 31.0}, {}, time_s=61.5))
    (strip,) = (line for line in picture(view, width).splitlines() if line.endswith("1:01.5"))
    assert ("dropped 0.2 s" in strip) == (width > 20)
    assert ("latency 31 ms" in strip) == (width >= 40)
    assert ("Emoscope base, a long name" in strip) == (width == 80)
    assert "inference" not in strip


def test_a_hint_that_ends_in_a_command_is_told_from_what_follows() -> None:
    view = TerminalView(LABELS, "d: demo")
    view.update(StateChanged(CaptureState.NO_MICROPHONE, 0.0, "", "On Debian: apt-get install libportaudio2"))
    assert "libportaudio2. Or press d" in picture(view)


@pytest.mark.parametrize("width", [10, 20, 40, 79, 200])
@pytest.mark.parametrize("height", [3, 8, 14, 24, 60])
def test_it_fits_into_any_terminal(width: int, height: int) -> None:
    view = TerminalView(LABELS, "q: quit")
    view.update(EngineChanged("a model with a very long name indeed", LABELS, "CPUExecutionProvider"))
    view.update(StateChanged(CaptureState.NO_MICROPHONE, 0.0, "", "A long sentence that says why. " * 3))
    view.update(tick(-20.0))
    view.update(FinalResult(0, 0.0, 1.0, rated(0.5), 20.0))
    lines = picture(view, width, height).splitlines()
    assert len(lines) <= height
    assert all(len(line) <= max(width, 20) for line in lines)


def test_unicode_bars_where_the_terminal_can() -> None:
    view = TerminalView(LABELS)
    view.update(FinalResult(0, 0.0, 1.0, rated(0.5), 20.0))
    view.advance(5.0)
    view.update(FinalResult(1, 0.0, 1.0, rated(0.5), 20.0))
    view.advance(1.0)
    assert "█" in picture(view, plain=False)


def test_clock() -> None:
    assert [clock(s) for s in (0, 9.96, 59.97, 61.5, 3600)] == [
        "0:00.0",
        "0:10.0",
        "1:00.0",
        "1:01.5",
        "1:00:00.0",
    ]


def test_what_was_missed_stands_among_what_was_said() -> None:
    view = TerminalView(LABELS)
    view.update(Gap(61.5, 3.2, GapReason.DEVICE_LOST))
    view.update(Lost(4, 70.0, 71.5, LossReason.OVERLOAD))
    shown = picture(view, 80)
    assert "1:01.5 - 1:04.7  no sound for 3.2 s: the microphone was away" in shown
    assert "1:10.0 - 1:11.5  speech that was not judged" in shown


def test_a_missing_answer_is_told_until_it_comes() -> None:
    view = TerminalView(LABELS)
    view.update(Failure("No answer for 2 seconds.", code="no_answer"))
    assert "No answer" in picture(view, 80)
    view.update(FinalResult(0, 0.0, 1.0, rated(0.5), 20.0))
    assert "No answer" not in picture(view, 80)


def test_warnings_about_the_sound_stand_below_the_result_and_beside_a_failure() -> None:
    view = TerminalView(LABELS)
    view.update(StateChanged(CaptureState.SPEAKING, 1.0, "USB Audio"))
    view.update(FinalResult(0, 0.0, 1.0, rated(0.5), 20.0))
    view.update(Failure("Something failed."))
    for code in ("clipped", "hum"):
        view.update(SoundWarned(SoundWarning(code, f"This is {code}."), 1.0))
    lines = picture(view).splitlines()

    def line_of(text: str) -> int:
        return next(number for number, line in enumerate(lines) if text in line)

    results = [line_of("ANGRY"), line_of("0:00.0")]
    told = [line_of("This is clipped."), line_of("This is hum.")]
    assert max(results) < min(told)
    assert any("Something failed." in line for line in lines)
    low = picture(view, height=6)
    assert "ANGRY  50 %" in low, "in a low terminal the result stays and the warning goes"


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        (VoiceUse(0.0, 0.0), "voice new"),
        (VoiceUse(34.2, 0.404), "voice 34 s known, counts 40 %"),
        (VoiceUse(34.2, 0.404, 2), "voice speaker 2, 34 s known, counts 40 %"),
        (VoiceUse(700.0, 0.0), "voice 12 min known, counts 0 %"),
        (None, ""),
    ],
)
def test_the_strip_tells_how_far_the_voice_is_known(voice: VoiceUse | None, told: str) -> None:
    view = TerminalView(LABELS)
    view.update(EngineChanged("whisper", LABELS, "CPUExecutionProvider"))
    view.update(StatsSnapshot(61.5, 0, 0, 0, 0, 0, 4, {}, {}, {}, time_s=61.5, voice=voice))
    shown = picture(view, width=100)
    assert told in shown
    assert ("voice" in shown) == bool(told)
