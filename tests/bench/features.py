"""Features of the front ends beside librosa's: largest differences and time, in ONNX Runtime with one thread.

    python -m tests.bench.features [--write docs/features.md] [--repeats N]

The table goes to stdout, or between the markers of the document named. Speech is synthetic speech and one
clip of each corpus below EMOSCOPE_CORPORA. Both are timed in turns on the same 3 s of noise; the figure is
the least processor time of all turns, which other programs on the machine blur least.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy loads
sys.path.insert(0, str(Path(__file__).parents[1]))  # feature_references

import numpy as np
import soundfile
import torch
from feature_references import RATE, REFERENCES, FeatureGraph, Reference, artificial_signals, some_speech

from desktop_app.core.types import FloatArray
from models.features.chain import parse_chain

CORPORA = ("ravdess_speech", "emodb", "emovo", "nemo")
BEGIN, END = "<!-- begin: python -m tests.bench.features -->", "<!-- end -->"


def speech() -> list[FloatArray]:
    """A clip of each corpus, and synthetic speech."""
    clips = [some_speech()]
    folder = os.environ.get("EMOSCOPE_CORPORA")
    for corpus in CORPORA if folder else ():
        path = next(path for path in sorted(Path(folder or "", corpus).rglob("*")) if path.is_file())
        clips.append(soundfile.read(path, dtype="float32")[0])
    return clips


def best_of(repeats: int, *work: Callable[[], object]) -> list[float]:
    """The least processor time of each in ms, taken in turns."""
    best = [float("inf")] * len(work)
    for one in work:
        one()
    for _ in range(repeats):
        for i, one in enumerate(work):
            begin = time.thread_time()
            one()
            best[i] = min(best[i], 1000 * (time.thread_time() - begin))
    return best


def row(reference: Reference, clips: list[FloatArray], folder: Path, repeats: int) -> str:
    graph = FeatureGraph(parse_chain(reference.spec, RATE), folder)

    def worst(signals: list[FloatArray]) -> str:
        found = max(reference.difference(graph(signal[None])[0][0], signal) for signal in signals)
        return f"{found:.0e}" if found else "0"

    artificial = artificial_signals()
    three_seconds = artificial["noise"]
    ours, theirs = best_of(
        repeats, lambda: graph(three_seconds[None]), lambda: reference.librosa_of(three_seconds)
    )
    cells = [
        reference.name,
        "`" + reference.spec + "`",
        worst(clips),
        *(worst([signal]) for signal in artificial.values()),
        reference.unit,
        f"{ours:.1f}",
        f"{theirs:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def table(repeats: int) -> str:
    lines = [
        "| feature | spec | speech | noise | silence | clipped | unit | ms | librosa, ms |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    clips = speech()
    with tempfile.TemporaryDirectory() as folder:
        for reference in REFERENCES:
            print(f"measuring: {reference.name} ...", file=sys.stderr, flush=True)
            lines.append(row(reference, clips, Path(folder), repeats))
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.features", description=__doc__)
    parser.add_argument("--write", type=Path, help="a document with the markers of the table")
    parser.add_argument("--repeats", type=int, default=100)
    args = parser.parse_args(argv)
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    found = table(args.repeats)
    if args.write is None:
        print(found)
        return 0
    text = args.write.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        print(f"{args.write} lacks the markers {BEGIN} and {END}.", file=sys.stderr)
        return 1
    before, rest = text.split(BEGIN, 1)
    args.write.write_text(f"{before}{BEGIN}\n{found}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
