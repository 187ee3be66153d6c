"""The page of voices: what is known, voices that are kept, and teaching one while somebody talks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dragging import drag
from gui_events import LABELS, final, state, tick
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot
from tiny_model import make_tiny_model

from desktop_app.core.types import CaptureState, FinalResult, StatsSnapshot, VoiceUse
from desktop_app.gui.state.enrolment import TOPICS, EnrolmentState, Hearing
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.state.voices import heard_detail, heard_title, row
from desktop_app.gui.window import MainWindow
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_library import KeptVoice, VoiceLibrary
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile

RNG = np.random.default_rng(5)


@pytest.fixture(scope="module")
def voices_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("voices") / "tiny.onnx", LABELS, voice=True)


@pytest.fixture(scope="module")
def voice_model(voices_model: Path) -> Iterator[VoiceModel]:
    engine = EmotionEngine.load(voices_model, "cpu")
    yield engine.voice_model
    engine.close()


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EMOSCOPE_VOICES", str(tmp_path / "voices"))
    return tmp_path / "voices"


def said(model: VoiceModel, label: str, end_s: float, seconds: float = 3.0, segment: int = 0) -> FinalResult:
    result = final(label, end_s, segment, end_s - seconds, confidence=0.98)
    sound = (model.default.mean + RNG.normal(size=model.dim) * model.default.std).astype(np.float32)
    return replace(result, prediction=replace(result.prediction, embedding=sound))


def a_voice(model: VoiceModel) -> VoiceProfile:
    sounds = model.default.mean + RNG.normal(size=(30, model.dim)) * model.default.std
    return VoiceProfile.build(
        model, sounds, RNG.uniform(1, 4, 30), RNG.dirichlet(np.full(len(LABELS), 0.2), 30)
    )


class TestTeaching:
    def test_topics_follow_one_another_as_something_was_said_about_each(
        self, voice_model: VoiceModel
    ) -> None:
        teaching = EnrolmentState(voice_model)
        first = teaching.topic
        for number in range(2):
            teaching.take(said(voice_model, "neutral", 5.0 * number + 4))
        assert teaching.topic is first
        teaching.take(said(voice_model, "neutral", 20))
        assert teaching.topic is TOPICS[1]
        for _ in TOPICS:
            teaching.skip()
        assert teaching.topic is None

    def test_speech_of_many_moods_teaches_more_than_as_much_of_one(self, voice_model: VoiceModel) -> None:
        alike, varied = EnrolmentState(voice_model), EnrolmentState(voice_model)
        for number in range(20):
            alike.take(said(voice_model, "sad", 4.0 * number + 4))
            varied.take(said(voice_model, LABELS[number % len(LABELS)], 4.0 * number + 4))
        assert alike.seconds == varied.seconds == 60
        assert varied.progress > 0.9
        assert alike.progress < 0.1
        assert alike.can_be_kept

    def test_what_is_no_voice_is_not_learnt(self, voice_model: VoiceModel) -> None:
        teaching = EnrolmentState(voice_model)
        knock = said(voice_model, "happy", 4)
        assert not teaching.take(replace(knock, prediction=replace(knock.prediction, not_a_voice=True)))
        assert teaching.seconds == 0
        assert not teaching.can_be_kept

    def test_how_well_one_is_heard_is_told(self, voice_model: VoiceModel) -> None:
        teaching = EnrolmentState(voice_model)
        assert teaching.hearing is Hearing.NOTHING

        def hear(time_s: float, peak_dbfs: float, *, speaking: bool = True) -> Hearing:
            event = tick(time_s, speaking=speaking)
            teaching.take(replace(event, levels=replace(event.levels, peak_dbfs=peak_dbfs)))
            return teaching.hearing

        assert hear(1.0, -20) is Hearing.FINE
        assert hear(2.0, 0.0) is Hearing.CLIPPING
        assert hear(10.0, -90, speaking=False) is Hearing.NOTHING
        quiet = EnrolmentState(voice_model)
        event = tick(1.0, speaking=True)
        quiet.take(replace(event, levels=replace(event.levels, peak_dbfs=-55)))
        assert quiet.hearing is Hearing.QUIET
        assert "closer" in quiet.advice


class TestTheWords:
    def test_what_is_known_is_said_in_seconds_and_whose_it_is(self) -> None:
        assert heard_title(VoiceUse(0, 0), "", adapts=True, learnable=True) == "A new voice"
        assert heard_title(VoiceUse(43, 0.5), "", adapts=True, learnable=True) == "Knows this voice: 43 s"
        assert heard_title(VoiceUse(43, 0.5, 2), "", adapts=True, learnable=True) == "Knows speaker 2: 43 s"
        assert heard_title(VoiceUse(180, 1), "Ana", adapts=True, learnable=True) == "Ana: 3 min"
        assert "off" in heard_title(None, "", adapts=False, learnable=True)
        assert "several moods" in heard_detail(VoiceUse(43, 0.1), adapts=True, learnable=True)

    def test_a_voice_of_another_model_says_so_and_cannot_be_used(self, voice_model: VoiceModel) -> None:
        library = VoiceLibrary()
        library.save("Ana", a_voice(voice_model))
        kept = library.voices()[0]
        assert row(kept, voice_model.sha256, "Ana").used
        other = row(kept, "f" * 64, "Ana")
        assert not other.usable
        assert "another model" in other.detail
        broken = row(KeptVoice("Bob", Path("bob.profile"), None, "It is broken."), voice_model.sha256, "")
        assert (broken.detail, broken.usable) == ("It is broken.", False)


class TestThePage:
    @pytest.fixture
    def at_voices(
        self, window: MainWindow, voices_model: Path, until: Callable[..., None]
    ) -> Iterator[MainWindow]:
        window.controller.rest()
        window.start(SourceChoice(), voices_model, "cpu", list_devices=False)
        until(lambda: window.controller.engine is not None)
        window.go("voices")
        yield window
        window.controller.close()

    def test_without_any_it_invites_to_teach_one_and_says_where_they_are_kept(
        self, at_voices: MainWindow, folder: Path
    ) -> None:
        page = at_voices.voices_page
        assert not page.nobody.isHidden()
        assert str(folder) in page.promise.text()
        assert "No sound and no words" in page.promise.text()
        assert page.use.isHidden()

    def test_one_who_talks_in_different_moods_is_kept_and_used_from_then_on(
        self, at_voices: MainWindow, voice_model: VoiceModel, qtbot: QtBot
    ) -> None:
        page, bridge = at_voices.voices_page, at_voices.controller.bridge
        qtbot.mouseClick(page.teach_button, Qt.MouseButton.LeftButton)
        at_voices.model.apply(state(CaptureState.LISTENING))
        assert page.teaching
        for number in range(20):
            bridge.events.emit([said(voice_model, LABELS[number % 8], 4.0 * number + 4, segment=number)])
        assert page.learnt.value() >= 90
        assert page.mood.text() == "That is plenty"
        assert not page.save.isEnabled(), "it has no name yet"
        qtbot.keyClicks(page.name, "Ana")
        qtbot.mouseClick(page.save, Qt.MouseButton.LeftButton)
        assert not page.teaching
        assert page.chosen == "Ana"
        assert "in use" in page.list.item(0).text()
        assert at_voices.controller.voice.known.seconds == 60

    def test_teaching_can_be_broken_off_with_escape_and_leaves_nothing(
        self, at_voices: MainWindow, voice_model: VoiceModel, qtbot: QtBot, folder: Path
    ) -> None:
        at_voices.voices.teach()
        at_voices.controller.bridge.events.emit([said(voice_model, "sad", 30, 20)])
        qtbot.keyClick(at_voices, Qt.Key.Key_Escape)
        assert at_voices.on("voices")
        assert not at_voices.voices_page.teaching
        assert not folder.exists()

    def test_they_are_switched_renamed_and_deleted(
        self, at_voices: MainWindow, voice_model: VoiceModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        library, page = at_voices.voices.library, at_voices.voices_page
        for name in ("Ana", "Bob"):
            library.save(name, a_voice(voice_model))
        at_voices.voices.show_voices()
        page.list.setCurrentRow(1)
        qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
        assert at_voices.controller.voice.name == "Bob"
        assert not page.use.isEnabled(), "it is in use"
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Eve", True))
        page.list.setFocus()
        qtbot.keyClick(page.list, Qt.Key.Key_F2)
        assert [voice.name for voice in library.voices()] == ["Ana", "Eve"]
        assert at_voices.controller.voice.name == "Eve"
        at_voices.actions_["undo"].trigger()
        assert [voice.name for voice in library.voices()] == ["Ana", "Bob"]
        assert at_voices.controller.voice.name == "Bob"
        page.list.setCurrentRow(1)
        qtbot.keyClick(page.list, Qt.Key.Key_F2)
        page.list.setCurrentRow(1)
        qtbot.keyClick(page.list, Qt.Key.Key_Delete)
        assert [voice.name for voice in library.voices()] == ["Ana"]
        assert at_voices.controller.voice.name == ""
        assert "deleted" in at_voices.banner.message
        qtbot.mouseClick(at_voices.banner.undo_button, Qt.MouseButton.LeftButton)
        assert [voice.name for voice in library.voices()] == ["Ana", "Eve"]

    def test_a_dropped_profile_is_kept_and_a_broken_one_is_refused_in_a_sentence(
        self, at_voices: MainWindow, voice_model: VoiceModel, tmp_path: Path
    ) -> None:
        VoiceLibrary(tmp_path / "elsewhere").save("Ana", a_voice(voice_model))
        page = at_voices.voices_page
        profile = tmp_path / "elsewhere" / "Ana.profile"
        assert "keep this voice" in page.takes([profile])
        assert page.takes([tmp_path / "talk.wav"]) == ""
        assert drag(at_voices, profile)
        assert page.chosen == "Ana"
        assert [voice.name for voice in VoiceLibrary().voices()] == ["Ana"]
        profile.write_text("{}")
        page.drop([profile])
        assert "refused as a voice profile" in at_voices.banner.message

    def test_of_several_broken_ones_each_is_told_and_the_good_one_is_kept(
        self, at_voices: MainWindow, voice_model: VoiceModel, tmp_path: Path
    ) -> None:
        VoiceLibrary(tmp_path / "elsewhere").save("Ana", a_voice(voice_model))
        broken = [tmp_path / f"broken {number}.profile" for number in range(7)]
        for path in broken:
            path.write_text("{}")
        page = at_voices.voices_page
        page.drop([broken[0], tmp_path / "elsewhere" / "Ana.profile", broken[1]])
        assert page.chosen == "Ana"
        assert "broken 0.profile" in at_voices.banner.message
        assert "broken 1.profile" in at_voices.banner.message
        page.drop(broken)
        assert "2 more were refused as well." in at_voices.banner.message

    def test_what_the_session_learnt_can_be_kept(
        self, at_voices: MainWindow, voice_model: VoiceModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard = at_voices.controller.voice.heard
        for number in range(20):
            result = said(voice_model, LABELS[number % 8], 4.0 * number + 4)
            heard.update(result.prediction.embedding, 3.0, result.prediction.probabilities)
        at_voices.model.apply(StatsSnapshot(1, 0, 0, 0, 0, 0, 0, {}, {}, {}, voice=VoiceUse(60, 0.8)))
        at_voices.voices.show_heard()
        assert at_voices.voices_page.title.text() == "Knows this voice: 60 s"
        assert at_voices.voices_page.keep.isEnabled()
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Ana", True))
        at_voices.voices.keep_heard()
        kept = at_voices.voices.library.load("Ana", voice_model)
        assert kept.seconds == heard.seconds > 50, "as much as it still knows of them"

    def test_a_voice_of_which_most_is_uncertain_is_offered_to_be_taught_once(
        self, at_voices: MainWindow, voice_model: VoiceModel
    ) -> None:
        for number in range(40):
            result = said(voice_model, "sad", 4.0 * number + 4, segment=number)
            doubtful = replace(result, prediction=replace(result.prediction, uncertain=True))
            at_voices.controller.bridge.events.emit([doubtful])
        assert "Teach a voice" in at_voices.banner.message
        at_voices.dismiss()
        at_voices.controller.bridge.events.emit([doubtful] * 40)
        assert at_voices.banner.message == ""
