"""What a recipe is worth: every speaker judged by a network that has not met this speaker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluation.metrics import Probabilities, Report, report, softmax
from models.evaluation.protocols import Split, splits
from models.training.config import RunConfig
from models.training.held_out import HeldOut, hold_out
from models.training.material import Material, Say
from models.training.recipe import Sources

WHOLE, TRIMMED = "whole", "trimmed"
CONDITIONS = (
    WHOLE,
    TRIMMED,
    *("first-1s", "first-2s", "first-3s"),
    *("noise-20dB", "noise-10dB", "noise-5dB", "noise-0dB"),
    *("telephone", "reverb", "clipped", "gain-20dB", "gain+10dB"),
)
"""Under which the folds of the test corpus are judged; a corpus that is left out is judged trimmed."""
_STD_FLOOR = 1e-3


def with_own_profile(held: HeldOut, speakers: Sequence[str], condition: str) -> Probabilities:
    """Probabilities with each speaker's own mean and deviation over all clips of the test, without labels."""
    embeddings = held.embeddings[condition]
    names = np.asarray(speakers)
    standard = np.empty_like(embeddings)
    for name in set(speakers):
        mine = embeddings[names == name]
        standard[names == name] = (mine - mine.mean(axis=0)) / np.maximum(mine.std(axis=0), _STD_FLOOR)
    return softmax(standard @ held.head.weight.T + held.head.bias, held.temperature)


def cross_validation(
    material: Material, config: RunConfig, folder: Path, sources: Sources, say: Say
) -> dict[str, Any]:
    """Speaker-disjoint folds of the test corpus, the other corpora in every training set: JSON values."""
    found = splits(
        "speaker-folds", material.clips, material.hashes, corpus=config.test_corpus, count=config.folds
    )
    held = [_held(material, split, config, folder, sources=sources, conditions=CONDITIONS) for split in found]
    out: dict[str, Any] = {}
    for name in CONDITIONS:
        out[name] = _joined(material, held, [fold.probabilities(name) for fold in held]).to_dict()
        say(f"{name}: UAR {100 * out[name]['uar']:.1f}, ECE {out[name]['ece']:.3f}")
    for name in (WHOLE, TRIMMED):
        own = [with_own_profile(fold, material.speakers[fold.rows].tolist(), name) for fold in held]
        out[f"{name}, own profile"] = _joined(material, held, own).to_dict()
        say(f"{name}, own profile: UAR {100 * out[f'{name}, own profile']['uar']:.1f}")
    return {
        "views": out,
        "temperatures": [fold.temperature for fold in held],
        "thresholds": [fold.threshold for fold in held],
    }


def corpora_left_out(
    material: Material, config: RunConfig, folder: Path, sources: Sources, say: Say
) -> dict[str, Any]:
    """Each corpus judged by a network trained on the others: all answers, shared classes, own profile."""
    out: dict[str, Any] = {}
    for split in splits("leave-one-corpus-out", material.clips, material.hashes):
        held = _held(material, split, config, folder, sources=sources, conditions=(TRIMMED,))
        corpus = str(material.corpora[held.rows][0])
        speakers = material.speakers[held.rows].tolist()
        free = held.probabilities(TRIMMED)
        own = with_own_profile(held, speakers, TRIMMED)
        shared = np.intersect1d(
            np.unique(material.targets[held.rows]), np.unique(material.targets[split.train])
        )
        kept = np.isin(material.targets[held.rows], shared)
        out[corpus] = {
            **_joined(material, [held], [free]).to_dict(),
            "shared": _among(material, held, free, shared, kept).to_dict(),
            "shared, own profile": _among(material, held, own, shared, kept).to_dict(),
        }
        row = out[corpus]
        say(
            f"{corpus} left out: UAR {100 * row['uar']:.1f}, "
            f"shared classes {100 * row['shared']['uar']:.1f}, "
            f"own profile {100 * row['shared, own profile']['uar']:.1f}"
        )
    return out


def _held(
    material: Material,
    split: Split,
    config: RunConfig,
    folder: Path,
    *,
    sources: Sources,
    conditions: Sequence[str],
) -> HeldOut:
    place = folder / split.name.replace(" ", "-")
    return hold_out(material, split, config, place, sources=sources, conditions=conditions)


def _joined(material: Material, held: Sequence[HeldOut], parts: Sequence[Probabilities]) -> Report:
    """One report over the tested clips of all folds."""
    rows = np.concatenate([np.flatnonzero(fold.rows) for fold in held])
    clips = [material.clips[row] for row in rows]
    return report(
        np.concatenate(parts),
        material.targets[rows],
        [clip.speaker for clip in clips],
        material.labels,
        genders=[clip.gender for clip in clips],
        certain=np.concatenate(
            [part.max(axis=1) >= fold.threshold for fold, part in zip(held, parts, strict=True)]
        ),
    )


def _among(
    material: Material,
    held: HeldOut,
    probabilities: Probabilities,
    shared: np.ndarray[Any, np.dtype[np.int64]],
    kept: np.ndarray[Any, np.dtype[np.bool_]],
) -> Report:
    """Judged among the classes that training and the tested corpus share."""
    among = probabilities[kept][:, shared]
    rows = np.flatnonzero(held.rows)[kept]
    return report(
        among / among.sum(axis=1, keepdims=True),
        np.searchsorted(shared, material.targets[rows]),
        material.speakers[rows].tolist(),
        [material.labels[k] for k in shared],
    )
