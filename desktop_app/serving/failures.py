"""What a caller is told of a failure: a code, a sentence, and an HTTP status."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from desktop_app.command_line.tool import as_told
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import printable_path


class ServeError(EmoscopeError):
    """A request that is not answered."""

    default_code = "serve"


_STATUS: Final = {
    "serve.busy": 503,
    "serve.decoder": 422,
    "serve.ending": 503,
    "serve.key": 401,
    "serve.method": 405,
    "serve.not_found": 404,
    "serve.origin": 403,
    "serve.request": 400,
    "serve.session": 404,
    "serve.slow": 408,
    "serve.time": 504,
    "serve.too_large": 413,
    "serve.words": 409,
    "audio.too_long": 413,
    "audio.memory": 413,
    "internal": 500,
}
_BY_ROOM: Final = {"audio": 422, "profile": 422, "call": 400, "serve": 500, "model": 500}
_OPTION: Final = re.compile(r"(?<![\w'-])--(channel|labels|adapt|track|strict)\b")


def status_of(code: str) -> int:
    """The HTTP status of a failure with this code."""
    return _STATUS.get(code) or _BY_ROOM.get(code.partition(".")[0], 500)


def failure_data(code: str, message: str) -> dict[str, str]:
    """A failure as JSON values."""
    return {"code": code, "message": printable_path(message)}


def failure_of(error: EmoscopeError, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A failure as a worker process tells it.

    Parameters
    ----------
    names : mapping, optional
        What files are called by the caller, who does not know their paths.
    """
    message = printable_path(in_request(error))
    for path, name in (names or {}).items():
        message = message.replace(path, name)
    return {"code": error.code, "message": message}


def in_request(error: EmoscopeError) -> str:
    """The sentences of a failure, with the options of the command line as a query has them."""
    return _OPTION.sub(r"\1", str(error))


def no_words() -> ServeError:
    """What is said is to be written down, and this service does not do that."""
    return ServeError(
        "This service does not write down what is said.", "Start it with --words.", code="serve.words"
    )


def profile_and_session() -> ServeError:
    """A voice profile counts for one request, and what a session learns for those that follow."""
    return ServeError(
        "A session learns its voice from its recordings alone: a profile does not go with it.",
        "Send the profile without a session, or the session without the profile.",
        code="serve.request",
    )


def failure_event(error: EmoscopeError) -> str:
    """The failure that ends a live run, as a line of JSON."""
    return json.dumps(
        {
            "event": "failure",
            "message": _OPTION.sub(r"\1", error.message),
            "hint": _OPTION.sub(r"\1", error.hint),
            "fatal": True,
            "code": error.code,
            "fields": dict(error.fields),
        }
    )


def raised(told: Mapping[str, Any]) -> EmoscopeError:
    """The failure that a worker process has told, to be raised here."""
    return EmoscopeError(str(told["message"]), code=told["code"])


def not_started(failure: Exception) -> EmoscopeError:
    """Why there is no worker process: the system has nothing left for it, or there is a mistake here."""
    if not isinstance(failure, OSError):
        return as_told(failure)
    why = (failure.strerror or "it is not known why").lower()
    return ServeError(
        f"A worker process could not be started: {why}.",
        "Try again later; with fewer --workers the service needs less.",
    )


def ending() -> ServeError:
    """The service has been told to end."""
    return ServeError("The service is ending.", "Try again when it has started anew.", code="serve.ending")


def too_long_message(limit: int) -> ServeError:
    """A message to a live run is too long; the limit is in bytes."""
    return ServeError(
        f"A message is longer than {limit / 2**20:g} MB.",
        "Send the sound in pieces of a second or less.",
        code="serve.too_large",
    )
