"""Sounds in which nobody speaks on the page of a recording: drawn, counted, and in no table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gui_events import LABELS, prediction, show_result
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, not_a_voice, overall_prediction
from desktop_app.core.envelope import Envelope
from desktop_app.core.types import Cause, Prediction, SoundWarning, VoiceUse
from desktop_app.gui.pages.recording import RecordingView
from desktop_app.gui.plots.painting import placed, tooltip
from desktop_app.gui.state.headline import Kind
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.timeline_data import describe
from desktop_app.gui.window import MainWindow

DOOR = prediction("angry", 0.9, nobody=True)
VOICES = (prediction("happy"), prediction("sad", 0.3, because=Cause.NOISE), prediction("calm"))


def analyzed(*predictions: Prediction) -> AnalyzedRecording:
    """A recording with these, 1 s each and 1 s apart, from 1 s on."""
    segments = tuple(SegmentResult(2.0 * k + 1, 2.0 * k + 2, each) for k, each in enumerate(predictions))
    duration_s = 2.0 * len(predictions) + 1
    envelope = Envelope(1000)
    envelope.push(np.full(round(1000 * duration_s), 0.1, np.float32))
    warning = not_a_voice(segments)
    analysis = RecordingAnalysis(
        "talk.wav",
        duration_s,
        16000,
        segments,
        overall_prediction(segments, 0.35),
        () if warning is None else (warning,),
    )
    return AnalyzedRecording(Path("talk.wav"), analysis, envelope, "tiny", "", "CPUExecutionProvider", LABELS)


def shown(window: MainWindow, predictions: Sequence[Prediction]) -> RecordingView:
    show_result(window, analyzed(*predictions))
    return window.recording


def test_the_table_has_the_voices_and_a_line_counts_the_rest(window: MainWindow) -> None:
    view = shown(window, [DOOR, VOICES[0], DOOR, VOICES[1]])
    table = view.table.segments
    assert [table.index(row, 2).data() for row in range(table.rowCount())] == ["Happy", "Uncertain"]
    assert table.index(1, 4).data() == "sad 30 %, neutral 10 % \N{MIDDLE DOT} noise"
    assert "come closer" in table.index(1, 2).data(Qt.ItemDataRole.ToolTipRole).lower()
    assert view.left_out.isVisible()
    assert view.left_out.text() == "2 sounds without a voice left out"
    assert window.banner.message == ""  # the page says it
    shown(window, VOICES)
    assert not view.left_out.isVisible()


def test_table_and_track_stay_in_step(window: MainWindow, qtbot: QtBot) -> None:
    voice = VoiceUse(12.0, 0.3)
    last = prediction("calm")
    last = Prediction(last.labels, last.probabilities, "calm", last.confidence, uncertain=False, voice=voice)
    view = shown(window, [DOOR, VOICES[0], DOOR, DOOR, last, DOOR])
    view.table.selectRow(1)
    assert view.track.selected == 4
    assert "12 s known" in view.voice.text()
    view.track.select(1)
    assert view.table.currentIndex().row() == 0
    for door in (0, 2, 3, 5):
        view.track.select(door)
        assert (view.track.selected, view.table.currentIndex().row()) == (1, 0)
    rows = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(view.track, key)
        rows.append((view.track.selected, view.table.currentIndex().row()))
    assert rows == [(4, 1), (4, 1), (1, 0), (1, 0)]


def test_it_is_grey_without_a_name_and_its_tooltip_tells_no_emotion() -> None:
    recording = analyzed(DOOR, *VOICES)
    door = recording.segments()[0]
    block = placed(door, {})
    assert (block.text, block.hue, block.faint) == ("", None, True)
    said = tooltip(door, 1.5, describe(door)).splitlines()
    assert said == ["0:01 to 0:02 (1.0 s)", "Not a voice"]


def test_the_headline_counts_speech_alone() -> None:
    happy = VOICES[0]
    assert analyzed(DOOR, happy, happy, DOOR).headline().detail == "Overall, from 2 segments, 2.0 s of speech"
    doubtful = analyzed(DOOR, VOICES[1]).headline()
    assert (doubtful.kind, doubtful.detail) == (
        Kind.UNCERTAIN,
        "Too much noise. Closest: sad 30 %. 1 segment, 1.0 s of speech.",
    )


def test_what_is_too_short_to_hold_speech_is_called_so_and_once(window: MainWindow) -> None:
    sentence = (
        "The recording is too short to be judged: it lasts 0.10 s, and it takes at least 0.25 s of speech."
    )
    nothing = analyzed()
    warning = SoundWarning("too_short", sentence, {"duration_s": 0.1, "least_s": 0.25})
    show_result(window, replace(nothing, analysis=replace(nothing.analysis, warnings=(warning,))))
    headline = window.recording.headline.headline
    assert (headline.kind, headline.title, headline.detail) == (Kind.STATE, "Too short", sentence)
    assert window.banner.message == ""


@pytest.mark.parametrize(
    ("sounds", "detail"),
    [
        (0, "Nothing in this recording sounds like speech."),
        (1, "1 sound was heard (1.0 s), but no voice."),
        (3, "3 sounds were heard (3.0 s), but no voice."),
    ],
)
def test_where_nobody_speaks_the_headline_tells_whether_sounds_were_heard(
    window: MainWindow, sounds: int, detail: str
) -> None:
    headline = shown(window, [DOOR] * sounds).headline.headline
    assert (headline.kind, headline.title, headline.detail) == (Kind.STATE, "No speech", detail)
    assert window.recording.table.segments.rowCount() == 0
