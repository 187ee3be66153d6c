"""The program as a process of its own, fed by a virtual microphone and shown on a virtual screen."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
Event = dict[str, Any]


class LiveProcess:
    """`emoscope live --jsonl -` in a `with` block; collects its events with the time of their arrival."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.events: list[Event] = []
        self.errors = ""
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "desktop_app", "live", "--jsonl", "-", *arguments],
            env=dict(os.environ if environment is None else environment),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [
            threading.Thread(target=self._read_events, daemon=True),
            threading.Thread(target=self._read_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def _read_events(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = {**json.loads(line), "arrived": time.monotonic()}
            with self._changed:
                self.events.append(event)
                self._changed.notify_all()

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors += line

    def of(self, kind: str) -> list[Event]:
        with self._changed:
            return [event for event in self.events if event["event"] == kind]

    def states(self) -> list[str]:
        return [event["state"] for event in self.of("state")]

    def wait_for(self, condition: Callable[[], bool], timeout_s: float = 15.0, what: str = "") -> None:
        deadline = time.monotonic() + timeout_s
        while not condition():
            with self._changed:
                self._changed.wait(0.05)
            if time.monotonic() > deadline or (self.process.poll() is not None and not condition()):
                state = f"states {self.states()}, exit {self.process.poll()}, stderr: {self.errors}"
                raise AssertionError(f"not within {timeout_s} s: {what}; {state}")

    def wait_for_state(self, *states: str, since: int = 0, timeout_s: float = 15.0) -> int:
        """Wait for one of `states` among the state events from `since` on; returns their number then."""
        self.wait_for(lambda: bool(set(states) & set(self.states()[since:])), timeout_s, f"{states}")
        return len(self.states())

    def end(self, timeout_s: float = 5.0) -> int:
        """Ask it to end, as Ctrl+C does; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.join(timeout_s)

    def join(self, timeout_s: float) -> int:
        code = self.process.wait(timeout_s)
        for reader in self._readers:
            reader.join(5)
        return code

    def __enter__(self) -> LiveProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextlib.contextmanager
def virtual_screen(width: int = 1280, height: int = 900) -> Iterator[VirtualScreen]:
    """An X server of its own without hardware."""
    folder = Path(tempfile.mkdtemp(prefix="virtscreen-"))
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [
            *("Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24"),
            *("-fbdir", str(folder), "-nolisten", "tcp"),
            "-noreset",  # or it starts anew when a window closes, and the next one may find it doing so
        ],
        pass_fds=(writer,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.close(writer)
    try:
        with os.fdopen(reader) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield VirtualScreen(f":{number}", folder / "Xvfb_screen0", width, height)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


class VirtualScreen:
    def __init__(self, display: str, framebuffer: Path, width: int, height: int) -> None:
        self.display = display
        self._framebuffer = framebuffer
        self._size = (height, width)

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        return {
            **(os.environ if base is None else base),
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "WAYLAND_DISPLAY": "",
        }

    def picture(self) -> np.ndarray:
        """What is on the screen, uint8 [height, width, 4]."""
        data = self._framebuffer.read_bytes()
        header = int.from_bytes(data[:4], "big")
        colours = int.from_bytes(data[76:80], "big")
        pixels = np.frombuffer(data, np.uint8, offset=header + 12 * colours)
        height, width = self._size
        return pixels[: height * width * 4].reshape(height, width, 4).copy()

    def find_window(self, name: str, timeout_s: float = 15.0) -> str:
        """Id of the visible window whose title fits; fails after `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            done = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", name],
                env=self.environment(),
                capture_output=True,
                text=True,
                check=False,
            )
            if done.stdout.strip():
                return done.stdout.split()[0]
            time.sleep(0.02)
        raise AssertionError(f"no window named {name} within {timeout_s} s")
