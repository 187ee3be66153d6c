"""The first `make run`: minutes of downloading, told before and while they pass."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "make-venv.sh"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell script")


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment whose Python only tells how it was called."""
    python = tmp_path / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "called: $*"\n')
    python.chmod(0o755)
    return tmp_path / "venv"


def set_up(venv: Path, *extras: str, stderr: int = subprocess.PIPE) -> str:
    done = subprocess.run(
        ["sh", SCRIPT, *extras],
        env={**os.environ, "VENV": str(venv), "PYTHON": sys.executable},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        check=True,
    )
    assert done.stdout == "", "stdout belongs to the program that `make run` starts"
    return done.stderr or ""


def test_what_is_done_and_how_much_is_told_before(venv: Path) -> None:
    told = set_up(venv, "cpu")
    assert told.startswith(f"Setting up {venv}: about 400 MB (120 MB to download), some minutes ...\n")
    assert told.index("about 400 MB") < told.index("called: -m pip install")
    assert " -q " in told[told.index("pip install") :]
    assert "GB" in set_up(venv, "cpu", "pyaudio", "train", "dev")


def test_on_a_terminal_pip_shows_its_own_progress(venv: Path) -> None:
    ours, theirs = os.openpty()
    try:
        set_up(venv, "cpu", stderr=theirs)
        told = ""
        while "-e ." not in told:  # a terminal hands over what was written piece by piece
            assert select.select([ours], [], [], 10)[0], told
            told += os.read(ours, 65536).decode()
    finally:
        os.close(theirs)
        os.close(ours)
    installing = told[told.index("pip install") :].splitlines()[0]
    assert " -q " not in installing
    assert "-e .[cpu]" in installing
