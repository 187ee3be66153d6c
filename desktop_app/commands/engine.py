"""The model that a command runs, as its options say, and whose voice it hears."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Callable
from typing import Final

from desktop_app.command_line.interruptible import interruptible
from desktop_app.command_line.output import tell
from desktop_app.core.errors import CallError, one_line
from desktop_app.core.label_set import LabelSet
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.restricted import RestrictedEngine
from desktop_app.inference.voice_profile import VoiceProfile
from desktop_app.inference.voice_profile_file import load_profile

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
        elif not self._told and now - self._begun > _LONG_S:
            self._told = True
            tell(
                "A model that is used for the first time is tried in a process of its own first. "
                "This may take half a minute ..."
            )
        return False


class Sessions:
    """Makes what judges one session, as --profile, --adapt, --one-voice and --labels say.

    Attributes
    ----------
    profile : VoiceProfile or None
        Of --profile.
    labels : tuple of str
        The allowed ones, in the model's order.
    """

    def __init__(self, args: argparse.Namespace, engine: EmotionEngine) -> None:
        """Raises VoiceProfileError if the profile cannot be used; CallError if the model lacks a label."""
        self._engine = engine
        if args.labels and engine.dimensions:
            raise CallError(
                f"The model '{one_line(engine.name)}' gives dimensions ({', '.join(engine.dimensions)}), and "
                "--labels chooses among emotions.",
                "Leave out --labels, or choose a model that answers with emotions.",
                code="call.labels",
            )
        self._label_set = LabelSet.of(engine.labels, args.labels or ())
        self.labels = self._label_set.labels
        self._adapts = args.adapt == "on"
        self._one_speaker = getattr(args, "one_voice", False)  # only analyze has it
        self.profile: VoiceProfile | None = None
        if args.profile is not None:
            self.profile = load_profile(args.profile, engine.voice_model)
            if not self._adapts:
                engine.set_profile(self.profile)

    def __call__(self) -> AdaptiveEngine | EmotionEngine | RestrictedEngine:
        session: AdaptiveEngine | EmotionEngine = self._engine
        if self._adapts:
            session = AdaptiveEngine(self._engine, self.profile, one_speaker=self._one_speaker)
        return session if self._label_set.all_allowed else RestrictedEngine(session, self._label_set)
