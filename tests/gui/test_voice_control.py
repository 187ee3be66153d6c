"""The window learns the voice that it hears, tells how far it knows it, and can forget it."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import LABELS, engine, state
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from running import made_up_speech
from tiny_model import make_tiny_model

from desktop_app.commands.window import register
from desktop_app.core.channel_choice import ChannelChoice
from desktop_app.core.types import CaptureState, SoundWarned, SoundWarning, StatsSnapshot, VoiceUse
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.analysis import export
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_file import from_data, load
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.view_model import ViewModel
from desktop_app.gui.window import DEFAULT_SIZE, MINIMUM_SIZE, MainWindow
from desktop_app.inference.engine import EmotionEngine

pytestmark = pytest.mark.slow  # threads, and waiting for them

Until = Callable[..., None]

GAINS = (1.0, 0.1, 0.6, 0.05, 0.8, 0.2)


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that learns voices, and hears the loudness of a word as its mood."""
    return make_tiny_model(
        tmp_path_factory.mktemp("voices") / "tiny.onnx", LABELS, voice=True, sharpness=300.0
    )


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six words, loud and soft by turns."""
    path = tmp_path_factory.mktemp("speech") / "talk.wav"
    soundfile.write(path, np.concatenate([gain * made_up_speech((0.5, 0.4)) for gain in GAINS]), 16_000)
    return path


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory, talk: Path) -> Path:
    """The same three times."""
    sound, rate = soundfile.read(talk)
    path = tmp_path_factory.mktemp("speech") / "long.wav"
    soundfile.write(path, np.concatenate([sound] * 3), rate)
    return path


def listen(window: MainWindow, model: Path, talk: Path, until: Until) -> None:
    """Until something is known of the voice."""
    window.start(SourceChoice("file", path=str(talk)), model, list_devices=False)
    until(lambda: known_s(window) > 0)


def open_talk(window: MainWindow, model: Path, talk: Path, until: Until) -> None:
    window.controller.rest()
    window.open_recordings([talk])
    window.start(SourceChoice("demo"), model, list_devices=False)
    until(lambda: shown(window))


def shown(window: MainWindow) -> bool:
    return window.recording.recording is not None and not window.recording.working


def known_s(window: MainWindow) -> float:
    return 0.0 if window.model.voice is None else window.model.voice.seconds


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)


def stats(voice: VoiceUse | None) -> StatsSnapshot:
    return StatsSnapshot(1, 0, 0, 0, 0, 0, 0, {}, {}, {}, voice=voice)


class TestTheSwitch:
    def test_it_is_on_and_stands_in_the_menu(self, window: MainWindow) -> None:
        voice = next(each.menu() for each in window.actions_.menu.actions() if each.text() == "Voice")
        assert window.actions_["adapt"] in voice.actions()
        assert window.actions_["adapt"].isCheckable()
        assert window.actions_["adapt"].isChecked()
        assert window.actions_["adapt"].text() == "Adapt to the voice"

    def test_it_is_remembered(self, theme: ThemeManager, window: MainWindow, tmp_path: Path) -> None:
        window.actions_["adapt"].trigger()
        assert not window.actions_["adapt"].isChecked()
        assert not window.controller.voice.adapts
        assert load(tmp_path / "window.json").adapt is False
        window.actions_["adapt"].trigger()
        assert window.controller.voice.adapts
        assert load(tmp_path / "window.json").adapt is True

    def test_what_was_remembered_holds_where_the_command_line_says_nothing(self) -> None:
        parser = argparse.ArgumentParser()
        register(parser)
        assert parser.parse_args([]).adapt is None
        assert parser.parse_args(["--adapt", "off"]).adapt == "off"

    @pytest.mark.parametrize("value", ["off", 0, None, []])
    def test_what_is_no_answer_is_not_taken_from_a_file(self, value: object) -> None:
        assert from_data({"adapt": value}) == Settings()

    def test_switched_off_no_voice_is_learnt_live(
        self, window: MainWindow, voices: Path, talk: Path, until: Until
    ) -> None:
        window.actions_["adapt"].trigger()
        window.start(SourceChoice("file", path=str(talk)), voices, list_devices=False)
        until(lambda: any(segment.final for segment in window.model.timeline))
        assert {segment.prediction.voice for segment in window.model.timeline if segment.final} == {None}
        assert window.status.text("voice") == "not learnt"
        assert "switched off in the menu" in window.status._labels["voice"].toolTip()
        assert not window.actions_["new_speaker"].isEnabled()
        window.actions_["adapt"].trigger()
        assert window.status.text("voice") == "new"

    def test_an_open_recording_is_analyzed_again(
        self, window: MainWindow, voices: Path, long_talk: Path, until: Until
    ) -> None:
        open_talk(window, voices, long_talk, until)
        first = window.recording.recording
        known = [segment.prediction.voice.seconds for segment in first.segments()]
        assert known[0] == 0
        assert np.all(np.diff(known) > 0)
        window.actions_["adapt"].trigger()
        until(lambda: shown(window) and window.recording.recording is not first)
        plain = window.recording.recording.segments()
        assert {segment.prediction.voice for segment in plain} == {None}
        assert plain[-1].prediction.probabilities != first.segments()[-1].prediction.probabilities


class TestANewSpeaker:
    @pytest.mark.slow
    def test_is_begun_by_a_key_and_taken_back_by_another(
        self, window: MainWindow, voices: Path, talk: Path, until: Until, qtbot: QtBot
    ) -> None:
        new, undo = window.actions_["new_speaker"], window.actions_["undo"]
        assert not new.isEnabled()
        listen(window, voices, talk, until)
        assert window.status.text("voice").endswith(f"{round(100 * window.model.voice.weight)} %")
        window.controller.pause()
        until(lambda: window.model.state is CaptureState.PAUSED)
        before = known_s(window)
        assert before > 0, "a pause keeps the voice"
        assert new.isEnabled()
        assert not undo.isEnabled()
        for take_back in (
            lambda: press(window, qtbot, Qt.Key.Key_Z),
            lambda: qtbot.mouseClick(window.banner.undo_button, Qt.MouseButton.LeftButton),
        ):
            press(window, qtbot, Qt.Key.Key_N)
            until(lambda: known_s(window) == 0)
            assert window.status.text("voice") == "new"
            assert "is forgotten" in window.banner.message
            assert not new.isEnabled(), "there is nothing to forget"
            assert undo.isEnabled()
            take_back()
            until(lambda: known_s(window) == before)
            assert window.banner.message == ""
            assert new.isEnabled()
            assert not undo.isEnabled()

    def test_another_source_begins_one_and_leaves_no_way_back(
        self, window: MainWindow, voices: Path, talk: Path, until: Until
    ) -> None:
        listen(window, voices, talk, until)
        window.actions_["new_speaker"].trigger()
        assert window.actions_["undo"].isEnabled()
        window.choices.use_source(SourceChoice("file", path=str(talk)))
        until(lambda: known_s(window) == 0)
        assert not window.actions_["undo"].isEnabled()
        assert window.banner.message == ""
        until(lambda: known_s(window) > 0)
        window.choices.hear(ChannelChoice.parse("left"))
        until(lambda: known_s(window) == 0)

    def test_another_model_begins_one(
        self, window: MainWindow, voices: Path, talk: Path, tmp_path: Path, until: Until
    ) -> None:
        listen(window, voices, talk, until)
        window.actions_["new_speaker"].trigger()
        other = make_tiny_model(tmp_path / "other.onnx", ("bored", "tender"), voice=True)
        window.open_paths([other])
        until(lambda: window.controller.engine is not None and window.controller.engine.path == other)
        assert known_s(window) == 0
        assert not window.actions_["undo"].isEnabled()

    def test_is_for_what_is_heard_live(
        self, window: MainWindow, voices: Path, talk: Path, until: Until
    ) -> None:
        listen(window, voices, talk, until)
        assert window.actions_["new_speaker"].isEnabled()
        window.open_recordings([talk])
        until(lambda: shown(window))
        assert not window.actions_["new_speaker"].isEnabled()
        window.back_to_live()
        assert window.actions_["new_speaker"].isEnabled()

    def test_is_not_offered_with_a_model_that_learns_none(
        self, window: MainWindow, model_file: Path, talk: Path, until: Until
    ) -> None:
        window.start(SourceChoice("file", path=str(talk)), model_file, list_devices=False)
        until(lambda: window.model.state is CaptureState.SPEAKING)
        assert not window.actions_["new_speaker"].isEnabled()
        assert window.status.text("voice") == "not learnt"
        assert "this model cannot" in window.status._labels["voice"].toolTip()

    def test_is_told_until_the_new_voice_is_known_a_little(self) -> None:
        model = ViewModel()
        model.apply(SoundWarned(SoundWarning("clipped", "It is clipped."), 1.0))
        model.new_speaker(model.undo.push("new speaker", lambda: None))
        assert model.take_announcement().startswith("New speaker")
        for voice in (VoiceUse(40.0, 0.9), VoiceUse(0.0, 0.0), VoiceUse(4.0, 0.1)):
            model.apply(stats(voice))  # the first one is from before
            assert model.notice.undo
        model.apply(stats(VoiceUse(11.0, 0.5)))
        assert not model.notice.undo
        assert model.notice.text == "It is clipped."


class TestWhatIsKnownOfTheVoice:
    @pytest.mark.parametrize(
        ("voice", "wide", "narrow"),
        [
            (VoiceUse(0.0, 0.0), "new", "new"),
            (VoiceUse(34.4, 0.404), "34 s known, counts 40 %", "34 s, 40 %"),
            (VoiceUse(1700.0, 1.0), "28 min known, counts 100 %", "28 min, 100 %"),
        ],
    )
    def test_stands_in_the_strip(self, window: MainWindow, voice: VoiceUse, wide: str, narrow: str) -> None:
        window.model.apply(engine())
        window.model.apply(stats(voice))
        for size, text in ((DEFAULT_SIZE, wide), (MINIMUM_SIZE, narrow)):
            window.resize(*size)
            window.controller.changed.emit()
            QApplication.processEvents()
            label = window.status._labels["voice"]
            assert window.status.text("voice") == text
            assert label.accessibleName() == "Voice"
            assert label.accessibleDescription() == text
            assert "in place of the model's average voice" in label.toolTip()

    @pytest.mark.parametrize("size", [DEFAULT_SIZE, (980, 600), MINIMUM_SIZE])
    def test_the_strip_cuts_no_word(self, window: MainWindow, size: tuple[int, int]) -> None:
        window.model.apply(engine())
        window.model.model = "a model with a rather long name, tuned"
        window.model.provider = "CUDAExecutionProvider"
        window.model.apply(stats(VoiceUse(1700.0, 1.0)))
        window.model.inference_ms, window.model.latency_ms = 123.4, 234.0
        window.resize(*size)
        window.controller.changed.emit()
        for _ in range(5):
            QApplication.processEvents()
        assert window.width() == size[0]
        for name, label in window.status._labels.items():
            assert label.isHidden() or label.width() >= label.sizeHint().width(), name
        assert window.status._labels["inference"].isHidden() == (size[0] < 980)
        assert "123.4 ms" in window.status._labels["latency"].toolTip()

    def test_of_a_recording_is_told_for_the_chosen_segment(
        self, window: MainWindow, voices: Path, long_talk: Path, until: Until
    ) -> None:
        open_talk(window, voices, long_talk, until)
        view = window.recording
        assert view.voice.text() == ""
        view.table.selectRow(0)
        assert view.voice.text() == "Voice: new"
        last = len(view.recording.segments()) - 1
        view.track.select(last)
        use = view.recording.segments()[last].prediction.voice
        told = f"Voice: {use.seconds:.0f} s known, counts {round(100 * use.weight)} %"
        assert view.voice.text() == told
        assert use.weight > 0.1
        cell = view.table.segments.index(last, 2)
        assert cell.data(Qt.ItemDataRole.AccessibleDescriptionRole) == told

    def test_is_exported_as_analyze_writes_it(
        self, window: MainWindow, voices: Path, long_talk: Path, tmp_path: Path, until: Until
    ) -> None:
        open_talk(window, voices, long_talk, until)
        for kind in ("json", "csv"):
            export(window.recording.recording, tmp_path / f"window.{kind}", kind)
        call = [sys.executable, "-m", "desktop_app", "analyze", str(long_talk), "--model", str(voices)]
        call += ["--json", str(tmp_path / "analyze.json"), "--csv", str(tmp_path / "analyze.csv")]
        subprocess.run(call, check=True, capture_output=True)
        mine, theirs = (json.loads((tmp_path / f"{who}.json").read_text()) for who in ("window", "analyze"))
        assert mine["files"] == theirs["files"]
        assert mine["files"][0]["segments"][-1]["voice"]["seconds"] > 0
        assert (tmp_path / "window.csv").read_text() == (tmp_path / "analyze.csv").read_text()


def test_figures_from_before_it_was_switched_off_are_not_shown(window: MainWindow) -> None:
    window.actions_["adapt"].trigger()
    window.model.apply(stats(VoiceUse(34.0, 0.4)))
    window.controller.changed.emit()
    assert window.status.text("voice") == "not learnt"
    assert not window.actions_["new_speaker"].isEnabled()


def test_while_the_state_is_speech_the_first_voice_can_be_forgotten_too(
    window: MainWindow, voices: Path
) -> None:
    heard = (engine(), stats(VoiceUse(0.0, 0.0)), state(CaptureState.SPEAKING))
    for event in heard:
        window.model.apply(event)
    window.controller.changed.emit()
    assert not window.actions_["new_speaker"].isEnabled(), "there is no model"
    window.controller.voice.begin(EmotionEngine.load(voices))
    window.model.apply(state(CaptureState.LISTENING))
    window.controller.changed.emit()
    assert not window.actions_["new_speaker"].isEnabled()
    window.model.apply(state(CaptureState.SPEAKING))
    window.controller.changed.emit()
    assert window.actions_["new_speaker"].isEnabled()
