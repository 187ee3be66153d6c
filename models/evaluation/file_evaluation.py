"""Everything that is measured of a model file, as JSON values, and how two files differ."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from desktop_app.command_line.output import counted
from desktop_app.core.errors import CallError
from desktop_app.inference.engine import EmotionEngine
from models.corpora.base import Clip
from models.errors import TrainingError
from models.evaluation.bootstrap import FIGURES, paired_differences
from models.evaluation.degradations import WHOLE, degrade
from models.evaluation.folds import Hashes
from models.evaluation.model_file import Answers, Cut, ask, heard_in_training, readings, unpublished
from models.evaluation.noise_bank import NoiseBank
from models.evaluation.robustness import Progress, degradation_grid, noise_only

SCHEMA_VERSION: Final = 1
FEW_SPEAKERS: Final = 6
STRANGERS: Final = "speakers that the model has not heard, as far as its manifest tells"
NOT_STRANGERS: Final = "SPEAKER-DEPENDENT: the model was trained on these voices; no figure for strangers"
NOT_TOLD: Final = "the model's manifest does not tell what it was trained on"
NOT_KNOWN: Final = "whether the model was trained on these voices cannot be known from the names of corpora"


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus to be judged on."""

    name: str
    clips: Sequence[Clip]
    hashes: Hashes
    left_out: Sequence[str] = ()
    """Sentences about files of the corpus that are not among the clips."""

    def limited(self, count: int | None, emotions: Container[str]) -> Source:
        """At most `count` clips of `emotions`; those of others, which are not judged, stay to be told.

        Drawn evenly over speakers and emotions, the same at each call.
        """
        known = [clip for clip in self.clips if clip.emotion in emotions]
        if count is None or count >= len(known):
            return self
        queues: dict[tuple[str, str], list[Clip]] = {}
        for clip in sorted(known, key=lambda clip: self.hashes[clip.path]):
            queues.setdefault((clip.emotion, clip.speaker), []).append(clip)
        rounds = sorted(
            (turn, self.hashes[clip.path], clip.path)
            for queue in queues.values()
            for turn, clip in enumerate(queue)
        )
        dropped = {path for _, _, path in rounds[count:]}
        return replace(self, clips=[clip for clip in self.clips if clip.path not in dropped])


@dataclass(frozen=True, slots=True)
class Options:
    """How clips are heard, and what is tried beyond plain judging; `labels` are in the model's words."""

    view: str = WHOLE
    conditions: Sequence[str] = ()
    noise: NoiseBank = field(default_factory=NoiseBank)
    jobs: int = 1
    labels: Sequence[str] = ()

    def cut(self, sample_rate: int) -> Cut:
        """The view as a function of the waveform and the clip's hash."""
        return lambda waveform, digest: degrade(self.view, waveform, digest, sample_rate=sample_rate)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One corpus: the figures as JSON values, and of a model file the answers."""

    row: dict[str, Any]
    answers: Answers | None = None


def judge_corpus(
    engine: EmotionEngine, source: Source, options: Options, progress: Progress | None = None
) -> Judged:
    """Figures of a model on one corpus.

    The row holds the report with all answers of the model allowed, under ``shared_answers`` the report with
    nothing but the corpus' own emotions allowed, under ``chosen_answers`` the one with nothing but
    `options.labels` allowed, on the clips that have them (`all_answers` being that of the same clips with all
    answers allowed), and under ``degradations`` the grid.

    Raises
    ------
    TrainingError
        If model and corpus, or `options.labels` and corpus, have fewer than two emotions in common.
    """
    cut = options.cut(engine.sample_rate)
    answers = ask(
        engine, source.clips, source.hashes, cut, jobs=options.jobs, progress=_about(source.name, progress)
    )
    heard = heard_in_training(engine.manifest.trained_on.corpora, source.name, answers.clips)
    unknown = NOT_KNOWN if engine.manifest.trained_on.corpora else NOT_TOLD
    protocol = {True: NOT_STRANGERS, False: STRANGERS, None: unknown}[heard]
    found = answers.report(protocol)
    warnings = _warnings(engine, source, answers, heard)
    grid = []
    if options.conditions:
        grid = degradation_grid(
            engine,
            answers,
            source.hashes,
            cut,
            options.noise,
            names=options.conditions,
            jobs=options.jobs,
            progress=progress and (lambda what, done, all_: progress(f"{source.name}, {what}", done, all_)),
        )
    row = {
        "corpus": source.name,
        "view": options.view,
        "strangers": None if heard is None else not heard,
        "warnings": warnings,
        "left_out": answers.left_out,
        "unreadable": [str(path) for path in answers.unreadable],
        "coverage": float(answers.certain.mean()),
        **found.to_dict(),
        "shared_answers": answers.among_shared().report(protocol).to_dict(),
        "chosen_answers": _chosen(engine, answers, options.labels, source.name),
        "degradations": grid,
        "noise": options.noise.source if grid else None,
    }
    return Judged(row, answers)


def _chosen(
    engine: EmotionEngine, answers: Answers, labels: Sequence[str], corpus: str
) -> dict[str, Any] | None:
    """Figures with nothing but `labels` allowed, on the clips that have them; None if none are chosen."""
    if not labels:
        return None
    words = [answers.labels[engine.labels.index(label)] for label in labels]
    if len({clip.emotion for clip in answers.clips} & set(words)) < 2:
        raise TrainingError(
            f"The corpus {corpus} has fewer than two of the emotions {', '.join(words)}.",
            "Without --labels, or with others, it can be judged on.",
        )
    theirs = answers.of(words)
    return {**theirs.among(words).report().to_dict(), "all_answers": theirs.report().to_dict()}


def file_evaluation(
    engine: EmotionEngine,
    rows: Sequence[dict[str, Any]],
    noise: NoiseBank | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The whole evaluation of a model file as JSON values; with `noise`, also what it says to noise alone."""
    manifest = engine.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "model": str(engine.path),
        "model_name": manifest.name,
        "model_sha256": engine.sha256,
        "labels": list(manifest.labels),
        "trained_on": list(manifest.trained_on.corpora),
        "temperature": manifest.temperature,
        "abstain_below": manifest.abstain_below,
        "results": list(rows),
        "mean_uar": float(np.mean([row["uar"] for row in rows])) if rows else None,
        "mean_uar_shared_answers": (
            float(np.mean([row["shared_answers"]["uar"] for row in rows])) if rows else None
        ),
        "noise_only": None if noise is None or not len(noise) else noise_only(engine, noise, progress),
    }


def compare_on(
    engines: Sequence[EmotionEngine], source: Source, options: Options, progress: Progress | None = None
) -> dict[str, Any]:
    """Two or more models on the same clips: figures of each, and each one's difference to the first.

    Only clips whose emotion all models know count. Under ``shared_answers`` every model may answer nothing
    but the emotions that all of them know and the clips have.

    Raises
    ------
    TrainingError
        If the models and the corpus have fewer than two emotions in common.
    CallError
        If there are not two models.
    """
    if len(engines) < 2:
        raise CallError("A comparison needs two or more model files.")
    common = common_emotions(engines)
    clips = [clip for clip in source.clips if clip.emotion in common]
    if len({clip.emotion for clip in clips}) < 2:
        raise TrainingError(
            f"The models and the corpus {source.name} have fewer than two emotions in common.",
            f"All of these models know: {', '.join(sorted(common)) or 'nothing'}.",
        )
    asked = [
        ask(
            engine,
            clips,
            source.hashes,
            options.cut(engine.sample_rate),
            jobs=options.jobs,
            progress=_about(f"{engine.path.name} on {source.name}", progress),
        )
        for engine in engines
    ]
    heard = [heard_in_training(e.manifest.trained_on.corpora, source.name, clips) for e in engines]
    return {
        "corpus": source.name,
        "view": options.view,
        "clips": len(asked[0].clips),
        "speakers": len(set(asked[0].speakers)),
        "left_out": len(source.clips) - len(clips),
        "models": [str(engine.path) for engine in engines],
        "strangers": [None if known is None else not known for known in heard],
        "warnings": list(
            dict.fromkeys(
                text
                for engine, answers, known in zip(engines, asked, heard, strict=True)
                for text in _warnings(engine, source, answers, known)
            )
        ),
        "all_answers": _compared(asked),
        "shared_answers": _compared([answers.among_shared() for answers in asked]),
    }


def common_emotions(engines: Sequence[EmotionEngine]) -> set[str]:
    """The emotions that all models know, in the words of the corpora."""
    return set.intersection(*(set(readings(engine.labels)) for engine in engines))


def _compared(asked: Sequence[Answers]) -> dict[str, Any]:
    first, *others = [answers.sums() for answers in asked]
    return {
        "figures": [answers.report().to_dict() for answers in asked],
        "differences": [
            {
                name: {"difference": difference, "interval": interval}
                for name, (difference, interval) in paired_differences(first, other).items()
                if name in FIGURES
            }
            for other in others
        ],
    }


def _warnings(engine: EmotionEngine, source: Source, answers: Answers, heard: bool | None) -> list[str]:
    out = []
    if heard:
        out.append(
            f"{engine.path.name} was trained on {', '.join(engine.manifest.trained_on.corpora)}: "
            f"its figure on {source.name} is not that of strangers and says nothing about new voices."
        )
    elif not engine.manifest.trained_on.corpora:
        out.append(f"{engine.path.name} does not tell what it was trained on: it may know these voices.")
    elif heard is None:
        own = unpublished(engine.manifest.trained_on.corpora)
        told = (
            f"was trained on own data ({', '.join(own)})"
            if own
            else "names the corpora that it was trained on"
        )
        out.append(
            f"{engine.path.name} {told}: whether the voices of {source.name} are in "
            f"{'it' if own else 'them'}, you know best."
        )
    renamed = {
        label: word for label, word in zip(engine.labels, answers.labels, strict=True) if label != word
    }
    if renamed:
        told = ", ".join(f"{label} as {word}" for label, word in renamed.items())
        out.append(f"{engine.path.name}: labels are read as those of the corpora: {told}.")
    people = len(set(answers.speakers))
    known = all(clip.speaker_known for clip in answers.clips)
    if people < 2:
        told = "one speaker" if known else "no speaker that is known"
        out.append(f"{source.name} has {told}: there are no intervals.")
    elif not known:
        out.append(f"Not all speakers of {source.name} are known: its intervals are too narrow.")
    elif people < FEW_SPEAKERS:
        out.append(f"{source.name} has only {people} speakers: its intervals tell little.")
    if answers.left_out:
        told = ", ".join(f"{count} {emotion}" for emotion, count in answers.left_out.items())
        out.append(f"{source.name}: clips left out because {engine.path.name} does not know them: {told}.")
    out += [f"{source.name}: {told}" for told in source.left_out]
    if answers.unreadable:
        out.append(
            f"{source.name}: {counted(len(answers.unreadable), 'file')} could not be read, "
            f"such as {answers.unreadable[0]}."
        )
    return out


def _about(what: str, progress: Progress | None) -> Callable[[int, int], None] | None:
    return progress and (lambda done, total: progress(what, done, total))
