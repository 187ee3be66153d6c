"""Decoding: how long an hour takes as wav, m4a and others, and the memory that three hours need.

``python -m tests.bench.decoding [--hours 1] [wav m4a ...]`` makes the recordings from the demo, decodes each
twice, in a process of its own, and prints a table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import av
import numpy as np
import soundfile
from encoded import speech

RATE = 44_100
KINDS = {"wav": "pcm_s16le", "m4a": "aac", "webm": "libopus", "mp3": "mp3", "flac": "flac"}
_CHILD = """
import json, sys, time
from desktop_app.audio.files import open_recording
begin, processor = time.perf_counter(), time.process_time()
with open_recording(sys.argv[1]) as recording:
    frames = sum(map(len, recording.blocks(recording.sample_rate)))
    seconds = frames / recording.sample_rate
status = open("/proc/self/status", encoding="ascii").read()
print(json.dumps({"recording_s": seconds, "wall_s": time.perf_counter() - begin,
    "processor_s": time.process_time() - processor,
    "peak_mib": int(status.partition("VmHWM:")[2].split()[0]) / 1024}))
"""


def make(folder: Path, kind: str, hours: float) -> Path:
    """A recording of so many hours: the demo over and over, at 44.1 kHz (webm: 48 kHz), mono."""
    path = folder / f"long.{kind}"
    rate = 48_000 if kind == "webm" else RATE
    piece = speech(20.0, rate)
    times = round(hours * 3600 / 20)
    if kind in {"wav", "flac"}:
        with soundfile.SoundFile(path, "w", rate, 1, "PCM_16") as file:
            for _ in range(times):
                file.write(piece)
        return path
    with av.open(str(path), "w") as out:
        stream = out.add_stream(KINDS[kind], rate=rate, layout="mono")
        context = stream.codec_context
        sized = av.AudioResampler(context.format, "mono", rate, frame_size=context.frame_size or 1024)
        for number in range(times):
            frame = av.AudioFrame.from_ndarray(piece[None, :].astype(np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = rate, number * len(piece)
            for part in sized.resample(frame):
                out.mux(stream.encode(part))
        for part in sized.resample(None):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


def measure(path: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.decoding", description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("kinds", nargs="*", default=["wav", "m4a"], help=", ".join(KINDS))
    arguments = parser.parse_args()
    print("| kind | recording s | wall s | processor s | peak MiB |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        paths = [make(Path(folder), kind, arguments.hours) for kind in arguments.kinds]
        for path in [*paths, *paths]:
            row = measure(path)
            print(
                f"| {path.suffix[1:]} | {row['recording_s']:.1f} | {row['wall_s']:.2f} | "
                f"{row['processor_s']:.2f} | {row['peak_mib']:.0f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
