"""The body of a request as files: a recording, perhaps a voice profile; nothing too large or too slow."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive

from desktop_app.core.errors import one_line
from desktop_app.serving.failures import ServeError
from desktop_app.serving.settings import Limits

MULTIPART: Final = "multipart/form-data"
_PARTS: Final = 4
_LONGEST_NAME: Final = 200
_LARGE: Final = "serve.too_large"
_PASSED_OVER: Final = 2**28
_PASSING_S: Final = 30.0
_SILENT_S: Final = 2.0
_ENDING_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Upload:
    """Files that are deleted by `remove`.

    `name` is what the caller calls the recording, and what results and failures call it; `profile_name`
    likewise.
    """

    size: int
    recording: Path
    name: str
    profile: Path | None = None
    profile_name: str = ""

    def remove(self) -> None:
        _remove(self.recording, self.profile)


def _remove(*paths: Path | None) -> None:
    for path in paths:
        if path is not None:
            with contextlib.suppress(OSError):  # what cannot go now goes with the folder
                path.unlink()


def plain_name(name: str | None, default: str = "upload") -> str:
    """The last part of a file's name, on one line, whatever a caller has sent."""
    last = PureWindowsPath(PurePosixPath(name or "").name).name
    return one_line(last)[:_LONGEST_NAME] or default


async def receive(request: Request, folder: Path, limits: Limits, name: str | None) -> Upload:
    """Take in the body of a request: multipart with a part `file`, or the recording as it is.

    Parameters
    ----------
    folder : Path
        In which these files are made.
    name : str, optional
        What the recording is called, in place of what the part or nothing says.

    Raises
    ------
    ServeError
        ``serve.too_large``, ``serve.slow`` or ``serve.request``; nothing is left in the folder.
    ClientDisconnect
        The caller has gone.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limits.body_bytes:
        raise _too_large(limits)
    own = folder / f"upload-{secrets.token_hex(8)}"
    recording, profile = own.with_suffix(".recording"), own.with_suffix(".profile")
    try:
        async with asyncio.timeout(limits.upload_s):
            if request.headers.get("content-type", "").lower().startswith(MULTIPART):
                return await _parts(request, recording, profile, limits, name)
            size = await _raw(request, recording, limits)
            return Upload(size, recording, plain_name(name))
    except BaseException as error:
        _remove(recording, profile)
        if isinstance(error, TimeoutError):
            raise ServeError(
                f"The upload did not come within {limits.upload_s:g} s.", code="serve.slow"
            ) from error
        raise


async def _raw(request: Request, path: Path, limits: Limits) -> int:
    size = 0
    with path.open("wb") as file:
        async for chunk in _bounded(request, limits):
            size += len(chunk)
            file.write(chunk)
    if size == 0:
        raise ServeError(
            "The request has no recording.",
            'Send one as its body, or as the part "file" of a form.',
            code="serve.request",
        )
    return size


async def _parts(
    request: Request, recording: Path, profile: Path, limits: Limits, name: str | None
) -> Upload:
    parser = MultiPartParser(
        request.headers, _bounded(request, limits), max_files=_PARTS, max_fields=_PARTS, max_part_size=2**16
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise ServeError(
            "The form cannot be read: it is not whole, or has too many parts.", code="serve.request"
        ) from error
    async with contextlib.AsyncExitStack() as opened:
        opened.push_async_callback(form.close)
        for part in ("file", "profile"):
            if len(form.getlist(part)) > 1:
                raise ServeError(
                    f'The form has more than one part "{part}".',
                    "A request is for one recording.",
                    code="serve.request",
                )
        sound, voice = form.get("file"), form.get("profile")
        if not isinstance(sound, UploadFile):
            raise ServeError(
                'The form has no part "file" with a recording.',
                'Such as: curl -F "file=@talk.wav" ...',
                code="serve.request",
            )
        size = _copy(sound, recording)
        shown = plain_name(name or sound.filename)
        if not isinstance(voice, UploadFile):
            return Upload(size, recording, shown)
        size += _copy(voice, profile)
        return Upload(size, recording, shown, profile, plain_name(voice.filename, "voice.profile"))


def _copy(part: UploadFile, path: Path) -> int:
    with path.open("wb") as file:
        part.file.seek(0)
        shutil.copyfileobj(part.file, file)
        return file.tell()


async def _bounded(request: Request, limits: Limits) -> AsyncGenerator[bytes, None]:
    """The body as it comes, whatever length was announced."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limits.body_bytes:
            raise _too_large(limits)
        yield chunk


async def pass_over(receive: Receive, *, at_once: bool) -> None:
    """Take in more of a body that is refused: many callers read no answer before they have sent all of it.

    It ends with the body, after 30 s or 256 MB, or when nothing comes for 2 s; with `at_once` after 0.5 s.
    """
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_ENDING_S if at_once else _PASSING_S):
            while size < _PASSED_OVER:
                async with asyncio.timeout(_SILENT_S):
                    message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _too_large(limits: Limits) -> ServeError:
    return ServeError(
        f"The upload is larger than the {limits.body_bytes / 2**20:g} MB that are allowed.",
        "Send a compressed recording, or one in parts.",
        code=_LARGE,
    )


async def gone(request: Request) -> None:
    """Returns when the caller has gone; to be awaited once the body has come."""
    with contextlib.suppress(ClientDisconnect):
        while (await request.receive())["type"] != "http.disconnect":
            pass
