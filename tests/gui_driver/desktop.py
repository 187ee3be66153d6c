"""The program's window on a virtual screen, with a virtual microphone, driven by clicks and keys."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from live_process import ROOT, VirtualScreen, virtual_screen
from virtual_microphone import VirtualMicrophone

from gui_driver.screen_reader import Node, ScreenReader, Tree


class Desktop:
    """A screen, a microphone and a screen reader; `open` starts the program on it."""

    def __init__(
        self, screen: VirtualScreen, microphone: VirtualMicrophone, reader: ScreenReader, folder: Path
    ) -> None:
        self.screen = screen
        self.microphone = microphone
        self.reader = reader
        self.folder = folder
        self.program: subprocess.Popen[str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """That of the program: its settings, voices and sessions lie in `folder`."""
        return {
            **self.reader.environment,
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "EMOSCOPE_SESSIONS": str(self.folder / "sessions"),
            "LANG": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",  # a crash tells where on stderr
        }

    @property
    def home(self) -> Path:
        """The person's home, where dialogs for files can go by a click."""
        return Path(self.environment["HOME"])

    # --- the program --------------------------------------------------------------------------------------

    def open(self, *arguments: object, timeout_s: float = 60.0) -> Tree:
        """Start `emoscope` with these arguments; the tree as soon as its window is told."""
        assert self.program is None or self.program.poll() is not None, "it runs already"
        with (self.folder / "stderr.txt").open("a") as errors:
            self.program = subprocess.Popen(
                [sys.executable, "-m", "desktop_app", *map(str, arguments)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                text=True,
            )
        return self.until(lambda tree: tree.has("Live"), "the window opens", timeout_s)

    @property
    def errors(self) -> str:
        """All that the program wrote to stderr."""
        path = self.folder / "stderr.txt"
        return path.read_text() if path.exists() else ""

    def kill(self) -> None:
        """End the program as `kill -9` does."""
        assert self.program is not None
        self.program.send_signal(signal.SIGKILL)
        self.program.wait(10)

    def close(self, timeout_s: float = 20.0) -> int:
        """End the program as Ctrl+C in its terminal does; its exit code."""
        assert self.program is not None
        self.program.send_signal(signal.SIGINT)
        return self.program.wait(timeout_s)

    # --- reading ------------------------------------------------------------------------------------------

    def look(self) -> Tree:
        return self.reader.look()

    def until(self, told: Callable[[Tree], bool], what: str, timeout_s: float = 30.0) -> Tree:
        """Look until something is told; a program that has ended fails at once."""

        def checked(tree: Tree) -> bool:
            if self.program is not None and self.program.poll() is not None:
                raise AssertionError(f"the program ended with {self.program.returncode}: {self.errors}")
            return told(tree)

        return self.reader.until(checked, what, timeout_s)

    # --- a person's hands ---------------------------------------------------------------------------------

    def click(self, what: str | Node, role: str = "", *, times: int = 1) -> None:
        """Move the pointer to the middle of something and click, as soon as it is there and works."""
        if isinstance(what, str):
            tree = self.until(lambda tree: tree.one(what, role).enabled, f"{what} can be clicked")
            what = tree.one(what, role)
        x, y = what.middle
        self._xdotool("mousemove", str(x), str(y), "click", "--repeat", str(times), "1")

    def keys(self, *names: str) -> None:
        """Press keys one after another, as xdotool names them (ctrl+o, Return)."""
        self._xdotool("key", "--delay", "60", *names)

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "15", text)

    def focus(self, title: str) -> None:
        """Give the keyboard to a window, since no window manager does."""
        self._xdotool("windowfocus", "--sync", self.screen.find_window(title))

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self.screen.environment(), check=True, timeout=30)

    def speak(self, path: Path, *, wait: bool = True) -> None:
        """Say a sound file into the microphone."""
        self.microphone.play(path, wait=wait)

    @contextlib.contextmanager
    def recording_of_the_output(self, path: Path) -> Iterator[None]:
        """Write what the program plays meanwhile into a raw file, 48 kHz mono int16."""
        from virtual_microphone import SAMPLE_RATE, SINK

        with path.open("wb") as out:
            recorder = subprocess.Popen(
                [
                    *("parec", f"--device={SINK}.monitor", f"--rate={SAMPLE_RATE}", "--channels=1"),
                    *("--format=s16le", "--latency-msec=50"),
                ],
                env=self.microphone.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                time.sleep(0.5)
                yield
                time.sleep(0.5)
            finally:
                recorder.terminate()
                recorder.wait(5)


@contextlib.contextmanager
def desktop(
    folder: Path, environment: Mapping[str, str] | None = None, size: tuple[int, int] = (1280, 900)
) -> Iterator[Desktop]:
    """A desktop for a `with` block; whatever still runs on it ends with the block."""
    with (
        virtual_screen(*size) as screen,
        VirtualMicrophone() as microphone,
        ScreenReader(
            screen.environment(microphone.environment(os.environ if environment is None else environment))
        ) as reader,
    ):
        made = Desktop(screen, microphone, reader, folder)
        try:
            yield made
        finally:
            if made.program is not None and made.program.poll() is None:
                made.program.kill()
                made.program.wait(10)
