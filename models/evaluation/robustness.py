"""What a model loses under the grid of degradations, and what it says to noise in which nobody speaks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from desktop_app.analysis.recording import analyze_recording
from desktop_app.core.types import FloatArray
from desktop_app.inference.engine import EmotionEngine
from models.evaluation.bootstrap import paired_differences
from models.evaluation.degradations import GRID, degrade
from models.evaluation.folds import Hashes
from models.evaluation.model_file import Answers, Cut, ask
from models.evaluation.noise_bank import NoiseBank, is_held_out, noise_kind, pieces

Progress = Callable[[str, int, int], None]
"""(what is being done, done, total)"""


def degradation_grid(
    engine: EmotionEngine,
    clean: Answers,
    hashes: Hashes,
    cut: Cut,
    bank: NoiseBank,
    *,
    names: Sequence[str] = tuple(GRID),
    jobs: int = 1,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Figures under each condition, and what was lost against `clean` on the same clips.

    `uar_lost` comes with a 95 % interval of the paired difference, speakers drawn once for both.
    """
    before = clean.sums()
    rows = []
    for name in names:

        def worse(waveform: FloatArray, digest: str, name: str = name) -> FloatArray:
            return degrade(name, cut(waveform, digest), digest, bank, engine.sample_rate)

        def told(done: int, total: int, name: str = name) -> None:
            if progress is not None:
                progress(name, done, total)

        answers = ask(engine, clean.clips, hashes, worse, jobs=jobs, progress=told)
        found = answers.report()
        lost, interval = paired_differences(before, answers.sums())["uar"]
        rows.append(
            {
                "name": name,
                "meaning": GRID.get(name, name),
                "uar": found.uar,
                "uar_interval": found.uar_interval,
                "uar_lost": 0.0 - lost,
                "uar_lost_interval": None if interval is None else (0.0 - interval[1], 0.0 - interval[0]),
                "accuracy": found.accuracy,
                "ece": found.ece,
                "coverage": float(answers.certain.mean()),
                "risk": None if found.certain is None else found.certain["risk"],
            }
        )
    return rows


def noise_only(engine: EmotionEngine, bank: NoiseBank, progress: Progress | None = None) -> dict[str, Any]:
    """How often noise alone is answered with an emotion and without doubt.

    `confident` is the share of pieces (recordings, those over 5 s cut) given to the model as they are;
    `confident_recordings` the share of recordings in which the analyzer, which first looks for speech, would
    show an emotion. `held_out` counts the recordings that no training mixes in.
    """
    by_kind: dict[str, list[bool]] = defaultdict(list)
    held_out: list[bool] = []
    answers: Counter[str] = Counter()
    shown = 0
    for done, (path, recording) in enumerate(bank.recordings(), start=1):
        for piece in pieces(recording, engine.sample_rate):
            prediction = engine.predict(piece)
            confident = not prediction.uncertain
            by_kind[noise_kind(path.stem)].append(confident)
            if is_held_out(path.stem):
                held_out.append(confident)
            if confident:
                answers[prediction.label] += 1
        shown += _is_shown(engine, path, recording)
        if progress is not None:
            progress("noise alone", done, len(bank))
    everything = [confident for kind in by_kind.values() for confident in kind]
    return {
        "source": bank.source,
        "recordings": len(bank),
        "pieces": len(everything),
        "confident": float(np.mean(everything)),
        "confident_recordings": shown / len(bank),
        "held_out": {
            "pieces": len(held_out),
            "confident": float(np.mean(held_out)) if held_out else None,
        },
        "by_kind": {
            kind: {"pieces": len(found), "confident": float(np.mean(found))}
            for kind, found in sorted(by_kind.items())
        },
        "answers": dict(answers.most_common()),
    }


def _is_shown(engine: EmotionEngine, path: Path, recording: FloatArray) -> bool:
    """True if the analyzer would find speech in the recording and name an emotion for some of it."""
    blocks = (recording[start : start + 1024, None] for start in range(0, len(recording), 1024))
    found = analyze_recording(str(path), blocks, engine.sample_rate, engine)
    return any(not segment.prediction.uncertain for segment in found.segments)
