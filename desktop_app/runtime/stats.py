"""Counters and percentiles of a run."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from desktop_app.core.types import StatsSnapshot

KEPT = 2000
"""Latest measurements that percentiles are taken over."""


def percentiles(values: deque[float]) -> dict[str, float]:
    """p50, p95 and p99, or nothing where nothing was measured."""
    if not values:
        return {}
    p50, p95, p99 = np.percentile(np.fromiter(values, dtype=float), (50, 95, 99))
    return {"p50": float(p50), "p95": float(p95), "p99": float(p99)}


class RunStats:
    """Written by the worker threads, read by whoever wants a snapshot."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inference: deque[float] = deque(maxlen=KEPT)
        self._partial: deque[float] = deque(maxlen=KEPT)
        self._final: deque[float] = deque(maxlen=KEPT)
        self.audio_s = 0.0
        self.dropped_s = 0.0
        self.overflows = 0
        self.finals_dropped = 0
        self.partials_skipped = 0
        self.segments = 0

    def result(self, *, final: bool, inference_ms: float, latency_ms: float) -> None:
        with self._lock:
            self._inference.append(inference_ms)
            (self._final if final else self._partial).append(latency_ms)
            self.segments += final

    def snapshot(self, queue_depth: int) -> StatsSnapshot:
        with self._lock:
            return StatsSnapshot(
                audio_s=self.audio_s,
                dropped_s=self.dropped_s,
                overflows=self.overflows,
                queue_depth=queue_depth,
                finals_dropped=self.finals_dropped,
                partials_skipped=self.partials_skipped,
                segments=self.segments,
                inference_ms=percentiles(self._inference),
                partial_latency_ms=percentiles(self._partial),
                final_latency_ms=percentiles(self._final),
            )
