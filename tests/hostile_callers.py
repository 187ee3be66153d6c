"""Callers that mean no good, or are broken: slow, aborted, oversized, garbage; each tells what came of it."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from service_process import ServiceProcess

Caller = Callable[[ServiceProcess, random.Random, bytes], str]


def _raw(service: ServiceProcess, data: bytes, *, half_close: bool = False, wait_s: float = 60.0) -> bytes:
    """Send bytes as they are, and what comes back until the service closes.

    `half_close` says that no more comes, which the service takes for a caller who has gone.
    """
    found = b""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", service.port), wait_s) as link:
        link.sendall(data)
        if half_close:
            link.shutdown(socket.SHUT_WR)
        while part := link.recv(65536):
            found += part
    return found


def _code(answer: bytes) -> str:
    head, _, body = answer.partition(b"\r\n\r\n")
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return str(json.loads(body)["code"])
    return head.split(b"\r\n")[0].decode("ascii", "replace")[9:12] or "closed"


def _head(length: int | str, path: str = "/v1/analyze") -> bytes:
    host = "Host: 127.0.0.1\r\nConnection: close"
    return f"POST {path} HTTP/1.1\r\n{host}\r\nContent-Length: {length}\r\n\r\n".encode()


def noise(service: ServiceProcess, random_: random.Random, _: bytes) -> str:
    data = random_.randbytes(random_.randint(1, 5000))
    return _code(_raw(service, _head(len(data)) + data))


def damaged(service: ServiceProcess, random_: random.Random, recording: bytes) -> str:
    """A recording with some bytes changed, or cut off."""
    data = bytearray(recording)
    for _ in range(random_.randint(1, 30)):
        data[random_.randrange(min(len(data), 200))] = random_.randrange(256)
    sent = bytes(data[: random_.randint(40, len(data))])
    return _code(_raw(service, _head(len(sent)) + sent))


def aborted(service: ServiceProcess, random_: random.Random, recording: bytes) -> str:
    """Gone in the middle of the upload, or before the answer."""
    with contextlib.suppress(OSError):
        link = socket.create_connection(("127.0.0.1", service.port), 20)
        with link:
            link.sendall(_head(len(recording)) + recording[: random_.randint(0, len(recording))])
    return "gone"


def oversized(service: ServiceProcess, random_: random.Random, _: bytes) -> str:
    """A length beyond what is allowed, or a number that is none."""
    length = random_.choice([2**40, 2**63, 10**25, -1, "many"])
    return _code(_raw(service, _head(length) + b"RIFF" * 100, half_close=True))


def not_http(service: ServiceProcess, random_: random.Random, _: bytes) -> str:
    start = random_.choice(
        [b"\x16\x03\x01", b"GET", b"POST / HTTP/9.9\r\n", b"\x00", b"GET / HTTP/1.1\r\n" * 200]
    )
    return _code(_raw(service, start + random_.randbytes(random_.randint(0, 3000)), half_close=True))


def bad_form(service: ServiceProcess, random_: random.Random, recording: bytes) -> str:
    """A form without an end, with another boundary, or thousands of parts."""
    mark = "x" * random_.randint(1, 60)
    part = f'--{mark}\r\nContent-Disposition: form-data; name="{"f" * random_.randint(1, 900)}"\r\n\r\nx\r\n'
    body = part.encode() * random_.choice([1, 5, 3000]) + recording[: random_.randint(0, 999)]
    kind = f"multipart/form-data; boundary={random_.choice([mark, 'other', ''])}"
    head = f"POST /v1/analyze HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    return _code(_raw(service, f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body))


def odd_address(service: ServiceProcess, random_: random.Random, recording: bytes) -> str:
    paths = (
        *("/v1/analyze?name=%00%ff", "/v1/analyze?name=" + "../" * 60, "/v1/sessions/" + "%2e" * 40),
        *("/v1/analyze?labels=" + "a," * 400, "/v1/analyze?session=' OR 1=1", "/v1/analyze?track=1e99"),
        "/%2e%2e/x.py",
    )
    path = random_.choice(paths)
    return _code(_raw(service, _head(len(recording), path.replace(" ", "%20")) + recording))


def slow(service: ServiceProcess, random_: random.Random, _: bytes) -> str:
    """Sends the head of a request byte by byte, and gives up after a while."""
    with contextlib.suppress(OSError):
        link = socket.create_connection(("127.0.0.1", service.port), 20)
        with link:
            for byte in _head(100)[: random_.randint(3, 12)]:
                link.sendall(bytes([byte]))
                time.sleep(0.05)
    return "gone"


CALLERS: Final[tuple[Caller, ...]] = (
    *(noise, damaged, aborted, oversized, not_http, bad_form, odd_address, slow),
)


def call(
    service: ServiceProcess, recording: Path, count: int, seed: int = 0, at_once: int = 8
) -> dict[str, int]:
    """Let `count` of them call, some at once; how often each thing came of it."""
    sound = recording.read_bytes()

    def one(number: int) -> str:
        return CALLERS[number % len(CALLERS)](service, random.Random(seed * 1_000_003 + number), sound)

    found: dict[str, int] = {}
    with ThreadPoolExecutor(at_once) as callers:
        for outcome in callers.map(one, range(count)):
            found[outcome] = found.get(outcome, 0) + 1
    return found
