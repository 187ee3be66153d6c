"""What `make bench` measures: one row of `PARTS` for each part, with the goals of its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
"""Names to numbers, words, or figures."""


@dataclass(frozen=True)
class Options:
    """What the call asks for: the model file, two more to compare it with, and the time there is."""

    model: Path | None = None
    fp32: Path | None = None
    checkpoint: Path | None = None
    quick: bool = False

    @property
    def shown(self) -> Path:
        """The model of a part that needs one."""
        assert self.model is not None
        return self.model


@dataclass(frozen=True)
class Goal:
    """The most, or the least, that a figure should be."""

    value: float
    at_most: bool = True

    def met(self, figure: float) -> bool:
        return figure <= self.value if self.at_most else figure >= self.value

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.value:g}"


@dataclass(frozen=True)
class Part:
    """A part of the benchmarks.

    Attributes
    ----------
    measure : callable
        Gives its figures group by group, each as soon as it is measured.
    tools : tuple of str
        Programs that must be installed.
    needs_model : bool
        Whether there is nothing to measure without a model file.
    goals : mapping
        Dotted name of a figure to its goal.
    """

    measure: Callable[[Options], Iterator[Figures]]
    tools: tuple[str, ...] = ()
    needs_model: bool = True
    goals: Mapping[str, Goal] = field(default_factory=dict)


def _inference(options: Options) -> Iterator[Figures]:
    from tests.bench import inference

    return inference.measure(options.model, options.fp32, options.checkpoint)


def _headless(options: Options) -> Iterator[Figures]:
    from tests.bench import session

    return session.headless(options.shown, 20.0 if options.quick else 60.0)


def _window(options: Options) -> Iterator[Figures]:
    from tests.bench import session

    seconds, soak_min = (20.0, 2.0) if options.quick else (60.0, 10.0)
    return session.window(options.shown, seconds, soak_min)


def _offline(options: Options) -> Iterator[Figures]:
    from tests.bench import session

    return session.offline(options.shown, 2.0 if options.quick else 10.0)


def _overload(options: Options) -> Iterator[Figures]:
    from tests.bench import overload

    yield overload.overload(options.shown)


def _playback(options: Options) -> Iterator[Figures]:
    from tests.bench import playback

    yield playback.key_to_sound(10 if options.quick else 40)


def _pages(options: Options) -> Iterator[Figures]:
    from tests.bench import pages

    return pages.measure(options.shown, 60 if options.quick else 300)


def _long_recording(options: Options) -> Iterator[Figures]:
    from tests.bench import long_recording

    return long_recording.measure(60 if options.quick else 400)


def _service(options: Options) -> Iterator[Figures]:
    from tests.bench import service

    if options.quick:
        return service.measure(options.shown, requests=160, live_s=12.0, hostile=200, load_s=20.0)
    return service.measure(options.shown, requests=1600, live_s=60.0, hostile=2000, load_s=900.0)


PARTS: dict[str, Part] = {
    "inference": Part(_inference, needs_model=False, goals={"int8.3_s": Goal(15)}),
    "headless": Part(
        _headless,
        tools=("pulseaudio",),
        goals={
            "partial_latency_ms.p95": Goal(80),
            "final_latency_ms.p95": Goal(100),
            "cpu_silent_percent": Goal(5),
        },
    ),
    "window": Part(
        _window,
        tools=("pulseaudio", "Xvfb", "xdotool"),
        goals={
            "start_warm_s": Goal(1.5),
            "cpu_silent_percent": Goal(20),
            "with_spectrogram.cpu_speaking_percent": Goal(45),
            "plot_frame_ms.p50": Goal(6),
            "rss_mib.after_1_min": Goal(320),
            "rss_mib.growth": Goal(5),
        },
    ),
    "pages": Part(
        _pages,
        goals={
            "live.frame_ms.p99": Goal(25),
            "recordings.frame_ms.p99": Goal(25),
            "voices.frame_ms.p99": Goal(25),
            "sessions.frame_ms.p99": Goal(25),
            "lab.frame_ms.p99": Goal(25),
            "table_100000_rows.sort_ms.confidence": Goal(2000),
            "model_change.longest_block_ms": Goal(25),
        },
    ),
    "offline": Part(
        _offline,
        goals={"times_real_time": Goal(60, at_most=False), "three_second_file_s": Goal(1.0)},
    ),
    "long_recording": Part(
        _long_recording,
        needs_model=False,
        goals={
            "whole_waveform_s": Goal(3),
            "redraw_ms.p99": Goal(16),
            "zoom_ms.p99": Goal(16),
            "drag_half_hour_ms.p99": Goal(16),
            "drag_ten_minutes_ms.p99": Goal(16),
        },
    ),
    "playback": Part(
        _playback,
        tools=("pulseaudio",),
        needs_model=False,
        goals={"key_to_sound_ms.p95": Goal(250), "underruns": Goal(0)},
    ),
    "service": Part(
        _service,
        goals={
            "uploads.requests_per_s": Goal(60, at_most=False),
            "uploads.ms.p99": Goal(500),
            "live.lost": Goal(0),
            "live.end_late_s": Goal(2),
            "load.growth_mib": Goal(20),
            "hostile.growth_mib": Goal(20),
            "hostile.answer_unchanged": Goal(1, at_most=False),
        },
    ),
    "overload": Part(_overload, tools=("pulseaudio",), goals={"overloaded.lost_s": Goal(0)}),
}
