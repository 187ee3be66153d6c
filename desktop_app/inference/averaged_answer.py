"""What a model says of the windows that a waveform was cut into, as one answer."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import Cause, FloatArray
from desktop_app.inference.outputs import CAUSES, LOGITS, VALUES

T = TypeVar("T")


class AveragedAnswer:
    """The outputs for one or several windows of a waveform, averaged by duration."""

    def __init__(self, temperature: float) -> None:
        self._temperature = temperature
        self._sums: dict[str, npt.NDArray[np.float64]] = {}

    def add(self, outputs: dict[str, FloatArray], share: float) -> None:
        """One window; the shares add up to 1."""
        one = {name: output[0].astype(np.float64) for name, output in outputs.items()}
        logits = one.pop(LOGITS, None)
        if logits is not None:
            one["probabilities"] = self._softmax(logits)
        if logits is not None and "certainty" in one:
            factor = max(float(np.prod(one["certainty"])), 1e-6)  # of what is certain of nothing: all alike
            one["undoubted"] = self._softmax(logits / factor)
        if "default_logits" in one:
            one["default_logits"] = self._softmax(one["default_logits"])
        for name, value in one.items():
            self._sums[name] = self._sums.get(name, 0.0) + share * value

    def _softmax(self, logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        scaled = logits / self._temperature
        powers: npt.NDArray[np.float64] = np.exp(scaled - scaled.max())
        powers /= powers.sum()
        return powers

    @property
    def probabilities(self) -> npt.NDArray[np.float64]:
        return self._sums["probabilities"]

    @property
    def values(self) -> tuple[float, ...]:
        """Of a model of dimensions, in [0, 1]."""
        return tuple(np.clip(self._sums[VALUES], 0.0, 1.0).tolist())

    @property
    def undoubted(self) -> tuple[float, ...] | None:
        return self._tuple("undoubted")

    @property
    def default_probabilities(self) -> tuple[float, ...] | None:
        return self._tuple("default_logits")

    @property
    def held_back(self) -> tuple[tuple[Cause, float], ...]:
        factors = self._tuple("certainty")
        return () if factors is None else tuple(zip(CAUSES, factors, strict=True))

    def of(self, name: str, otherwise: T) -> float | T:
        """The number of an output without columns."""
        return float(self._sums[name]) if name in self._sums else otherwise

    def vector(self, name: str) -> FloatArray | None:
        return self._sums[name].astype(np.float32) if name in self._sums else None

    def _tuple(self, name: str) -> tuple[float, ...] | None:
        return tuple(self._sums[name].tolist()) if name in self._sums else None
