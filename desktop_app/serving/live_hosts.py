"""The processes that judge live runs, started when the first run needs one; the least busy takes the next."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Callable, Mapping
from typing import Any, Final

from desktop_app.core.own_process import module_command
from desktop_app.core.worker_process import Why, child_environment
from desktop_app.serving.failures import ServeError, not_started
from desktop_app.serving.frames import HEAD, Kind, frame
from desktop_app.serving.settings import ServeSettings

MODULE: Final = "desktop_app.serving.live_worker"
_EVENTS_WAITING: Final = 2000
"""For a reader that does not read: some minutes of events."""


class LiveRun:
    """One run, as the service sees it.

    Attributes
    ----------
    events : asyncio.Queue of str or None
        Lines of JSON; None is the end.
    """

    def __init__(self, host: _Host, number: int) -> None:
        self._host = host
        self._number = number
        self.events: asyncio.Queue[str | None] = asyncio.Queue(_EVENTS_WAITING)
        self.over = False
        self._done = False  # the process has said so, or has ended

    async def push(self, samples: bytes) -> None:
        await self._send(Kind.SOUND, samples)

    async def end(self) -> None:
        """No more sound comes."""
        await self._send(Kind.END)

    async def drop(self) -> None:
        """Nobody listens any more: the process ends the run, also one that was lost to its reader."""
        if not self._done:
            await self._host.send(frame(Kind.DROP, self._number))

    async def _send(self, kind: Kind, content: bytes = b"") -> None:
        if not self.over:
            await self._host.send(frame(kind, self._number, content))

    def take(self, line: str | None) -> None:
        """From the process; a reader that is far behind loses its run."""
        self._done = self._done or line is None
        if self.over:
            return
        self.over = line is None
        if self.events.full():
            self.over = True
            while not self.events.empty():
                self.events.get_nowait()
            line = None
        self.events.put_nowait(line)


class LiveHosts:
    """All live runs of a service.

    Parameters
    ----------
    on_ended : callable
        Told that a process ended by itself, and why.
    """

    def __init__(self, settings: ServeSettings, on_ended: Callable[[Why], None] = lambda _: None) -> None:
        self._settings = settings
        self._hosts = [_Host(settings, on_ended) for _ in range(settings.workers)]
        self._count = 0

    @property
    def runs(self) -> int:
        return sum(len(host.runs) for host in self._hosts)

    async def open(self, wanted: Mapping[str, Any]) -> LiveRun:
        """Begin a run. Raises ServeError: there are enough (``serve.busy``), or no process can be started."""
        if self.runs >= self._settings.limits.live:
            there = "is 1 live run" if self.runs == 1 else f"are {self.runs} live runs"
            raise ServeError(f"There {there} already.", "Try again later.", code="serve.busy")
        self._count += 1
        host = min(self._hosts, key=lambda one: len(one.runs))
        return await host.open(self._count, wanted)

    async def close(self) -> None:
        for host in self._hosts:
            await host.close()


class _Host:
    """One process."""

    def __init__(self, settings: ServeSettings, on_ended: Callable[[Why], None]) -> None:
        self._settings = settings
        self._on_ended = on_ended
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self.runs: dict[int, LiveRun] = {}

    async def open(self, number: int, wanted: Mapping[str, Any]) -> LiveRun:
        run = LiveRun(self, number)
        self.runs[number] = run
        try:
            await self._start()
            await self.send(frame(Kind.OPEN, number, json.dumps(dict(wanted)).encode()))
        except BaseException:
            self.runs.pop(number, None)
            raise
        return run

    async def send(self, content: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        with contextlib.suppress(OSError):  # it has died, which its reader tells
            process.stdin.write(content)
            await process.stdin.drain()

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if process is not None:
            await process.wait()
        if self._reader is not None:
            await self._reader

    async def _start(self) -> None:
        async with self._starting:
            if self._process is not None:
                return
            try:
                process = await asyncio.create_subprocess_exec(
                    *module_command(MODULE),
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=child_environment(),
                    start_new_session=True,
                )
            except OSError as error:
                raise not_started(error) from error
            assert process.stdin is not None  # noqa: S101 - it was asked for
            wanted = {"parent": os.getpid(), **self._settings.of_model()}
            process.stdin.write(json.dumps(wanted).encode() + b"\n")
            self._process = process
            self._reader = asyncio.create_task(self._read(process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        stream = process.stdout
        assert stream is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                kind, number, length = HEAD.unpack(await stream.readexactly(HEAD.size))
                content = await stream.readexactly(length)
                run = self.runs.get(number)
                if run is None:
                    continue
                if kind == Kind.DONE:
                    del self.runs[number]
                run.take(content.decode() if kind == Kind.EVENT else None)
        if self._process is process:
            self._process = None
            self._on_ended("died")
        left, self.runs = self.runs, {}
        for run in left.values():
            run.take(_DIED)
            run.take(None)


_DIED: Final = json.dumps(
    {
        "event": "failure",
        "message": "The process that judged this run has ended.",
        "hint": "Begin again.",
        "fatal": True,
        "code": "serve",
        "fields": {},
    }
)
