"""How long a prediction takes: ONNX Runtime in fp32 and int8, and torch eager on the same weights."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

SECONDS = (1, 3, 8)
REPEATS = 40


def measure(int8: Path | None, fp32: Path | None, checkpoint: Path | None) -> Iterator[dict[str, Any]]:
    """Medians and best in ms for each kind and length; a kind that is not there gives the reason instead."""
    yield {"int8": _onnx(int8, "no shipped model in models/zoo; name one with --model")}
    yield {"fp32": _onnx(fp32, "no fp32 file; make one with `python -m models train`, name it with --fp32")}
    yield {"torch_eager": _torch(checkpoint)}


def _signals() -> dict[int, np.ndarray]:
    generator = np.random.default_rng(0)
    return {n: (0.1 * generator.standard_normal(16_000 * n)).astype(np.float32) for n in SECONDS}


def _medians(predict: Callable[[np.ndarray], object]) -> dict[str, float]:
    signals = _signals()
    result = {}
    for seconds, waveform in signals.items():
        for _ in range(5):
            predict(waveform)
        times = []
        for _ in range(REPEATS):
            begin = time.perf_counter()
            predict(waveform)
            times.append(1000 * (time.perf_counter() - begin))
        result[f"{seconds}_s"] = round(float(np.median(times)), 2)
        result[f"{seconds}_s_best"] = round(min(times), 2)  # what other programs on the machine cannot blur
    return result


def _onnx(path: Path | None, missing: str) -> dict[str, Any]:
    if path is None or not path.is_file():
        return {"skipped": missing}
    from desktop_app.inference.engine import EmotionEngine

    engine = EmotionEngine.load(path, "cpu")
    try:
        return {"file": path.name, "mib": round(path.stat().st_size / 2**20, 1), **_medians(engine.predict)}
    finally:
        engine.close()


def _torch(checkpoint: Path | None) -> dict[str, Any]:
    if checkpoint is None:
        return {"skipped": "no checkpoint; name the folder of one with --checkpoint"}
    try:
        import torch

        from export.sources.checkpoint import load_checkpoint
    except ImportError as error:
        return {"skipped": f"the extra `train` is not installed ({error.name})"}
    from desktop_app.inference.session import default_threads

    torch.set_num_threads(default_threads())  # the same as ONNX Runtime's
    model, _ = load_checkpoint(checkpoint)
    model.eval()

    def predict(waveform: np.ndarray) -> object:
        with torch.inference_mode():
            return model(torch.from_numpy(waveform)[None])

    return {"threads": torch.get_num_threads(), **_medians(predict)}
