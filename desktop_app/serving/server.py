"""Runs the service with uvicorn until a signal ends it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from desktop_app.serving.app import make_app
from desktop_app.serving.failures import ServeError
from desktop_app.serving.request_log import RequestLog
from desktop_app.serving.settings import ServeSettings

HEAD_S: Final = 10.0
"""In which the head of a request must have come: one byte a second holds nothing up for long."""
_CONNECTIONS: Final = 1000
_MESSAGE_BYTES: Final = 2**20
_TO_END_S: Final = 5


class _TimedProtocol(HttpToolsProtocol):
    """A connection on which no head of a request comes in time is closed; uvicorn would wait for ever."""

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._stop_timer()
        self._head_timer = self.loop.call_later(HEAD_S, self._close)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _close(self) -> None:
        self.transport.close()


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
    listening = _listen(settings.host, settings.port)
    with listening:
        port = listening.getsockname()[1]
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        app = make_app(settings, log, lambda: on_ready(f"http://{shown}:{port}"))
        config = uvicorn.Config(
            app,
            http=_TimedProtocol,
            ws="websockets-sansio",
            log_config=None,
            access_log=False,
            limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_TO_END_S,
            ws_max_size=_MESSAGE_BYTES,
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listening])


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
