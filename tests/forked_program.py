"""`emoscope` in a process of its own without the half second of CPU time that its imports take.

A server that has imported the program's modules, and has one thread, forks for each call. The child is given
arguments, folder, environment and streams, and runs `main` up to the end of the interpreter. What the
interpreter itself reads of the environment as it starts (`PYTHONUTF8`, `LC_ALL`) is the server's.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

# Without onnxruntime and sounddevice, which start threads or a sound system.
COMMANDS = ("analyze", "live", "profile", "sessions", "devices", "doctor", "analysis_table", "terminal_view")
PRELOADED = (
    *(f"desktop_app.commands.{name}" for name in COMMANDS),
    *("av", "soundfile", "soxr", "jsonschema", "rich.live", "numpy.fft", "numpy.ma"),
)


class ForkedProgram:
    """Starts the server; `run` is `subprocess.run` of `emoscope`."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        self._server = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=environment,
        )
        theirs.close()

    def close(self) -> None:
        self._socket.close()
        self._server.wait(10)

    def run(
        self, args: Sequence[str], cwd: Path, environment: dict[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            request = json.dumps([list(args), str(cwd), environment]).encode()
            self._socket.settimeout(60)
            socket.send_fds(self._socket, [len(request).to_bytes(4, "big")], [out.fileno(), err.fileno()])
            self._socket.sendall(request)
            pid = self._number()
            self._socket.settimeout(timeout)
            try:
                code = self._number()
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self._socket.settimeout(60)
                self._number()
                raise subprocess.TimeoutExpired(list(args), timeout) from None
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(list(args), code, out.read().decode(), err.read().decode())

    def _number(self) -> int:
        received = self._socket.recv(4, socket.MSG_WAITALL)
        if not received:
            raise RuntimeError(f"the server of forked programs ended with {self._server.wait(10)}")
        return int.from_bytes(received, "big", signed=True)


def _serve(requests: socket.socket) -> None:
    """Fork for each request; returns in the server when there are no more, and in a child never."""
    for name in PRELOADED:
        importlib.import_module(name)
    while True:
        head, streams, _, _ = socket.recv_fds(requests, 4, 2)
        if not head:
            return
        args, cwd, environment = json.loads(requests.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL))
        pid = os.fork()
        if pid == 0:
            requests.close()
            _become(args, cwd, environment, streams)
        for stream in streams:
            os.close(stream)
        requests.sendall(pid.to_bytes(4, "big"))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        requests.sendall(status.to_bytes(4, "big", signed=True))


def _become(args: list[str], cwd: str, environment: dict[str, str], streams: list[int]) -> NoReturn:
    for descriptor, stream in zip((1, 2), streams, strict=True):
        os.dup2(stream, descriptor)
        os.close(stream)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["emoscope", *args]
    from desktop_app.cli import main

    sys.exit(main())


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        _serve(connection)
