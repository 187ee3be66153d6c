"""Uploads at a service, in a process of its own that costs little: what it takes is not the service's.

    python -m tests.bench.upload_load REQUEST.json

REQUEST.json holds `port`, `content_type`, `body` (a file), `at_once`, and `requests`, or `seconds` with the
`rate` at which they begin. One JSON object on stdout: `requests`, `seconds`, `ms` (each request's), `cpu_s`
(this process's).
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from pathlib import Path
from typing import Any

_BUFFER = 2**20
_KEPT_S = 2.0
"""Later a connection on which nothing happened is made anew: servers close such."""


class _Caller:
    """A kept connection, and the request that is under way on it."""

    def __init__(self, port: int, message: bytes) -> None:
        self._port = port
        self._message = message
        self._sent = 0
        self._answer = b""
        self._ended = self.begun = time.perf_counter()
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port))
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * len(self._message))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        return made

    def begin(self) -> None:
        if time.perf_counter() - self._ended > _KEPT_S:
            self.socket.close()
            self.socket = self._connected()
        self.begun, self._sent, self._answer = time.perf_counter(), 0, b""

    def send(self) -> bool:
        """Send what the connection takes; whether all is sent."""
        self._sent += self.socket.send(memoryview(self._message)[self._sent :])
        return self._sent == len(self._message)

    def receive(self) -> bool:
        """Take what has come; whether the answer is whole. Raises AssertionError for any but 200."""
        part = self.socket.recv(_BUFFER)
        self._answer += part
        head, found, content = self._answer.partition(b"\r\n\r\n")
        assert part, "the service closed the connection"
        if not found:
            return False
        assert head.startswith(b"HTTP/1.1 200"), self._answer
        lines = (line.split(b":", 1) for line in head.lower().split(b"\r\n")[1:])
        self._ended = time.perf_counter()
        return len(content) == int(dict(lines)[b"content-length"])


def run(
    *,
    port: int,
    body: str,
    content_type: str,
    at_once: int,
    requests: int | None = None,
    seconds: float = 0.0,
    rate: float = 0.0,
) -> dict[str, Any]:
    """So many requests, `at_once` of them under way; or `rate` of them a second for `seconds`."""
    content = Path(body).read_bytes()
    head = (
        f"POST /v1/analyze HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    total = round(seconds * rate) if requests is None else requests
    taken: list[float] = []
    with selectors.DefaultSelector() as selector:
        idle = [_Caller(port, head.encode() + content) for _ in range(min(at_once, total))]
        callers = list(idle)
        start, cpu = time.perf_counter(), time.process_time()
        begun = 0
        while len(taken) < total:
            due = total if requests is not None else min(total, 1 + int((time.perf_counter() - start) * rate))
            while idle and begun < due:
                caller = idle.pop()
                caller.begin()
                begun += 1
                selector.register(caller.socket, selectors.EVENT_WRITE, caller)
            wait = 60.0 if begun == total or not idle else start + begun / rate - time.perf_counter()
            for key, _ in selector.select(max(0.0, wait)):
                caller = key.data
                if key.events == selectors.EVENT_WRITE:
                    if caller.send():
                        selector.modify(caller.socket, selectors.EVENT_READ, caller)
                elif caller.receive():
                    taken.append(1000 * (time.perf_counter() - caller.begun))
                    selector.unregister(caller.socket)
                    idle.append(caller)
        wall, used = time.perf_counter() - start, time.process_time() - cpu
        for caller in callers:
            caller.socket.close()
    return {"requests": total, "seconds": wall, "ms": taken, "cpu_s": used}


if __name__ == "__main__":
    print(json.dumps(run(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
