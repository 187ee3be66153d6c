"""What each part of a recipe brings: the same training without it, judged on speakers kept for choices.

The split is the protocol ``fixed``: its validation speakers judge, its test speakers are left alone. They are
few, so what a part brings comes with an interval over speakers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from models.data.clip_table import Rows
from models.evaluation.bootstrap import RESAMPLES, Interval, SpeakerSums, speaker_draws
from models.evaluation.file_evaluation import FEW_SPEAKERS
from models.evaluation.metrics import Probabilities
from models.evaluation.protocols import Split, splits
from models.experiments.figures import own_voices
from models.recipes.config import AugmentConfig
from models.training.trained import Say
from models.training.whisper.held_out import HeldOut, hold_out
from models.training.whisper.material import Material, Sources
from models.training.whisper.run_config import RunConfig

CONDITIONS = ("trimmed", "noise-10dB", "telephone", "reverb")


def variants(config: RunConfig) -> Iterator[tuple[str, RunConfig]]:
    """The recipe, and it without each of its parts."""

    def fit(**fields: Any) -> RunConfig:
        return config.model_copy(update={"fit": config.fit.model_copy(update=fields)})

    def augment(**fields: Any) -> RunConfig:
        return config.model_copy(update={"augment": config.augment.model_copy(update=fields)})

    yield "as it is", config
    if config.fit.epochs == 0:
        return  # nothing is trained but a head: all else would change nothing
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


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One variant: its figures, and what each corpus' speakers add to the UAR under each of `CONDITIONS`."""

    figures: dict[str, float]
    sums: tuple[SpeakerSums, ...]

    @property
    def mean(self) -> float:
        """UAR, mean over corpora and conditions."""
        return _mean_uar(self.sums)


def judge(material: Material, held: HeldOut) -> Judged:
    """UAR by condition, each the mean over the corpora, and with the speakers' own profiles."""
    chances = {name: held.probabilities(name) for name in CONDITIONS}
    own = held.probabilities(CONDITIONS[0], own_voices(material, held, CONDITIONS[0]))
    targets = material.targets[held.rows]
    by_condition = {name: _sums(material, held.rows, found) for name, found in chances.items()}
    answered = chances[CONDITIONS[0]][np.arange(len(targets)), targets]
    figures = {
        **{name: _mean_uar(sums) for name, sums in by_condition.items()},
        "own profile": _mean_uar(_sums(material, held.rows, own)),
        "log loss": float(-np.mean(np.log(answered))),
        "noise confident": float(held.confident_noise().mean()) if len(held.noise.seconds) else 0.0,
    }
    return Judged(figures, tuple(sums for parts in by_condition.values() for sums in parts))


def against(recipe: Judged, variant: Judged) -> tuple[float, Interval | None]:
    """How much UAR, the mean over corpora and conditions, the variant has more; 95 % interval over speakers.

    Speakers are drawn within their corpus, the same ones for both and under every condition. About a corpus
    with a single speaker nothing can be drawn: it widens no interval, and if all are so there is none.
    """
    more = variant.mean - recipe.mean
    if all(len(sums.names) < 2 for sums in recipe.sums):
        return more, None
    differences = np.zeros(RESAMPLES)
    for number, (one, other) in enumerate(zip(recipe.sums, variant.sums, strict=True)):
        # One corpus after another under each condition: the same draw for the same corpus.
        draws = speaker_draws(len(one.names), seed=number % (len(recipe.sums) // len(CONDITIONS)))
        differences += other.figures(draws)["uar"] - one.figures(draws)["uar"]
    low, high = np.percentile(differences / len(recipe.sums), (2.5, 97.5))
    return more, (float(low), float(high))


def ablate(
    material: Material,
    config: RunConfig,
    folder: Path,
    sources: Sources,
    say: Say,
    *,
    only: Sequence[str] = (),
) -> dict[str, dict[str, Any]]:
    """The figures of each variant, or of those named `only`; what was trained before is read.

    Where the recipe itself is among them, each other one also has "against" and "interval", see `against`.
    """
    split = validation_split(material)
    if warning := too_few_speakers(material, split.test):
        say(f"WARNING: {warning}")
    found: dict[str, dict[str, Any]] = {}
    recipe = None
    for name, variant in variants(config):
        if only and name not in only:
            continue
        place = folder / name.replace(" ", "-").replace(",", "")
        held = hold_out(material, split, variant, place, sources=sources, conditions=CONDITIONS)
        judged = judge(material, held)
        row = found[name] = {**judged.figures}
        if variant is config:
            recipe = judged
        elif recipe is not None:
            row["against"], row["interval"] = against(recipe, judged)
        say(f"{name}: " + ", ".join(f"{key} {row[key]:.3f}" for key in judged.figures))
    return found


def too_few_speakers(material: Material, rows: Rows) -> str:
    """What the intervals do not tell, where few people speak the judged clips; empty where enough do."""
    counts = {
        str(name): len(np.unique(material.speakers[rows & (material.corpora == name)]))
        for name in np.unique(material.corpora[rows])
    }
    few = [f"{name} {count}" for name, count in counts.items() if count < FEW_SPEAKERS]
    if not few:
        return ""
    text = f"Few speakers judge ({', '.join(few)}): the intervals are too narrow."
    return f"{text} A corpus with one speaker does not widen them at all." if 1 in counts.values() else text


def _sums(material: Material, rows: Rows, probabilities: Probabilities) -> list[SpeakerSums]:
    """Of each corpus, in the order of their names."""
    targets, speakers, corpora = material.targets[rows], material.speakers[rows], material.corpora[rows]
    classes = len(material.labels)
    masks = [corpora == name for name in np.unique(corpora)]
    return [SpeakerSums.of(probabilities[m], targets[m], speakers[m], classes) for m in masks]


def _mean_uar(parts: Sequence[SpeakerSums]) -> float:
    return float(np.mean([sums.figures(np.ones((1, len(sums.names))))["uar"] for sums in parts]))
