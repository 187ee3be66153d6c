"""What reaches the terminal, and what does not."""

from __future__ import annotations

import os
import sys

import pytest

from desktop_app.command_line.output import python_only_stderr, tell


def test_native_libraries_are_not_heard_and_the_program_is(capfd: pytest.CaptureFixture[str]) -> None:
    with python_only_stderr():
        os.write(2, b"Expression 'alsa' failed\n")
        tell("The microphone went away.")
        print("überall", file=sys.stderr)
    os.write(2, b"afterwards\n")
    assert capfd.readouterr().err == "emoscope: The microphone went away.\nüberall\nafterwards\n"


def test_stderr_is_the_old_one_after_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    before = sys.stderr
    with pytest.raises(RuntimeError), python_only_stderr():
        raise RuntimeError
    assert sys.stderr is before
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_developers_hear_everything(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMOSCOPE_DEBUG", "1")
    with python_only_stderr():
        os.write(2, b"Expression 'alsa' failed\n")
    assert capfd.readouterr().err == "Expression 'alsa' failed\n"
