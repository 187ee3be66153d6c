"""Which channel is heard can be chosen in the window: live and of recordings, and it is remembered."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from gui_events import CAPTURING, engine, state
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from running import made_up_speech

from desktop_app.commands.window import register
from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear
from desktop_app.core.channels import ChannelWatch
from desktop_app.core.types import CaptureState, SoundWarned, SoundWarning
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_file import from_data, load
from desktop_app.gui.window import DEFAULT_SIZE, MINIMUM_SIZE, MainWindow

pytestmark = pytest.mark.slow  # threads, and waiting for them

RIGHT = ChannelChoice(Hear.ONE, 1)


@pytest.fixture
def sound_file(tmp_path: Path) -> Path:
    """A call of ten seconds: one word on the left, then three on the right."""
    left = made_up_speech((0.7, 0.5))
    right = made_up_speech((0.6, 0.5), (0.6, 0.5), (0.6, 0.5))
    length = len(left) + len(right)
    sound = np.random.default_rng(0).normal(scale=1e-3, size=(length, 2)).astype(np.float32)
    sound[: len(left), 0], sound[len(left) :, 1] = left, right
    path = tmp_path / "call.wav"
    soundfile.write(path, sound, 16000)
    return path


def words(window: MainWindow) -> int:
    shown = window.recording.recording
    return 0 if shown is None or window.recording.working else len(shown.segments())


def pick(window: MainWindow, text: str) -> None:
    """As a person does: with the keyboard."""
    picker = window.toolbar.channel
    place = picker.findText(text)
    assert place >= 0
    picker.setFocus()
    picker.setCurrentIndex(place)
    picker.activated.emit(place)


class TestTheControl:
    def test_it_offers_what_can_be_heard_at_a_time(self, window: MainWindow) -> None:
        picker = window.toolbar.channel
        offered = [picker.itemText(place) for place in range(picker.count()) if picker.itemText(place)]
        assert offered == ["auto", "mix", "left", "right"]
        assert picker.accessibleName() == "Channel"
        assert picker.accessibleDescription()

    def test_arrow_keys_choose(self, window: MainWindow, qtbot: QtBot) -> None:
        picker = window.toolbar.channel
        picker.setFocus()
        qtbot.keyClick(picker, Qt.Key.Key_Down)
        assert window.controller.channel == ChannelChoice(Hear.MIX)
        qtbot.keyClick(picker, Qt.Key.Key_R)
        assert window.controller.channel == RIGHT

    def test_more_channels_are_offered_where_sound_has_more(self, window: MainWindow) -> None:
        warning = SoundWarning("loudest_channel", "One stands out.", {"heard": 3, "channels": 4})
        window.model.apply(SoundWarned(warning, 1.0))
        window.controller.changed.emit()
        assert window.toolbar.channel.findText("4") > 0
        assert window.toolbar.channel.findText("5") == -1
        assert window.toolbar.channel.currentText() == "auto"

    @pytest.mark.parametrize("size", [DEFAULT_SIZE, (800, 600), MINIMUM_SIZE])
    def test_its_choice_is_read_whole_in_every_window(
        self, window: MainWindow, size: tuple[int, int]
    ) -> None:
        window.resize(*size)
        for _ in range(5):
            QApplication.processEvents()
        toolbar, picker = window.toolbar, window.toolbar.channel
        assert window.width() == size[0]
        shown = "Channel: right" if size == DEFAULT_SIZE else "right"  # its sign stands for the name there
        assert picker.width() >= QFontMetricsF(picker.font()).horizontalAdvance(shown) + 60
        row = (toolbar.capture, toolbar.source, toolbar.refresh, picker, toolbar.model, toolbar.open)
        assert all(control.width() >= control.minimumSizeHint().width() for control in row)
        assert toolbar.menu_button.geometry().right() < toolbar.width()

    def test_it_is_remembered(
        self, qapp: QApplication, theme: ThemeManager, window: MainWindow, tmp_path: Path
    ) -> None:
        pick(window, "right")
        assert load(tmp_path / "window.json").channel == "2"
        again = MainWindow(theme, load(tmp_path / "window.json"), remember=False)
        assert again.remembered.channel == RIGHT
        again.close()
        again.deleteLater()

    @pytest.mark.parametrize(
        ("call", "channel"), [([], None), (["--channel", "left"], ChannelChoice(Hear.ONE, 0))]
    )
    def test_the_command_line_goes_first_and_otherwise_what_was_remembered_holds(
        self, call: list[str], channel: ChannelChoice | None
    ) -> None:
        parser = argparse.ArgumentParser()
        register(parser)
        assert parser.parse_args(call).channel == channel

    @pytest.mark.parametrize("value", ["each", "middle", "", 3, None, "0", "1000"])
    def test_what_cannot_be_heard_is_not_taken_from_a_file(self, value: object) -> None:
        assert from_data({"channel": value}) == Settings()


class TestLive:
    def test_the_other_channel_is_heard_at_once_and_what_is_shown_stays(
        self, listening: MainWindow, until: Callable[..., None]
    ) -> None:
        model = listening.model
        until(lambda: any(segment.final for segment in model.timeline))
        before, now_s, drawn_s = list(model.timeline), model.now_s, model.wave.end_s
        pick(listening, "right")
        until(lambda: model.now_s > now_s + 1.0)
        assert list(model.timeline)[: len(before)] == before
        assert model.wave.end_s > drawn_s
        until(lambda: listening.controller.live_run.pipeline._supervisor._channel == RIGHT)
        until(lambda: len(list(model.timeline)) > len(before), timeout_s=20)

    def test_a_pause_stays_one(self, listening: MainWindow, until: Callable[..., None]) -> None:
        listening.toggle_capture()
        until(lambda: listening.model.state is CaptureState.PAUSED)
        pick(listening, "left")
        QApplication.processEvents()
        listening.controller.live_run.between_commands(lambda: None)
        assert listening.controller.live_run.pipeline.state is CaptureState.PAUSED
        listening.toggle_capture()
        until(lambda: listening.model.state in CAPTURING)

    def test_a_channel_that_is_not_there_is_told_and_another_one_helps(
        self, listening: MainWindow, until: Callable[..., None]
    ) -> None:
        until(lambda: listening.settings.unproven_model == "")
        listening.choices.hear(ChannelChoice(Hear.ONE, 4))
        until(lambda: listening.model.state is CaptureState.FAILED)
        told = listening.live.headline.headline.detail
        assert "call.wav' has 2 channels, so there is no channel 5 to hear" in told
        assert "Choose one that is there under Channel." in told
        assert "--channel" not in told
        assert listening.settings.unproven_model == "", "the model is not to blame"
        pick(listening, "left")
        until(lambda: listening.model.state in CAPTURING)


class TestRecordings:
    def test_an_open_recording_is_analyzed_again(
        self, opened: MainWindow, until: Callable[..., None]
    ) -> None:
        pick(opened, "left")
        until(lambda: words(opened) == 1)
        pick(opened, "right")
        until(lambda: words(opened) == 3)
        assert opened.recording.recording is not None
        assert opened.recording.recording.analysis.channel == 2

    def test_a_channel_that_it_does_not_have_leaves_the_result_in_sight(
        self, opened: MainWindow, until: Callable[..., None]
    ) -> None:
        before = opened.recording.recording
        opened.choices.hear(ChannelChoice(Hear.ONE, 2))
        until(lambda: bool(opened.banner.message))
        assert (
            "so there is no channel 3 to hear. Choose one that is there under Channel."
            in opened.banner.message
        )
        assert opened.recording.recording is before
        assert opened.recording.isVisible()
        assert not opened.recording.working
        pick(opened, "left")
        until(lambda: words(opened) == 1)

    def test_of_a_single_channel_there_is_no_choice(
        self, opened: MainWindow, until: Callable[..., None], tmp_path: Path
    ) -> None:
        pick(opened, "right")
        soundfile.write(tmp_path / "mono.wav", made_up_speech((0.7, 0.5)), 16000)
        opened.open_recordings([tmp_path / "mono.wav"])
        until(lambda: not opened.recording.working and opened.recording.recording.path.name == "mono.wav")
        assert words(opened) == 1


def sentences_of(*channels: np.ndarray) -> list[str]:
    """What is said of channels at 16 kHz."""
    watch = ChannelWatch(16000, len(channels))
    heard: int | None = None
    frames = np.stack(channels, axis=1).astype(np.float32)
    for measured in watch.measure(frames[: len(frames) // watch.hop * watch.hop]):
        heard = watch.judge(measured, heard)
        watch.follow(heard)
    return [warning.message for warning in watch.warnings]


def test_the_window_names_its_control_where_the_command_line_names_its_option(window: MainWindow) -> None:
    voice = made_up_speech((1.0, 0.5), (1.0, 0.5))
    other = np.roll(voice, 16000)
    silence = np.zeros_like(voice)
    noise = np.random.default_rng(0).normal(scale=1e-3, size=len(voice))
    told = sentences_of(voice, -voice) + sentences_of(voice, silence)
    told += sentences_of(voice + noise, noise, noise / 2)
    turns = np.concatenate((voice, silence)), np.concatenate((silence, other))
    told += sentences_of(*turns)
    assert len(told) >= 4
    for sentence in told:
        assert "option channel" in sentence
        window.model.clear()
        window.model.notify(None)
        window.model.apply(engine())
        window.model.apply(state(CaptureState.LISTENING))
        window.model.apply(SoundWarned(SoundWarning("silent_channel", sentence), 1.0))
        window.controller.changed.emit()
        assert "under Channel." in window.banner.message
        assert "option" not in window.banner.message
        assert "option" not in window.model.announcement
    assert window.controller.channel == AUTO
