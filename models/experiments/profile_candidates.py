"""Other ways to estimate a voice and to use it, compared on inner folds: why the profile is what it is.

Each candidate changes one thing of the estimate or of the head. All are judged with the same fitted heads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.inference.voice_profile import MEAN_PRIOR_S, STD_PRIOR_S, VoiceStatistics, mean_share
from models.data.enrolment import People, Voices, Weights, estimate_voices
from models.evaluation.metrics import Probabilities
from models.experiments.profile_study import Condition, Curve, Say, Split, Views, run_study
from models.training.whisper.gated_head import SOFTNESS, GatedHead, fit_gated_head

INNER_FOLDS = 3
CONDITIONS = (
    Condition("mixed", 5.0),
    Condition("mixed", 30.0),
    Condition("mixed", np.inf),
    Condition("neutral", 10.0),
    Condition("neutral", np.inf),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way; what is not named is as the analyzer does it.

    `rank`: keep only the shift along that many directions in which training speakers differ. `only`: weigh
    clips by the stranger's confidence, or by its probability of the neutral class. `head`: both heads, or one
    alone. None as a prior of the deviation: always the default deviation. `any_mood`: speech of one mood
    counts as speech of many; `squared`: seconds are, in how far the mean counts.
    """

    name: str
    mean_prior_s: float = MEAN_PRIOR_S
    std_prior_s: float | None = STD_PRIOR_S
    rank: int | None = None
    only: str = "all"  # "confident", "neutral-like"
    head: str = "gated"  # "stranger", "known"
    softness: float = SOFTNESS
    any_mood: bool = False
    squared: bool = True


CANDIDATES = (
    Candidate("as shipped"),
    Candidate("one mood counts too", any_mood=True),
    Candidate("no prior for the mean", mean_prior_s=0.0),
    *(Candidate(f"mean prior {s:g} s", mean_prior_s=s) for s in (4.0, 8.0, 16.0, 30.0)),
    Candidate("mean prior 9 s, not squared", mean_prior_s=9.0, squared=False),
    *(Candidate(f"gate softness {s:g}", softness=s) for s in (0.05, 0.1, 0.4)),
    Candidate("mean only", std_prior_s=None),
    Candidate("deviation prior 10 s", std_prior_s=10.0),
    *(Candidate(f"{k} directions of speakers", rank=k) for k in (5, 20)),
    Candidate("confident speech", only="confident"),
    Candidate("neutral-like speech", only="neutral-like"),
    Candidate("one head, for strangers", head="stranger"),
    Candidate("one head, for strangers, prior 30 s", head="stranger", mean_prior_s=30.0),
    Candidate("one head, for known voices", head="known"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A fitted head, used as a candidate says."""

    fitted: GatedHead
    directions: FloatArray  # [speakers, dim], orthonormal, in deviations, the most important first
    candidate: Candidate
    neutral: int

    @property
    def default(self) -> VoiceStatistics:
        return self.fitted.base

    def logits(self, embeddings: FloatArray, voices: Voices | None = None) -> FloatArray:
        """[clips, dim] -> [clips, classes]."""
        if self.candidate.head == "gated":
            return replace(self.fitted, softness=self.candidate.softness).logits(embeddings, voices)
        weight, bias = self.fitted.stranger if self.candidate.head == "stranger" else self.fitted.known
        means, stds = (self.default.mean, self.default.std) if voices is None else voices
        return (((embeddings - means) / stds) @ weight.T + bias).astype(np.float32)

    def share(self, seconds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How far the mean of so many seconds counts."""
        prior = self.candidate.mean_prior_s
        return mean_share(seconds, prior) if self.candidate.squared else seconds / (seconds + prior)

    def voices(self, weights: Weights, embeddings: FloatArray, chances: Probabilities) -> Voices:
        """The candidate's estimate for each row of `weights`."""
        if self.candidate.only == "confident":
            weights = weights * np.square(chances.max(axis=1))
        elif self.candidate.only == "neutral-like":
            weights = weights * chances[:, self.neutral]
        means, stds = estimate_voices(
            weights,
            embeddings,
            self.default,
            share=self.share,
            std_prior_s=self.candidate.std_prior_s,
            answers=None if self.candidate.any_mood else chances,
        )
        if self.candidate.rank is not None:
            kept = self.directions[: self.candidate.rank]
            shift = (means - self.default.mean) / self.default.std
            means = (self.default.mean + (shift @ kept.T @ kept) * self.default.std).astype(np.float32)
        return means, stds


def speaker_directions(embeddings: FloatArray, people: People, base: VoiceStatistics) -> FloatArray:
    """Principal directions [speakers, dim] of the speakers' means, in deviations of `base`."""
    means = np.stack([embeddings[rows].mean(axis=0) for rows in people.rows_of_each()])
    _, _, directions = np.linalg.svd((means - means.mean(axis=0)) / base.std, full_matrices=False)
    return np.asarray(directions, dtype=np.float32)


def inner_splits(people: People, corpora: Sequence[str]) -> Iterator[Split]:
    """Folds over the speakers that each leave-one-corpus-out test trains on; its corpus is unused."""
    for left_out in corpora:
        seen = people.corpora != left_out
        order = sorted(set(zip(people.corpora[seen], people.speakers[seen], strict=True)))
        for fold in range(INNER_FOLDS):
            held = seen & np.isin(people.speakers, [speaker for _, speaker in order[fold::INNER_FOLDS]])
            for corpus in corpora:
                if corpus != left_out:
                    yield Split(f"{corpus}, inner", seen & ~held, held & (people.corpora == corpus))


def compare(
    views: Views,
    people: People,
    corpora: Sequence[str],
    classes: int,
    neutral: int,
    *,
    candidates: Sequence[Candidate] = CANDIDATES,
    say: Say = lambda text: None,
) -> dict[str, list[Curve]]:
    """The curves of each candidate on the inner folds, by its name; in the view ``trimmed``."""
    trimmed = {"trimmed": views["trimmed"]}
    splits = list(inner_splits(people, corpora))
    fitted: dict[tuple[str, ...], tuple[GatedHead, FloatArray]] = {}

    def fit(seen: Views, whose: People, candidate: Candidate) -> Variant:
        key = tuple(np.unique(whose.speakers))
        if key not in fitted:
            head = fit_gated_head(seen, whose, classes, neutral)
            fitted[key] = head, speaker_directions(seen["trimmed"], whose, head.base)
            say(f"{len(fitted)} heads fitted")
        return Variant(*fitted[key], candidate, neutral)

    found = {}
    for candidate in candidates:
        found[candidate.name] = run_study(
            trimmed,
            people,
            splits,
            partial(fit, candidate=candidate),
            draws=1,
            neutral=neutral,
            conditions=CONDITIONS,
            estimate=lambda weights, embeddings, answers, judge: judge.voices(weights, embeddings, answers),
        )
        say(f"judged: {candidate.name}")
    return found
