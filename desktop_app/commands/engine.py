"""The model that a command runs, as its options say, and whose voice it hears."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Callable
from typing import Final

from desktop_app.command_line.interruptible import interruptible
from desktop_app.command_line.output import tell
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.session_maker import SessionMaker

_LONG_S: Final = 2.0


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

    trial = _LongTrial()

    def load() -> EmotionEngine:
        return EmotionEngine.load(args.model, args.provider, cancel=trial.goes_on, again=args.try_again)

    engine = interruptible(load, stopped)
    opened.enter_context(contextlib.closing(engine))
    return engine


class _LongTrial:
    """Tells that a model is being tried, once that has gone on for a while."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._told = False

    def goes_on(self) -> bool:
        """Asked again and again while the trial goes on, whether to give up: False."""
        now = time.monotonic()
        if self._begun is None:
            self._begun = now
        if not self._told and now - self._begun >= _LONG_S:
            self._told = True
            tell(
                "A model that is used for the first time is tried in a process of its own first. "
                "This may take half a minute ..."
            )
        return False


class Sessions(SessionMaker):
    """Makes what judges one session, as --profile, --adapt, --one-voice and --labels say."""

    def __init__(self, args: argparse.Namespace, engine: EmotionEngine) -> None:
        super().__init__(
            engine,
            labels=args.labels or (),
            adapts=args.adapt == "on",
            one_speaker=getattr(args, "one_voice", False),  # only analyze has it
            profile=args.profile,
        )
