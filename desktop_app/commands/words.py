"""What writes down what is said, as --words and --words-model say."""

from __future__ import annotations

import argparse
import contextlib

from desktop_app.core.errors import CallError
from desktop_app.words.models import find_model
from desktop_app.words.transcriber import Transcriber


def open_words(args: argparse.Namespace, opened: contextlib.ExitStack) -> Transcriber | None:
    """With its model open; None without --words. It is closed with `opened`.

    Raises
    ------
    CallError
        --words-model without --words.
    WordsError
        The extra or a model is missing, or the model cannot be opened.
    """
    if not args.words:
        if args.words_model is not None:
            raise CallError("--words-model says what --words writes with, and it was not given.")
        return None
    transcriber = opened.enter_context(contextlib.closing(Transcriber(find_model(args.words_model))))
    transcriber.open()
    return transcriber
