"""The clock that tells how long no sound came: it only goes forward, and goes on while the machine sleeps."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime


def now() -> float:
    """Seconds from an arbitrary moment, the machine's sleep included.

    `time.monotonic` stands still during sleep on Linux and macOS, which would hide that no sound came.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


def slept_s() -> float:
    """How much more `now` has counted than `time.monotonic`: it grows when the machine sleeps."""
    return now() - time.monotonic()


def iso_utc(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC with milliseconds, such as 2026-01-31T12:00:00.250Z."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
