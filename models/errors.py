"""What goes wrong while training and judging models, told in one sentence."""

from __future__ import annotations

from desktop_app.core.errors import EmoscopeError

__all__ = ["CallError", "CorpusError", "LeakError", "SourceError", "TrainingError"]


class TrainingError(EmoscopeError):
    """Training or evaluation cannot go on."""


class CorpusError(TrainingError):
    """A folder that is not the corpus it should be, or a clip that cannot be read."""


class LeakError(TrainingError):
    """A speaker or a clip stands on both sides of a split, so the figure would be worth nothing."""


class CallError(EmoscopeError):
    """The call itself is wrong: options that do not go together."""


class SourceError(CorpusError, CallError):
    """NAME=PATH that names no known corpus."""
