"""From the corpora to the file that ships: figures first, then one model on everything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from desktop_app.core.types import FloatArray
from models.corpora.base import LABELS, read_waveform
from models.evaluation.metrics import Report, report
from models.training.embeddings import TRIMMED, VIEWS, WHOLE
from models.training.material import TRAINING_CORPORA, Material, Rows, build_model
from models.training.protocol import Say, Trained, cross_validate, leave_corpus_out, train

TEST_CORPUS = "ravdess_speech"
FOLDS = 5
PROTOCOL = (
    "RAVDESS speech, 8 classes, 5 folds with disjoint speakers, whole clips; the other corpora in training; "
    "choices on inner folds with disjoint speakers"
)
TEST_VIEWS = ("whole", "trimmed", "first-1s", "first-2s", "first-3s", "-20dB", "-10dB", "+10dB")
MIN_SECONDS, MAX_SECONDS = 0.4, 10.0
LICENCE = "CC BY-NC-SA 4.0"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured before the final fit."""

    by_view: dict[str, Report]
    left_out: dict[str, Report]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "protocol": PROTOCOL,
            "views": {name: r.to_dict() for name, r in self.by_view.items()},
            "corpus_left_out": {name: r.to_dict() for name, r in self.left_out.items()},
        }


def measure(
    material: Material, say: Say, views: Sequence[str] = TEST_VIEWS, left_out: bool = True
) -> Figures:
    """Cross-validate on RAVDESS speech, and leave each corpus out once."""
    probabilities, rows, _ = cross_validate(
        material, TEST_CORPUS, FOLDS, [VIEWS[name] for name in views], say=say
    )
    by_view = {name: _judge(material, rows, p) for name, p in probabilities.items()}
    corpora: dict[str, Report] = {}
    if left_out:
        for corpus in sorted(set(material.corpora)):
            p, rows = leave_corpus_out(material, corpus)
            corpora[corpus] = _judge(material, rows, p)
            say(f"{corpus} left out: UAR {100 * corpora[corpus].uar:.1f}")
    return Figures(by_view, corpora)


def _judge(material: Material, rows: Rows, probabilities: np.ndarray[Any, Any]) -> Report:
    return report(probabilities, material.targets[rows], material.speakers[rows].tolist(), LABELS)


def fit_final(material: Material) -> Trained:
    """The head that ships: chosen and calibrated on inner folds, fitted on every clip."""
    return train(material, np.ones(len(material.clips), dtype=bool))


def manifest_facts(
    material: Material, trained: Trained, figures: dict[str, Any], name: str
) -> dict[str, Any]:
    """What the manifest says beside labels, rate, hash and self-test."""
    split = hashlib.sha256("\n".join(sorted(material.sounds)).encode()).hexdigest()
    whole = figures["views"][WHOLE.name]
    trimmed = figures["views"][TRIMMED.name]
    return {
        "name": name,
        "min_seconds": MIN_SECONDS,
        "max_seconds": MAX_SECONDS,
        "temperature": round(trained.temperature, 4),
        "abstain_below": round(trained.threshold, 4),
        "trained_on": {
            "corpora": list(TRAINING_CORPORA),
            "speakers": len(set(material.speakers)),
            "split_sha256": split,
        },
        "metrics": {
            "protocol": PROTOCOL,
            "uar": round(whole["uar"], 4),
            "accuracy": round(whole["accuracy"], 4),
            "ece": round(whole["ece"], 4),
            "uar_interval": [round(x, 4) for x in whole["uar_interval"]],
            "test_speakers": whole["speakers"],
            "uar_trimmed": round(trimmed["uar"], 4),
        },
        "licence": LICENCE,
    }


def write_checkpoint(folder: Path, weights: Path, trained: Trained, facts: dict[str, Any]) -> None:
    """The encoder with the trained head, as `emoscope-export torch` reads it."""
    from export.checkpoint import save_checkpoint

    model = build_model(weights)
    with torch.no_grad():
        model.head.weight.copy_(torch.from_numpy(trained.head.weight))
        model.head.bias.copy_(torch.from_numpy(trained.head.bias))
        model.voice_mean.copy_(torch.from_numpy(trained.head.mean))
        model.voice_std.copy_(torch.from_numpy(trained.head.std))
    save_checkpoint(folder, model, facts)


def sample_waveforms(material: Material, count: int = 120) -> list[FloatArray]:
    """Training clips for the bias correction of a quantised file, evenly drawn, half of them trimmed."""
    step = max(1, len(material.clips) // count)
    out = []
    for number, clip in enumerate(material.clips[::step]):
        view = TRIMMED if number % 2 else WHOLE
        out.append(view.cut(read_waveform(clip.path), material.hashes[clip.path]))
    return out


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write figures, readable by people too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
