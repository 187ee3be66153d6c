"""What uvicorn's connections do not do: end one on which no request comes, and say why a live run ends."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode

from desktop_app.core.errors import EmoscopeError
from desktop_app.serving.failures import ending, failure_data, failure_event, too_long_message

HEAD_S: Final = 10.0
"""In which the head of a request must have come: one byte a second holds nothing up for long."""
MESSAGE_BYTES: Final = 2**20
"""Of one message to a live run."""
_PASSING_S: Final = 2.0
_TOO_BIG: Final = 1009


class TimedProtocol(HttpToolsProtocol):
    """A connection on which no head of a request comes in time is closed; uvicorn would wait for ever.

    What is no HTTP is refused in JSON, as all else is.
    """

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

    def send_400_response(self, msg: str) -> None:
        content = json.dumps(failure_data("serve.request", msg)).encode()
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + content)
        self.transport.close()

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


class LiveProtocol(WebSocketsSansIOProtocol):
    """A live socket that the service ends by itself is told why before it is closed."""

    _passing = False

    def data_received(self, data: bytes) -> None:
        if not self._passing:
            super().data_received(data)

    def handle_parser_exception(self) -> None:
        sent = self.conn.close_sent
        if sent is None or sent.code != _TOO_BIG:
            super().handle_parser_exception()
            return
        # The rest of the message is still coming. A connection that is closed on it is reset, and the caller
        # would not read why: it is dropped for a moment, in which a caller that reads closes by itself.
        self._passing = True
        self._tell(too_long_message(MESSAGE_BYTES))
        self.queue.put_nowait({"type": "websocket.disconnect", "code": sent.code, "reason": sent.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.close_timer = self.loop.call_later(_PASSING_S, self.transport.close)

    def shutdown(self) -> None:
        self._tell(ending())
        super().shutdown()

    def _tell(self, error: EmoscopeError) -> None:
        """Send a failure event, past what the connection has said already that it will send."""
        if self.handshake_complete and not self.close_sent and not self.transport.is_closing():
            self.transport.write(Frame(Opcode.TEXT, failure_event(error).encode()).serialize(mask=False))
