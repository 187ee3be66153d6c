"""Judges any model file by its contract alone, through the analyzer's own engine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.core.errors import CallError
from desktop_app.core.label_set import LabelSet
from desktop_app.core.types import FloatArray, Prediction
from desktop_app.inference.engine import EmotionEngine
from models.corpora.base import Clip, read_waveform
from models.corpora.folder import SYNONYMS
from models.corpora.registry import READERS, is_own_data
from models.errors import CorpusError, TrainingError
from models.evaluation.bootstrap import SpeakerSums
from models.evaluation.folds import Hashes
from models.evaluation.metrics import IntArray, Probabilities, Report, report

ABBREVIATIONS: Final = {
    "ang": "angry",
    "cal": "calm",
    "dis": "disgust",
    "fea": "fearful",
    "hap": "happy",
    "neu": "neutral",
    "sur": "surprised",
}

Cut = Callable[[FloatArray, str], FloatArray]
"""(waveform [samples] at the model's rate, hash of the clip) -> what the model is given."""


class View(Protocol):
    """How a clip is cut before it is judged."""

    def cut(self, waveform: FloatArray, digest: str) -> FloatArray: ...


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model said about clips whose emotion it knows.

    Attributes
    ----------
    labels : the model's, in the words of the corpora (`readings`)
    clips : those that were judged; `probabilities` [clips, labels], `thresholds` and `judged` [clips] belong
        to them
    thresholds : of confidence, below which an answer is uncertain
    judged : whether there was enough sound to judge; if not, the answer is uncertain all the same
    left_out : how many clips have an emotion that the model does not know, by emotion
    unreadable : files that could not be read
    """

    labels: tuple[str, ...]
    clips: tuple[Clip, ...]
    probabilities: Probabilities
    thresholds: npt.NDArray[np.float64]
    judged: npt.NDArray[np.bool_]
    left_out: dict[str, int]
    unreadable: tuple[Path, ...] = ()

    @property
    def certain(self) -> npt.NDArray[np.bool_]:
        """Which clips were answered without doubt [clips], as the analyzer decides it."""
        return self.judged & (self.probabilities.max(axis=1) >= self.thresholds)

    @property
    def threshold(self) -> float | None:
        """Of confidence, below which an answer is uncertain; None where it is not the same for all clips."""
        found = np.unique(self.thresholds)
        return float(found[0]) if len(found) == 1 else None

    @property
    def truth(self) -> IntArray:
        """Index into `labels` [clips]."""
        return np.array([self.labels.index(clip.emotion) for clip in self.clips], dtype=np.int64)

    @property
    def speakers(self) -> list[str]:
        return [clip.speaker for clip in self.clips]

    def among(self, labels: Iterable[str]) -> Answers:
        """The same clips, answered with nothing but `labels`, by the analyzer's rule (`LabelSet`)."""
        wanted = set(labels)
        chosen = LabelSet(self.labels, tuple(label for label in self.labels if label in wanted))
        return replace(
            self,
            labels=chosen.labels,
            probabilities=chosen.divide(self.probabilities),
            thresholds=np.array([chosen.threshold(threshold) for threshold in self.thresholds]),
        )

    def of(self, emotions: Container[str]) -> Answers:
        """Of these clips those with one of `emotions`; the others are counted as left out."""
        kept = [number for number, clip in enumerate(self.clips) if clip.emotion in emotions]
        others = Counter(clip.emotion for clip in self.clips if clip.emotion not in emotions)
        return replace(
            self,
            clips=tuple(self.clips[number] for number in kept),
            probabilities=self.probabilities[kept],
            thresholds=self.thresholds[kept],
            judged=self.judged[kept],
            left_out=dict(sorted((others + Counter(self.left_out)).items())),
        )

    def among_shared(self) -> Answers:
        """Answered with nothing but the emotions that these clips have."""
        return self.among(clip.emotion for clip in self.clips)

    def report(self, protocol: str = "") -> Report:
        """Figures over these clips."""
        return report(
            self.probabilities,
            self.truth,
            self.speakers,
            self.labels,
            genders=[clip.gender for clip in self.clips],
            threshold=self.threshold,
            certain=self.certain,
            protocol=protocol,
        )

    def sums(self) -> SpeakerSums:
        """Sums over speakers, for intervals of differences."""
        return SpeakerSums.of(self.probabilities, self.truth, self.speakers, len(self.labels))


def ask(
    engine: EmotionEngine,
    clips: Sequence[Clip],
    hashes: Hashes,
    cut: Cut,
    *,
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """Answers of `engine` on the clips whose emotion it knows, `jobs` of them at a time.

    Raises
    ------
    TrainingError
        If the model and the clips have fewer than two emotions in common.
    """
    labels = readings(engine.labels)
    known = [clip for clip in clips if clip.emotion in labels]
    left_out = Counter(clip.emotion for clip in clips if clip.emotion not in labels)
    if len({clip.emotion for clip in known}) < 2:
        raise TrainingError(
            f"The model {engine.path} and these clips have fewer than two emotions in common.",
            f"The model knows {', '.join(engine.labels)}; "
            f"the clips are {', '.join(sorted({clip.emotion for clip in clips}))}.",
        )

    def one(clip: Clip) -> Prediction | None:
        try:
            waveform = read_waveform(clip.path, engine.sample_rate)
        except CorpusError:
            return None
        return engine.predict(cut(waveform, hashes[clip.path]))  # finite and not empty by `read_waveform`

    predictions: list[Prediction | None] = []
    with ExitStack() as stack:
        found: Iterable[Prediction | None]
        if jobs > 1:
            found = stack.enter_context(ThreadPoolExecutor(jobs, "emoscope-evaluate")).map(one, known)
        else:
            found = map(one, known)
        for prediction in found:
            predictions.append(prediction)
            if progress is not None:
                progress(len(predictions), len(known))
    answered = [(c, p) for c, p in zip(known, predictions, strict=True) if p is not None]
    if not answered:
        raise TrainingError("None of these clips can be read.")
    return Answers(
        labels,
        tuple(clip for clip, _ in answered),
        np.array([prediction.probabilities for _, prediction in answered]),
        np.full(len(answered), engine.abstain_below),
        np.array([not prediction.short_or_silent for _, prediction in answered]),
        dict(sorted(left_out.items())),
        tuple(clip.path for clip, p in zip(known, predictions, strict=True) if p is None),
    )


def load_classifier(model: Path) -> EmotionEngine:
    """The engine of a file that answers with emotions, on the CPU, one thread a prediction.

    Raises
    ------
    ModelError
    CallError
        The file gives dimensions: no corpus here says how aroused or how positive its clips are, so there is
        nothing to hold the values against.
    """
    engine = EmotionEngine.load(model, provider="cpu", threads=1)
    if engine.dimensions:
        engine.close()
        raise CallError(
            f"The model {model} gives dimensions ({', '.join(engine.dimensions)}), and clips of corpora are "
            "labelled with emotions: nothing can be measured of it.",
            "Look at its values: emoscope analyze RECORDING --model FILE",
            code="call.dimensions",
        )
    return engine


def judge_file(
    model: Path,
    clips: Sequence[Clip],
    hashes: Hashes,
    view: View,
    progress: Callable[[int, int], None] | None = None,
    *,
    jobs: int = 1,
) -> tuple[Report, float]:
    """Figures of `model` on `clips` whose emotion it knows, and the share it was certain of.

    Raises
    ------
    TrainingError
        If the model and the clips have fewer than two emotions in common.
    """
    engine = load_classifier(model)
    try:
        answers = ask(engine, clips, hashes, view.cut, jobs=jobs, progress=progress)
    finally:
        engine.close()
    return answers.report(), float(answers.certain.mean())


def readings(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels of a model in the words of the corpora: anger, Anger and ang are angry.

    A label stays as it is where another one already has that word.
    """
    words = SYNONYMS | ABBREVIATIONS
    out: list[str] = []
    for label in labels:
        word = words.get(label.lower(), label.lower())
        taken = word in out or (word != label and word in labels)
        out.append(label if taken else word)
    return tuple(out)


def heard_in_training(trained_on: Sequence[str], corpus: str, clips: Sequence[Clip]) -> bool | None:
    """True if the manifest's corpora name this one, or another with its speakers; None if nobody can know.

    RAVDESS song is no test for who learnt from RAVDESS speech: the actors are the same. A published corpus is
    known by how its name begins. Of own data a name tells nothing, wherever it stands: two folders may have
    the same one, and one folder two.
    """
    if not trained_on or is_own_data(corpus):
        return None
    learnt = {_plain(name) for name in trained_on} - {""}
    people = {_plain(clip.speaker.partition("-")[0]) for clip in clips}
    if any(one.startswith(name) for one in learnt for name in (*people, _plain(corpus))):
        return True
    return None if unpublished(trained_on) else False


def unpublished(trained_on: Sequence[str]) -> list[str]:
    """Which of a manifest's corpora are none that this program reads, such as somebody's own data."""
    known = {_plain(name.partition("_")[0]) for name in READERS if not is_own_data(name)}
    return [name for name in trained_on if not any(_plain(name).startswith(one) for one in known)]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
