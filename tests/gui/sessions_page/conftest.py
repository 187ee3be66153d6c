"""Sessions that were kept, and the page of the window that shows them."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from gui_events import engine, final
from kept_sessions import Keep, Listed, Until, told

from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.window import MainWindow
from desktop_app.sessions.writer import About, SessionWriter


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EMOSCOPE_SESSIONS", str(tmp_path / "sessions"))
    return tmp_path / "sessions"


@pytest.fixture
def keep(folder: Path) -> Keep:
    """Keep a session in which these emotions follow one another, 2 s each; each after those before."""
    later: list[float] = []

    def made(name: str, *labels: str, sound: bool = False, unsure: int = 0) -> int:
        writer = SessionWriter(folder, About("microphone", name=name, sound=sound), told, commit_s=0.005)
        writer.start()
        if writer.sound_path is not None:
            writer.sound_path.write_bytes(b"fLaC")
        later.append(time.time() + 1000 * len(later))
        writer.post(replace(engine(), wall_clock=later[-1]))
        for place, label in enumerate(labels):
            start_s, uncertain = 3.0 * place, place >= len(labels) - unsure
            said = final(label, start_s + 2, place, start_s, uncertain=uncertain)
            writer.post(replace(said, wall_clock=later[-1] + start_s + 2))
        assert writer.stop()
        assert writer.session is not None
        return writer.session

    return made


@pytest.fixture
def page(window: MainWindow) -> SessionsPage:
    return window.sessions_page


@pytest.fixture
def listed(window: MainWindow, page: SessionsPage, until: Until) -> Listed:
    """Go to the page, and wait until it lists so many."""

    def wait(count: int) -> None:
        window.go("sessions")
        until(lambda: len(page.list.table.rows.sessions) == count)

    return wait


@pytest.fixture
def opened(window: MainWindow, page: SessionsPage, listed: Listed, keep: Keep, until: Until) -> int:
    """One session of three utterances that is opened: happy, sad and happy, the last one uncertain."""
    number = keep("Anna", "happy", "sad", "happy", unsure=1)
    listed(1)
    window.sessions.open(number)
    until(lambda: page.side == "opened")
    return number
