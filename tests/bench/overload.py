"""The program while four processes compute without a pause: what is lost, and how late final results come."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from live_process import LiveProcess
from virtual_microphone import VirtualMicrophone

from tests.bench.session import percentiles, write_sounds

BUSY_PROCESSES = 4
SECONDS = 30.0
_COMPUTE = "x = 1\nwhile True: x = x * 3 % 1000003"


def overload(model: Path) -> dict[str, Any]:
    """Live on a virtual microphone into which somebody speaks, for 30 s without and 30 s with the load."""
    with tempfile.TemporaryDirectory() as name, VirtualMicrophone() as microphone:
        _, speech = write_sounds(Path(name))
        environment = microphone.environment()
        with LiveProcess("--source", "mic", "--model", str(model), environment=environment) as live:
            live.wait_for_state("listening", "muted")
            result = {"idle": _measure(live, microphone, speech)}
            load = [subprocess.Popen([sys.executable, "-c", _COMPUTE]) for _ in range(BUSY_PROCESSES)]
            try:
                result["overloaded"] = _measure(live, microphone, speech)
            finally:
                for process in load:
                    process.kill()
                    process.wait()
            exit_code = live.end()
            return {"busy_processes": BUSY_PROCESSES, "exit_code": exit_code, **result}


def _measure(live: LiveProcess, microphone: VirtualMicrophone, speech: Path) -> dict[str, Any]:
    """Play the speech once, which lasts 30 s; what came of it."""
    before, begin = _counters(live), len(live.events)
    started = time.monotonic()
    microphone.play(speech, wait=True)
    time.sleep(3.0)
    after, events = _counters(live), live.events[begin:]
    finals = [event["latency_ms"] for event in events if event["event"] == "final"]
    partials = [event["latency_ms"] for event in events if event["event"] == "partial"]
    return {
        "seconds": round(time.monotonic() - started, 1),
        "audio_s": round(after["audio_s"] - before["audio_s"], 2),
        "lost_s": round(after["dropped_s"] - before["dropped_s"], 3),
        "gaps": sum(event["event"] == "gap" for event in events),
        "finals": len(finals),
        "finals_not_judged": after["finals_dropped"] - before["finals_dropped"],
        "final_latency_ms": percentiles(finals),
        "partial_latency_ms": percentiles(partials),
    }


def _counters(live: LiveProcess) -> dict[str, Any]:
    live.wait_for(lambda: bool(live.of("stats")), what="figures")
    return live.of("stats")[-1]
