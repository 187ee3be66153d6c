"""The service under load: uploads, live sockets and hostile callers at once; processor time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile
from hostile_callers import call
from service_process import ServiceProcess, form
from synthetic_speech import synthetic_speech_path

CLIP_S = 4.0
AT_ONCE = 16
SOCKETS = 20
RATE = 16_000
LOAD = 0.8
"""Of the uploads that the service answers at most, those with which it is loaded for long."""


def measure(
    model: Path, requests: int, live_s: float, hostile: int, load_s: float
) -> Iterator[dict[str, Any]]:
    """Uploads of 4 s clips, then live sockets, then uploads at 80 % of what was reached before, for `load_s`
    seconds, then hostile callers."""
    with tempfile.TemporaryDirectory(prefix="emoscope-bench-") as folder:
        clip = _clip(Path(folder) / "clip.wav")
        with ServiceProcess("--model", model, "--log", "off", "--max-waiting", 256) as service:
            load = _Load(service, clip, Path(folder))
            load(requests=2 * AT_ONCE)
            uploads = _uploads(service, load, requests)
            yield {"uploads": uploads}
            yield {"live": _live(service, clip, live_s)}
            yield {"load": _long_load(service, load, load_s, LOAD * uploads["requests_per_s"])}
            yield {"hostile": _hostile(service, clip, hostile)}


def _clip(path: Path) -> Path:
    sound, rate = soundfile.read(synthetic_speech_path(), dtype="float32", always_2d=True)
    mono = sound[:, 0][: round(CLIP_S * rate)]
    at = np.arange(round(CLIP_S * RATE)) * (rate / RATE)
    soundfile.write(path, np.interp(at, np.arange(len(mono)), mono), RATE, subtype="PCM_16")
    return path


def _processes(service: ServiceProcess) -> list[psutil.Process]:
    main = psutil.Process(service.process.pid)
    return [main, *main.children(recursive=True)]


def _cpu_s(service: ServiceProcess) -> tuple[float, float]:
    """Processor time of the service's own process, and of those that it has started."""
    times = [sum(process.cpu_times()[:2]) for process in _processes(service)]
    return times[0], sum(times[1:])


def _mib(service: ServiceProcess) -> float:
    return sum(process.memory_info().rss for process in _processes(service)) / 2**20


class _Load:
    """Uploads of a clip, `AT_ONCE` of them under way on kept connections, from a process of its own."""

    def __init__(self, service: ServiceProcess, clip: Path, folder: Path) -> None:
        content, kind = form({"file": clip})
        body = folder / "body"
        body.write_bytes(content)
        self._told = folder / "load.json"
        self._what = {"port": service.port, "body": str(body), "content_type": kind, "at_once": AT_ONCE}

    def __call__(self, **how: float) -> dict[str, Any]:
        """What `upload_load` tells of so many `requests`, or of `seconds` at a `rate`."""
        self._told.write_text(json.dumps({**self._what, **how}))
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.upload_load", self._told], check=True, stdout=subprocess.PIPE
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told


def _uploads(service: ServiceProcess, load: _Load, requests: int) -> dict[str, Any]:
    own, workers = _cpu_s(service)
    told = load(requests=requests)
    own_after, workers_after = _cpu_s(service)
    p50, p99 = np.percentile(told["ms"], (50, 99))
    used = own_after + workers_after - own - workers
    return {
        "requests_per_s": round(requests / told["seconds"], 1),
        "ms": {"p50": round(float(p50)), "p99": round(float(p99))},
        "cpu_ms": {
            "http": round(1000 * (own_after - own) / requests, 2),
            "workers": round(1000 * (workers_after - workers) / requests, 2),
            "caller": round(1000 * told["cpu_s"] / requests, 2),
        },
        "cores_used": round(used / told["seconds"], 2),
    }


def _live(service: ServiceProcess, clip: Path, seconds: float) -> dict[str, Any]:
    """So many sockets at the pace of microphones: how late finals come, and what was lost."""
    from websockets.sync.client import connect

    sound, rate = soundfile.read(clip, dtype="int16")
    stream = np.tile(sound, max(1, round(seconds / CLIP_S)))
    step = rate // 10
    latencies: list[float] = []
    lost: list[dict[str, Any]] = []

    def run(_: int) -> float:
        with connect(f"ws://127.0.0.1:{service.port}/v1/live?rate={rate}", max_size=None) as socket:
            begun = time.monotonic()

            def send() -> None:
                for start in range(0, len(stream), step):
                    time.sleep(max(0.0, begun + (start + step) / rate - time.monotonic()))
                    socket.send(stream[start : start + step].tobytes())
                socket.send('{"end": true}')

            sending = threading.Thread(target=send)
            sending.start()
            for line in socket:
                event = json.loads(line)
                if event["event"] == "final":
                    latencies.append(event["latency_ms"])
                elif event["event"] in {"lost", "failure"}:
                    lost.append(event)
            sending.join()
            return time.monotonic() - begun - len(stream) / rate

    before = sum(_cpu_s(service))
    with ThreadPoolExecutor(SOCKETS) as callers:
        late = list(callers.map(run, range(SOCKETS)))
    cpu_s = sum(_cpu_s(service)) - before
    return {
        "sockets": SOCKETS,
        "final_latency_ms": {"p95": round(float(np.percentile(latencies, 95))) if latencies else None},
        "end_late_s": round(max(late), 2),
        "lost": len(lost),
        "cpu_percent_of_one_core_a_socket": round(100 * cpu_s / (SOCKETS * len(stream) / rate), 1),
    }


def _long_load(service: ServiceProcess, load: _Load, seconds: float, rate: float) -> dict[str, Any]:
    """Memory of all processes after some load, and how much more it is after the rest."""
    before = _mib(service)
    told = load(seconds=seconds, rate=rate)
    p50, p99 = np.percentile(told["ms"], (50, 99))
    return {
        "minutes": round(told["seconds"] / 60, 1),
        "requests_per_s": round(told["requests"] / told["seconds"], 1),
        "ms": {"p50": round(float(p50)), "p99": round(float(p99))},
        "rss_mib": round(before),
        "growth_mib": round(_mib(service) - before, 1),
    }


def _hostile(service: ServiceProcess, clip: Path, count: int) -> dict[str, Any]:
    expected = service.upload(clip).body
    call(service, clip, 400, seed=1)  # libraries that only damaged recordings need are loaded by then
    before, begun = _mib(service), time.perf_counter()
    outcomes = call(service, clip, count)
    wall = time.perf_counter() - begun
    return {
        "requests": count,
        "seconds": round(wall, 1),
        "outcomes": dict(sorted(outcomes.items(), key=lambda item: -item[1])),
        "growth_mib": round(_mib(service) - before, 1),
        "answer_unchanged": int(service.upload(clip).body == expected),
    }
