"""Which of the model's emotions may be answers can be chosen in the window, and it is remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import LABELS, final
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from running import made_up_speech

from desktop_app.analysis.inputs import Source
from desktop_app.analysis.service import Analyzer
from desktop_app.core.label_set import LabelSet
from desktop_app.core.types import FinalResult
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.allowed_labels import AllowedLabels
from desktop_app.gui.state.analysis import export
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_file import from_data, load
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.widgets.labels_dialog import LabelsDialog
from desktop_app.gui.window import MainWindow
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.restricted import RestrictedEngine

pytestmark = pytest.mark.slow  # threads, and waiting for them

CHOSEN = ("happy", "sad", "angry")


@pytest.fixture
def sound_file(tmp_path: Path) -> Path:
    """Words, loud and soft by turns; the soft ones are not all found."""
    words = [gain * made_up_speech((0.5, 0.4)) for gain in (0.8, 0.1, 0.5) * 4]
    path = tmp_path / "talk.wav"
    soundfile.write(path, np.concatenate(words), 16000)
    return path


def dialog_of(window: MainWindow) -> LabelsDialog:
    window.choices.choose_labels()
    (dialog,) = window.findChildren(LabelsDialog)
    return dialog


def leave_out(window: MainWindow, labels: Sequence[str]) -> LabelsDialog:
    """As a person does, box by box."""
    dialog = dialog_of(window)
    for label in labels:
        dialog.boxes[label].click()
    return dialog


OTHERS = [label for label in LABELS if label not in CHOSEN]


class TestTheDialog:
    def test_it_shows_what_is_allowed_and_each_change_counts_at_once(
        self, opened: MainWindow, qtbot: QtBot
    ) -> None:
        dialog = dialog_of(opened)
        assert tuple(dialog.boxes) == dialog.labels == LABELS
        dialog.boxes["calm"].setFocus()
        qtbot.keyClick(dialog.boxes["calm"], Qt.Key.Key_Space)
        assert opened.live.bars.labels == tuple(label for label in LABELS if label != "calm")
        dialog.boxes["calm"].click()
        assert opened.live.bars.labels == LABELS

    def test_two_stay(self, opened: MainWindow) -> None:
        dialog = leave_out(opened, [label for label in LABELS if label not in {"sad", "angry"}])
        assert not dialog.boxes["sad"].isEnabled()
        assert "At least two stay" in dialog.boxes["sad"].toolTip()
        dialog.boxes["sad"].click()
        assert dialog.labels == opened.live.bars.labels == ("sad", "angry")
        dialog.boxes["happy"].click()
        assert dialog.boxes["sad"].isEnabled()

    def test_one_button_allows_all(self, opened: MainWindow) -> None:
        dialog = leave_out(opened, OTHERS)
        told: list[object] = []
        dialog.chosen.connect(told.append)
        dialog.everything.click()
        assert told == [LABELS]
        assert opened.settings.labels == []
        assert not dialog.everything.isEnabled()

    def test_each_control_has_a_name_a_description_and_a_tooltip(self, opened: MainWindow) -> None:
        dialog = dialog_of(opened)
        for control in (*dialog.boxes.values(), *dialog.findChildren(QPushButton)):
            assert control.accessibleName()
            assert control.accessibleDescription()
            assert control.toolTip()

    def test_it_closes_when_another_model_comes(
        self, opened: MainWindow, other_model_file: Path, until: Callable[..., None]
    ) -> None:
        dialog_of(opened)
        opened.open_paths([other_model_file])
        until(lambda: opened.live.bars.labels == ("bored", "tender", "proud"))
        until(lambda: not opened.findChildren(LabelsDialog))

    def test_without_a_model_there_is_nothing_to_choose(self, window: MainWindow) -> None:
        assert not window.actions_["emotions"].isEnabled()
        window.choices.choose_labels()
        assert not window.findChildren(LabelsDialog)


class TestLive:
    def test_capture_goes_on_and_what_is_heard_then_has_the_chosen_labels(
        self, listening: MainWindow, until: Callable[..., None]
    ) -> None:
        model, pipeline = listening.model, listening.controller.live_run.pipeline
        until(lambda: any(segment.final for segment in model.timeline))
        before, now_s = next(iter(model.timeline)), model.now_s
        leave_out(listening, OTHERS)
        assert listening.live.bars.labels == CHOSEN
        until(lambda: list(model.timeline)[-1].labels == CHOSEN and list(model.timeline)[-1].final)
        last = list(model.timeline)[-1]
        assert last.prediction is not None
        assert sum(last.prediction.probabilities) == pytest.approx(1.0)
        assert next(iter(model.timeline)) == before, "what was told of the past stays"
        assert before.labels == LABELS
        assert model.now_s > now_s
        assert model.timeline.all_gaps() == []
        assert listening.controller.live_run.pipeline is pipeline
        until(lambda: any(listening.live.bars.values))


def test_an_answer_that_comes_while_the_model_is_replaced_is_no_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Answers come on the threads of the run, and the set of labels changes on the window's."""
    said = final("angry")
    sets = iter([LabelSet.of(said.prediction.labels, ("angry", "sad")), LabelSet.of(("bored", "tender"))])
    allowed = AllowedLabels()
    del allowed.label_set
    monkeypatch.setattr(AllowedLabels, "label_set", property(lambda _: next(sets)), raising=False)
    shown = allowed.event(said)
    assert isinstance(shown, FinalResult)
    assert set(shown.prediction.labels) == {"angry", "sad"}


class TestRecordings:
    def test_one_that_is_open_is_answered_anew_and_not_analyzed_again(
        self, opened: MainWindow, model_file: Path, sound_file: Path
    ) -> None:
        started: list[object] = []
        opened.shelf.analyses.started.connect(started.append)
        whole = opened.recording.recording
        leave_out(opened, OTHERS)
        shown = opened.recording.recording
        assert shown is not None
        engine = EmotionEngine.load(model_file)
        restricted = RestrictedEngine(engine, LabelSet.of(engine.labels, CHOSEN))
        (expected,) = Analyzer(restricted).analyze(Source(sound_file, str(sound_file)))
        assert len(expected.segments) > 4
        assert [(s.prediction.label, s.prediction.uncertain) for s in shown.analysis.segments] == [
            (s.prediction.label, s.prediction.uncertain) for s in expected.segments
        ]
        assert shown.overall is not None
        assert expected.overall is not None
        assert shown.overall.labels == opened.recording.bars.labels == CHOSEN
        assert shown.overall.probabilities == pytest.approx(expected.overall.probabilities)
        assert shown.overall.uncertain == expected.overall.uncertain
        assert not opened.recording.working
        dialog = opened.findChildren(LabelsDialog)[0]
        dialog.everything.click()
        assert opened.recording.recording is whole
        assert started == []

    def test_its_export_holds_the_chosen_labels(self, opened: MainWindow, tmp_path: Path) -> None:
        leave_out(opened, OTHERS)
        shown = opened.recording.recording
        assert shown is not None
        export(shown, tmp_path / "out.json", "json")
        report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
        assert report["labels"] == list(CHOSEN)
        assert {tuple(s["probabilities"]) for s in report["files"][0]["segments"]} == {CHOSEN}
        export(shown, tmp_path / "out.csv", "csv")
        assert (
            (tmp_path / "out.csv")
            .read_text()
            .splitlines()[0]
            .split(",corrected")[0]
            .endswith("p_happy,p_sad,p_angry")
        )

    def test_one_that_is_opened_later_has_them_too_and_what_is_worked_on_stays_in_sight(
        self, opened: MainWindow, tmp_path: Path, until: Callable[..., None]
    ) -> None:
        noise = np.random.default_rng(0).normal(0, 0.1, 16000 * 300).astype(np.float32)
        long = tmp_path / "long.wav"
        soundfile.write(long, np.concatenate([made_up_speech((0.7, 0.5)), noise]), 16000)
        opened.open_recordings([long])
        assert opened.recording.working
        opened.choices.answer_with(CHOSEN)
        assert opened.recording.working
        until(lambda: not opened.recording.working, timeout_s=30)
        assert opened.recording.recording is not None
        assert opened.recording.recording.path == long
        assert opened.recording.bars.labels == CHOSEN

    def test_one_that_was_shown_before_comes_back_with_them(
        self, opened: MainWindow, sound_file: Path, tmp_path: Path, until: Callable[..., None]
    ) -> None:
        other = tmp_path / "other.wav"
        other.write_bytes(sound_file.read_bytes())
        opened.open_recordings([sound_file, other])
        until(lambda: not opened.recording.working)
        opened.step_recording(1)
        until(lambda: not opened.recording.working)
        leave_out(opened, OTHERS)
        opened.step_recording(-1)
        assert opened.recording.recording is not None
        assert opened.recording.recording.path == sound_file
        assert opened.recording.bars.labels == CHOSEN


class TestMemory:
    def test_the_choice_is_remembered(
        self, opened: MainWindow, qapp: QApplication, theme: ThemeManager, tmp_path: Path
    ) -> None:
        leave_out(opened, OTHERS)
        kept = load(tmp_path / "window.json")
        assert kept.labels == list(CHOSEN)
        again = MainWindow(theme, kept, remember=False)
        assert tuple(again.settings.labels) == CHOSEN
        again.close()
        again.deleteLater()

    @pytest.mark.parametrize("value", ["happy,sad", ["happy"], ["happy", "happy"], ["happy", 3], None, {}])
    def test_what_is_no_choice_is_not_taken_from_a_file(self, value: object) -> None:
        assert from_data({"labels": value}) == Settings()

    def test_a_model_without_them_answers_with_all_of_its_own_and_says_so(
        self, opened: MainWindow, model_file: Path, other_model_file: Path, until: Callable[..., None]
    ) -> None:
        leave_out(opened, OTHERS).reject()
        opened.back_to_live()
        opened.open_paths([other_model_file])
        until(lambda: opened.live.bars.labels == ("bored", "tender", "proud"))
        assert "does not have all of the chosen emotions (happy, sad, angry)" in opened.banner.message
        assert "it answers with all of its own." in opened.banner.message
        opened.open_paths([model_file])
        until(lambda: opened.live.bars.labels == CHOSEN)
        assert opened.banner.message == ""

    def test_it_is_said_beside_what_is_shown_already(
        self, window: MainWindow, model_file: Path, tmp_path: Path, until: Callable[..., None]
    ) -> None:
        gone = tmp_path / "unproven.onnx"
        gone.write_bytes(b"")
        window.settings.unproven_model = str(gone)
        window.choices.answer_with(("bored", "proud"))
        window.controller.rest()
        window.start(SourceChoice("demo"), None, list_devices=False)
        until(lambda: window.controller.engine is not None)
        assert "did not come up last time" in window.banner.message
        assert "so it answers with all of its own" in window.banner.message
        assert window.model.notice is not None
        assert window.model.notice.retry == str(gone)
