"""Run the window as `emoscope` does, and write the times of its frames when it closes.

    python -m tests.bench.window_probe OUT.json [--spectrogram] [arguments of emoscope]

Times are by `time.perf_counter`. `frames` holds the begin and end of each step of what glides, and in how
many milliseconds the next one was due; `plots`, of each frame of the live plots, when it began and how long
it took to bring up to date and to paint, in seconds of wall clock, and of this thread's processor time.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> int:
    out, arguments = Path(sys.argv[1]), sys.argv[2:]
    spectrogram = "--spectrogram" in arguments
    arguments = [argument for argument in arguments if argument != "--spectrogram"]
    sys.argv = ["emoscope", *arguments]
    from desktop_app import cli
    from desktop_app.gui import window
    from desktop_app.gui.look import animator

    # 24 bytes a frame: this process' memory is measured too.
    times, drawn = array("d"), array("d")
    frame = animator.Animator._frame

    def timed(self: animator.Animator) -> None:
        begin = time.perf_counter()
        frame(self)
        times.extend((begin, time.perf_counter(), self.frame_ms))

    animator.Animator._frame = timed  # type: ignore[method-assign]
    make_plots = window.MainWindow._make_plots

    def with_plots(self: window.MainWindow) -> None:
        from desktop_app.gui.plots.live import LivePlots

        LivePlots.show_news = _measured(LivePlots.show_news, drawn)
        LivePlots.paintEvent = _measured(LivePlots.paintEvent, drawn)
        make_plots(self)
        self.live.timeline.show_spectrogram(spectrogram)

    window.MainWindow._make_plots = with_plots  # type: ignore[method-assign]
    code = cli.main(arguments)
    plots = list(zip(drawn[::4], drawn[1::4], drawn[2::4], drawn[3::4], strict=True))
    frames = list(zip(times[::3], times[1::3], times[2::3], strict=True))
    out.write_text(json.dumps({"frames": frames, "plots": frames_of(plots)}))
    return code


def _measured(method: Callable[..., Any], drawn: array[float]) -> Callable[..., Any]:
    painting = float(method.__name__ == "paintEvent")

    def measured(*arguments: Any) -> None:
        begin, busy = time.perf_counter(), time.thread_time()
        method(*arguments)
        drawn.extend((begin, time.perf_counter() - begin, time.thread_time() - busy, painting))

    return measured


def frames_of(drawn: list[tuple[float, float, float, float]]) -> list[tuple[float, float, float]]:
    """Begin, wall and processor seconds of each frame: a painting, and the updates before it."""
    frames: list[tuple[float, float, float]] = []
    begin = wall = busy = 0.0
    for since, wall_s, busy_s, painting in drawn:
        begin, wall, busy = begin or since, wall + wall_s, busy + busy_s
        if painting:
            frames.append((begin, wall, busy))
            begin = wall = busy = 0.0
    return frames


if __name__ == "__main__":
    raise SystemExit(main())
