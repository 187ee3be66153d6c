"""What each part of a recipe brings: the same training without it, judged on speakers kept for choices.

The split is the protocol ``fixed``: its validation speakers judge, its test speakers are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluation.metrics import Probabilities, confusion, uar_of
from models.evaluation.protocols import Split, splits
from models.training.config import AugmentConfig, RunConfig
from models.training.figures import own_voices
from models.training.held_out import HeldOut, hold_out
from models.training.material import Material, Rows, Say
from models.training.recipe import Sources

CONDITIONS = ("trimmed", "noise-10dB", "telephone", "reverb")


def variants(config: RunConfig) -> Iterator[tuple[str, RunConfig]]:
    """The recipe, and it without each of its parts."""

    def fit(**fields: Any) -> RunConfig:
        return config.model_copy(update={"fit": config.fit.model_copy(update=fields)})

    def augment(**fields: Any) -> RunConfig:
        return config.model_copy(update={"augment": config.augment.model_copy(update=fields)})

    yield "as it is", config
    yield "frozen encoder", fit(epochs=0)
    yield "no augmentation at all", config.model_copy(update={"augment": AugmentConfig()})
    for name, share in config.augment:
        if share > 0:
            yield f"without {name}", augment(**{name: 0.0})
    if config.fit.label_smoothing > 0:
        yield "without label smoothing", fit(label_smoothing=0.0)
    if config.fit.noise > 0:
        yield "without noise as no preference", fit(noise=0.0)
    if config.fit.profile_dropout < 1:
        yield "without voices of their own", fit(profile_dropout=1.0)
    if not config.fit.masked_softmax:
        yield "with a masked softmax", fit(masked_softmax=True)
    if config.fit.average_decay > 0:
        yield "last weights, not averaged ones", fit(average_decay=0.0)


def validation_split(material: Material) -> Split:
    """Training and, as its test, validation of the protocol ``fixed``."""
    (split,) = splits("fixed", material.clips, material.hashes)
    nobody = np.zeros_like(split.test)
    return replace(split, test=split.validation, validation=nobody)


def judge(material: Material, held: HeldOut) -> dict[str, float]:
    """UAR by condition, each the mean over the corpora, and with the speakers' own profiles."""
    found = {name: _mean_uar(material, held.rows, held.probabilities(name)) for name in CONDITIONS}
    own = held.probabilities(CONDITIONS[0], own_voices(material, held, CONDITIONS[0]))
    chances = held.probabilities(CONDITIONS[0])
    targets = material.targets[held.rows]
    return {
        **found,
        "own profile": _mean_uar(material, held.rows, own),
        "log loss": float(-np.mean(np.log(chances[np.arange(len(targets)), targets]))),
        "noise confident": float(held.confident_noise().mean()) if len(held.noise.seconds) else 0.0,
    }


def ablate(
    material: Material,
    config: RunConfig,
    folder: Path,
    sources: Sources,
    say: Say,
    *,
    only: Sequence[str] = (),
) -> dict[str, dict[str, float]]:
    """The figures of each variant, or of those named `only`; what was trained before is read."""
    split = validation_split(material)
    found = {}
    for name, variant in variants(config):
        if only and name not in only:
            continue
        place = folder / name.replace(" ", "-").replace(",", "")
        held = hold_out(material, split, variant, place, sources=sources, conditions=CONDITIONS)
        found[name] = judge(material, held)
        say(f"{name}: " + ", ".join(f"{key} {value:.3f}" for key, value in found[name].items()))
    return found


def _mean_uar(material: Material, rows: Rows, probabilities: Probabilities) -> float:
    targets, corpora = material.targets[rows], material.corpora[rows]
    answers = probabilities.argmax(axis=1)
    uars = []
    for name in np.unique(corpora):
        mine = corpora == name
        uars.append(uar_of(confusion(targets[mine], answers[mine], len(material.labels))))
    return float(np.mean(uars))
