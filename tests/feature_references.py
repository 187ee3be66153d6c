"""Each feature beside what librosa gives for it, and features as graphs in ONNX Runtime.

`librosa_of` of a reference takes a mono waveform at 16 kHz and gives [rows, frames], or an image.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import onnxruntime
import soundfile
import soxr
import torch
from synthetic_speech import synthetic_speech_path
from torch import Tensor, nn

from desktop_app.core.types import FloatArray
from models.features.image import colour_table

RATE = 16_000


@dataclass(frozen=True)
class Reference:
    """One row of the table in docs/features.md.

    `tolerance` is in `unit`: that of the feature, or a share of the clip's largest value.
    """

    name: str
    spec: str
    librosa_of: Callable[[FloatArray], np.ndarray]
    tolerance: float
    unit: str

    def difference(self, ours: np.ndarray, waveform: FloatArray) -> float:
        """The largest difference between `ours` and librosa's, in `unit`."""
        theirs = np.asarray(self.librosa_of(waveform))
        assert ours.shape == theirs.shape, f"{self.spec}: {ours.shape} instead of {theirs.shape}"
        largest = float(np.abs(ours - theirs).max())
        return largest / max(float(np.abs(theirs).max()), 1e-30) if self.unit == "of maximum" else largest


def _stft(y: FloatArray, power: int, **options: Any) -> np.ndarray:
    return np.abs(librosa.stft(y, **{"n_fft": 2048, "hop_length": 512, **options})) ** power


def _mel(y: FloatArray, **options: Any) -> np.ndarray:
    return librosa.feature.melspectrogram(y=y, sr=RATE, **options)


def _whisper(y: FloatArray) -> np.ndarray:
    power = _stft(y, 2, n_fft=400, hop_length=160, pad_mode="reflect")[:, :-1]
    log = np.log10(np.maximum(librosa.filters.mel(sr=RATE, n_fft=400, n_mels=80) @ power, 1e-10))
    return (np.maximum(log, log.max() - 8.0) + 4.0) / 4.0


def _deltas(y: FloatArray) -> np.ndarray:
    mfcc = librosa.feature.mfcc(y=y, sr=RATE, n_mfcc=40)
    return np.concatenate([mfcc, librosa.feature.delta(mfcc), librosa.feature.delta(mfcc, order=2)])


def _chroma(y: FloatArray) -> np.ndarray:
    return librosa.feature.chroma_stft(y=y, sr=RATE, tuning=0)


def _yin(y: FloatArray) -> np.ndarray:
    # In float64: librosa's own autocorrelation in float32 is the less exact of the two.
    return librosa.yin(y.astype(np.float64), fmin=65, fmax=500, sr=RATE)[None]


def _grey(y: FloatArray, size: int) -> np.ndarray:
    db = librosa.power_to_db(_mel(y), ref=np.max)
    picture = torch.from_numpy(np.flipud(db / 80.0 + 1.0).copy())[None, None]
    resized = nn.functional.interpolate(picture, (size, size), mode="bilinear", antialias=True)
    return resized[0].clamp(0, 1).numpy()


def _coloured(y: FloatArray) -> np.ndarray:
    shade = np.minimum(np.floor(_grey(y, 300)[0] * 256), 255).astype(int)
    return colour_table("viridis")[shade].transpose(2, 0, 1)


REFERENCES = (
    Reference("STFT, power", "stft", lambda y: _stft(y, 2), 2e-6, "of maximum"),
    Reference(
        "STFT, magnitude",
        "stft:n_fft=400,hop_length=160,win_length=320,power=1",
        lambda y: _stft(y, 1, n_fft=400, hop_length=160, win_length=320),
        2e-6,
        "of maximum",
    ),
    Reference("mel, Slaney", "mel", _mel, 2e-6, "of maximum"),
    Reference(
        "mel, HTK",
        "mel:n_mels=40,fmin=50,fmax=7000,htk=1,norm=none",
        lambda y: _mel(y, n_mels=40, fmin=50, fmax=7000, htk=True, norm=None),
        2e-6,
        "of maximum",
    ),
    Reference("log-mel", "logmel", lambda y: librosa.power_to_db(_mel(y)), 2e-3, "dB"),
    Reference(
        "log-mel, below its maximum",
        "logmel:ref=max,top_db=60",
        lambda y: librosa.power_to_db(_mel(y), ref=np.max, top_db=60),
        2e-3,
        "dB",
    ),
    Reference("Whisper's log-mel", "whisper", _whisper, 2e-4, "log10 / 4"),
    Reference("log-mel image, grey", "image", lambda y: _grey(y, 128), 2e-5, "of white"),
    Reference("log-mel image, colour", "image:size=300,colours=viridis", _coloured, 0.02, "of white"),
    Reference("MFCC", "mfcc", lambda y: librosa.feature.mfcc(y=y, sr=RATE), 5e-3, "dB"),
    Reference("MFCC with both deltas", "mfcc:n_mfcc=40,delta=2", _deltas, 5e-3, "dB"),
    Reference("chroma", "chroma", _chroma, 5e-6, "1"),
    Reference("tonnetz", "tonnetz", lambda y: librosa.feature.tonnetz(chroma=_chroma(y)), 5e-6, "1"),
    Reference(
        "spectral contrast",
        "contrast",
        lambda y: librosa.feature.spectral_contrast(y=y, sr=RATE),
        2e-5,
        "dB",
    ),
    Reference(
        "spectral centroid", "centroid", lambda y: librosa.feature.spectral_centroid(y=y, sr=RATE), 0.05, "Hz"
    ),
    Reference(
        "spectral bandwidth",
        "bandwidth",
        lambda y: librosa.feature.spectral_bandwidth(y=y, sr=RATE),
        0.01,
        "Hz",
    ),
    Reference(
        # Where the threshold falls between two bins, rounding may choose the other.
        "spectral roll-off",
        "rolloff",
        lambda y: librosa.feature.spectral_rolloff(y=y, sr=RATE),
        RATE / 2048,
        "Hz",
    ),
    Reference("spectral flatness", "flatness", lambda y: librosa.feature.spectral_flatness(y=y), 5e-5, "1"),
    Reference("zero-crossing rate", "zcr", lambda y: librosa.feature.zero_crossing_rate(y=y), 1e-6, "1"),
    Reference("RMS", "rms", lambda y: librosa.feature.rms(y=y), 1e-6, "1"),
    Reference("pitch (YIN)", "pitch", _yin, 0.5, "Hz"),
)


def some_speech(seconds: float = 4.0) -> FloatArray:
    """The first seconds of the synthetic speech."""
    samples, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    return soxr.resample(samples, rate, RATE)[: round(seconds * RATE)]


def artificial_signals() -> dict[str, FloatArray]:
    """Noise, silence, and noise clipped hard."""
    noise = 0.1 * np.random.default_rng(0).standard_normal(3 * RATE).astype(np.float32)
    return {
        "noise": noise,
        "silence": np.zeros(RATE, dtype=np.float32),
        "clipped": np.clip(20 * noise, -1.0, 1.0),
    }


@contextmanager
def quiet_export() -> Iterator[None]:
    """The exporters print their progress and warn about their own internals."""
    noise, disabled = io.StringIO(), logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(noise), redirect_stderr(noise):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


class FeatureGraph:
    """A module of waveforms, exported and loaded into ONNX Runtime with one thread."""

    def __init__(self, module: nn.Module, folder: Path, *, dynamo: bool = False, outputs: int = 1) -> None:
        self.path = path = folder / f"{id(module)}_{dynamo}.onnx"
        names = [f"features_{i}" for i in range(outputs)]
        shapes: dict[str, Any] = {
            "dynamic_axes": {"waveform": {0: "batch", 1: "samples"}},
            "opset_version": 17,
        }
        if dynamo:
            axes = {0: torch.export.Dim("batch", min=1, max=256), 1: torch.export.Dim("samples", min=1600)}
            shapes = {"dynamic_shapes": {"waveform": axes}, "opset_version": 18, "external_data": False}
        example = 0.1 * torch.randn(2, 2 * RATE, generator=torch.Generator().manual_seed(0))
        with quiet_export():
            torch.onnx.export(
                module.eval(),
                (example,),
                path,
                input_names=["waveform"],
                output_names=names,
                dynamo=dynamo,
                **shapes,
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def __call__(self, waveform: FloatArray) -> list[np.ndarray]:
        """The outputs for a waveform [batch, samples]."""
        return list(self.session.run(None, {"waveform": waveform}))


class Several(nn.Module):
    """Several front ends of the same waveform, as one module with as many outputs."""

    def __init__(self, modules: list[nn.Module]) -> None:
        super().__init__()
        self.modules_in_order = nn.ModuleList(modules)

    def forward(self, waveform: Tensor) -> tuple[Tensor, ...]:
        return tuple(module(waveform) for module in self.modules_in_order)
