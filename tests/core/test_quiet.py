"""Native chatter is dropped, and stderr always comes back."""

from __future__ import annotations

import os
import threading

import pytest

from desktop_app.core.quiet import quiet_stderr


def test_what_is_written_inside_is_dropped_and_afterwards_not(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_stderr():
        os.write(2, b"ALSA lib confused\n")
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_it_comes_back_after_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), quiet_stderr():
        raise RuntimeError
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"


def test_two_threads_that_overlap_give_it_back(capfd: pytest.CaptureFixture[str]) -> None:
    """The first to enter leaves first: saving and restoring without counting would keep it shut."""
    both_inside, first_left = threading.Event(), threading.Event()

    def second() -> None:
        with quiet_stderr():
            both_inside.set()
            first_left.wait(5)
            os.write(2, b"still dropped\n")

    other = threading.Thread(target=second)
    with quiet_stderr():
        other.start()
        assert both_inside.wait(5)
    first_left.set()
    other.join(5)
    os.write(2, b"heard\n")
    assert capfd.readouterr().err == "heard\n"
