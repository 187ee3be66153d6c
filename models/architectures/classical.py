"""What the families of classical models share: the features and the protocol of their source.

The source computes the means over time of 67 rows of librosa's features at 22.05 kHz, of the first 3 s of
each clip; here they are computed at 16 kHz, and the tonnetz from the chroma of the spectrum, where librosa
takes a constant-Q transform (docs/features.md).
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.architectures.registry import ClassicalFamily, Published
from models.errors import TrainingError

FEATURES = "mfcc:n_mfcc=13,delta=2+chroma+contrast+tonnetz+zcr+rms+bandwidth|pool:mean"
SECONDS = 3.0
_CLASSES = ("angry", "fearful", "happy", "neutral", "sad")
_FOLDS = 5


def as_published(claim: float | None, more: str = "") -> Published:
    """What the source says of one of its models: accuracy on clips whose speakers it knows."""
    return Published(
        source=f"A comparison of classical models on RAVDESS and CREMA-D{more}",
        protocol="7,035 clips of RAVDESS and CREMA-D, split at random 80 to 20: speakers are shared",
        claim=claim,
        classes=_CLASSES,
    )


class FeatureFamily(ClassicalFamily):
    """A classical family of that source."""

    features = FEATURES
    seconds = SECONDS
    tiny_features: ClassVar[str | None] = "mfcc:n_mfcc=8+rms|pool:mean,std"


def scaled(estimator: Any) -> Any:
    """The estimator behind a scaler: each feature less its mean, over its deviation."""
    return make_pipeline(StandardScaler(), estimator)


def calibration_folds(
    y: NDArray[Any], speakers: NDArray[Any] | None, seed: int = 0
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Places in `y` to learn from and to calibrate on, each place calibrated on once.

    No speaker stands on both sides of a fold, unless there are so few speakers of a class that a fold could
    not learn it; then clips of a class are spread over as many folds as the rarest has clips, 5 at most.

    Raises
    ------
    TrainingError
        If a class has one clip only.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    classes, counts = np.unique(y, return_counts=True)
    if counts.min() < 2:
        raise TrainingError(
            "A calibrated model needs two clips of each class, and of "
            f"'{classes[counts.argmin()]}' there is one.",
            "Add clips of it, or leave the class out.",
        )
    if speakers is not None:
        for folds in range(min(_FOLDS, len(np.unique(speakers))), 1, -1):
            splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
            try:
                splits = list(splitter.split(y, y, speakers))
            except ValueError:  # more folds than clips of every class
                continue
            if all(len(test) and len(np.unique(y[train])) == len(classes) for train, test in splits):
                return splits
    splitter = StratifiedKFold(min(_FOLDS, int(counts.min())), shuffle=True, random_state=seed)
    return list(splitter.split(y, y))
