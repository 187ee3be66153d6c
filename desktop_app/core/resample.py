"""From a device's own rate and channels to the model's rate, block by block."""

from __future__ import annotations

import numpy as np
import soxr

from desktop_app.core.types import FloatArray


def mix_to_mono(frames: FloatArray) -> FloatArray:
    """Mean over the channels of `frames` [n, channels], as [n]; a single channel passes through exactly."""
    if frames.ndim == 1:
        return frames
    if frames.shape[1] == 1:
        return frames[:, 0]
    mixed: FloatArray = frames.mean(axis=1, dtype=np.float32)
    return mixed


class StreamResampler:
    """Streaming mono mix and soxr (HQ) to one rate.

    The output does not depend on how the input was cut into blocks. Total length is
    ``round(frames * target_rate / source_rate)`` once `flush` was called.
    """

    def __init__(self, source_rate: int, target_rate: int) -> None:
        if source_rate < 1 or target_rate < 1:
            raise ValueError(f"rates must be positive, got {source_rate} and {target_rate}")
        self.source_rate = source_rate
        self.target_rate = target_rate
        self._stream: soxr.ResampleStream | None = None
        if source_rate != target_rate:
            self._stream = soxr.ResampleStream(source_rate, target_rate, 1, dtype="float32", quality="HQ")

    def push(self, frames: FloatArray) -> FloatArray:
        """`frames` [n, channels] or [n] at the source's rate; what is ready at the target rate, [m]."""
        mono: FloatArray = np.ascontiguousarray(mix_to_mono(frames), dtype=np.float32)
        return mono if self._stream is None else self._resample(mono, last=False)

    def flush(self) -> FloatArray:
        """The tail that the filter still holds. The resampler is used up afterwards."""
        if self._stream is None:
            return np.empty(0, dtype=np.float32)
        return self._resample(np.empty(0, dtype=np.float32), last=True)

    def _resample(self, mono: FloatArray, last: bool) -> FloatArray:
        assert self._stream is not None  # noqa: S101 - narrows the type; both callers checked
        out: FloatArray = self._stream.resample_chunk(mono, last=last)
        return out
