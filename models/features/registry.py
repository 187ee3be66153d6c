"""The features that a front end can name, each with the dataclass of its parameters."""

from __future__ import annotations

from typing import Any

from models.features.cepstrum import Mfcc, MfccParams
from models.features.errors import FeatureError
from models.features.mel_spectrogram import (
    LogMelParams,
    LogMelSpectrogram,
    MelParams,
    MelSpectrogram,
    WhisperLogMel,
    WhisperParams,
)
from models.features.spectrum import Feature, Spectrogram, SpectrogramParams

FEATURES: dict[str, tuple[Any, Any]] = {
    "stft": (Spectrogram, SpectrogramParams),
    "mel": (MelSpectrogram, MelParams),
    "logmel": (LogMelSpectrogram, LogMelParams),
    "whisper": (WhisperLogMel, WhisperParams),
    "mfcc": (Mfcc, MfccParams),
}


def params_class(name: str) -> Any:
    """The dataclass of parameters of a feature.

    Raises
    ------
    FeatureError
        If there is no such feature; the sentence names those that there are.
    """
    if name not in FEATURES:
        raise FeatureError(f"There is no feature '{name}'; known are {', '.join(sorted(FEATURES))}.")
    return FEATURES[name][1]


def build_feature(name: str, params: Any) -> Feature:
    """The feature called `name`, with parameters of its own dataclass."""
    feature: Feature = FEATURES[name][0](params)
    return feature
