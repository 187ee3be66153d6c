"""A head on embeddings of sentences, and figures of it on texts whose groups and words it has not learnt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from desktop_app.core.emotion_names import GOEMOTIONS, counted_as, meaning
from desktop_app.core.errors import one_line
from desktop_app.core.palette import KNOWN
from desktop_app.core.types import FloatArray
from models.corpora.texts import TEST_SPLITS, LabelledText, TextTable
from models.errors import TrainingError
from models.evaluation.metrics import Report, report, softmax
from models.recipes.text_recipe import TextRecipe

_INNER: Final = 3
_TEMPERATURES: Final = (0.2, 10.0)
_BLOCKS: Final = 2000
"""Groups are drawn for intervals; of more, several are drawn together."""
_RANDOM_SHARE: Final = 0.2
ACTED: Final = ("Kids are talking by the door.", "Dogs are sitting by the door.")
"""The two sentences that RAVDESS has in every emotion (Livingstone and Russo, PLOS ONE 2018)."""

IntArray = npt.NDArray[np.int64]
Strings = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Texts with their embeddings [texts, width], as arrays [texts]; `truth` are indices of `labels`."""

    rows: tuple[LabelledText, ...]
    embeddings: FloatArray
    truth: IntArray
    labels: tuple[str, ...]
    groups: Strings
    plain: Strings
    by_groups: bool

    def part(self, chosen: npt.NDArray[Any]) -> Texts:
        """Those of a mask or of indices."""
        numbers = np.arange(len(self.rows))[chosen]
        return Texts(
            tuple(self.rows[number] for number in numbers),
            self.embeddings[numbers],
            self.truth[numbers],
            self.labels,
            self.groups[numbers],
            self.plain[numbers],
            self.by_groups,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """logits = embeddings @ weights.T + bias, [labels, width] and [labels]; divided by `temperature`."""

    weights: FloatArray
    bias: FloatArray
    temperature: float
    c: float

    def logits(self, embeddings: FloatArray) -> npt.NDArray[np.float64]:
        return embeddings.astype(np.float64) @ self.weights.T.astype(np.float64) + self.bias

    def probabilities(self, embeddings: FloatArray) -> npt.NDArray[np.float64]:
        return softmax(self.logits(embeddings), self.temperature)


def counted_rows(
    tables: Sequence[TextTable], counted: Mapping[str, str | None]
) -> tuple[list[LabelledText], list[str]]:
    """The texts of tables with their emotions in place of labels, and the group of each."""
    rows, groups = [], []
    for table in tables:
        for row in table.rows:
            emotion = counted.get(row.label)
            if emotion is not None:
                rows.append(LabelledText(row.text, emotion, row.group, row.split))
                groups.append(f"{table.name}/{row.group}" if row.group else f"={row.plain}")
    return rows, groups


def texts_of(
    rows: Sequence[LabelledText], groups: Sequence[str], embeddings: FloatArray, labels: Sequence[str]
) -> Texts:
    """Those whose label is among `labels`."""
    place = {label: number for number, label in enumerate(labels)}
    kept = np.array([row.label in place for row in rows], dtype=bool)
    chosen = [row for row, keep in zip(rows, kept, strict=True) if keep]
    return Texts(
        tuple(chosen),
        embeddings[kept],
        np.array([place[row.label] for row in chosen], dtype=np.int64),
        tuple(labels),
        np.array(groups, dtype=object)[kept],
        np.array([row.plain for row in chosen], dtype=object),
        any(row.group for row in chosen),
    )


def fit_head(texts: Texts, recipe: TextRecipe, c: float | None = None) -> Head:
    """Fit on all of `texts`; strength and temperature are chosen on inner folds that keep groups together.

    Raises
    ------
    TrainingError
        Fewer than two emotions are left.
    """
    strengths = recipe.fit.c if c is None else (c,)
    trials = []
    for strength in strengths:
        logits = np.zeros((len(texts.rows), len(texts.labels)))
        judged = np.zeros(len(texts.rows), dtype=bool)
        for learn, judge in _folds(texts, _INNER, recipe.seed):
            weights, bias = _regression(texts.part(learn), strength, recipe)
            logits[judge] = texts.embeddings[judge] @ weights.T + bias
            judged[judge] = True
        if judged.any():
            temperature = fit_temperature(logits[judged], texts.truth[judged])
            trials.append((_loss(logits[judged], texts.truth[judged], temperature), strength, temperature))
    _, strength, temperature = min(trials) if trials else (0.0, strengths[0], 1.0)
    weights, bias = _regression(texts, strength, recipe)
    return Head(weights, bias, temperature, strength)


def fit_temperature(logits: npt.NDArray[np.float64], truth: IntArray) -> float:
    """The temperature with the least log loss (Guo et al., ICML 2017)."""
    low, high = np.log(_TEMPERATURES)
    found = minimize_scalar(
        lambda x: _loss(logits, truth, float(np.exp(x))), bounds=(low, high), method="bounded"
    )
    return float(np.exp(found.x))


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Texts that were kept apart, the answers to them [texts, labels], and how they were kept apart."""

    texts: Texts
    probabilities: npt.NDArray[np.float64]
    protocol: str

    def report(self) -> Report:
        return judge_texts(self.texts, self.probabilities, self.protocol)

    def right(self) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = self.probabilities.argmax(axis=1) == self.texts.truth
        return found


def held_out(texts: Texts, recipe: TextRecipe, note: Callable[[str], None] = lambda _: None) -> HeldOut:
    """Answers to texts that were kept apart.

    They are those whose table calls them a test; else each in turn, by folds of groups. What is learnt beside
    them has no text in common with them.

    Raises
    ------
    TrainingError
        There are too few groups or different texts for that.
    """
    test = np.array([row.split.lower() in TEST_SPLITS for row in texts.rows], dtype=bool)
    if test.any() and not test.all():
        parts = [(np.flatnonzero(~test), np.flatnonzero(test))]
        how = "the test part that the texts name"
    else:
        _check_enough(texts, recipe.folds)
        parts = _folds(texts, recipe.folds, recipe.seed)
        kind = "groups (speakers, dialogues or authors)" if texts.by_groups else "different texts"
        how = f"{len(parts)} folds of {kind}"
    probabilities = np.zeros((len(texts.rows), len(texts.labels)))
    judged = np.zeros(len(texts.rows), dtype=bool)
    for number, (learn, judge) in enumerate(parts, 1):
        note(f"measuring, part {number} of {len(parts)} ...")
        clean = learn[~np.isin(texts.plain[learn], texts.plain[judge])]
        if len(set(texts.truth[clean].tolist())) < 2:
            continue
        probabilities[judge] = fit_head(texts.part(clean), recipe).probabilities(texts.embeddings[judge])
        judged[judge] = True
    if not judged.any():
        raise _too_few(texts, "nothing is left to learn from once the texts of the test are taken out")
    chosen = np.flatnonzero(judged)
    protocol = f"{how}; no text on both sides; strength and temperature chosen within the training part"
    return HeldOut(texts.part(chosen), probabilities[chosen], protocol)


def scarce(texts: Texts, folds: int) -> list[str]:
    """A sentence for each emotion of so few texts that its figures say little."""
    out = []
    for number, label in enumerate(texts.labels):
        count = int((texts.truth == number).sum())
        if count < folds:
            of = "1 text" if count == 1 else f"{count} texts"
            out.append(
                f"{label} has {of}, fewer than the {folds} folds: it is hardly learnt, and its share in UAR "
                "and F1 says little"
            )
    return out


def _check_enough(texts: Texts, folds: int) -> None:
    """Raise TrainingError where no folds can be made."""
    if texts.by_groups and len(set(texts.groups.tolist())) == 1:
        group = texts.rows[0].group
        raise TrainingError(
            f"All texts are of one speaker, dialogue or author ('{one_line(group)}'), so none can be kept "
            "apart from those that are learnt.",
            "Add texts of others, or leave that column out: then texts are kept apart one by one.",
            code="training.few_texts",
        )
    commonest = int(np.bincount(texts.truth, minlength=1).max()) if len(texts.truth) else 0
    if commonest < folds:
        raise _too_few(texts, f"{folds} folds need {folds} texts of an emotion or more")


def _too_few(texts: Texts, why: str) -> TrainingError:
    different = len(set(texts.plain.tolist()))
    there_are = "There is 1 different text" if different == 1 else f"There are {different} different texts"
    return TrainingError(
        f"{there_are}, too few to keep some apart: {why}.",
        "Name tables with more of them; acted corpora say the same sentences in every emotion.",
        code="training.few_texts",
    )


def judge_texts(texts: Texts, probabilities: npt.NDArray[np.float64], protocol: str) -> Report:
    """Figures with intervals by drawing groups, or texts where no groups are known."""
    return report(probabilities, texts.truth, _blocks(texts), texts.labels, protocol=protocol)


def split_at_random(texts: Texts, recipe: TextRecipe) -> Report:
    """What the same texts look like when a fifth of them is drawn for the test, whoever wrote them."""
    rng = np.random.default_rng(recipe.seed)
    test = rng.random(len(texts.rows)) < _RANDOM_SHARE
    head = fit_head(texts.part(~test), recipe)
    chances = head.probabilities(texts.embeddings[test])
    return judge_texts(texts.part(test), chances, "a fifth of the texts drawn at random (writer-dependent)")


def names_an_emotion(texts: Sequence[str], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether a text holds a word that is the name of an emotion, such as joy, sad or angry."""
    words = {"joy", "joyful", "happiness", "sadness", "anger", "fear", "afraid", "scared", "surprise"}
    words |= {"disgusted", "disgusting", "love", "hate", *KNOWN, *(label.lower() for label in labels)}
    words -= {"neutral", "calm"}
    pattern = re.compile(rf"\b({'|'.join(sorted(map(re.escape, words)))})\b", re.IGNORECASE)
    return np.array([pattern.search(text) is not None for text in texts], dtype=bool)


def mapping_of(tables: Sequence[TextTable], recipe: TextRecipe) -> dict[str, str | None]:
    """What the labels of the tables are counted as. Raises CallError where the recipe's map does not fit."""
    labels = sorted({label for table in tables for label in table.labels})
    by_hand: Mapping[str, str | None] | None
    if recipe.data.map == "goemotions" or (recipe.data.map is None and any(t.goemotions for t in tables)):
        by_hand = GOEMOTIONS
    else:
        by_hand = None if recipe.data.map is None or isinstance(recipe.data.map, str) else recipe.data.map
    return counted_as(labels, by_hand)


def mapping_of_test(table: TextTable, counted: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same for texts that only test: labels that were learnt as there, others by their meaning."""
    other = GOEMOTIONS if table.goemotions else {}
    return {label: counted.get(label, other.get(label, meaning(label))) for label in table.labels}


def _folds(texts: Texts, count: int, seed: int) -> list[tuple[IntArray, IntArray]]:
    """Pairs of indices to learn from and to judge, groups whole, emotions as evenly as that allows."""
    from sklearn.model_selection import StratifiedGroupKFold

    _, groups = np.unique(texts.groups.astype(str), return_inverse=True)
    commonest = int(np.bincount(texts.truth, minlength=1).max())
    count = min(count, int(groups.max()) + 1 if len(groups) else 0, commonest)  # else there are no folds
    if count < 2:
        return []
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an emotion of fewer texts than folds is no error
        folds = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
        pairs = list(folds.split(np.zeros(len(groups)), texts.truth, groups))
    return [
        (learn, judge) for learn, judge in pairs if len(judge) and len(set(texts.truth[learn].tolist())) > 1
    ]


def _regression(texts: Texts, c: float, recipe: TextRecipe) -> tuple[FloatArray, FloatArray]:
    """Weights [labels, width] and bias [labels]; what has no text is never answered."""
    from sklearn.linear_model import LogisticRegression

    present = np.unique(texts.truth)
    if len(present) < 2:
        raise TrainingError(
            "The texts are all of one emotion, so there is nothing to choose between.",
            code="training.few_texts",
        )
    weight = "balanced" if recipe.fit.evenly == "classes" else None
    fitted = LogisticRegression(C=c, max_iter=2000, class_weight=weight).fit(texts.embeddings, texts.truth)
    rows, bias = fitted.coef_, fitted.intercept_
    if len(present) == 2:  # one row, for the second of them
        rows, bias = np.concatenate((-rows / 2, rows / 2)), np.concatenate((-bias / 2, bias / 2))
    weights: FloatArray = np.zeros((len(texts.labels), texts.embeddings.shape[1]), np.float32)
    biases: FloatArray = np.full(len(texts.labels), -1e3, np.float32)
    weights[present], biases[present] = rows, bias
    return weights, biases


def _loss(logits: npt.NDArray[np.float64], truth: IntArray, temperature: float) -> float:
    chances = softmax(logits, temperature)[np.arange(len(truth)), truth]
    return float(-np.log(np.maximum(chances, 1e-12)).mean())


def _blocks(texts: Texts) -> list[str]:
    names, numbers = np.unique(texts.groups.astype(str), return_inverse=True)
    if len(names) <= _BLOCKS:
        return [str(name) for name in texts.groups]
    return [str(number % _BLOCKS) for number in numbers]
