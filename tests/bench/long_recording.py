"""An hour with 1,500 segments in the window: what a frame costs, and when its waveform is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from desktop_app.core.types import Prediction
from desktop_app.gui.state.recording_sound import RecordingSound, read_sound
from desktop_app.gui.state.timeline_data import TimelineSegment
from tests.bench.session import percentiles

LABELS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
RATE = 16_000
SECONDS = 3600
SEGMENTS = 1500
WIDTH, HEIGHT = 1200, 420
_BLOCK_S = 60
_KEPT: list[object] = []  # until the process ends


def measure(frames: int) -> Iterator[dict[str, Any]]:
    """Seconds until all of the waveform is there, and milliseconds of processor time of each frame."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.wav"
        write_hour(path)
        yield waveform(path)[1]
        # In a process of its own, which ends without taking apart what Qt and pyqtgraph hold of one another.
        command = [sys.executable, "-m", "tests.bench.long_recording", str(path), str(frames)]
        paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        done = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **paths}
        )
        yield from map(json.loads, done.stdout.splitlines())


def write_hour(path: Path) -> None:
    """An hour of noise whose loudness changes, as wav of 16 bit."""
    noise = 0.1 * np.random.default_rng(1).standard_normal(_BLOCK_S * RATE).astype(np.float32)
    with soundfile.SoundFile(path, "w", RATE, 1, "PCM_16") as file:
        for k in range(SECONDS // _BLOCK_S):
            file.write(noise * (0.2 + 0.8 * abs(np.sin(k))))


def waveform(path: Path) -> tuple[RecordingSound, dict[str, Any]]:
    """The sound of a file, and when there was something to draw in every column of it."""
    begun: list[RecordingSound] = []
    whole: list[float] = []
    at, busy = time.perf_counter(), time.thread_time()

    def looked() -> None:
        if not whole and begun:
            peaks = begun[0].scrolling(SECONDS - 1e-6, SECONDS / WIDTH, WIDTH)
            if not np.isnan(peaks.low).any():
                whole.append(time.perf_counter() - at)

    sound = read_sound(path, None, threading.Event(), lambda sound, _: begun.append(sound), looked)
    looked()
    assert sound is not None
    return sound, {
        "whole_waveform_s": round(whole[0], 2),
        "every_sample_s": round(time.perf_counter() - at, 2),
        "every_sample_cpu_s": round(time.thread_time() - busy, 2),
    }


def segments_of(count: int, seconds: float) -> list[TimelineSegment]:
    """So many stretches of speech, each at its place; every seventh is uncertain."""
    rng = np.random.default_rng(2)
    each_s = seconds / count
    made = []
    for k in range(count):
        shares = tuple(float(share) for share in rng.dirichlet(np.full(len(LABELS), 0.4)))
        best = int(np.argmax(shares))
        said = Prediction(LABELS, shares, LABELS[best], shares[best], k % 7 == 0, inference_ms=5.0)
        start_s = k * each_s + 0.1 * each_s
        made.append(TimelineSegment(k, start_s, start_s + 0.75 * each_s, LABELS, prediction=said))
    return made


def frame_times(sound: RecordingSound, frames: int) -> Iterator[dict[str, Any]]:
    """Milliseconds of the window's thread for all of it drawn anew, a step of the wheel, and a drag."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import pyqtgraph as pg

    from desktop_app.core.palette import colours_for
    from desktop_app.gui.plots.recording_track import RecordingTrack

    app = pg.mkQApp()  # which pyqtgraph takes apart in order at the end of the process
    track = RecordingTrack()
    _KEPT.append(track)
    track.resize(WIDTH, HEIGHT)
    track.set_recording(float(SECONDS), segments_of(SEGMENTS, SECONDS), sound, colours_for(LABELS))
    track.show()
    app.processEvents()

    def timed(step: Callable[[int], None]) -> dict[str, Any]:
        taken = []
        for k in range(frames):
            begin = time.thread_time()
            step(k)
            app.processEvents()
            taken.append(1000 * (time.thread_time() - begin))
        return percentiles(taken)

    def zoom(k: int) -> None:
        track.zoom(0.8 if k % 12 < 6 else 1.25, 1000.0)

    def drag(k: int) -> None:
        track.drag(-3.0 if k % 40 < 20 else 3.0)

    yield {"redraw_ms": timed(lambda _: track.redraw())}
    yield {"zoom_ms": timed(zoom)}
    for name, span_s in (("half_hour", 1800.0), ("ten_minutes", 600.0), ("minute", 60.0)):
        track.view_.show(900.0, 900.0 + span_s)
        track.refresh()
        app.processEvents()
        yield {f"drag_{name}_ms": timed(drag)}


if __name__ == "__main__":
    for found in frame_times(waveform(Path(sys.argv[1]))[0], int(sys.argv[2])):
        print(json.dumps(found), flush=True)
    os._exit(0)
