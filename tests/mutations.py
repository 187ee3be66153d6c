"""Recordings with seeded damage: each must be read or refused, and never crash, hang or eat memory.

``python -m tests.mutations --recordings 2000 [--seed N]`` prints one line a kind of file and one at the end.
Files are read in a child process, which is watched: what ends it, takes longer than `LIMIT_S` or holds more
than `LIMIT_MIB` of resident memory is a failure, and its file is kept.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from encoded import FFMPEG_KINDS, SNDFILE_KINDS, encode, speech, write

LIMIT_S = 30.0
LIMIT_MIB = 600.0
SECONDS = 1.0


@dataclass(frozen=True)
class Outcome:
    """What became of one file: ``read``, ``warned``, ``refused`` or ``failed``, and how."""

    name: str
    result: str
    detail: str = ""
    peak_mib: float = 0.0
    seconds: float = 0.0


def originals(folder: Path) -> dict[str, bytes]:
    """A short recording of every kind, films among them, by name."""
    for kind in [*SNDFILE_KINDS, *FFMPEG_KINDS]:
        write(folder / kind, kind, SECONDS)
    encode(folder / "film.mp4", speech(SECONDS, 44_100), 44_100, "aac", film=True)
    encode(folder / "film.avi", speech(SECONDS, 44_100), 44_100, "mp3", film=True)
    encode(folder / "two.mkv", speech(SECONDS, 44_100), 44_100, "aac", tracks=2)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def mutations(whole: dict[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files, each with one to four mutations; the same for the same seed."""
    names = list(whole)
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        name = names[number % len(names)]
        data = bytearray(whole[name])
        other = whole[names[int(rng.integers(len(names)))]]
        for _ in range(int(rng.integers(1, 5))):
            data = _mutate(data, other, rng)
        yield f"{number:05d}-{name}", bytes(data)


def _mutate(data: bytearray, other: bytes, rng: np.random.Generator) -> bytearray:
    if not data:
        return bytearray(other)
    # Half of the damage hits the header, where it does most.
    reach = len(data) if rng.random() < 0.5 else min(len(data), 256)
    at = int(rng.integers(reach))
    length = int(rng.integers(1, 64)) if rng.random() < 0.5 else int(rng.integers(1, 4096))
    match int(rng.integers(8)):
        case 0:
            data[at] ^= 1 << int(rng.integers(8))
        case 1:
            del data[at:]
        case 2:
            data[at : at + length] = bytes(min(length, len(data) - at))
        case 3:
            data[at:at] = rng.bytes(length)
        case 4:
            del data[at : at + length]
        case 5:
            data[at : at + 4] = [b"\x00" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f"][
                int(rng.integers(4))
            ]
        case 6:
            size = int(rng.integers(4, 128))
            data[:size] = other[:size]
        case _:
            data[at:] = other[int(rng.integers(len(other))) :]
    return data


# --- the child ---------------------------------------------------------------------------------------------


def read_each() -> None:
    """Read the files that stdin names, one a line; answer each with a line of JSON."""
    from desktop_app.audio.files import open_recording
    from desktop_app.core.errors import EmoscopeError

    for line in sys.stdin:
        _forget_peak()
        try:
            with open_recording(line.rstrip("\n")) as recording:
                frames = sum(map(len, recording.blocks(recording.sample_rate)))
                told = [warning.code for warning in recording.warnings]
            answer = {"result": "warned" if told else "read", "detail": ",".join(told) or f"{frames} frames"}
        except EmoscopeError as error:
            answer = {"result": "refused", "detail": error.code}
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            answer = {"result": "failed", "detail": f"{type(error).__name__}: {error}"}
        print(json.dumps({**answer, "peak_mib": _peak_mib()}), flush=True)


def _forget_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _peak_mib() -> float:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


# --- the parent --------------------------------------------------------------------------------------------


class Reader:
    """A child process that reads files, and is started again when one has ended it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read(self, path: Path) -> Outcome:
        child = self._child or self._start()
        assert child.stdin is not None
        begin = time.monotonic()
        child.stdin.write(f"{path}\n")
        child.stdin.flush()
        try:
            line = self._answers.get(timeout=LIMIT_S)
        except queue.Empty:
            self.close(kill=True)
            return Outcome(path.name, "failed", f"took longer than {LIMIT_S:.0f} s")
        seconds = time.monotonic() - begin
        if not line:
            code = child.wait()
            self.close()
            return Outcome(path.name, "failed", f"ended the process with {code}")
        answer: dict[str, Any] = json.loads(line)
        if answer["peak_mib"] > LIMIT_MIB:
            answer |= {"result": "failed", "detail": f"{answer['peak_mib']:.0f} MiB resident"}
        return Outcome(path.name, answer["result"], answer["detail"], answer["peak_mib"], seconds)

    def _start(self) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[1],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        )
        self._child, answers = child, queue.SimpleQueue[str]()
        self._answers = answers

        def listen() -> None:
            assert child.stdout is not None
            for line in child.stdout:
                answers.put(line)
            answers.put("")

        self._listener = threading.Thread(target=listen, daemon=True, name="mutations")
        self._listener.start()
        return child

    def close(self, *, kill: bool = False) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if kill:
            child.kill()
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.close()
        child.wait(10)
        self._listener.join(10)
        child.stdout.close()


def run(count: int, seed: int = 1, keep: Path | None = None) -> list[Outcome]:
    """Read `count` damaged files; those that fail are kept in the folder `keep`."""
    reader = Reader()
    outcomes = []
    with tempfile.TemporaryDirectory() as place:
        whole_folder, folder = Path(place) / "whole", Path(place) / "damaged"
        whole_folder.mkdir()
        folder.mkdir()
        try:
            for name, data in mutations(originals(whole_folder), count, seed):
                path = folder / name
                path.write_bytes(data)
                outcome = reader.read(path)
                outcomes.append(outcome)
                if outcome.result == "failed" and keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / name).write_bytes(data)
                path.unlink()
        finally:
            reader.close()
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--recordings", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("build/mutations"), help="where failures are kept")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        read_each()
        return 0
    outcomes = run(arguments.recordings, arguments.seed, arguments.keep)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        rows[outcome.name.partition("-")[2]][outcome.result] += 1
        if outcome.result == "failed":
            print(f"{outcome.name}: {outcome.detail}", file=sys.stderr)
    total = sum(rows.values(), Counter())
    print("| kind | tried | read whole | read with a warning | refused | failed |\n" + "| --- " * 6 + "|")
    for name, row in [*sorted(rows.items()), ("all", total)]:
        shown = " | ".join(str(row[result]) for result in ("read", "warned", "refused", "failed"))
        print(f"| {name} | {row.total()} | {shown} |")
    slowest, largest = max(o.seconds for o in outcomes), max(o.peak_mib for o in outcomes)
    print(f"\nslowest {slowest:.1f} s, most resident memory {largest:.0f} MiB, seed {arguments.seed}")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
