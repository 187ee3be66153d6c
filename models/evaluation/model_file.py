"""Judges any model file by its contract alone, through the analyzer's own engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from desktop_app.inference.engine import EmotionEngine
from models.corpora.base import Clip, read_waveform
from models.errors import TrainingError
from models.evaluation.metrics import Report, report
from models.training.embeddings import View


def judge_file(
    model: Path,
    clips: Sequence[Clip],
    hashes: dict[Path, str],
    view: View,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Report, float]:
    """Figures of `model` on `clips` whose emotion it knows, and the share it was certain of.

    Raises
    ------
    TrainingError
        If the model and the clips have fewer than two emotions in common.
    """
    engine = EmotionEngine.load(model, provider="cpu")
    try:
        known = [clip for clip in clips if clip.emotion in engine.labels]
        if len({clip.emotion for clip in known}) < 2:
            raise TrainingError(
                f"The model {model} and these clips have fewer than two emotions in common.",
                f"The model knows {', '.join(engine.labels)}.",
            )
        rows, certain = [], 0
        for done, clip in enumerate(known, start=1):
            waveform = view.cut(read_waveform(clip.path, engine.sample_rate), hashes[clip.path])
            prediction = engine.predict(waveform)
            rows.append(prediction.probabilities)
            certain += not prediction.uncertain
            if progress is not None:
                progress(done, len(known))
        truth = np.array([engine.labels.index(clip.emotion) for clip in known], dtype=np.int64)
        found = report(np.array(rows), truth, [clip.speaker for clip in known], engine.labels)
        return found, certain / len(known)
    finally:
        engine.close()
