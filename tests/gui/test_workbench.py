"""One recording as a workbench: rows on one axis, playback, corrections, filter, summary, export."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import LABELS, prediction, show_result
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.corrections_file import load_corrections
from desktop_app.analysis.corrections_format import Identity
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, overall_prediction
from desktop_app.core.envelope import Envelope
from desktop_app.core.types import Cause
from desktop_app.gui.pages.recording import RecordingView
from desktop_app.gui.plots.later import import_plots
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.recording_sound import RecordingSound, read_sound
from desktop_app.gui.state.segment_filter import CORRECTED, NOTED, UNCERTAIN, SegmentFilter
from desktop_app.gui.window import MainWindow

RATE = 16_000
SAID = ("happy", "sad", "angry", "calm")


def a_tone(seconds: float, hertz: float = 150.0) -> np.ndarray:
    times = np.arange(round(RATE * seconds)) / RATE
    saw = sum(np.sin(2 * np.pi * hertz * k * times) / k for k in range(1, 8))
    return (0.2 * saw).astype(np.float32)


@pytest.fixture
def talk(tmp_path: Path) -> AnalyzedRecording:
    """Ten seconds, in which a segment of 1.5 s begins at 0.5, 2.5, 4.5 (uncertain) and 6.5 s."""
    path = tmp_path / "talk.wav"
    sound = a_tone(10.0)
    soundfile.write(path, sound, RATE)
    results = tuple(
        SegmentResult(
            2.0 * k + 0.5,
            2.0 * k + 2.0,
            prediction(label, 0.5 + 0.1 * k, because=Cause.NOISE if k == 2 else None),
        )
        for k, label in enumerate(SAID)
    )
    outline = Envelope(RATE)
    outline.push(sound)
    overall = overall_prediction(results, 0.3)
    analysis = RecordingAnalysis(str(path), 10.0, RATE, results, overall)
    return AnalyzedRecording(path, analysis, outline, "tiny", "", "CPUExecutionProvider", LABELS)


@pytest.fixture
def view(window: MainWindow, talk: AnalyzedRecording, until: Callable[..., None]) -> Iterator[RecordingView]:
    import_plots()
    show_result(window, talk)
    view = window.recording
    until(lambda: view.track is not None and view.lanes.sound is not None and view.lanes.sound.complete)
    yield view
    view.playback.close(at_once=True)


def emotions(view: RecordingView) -> list[str]:
    rows = view.table.segments
    return [str(rows.index(row, 2).data()) for row in range(rows.rowCount())]


class TestTheRows:
    def test_show_the_sound_itself_when_zoomed_to_samples(self, view: RecordingView) -> None:
        view.track.view_.show(1.0, 1.005)
        view.track.refresh()
        peaks = view.lanes.sound.scrolling(1.005, 0.005 / 300, 300)
        inside = (peaks.times >= 1.0) & (peaks.times <= 1.005)
        assert inside.sum() == pytest.approx(80, abs=2)
        expected = a_tone(10.0)[np.rint(peaks.times[inside] * RATE).astype(int)]
        assert peaks.low[inside] == pytest.approx(expected, abs=1e-4)

    def test_compute_spectrogram_and_pitch_of_what_is_in_sight(
        self, view: RecordingView, until: Callable[..., None]
    ) -> None:
        shades, tracks = [], []
        view.lanes.shades_ready.connect(lambda *found: shades.append(found))
        view.lanes.pitch_ready.connect(tracks.append)
        for name in ("spectrogram", "pitch"):
            view.timeline.show_lane(name, shown=True)
        view.track.view_.show(2.0, 6.0)
        view.track.refresh()
        view.track.looked.emit()
        until(lambda: bool(tracks) and any(1.9 > left > 0.5 for _, left, _, _ in shades))
        _, left, right, centres = shades[-1]
        assert left == pytest.approx(1.0, abs=0.1)
        assert right == pytest.approx(7.0, abs=0.1)
        assert shades[-1][0].min() > 0  # however quiet: what is known is drawn
        strongest = float(centres[shades[-1][0].mean(axis=0).argmax()])
        assert strongest == pytest.approx(150.0, rel=0.25)
        middle = np.abs(tracks[-1].times - 4.0).argmin()
        assert tracks[-1].hertz[middle] == pytest.approx(150.0, rel=0.01)

    @pytest.mark.parametrize("seen", [(0.0, 0.004), (0.0, 2.0), (4.0, 4.01), (9.99, 10.0), (7.0, 10.0)])
    def test_the_spectrogram_has_no_holes_at_its_ends_and_however_far_one_zooms(
        self, view: RecordingView, until: Callable[..., None], seen: tuple[float, float]
    ) -> None:
        drawn: list[tuple[float, float]] = []
        view.lanes.shades_ready.connect(lambda _, left_s, right_s, __: drawn.append((left_s, right_s)))
        view.timeline.show_lane("spectrogram", shown=True)
        view.timeline.show_stretch(*seen)
        until(lambda: any(right_s - left_s < 6.0 for left_s, right_s in drawn))
        left_s, right_s = drawn[-1]
        assert left_s <= seen[0]
        assert right_s >= seen[1]

    def test_a_click_seeks_and_chooses(self, view: RecordingView) -> None:
        track = view.track
        track.press("wave", track.axis.x(3.0))
        assert track.selected == view.table.chosen == 1
        assert view.playback.position_s == pytest.approx(3.0, abs=0.02)
        assert track.cursor_s == pytest.approx(3.0, abs=0.02)
        assert view.bars.values[LABELS.index("sad")] == pytest.approx(0.6)
        track.press("wave", track.axis.x(9.5))
        assert track.selected == view.table.chosen == -1
        assert view.bars.values == pytest.approx(list(view.recording.overall.probabilities))

    def test_headline_and_bars_tell_the_same_stretch(self, view: RecordingView) -> None:
        whole = view.headline.headline
        assert "4 segments, 6.0 s of speech" in whole.detail
        view.track.select(0)
        assert view.answer.heading.text() == "How likely, 0:00.5 to 0:02.0"
        assert view.headline.headline.title == "Happy"
        assert view.headline.headline.detail.startswith("0:00.5 to 0:02.0 · next: ")
        view.track.select(-1)
        assert view.headline.headline == whole

    def test_the_overview_moves_what_is_shown(self, view: RecordingView) -> None:
        view.track.view_.show(0.0, 2.0)
        view.track.refresh()
        view.timeline.overview.moved.emit(4.0, 6.0)
        assert view.track.view == pytest.approx((4.0, 6.0))


class TestCorrections:
    def test_a_digit_labels_the_chosen_segment_and_it_is_kept_beside_the_recording(
        self, window: MainWindow, view: RecordingView, qtbot: QtBot, until: Callable[..., None]
    ) -> None:
        view.table.selectRow(0)
        qtbot.keyClick(view.table, Qt.Key.Key_5)
        until(lambda: emotions(view)[0] == "Angry")
        kept = load_corrections(view.recording.path).records
        assert [(one.start_s, one.end_s, one.label) for one in kept] == [(0.5, 2.0, "angry")]
        _, _, answer, sure, likely, _ = (view.table.segments.index(0, column) for column in range(6))
        assert sure.data() == "corrected", "a person's answer has no confidence"
        assert likely.data().startswith("happy 50 %, "), "what the model holds likely is still told"
        assert "Happy" in answer.data(Qt.ItemDataRole.ToolTipRole)
        window.actions_["undo"].trigger()
        until(lambda: emotions(view)[0] == "Happy")
        assert load_corrections(view.recording.path).records == ()

    def test_what_is_said_just_before_the_window_closes_is_kept_however_long_the_recording_is_read(
        self, window: MainWindow, view: RecordingView, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        identity = Identity.of

        def slow(recording: Path, duration_s: float | None = None) -> Identity:
            time.sleep(0.8)
            return identity(recording, duration_s)

        path = view.recording.path
        monkeypatch.setattr(Identity, "of", slow)
        view.table.selectRow(0)
        view.label_by_number(5)
        view.note(1, "laughs")
        window.close()
        monkeypatch.undo()
        assert [(one.start_s, one.label, one.note) for one in load_corrections(path).records] == [
            (0.5, "angry", ""),
            (2.5, "", "laughs"),
        ]

    def test_a_note_is_written_in_the_table_and_found_again(
        self, window: MainWindow, view: RecordingView, until: Callable[..., None]
    ) -> None:
        notes = view.table.segments.index(1, 5)
        view.table.segments.setData(notes, "  laughs  ")
        until(lambda: notes.data() == "laughs")
        view.label_by_number(0)  # nothing is chosen: nothing happens
        assert emotions(view)[1] == "Sad"
        view.panel.show_filter(shown=True)
        view.panel.by_text.setText("LAUGH")
        assert emotions(view) == ["Sad"]

    def test_they_are_exported(
        self, window: MainWindow, view: RecordingView, tmp_path: Path, until: Callable[..., None]
    ) -> None:
        view.table.selectRow(2)
        view.label("fearful")
        until(lambda: emotions(view)[2] == "Fearful")
        window.exports.write(view.recording, tmp_path / "out.json", "json")
        until((tmp_path / "out.json").exists)
        segments = json.loads((tmp_path / "out.json").read_text())["files"][0]["segments"]
        assert [segment["corrected_label"] for segment in segments] == [None, None, "fearful", None]

    def test_what_cannot_be_kept_is_a_sentence(
        self, window: MainWindow, view: RecordingView, until: Callable[..., None]
    ) -> None:
        view.recording.path.unlink()
        view.table.selectRow(0)
        view.label("sad")
        until(lambda: "cannot be read" in window.banner.message)
        assert emotions(view)[0] == "Happy"


class TestFilterAndSummary:
    def test_only_what_is_asked_for_stays(self, view: RecordingView) -> None:
        view.panel.show_filter(shown=True)
        view.panel.by_label.choose(UNCERTAIN)
        view.panel._filter()
        assert emotions(view) == ["Uncertain"]
        assert view.panel._told.text() == "1 of 4"
        view.panel.show_filter(shown=False)
        assert len(emotions(view)) == 4

    def test_the_summary_tells_shares_and_minutes(self, view: RecordingView) -> None:
        view.panel.show_page(1)
        words = view.panel.summary.accessibleDescription()
        assert "6 s of speech" in words
        assert "sad 25 %" in words


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (SegmentFilter(), [0, 1, 2]),
        (SegmentFilter("happy"), []),
        (SegmentFilter("sad"), [0, 1]),
        (SegmentFilter(UNCERTAIN), [2]),
        (SegmentFilter(CORRECTED), [0]),
        (SegmentFilter(NOTED), [1]),
        (SegmentFilter(least=0.6), [1, 2]),
        (SegmentFilter(most=0.6), [0]),
        (SegmentFilter(text="smi"), [1]),
    ],
)
def test_a_filter_counts_what_a_person_says_in_place_of_the_label(
    talk: AnalyzedRecording, asked: SegmentFilter, expected: list[int]
) -> None:
    said = {0: Correction(0.5, 2.0, label="sad"), 1: Correction(2.5, 4.0, note="Smiles")}
    segments = talk.segments()[:3]
    assert [one.index for one in segments if asked.accepts(one, said.get(one.index))] == expected


class TestPlayback:
    def test_without_an_output_it_is_a_sentence(
        self,
        window: MainWindow,
        view: RecordingView,
        monkeypatch: pytest.MonkeyPatch,
        until: Callable[..., None],
    ) -> None:
        monkeypatch.setattr("desktop_app.audio.output_stream.indexed_devices", lambda *_: [])
        view.playback.toggle()
        until(lambda: "output" in window.banner.message)
        assert not view.playback.playing

    def test_a_loop_is_the_chosen_segment(self, view: RecordingView) -> None:
        view.table.selectRow(1)
        view.timeline.loop(on=True)
        assert view.playback.loop == (2.5, 4.0)
        view.table.selectRow(2)
        assert view.playback.loop == (4.5, 6.0)
        view.timeline.loop(on=False)
        assert view.playback.loop is None


class TestCommands:
    def test_l_loops_where_a_recording_is_shown_and_nowhere_else(
        self, window: MainWindow, view: RecordingView, qtbot: QtBot
    ) -> None:
        loop = window.actions_["loop"]
        view.table.selectRow(1)
        qtbot.keyClick(window, Qt.Key.Key_L)
        assert view.playback.loop == (2.5, 4.0)
        assert loop.isChecked()
        assert view.transport.loop.isChecked()
        qtbot.keyClick(window, Qt.Key.Key_L)
        assert view.playback.loop is None
        assert not loop.isChecked()
        view.transport.loop.click()
        assert loop.isChecked()
        window.shelf.show_list()
        assert not loop.isEnabled()
        window.go("live")
        assert not loop.isEnabled()
        assert not window.actions_["filter"].isEnabled()

    def test_ctrl_f_shows_the_filter_of_the_table_and_takes_it_away(
        self, window: MainWindow, view: RecordingView, qtbot: QtBot
    ) -> None:
        action = window.actions_["filter"]
        qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert view.panel.filter_row.isVisible()
        assert action.isChecked()
        qtbot.keyClicks(view.panel.by_text, "sad")  # the field keeps its letters from the commands
        assert emotions(view) == ["Sad"]
        assert view.playback.loop is None
        qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert len(emotions(view)) == 4
        assert not action.isChecked()
        view.panel.show_page(1)
        assert not action.isEnabled()
        view.panel.show_page(0)
        assert action.isEnabled()


@pytest.mark.parametrize("columns", [7, 100, 4000])
def test_the_sound_has_the_same_peaks_however_far_one_is_zoomed(columns: int) -> None:
    rng = np.random.default_rng(0)
    wave = (0.3 * rng.standard_normal(RATE * 2)).clip(-1, 1).astype(np.float32)
    sound = RecordingSound(RATE)
    for begin in range(0, len(wave), 5000):
        sound.push(wave[begin : begin + 5000])
    peaks = sound.scrolling(2.0 - 1e-9, 2.0 / columns, columns)
    for k in (0, columns // 2, columns - 1):
        edges = np.ceil(np.array([k, k + 1]) * 2.0 / columns * RATE - 1e-6).astype(int)
        part = wave[edges[0] : edges[1]]
        assert peaks.low[k] == pytest.approx(part.min(), abs=1e-4)
        assert peaks.high[k] == pytest.approx(part.max(), abs=1e-4)


def test_what_is_opened_can_be_played_at_once(view: RecordingView) -> None:
    assert view.transport.play.isEnabled()
    view.playback.open(Path("another.wav"))
    assert view.transport.play.isEnabled()
    view.playback.close()
    assert not view.transport.play.isEnabled()


def test_the_menu_of_rows_tells_which_row_is_wanted(view: RecordingView) -> None:
    wanted: list[tuple[str, bool]] = []
    view.transport.lane_switched.connect(lambda name, on: wanted.append((name, on)))
    (pitch,) = (action for action in view.transport.shown.menu().actions() if action.text() == "Pitch")
    before = pitch.isChecked()
    pitch.trigger()
    assert wanted == [("pitch", not before)]


def test_of_a_long_recording_all_of_the_waveform_is_there_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    loud = np.repeat(np.array([0.1, 0.5, 0.2, 0.4]), 60 * RATE) * np.tile([1.0, -1.0], 120 * RATE)
    soundfile.write(path, np.stack([loud, 0 * loud], axis=1), RATE)
    begun: list[RecordingSound] = []
    first: list[tuple[float, list[float], float]] = []

    def grew() -> None:
        sound = begun[0]
        peaks = sound.scrolling(240.0 - 1e-6, 60.0, 4)
        first.append((sound.end_s, peaks.high.tolist(), sound.loudest))

    sound = read_sound(path, 0, threading.Event(), lambda sound, _: begun.append(sound), grew)
    assert first[0] == (0.0, pytest.approx([0.1, 0.5, 0.2, 0.4], abs=1e-3), pytest.approx(0.5, abs=1e-3))
    assert sound is not None
    assert sound.end_s == 240.0
    assert sound[RATE : RATE + 2] == pytest.approx([0.1, -0.1], abs=1e-4)
    assert sound.complete
