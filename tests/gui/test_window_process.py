"""The window as a process of its own: how it ends, and what it does where Qt cannot open one."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

needs_posix = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and sockets")


def start(*arguments: str, program: str = "", **changes: str) -> subprocess.Popen[str]:
    """`emoscope` with the arguments, or a program that calls its entry, as a process without a screen."""
    how = ["-c", program] if program else ["-m", "desktop_app"]
    return subprocess.Popen(
        [sys.executable, *how, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **changes},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end_of(process: subprocess.Popen[str], timeout_s: float = 60.0) -> tuple[int, str]:
    """Exit code and stderr."""
    try:
        _, errors = process.communicate(timeout=timeout_s)
    finally:
        process.kill()
    return process.returncode, errors


def package_in_place_of_qt(folder: Path, code: str) -> str:
    """A PYTHONPATH on which PySide6 is this code."""
    package = folder / "PySide6"
    package.mkdir()
    (package / "__init__.py").write_text(code)
    return str(folder)


@contextlib.contextmanager
def display_that_answers() -> Iterator[str]:
    """Something that takes connections where an X server would."""
    with socket.socket(socket.AF_UNIX) as listening:
        for number in range(90, 200):
            with contextlib.suppress(OSError):
                listening.bind(f"\0/tmp/.X11-unix/X{number}")
                listening.listen()
                yield f":{number}"
                return
        pytest.skip("no number is free for a display")


def test_the_window_ends_after_the_seconds_that_were_asked_for(model_file: Path) -> None:
    process = start("--source", "demo", "--seconds", "0.5", "--model", str(model_file))
    assert end_of(process) == (0, "")


BUSY = """
import sys, threading
import numpy as np
import onnxruntime as ort
from desktop_app import cli
from desktop_app.command_line.tool import Tool

def work():
    session = ort.InferenceSession(sys.argv[1])
    while True:
        session.run(None, {"waveform": np.zeros((1, 160000), np.float32)})

def leave_a_thread_at_work(tool, words):
    threading.Thread(target=work, name="emoscope-loading the model", daemon=True).start()
    threading.Event().wait(0.5)
    print("saved")
    return 1

Tool._run = leave_a_thread_at_work
sys.exit(cli.main())
"""


def test_a_thread_inside_the_model_does_not_bring_the_process_down_at_its_end(model_file: Path) -> None:
    process = start(str(model_file), program=BUSY)
    said, errors = process.communicate(timeout=60)
    assert (process.returncode, said, errors) == (1, "saved\n", "")


@needs_posix
def test_an_interrupt_while_qt_is_imported_is_no_missing_library(tmp_path: Path) -> None:
    """Qt's own import turns any exception into an ImportError."""
    code = """
import os, signal, time
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2)
except KeyboardInterrupt:
    raise ImportError("libshiboken: could not import")
"""
    process = start("--source", "demo", PYTHONPATH=package_in_place_of_qt(tmp_path, code))
    assert end_of(process) == (130, "emoscope: Interrupted.\n")


@needs_posix
def test_ctrl_c_closes_the_window(model_file: Path) -> None:
    program = (
        "import sys, os, signal, desktop_app.gui.window as m\n"
        "show = m.MainWindow.showEvent\n"
        "m.MainWindow.showEvent = lambda *a: (show(*a), os.kill(os.getpid(), signal.SIGINT))[0]\n"
        "from desktop_app.cli import main\n"
        "sys.exit(main())\n"
    )
    process = start("--source", "demo", "--model", str(model_file), program=program)
    assert end_of(process) == (0, "")


@pytest.mark.parametrize(
    "code",
    [
        "raise ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')",
        "raise ModuleNotFoundError(\"No module named 'PySide6'\", name='PySide6')",
    ],
)
def test_without_qt_it_says_so_and_goes_on_in_the_terminal(
    tmp_path: Path, model_file: Path, code: str
) -> None:
    process = start(
        *("--source", "demo", "--seconds", "0.5", "--model", str(model_file)),
        PYTHONPATH=package_in_place_of_qt(tmp_path, code),
    )
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert errors.startswith("emoscope: The window ")
    assert errors.endswith("Emoscope goes on in the terminal.\n")
    assert len(errors.splitlines()) == 1
    assert '"event": "state"' in said


def test_without_qt_there_is_no_picture(tmp_path: Path) -> None:
    process = start(
        *("--screenshot", str(tmp_path / "a.png"), "--source", "demo"),
        PYTHONPATH=package_in_place_of_qt(tmp_path, "raise ImportError('libGL.so.1 is missing')"),
    )
    code, errors = end_of(process)
    assert code == 1
    assert errors.startswith("emoscope: The window cannot open")
    assert "terminal" not in errors


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="displays with an abstract socket")
def test_a_qt_that_cannot_start_is_one_sentence_and_it_goes_on_in_the_terminal(model_file: Path) -> None:
    with display_that_answers() as display:
        process = start(
            *("--source", "demo", "--seconds", "0.5", "--model", str(model_file)),
            QT_QPA_PLATFORM="bogus",
            DISPLAY=display,
            WAYLAND_DISPLAY="",
        )
        said, errors = process.communicate(timeout=60)
    assert errors == (
        "emoscope: Qt finds no way to open a window here; 'emoscope doctor' names what is missing. "
        "Emoscope goes on in the terminal.\n"
    )
    assert process.returncode == 0
    assert '"event": "state"' in said
