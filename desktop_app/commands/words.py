"""What writes down what is said, as --words, --words-model and --text-model say."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path

from desktop_app.command_line.interruptible import interruptible
from desktop_app.core.errors import CallError
from desktop_app.words.models import WhisperFolder, find_model
from desktop_app.words.transcriber import Transcriber


def open_words(
    args: argparse.Namespace, opened: contextlib.ExitStack, stopped: Callable[[], bool] = lambda: False
) -> Transcriber | None:
    """With its model open; None without --words. It is closed with `opened`.

    Raises
    ------
    CallError
        --words-model or --text-model without --words.
    WordsError
        The extra or a model is missing, or the model cannot be opened.
    ModelError
        The text model is none, or cannot be used.
    KeyboardInterrupt
        `stopped` became true meanwhile.
    """
    model = find_words(args)
    text_model = getattr(args, "text_model", None)
    if model is None:
        return None
    transcriber = Transcriber(model, text_model=Path(text_model) if text_model else None)
    opened.enter_context(contextlib.closing(transcriber))
    interruptible(transcriber.open, stopped)
    return transcriber


def find_words(args: argparse.Namespace) -> WhisperFolder | None:
    """The model of --words and --words-model; None without --words. Raises as `open_words` does."""
    named = getattr(args, "words_model", None)  # the window, which goes on as `live`, has none of these
    if getattr(args, "words", False):
        return find_model(named)
    if named is not None:
        raise CallError("--words-model says what --words writes with, and it was not given.")
    if getattr(args, "text_model", None) is not None:
        raise CallError("--text-model reads what --words writes down, and it was not given.")
    return None
