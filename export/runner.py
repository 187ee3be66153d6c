"""Runs a graph in ONNX Runtime alone, for verification and timing."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.session import open_session


class GraphRunner:
    """One CPU session of a model file.

    Parameters
    ----------
    model : Path or bytes
        The file, or its content.
    threads : int
        Intra-op threads.
    """

    def __init__(self, model: Path | bytes, threads: int = 2) -> None:
        content = model if isinstance(model, bytes) else model.read_bytes()
        self._session = open_session(content, "cpu", threads)

    def logits(self, waveform: FloatArray) -> FloatArray:
        """[batch, samples] -> [batch, classes]."""
        return self._session.run(["logits"], {"waveform": waveform})[0]

    def embedding(self, waveform: FloatArray) -> FloatArray:
        """[batch, samples] -> [batch, dim]."""
        return self._session.run(["embedding"], {"waveform": waveform})[0]

    def milliseconds(self, seconds: float, sample_rate: int, runs: int = 15) -> float:
        """Median time of one waveform of `seconds`."""
        waveform = np.zeros((1, round(seconds * sample_rate)), dtype=np.float32)
        waveform[:] = 0.1 * np.sin(np.arange(waveform.shape[1]) / 20)
        self.logits(waveform)
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            self.logits(waveform)
            times.append(time.perf_counter() - start)
        return 1000 * float(np.median(times))
