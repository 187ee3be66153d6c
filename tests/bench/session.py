"""The program on a virtual microphone and a virtual screen: latency, processor, memory, frames, start."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile
import soxr
from live_process import ROOT, LiveProcess, VirtualScreen, virtual_screen
from synthetic_speech import synthetic_speech_path
from virtual_microphone import SAMPLE_RATE, VirtualMicrophone

ROOM_DBFS = -66.0
FRAME_MS = 16  # while something glides; where less is asked for, frames are not late
SETTLE_S = 4.0


def percentiles(values: list[float]) -> dict[str, float]:
    if not values:
        return {}
    return {f"p{q}": round(float(np.percentile(values, q)), 1) for q in (50, 95, 99)} | {"n": len(values)}


def write_sounds(folder: Path) -> tuple[Path, Path]:
    """A quiet room, and speech in it (synthetic, one phrase after another); 30 s each."""
    count = 30 * SAMPLE_RATE
    room = np.random.default_rng(2).standard_normal(count) * 10 ** (ROOM_DBFS / 20)
    samples, rate = soundfile.read(synthetic_speech_path())
    speech = np.resize(soxr.resample(samples, rate, SAMPLE_RATE), count) + room
    for name, signal_ in (("room", room), ("speech", np.clip(speech, -1, 0.9999))):
        soundfile.write(folder / f"{name}.wav", signal_, SAMPLE_RATE, subtype="PCM_16")
    return folder / "room.wav", folder / "speech.wav"


class Meter:
    """Processor time and memory of a process with its children."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    def rss_mib(self) -> float:
        return round(float(self._process.memory_info().rss) / 2**20, 1)

    def busy_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def cpu_percent(self, seconds: float) -> float:
        """Percent of one core over the next `seconds`."""
        busy, begin = self.busy_s(), time.monotonic()
        time.sleep(seconds)
        return round(100 * (self.busy_s() - busy) / (time.monotonic() - begin), 1)


def headless(model: Path, seconds: float) -> Iterator[dict[str, Any]]:
    """Latency of partial and final results, and the processor's load without a window."""
    with tempfile.TemporaryDirectory() as name, VirtualMicrophone() as microphone:
        room, speech = write_sounds(Path(name))
        environment = microphone.environment()
        with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
            live.wait_for_state("listening", "muted")
            meter = Meter(live.process.pid)
            microphone.play(room)
            time.sleep(SETTLE_S)
            silent = meter.cpu_percent(min(seconds, 24.0))
            yield {"cpu_silent_percent": silent}
            time.sleep(max(0.0, 26.5 - min(seconds, 24.0)))
            busy, audio, spoken = meter.busy_s(), time.monotonic(), 0.0
            while spoken < seconds:
                begin = time.monotonic()
                microphone.play(speech, wait=True)
                spoken += time.monotonic() - begin
            speaking = round(100 * (meter.busy_s() - busy) / (time.monotonic() - audio), 1)
            yield {"cpu_speaking_percent": speaking}
            time.sleep(1.5)
            yield {"rss_mib": meter.rss_mib()}
            live.end()
        yield {
            "partial_latency_ms": percentiles([event["latency_ms"] for event in live.of("partial")]),
            "final_latency_ms": percentiles([event["latency_ms"] for event in live.of("final")]),
            "inference_ms": percentiles([event["inference_ms"] for event in live.of("partial")]),
            "dropped_s": live.of("stats")[-1]["dropped_s"],
        }


def window(model: Path, seconds: float, soak_min: float) -> Iterator[dict[str, Any]]:
    """Start, frames, processor and memory with the window shown at 1200x800."""
    with (
        tempfile.TemporaryDirectory() as name,
        VirtualMicrophone() as microphone,
        virtual_screen() as screen,
    ):
        folder = Path(name)
        room, speech = write_sounds(folder)
        environment = {
            **screen.environment(microphone.environment()),
            "XDG_CONFIG_HOME": name,
            "LANG": "C.UTF-8",
        }
        # An installed program finds its modules compiled; where nothing is written, each start compiles them.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        arguments = ["--source", "mic", "--model", str(model), "--size", "1200x800"]
        starts = []
        for _ in range(4):
            process, started = opened(screen, ["-m", "desktop_app", *arguments], environment)
            close(process)
            starts.append(started)
        yield {
            "start_cold_s": round(starts[0], 2),
            "start_warm_s": round(float(np.median(starts[1:])), 2),
        }
        out = folder / "frames.json"
        probe = ["-m", "tests.bench.window_probe", str(out), *arguments]
        process, started = opened(screen, probe, environment)
        begin = time.monotonic() - started
        try:
            meter = Meter(process.pid)
            microphone.play(room)
            time.sleep(SETTLE_S)
            yield {"cpu_silent_percent": meter.cpu_percent(min(seconds, 22.0))}
            time.sleep(max(0.0, 24.5 - min(seconds, 22.0)))
            frames_from = time.perf_counter()
            busy, since = meter.busy_s(), time.monotonic()
            microphone.play(speech, wait=True)
            speaking = round(100 * (meter.busy_s() - busy) / (time.monotonic() - since), 1)
            frames_to = time.perf_counter()
            yield {"cpu_speaking_percent": speaking}
            rss = []
            for minute in (1.0, soak_min):
                while time.monotonic() - begin < 60 * minute:
                    microphone.play(speech, wait=True)
                rss.append(meter.rss_mib())
                yield {"rss_mib": {f"after_{minute:g}_min": rss[-1]}}
            yield {"rss_mib": {"growth": round(rss[-1] - rss[0], 1)}}
        finally:
            closed = close(process)
        yield {"close_s": round(closed, 2)}
        probed = json.loads(out.read_text())
        frames = probed["frames"]
        yield {"plot_frame_ms": plot_frames(probed["plots"], frames_from, frames_to)}
        spoken = [frame for frame in frames if frames_from <= frame[0] <= frames_to]
        gliding = [(a, b) for a, b in itertools.pairwise(spoken) if a[2] <= FRAME_MS]
        intervals = [1000 * (b[0] - a[0]) for a, b in gliding]
        yield {
            "frame_interval_ms": percentiles([value for value in intervals if value < 250]),
            "frame_step_ms": percentiles([1000 * (end - start) for start, end, _ in spoken]),
        }
        probe.insert(3, "--spectrogram")
        process, started = opened(screen, probe, environment)
        try:
            meter = Meter(process.pid)
            microphone.play(room)
            time.sleep(SETTLE_S)
            frames_from, busy, since = time.perf_counter(), meter.busy_s(), time.monotonic()
            microphone.play(speech, wait=True)
            speaking = round(100 * (meter.busy_s() - busy) / (time.monotonic() - since), 1)
            frames_to = time.perf_counter()
        finally:
            close(process)
        plots = json.loads(out.read_text())["plots"]
        yield {
            "with_spectrogram": {
                "cpu_speaking_percent": speaking,
                "plot_frame_ms": plot_frames(plots, frames_from, frames_to),
            }
        }


def plot_frames(frames: list[list[float]], begin: float, end: float) -> dict[str, float]:
    """Milliseconds that frames of the live plots took of the processor, from `begin` to `end`."""
    return percentiles([1000 * busy_s for since, _, busy_s in frames if begin <= since <= end])


def opened(
    screen: VirtualScreen, arguments: Sequence[str], environment: Mapping[str, str], tries: int = 2
) -> tuple[subprocess.Popen[bytes], float]:
    """A Python process whose window is shown, and the seconds till then; tried once more if none came."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, cwd=ROOT, stdin=subprocess.DEVNULL
    )
    try:
        screen.find_window("Emoscope")
    except BaseException as error:
        close(process)
        if tries == 1 or not isinstance(error, AssertionError):
            raise
        print(f"  {error}; trying once more", file=sys.stderr, flush=True)
        return opened(screen, arguments, environment, tries - 1)
    return process, time.monotonic() - begin


def close(process: subprocess.Popen[bytes]) -> float:
    """End a window as Ctrl+C does, or by force after 10 s; the seconds that took."""
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)
    return time.monotonic() - begin


def offline(model: Path, minutes: float) -> Iterator[dict[str, Any]]:
    """Seconds of audio per second of `emoscope analyze` on one core, start-up included; and a 3 s file."""
    with tempfile.TemporaryDirectory() as name:
        samples, rate = soundfile.read(synthetic_speech_path())
        long, short = Path(name) / "long.wav", Path(name) / "short.wav"
        soundfile.write(long, np.resize(samples, round(60 * minutes * rate)), rate)
        soundfile.write(short, samples[: 3 * rate], rate)
        long_s = _analyze_s(long, model)
        yield {
            "audio_s": 60 * minutes,
            "wall_s": round(long_s, 2),
            "times_real_time": round(60 * minutes / long_s, 1),
        }
        yield {"three_second_file_s": round(min(_analyze_s(short, model) for _ in range(3)), 2)}


def _analyze_s(path: Path, model: Path) -> float:
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "desktop_app", "analyze", str(path), "--model", str(model)],
        check=False,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_one_core if hasattr(os, "sched_setaffinity") else None,
    )
    if done.returncode:
        raise RuntimeError(f"analyze ended with {done.returncode}: {done.stderr.strip()}")
    return time.monotonic() - begin


def _one_core() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
