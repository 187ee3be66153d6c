"""The service as an ASGI application: routes, and what stands before and behind each of them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desktop_app import __version__
from desktop_app.command_line.tool import as_told
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.own_folder import OwnFolder
from desktop_app.serving import openapi
from desktop_app.serving.access import Access, key_of
from desktop_app.serving.analysis_pool import AnalysisPool
from desktop_app.serving.failures import (
    ServeError,
    ending,
    failure_data,
    no_words,
    profile_and_session,
    status_of,
)
from desktop_app.serving.live_hosts import LiveHosts
from desktop_app.serving.live_socket import LiveSocket
from desktop_app.serving.metrics import CONTENT_TYPE, Metrics
from desktop_app.serving.page_files import page_file
from desktop_app.serving.query import AnalyzeQuery, wrong_field
from desktop_app.serving.request_log import RequestLog
from desktop_app.serving.settings import ServeSettings
from desktop_app.serving.uploads import Upload, gone, pass_over, receive
from desktop_app.serving.voice_sessions import VoiceSessions

OPEN_TO_ALL: Final = frozenset({"/", "/health", "/page.css", "/page.js", "/recorder.js", "/icon.svg"})
"""Paths that tell nothing: no key is needed for them."""
_GONE: Final = 499  # in the log alone: nobody is there to read it


class Service:
    """What the routes share; lives as long as the application does."""

    def __init__(self, settings: ServeSettings, log: RequestLog, ending: asyncio.Event) -> None:
        self.settings = settings
        self.ending = ending
        self.log = log
        self.access = Access(settings.key)
        self.metrics = Metrics()
        ended = self.metrics.workers_ended
        self.pool = AnalysisPool(settings, lambda why: ended.labels(why).inc())
        self.hosts = LiveHosts(settings, lambda why: ended.labels(why).inc())
        self._folder = OwnFolder("emoscope-serve-")
        self.folder = self._folder.path
        self.sessions = VoiceSessions(self.folder, settings.limits)
        self.uploads = 0
        for name, text, value in (
            ("emoscope_waiting", "Recordings that wait for a worker", lambda: self.pool.waiting),
            ("emoscope_working", "Recordings that are being analyzed", lambda: self.pool.working),
            ("emoscope_uploads", "Uploads under way", lambda: self.uploads),
            ("emoscope_live_runs", "Live runs", lambda: self.hosts.runs),
            ("emoscope_sessions", "Voices that are learnt", lambda: len(self.sessions)),
        ):
            self.metrics.watch(name, text, value)

    async def close(self) -> None:
        await self.hosts.close()
        await asyncio.to_thread(self.pool.close)
        self._folder.remove()

    @contextlib.asynccontextmanager
    async def upload(self, request: Request, name: str | None) -> AsyncIterator[Upload]:
        """The files of a request, for as long as they are needed."""
        if self.uploads >= 2 * self.settings.limits.waiting + self.settings.workers:
            raise ServeError(
                "Too many uploads are under way.", "Try again in some seconds.", code="serve.busy"
            )
        self.uploads += 1
        try:
            upload = await receive(request, self.folder, self.settings.limits, name)
            try:
                yield upload
            finally:
                upload.remove()
        finally:
            self.uploads -= 1

    async def analyzed(self, request: Request, task: dict[str, Any]) -> dict[str, Any]:
        """The result of a task; given up when the caller goes."""
        work = asyncio.ensure_future(self.pool.analyze(task))
        left = asyncio.ensure_future(gone(request))
        try:
            await asyncio.wait((work, left), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise ClientDisconnect
            return work.result()
        finally:
            for one in (work, left):
                one.cancel()
            await asyncio.gather(work, left, return_exceptions=True)


def make_app(
    settings: ServeSettings, log: RequestLog, on_ready: Callable[[], object], ending: asyncio.Event
) -> ASGIApp:
    """The application; its worker processes start and end with it.

    Parameters
    ----------
    on_ready : callable
        Called once requests are answered.
    ending : asyncio.Event
        Once it is set, what is not answered yet is refused with ``serve.ending``.
    """
    service = Service(settings, log, ending)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            on_ready()
            yield
        finally:
            await service.close()

    app = FastAPI(
        title="Emoscope",
        version=__version__,
        description=openapi.DESCRIPTION,
        docs_url=None,  # these pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    service.pool.start()
    _add_failures(app)
    _add_routes(app, service)
    return _Watched(app, service)


def _add_routes(app: FastAPI, service: Service) -> None:
    settings = service.settings

    @app.head("/health", include_in_schema=False)
    @app.get("/health", **openapi.HEALTH)
    async def health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get("/v1/model", **openapi.MODEL)
    async def model() -> dict[str, Any]:
        limits = settings.limits
        return {
            **service.pool.model,
            "limits": {
                "upload_bytes": limits.body_bytes,
                "sound_s": limits.sound_s,
                "live_s": limits.live_s,
                "live_runs": limits.live,
            },
        }

    @app.post("/v1/analyze", **openapi.ANALYZE)
    async def analyze(request: Request, query: Annotated[AnalyzeQuery, Query()]) -> Response:
        task = query.task()
        if query.words and settings.words is None:
            raise no_words()
        async with contextlib.AsyncExitStack() as held:
            voice = None
            if query.session is not None:
                voice = held.enter_context(service.sessions.used(query.session))
            upload = await held.enter_async_context(service.upload(request, query.name))
            if voice is not None:
                await held.enter_async_context(voice.turn)
            task |= {"path": str(upload.recording), "name": upload.name}
            if upload.profile is not None:
                if voice is not None:  # what it would add would stay in the session
                    raise profile_and_session()
                task["profile"] = {"path": str(upload.profile), "name": upload.profile_name}
            if voice is not None:
                task["voice"] = str(voice.voice)
            request.scope["told"] = {"bytes": upload.size}
            found = await service.analyzed(request, task)
        request.scope["told"]["sound_s"] = round(found["sound_s"], 3)
        service.metrics.sound.inc(found["sound_s"])
        return Response(found["report"], media_type="application/json")

    @app.post("/v1/sessions", status_code=201, **openapi.BEGIN_SESSION)
    async def begin_session() -> dict[str, Any]:
        return {"session": service.sessions.begin().name, "idle_s": settings.limits.session_s}

    @app.delete("/v1/sessions/{session}", status_code=204, **openapi.END_SESSION)
    async def end_session(session: str) -> None:
        service.sessions.end(session)

    @app.get("/metrics", **openapi.METRICS)
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    @app.get("/v1/live", include_in_schema=False)
    async def live_without_socket() -> Response:
        raise ServeError(
            "This address takes a WebSocket.",
            "Such as: /v1/live?rate=16000&format=s16le",
            code="serve.method",
        )

    @app.websocket("/v1/live")
    async def live(socket: WebSocket) -> None:
        parts = (service.hosts, service.access, settings.limits, service.metrics)
        labels = service.pool.model["labels"]
        await LiveSocket(socket, *parts, labels=labels, writes=settings.words is not None).run()

    @app.head("/", include_in_schema=False)
    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        return page_file("index.html")

    @app.get("/{name}.{kind}", include_in_schema=False)
    async def part_of_page(name: str, kind: str) -> Response:
        return page_file(f"{name}.{kind}")


def _add_failures(app: FastAPI) -> None:
    """Every failure is JSON with a code, a sentence, and the status that belongs to it."""

    async def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, EmoscopeError)  # noqa: S101 - registered for those
        return _failure(request, error)

    async def not_valid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - likewise
        return _failure(request, ServeError(wrong_field(error.errors()[0]), code="serve.request"))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - likewise
        if error.status_code == 405:
            return _failure(request, ServeError("This address takes no such request.", code="serve.method"))
        return _failure(request, ServeError("There is nothing at this address.", code="serve.not_found"))

    app.add_exception_handler(EmoscopeError, told)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(HTTPException, http)


def _failure(request: Request, error: EmoscopeError) -> Response:
    request.scope.setdefault("told", {})["code"] = error.code
    return _failure_response(error)


def _failure_response(error: EmoscopeError) -> Response:
    status = status_of(error.code)
    headers = {"retry-after": "2"} if status == 503 else {}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if error.code in {"serve.too_large", "serve.slow"}:
        headers["connection"] = "close"  # what is left of the body is not read
    return JSONResponse(failure_data(error.code, str(error)), status, headers)


class _Watched:
    """Around every request: who may ask, its line in the log, its figures; and an answer whatever happens."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        begun, number = time.monotonic(), secrets.token_hex(8)
        sent: list[int] = []
        body_came = False

        async def receiving() -> Message:
            nonlocal body_came
            message = await receive()
            body_came = body_came or not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent.append(message["status"])
                message = {**message, "headers": [*message["headers"], (b"x-request-id", number.encode())]}
            elif sent and sent[0] >= HTTPStatus.BAD_REQUEST and not (body_came or message.get("more_body")):
                # Refused before all of it has come. The answer is there whole, and what still comes is
                # dropped: a connection that is closed on it would be reset, and the answer lost.
                await send({**message, "more_body": True})
                await pass_over(receiving, at_once=self._service.ending.is_set())
                message = {"type": "http.response.body", "body": b""}
            await send(message)

        try:
            await self._answer(scope, receiving, sending, sent)
        except ClientDisconnect:
            sent[:] = [_GONE]
        finally:
            self._note(scope, number, sent[0] if sent else _GONE, time.monotonic() - begun)

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Callable[[Message], Awaitable[None]],
        sent: list[int],
    ) -> None:
        try:
            if scope["type"] == "http":
                headers = Request(scope).headers
                self._service.access.check_origin(headers)
                if scope["path"] not in OPEN_TO_ALL:
                    self._service.access.check_key(key_of(headers))
                await self._in_time(self._app(scope, receive, send), sent)
            else:
                await self._app(scope, receive, send)
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - one request's; the others go on
            told = as_told(error)
            scope.setdefault("told", {})["code"] = told.code
            if not sent and scope["type"] == "http":
                await _failure_response(told)(scope, receive, send)

    async def _in_time(self, answering: Awaitable[None], sent: list[int]) -> None:
        """Await the application. ServeError (``serve.ending``): the service ends before it answers."""
        work = asyncio.ensure_future(answering)
        end = asyncio.ensure_future(self._service.ending.wait())
        try:
            await asyncio.wait((work, end), return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and not sent:
                raise ending()
            await work
        except asyncio.CancelledError:
            raise ending() from None  # only its end breaks requests off
        finally:
            for one in (work, end):
                one.cancel()
            await asyncio.gather(work, end, return_exceptions=True)

    def _note(self, scope: Scope, number: str, status: int, seconds: float) -> None:
        told = scope.get("told", {})
        route = getattr(scope.get("route"), "path", "none")
        if scope["type"] == "websocket":
            self._service.log.write("live", {"id": number, "seconds": round(seconds, 3), **told})
            return
        method = scope["method"] if scope["method"] in {"GET", "POST", "DELETE", "HEAD"} else "OTHER"
        fields = {"id": number, "method": method, "route": route, "status": status}
        self._service.log.write("request", {**fields, "ms": round(1000 * seconds, 1), **told})
        metrics = self._service.metrics
        metrics.requests.labels(route, method, str(status)).inc()
        metrics.seconds.labels(route).observe(seconds)
        if "code" in told:
            metrics.failures.labels(told["code"]).inc()
