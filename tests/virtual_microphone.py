"""A microphone without hardware: a private PulseAudio server whose only source plays what it is given.

The server lives in a folder of its own, so it neither sees nor disturbs a real one, and works as root and
without a session bus. What `play()` is given comes out of the microphone bit by bit: a null sink of 48 kHz,
mono, 16 bit, whose monitor is the microphone.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

SAMPLE_RATE = 48_000
SINK = "virtmic_sink"
SOURCE = "virtmic"
# `norewinds=1`: without it the first callback comes 1.6 s late and samples slip.
_SINK_MODULE = (
    f"module-null-sink sink_name={SINK} rate={SAMPLE_RATE} channels=1 channel_map=mono "
    "format=s16le norewinds=1"
)
_SOURCE_MODULE = f"module-remap-source master={SINK}.monitor source_name={SOURCE}"


def missing_tools() -> str:
    """Why a virtual microphone cannot be had here; empty when it can."""
    absent = [tool for tool in ("pulseaudio", "pactl", "paplay") if shutil.which(tool) is None]
    if absent:
        packages = "pulseaudio pulseaudio-utils libasound2-plugins"
        return f"{', '.join(absent)} not installed (apt-get install {packages})"
    return ""


class VirtualMicrophone:
    """A PulseAudio server of its own with one microphone, for the time of a `with` block.

    Processes that are given `environment()` see this microphone as their only one. `kill`, `restart`,
    `freeze` and `suspend` are what happens to real ones.
    """

    def __init__(self, start_timeout_s: float = 10.0) -> None:
        self._start_timeout_s = start_timeout_s
        self._folder = Path(tempfile.mkdtemp(prefix="virtmic-"))
        self._folder.chmod(0o700)
        self._server: subprocess.Popen[bytes] | None = None
        self._players: list[subprocess.Popen[bytes]] = []
        self._frozen = False

    # --- life ---------------------------------------------------------------------------------------------

    def __enter__(self) -> VirtualMicrophone:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def server_address(self) -> str:
        return f"unix:{self._socket}"

    @property
    def _socket(self) -> Path:
        return self._folder / "native"

    @property
    def log(self) -> str:
        """What the server wrote, for the message of a failing test."""
        path = self._folder / "pulseaudio.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def variables(self) -> dict[str, str]:
        """The variables that lead a program to this microphone."""
        return {
            "XDG_RUNTIME_DIR": str(self._folder),
            "PULSE_SERVER": self.server_address,
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "HOME": str(self._folder),
        }

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """A whole environment for a child process."""
        return {**(os.environ if base is None else base), **self.variables()}

    def start(self) -> None:
        """Start the server and wait until the microphone is there."""
        self._socket.unlink(missing_ok=True)
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"]
        command += ["-L", f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}"]
        command += ["-L", _SINK_MODULE, "-L", _SOURCE_MODULE]
        with (self._folder / "pulseaudio.log").open("ab") as log:
            # Its own session and no inherited streams: otherwise whoever waits for our output waits for it.
            self._server = subprocess.Popen(
                command,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._frozen = False
        deadline = time.monotonic() + self._start_timeout_s
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the PulseAudio server did not start:\n{self.log}")
            time.sleep(0.03)
        self.pactl("set-default-source", SOURCE)
        self.pactl("set-default-sink", SINK)

    def _answers(self) -> bool:
        if not self._socket.exists():
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self._socket))
            except OSError:
                return False
        done = subprocess.run(
            ["pactl", "list", "short", "sources"],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=5,
            check=False,
        )
        return done.returncode == 0 and SOURCE.encode() in done.stdout

    def kill(self) -> None:
        """The server dies at once, as in a crash."""
        if self._server is not None:
            self._server.kill()
            self._server.wait(5)
            self._server = None
        self._socket.unlink(missing_ok=True)
        self._reap(kill=True)

    def restart(self) -> None:
        self.kill()
        self.start()

    def freeze(self) -> None:
        """The server stops answering but stays connected."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)
        self._frozen = True

    def thaw(self) -> None:
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)
        self._frozen = False

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    # --- use ----------------------------------------------------------------------------------------------

    def pactl(self, *arguments: str) -> str:
        """Run a command of PulseAudio's control tool; returns what it prints."""
        done = subprocess.run(
            ["pactl", *arguments],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"pactl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def suspend(self, on: bool = True) -> None:
        """The microphone is suspended: it stays listed, open and silent, without a single callback."""
        self.pactl("suspend-source", SOURCE, "1" if on else "0")

    def remove_source(self) -> None:
        """The microphone is unplugged; the server stays."""
        for line in self.pactl("list", "short", "modules").splitlines():
            number, name, *_ = line.split("\t")
            if name == "module-remap-source":
                self.pactl("unload-module", number)

    def add_source(self) -> None:
        """The microphone is plugged in again."""
        module, *arguments = _SOURCE_MODULE.split()
        self.pactl("load-module", module, *arguments)
        self.pactl("set-default-source", SOURCE)

    def play(
        self, path: Path | str, *, wait: bool = False, timeout_s: float = 120.0
    ) -> subprocess.Popen[bytes]:
        """Speak a sound file into the microphone. For bit-exact results it must be 48 kHz, mono, 16 bit."""
        player = subprocess.Popen(
            ["paplay", f"--device={SINK}", str(path)],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._players.append(player)
        if wait:
            player.wait(timeout_s)
        self._reap()
        return player

    def _reap(self, kill: bool = False) -> None:
        for player in self._players:
            if kill and player.poll() is None:
                player.kill()
                player.wait(5)
        self._players = [player for player in self._players if player.poll() is None]
