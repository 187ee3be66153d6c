"""Sessions that are kept: kills while they are written, and a disk that fills up under them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import soundfile
from running import command, environment, events, made_up_speech, of_kind
from session_kills import LOST_S, kill_sessions
from tiny_model import make_tiny_model

from tests.reliability.outcome import Outcome, Skipped

Part = Callable[[Path, float], Outcome]


def kills(folder: Path, scale: float) -> Outcome:
    """kill -9 of programs that keep sessions, five at once in one database."""
    tried = max(2, round(25 * scale))
    found = kill_sessions(folder, tried)
    seen = f"{found.kept} of {found.told} answers that were told {LOST_S:g} s before are there"
    if found.wrong:
        seen += f"; {'; '.join(found.wrong)}"
    return Outcome(tried, len(found.wrong), seen)


def full_disk(folder: Path, scale: float) -> Outcome:
    """A disk that is full from the beginning, fills up meanwhile, or gets room again while `live` goes on."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        raise Skipped("mounting a small disk needs root")
    model = make_tiny_model(folder / "tiny.onnx")
    talk = folder / "talk.wav"
    soundfile.write(talk, made_up_speech(*[(0.5, 0.7)] * 8), 16000, subtype="PCM_16")
    disk = folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        raise Skipped("a small disk cannot be mounted here")
    failed = 0
    try:
        for case in ("from the beginning", "meanwhile", "for a while"):
            for path in disk.iterdir():
                path.unlink()
            failed += not _goes_on(talk, model, disk, case)
    finally:
        subprocess.run(["umount", disk], check=True)
    return Outcome(3, failed, "one sentence; live goes on to its end with each answer; what has room is kept")


def _goes_on(talk: Path, model: Path, disk: Path, case: str) -> bool:
    filler = disk / "filler"
    if case == "from the beginning":
        _fill(filler)
    call = command(
        "live", "--source", talk, "--model", model, "--session", "--sessions", disk, "--jsonl", "-"
    )
    run = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    assert run.stdout is not None
    assert run.stderr is not None
    lines = []
    for line in run.stdout:
        lines.append(line)
        if json.loads(line)["event"] == "final" and not filler.exists() and case != "from the beginning":
            time.sleep(0.8)
            _fill(filler)
        if case == "for a while" and sum('"final"' in line for line in lines) >= 4:
            filler.write_bytes(b"")
    err = run.stderr.read()
    code = run.wait()
    answers = len(of_kind("final", events("".join(lines))))
    told = [failure["code"] for failure in of_kind("failure", events("".join(lines)))]
    listed = subprocess.run(
        command("sessions", "list", "--json", "--sessions", disk),
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    kept = sum(each["utterances"] for each in json.loads(listed.stdout or '{"sessions": []}')["sessions"])
    good = code == 0 and answers == 8 and "Traceback" not in err
    if case == "for a while":
        return good and kept == 8 and set(told) <= {"sessions.disk_full", "sessions.disk"}
    return good and 1 <= len(told) <= 2 and kept < 8 and "room" in err


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 256)
        except OSError:
            return


PARTS: dict[str, Part] = {"session-kill": kills, "session-full-disk": full_disk}
