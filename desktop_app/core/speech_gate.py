"""The second stage of speech detection: which sounds are speech to a model that tells it from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from desktop_app.core.resample import StreamResampler
from desktop_app.core.types import FloatArray


class SpeechModel(Protocol):
    """How likely a window of sound is speech, given the windows before it. One stream has one of its own."""

    @property
    def sample_rate(self) -> int:
        """Hz."""
        ...

    @property
    def window(self) -> int:
        """Samples that are judged at a time."""
        ...

    def judge(self, window: FloatArray) -> float:
        """Take in the next `window` [samples] of the stream; the probability of speech in it."""
        ...


@dataclass(frozen=True, slots=True)
class GateParams:
    """When the probability of speech counts; chosen on streams of speech among sounds (docs/benchmarks.md).

    Attributes
    ----------
    on, off : float
        Probability at which speech begins, and under which it ends (hysteresis).
    before_s, after_s : float
        What is taken for speech before it begins and after it has ended: the model wants to hear some of a
        word before it is sure, and the softest edges of words look like nothing to it.
    """

    on: float = 0.15
    off: float = 0.12
    before_s: float = 0.1
    after_s: float = 0.05

    def __post_init__(self) -> None:
        if not 0.0 < self.off <= self.on < 1.0:
            raise ValueError(
                f"off ({self.off}) must be above 0 and not above on ({self.on}), which is below 1"
            )
        if self.before_s < 0.0 or self.after_s < 0.0:
            raise ValueError("before_s and after_s must not be negative")


class SpeechGate:
    """Which parts of a stream are speech, as soon as that is known. A function of the samples alone.

    Parameters
    ----------
    sample_rate : int
        Rate of what is pushed, in Hz. Where the model has another one, the delay of the resampling is added
        to that of its window.
    model : SpeechModel
        A fresh one.

    Attributes
    ----------
    start : int
        Sample of the stream at which the first push begins.
    """

    def __init__(self, sample_rate: int, model: SpeechModel, params: GateParams | None = None) -> None:
        self.params = params or GateParams()
        self._rate = sample_rate
        self._model = model
        self._resampler = StreamResampler(sample_rate, model.sample_rate)
        self.start = 0
        self._pending: FloatArray = np.empty(0, dtype=np.float32)
        self._windows = 0  # judged so far
        self._active = False
        self._runs: list[list[int]] = []  # first and last window + 1 of each stretch of speech
        self._after = round(self.params.after_s * sample_rate)

    def push(self, waveform: FloatArray) -> None:
        """Take in `waveform` [n]."""
        self._take(self._resampler.push(waveform))

    def knows(self, stop: int) -> bool:
        """Whether the stream is judged up to sample `stop`."""
        return self._sample(self._windows) >= stop

    def speech(self, start: int, stop: int) -> bool:
        """Whether there is speech from sample `start` to `stop`, or ended shortly before.

        What lies more than a second before the latest question is forgotten.
        """
        while self._runs and self._sample(self._runs[0][1]) + self._after + self._rate < start:
            del self._runs[0]
        return any(
            self._sample(first) < stop and self._sample(last) + self._after > start
            for first, last in self._runs
        )

    def _sample(self, window: int) -> int:
        """Where a window begins in the stream."""
        return self.start + window * self._model.window * self._rate // self._model.sample_rate

    def _take(self, waveform: FloatArray) -> None:
        data = np.concatenate((self._pending, waveform))
        size = self._model.window
        whole = len(data) // size * size
        for at in range(0, whole, size):
            probability = self._model.judge(data[at : at + size])
            speech = probability >= (self.params.off if self._active else self.params.on)
            if speech and not self._active:
                self._runs.append([self._windows, self._windows])
            if speech:
                self._runs[-1][1] = self._windows + 1
            self._active = speech
            self._windows += 1
        self._pending = data[whole:].copy()
