"""What a service is started with: where it listens, with which model, and how much it takes on."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any, Final

from desktop_app.core.errors import CallError
from desktop_app.core.installation import install_hint

PORT: Final = 8642
LOCAL: Final = "127.0.0.1"
LEAST_KEY: Final = 16
"""Characters: a shorter key can be guessed by whoever may ask a thousand times a second."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request, and all of them together, may take.

    Attributes
    ----------
    body_bytes : int
        Of one upload, with its voice profile.
    sound_s : float
        Length of one recording.
    waiting : int
        Recordings that wait for a worker; further ones are refused.
    upload_s : float
        Time in which the body of a request must have come.
    work_s : float
        Time from then on in which the answer must be there.
    memory_bytes : int
        Resident memory of one worker process, in which recordings are decoded.
    live : int
        Live runs at once.
    live_s : float
        Length of one live run.
    silent_s : float
        Time without any sound after which a live run ends.
    sessions : int
        Voices that are learnt over several requests; the one that was not used for the longest goes.
    session_s : float
        Time after which such a voice is forgotten if nobody uses it.
    """

    body_bytes: int = 64 * 2**20
    sound_s: float = 600.0
    waiting: int = 64
    upload_s: float = 30.0
    work_s: float = 60.0
    memory_bytes: int = 2 * 2**30
    live: int = 20
    live_s: float = 4 * 3600.0
    silent_s: float = 60.0
    sessions: int = 1000
    session_s: float = 3600.0


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """How a service is started.

    Attributes
    ----------
    key : str
        What callers must know; empty if nobody needs one.
    model : str or None
        The model file; by default the one that ships.
    provider : str
        As ``--provider``.
    detector : str
        As ``--detector``.
    again : bool
        As ``--try-again``.
    words : str or None
        Folder of the Whisper model that writes down what is said, for callers who ask for that; None: nobody
        can.
    words_model : str
        Its name.
    text_model, fusion : str or None
        Files, as ``--text-model`` and ``--fusion``: what words tell, for callers who ask for words.
    workers : int
        Processes that analyze recordings, and as many, started when they are needed, for live runs.
    """

    host: str = LOCAL
    port: int = PORT
    key: str = ""
    model: str | None = None
    provider: str = "auto"
    detector: str = "auto"
    again: bool = False
    words: str | None = None
    words_model: str = ""
    text_model: str | None = None
    fusion: str | None = None
    workers: int = 2
    limits: Limits = field(default_factory=Limits)

    def of_model(self) -> dict[str, Any]:
        """What a worker process is told of the model, as JSON values."""
        return {
            "model": self.model,
            "provider": self.provider,
            "detector": self.detector,
            "again": self.again,
            "words_folder": self.words,
            "words_model": self.words_model,
            "words_memory": self.limits.memory_bytes,
            "text_model": self.text_model,
            "fusion": self.fusion,
        }

    def check(self) -> None:
        """Raise CallError for a service that anybody on the network could use."""
        if self.key and len(self.key) < LEAST_KEY:
            raise CallError(
                f"The key has {len(self.key)} characters, and at least {LEAST_KEY} are needed.",
                'Make one with: python -c "import secrets; print(secrets.token_urlsafe())"',
                code="call.key",
            )
        if not self.key and not is_local(self.host):
            raise CallError(
                f"At the address {self.host} others could use this service, and there is no key.",
                f"Set EMOSCOPE_KEY, or give --key, or leave out --host to listen at {LOCAL} only.",
                code="call.key",
            )


def is_local(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_installed() -> None:
    """Raise CallError unless the extra ``serve`` is installed."""
    from desktop_app.core.installation import lacks

    missing = lacks("serve")
    if missing:
        raise CallError(
            f"The service needs the package '{missing[0]}': it comes with the extra 'serve'.",
            install_hint("serve"),
            code="not_installed",
        )
