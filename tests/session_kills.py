"""`emoscope live --session` ended by kill -9 at random, and what is then missing of the session."""

from __future__ import annotations

import json
import random
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import soundfile
from running import command, environment, made_up_speech
from tiny_model import make_tiny_model

from desktop_app.sessions.records import EndedBy
from desktop_app.sessions.store import SessionStore

LOST_S = 1.0
"""What was told less than this before the end may be missing."""
WORDS = 12
AT_ONCE = 5  # programs that write to one database


@dataclass
class Kills:
    """What came of them: `kept` answers of the `told` that had to be there, and what was wrong."""

    tried: int = 0
    told: int = 0
    kept: int = 0
    wrong: list[str] = field(default_factory=list)


class _Run:
    """One program, which tells each answer on stdout as soon as there is one."""

    def __init__(self, talk: Path, model: Path, folder: Path) -> None:
        self.answers: list[tuple[float, int]] = []  # when it was told, segment
        call = command(
            "live", "--source", talk, "--model", model, "--session", "--sessions", folder, "--jsonl", "-"
        )
        self.process = subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):
                event = json.loads(line)
                if event["event"] == "final":
                    self.answers.append((time.monotonic(), event["segment"]))

    def kill(self) -> float:
        moment = time.monotonic()
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return moment


def kill_sessions(place: Path, count: int, seed: int = 1) -> Kills:
    """Kill `count` programs, several at once on one database, each a while after its first answer.

    After each round another session begins, which gives those that were killed their end.
    """
    model = make_tiny_model(place / "tiny.onnx")
    talk = place / "talk.wav"
    soundfile.write(talk, made_up_speech(*[(0.5, 0.7)] * WORDS), 16000, subtype="PCM_16")
    rng, found = random.Random(seed), Kills()
    folder = place / "sessions"
    while found.tried < count:
        runs = [_Run(talk, model, folder) for _ in range(min(AT_ONCE, count - found.tried))]
        for run in runs:
            deadline = time.monotonic() + 60
            while not run.answers and run.process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
        ends = sorted((rng.uniform(0.0, 3.0), k) for k in range(len(runs)))
        begun = time.monotonic()
        killed: dict[int, float] = {}
        for wait_s, k in ends:
            time.sleep(max(0.0, begun + wait_s - time.monotonic()))
            killed[k] = runs[k].kill()
        _compare(folder, [(runs[k], killed[k]) for k in range(len(runs))], found)
        found.tried += len(runs)
    return found


def _compare(folder: Path, runs: list[tuple[_Run, float]], found: Kills) -> None:
    """Every answer that was told long enough before is in some session that was not there before."""
    with SessionStore(folder, write=True) as store:
        integrity = store._connection.execute("PRAGMA integrity_check").fetchone()[0]
        if integrity != "ok":
            found.wrong.append(f"the database is damaged: {integrity}")
        fresh = store.close_interrupted()
        kept = sorted(len(store.open(number).utterances) for number in fresh)
        due = sorted(sum(when < end - LOST_S for when, _ in run.answers) for run, end in runs)
        told = sum(due)
        found.told += told
        due = [answers for answers in due if answers]  # of a run without any no session need be there
        # Which session is whose is not written down; were one short, so would be one of the sorted ones.
        for have, need in zip(kept[::-1], due[::-1], strict=False):
            found.kept += min(have, need)
            if have < need:
                found.wrong.append(
                    f"of {need} answers that were told {LOST_S} s before the end {have} are kept"
                )
        if len(kept) < len(due):
            found.wrong.append(f"of {len(due)} sessions {len(kept)} are there")
        for number in fresh:
            opened = store.open(number)
            last = max(utterance.end_s for utterance in opened.utterances)
            if opened.session.ended_by is not EndedBy.INTERRUPTED or opened.session.seconds < last:
                found.wrong.append(f"session {number} has no end")
