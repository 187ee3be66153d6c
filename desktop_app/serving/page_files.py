"""The files of the page at `/`: they load nothing from elsewhere, and the browser is told so."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Response

from desktop_app.serving.failures import ServeError

_FOLDER: Final = Path(__file__).parent / "page"
_ICON: Final = Path(__file__).parents[1] / "assets" / "icon.svg"
_TYPES: Final = {
    "index.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "recorder.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def page_file(name: str) -> Response:
    """Raises ServeError (``serve.not_found``) for what is no part of the page."""
    if name not in _TYPES:
        raise ServeError("There is nothing at this address.", code="serve.not_found")
    return Response(_content(name), media_type=_TYPES[name], headers=_HEADERS)


@cache
def _content(name: str) -> bytes:
    return (_ICON if name == "icon.svg" else _FOLDER / name).read_bytes()
