"""What `emoscope batch` costs: processor time a recording, memory over the run, and a list of a million.

`python -m tests.bench.batch`, which prints JSON. Times are those of processors, not of the clock, so that
a machine with other work measures nearly the same.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import soundfile

from desktop_app.analysis.batch.run import BatchRun
from desktop_app.analysis.batch.work import Options, made_with
from tests.synthetic_speech import synthetic_speech_path

SECONDS = 4.0
MIB = 1024 * 1024


def recordings(folder: Path, count: int) -> None:
    """So many files of different content, four seconds each."""
    talk, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    length = round(SECONDS * rate)
    rng = np.random.default_rng(0)
    for number in range(count):
        begin = int(rng.integers(0, max(1, len(talk) - length)))
        piece = talk[begin : begin + length] * rng.uniform(0.5, 1.0)
        soundfile.write(folder / f"{number:06}.flac", piece, rate)


def run(count: int, jobs: int) -> dict[str, Any]:
    """One run over `count` recordings in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        recordings(folder / "in", count)
        call = [
            sys.executable,
            "-m",
            "desktop_app",
            "batch",
            str(folder / "in"),
            "--out",
            str(folder / "out"),
        ]
        resident: list[int] = []
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.monotonic()
        with subprocess.Popen([*call, "--jobs", str(jobs)], stderr=subprocess.DEVNULL) as process:
            done = threading.Event()

            def watch() -> None:
                while not done.wait(0.25):
                    try:
                        each = psutil.Process(process.pid)
                        resident.append(
                            sum(p.memory_info().rss for p in (each, *each.children(recursive=True)))
                        )
                    except psutil.Error:
                        continue

            watcher = threading.Thread(target=watch)
            watcher.start()
            process.wait()
            done.set()
            watcher.join()
        elapsed = time.monotonic() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        quarter = len(resident) // 4
        return {
            "recordings": count,
            "jobs": jobs,
            "seconds": round(elapsed, 2),
            "cpu_s": round(cpu, 2),
            "cpu_ms_a_recording": round(1000 * cpu / count, 1),
            "mib_after_a_quarter": round(resident[quarter] / MIB) if resident else None,
            "mib_at_the_end": round(max(resident[-5:]) / MIB) if resident else None,
        }


def listing(count: int) -> dict[str, Any]:
    """What it takes to find out that `count` recordings of a list are to be analyzed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "list.txt").open("w") as file:
            file.writelines(f"/recordings/2026/{k // 1000:04}/call-{k:07}.flac\n" for k in range(count))
        before = psutil.Process().memory_info().rss
        begun = time.process_time()
        made = made_with(None, Options(detector="energy"))
        with BatchRun([str(folder / "list.txt")], str(folder / "out"), made, endings=frozenset()) as batch:
            assert batch.total == count
            return {
                "listed": count,
                "cpu_s": round(time.process_time() - begun, 1),
                "mib": round((psutil.Process().memory_info().rss - before) / MIB),
            }


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=1000)
    parser.add_argument("--listed", type=int, default=1_000_000)
    args = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    small = run(args.recordings // 10, 1)
    large = run(args.recordings, 1)
    more = (large["cpu_s"] - small["cpu_s"]) / (large["recordings"] - small["recordings"])
    print(
        json.dumps(
            {
                "runs": [small, large, run(args.recordings, 2)],
                "cpu_ms_of_one_more_recording": round(1000 * more, 1),
                "listing": listing(args.listed),
            },
            indent=2,
        )
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
