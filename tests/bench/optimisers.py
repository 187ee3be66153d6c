"""Does optimising a graph before it ships gain anything? `python -m tests.bench.optimisers FILE...`

ONNX Runtime fuses and folds at each load anyway. Measured by turns, one thread: onnxslim, ONNX Runtime's
transformers optimizer (fusions alone; it needs files beside the model for more), and both.
"""

from __future__ import annotations

import logging
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import onnx

from desktop_app.inference.session import ModelSession, open_session
from export.signals import speech_like

RATE, SECONDS, RUNS = 16_000, 3.0, 40


def variants(content: bytes) -> dict[str, bytes]:
    """The file, and what each optimiser makes of it."""
    import onnxslim
    from onnxruntime.transformers import optimizer

    def slim(model: bytes) -> bytes:
        slimmed: bytes = onnxslim.slim(onnx.load_model_from_string(model)).SerializeToString()
        return slimmed

    def fused(model: bytes) -> bytes:
        found = optimizer.optimize_model(
            onnx.load_model_from_string(model), model_type="bert", opt_level=0, use_gpu=False
        )
        optimised: bytes = found.model.SerializeToString()
        return optimised

    return {
        "as exported": content,
        "onnxslim": slim(content),
        "transformers optimizer": fused(content),
        "both": slim(fused(content)),
    }


def main(paths: list[str]) -> int:
    """Print a table for each file."""
    logging.disable(logging.WARNING)
    wave = speech_like(round(SECONDS * RATE), RATE)[None]
    for path in paths:
        made = variants(Path(path).read_bytes())
        sessions: dict[str, ModelSession] = {}
        loads: dict[str, float] = {}
        for name, content in made.items():
            start = time.perf_counter()
            sessions[name] = open_session(content, "cpu", 1)
            loads[name] = 1000 * (time.perf_counter() - start)
        times: dict[str, list[float]] = {name: [] for name in made}
        for _ in range(RUNS):
            for name, session in sessions.items():
                start = time.perf_counter()
                session.run(["logits"], {"waveform": wave})
                times[name].append(1000 * (time.perf_counter() - start))
        takes_voice = bool(sessions["as exported"].optional_inputs)
        reference = sessions["as exported"].run(["logits"], {"waveform": wave})[0]
        print(f"{path}, {SECONDS:g} s of sound, {RUNS} runs by turns")
        print(
            f"{'':<24}{'MB':>8}{'operators':>11}{'load ms':>9}{'median ms':>11}{'least ms':>10} voice off by"
        )
        for name, content in made.items():
            logits = sessions[name].run(["logits"], {"waveform": wave})[0]
            model = onnx.load_model_from_string(content)
            voice = "-" if not takes_voice else "kept" if sessions[name].optional_inputs else "LOST"
            print(
                f"{name:<24}{len(content) / 1e6:>8.2f}{len(model.graph.node):>11}{loads[name]:>9.0f}"
                f"{statistics.median(times[name]):>11.2f}{min(times[name]):>10.2f} {voice:<5} "
                f"{float(np.abs(logits - reference).max()):.1g}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
