"""What a recipe is worth: every speaker judged by a network that has not met this speaker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_profile import VoiceStatistics
from models.corpora.registry import load_corpus
from models.data.enrolment import Voices, estimate_voices
from models.errors import LeakError
from models.evaluation.clip_answers import ANSWERS, ClipAnswers, joined, write_answers
from models.evaluation.metrics import Probabilities, Report, confusion_among, report, uar_of
from models.evaluation.protocols import FOLDS, Split, splits
from models.experiments.all_emotions import leave_one_speaker_out
from models.experiments.profile_study import Condition, run_study
from models.experiments.profile_study import Split as ProfileSplit
from models.training.fit_calibrated import speaker_groups
from models.training.held_out import shared_classes
from models.training.trained import Say
from models.training.whisper.gated_head import GatedHead
from models.training.whisper.held_out import HeldOut, hold_out
from models.training.whisper.material import Material, Sources
from models.training.whisper.run_config import RunConfig

WHOLE, TRIMMED = "whole", "trimmed"
CONDITIONS = (
    WHOLE,
    TRIMMED,
    *("first-1s", "first-2s", "first-3s"),
    *("noise-20dB", "noise-10dB", "noise-5dB", "noise-0dB"),
    *("telephone", "reverb", "clipped", "gain-20dB", "gain+10dB"),
)
"""Under which the folds of the test corpus are judged; a corpus that is left out is judged trimmed."""
PROFILES = (
    *(Condition("mixed", seconds) for seconds in (10.0, 30.0, 60.0, 120.0)),
    *(Condition("neutral", seconds) for seconds in (10.0, 30.0)),
    Condition("own clips", np.inf),
)
"""What a voice profile is built from, for the curve: seconds of the speaker's other clips, or all clips."""


def own_voices(material: Material, held: HeldOut, condition: str) -> Voices:
    """For each tested clip the analyzer's profile from all tested clips of its speaker, without labels."""
    embeddings, answers = held.heard[condition].embeddings, held.undoubted(condition)
    people = material.people.pick(held.rows)
    means, stds = np.empty_like(embeddings), np.empty_like(embeddings)
    for rows in people.rows_of_each():
        weights = np.tile(people.seconds[rows], (len(rows), 1))
        means[rows], stds[rows] = estimate_voices(
            weights, embeddings[rows], held.head.base, answers=answers[rows]
        )
    return means, stds


@dataclass(frozen=True, slots=True, eq=False)
class _Chooser:
    """A head that answers with one of some classes only."""

    head: GatedHead
    others: NDArray[np.bool_]  # [classes]

    @property
    def default(self) -> VoiceStatistics:
        return self.head.default

    def logits(self, embeddings: FloatArray, voices: Voices | None = None) -> FloatArray:
        found: FloatArray = np.where(self.others, -np.inf, self.head.logits(embeddings, voices))
        return found


def profile_curve(
    material: Material, name: str, parts: Sequence[HeldOut], classes: NDArray[np.int64]
) -> dict[str, Any]:
    """UAR among `classes` against seconds of enrolment, of the clips of `parts`, trimmed: JSON values."""
    asked = np.isin(material.targets, classes)
    others = ~np.isin(np.arange(len(material.labels)), classes)
    heads = iter([_Chooser(part.head, others) for part in parts])
    found = []
    for part in parts:
        table = np.zeros((len(part.rows), part.heard[TRIMMED].embeddings.shape[1]), dtype=np.float32)
        table[part.rows] = part.heard[TRIMMED].embeddings
        answers = np.zeros((len(part.rows), len(material.labels)))
        answers[part.rows] = part.undoubted(TRIMMED)
        nobody = np.zeros_like(part.rows)  # the heads are fitted already
        found.append(ProfileSplit(name, nobody, part.rows, {TRIMMED: table}, answers=answers, judged=asked))
    (curve,) = run_study(
        {},
        material.people,
        found,
        lambda views, people: next(heads),
        neutral=material.labels.index("neutral"),
        conditions=PROFILES,
    )
    return curve.to_dict()


def cross_validation(
    material: Material, config: RunConfig, folder: Path, sources: Sources, say: Say
) -> dict[str, Any]:
    """Folds with disjoint speakers, of all corpora at once: JSON values.

    `views` judges the test corpus under each condition (all answers are written into `folder`);
    `unseen_speakers` each corpus, trimmed.
    """
    found = splits(FOLDS, material.clips, material.hashes, count=config.folds)
    for split in found:
        speaker_groups(material, split.train, split.name)  # before hours of work
    tested = material.corpora == material.corpus_named(config.test_corpus)
    held = [
        _fitted(
            material,
            replace(split, test=split.test & tested),
            config,
            folder,
            sources=sources,
            conditions=CONDITIONS,
            kind="fold",
        )
        for split in found
    ]
    of = {
        name: fold
        for split, fold in zip(found, held, strict=True)
        for clip, tested in zip(material.clips, split.test, strict=True)
        if tested
        for name in (clip.speaker, *clip.twins)
    }
    write_answers(
        folder / ANSWERS, joined([_answers(material, fold, name) for fold in held for name in CONDITIONS])
    )
    out: dict[str, Any] = {}
    for name in CONDITIONS:
        out[name] = _joined(material, held, [fold.probabilities(name) for fold in held]).to_dict()
        say(f"{name}: UAR {100 * out[name]['uar']:.1f}, ECE {out[name]['ece']:.3f}")
    for name in (WHOLE, TRIMMED):
        own = [fold.probabilities(name, own_voices(material, fold, name)) for fold in held]
        row = out[f"{name}, own profile"] = _joined(material, held, own).to_dict()
        say(f"{name}, own profile: UAR {100 * row['uar']:.1f}, ECE {row['ece']:.3f}")
    noise = np.concatenate([fold.confident_noise() for fold in held])
    if noise.size:
        say(f"noise alone: {100 * noise.mean():.1f} % answered with confidence")
    speakers: dict[str, Any] = {}
    for corpus in dict.fromkeys(material.corpora.tolist()):
        mine = material.corpora == corpus
        parts = [
            _held(
                material,
                replace(split, test=split.test & mine),
                config,
                folder,
                sources=sources,
                conditions=(TRIMMED,),
            )
            for split in found
            if (split.test & mine).any()
        ]
        own = [part.probabilities(TRIMMED, own_voices(material, part, TRIMMED)) for part in parts]
        speakers[corpus] = {
            **_joined(material, parts, [part.probabilities(TRIMMED) for part in parts]).to_dict(),
            "own profile": _joined(material, parts, own).to_dict(),
            "profile": profile_curve(material, corpus, parts, np.arange(len(material.labels))),
        }
        row = speakers[corpus]
        clips, hashes = load_corpus(*material.places[corpus], all_emotions=True)
        if {clip.emotion for clip in clips} - set(material.labels):
            every = leave_one_speaker_out(clips, hashes, of, folder)
            row["every emotion"] = every.to_dict()
            say(f"{corpus}, every emotion, one speaker left out: UAR {100 * every.uar:.1f}")
        say(
            f"{corpus}, unseen speakers: UAR {100 * row['uar']:.1f}, "
            f"own profile {100 * row['own profile']['uar']:.1f}, ECE {row['ece']:.3f}"
        )
    return {
        "views": out,
        "noise_confident": float(noise.mean()) if noise.size else None,
        "unseen_speakers": speakers,
        "calibration": [asdict(fold.calibration) for fold in held],
    }


def fits_of(material: Material, config: RunConfig) -> int:
    """How many networks the figures take: of the folds, and without each corpus."""
    folds = splits(FOLDS, material.clips, material.hashes, count=config.folds)
    corpora = len(set(material.corpora.tolist()))
    return len(folds) + (corpora if corpora > 1 else 0)


def corpora_left_out(
    material: Material, config: RunConfig, folder: Path, sources: Sources, say: Say
) -> dict[str, Any]:
    """Each corpus judged by a network trained on the others: all answers, shared classes, own profile.

    Nothing where there is only one.
    """
    out: dict[str, Any] = {}
    if len(set(material.corpora.tolist())) < 2:
        return out
    for corpus in dict.fromkeys(material.corpora.tolist()):
        try:
            (split,) = splits("leave-one-corpus-out", material.clips, material.hashes, corpus=corpus)
            shared = shared_classes(material, split)
            speaker_groups(material, split.train, split.name)
        except LeakError as error:
            say(f"{corpus} is not left out: {error}")
            continue
        held = _fitted(material, split, config, folder, sources=sources, conditions=(TRIMMED,), kind="corpus")
        free = held.probabilities(TRIMMED)
        own = held.probabilities(TRIMMED, own_voices(material, held, TRIMMED))
        kept = np.isin(material.targets[held.rows], shared)
        out[corpus] = {
            **_joined(material, [held], [free]).to_dict(),
            "shared": _among(material, held, free, shared, kept).to_dict(),
            "shared, own profile": _among(material, held, own, shared, kept).to_dict(),
            "profile": profile_curve(material, corpus, [held], shared),
        }
        row = out[corpus]
        say(
            f"{corpus} left out: UAR {100 * row['uar']:.1f}, "
            f"shared classes {100 * row['shared']['uar']:.1f}, "
            f"own profile {100 * row['shared, own profile']['uar']:.1f}"
        )
    return out


def _fitted(
    material: Material,
    split: Split,
    config: RunConfig,
    folder: Path,
    *,
    sources: Sources,
    conditions: Sequence[str],
    kind: Literal["fold", "corpus"],
) -> HeldOut:
    """`_held`, whose training and first condition a follower is told of as a fit."""
    follower, people = sources.follower, material.speakers
    follower.begin_fit(
        kind,
        split.name,
        clips=int(split.train.sum()),
        test_clips=int(split.test.sum()),
        speakers=len(set(people[split.train].tolist())),
        test_speakers=len(set(people[split.test].tolist())),
    )
    held = _held(material, split, config, folder, sources=sources, conditions=conditions)
    present = np.unique(material.targets)
    counts = confusion_among(present, material.targets[held.rows], held.probabilities(conditions[0]))
    if counts.sum():  # of people who are known from another corpus, a fold may be left with none
        follower.end_fit(condition=conditions[0], uar=round(uar_of(counts), 4), confusion=counts.tolist())
    else:
        follower.end_fit()
    return held


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


def _answers(material: Material, held: HeldOut, condition: str) -> ClipAnswers:
    """Of one fold, without a profile."""
    probabilities = held.probabilities(condition)
    return ClipAnswers.of(
        material.labels,
        [material.clips[row] for row in np.flatnonzero(held.rows)],
        held.heard[condition].seconds,
        probabilities,
        probabilities.max(axis=1) >= held.calibration.threshold,
        protocol=FOLDS,
        condition=condition,
    )


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
            [part.max(axis=1) >= fold.calibration.threshold for fold, part in zip(held, parts, strict=True)]
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
