"""Runs the service with uvicorn until a signal ends it, and answers what is under way then."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn

from desktop_app.serving.app import make_app
from desktop_app.serving.connections import MESSAGE_BYTES, LiveProtocol, TimedProtocol
from desktop_app.serving.failures import ServeError
from desktop_app.serving.request_log import LibraryLog, RequestLog
from desktop_app.serving.settings import ServeSettings

_CONNECTIONS: Final = 1000
_TO_END_S: Final = 5.0
_TO_TELL_S: Final = 1.0
_LONGEST_END_S: Final = 8


class _Server(uvicorn.Server):
    """Answers what is not done in time after a signal, or at once after a second one, with ``serve.ending``.

    uvicorn itself would break such requests off, each with a traceback and an answer that is no JSON.

    Parameters
    ----------
    ending : asyncio.Event
        Set when what is under way shall be answered as refused.
    """

    def __init__(self, config: uvicorn.Config, ending: asyncio.Event) -> None:
        super().__init__(config)
        self._ending = ending
        self._loop: asyncio.AbstractEventLoop | None = None
        self._at_once = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.should_exit:
            super().handle_exit(sig, frame)
            return
        self._at_once = True  # a second signal
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.call_later(0.0 if self._at_once else _TO_END_S, self._end)
        await super().shutdown(sockets)

    def _end(self) -> None:
        self._ending.set()
        assert self._loop is not None  # noqa: S101 - it calls this
        self._loop.call_later(_TO_TELL_S, self._abort)

    def _abort(self) -> None:
        """Callers who do not even read that they are refused."""
        for connection in list(self.server_state.connections):
            connection.transport.abort()


def serve(settings: ServeSettings, log: RequestLog, on_ready: Callable[[str], object]) -> None:
    """Listen until a signal comes; then what is under way has some seconds to end.

    Parameters
    ----------
    on_ready : callable
        Told the address, with the port in use, once requests are answered.

    Raises
    ------
    ServeError
        ``serve.address``: it cannot be listened at.
    EmoscopeError
        The model cannot be loaded.
    """
    logging.getLogger().addHandler(LibraryLog(log))
    listening = _listen(settings.host, settings.port)
    with listening:
        port = listening.getsockname()[1]
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        ending = asyncio.Event()
        app = make_app(settings, log, lambda: on_ready(f"http://{shown}:{port}"), ending)
        config = uvicorn.Config(
            app,
            http=TimedProtocol,
            ws=LiveProtocol,
            log_config=None,
            access_log=False,
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_LONGEST_END_S,
            ws_max_size=MESSAGE_BYTES,
            server_header=False,
            proxy_headers=False,  # nothing here goes by what a proxy tells of a caller
        )
        _Server(config, ending).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except (OSError, OverflowError) as error:
        listening.close()
        why = getattr(error, "strerror", None) or str(error)
        raise ServeError(
            f"The service cannot listen at {host}, port {port}: {why.lower()}.",
            "Choose another one with --host and --port.",
            code="serve.address",
        ) from error
    return listening
