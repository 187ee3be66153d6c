"""What writes down what is said, as --words, --words-model, --text-model and --fusion say."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path

from desktop_app.command_line.interruptible import interruptible
from desktop_app.command_line.output import tell
from desktop_app.core.errors import CallError
from desktop_app.core.fusion import FusedModel, Fusion
from desktop_app.core.fusion_file import read_fusion
from desktop_app.inference.engine import EmotionEngine
from desktop_app.words.models import ENGLISH_ONLY, WhisperFolder, find_model
from desktop_app.words.transcriber import Transcriber


def open_words(
    args: argparse.Namespace, opened: contextlib.ExitStack, stopped: Callable[[], bool] = lambda: False
) -> Transcriber | None:
    """With its model open; None without --words. It is closed with `opened`.

    That the model knows English only is told on stderr.

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
    tell_languages(model)
    return transcriber


def tell_languages(model: WhisperFolder) -> None:
    """On stderr, that the model knows English only; nothing of one that knows more."""
    if model.english_only:
        tell(f"What is said is written down by {model.name}. {ENGLISH_ONLY}")


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


def asked_fusion(args: argparse.Namespace) -> Fusion | None:
    """That of --fusion, not yet known to belong to the models; None without it.

    Raises
    ------
    CallError
        --fusion without --text-model, or with --labels.
    FusionError
        The file is no fusion.
    """
    path = getattr(args, "fusion", None)
    if path is None:
        return None
    if getattr(args, "text_model", None) is None:
        raise CallError("--fusion weighs what --text-model tells, and it was not given.")
    if getattr(args, "labels", None):  # of a service, each request names its own
        raise CallError(
            "--fusion was made for all emotions of the model, and --labels leaves some out.",
            "Give one of them.",
        )
    return read_fusion(path)


def check_fusion(fusion: Fusion | None, engine: EmotionEngine, words: Transcriber | None) -> None:
    """Raise FusionError if a fusion belongs to other models than these."""
    if fusion is None or words is None or words.text_model is None:
        return
    text = words.text_model
    fusion.check(
        FusedModel(engine.name, engine.sha256, engine.labels),
        FusedModel(text.manifest.name, text.sha256, text.manifest.labels),
    )
