"""`emoscope serve` as a process of its own on this machine, and callers of it."""

from __future__ import annotations

import http.client
import json
import os
import queue
import secrets
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from running import command, environment

START_S = 120.0


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ServiceProcess:
    """A service in a `with` block; its log is in `lines`."""

    def __init__(self, *arguments: object, **changes: str) -> None:
        self.lines: list[str] = []
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            command("serve", "--port", 0, *arguments),
            env=environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.address = self._address()
        self.port = urlsplit(self.address).port or 0

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            self._told.put(line)
        self._told.put("")

    def _address(self) -> str:
        while line := self._told.get(timeout=START_S):
            if " answers at " in line:
                return line.split(" answers at ")[1].split()[0]
        self.stop()
        raise AssertionError(f"it has not started: {self.lines}")

    def connection(self, timeout: float = 60) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def ask(
        self, method: str, path: str, body: bytes | None = None, timeout: float = 60, **headers: str
    ) -> Reply:
        """One request on a connection of its own; `_` in names of headers stands for `-`."""
        connection = self.connection(timeout)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            reply = connection.getresponse()
            lowered = {name.lower(): value for name, value in reply.getheaders()}
            return Reply(reply.status, lowered, reply.read())
        finally:
            connection.close()

    def upload(self, path: Path, query: str = "", profile: Path | None = None, **headers: str) -> Reply:
        """Send a recording as a form, as `curl -F` does."""
        parts = {"file": path} if profile is None else {"file": path, "profile": profile}
        body, kind = form(parts)
        return self.ask("POST", f"/v1/analyze{query}", body, Content_Type=kind, **headers)

    def logged(self) -> list[dict[str, Any]]:
        """Lines of the log so far, once the last request's is there."""
        time.sleep(0.3)
        return [json.loads(line) for line in self.lines if line.startswith("{")]

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM if os.name == "posix" else signal.CTRL_BREAK_EVENT)
        try:
            code = self.process.wait(30)
        finally:
            self.process.kill()
            self._reader.join()
            assert self.process.stderr is not None
            self.process.stderr.close()
        return code

    def __enter__(self) -> ServiceProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def form(parts: dict[str, Path]) -> tuple[bytes, str]:
    """Files as multipart/form-data: the body, and its content type."""
    mark = secrets.token_hex(16)
    body = b""
    for name, path in parts.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n'
        body += f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + path.read_bytes() + b"\r\n"
    return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
