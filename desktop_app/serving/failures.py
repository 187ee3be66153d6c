"""What a caller is told of a failure: a code, a sentence, and an HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import printable_path


class ServeError(EmoscopeError):
    """A request that is not answered."""

    default_code = "serve"


_STATUS: Final = {
    "serve.busy": 503,
    "serve.decoder": 422,
    "serve.key": 401,
    "serve.method": 405,
    "serve.not_found": 404,
    "serve.origin": 403,
    "serve.request": 400,
    "serve.session": 404,
    "serve.slow": 408,
    "serve.time": 504,
    "serve.too_large": 413,
    "audio.too_long": 413,
    "audio.memory": 413,
    "internal": 500,
}
_BY_ROOM: Final = {"audio": 422, "profile": 422, "call": 400, "serve": 500, "model": 500}


def status_of(code: str) -> int:
    """The HTTP status of a failure with this code."""
    return _STATUS.get(code) or _BY_ROOM.get(code.partition(".")[0], 500)


def failure_data(code: str, message: str) -> dict[str, str]:
    """A failure as JSON values."""
    return {"code": code, "message": printable_path(message)}


def failure_of(error: EmoscopeError) -> dict[str, Any]:
    """A failure as a worker process tells it."""
    return {"code": error.code, "message": printable_path(str(error))}


def raised(told: Mapping[str, Any]) -> EmoscopeError:
    """The failure that a worker process has told, to be raised here."""
    return EmoscopeError(str(told["message"]), code=told["code"])
