"""The features that a front end can name, each with the dataclass of its parameters."""

from __future__ import annotations

from typing import Any

from models.features.cepstrum import Mfcc, MfccParams
from models.features.contrast import ContrastParams, SpectralContrast
from models.features.errors import FeatureError
from models.features.image import LogMelImage, LogMelImageParams
from models.features.mel_spectrogram import (
    LogMelParams,
    LogMelSpectrogram,
    MelParams,
    MelSpectrogram,
    WhisperLogMel,
    WhisperParams,
)
from models.features.pitch import Pitch, PitchParams
from models.features.spectral_shape import (
    RolloffParams,
    SpectralBandwidth,
    SpectralCentroid,
    SpectralFlatness,
    SpectralRolloff,
)
from models.features.spectrum import Feature, Spectrogram, SpectrogramParams, StftParams
from models.features.time_domain import FrameParams, Rms, ZeroCrossingRate
from models.features.tonal import Chroma, Tonnetz

FEATURES: dict[str, tuple[Any, Any]] = {
    "stft": (Spectrogram, SpectrogramParams),
    "mel": (MelSpectrogram, MelParams),
    "logmel": (LogMelSpectrogram, LogMelParams),
    "whisper": (WhisperLogMel, WhisperParams),
    "image": (LogMelImage, LogMelImageParams),
    "mfcc": (Mfcc, MfccParams),
    "chroma": (Chroma, StftParams),
    "tonnetz": (Tonnetz, StftParams),
    "contrast": (SpectralContrast, ContrastParams),
    "centroid": (SpectralCentroid, StftParams),
    "bandwidth": (SpectralBandwidth, StftParams),
    "rolloff": (SpectralRolloff, RolloffParams),
    "flatness": (SpectralFlatness, StftParams),
    "zcr": (ZeroCrossingRate, FrameParams),
    "rms": (Rms, FrameParams),
    "pitch": (Pitch, PitchParams),
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
