"""Recordings and reports: kills during writes, full disks, thousands of files, hours of sound."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from running import command, environment, made_up_speech
from tiny_model import make_tiny_model

from tests.reliability.outcome import Outcome, Skipped

Part = Callable[[Path, float], Outcome]


def kills(folder: Path, scale: float) -> Outcome:
    """kill -9 while `analyze` of a folder writes; each time the old report stays, and --resume ends it."""
    model = make_tiny_model(folder / "tiny.onnx")
    _speech(folder / "in", 30)
    call = command("analyze", "in", "--model", model, "--json", "out.json", "--csv", "out.csv")
    tried, failed = max(2, round(25 * scale)), 0
    rng = random.Random(1)
    for _ in range(tried):
        (folder / "out.json").write_text("old")
        run = subprocess.Popen(call, cwd=folder, env=environment())
        time.sleep(rng.uniform(0.3, 2.5))
        run.kill()
        run.wait()
        finished = (folder / "out.json").read_text() != "old"
        if not finished or (folder / "out.json.partial").exists():
            done = subprocess.run([*call, "--resume"], cwd=folder, env=environment(), check=False)
            finished = done.returncode == 0
        names = [file["path"] for file in json.loads((folder / "out.json").read_text())["files"]]
        left = {path.name for path in folder.iterdir()} - {"in", "tiny.onnx", "out.json", "out.csv"}
        failed += not (finished and names == [f"in/{k:05}.wav" for k in range(30)] and not left)
    return Outcome(
        tried, failed, "each recording once after --resume; no old report lost, nothing left behind"
    )


def kills_live(folder: Path, scale: float) -> Outcome:
    """kill -9 while `live --jsonl` writes: no torn line."""
    model = make_tiny_model(folder / "tiny.onnx")
    _speech(folder / "in", 1)
    tried, failed = max(2, round(25 * scale)), 0
    rng = random.Random(2)
    for number in range(tried):
        target = folder / f"{number}.jsonl"
        call = command("live", "--source", folder / "in" / "00000.wav", "--model", model, "--jsonl", target)
        run = subprocess.Popen(call, env=environment())
        time.sleep(rng.uniform(0.8, 3.0))
        run.kill()
        run.wait()
        text = target.read_text() if target.exists() else ""
        try:
            for line in text.splitlines():
                json.loads(line)
        except ValueError:
            failed += 1
        else:
            failed += bool(text) and not text.endswith("\n")
    return Outcome(tried, failed, "every line whole")


def full_disk(folder: Path, scale: float) -> Outcome:
    """Results onto a disk without room: the old file stays, and a sentence says so."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        raise Skipped("mounting a small disk needs root")
    model = make_tiny_model(folder / "tiny.onnx", voice=True)
    _speech(folder / "in", 20)
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False).returncode:
        raise Skipped("a small disk cannot be mounted here")
    talk = folder / "in" / "00000.wav"
    calls = {
        "out.json": command("analyze", folder / "in", "--model", model, "--json", disk / "out.json"),
        "out.csv": command("analyze", talk, "--model", model, "--csv", disk / "out.csv"),
        "grids/00000.TextGrid": command("analyze", talk, "--model", model, "--textgrid", disk / "grids/"),
        "me.profile": command(
            *("profile", "build", talk, "--out", disk / "me.profile", "--model", model, "--overwrite")
        ),
        "out.jsonl": command("live", "--source", talk, "--model", model, "--jsonl", disk / "new.jsonl"),
    }
    failed = 0
    try:
        (disk / "grids").mkdir()
        for name in calls:
            (disk / name).write_text("old")
        with (disk / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 256)
            except OSError:
                pass
        for name, call in calls.items():
            done = subprocess.run(call, capture_output=True, text=True, env=environment(), check=False)
            told = "no space left" in done.stderr and "Traceback" not in done.stderr
            failed += not (done.returncode == 1 and told and (disk / name).read_text() == "old")
    finally:
        subprocess.run(["umount", disk], check=True)
    return Outcome(len(calls), failed, "exit 1, one sentence, the old file whole")


def many_files(folder: Path, scale: float) -> Outcome:
    """10,000 short recordings in one call."""
    model = make_tiny_model(folder / "tiny.onnx")
    count = round(10_000 * scale)
    _speech(folder / "in", count, link=True)
    call = command("analyze", "in", "--model", model, "--json", "out.json", "--jobs", 2)
    begun = time.monotonic()
    code, peak = _watched(call, folder)
    seconds = time.monotonic() - begun
    names = [file["path"] for file in json.loads((folder / "out.json").read_text())["files"]]
    whole = code == 0 and names == [f"in/{k:05}.wav" for k in range(count)]
    return Outcome(count, 0 if whole else count, f"{seconds:.0f} s, at most {peak:.0f} MB resident")


def hours(folder: Path, scale: float) -> Outcome:
    """A recording of three hours."""
    model = make_tiny_model(folder / "tiny.onnx")
    minute = np.tile(made_up_speech((0.7, 0.5), (0.8, 1.0)), 14)[: 60 * 16000]
    minutes = round(180 * scale)
    with soundfile.SoundFile(folder / "long.flac", "w", 16000, 1) as file:
        for _ in range(minutes):
            file.write(minute)
    call = command("analyze", "long.flac", "--model", model, "--json", "out.json")
    begun = time.monotonic()
    code, peak = _watched(call, folder)
    seconds = time.monotonic() - begun
    found = json.loads((folder / "out.json").read_text())["files"][0]
    even = len(found["segments"]) >= 26 * minutes and found["duration_s"] == 60 * minutes
    good = code == 0 and even and peak < 400
    seen = f"{minutes} minutes in {seconds:.0f} s, at most {peak:.0f} MB resident"
    return Outcome(1, 0 if good else 1, seen)


def _speech(folder: Path, count: int, *, link: bool = False) -> None:
    """So many recordings of two words; copies, or names of one file."""
    folder.mkdir()
    first = folder / "00000.wav"
    soundfile.write(first, made_up_speech((0.7, 0.5), (0.8, 1.0)), 16000, subtype="PCM_16")
    for number in range(1, count):
        target = folder / f"{number:05}.wav"
        if link:
            target.hardlink_to(first)
        else:
            shutil.copy(first, target)


def _watched(call: list[str], folder: Path) -> tuple[int, float]:
    """Exit code, and the most memory in MB that the process held."""
    run = subprocess.Popen(call, cwd=folder, env=environment())
    peak = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        page = os.sysconf("SC_PAGE_SIZE")
        while not done.wait(0.1):
            try:
                pages = int(Path(f"/proc/{run.pid}/statm").read_text().split()[1])
            except (OSError, IndexError):
                return
            peak = max(peak, pages * page / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = run.wait()
    done.set()
    watcher.join()
    return code, peak


PARTS: dict[str, Part] = {
    "kill-9-analyze": kills,
    "kill-9-live": kills_live,
    "full-disk": full_disk,
    "many-files": many_files,
    "hours": hours,
}
