"""The table of `emoscope analyze` in terminals of any width."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.commands import analysis_table
from desktop_app.core.transcript import FusedEmotion, TextEmotion, Transcript
from desktop_app.core.types import Cause, Prediction

LABELS = ("neutral", "surprised", "fearful", "disgust")


def rated(*probabilities: float, uncertain: bool = False) -> Prediction:
    best = max(range(len(LABELS)), key=probabilities.__getitem__)
    return Prediction(LABELS, probabilities, LABELS[best], probabilities[best], uncertain)


SURE, UNSURE = rated(0.1, 0.6, 0.2, 0.1), rated(0.2, 0.3, 0.4, 0.1, uncertain=True)


def printed(
    width: int,
    monkeypatch: pytest.MonkeyPatch,
    path: Any = "talk.wav",
    predictions: tuple[Prediction, Prediction] = (SURE, UNSURE),
    overall: Prediction | None = SURE,
    *,
    text: str | None = None,
) -> list[str]:
    shown = io.StringIO()
    monkeypatch.setattr(analysis_table, "console", lambda: Console(file=shown, width=width))
    said = None if text is None else Transcript(text)
    segments = (
        SegmentResult(1.0, 2.5, predictions[0], said),
        SegmentResult(63.0, 75.5, predictions[1], said),
    )
    analysis_table.print_table(RecordingAnalysis(path, 80.0, 16000, segments, overall))
    return shown.getvalue().splitlines()


def test_a_wide_terminal_shows_what_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    _, heads, sure, unsure, overall = printed(100, monkeypatch)
    assert heads.split() == ["from", "to", "emotion", "then"]
    assert sure.rstrip().split("  ")[-1] == "fearful 20 %, neutral 10 %"
    assert unsure.rstrip().split("  ")[-1] == "fearful 40 %, surprised 30 %, neutral 20 %"
    assert overall == "  overall: surprised 60 %"


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_what_was_said_is_whole_and_goes_on_in_the_next_line(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "I do not think that anybody will come today, and whoever does, comes too late for the cake."
    lines = printed(width, monkeypatch, text=text)
    assert all(len(line) <= width for line in lines)
    column = lines[1].index("said")
    said = " ".join(" ".join(line[column:] for line in lines[2:-1]).split())
    assert said == f"{text} {text}"
    assert min(len(line[column:].rstrip()) for line in lines[2:4]) > 8


def test_what_voice_and_words_say_together_stands_beside_it_and_where_they_disagree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(analysis_table, "console", lambda: Console(file=shown, width=120))
    kind = Transcript("Thank you.", emotion=TextEmotion(("fear", "surprise"), (0.8, 0.2)))
    segments = (
        SegmentResult(1.0, 2.0, SURE, kind, FusedEmotion(LABELS, (0.1, 0.4, 0.3, 0.2))),
        SegmentResult(3.0, 4.0, SURE, Transcript(), FusedEmotion(LABELS, (0.1, 0.6, 0.2, 0.1))),
        SegmentResult(5.0, 6.0, SURE, kind, FusedEmotion(LABELS, (0.1, 0.4, 0.3, 0.2), 0.5)),
    )
    analysis_table.print_table(RecordingAnalysis("talk.wav", 5.0, 16000, segments, SURE))
    _, heads, first, second, doubtful, _ = shown.getvalue().splitlines()
    assert heads.split()[-5:] == ["by", "the", "words", "together", "said"]
    assert " ".join(first.split()).endswith("fear 80 % disagrees surprised 40 % Thank you.")
    assert " ".join(doubtful.split()).endswith("fear 80 % disagrees uncertain (surprised 40 %) Thank you.")
    assert second.count("surprised") == 1, "without words the voice's answer is not told twice"


@pytest.mark.parametrize("width", [28, 36, 40, 50, 60, 80])
def test_a_narrow_one_keeps_when_and_what(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(width, monkeypatch)
    assert all(len(line) <= width for line in lines)
    assert not any("…" in line or "..." in line for line in lines)
    _, heads, sure, unsure, _ = lines
    assert heads.split()[0] == "from"
    assert "emotion" in heads
    assert sure.split()[0] == "0:01.0"
    assert "surprised  60 %" in sure
    assert "uncertain" in unsure
    assert ("2.5" in sure) == ("to" in heads.split())


def test_at_forty_columns_both_times_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    _, heads, sure, *_ = printed(40, monkeypatch)
    assert heads.split() == ["from", "to", "emotion"]
    assert sure.split() == ["0:01.0", "0:02.5", "surprised", "60", "%"]


def test_a_line_break_in_a_name_does_not_break_the_heading(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(80, monkeypatch, "two\nlines.wav")[0] == r"two\nlines.wav  1:20.0"


def test_what_is_uncertain_tells_why_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    noisy = replace(UNSURE, because=Cause.UNFAMILIAR)
    shown = {w: printed(w, monkeypatch, predictions=(SURE, noisy), overall=noisy) for w in (80, 48, 36, 28)}
    for width, row, overall in (
        (80, "uncertain (unfamiliar)", "uncertain (unfamiliar voice or microphone)"),
        (48, "uncertain (unfamiliar)", "uncertain (unfamiliar)"),
        (36, "uncertain", "uncertain (unfamiliar)"),
        (28, "uncertain", "uncertain"),
    ):
        *_, unsure, whole = shown[width]
        assert row in unsure
        assert ("(" in unsure) == ("(" in row)
        assert whole == f"  overall: {overall}"


def test_what_is_not_a_voice_is_counted_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    door = replace(UNSURE, not_a_voice=True)
    _, _, sure, overall, others = printed(80, monkeypatch, predictions=(SURE, door))
    assert "surprised" in sure
    assert overall == "  overall: surprised 60 %"
    assert others == "  1 sound without a voice left out"
    _, nothing, others = printed(80, monkeypatch, predictions=(door, door), overall=None)
    assert (nothing, others) == ("  no voice found", "  2 sounds without a voice left out")
