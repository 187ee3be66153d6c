"""Whether a window could be shown is known before Qt is loaded."""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.commands.display import display_problem

pytestmark = pytest.mark.skipif(
    sys.platform in {"win32", "darwin"}, reason="these systems always have a display"
)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def runtime_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:  # sockets need short paths
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_none_is_named_as_such() -> None:
    assert display_problem() == "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)."


@pytest.mark.parametrize("name", [":4071", "127.0.0.1:4071", "nonsense"])
def test_one_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", name)
    assert display_problem() == f"The display '{name}' does not answer."


def test_wayland_that_answers_is_enough(monkeypatch: pytest.MonkeyPatch, runtime_folder: Path) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-9")
    assert display_problem() == "The display 'wayland-9' does not answer."
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(runtime_folder / "wayland-9"))
        server.listen()
        assert display_problem() is None


def test_x11_over_the_network_that_answers_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        monkeypatch.setenv("DISPLAY", f"127.0.0.1:{server.getsockname()[1] - 6000}.0")
        assert display_problem() is None


def test_qt_without_a_screen_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_problem() is None
