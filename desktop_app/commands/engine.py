"""The model that a command runs, as its options say, and whose voice it hears."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable

from desktop_app.command_line.interruptible import interruptible
from desktop_app.command_line.output import tell
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceProfile
from desktop_app.inference.voice_profile_file import load_profile


def open_engine(
    args: argparse.Namespace, opened: contextlib.ExitStack, stopped: Callable[[], bool] = lambda: False
) -> EmotionEngine:
    """The engine of --model, --provider and --try-again; closed with `opened`.

    Raises
    ------
    ModelError
    KeyboardInterrupt
        `stopped` became true meanwhile.
    """

    def slow() -> None:
        if args.model is not None:
            tell(
                "A model that is used for the first time is tried in a process of its own first. "
                "This may take half a minute ..."
            )

    def load() -> EmotionEngine:
        return EmotionEngine.load(args.model, args.provider, again=args.try_again)

    engine = interruptible(load, stopped, slow)
    opened.enter_context(contextlib.closing(engine))
    return engine


def use_profile(engine: EmotionEngine, path: str | None) -> VoiceProfile | None:
    """Let `engine` hear the person whose profile lies at `path`, if one is given."""
    if path is None:
        return None
    profile = load_profile(path, engine.voice_model)
    engine.set_profile(profile)
    return profile
