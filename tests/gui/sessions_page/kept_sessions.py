"""What tests of the page of sessions share beside its fixtures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import Failure
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.sessions.store import OpenedSession, SessionStore

Until = Callable[..., None]
Keep = Callable[..., int]
Listed = Callable[[int], None]


def told(failure: Failure) -> None:
    raise EmoscopeError(failure.message)


def read(folder: Path, number: int) -> OpenedSession:
    with SessionStore(folder) as store:
        return store.open(number)


def names(page: SessionsPage) -> list[str]:
    return [session.name for session in page.list.table.rows.sessions]
