"""Failures of transcription."""

from __future__ import annotations

from typing import ClassVar

from desktop_app.core.errors import EmoscopeError


class WordsError(EmoscopeError):
    """A Whisper model that cannot be used, or words that were not written down."""

    default_code: ClassVar[str] = "words"
