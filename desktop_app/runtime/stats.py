"""Counters, percentiles and the time axis of a run."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from desktop_app.core import clock
from desktop_app.core.types import GapReason, StatsSnapshot, VoiceUse

KEPT = 2000
"""Latest measurements that percentiles are taken over."""


def percentiles(values: deque[float]) -> dict[str, float]:
    """p50, p95 and p99, or nothing where nothing was measured."""
    if not values:
        return {}
    p50, p95, p99 = np.percentile(np.fromiter(values, dtype=float), (50, 95, 99))
    return {"p50": float(p50), "p95": float(p95), "p99": float(p99)}


class RunStats:
    """Written by the worker threads, read by whoever wants a snapshot.

    Parameters
    ----------
    begins_at_s : float
        Where the time axis begins: behind that of a run which this one takes up.

    Attributes
    ----------
    audio_s : float
        Sound that was heard.
    gap_s, dropped_s : float
        Time without sound, and how much of it was lost and not asked for; both without the gap under way.
    gap_since : (float, GapReason) or None
        Since when (`core.clock.now`) no sound comes, and why.
    """

    def __init__(self, begins_at_s: float = 0.0) -> None:
        self._begins_at_s = begins_at_s
        self._lock = threading.Lock()
        self._inference: deque[float] = deque(maxlen=KEPT)
        self._partial: deque[float] = deque(maxlen=KEPT)
        self._final: deque[float] = deque(maxlen=KEPT)
        self.audio_s = 0.0
        self.gap_s = 0.0
        self.dropped_s = 0.0
        self.gap_since: tuple[float, GapReason] | None = None
        self.overflows = 0
        self.finals_dropped = 0
        self.partials_skipped = 0
        self.segments = 0

    @property
    def time_s(self) -> float:
        """Where the run's time axis stands; it stands still until a gap's length is known."""
        return self._begins_at_s + self.audio_s + self.gap_s

    def gap(self, seconds: float, reason: GapReason) -> None:
        """Sound is missing here."""
        with self._lock:
            self.gap_s += seconds
            self.dropped_s += 0.0 if reason.asked_for else seconds

    def lost(self) -> None:
        """A final segment will never be judged."""
        with self._lock:
            self.finals_dropped += 1

    def result(self, *, final: bool, inference_ms: float, latency_ms: float) -> None:
        with self._lock:
            self._inference.append(inference_ms)
            (self._final if final else self._partial).append(latency_ms)
            self.segments += final

    def snapshot(self, queue_depth: int, voice: VoiceUse | None = None) -> StatsSnapshot:
        since = self.gap_since
        under_way_s = 0.0 if since is None else max(0.0, clock.now() - since[0])
        lost_s = 0.0 if since is None or since[1].asked_for else under_way_s
        with self._lock:
            return StatsSnapshot(
                audio_s=self.audio_s,
                dropped_s=self.dropped_s + lost_s,
                gap_s=self.gap_s + under_way_s,
                time_s=self.time_s + under_way_s,
                overflows=self.overflows,
                queue_depth=queue_depth,
                finals_dropped=self.finals_dropped,
                partials_skipped=self.partials_skipped,
                segments=self.segments,
                inference_ms=percentiles(self._inference),
                partial_latency_ms=percentiles(self._partial),
                final_latency_ms=percentiles(self._final),
                voice=voice,
            )
