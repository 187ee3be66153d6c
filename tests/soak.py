"""A long session in little time: the window hears hours of made-up speech, faster than they would pass.

    python -m tests.soak [--hours 10] [--speed 400] [--grow 20] [--events]

Everything is real but the clock of the source and the model, which is tiny: pipeline, window, plots and the
writer of sessions. With `--events` the pipeline is left out, which takes most of the time: window and writer
are given what it would tell. After each hour of sound a row tells how much memory the process has and how
large the session's database is. Exit 1 if the memory grows by more than `--grow` MB from the first hour to
the last, if anything was lost, or if what was told in the window is not what was kept.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # tiny_model, running

import numpy as np

from desktop_app.audio.base import AudioSource, SourceStatus
from desktop_app.core.channel_choice import AUTO, ChannelChoice
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import Event, FloatArray, StreamFormat
from desktop_app.gui.state.source_choice import SourceChoice

RATE = 16_000
BLOCK = RATE // 100
HOUR_S = 3600.0
WORDS = ((1.0, 0.3), (2.2, 0.5), (0.6, 0.2), (3.0, 0.4), (1.4, 0.1), (0.9, 0.5), (4.0, 0.3), (1.7, 0.45))


class FastSource:
    """The same sound again and again, `speed` times as fast as a microphone would deliver it.

    A recording for the runtime: where the ring is full it waits, so that nothing is lost however slow the
    machine is.
    """

    live = False

    def __init__(self, sound: FloatArray, seconds: float, speed: float) -> None:
        self._sound = sound
        self._frames = round(seconds * RATE)
        self._speed = speed
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._finished = False
        self.sent = 0

    def open(self) -> StreamFormat:
        return StreamFormat(RATE, 1, "hours of speech")

    def start(self, ring: RingBuffer) -> None:
        self._thread = threading.Thread(target=self._run, args=(ring,), name="fast-source", daemon=True)
        self._thread.start()

    def _run(self, ring: RingBuffer) -> None:
        begin = time.monotonic()
        at = 0
        while self.sent < self._frames and not self._stop.is_set():
            block = self._sound[at : at + BLOCK]
            while ring.capacity - len(ring) < len(block):
                if self._stop.wait(0.002):
                    return
            ring.write(block[:, None])
            self.sent += len(block)
            at = 0 if at + BLOCK >= len(self._sound) else at + BLOCK
            early = begin + self.sent / RATE / self._speed - time.monotonic()
            if early > 0.005 and self._stop.wait(early):
                return
        self._finished = True

    def status(self) -> SourceStatus:
        return SourceStatus(self._thread is not None and not self._finished, self._finished, 0.0, 0)

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(1.0)
        self._finished = True


@dataclass(frozen=True, slots=True)
class FastChoice(SourceChoice):
    """Takes the place of a microphone in the window."""

    source: FastSource | None = None

    def maker(self, backend: str = "", channel: ChannelChoice = AUTO) -> Callable[[], AudioSource]:
        source = self.source
        assert source is not None
        return lambda: source


def events_of(hours: float) -> Iterator[Event]:
    """What a pipeline tells of so many hours in which the words come again and again."""
    from tiny_model import EMOTIONS

    from desktop_app.core.types import (
        AudioTick,
        CaptureState,
        FinalResult,
        Levels,
        PartialResult,
        Prediction,
        StateChanged,
        Waveshape,
    )

    rng = np.random.default_rng(4)

    def prediction() -> Prediction:
        shares = rng.dirichlet(np.full(len(EMOTIONS), 0.3))
        best = int(shares.argmax())
        embedding = rng.normal(size=512).astype(np.float32)
        said = tuple(float(share) for share in shares)
        sure = float(shares[best])
        return Prediction(EMOTIONS, said, EMOTIONS[best], sure, sure < 0.4, 5.0, embedding=embedding)

    def tick(time_s: float, *, speaking: bool) -> AudioTick:
        high = rng.uniform(0, 0.5, 5).astype(np.float32)
        levels = Levels(-30, -20, -18, -32, -60, -45)
        return AudioTick(time_s, levels, Waveshape(time_s - 0.05, 0.01, -high, high), speaking)

    time_s, segment = 0.0, 0
    while time_s < hours * HOUR_S:
        for word_s, _ in WORDS:
            begin_s, partial_s = time_s + 1.0, time_s + 1.4
            while time_s < begin_s:
                time_s += 0.05
                yield tick(time_s, speaking=False)
            yield StateChanged(CaptureState.SPEAKING, time_s, "hours of speech")
            while time_s < begin_s + word_s:
                time_s += 0.05
                yield tick(time_s, speaking=True)
                if time_s >= partial_s:
                    partial_s = time_s + 0.25
                    yield PartialResult(segment, begin_s, time_s, prediction(), 20.0)
            yield FinalResult(segment, begin_s, time_s, prediction(), 20.0)
            yield StateChanged(CaptureState.LISTENING, time_s, "hours of speech")
            segment += 1
    yield StateChanged(CaptureState.FINISHED, time_s, "hours of speech")


def hear(hours: float, speed: float, folder: Path, *, by_events: bool = False) -> dict[str, Any]:
    """Let the window hear so much; what it took, hour by hour."""
    import psutil
    from PySide6.QtCore import QEvent
    from running import made_up_speech
    from tiny_model import make_tiny_model

    from desktop_app.core.types import CaptureState
    from desktop_app.gui.app import _application
    from desktop_app.gui.look.theme import ThemeManager
    from desktop_app.gui.state.settings import Settings
    from desktop_app.gui.window import MainWindow
    from desktop_app.sessions.store import SessionStore
    from desktop_app.sessions.writer import About, SessionWriter

    model = make_tiny_model(folder / "tiny.onnx", voice=True, sharpness=30)
    source = FastSource(made_up_speech(*WORDS, rate=RATE), hours * HOUR_S, speed)
    app = _application()
    window = MainWindow(ThemeManager(app, "light"), Settings(), folder / "window.json")
    sessions = folder / "kept"
    failures: list[str] = []
    writer = SessionWriter(sessions, About("microphone"), lambda failure: failures.append(failure.message))
    writer.start()
    post = window.controller.bridge.post

    def to_both(event: Any) -> None:
        writer.post(event)
        post(event)

    window.controller.bridge.post = to_both  # type: ignore[method-assign]
    window.resize(1200, 800)
    window.show()
    if by_events:
        window.controller.rest()
    window.start(FastChoice("microphone", source=source), model, list_devices=False)
    process = psutil.Process()
    rows: list[dict[str, float]] = []
    begin = time.monotonic()
    longest_s = 0.0
    told = events_of(hours) if by_events else iter(())
    while window.model.state is not CaptureState.FINISHED:
        turn = time.monotonic()
        if by_events and window.controller.engine is not None:
            for event in itertools.islice(told, 400):
                to_both(event)
        app.processEvents()
        longest_s = max(longest_s, time.monotonic() - turn)
        time.sleep(0.0 if by_events else 0.002)
        heard_h = window.model.now_s / HOUR_S
        if heard_h >= len(rows) + 1 or (hours < 1 and heard_h >= hours * (len(rows) + 1) / 10):
            gc.collect()
            rows.append(
                {
                    "hours": round(heard_h, 2),
                    "rss_mb": round(process.memory_info().rss / 1e6, 1),
                    "database_mb": round(size_of(sessions) / 1e6, 2),
                    "utterances": len(window.model.utterances),
                    "wall_s": round(time.monotonic() - begin, 1),
                }
            )
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        if window.model.state is CaptureState.FAILED:
            break
    shown = len(window.model.utterances)
    stats = window.model.stats
    lost = None if stats is None else stats.finals_dropped + round(stats.dropped_s)
    window.close()
    writer.stop(30.0)
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    with SessionStore(sessions) as store:
        (session,) = store.sessions()
    return {
        "rows": rows,
        "growth_mb": round(rows[-1]["rss_mb"] - rows[0]["rss_mb"], 1) if rows else None,
        "database_mb": round(size_of(sessions) / 1e6, 2),
        "shown": shown,
        "kept": session.utterances,
        "lost": lost,
        "failures": failures,
        "longest_turn_ms": round(1000 * longest_s),
        "times_real_time": round(hours * HOUR_S / (time.monotonic() - begin)),
    }


def size_of(folder: Path) -> int:
    """Bytes of all that lies in a folder."""
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


def troubles(found: dict[str, Any], grow_mb: float) -> list[str]:
    """What is not as it should be, in words."""
    told = list(found["failures"])
    if found["growth_mb"] is None or found["growth_mb"] > grow_mb:
        told.append(f"the memory grew by {found['growth_mb']} MB, and may grow by {grow_mb:g}")
    if found["lost"]:
        told.append(f"{found['lost']} results or seconds were lost")
    if found["kept"] < found["shown"] or not found["kept"]:
        told.append(f"{found['kept']} utterances were kept, and {found['shown']} shown")
    return told


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--hours", type=float, default=10.0)
    parser.add_argument("--speed", type=float, default=400.0)
    parser.add_argument("--events", action="store_true", help="without the pipeline")
    parser.add_argument("--grow", type=float, default=20.0, help="MB that the memory may grow")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="emoscope-soak-") as name:
        folder = Path(name)
        os.environ.update(
            QT_QPA_PLATFORM="offscreen",
            XDG_CONFIG_HOME=str(folder / "config"),
            XDG_DATA_HOME=str(folder / "data"),
            XDG_CACHE_HOME=str(folder / "cache"),
            EMOSCOPE_SESSIONS=str(folder / "sessions"),
        )
        found = hear(args.hours, args.speed, folder, by_events=args.events)
    print(json.dumps(found))
    wrong = troubles(found, args.grow)
    for line in wrong:
        print(line, file=sys.stderr)
    told = f"memory grew by {found['growth_mb']} MB from the first row to the last, {args.grow:g} are allowed"
    print(f"{'failed' if wrong else 'passed'}: {told}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
