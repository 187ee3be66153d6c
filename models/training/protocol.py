"""Training with choices on inner folds, and its cross-validation: the test fold is read once.

For each outer fold, inner folds over the remaining speakers choose the regularisation and fit temperature and
threshold on speakers that their heads have not heard. Then one head is fitted on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from models.corpora.base import LABELS
from models.evaluation.folds import check_disjoint, speaker_folds
from models.evaluation.metrics import confusion, softmax, uar_of
from models.training.calibration import fit_temperature, fit_threshold
from models.training.embeddings import TRAIN_VIEWS, TRIMMED, WHOLE, View
from models.training.head import Head, balance, fit_head
from models.training.material import Material, Rows

CHOICE_VIEWS = (WHOLE, TRIMMED)
STRENGTHS = (0.005, 0.015)
INNER_FOLDS = 3
COVERAGE = 0.8

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """A head with everything that was chosen for it on inner folds."""

    head: Head
    strength: float
    temperature: float
    threshold: float
    inner_uar: float

    def probabilities(self, embeddings: FloatArray) -> npt.NDArray[np.float64]:
        """[clips, dim] -> calibrated [clips, classes]."""
        return softmax(self.head.logits(embeddings), self.temperature)


def require_disjoint(material: Material, train: Rows, test: Rows) -> None:
    """Raise LeakError if a speaker or a sound is on both sides."""
    kept, held = (
        [clip for clip, keep in zip(material.clips, rows, strict=True) if keep] for rows in (train, test)
    )
    check_disjoint(kept, held, material.hashes)


def train(material: Material, rows: Rows, strengths: Sequence[float] = STRENGTHS) -> Trained:
    """Choose, calibrate and fit on the clips that `rows` marks, and on nothing else."""
    clips = [clip for clip, keep in zip(material.clips, rows, strict=True) if keep]
    folds = speaker_folds(clips, INNER_FOLDS)
    targets, corpora = material.targets[rows], material.corpora[rows]
    outcomes: dict[float, tuple[float, list[FloatArray]]] = {}
    for strength in strengths:
        parts = _out_of_fold(material, rows, folds, strength)
        scores = [_mean_uar(part, targets, corpora) for part in parts]
        outcomes[strength] = (float(np.mean(scores)), parts)
    strength = max(outcomes, key=lambda s: outcomes[s][0])
    inner_uar, parts = outcomes[strength]
    logits = np.concatenate(parts)
    labels = np.tile(targets, len(parts))
    # Each speaker counts the same: what the analyzer meets is a new speaker, not a new corpus.
    weights = np.tile(balance(np.zeros_like(targets), material.speakers[rows]), len(parts))
    temperature = fit_temperature(logits, labels, weights)
    threshold = fit_threshold(softmax(logits, temperature), weights, COVERAGE)
    views = [material.embeddings(view, rows) for view in TRAIN_VIEWS]
    head = fit_head(views, targets, corpora, strength, len(LABELS))
    return Trained(head, strength, temperature, threshold, inner_uar)


def _out_of_fold(
    material: Material, rows: Rows, folds: list[frozenset[str]], strength: float
) -> list[FloatArray]:
    """Logits [clips, classes] for each view of CHOICE_VIEWS, by heads that did not hear the speaker."""
    speakers, targets, corpora = material.speakers, material.targets, material.corpora
    out = [np.zeros((int(rows.sum()), len(LABELS)), dtype=np.float32) for _ in CHOICE_VIEWS]
    for fold in folds:
        held = rows & np.isin(speakers, list(fold))
        kept = rows & ~held
        require_disjoint(material, kept, held)
        views = [material.embeddings(view, kept) for view in TRAIN_VIEWS]
        head = fit_head(views, targets[kept], corpora[kept], strength, len(LABELS))
        for part, view in zip(out, CHOICE_VIEWS, strict=True):
            part[held[rows]] = head.logits(material.embeddings(view, held))
    return out


def _mean_uar(logits: FloatArray, targets: npt.NDArray[np.int64], corpora: npt.NDArray[np.str_]) -> float:
    """UAR, averaged over corpora."""
    predicted = logits.argmax(axis=1)
    return float(
        np.mean(
            [
                uar_of(confusion(targets[corpora == c], predicted[corpora == c], len(LABELS)))
                for c in np.unique(corpora)
            ]
        )
    )


def cross_validate(
    material: Material,
    corpus: str,
    folds: int,
    views: Sequence[View],
    *,
    say: Say,
    embed: Callable[[View, Rows], FloatArray] | None = None,
) -> tuple[dict[str, npt.NDArray[np.float64]], Rows, list[Trained]]:
    """Probabilities of each clip of `corpus` by a model that never met its speaker, under each of `views`.

    The other corpora are in every training set.

    Parameters
    ----------
    embed : callable, optional
        Where the test clips' embeddings come from, if not from the fp32 encoder (a quantised file).

    Returns
    -------
    probabilities : dict of [clips of the corpus, classes]
    rows : bool [all clips]
        Which clips those are.
    trained : list of Trained
        One for each fold.
    """
    mine = material.corpora == corpus
    clips = [clip for clip, keep in zip(material.clips, mine, strict=True) if keep]
    out = {view.name: np.zeros((len(clips), len(LABELS))) for view in views}
    fitted = []
    for number, fold in enumerate(speaker_folds(clips, folds), start=1):
        test = mine & np.isin(material.speakers, list(fold))
        require_disjoint(material, ~test, test)
        trained = train(material, ~test)
        fitted.append(trained)
        for view in views:
            embeddings = (embed or material.embeddings)(view, test)
            out[view.name][test[mine]] = trained.probabilities(embeddings)
        say(
            f"fold {number}/{folds}: {len(fold)} speakers held out, C {trained.strength:g}, "
            f"temperature {trained.temperature:.2f}, inner UAR {100 * trained.inner_uar:.1f}"
        )
    return out, mine, fitted


def leave_corpus_out(material: Material, corpus: str) -> tuple[npt.NDArray[np.float64], Rows]:
    """Probabilities [clips, classes] of a corpus that training has never seen, trimmed to the speech."""
    test = material.corpora == corpus
    require_disjoint(material, ~test, test)
    trained = train(material, ~test, strengths=(0.005,))
    return trained.probabilities(material.embeddings(TRIMMED, test)), test
