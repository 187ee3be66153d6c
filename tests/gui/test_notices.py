"""Each message stands on the page that it is about, and looks like what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from gui_events import engine
from PySide6.QtWidgets import QFrame
from pytestqt.qtbot import QtBot

from desktop_app.core.types import Failure, SoundWarned, SoundWarning
from desktop_app.gui.state.notices import EVERYWHERE, LIVE, RECORDINGS, Notice, Notices, Tone, saved
from desktop_app.gui.widgets import banner
from desktop_app.gui.window import MainWindow

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
    window.show()
    window.model.notify(saved("a.csv", tmp_path, LIVE))
    window.show_changes()
    assert window.banner.message == f"Saved a.csv in {tmp_path}."
    window.model.apply(CLIPPED)
    window.go("recordings")
    qtbot.waitUntil(lambda: "Saved" not in getattr(window.model.notices.of(LIVE), "text", ""))
    window.go("live")
    assert window.banner.message == "It is clipped."


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
