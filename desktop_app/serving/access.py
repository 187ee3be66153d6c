"""Who may call: a key in constant time, and no page of another site."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from desktop_app.serving.failures import ServeError
from desktop_app.serving.settings import is_local


class Access:
    """What a request must bring.

    With a key each call brings it. Without one only this machine reaches the service, but any page in its
    browser could: a page of another site names itself as origin, and one whose name was made to lead here
    (DNS rebinding) asks for that name.
    """

    def __init__(self, key: str) -> None:
        self._digest = hashlib.sha256(key.encode()).digest() if key else b""

    @property
    def needs_key(self) -> bool:
        return bool(self._digest)

    def check_key(self, given: str) -> None:
        """Raise ServeError (``serve.key``) for a wrong key; the time that takes tells nothing about it."""
        if not self._digest:
            return
        # A header comes as Latin-1, whatever its bytes were; those of a key in UTF-8 come out of that again.
        ways = [given.encode("utf-8", "surrogatepass")]
        with contextlib.suppress(UnicodeEncodeError):
            ways.append(given.encode("latin-1"))
        fitting = [hmac.compare_digest(hashlib.sha256(way).digest(), self._digest) for way in ways]
        if not any(fitting):
            raise ServeError(
                "This service needs its key.",
                "Send it as the header: Authorization: Bearer KEY",
                code="serve.key",
            )

    def check_origin(self, headers: Mapping[str, str]) -> None:
        """Raise ServeError (``serve.origin``) for what a page of another site asks for."""
        host = headers.get("host", "")
        if not self.needs_key and host and not is_local(_name(host)):
            raise ServeError("This service answers at its own address only.", code="serve.origin")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            raise ServeError("Pages of other sites may not use this service.", code="serve.origin")


def key_of(headers: Mapping[str, str]) -> str:
    """The key that a request brings; empty if it brings none."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")


def _name(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if ":" in host else host
