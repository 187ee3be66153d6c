"""One live socket: samples in, the events of `emoscope live --jsonl` out.

What the samples are is said in the query (``/v1/live?rate=16000&format=s16le``), or in the first message,
a JSON object of the same names, which may also hold the key. Samples are mono, in binary messages; a text
message ``{"end": true}`` ends the run, and its last events follow before the socket is closed. Whatever else
comes ends the run with a failure event.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

from desktop_app.core.errors import EmoscopeError, one_line
from desktop_app.core.label_set import LabelSet, split_labels
from desktop_app.serving.access import Access, key_of
from desktop_app.serving.failures import ServeError, failure_event, no_words
from desktop_app.serving.live_hosts import LiveHosts, LiveRun
from desktop_app.serving.metrics import Metrics
from desktop_app.serving.pushed_source import BYTES, HIGHEST_RATE, LOWEST_RATE
from desktop_app.serving.settings import Limits
from desktop_app.serving.uploads import plain_name

AHEAD_S: Final = 0.5
"""Sound may come so much faster than it lasts; then it is taken at its own pace."""
_PART_S: Final = 0.1
_FIRST_S: Final = 10.0
_MOST_TEXT: Final = 4096
_SHOWN: Final = 40
_NAMES: Final = ("rate", "format", "labels", "adapt", "words", "name")
_TRUTH: Final = {True: True, False: False, "true": True, "false": False}
_NORMAL, _REFUSED, _LATER = 1000, 1008, 1013


class LiveSocket:
    """From the handshake to the end; `labels` are the model's, and `writes` whether there can be words."""

    def __init__(
        self,
        socket: WebSocket,
        hosts: LiveHosts,
        access: Access,
        limits: Limits,
        metrics: Metrics,
        *,
        labels: Sequence[str],
        writes: bool,
    ) -> None:
        self._socket = socket
        self._hosts = hosts
        self._access = access
        self._limits = limits
        self._metrics = metrics
        self._labels = labels
        self._writes = writes
        self._bytes = 0

    async def run(self) -> None:
        await self._socket.accept()
        told = self._told
        try:
            self._access.check_origin(self._socket.headers)
            wanted = await self._wanted()
            run = await self._hosts.open(wanted)
        except EmoscopeError as error:
            await self._refuse(error)
            return
        except (WebSocketDisconnect, RuntimeError):
            return
        width = BYTES[wanted["format"]] * wanted["rate"]
        hearing = asyncio.create_task(self._hear(run, width))
        try:
            await self._tell(run, hearing)
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)
            await run.drop()
            told["sound_s"] = round(self._bytes / width, 3)
            self._metrics.sound.inc(self._bytes / width)

    @property
    def _told(self) -> dict[str, Any]:
        """For the log."""
        told: dict[str, Any] = self._socket.scope.setdefault("told", {})
        return told

    async def _refuse(self, error: EmoscopeError) -> None:
        self._told["code"] = error.code
        self._metrics.failures.labels(error.code).inc()
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.send_text(failure_event(error))
            await self._socket.close(_LATER if error.code == "serve.busy" else _REFUSED)

    # --- what is wanted ---

    async def _wanted(self) -> dict[str, Any]:
        asked: Mapping[str, Any] = self._socket.query_params
        _check_names(asked, _NAMES)
        key = key_of(self._socket.headers)
        if "rate" not in asked or (self._access.needs_key and not key):
            first = await self._first(keyed=bool(key))
            _check_names(first, (*_NAMES, "key"))
            key = key or str(first.get("key", ""))
            asked = {**asked, **first}
        self._check_key(key)
        wanted = _settings(asked, self._labels)
        if wanted["words"] and not self._writes:
            raise no_words()
        return wanted

    def _check_key(self, key: str) -> None:
        if self._access.needs_key and not key:
            raise ServeError(
                "This service needs its key.",
                'Send it as the header "Authorization: Bearer KEY", or in the first message, a JSON object: '
                '{"key": "KEY"}',
                code="serve.key",
            )
        self._access.check_key(key)

    async def _first(self, *, keyed: bool) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_FIRST_S):
                message = await self._socket.receive()
        except TimeoutError:
            if not keyed:
                self._check_key("")
            raise _wrong("Nothing was said about the samples") from None
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", _NORMAL))
        text = message.get("text") or ""
        try:
            first = json.loads(text) if len(text) <= _MOST_TEXT else None
        except (ValueError, RecursionError):
            first = None
        if not isinstance(first, dict):
            if not keyed:
                self._check_key("")
            raise _wrong("The first message is not a JSON object")
        return first

    # --- while it runs ---

    async def _tell(self, run: LiveRun, hearing: asyncio.Task[None]) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                waiting = asyncio.ensure_future(run.events.get())
                if not hearing.done():
                    await asyncio.wait((waiting, hearing), return_when=asyncio.FIRST_COMPLETED)
                if hearing.done() and (error := hearing.exception()) is not None:
                    waiting.cancel()
                    if isinstance(error, EmoscopeError):
                        await self._refuse(error)
                    return  # else the caller has gone
                line = await waiting
                if line is None:
                    break
                self._metrics.live_events.inc()
                await self._socket.send_text(line)
            if self._socket.application_state is WebSocketState.CONNECTED:
                await self._socket.close(_NORMAL)

    async def _hear(self, run: LiveRun, bytes_a_second: int) -> None:
        """Until the caller ends it, or what is allowed is over.

        Raises
        ------
        ServeError
            ``serve.request``: a text message that does not end it.
        WebSocketDisconnect
            The caller has gone.
        """
        begun: float | None = None
        step = max(1, int(_PART_S * bytes_a_second))
        while self._bytes / bytes_a_second < self._limits.live_s:
            try:
                async with asyncio.timeout(self._limits.silent_s):
                    message = await self._socket.receive()
            except TimeoutError:
                break
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", _NORMAL))
            samples = message.get("bytes")
            if samples is None:
                if not _is_end(message.get("text") or ""):
                    raise ServeError(
                        'While sound is sent, the only text message is {"end": true}.',
                        "Samples go into binary messages.",
                        code="serve.request",
                    )
                break
            begun = time.monotonic() if begun is None else begun
            for start in range(0, len(samples), step):  # one message may hold a minute
                part = samples[start : start + step]
                self._bytes += len(part)
                await run.push(part)
                ahead = self._bytes / bytes_a_second - (time.monotonic() - begun) - AHEAD_S
                if ahead > 0:
                    await asyncio.sleep(ahead)
        await run.end()


def _is_end(text: str) -> bool:
    try:
        said = json.loads(text) if len(text) <= _MOST_TEXT else None
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("end") is True


def _check_names(asked: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in asked:
        if name not in known:
            shown = one_line(name)[:_SHOWN]
            raise _wrong(f"There is no field '{shown}', only {', '.join(known)}")


def _settings(asked: Mapping[str, Any], model_labels: Sequence[str]) -> dict[str, Any]:
    """What a live worker is told, checked. ServeError, and CallError (``call.labels``) for its labels."""
    rate, form = str(asked.get("rate", "")), str(asked.get("format", "s16le"))
    if not rate:
        raise _wrong("The rate is missing")
    if not (rate.isascii() and rate.isdecimal() and len(rate) <= len(str(HIGHEST_RATE))) or not (
        LOWEST_RATE <= int(rate) <= HIGHEST_RATE
    ):
        raise _wrong(f"The rate must be a whole number from {LOWEST_RATE} to {HIGHEST_RATE} Hz")
    if form not in BYTES:
        raise _wrong(f"The format must be one of {', '.join(BYTES)}")
    labels = asked.get("labels") or ""
    if not isinstance(labels, str):
        raise _wrong("The labels must be one text, with commas")
    adapt = asked.get("adapt", "on")
    if adapt not in ("on", "off"):
        raise _wrong("adapt must be on or off")
    words = asked.get("words", False)
    if not isinstance(words, bool | str) or words not in _TRUTH:
        raise _wrong("words must be true or false")
    wanted = split_labels(labels) if labels else ()
    LabelSet.of(model_labels, wanted)
    return {
        "rate": int(rate),
        "format": form,
        "labels": list(wanted),
        "adapt": adapt == "on",
        "words": _TRUTH[words],
        "name": plain_name(str(asked.get("name", "")), "socket"),
    }


def _wrong(what: str) -> ServeError:
    return ServeError(f"{what}.", "Such as: /v1/live?rate=16000&format=s16le", code="serve.request")
