"""Each message stands on the page that it is about, and looks like what it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gui_events import engine, state
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.audio.demo import demo_path
from desktop_app.core.types import CaptureState, Failure, SoundWarned, SoundWarning
from desktop_app.gui.state.notices import EVERYWHERE, LIVE, RECORDINGS, Notice, Notices, Tone, saved
from desktop_app.gui.widgets import banner
from desktop_app.gui.window import MainWindow


@pytest.fixture(scope="module")
def sound_file() -> Path:
    return demo_path()


CLIPPED = SoundWarned(SoundWarning("clipped", "It is clipped."), 1.0)


def test_a_message_about_one_page_does_not_stand_on_another(window: MainWindow) -> None:
    window.model.apply(engine())
    window.model.apply(CLIPPED)
    window.show_changes()
    assert window.banner.message == "It is clipped."
    window.go("recordings")
    assert window.banner.message == ""
    window.model.notify(Notice("The recording is cut off.", page=RECORDINGS))
    window.show_changes()
    assert window.banner.message == "The recording is cut off."
    window.go("live")
    assert window.banner.message == "It is clipped."
    window.dismiss()
    assert window.banner.message == ""
    window.go("recordings")
    assert window.banner.message == "The recording is cut off."


def test_what_happens_live_meanwhile_waits_on_its_page(window: MainWindow) -> None:
    window.go("recordings")
    window.model.apply(Failure("An answer failed."))
    window.show_changes()
    assert window.banner.message == ""
    window.go("live")
    assert window.banner.message == "An answer failed."


def test_what_concerns_the_whole_program_stands_everywhere(window: MainWindow) -> None:
    window.model.notify(Notice("The model cannot be read."))
    window.show_changes()
    for page in ("recordings", "live"):
        window.go(page)
        assert window.banner.message == "The model cannot be read."


def test_what_has_worked_is_told_for_some_seconds_wherever_one_is_then(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path
) -> None:
    monkeypatch.setattr(banner, "_PASSES_MS", 60)
    monkeypatch.setattr(banner, "_PER_CHARACTER_MS", 0)
    window.show()
    window.model.notify(saved("a.csv", tmp_path, LIVE))
    window.show_changes()
    assert window.banner.message == f"Saved a.csv in {tmp_path}."
    window.model.apply(CLIPPED)
    window.go("recordings")
    qtbot.waitUntil(lambda: "Saved" not in getattr(window.model.notices.of(LIVE), "text", ""))
    window.go("live")
    assert window.banner.message == "It is clipped."


def test_what_is_only_told_goes_by_itself_and_what_went_wrong_stays(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(banner, "_PASSES_MS", 20)
    monkeypatch.setattr(banner, "_PER_CHARACTER_MS", 0)
    window.model.notify(Notice("It cannot be written.", page=LIVE))
    window.show_changes()
    window.model.notify(Notice("The voice is forgotten.", trouble=False))
    window.show_changes()
    assert window.banner.message == "The voice is forgotten."
    qtbot.waitUntil(lambda: window.banner.message == "It cannot be written.")
    qtbot.wait(80)
    assert window.banner.message == "It cannot be written."


def settle(qapp: QApplication) -> None:
    for _ in range(6):  # layouts ask for each other's
        qapp.processEvents()


def places(window: MainWindow) -> dict[int, tuple[QPoint, QSize]]:
    """Where everything in sight is, but for the message itself."""
    shown = (each for each in window.findChildren(QWidget) if each.isVisible())
    return {
        id(each): (each.mapTo(window, QPoint(0, 0)), each.size())
        for each in shown
        if each is not window.banner and not window.banner.isAncestorOf(each)
    }


@pytest.mark.parametrize("page", ["live", "recordings", "settings"])
def test_a_message_moves_nothing_when_it_comes_and_goes(
    window: MainWindow, qapp: QApplication, page: str
) -> None:
    window.go(page)
    window.resize(760, 560)
    settle(qapp)
    before = places(window)
    window.model.notify(Notice("It is refused. " * 12))
    window.show_changes()
    settle(qapp)
    assert window.banner.isVisible()
    assert places(window) == before
    assert window.rect().contains(window.banner.geometry())
    window.dismiss()
    settle(qapp)
    assert places(window) == before


def test_escape_takes_a_message_away_before_anything_else(window: MainWindow, qtbot: QtBot) -> None:
    window.go("recordings")
    window.model.notify(Notice("It cannot be written."))
    window.show_changes()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert (window.banner.message, window.page) == ("", "recordings")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.page == "live"


def test_a_message_is_read_aloud(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(window.announcer, "say", said.append)
    window.model.notify(Notice("It cannot be written."))
    window.show_changes()
    assert said == ["It cannot be written."]


def test_a_refused_model_is_no_longer_told_of_once_another_one_is_loaded(
    listening: MainWindow, model_file: Path, tmp_path: Path, until: Callable[..., None]
) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    listening.choices.load_model(broken)
    until(lambda: "broken.onnx" in listening.banner.message)
    listening.model.apply(CLIPPED)  # told later, and so over it
    listening.show_changes()
    listening.choices.load_model(model_file)
    assert listening.banner.message == "It is clipped."
    listening.dismiss()
    assert listening.banner.message == ""


def test_a_missing_microphone_is_no_longer_told_of_once_one_is_heard(window: MainWindow) -> None:
    window.model.apply(engine())
    window.model.apply(Failure("There is no microphone.", code="audio_device"))
    window.show_changes()
    assert window.banner.message == "There is no microphone."
    window.model.apply(state(CaptureState.LISTENING))
    window.show_changes()
    assert window.banner.message == ""


def test_warnings_about_a_sound_end_with_it(window: MainWindow) -> None:
    window.model.apply(engine())
    window.model.apply(CLIPPED)
    window.model.another_source()
    window.show_changes()
    assert window.banner.message == ""


@pytest.mark.parametrize(
    ("notice", "tone", "name"),
    [
        (Notice("Saved a.csv.", trouble=False, done=True), Tone.SUCCESS, "Done"),
        (Notice("The voice is forgotten.", trouble=False), Tone.INFORMATION, "Message"),
        (Notice("", trouble=False, warnings={"clipped": "It is clipped."}), Tone.WARNING, "Warning"),
        (Notice("It cannot be written."), Tone.TROUBLE, "Trouble"),
    ],
)
def test_each_tone_has_its_look_and_its_name(
    window: MainWindow, notice: Notice, tone: Tone, name: str
) -> None:
    window.model.notify(notice)
    window.show_changes()
    assert window.banner.tone is tone
    assert window.banner.property("tone") == tone.value
    assert window.banner.accessibleName() == name


def test_no_two_tones_look_alike(window: MainWindow) -> None:
    looks = set()
    for notice in (
        Notice("Same.", trouble=False, done=True),
        Notice("Same.", trouble=False),
        Notice("", trouble=False, warnings={"x": "Same."}),
        Notice("Same."),
    ):
        window.model.notify(notice)
        window.show_changes()
        banner: QFrame = window.banner
        image = banner.grab().toImage()
        looks.add((image.pixel(image.width() // 2, 4), window.banner._sign.name, window.banner._sign.colour))
    assert len(looks) == 4
    assert len({ground for ground, _, _ in looks}) == 4


def test_of_two_in_sight_the_latest_is_shown_and_then_the_other() -> None:
    notices = Notices()
    notices.show(Notice("About live.", page=LIVE))
    notices.show(Notice("About all.", page=EVERYWHERE))
    assert notices.current is not None
    assert notices.current.message == "About all."
    notices.dismiss()
    assert notices.current.message == "About live."
    notices.dismiss()
    assert notices.current is None
