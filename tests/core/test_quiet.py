"""Native chatter is dropped, and stderr always comes back."""

from __future__ import annotations

import os
import subprocess
import sys
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


def test_a_sentence_is_heard_while_a_thread_that_was_given_up_keeps_quiet() -> None:
    """Ctrl+C while a model is loaded: nobody waits for the thread that loads it."""
    program = (
        "import os, threading, time\n"
        "from desktop_app.command_line.output import python_only_stderr, tell\n"
        "from desktop_app.core.quiet import quiet_stderr\n"
        "inside = threading.Event()\n"
        "def load():\n"
        "    with quiet_stderr():\n"
        "        inside.set()\n"
        "        time.sleep(60)\n"
        "threading.Thread(target=load, daemon=True).start()\n"
        "inside.wait()\n"
        "with python_only_stderr():\n"
        "    os.write(2, b'ALSA lib')\n"
        "tell('Interrupted.')\n"
        "os._exit(130)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "emoscope: Interrupted.\n")


def test_what_python_says_inside_is_heard_at_once_and_its_stream_is_the_old_one_afterwards() -> None:
    program = (
        "import sys\n"
        "from desktop_app.core.quiet import quiet_stderr\n"
        "before = sys.stderr\n"
        "with quiet_stderr():\n"
        "    print('inside', file=sys.stderr)\n"
        "    assert sys.stderr is not before\n"
        "assert sys.stderr is before\n"
        "print('after', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "inside\nafter\n")


def test_who_met_stderr_while_it_was_quiet_is_heard_afterwards_too() -> None:
    program = (
        "import logging\n"
        "from desktop_app.core.quiet import quiet_stderr\n"
        "with quiet_stderr():\n"
        "    handler = logging.StreamHandler()\n"
        "logging.getLogger().addHandler(handler)\n"
        "logging.warning('behind the first')\n"
        "with quiet_stderr():\n"
        "    logging.warning('within another')\n"
        "logging.warning('behind both')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    told = "behind the first\nwithin another\nbehind both\n"
    assert (done.returncode, done.stderr) == (0, told)
