"""Recordings of hours as wav, m4a and others: how long decoding or analyzing takes, and how much memory.

``python -m tests.bench.decoding [--analyze] [--hours 1] [--times 2] [wav m4a ...]`` makes the recordings from
synthetic speech, reads each so many times, in a process of its own, and prints a table.
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
_DECODE = """
from desktop_app.audio.files import open_recording
with open_recording(sys.argv[1]) as recording:
    seconds = sum(map(len, recording.blocks(recording.sample_rate))) / recording.sample_rate
"""
_ANALYZE = """
from pathlib import Path
from desktop_app.analysis.inputs import Source
from desktop_app.analysis.service import Analyzer
from desktop_app.inference.adaptation import AdaptiveEngine
from desktop_app.inference.engine import EmotionEngine
engine = EmotionEngine.load(provider="cpu")
analyzer = Analyzer(engine, session=lambda: AdaptiveEngine(engine))
seconds = analyzer.analyze(Source(Path(sys.argv[1]), sys.argv[1]))[0].duration_s
"""
_CHILD = """
import json, sys, time
begin, processor = time.perf_counter(), time.process_time()
{work}
status = open("/proc/self/status", encoding="ascii").read()
print(json.dumps(dict(recording_s=seconds, wall_s=time.perf_counter() - begin,
    processor_s=time.process_time() - processor,
    peak_mib=int(status.partition("VmHWM:")[2].split()[0]) / 1024)))
"""


def make(folder: Path, kind: str, hours: float) -> Path:
    """A recording of so many hours: synthetic speech over and over, at 44.1 kHz (webm: 48 kHz), mono."""
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


def measure(path: Path, work: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD.format(work=work), str(path)],
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
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--analyze", action="store_true", help="by the shipped model, not only decoded")
    parser.add_argument("kinds", nargs="*", default=["wav", "m4a"], help=", ".join(KINDS))
    arguments = parser.parse_args()
    print("| kind | recording s | wall s | processor s | peak MiB |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        paths = [make(Path(folder), kind, arguments.hours) for kind in arguments.kinds]
        for path in paths * arguments.times:
            row = measure(path, _ANALYZE if arguments.analyze else _DECODE)
            print(
                f"| {path.suffix[1:]} | {row['recording_s']:.1f} | {row['wall_s']:.2f} | "
                f"{row['processor_s']:.2f} | {row['peak_mib']:.0f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
