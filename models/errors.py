"""What goes wrong with front ends, and while training and judging models, told in one sentence."""

from __future__ import annotations

from desktop_app.core.errors import CallError, EmoscopeError

__all__ = [
    "CancelledError",
    "CorpusError",
    "FeatureError",
    "LeakError",
    "NotHereError",
    "SourceError",
    "TrainingError",
]


class TrainingError(EmoscopeError):
    """Training or evaluation cannot go on."""

    default_code = "training"


class CancelledError(TrainingError):
    """A person has ended the work; what is finished of it is kept."""

    default_code = "cancelled"


class NotHereError(TrainingError):
    """A recipe is right, and what it needs is not on this computer: weights of others, or time."""

    default_code = "training.not_here"


class CorpusError(TrainingError):
    """A folder that is not the corpus it should be, or a clip that cannot be read."""

    default_code = "corpus"


class LeakError(TrainingError):
    """A speaker or a clip stands on both sides of a split, so the figure would be worth nothing."""

    default_code = "leak"


class SourceError(CorpusError, CallError):
    """NAME=PATH that names no known corpus."""

    default_code = "corpus.unknown"


class FeatureError(EmoscopeError):
    """A feature that does not exist, a parameter that it does not take, or values that do not go together."""

    default_code = "features"
