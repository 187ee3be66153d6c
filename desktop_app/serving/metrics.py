"""Figures for Prometheus: requests, failures, what waits, how long it takes. None of them tells an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            "emoscope_requests",
            "Requests that were answered",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "emoscope_request_seconds",
            "From a request's first byte to the end of its answer",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.failures = Counter(
            "emoscope_failures", "Requests that failed, by code", ("code",), registry=self._registry
        )
        self.sound = Counter("emoscope_sound_seconds", "Sound that was judged", registry=self._registry)
        self.workers_ended = Counter(
            "emoscope_workers_ended",
            "Worker processes that had to be replaced",
            ("why",),
            registry=self._registry,
        )
        self.live_events = Counter(
            "emoscope_live_events", "Events sent to live sockets", registry=self._registry
        )

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a figure that is asked for when the figures are."""
        Gauge(name, text, registry=self._registry).set_function(value)

    def text(self) -> bytes:
        return generate_latest(self._registry)
