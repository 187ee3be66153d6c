"""Voices that are learnt over several requests, each behind a name that nobody can guess."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from desktop_app.serving.failures import ServeError
from desktop_app.serving.settings import Limits


@dataclass(slots=True, eq=False)
class VoiceSession:
    """One person who speaks in all recordings of a session, as with `emoscope analyze --one-voice`.

    Attributes
    ----------
    voice : Path
        The file that a worker process reads and writes: means of the speech so far, and no sound.
    turn : asyncio.Lock
        Its recordings are heard one after another, in the order in which they came.
    requests : int
        How many have come and are not answered yet: so long it is not forgotten.
    """

    name: str
    folder: Path
    used: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    requests: int = 0

    @property
    def voice(self) -> Path:
        return self.folder / "voice.profile"


class VoiceSessions:
    """All sessions of a service; one that nobody used for a while is forgotten."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._sessions: OrderedDict[str, VoiceSession] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def begin(self) -> VoiceSession:
        self._forget_old(most=self._limits.sessions - 1)
        name = secrets.token_urlsafe(24)
        folder = self._folder / f"session-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        session = VoiceSession(name, folder, time.monotonic())
        self._sessions[name] = session
        return session

    def get(self, name: str) -> VoiceSession:
        """Raises ServeError (``serve.session``) if there is none of that name."""
        self._forget_old(most=self._limits.sessions)
        session = self._sessions.get(name)
        if session is None:
            raise ServeError(
                "There is no session of this name.",
                "It was ended, or nobody used it for too long: begin another one.",
                code="serve.session",
            )
        self._touch(session)
        return session

    @contextlib.contextmanager
    def used(self, name: str) -> Iterator[VoiceSession]:
        """`get`, for as long as a request needs it: a long upload, others before it, the analysis."""
        session = self.get(name)
        session.requests += 1
        try:
            yield session
        finally:
            session.requests -= 1
            self._touch(session)

    def end(self, name: str) -> None:
        """Forget a voice. Raises ServeError as `get`."""
        self._drop(self.get(name).name)

    def _touch(self, session: VoiceSession) -> None:
        session.used = time.monotonic()
        if session.name in self._sessions:  # it may have been ended
            self._sessions.move_to_end(session.name)

    def _forget_old(self, *, most: int) -> None:
        """Keep at most so many, and none that nobody used for too long; all that are in use stay."""
        oldest = time.monotonic() - self._limits.session_s
        for name, session in list(self._sessions.items()):
            if session.used >= oldest and len(self._sessions) <= most:
                return
            if not session.requests:
                self._drop(name)

    def _drop(self, name: str) -> None:
        shutil.rmtree(self._sessions.pop(name).folder, ignore_errors=True)
