"""`emoscope live` in a terminal: the view for people, and its keys."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from running import command, environment, events, needs_no_microphone, posix_only

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]


def in_terminal(
    *args: object, seconds: float, press: bytes = b"", after: bytes = b"quit", **changes: str
) -> tuple[int, str]:
    """Run in a terminal of 90 x 30; exit code, and all that was written to it.

    `press` is pressed after so many seconds, and not before `after` is on the screen.
    """
    import fcntl
    import pty
    import select
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
    process = subprocess.Popen(
        command(*args), stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**changes),
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one ioctl
    )  # fmt: skip
    os.close(theirs)
    written = b""
    started = time.monotonic()
    try:
        while time.monotonic() - started < 30:
            if press and after in written and time.monotonic() - started > seconds:
                os.write(ours, press)
                press = b""
            if select.select([ours], [], [], 0.05)[0]:
                try:
                    more = os.read(ours, 65536)
                except OSError:  # Linux: the other end is closed
                    break
                if not more:
                    break
                written += more
        return process.wait(5), written.decode()
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@posix_only
class TestTheView:
    def test_it_shows_bars_level_and_what_was_said(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal("live", "--source", speech, "--model", model, seconds=0)
        assert code == 0
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
        for words in (
            "speech.wav",
            "listening",
            "fearful",
            "surprised",
            "level",
            "dBFS",
            "inference",
            "q: quit",
        ):
            assert words in plain
        assert "█" in plain
        last = plain[plain.rindex("neutral  ") :]
        assert len(re.findall(r"0:0\d\.\d - 0:0\d\.\d", last)) == 2
        _, back, left = screen.rpartition("\x1b[?1049l")
        assert back, "the terminal's own screen comes back"
        assert "\x1b[?25h" in screen[screen.rindex("\x1b[?25l") :], "the cursor is shown again"
        assert "stopped" in left, "the last picture stays"
        assert len(re.findall(r"0:0\d\.\d - 0:0\d\.\d", left)) == 2
        assert "quit" not in left
        assert not re.search(r"\x1b\[\d*A", screen), "after a change of size, no line above is where it was"

    def test_q_quits(self, speech: Path, model: Path) -> None:
        started = time.monotonic()
        code, _ = in_terminal("live", "--source", speech, "--model", model, seconds=1.5, press=b"q")
        assert code == 0
        assert time.monotonic() - started < 4.4

    def test_ctrl_c_quits(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal("live", "--source", speech, "--model", model, seconds=1.5, press=b"\x03")
        assert code == 0
        assert "Traceback" not in screen

    def test_space_pauses_and_goes_on(self, speech: Path, model: Path) -> None:
        _, screen = in_terminal(
            "live", "--source", speech, "--model", model, "--seconds", "3", seconds=1.5, press=b" "
        )
        assert "paused" in screen

    @needs_no_microphone
    def test_without_a_microphone_it_offers_the_demo_and_plays_it(self, model: Path) -> None:
        _, screen = in_terminal(
            "--model", model, "--seconds", "4", seconds=1.5, press=b"d", after=b"no microphone"
        )
        assert "There is no display" in screen
        assert "no microphone" in screen
        assert "press d to play the demo recording" in screen
        assert "demo.ogg" in screen

    def test_a_terminal_that_cannot_draw_gets_lines(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal(
            "live", "--source", speech, "--model", model, "--seconds", "2", seconds=0, TERM="dumb"
        )
        assert code == 0
        assert events(screen)[0]["event"] == "state"

    def test_a_terminal_without_unicode_or_colours_gets_a_plain_view(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal(
            "live", "--source", speech, "--model", model, "--seconds", "3",
            seconds=0, PYTHONIOENCODING="ascii", NO_COLOR="1",
        )  # fmt: skip
        assert code == 0
        assert screen.isascii()
        assert "#" in screen
        assert "\x1b[3" not in screen
