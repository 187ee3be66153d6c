"""A full-size export: a wav2vec 2.0 base classifier (95 M parameters, random weights), timed and weighed.

    python -m tests.bench.export_full [--out FILE]

Random weights, because nothing is fetched: time, memory and file size do not depend on what was learnt.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

LABELS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")


def make_folder(folder: Path) -> int:
    """Write the classifier as `save_pretrained` does; the number of its parameters."""
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.Wav2Vec2Config(
        id2label=dict(enumerate(LABELS)), label2id={label: k for k, label in enumerate(LABELS)}
    )
    model = transformers.Wav2Vec2ForSequenceClassification(config)
    model.save_pretrained(folder)
    transformers.Wav2Vec2FeatureExtractor().save_pretrained(folder)
    return sum(p.numel() for p in model.parameters())


def weigh(command: list[str]) -> tuple[dict[str, float], str]:
    """Run a command; its time, the most MiB that it and its children held at once, and what it printed.

    `cpu_s` is what it took of all cores together: it hardly depends on what else the machine does.
    """
    start, cpu = time.perf_counter(), _cpu_seconds()
    process = psutil.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0
    while process.poll() is None:
        held = 0
        for one in (process, *_children(process)):
            try:
                held += one.memory_info().rss
            except psutil.Error:
                continue
        peak = max(peak, held)
        time.sleep(0.05)
    seconds = time.perf_counter() - start
    printed = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    weighed = {"s": seconds, "cpu_s": _cpu_seconds() - cpu, "peak_mib": peak / 2**20}
    return {name: round(value, 1) for name, value in weighed.items()}, printed


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def measure(out: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "wav2vec2-base"
        parameters = make_folder(folder)
        file = out or Path(name) / "wav2vec2-base.onnx"
        export, said = weigh([sys.executable, "-m", "export", "hf", str(folder), "--out", str(file)])
        verify, _ = weigh([sys.executable, "-m", "export", "verify", str(file)])
        return {
            "parameters_m": round(parameters / 1e6, 1),
            "weights_mb": round((folder / "model.safetensors").stat().st_size / 1e6, 1),
            "file_mb": round(file.stat().st_size / 1e6, 1),
            "export": export,
            "verify": verify,
            "said": said.strip(),
        }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="keep the model file")
    print(json.dumps(measure(parser.parse_args().out), indent=1))


if __name__ == "__main__":
    main()
