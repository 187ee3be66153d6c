"""Clips of strangers for `recalibration`, by networks trained without a corpus and by a model file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import SESSION
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile, VoiceRule, VoiceStatistics
from models.data.clip_table import Rows
from models.evaluation.adaptation import Plain, sessions, study
from models.evaluation.metrics import softmax
from models.evaluation.protocols import splits
from models.training.calibration import Calibration
from models.training.trained import Say
from models.training.whisper.embeddings import ClipEmbeddings
from models.training.whisper.gated_head import GatedHead
from models.training.whisper.held_out import HeldOut, hold_out
from models.training.whisper.material import Material, Sources
from models.training.whisper.novelty import NoveltyScale, fit_scale, principal_directions
from models.training.whisper.recalibration import ADAPTED, VIEWS, Domain, answers_of
from models.training.whisper.run_config import RunConfig

TRIMMED: Final = "trimmed"
OF_SCALE: Final = (TRIMMED, "whole", "first-1s")
"""Views by which the scale of the novelty is fitted."""
Hear = Callable[[Rows, str], ClipEmbeddings]
"""What a network makes of the marked clips under a view."""
_OF_TRAINING: Final = 2  # every other clip is enough for directions
_OF_SCALE: Final = 8
_OF_VIEWS: Final = 3  # of the tested clips, under each view but the first
_SEED: Final = 0


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A network's head, and how it tells what is unlike its training.

    Logits come before any doubt, and divided by the network's own `temperature`: networks that were trained
    for a shorter time are less sure of everything.
    """

    head: GatedHead
    scale: NoveltyScale
    temperature: float

    def logits(self, embeddings: FloatArray, voice: VoiceStatistics | None = None) -> FloatArray:
        """[clips, classes] for embeddings [clips, dim], by the default voice or another one."""
        voices = None if voice is None else (voice.mean[None], voice.std[None])
        return self.head.logits(embeddings, voices) / np.float32(self.temperature)

    def undoubted(self, embeddings: FloatArray) -> FloatArray:
        """By the default voice, and before what noise holds back: `default_logits` of a model file."""
        return replace(self.head, speech=None).logits(embeddings) / np.float32(self.temperature)

    def domain(
        self,
        corpus: str,
        rows: Rows,
        hear: Hear,
        material: Material,
        *,
        learnt: npt.NDArray[np.int64],
        known: bool,
        views: Sequence[str] = VIEWS,
        rule: VoiceRule = SESSION,
    ) -> Domain:
        """The marked clips of one corpus, trimmed and in sessions (`ADAPTED`); a part under other `views`.

        `learnt` are the classes that the network knows; clips of others are left out.
        """
        allowed = np.intersect1d(material.targets[material.corpora == corpus], learnt)
        rows = rows & np.isin(material.targets, allowed)
        found = {}
        for name in views:
            chosen = rows if name == TRIMMED else every(rows, _OF_VIEWS)
            heard, targets, speakers = hear(chosen, name), material.targets[chosen], material.speakers[chosen]
            novelty = self.scale.novelty(standardised(self.head, heard.embeddings), heard.seconds)
            logits = {name: self.logits(heard.embeddings)}
            if name == TRIMMED:
                logits[ADAPTED] = adapted_logits(self, heard, targets, speakers, rule=rule)
            for key, values in logits.items():
                found[key] = answers_of(
                    values,
                    targets,
                    allowed=allowed,
                    seconds=heard.seconds,
                    speakers=speakers,
                    novelty=novelty,
                )
        heard = hear(rows, TRIMMED)
        targets, speakers = material.targets[rows], material.speakers[rows]

        def sessions_by(calibration: Calibration) -> dict[str, Any]:
            judge = CalibratedJudge(self, heard, calibration)
            return study(
                judge, targets, speakers, allowed=allowed, threshold=calibration.threshold, rule=rule
            )

        return Domain(corpus, known, found, len(np.unique(speakers)), sessions_by)


class CalibratedJudge:
    """A network for `models.evaluation.adaptation.study`, on clips that it has heard already."""

    def __init__(self, judge: Judge, heard: ClipEmbeddings, calibration: Calibration) -> None:
        self.voice_model = VoiceModel("", "", judge.head.base)
        self._judge = judge
        self._heard = heard
        self._temperature = calibration.temperature
        novelty = judge.scale.novelty(standardised(judge.head, heard.embeddings), heard.seconds)
        self._certainty = calibration.certainty(heard.seconds, novelty)
        self._plain = judge.logits(heard.embeddings)
        # By the network's own temperature, which is nearly that of the file for which moods were chosen.
        self._undoubted = softmax(judge.undoubted(heard.embeddings))

    def plain(self, clip: int) -> Plain:
        return Plain(
            self._calibrated(clip, self._plain[clip]),
            self._heard.embeddings[clip],
            float(self._heard.seconds[clip]),
            self._undoubted[clip],
        )

    def adapted(self, clip: int, voice: VoiceStatistics) -> npt.NDArray[np.float64]:
        return self._calibrated(clip, self._judge.logits(self._heard.embeddings[clip][None], voice)[0])

    def _calibrated(self, clip: int, logits: FloatArray) -> npt.NDArray[np.float64]:
        return softmax((logits * self._certainty[clip])[None], self._temperature)[0]


def every(rows: Rows, nth: int) -> Rows:
    """Of the marked clips each `nth`."""
    out = np.zeros_like(rows)
    out[np.flatnonzero(rows)[::nth]] = True
    return out


def standardised(head: GatedHead, embeddings: FloatArray) -> FloatArray:
    """Embeddings [clips, dim] by the training speakers together."""
    out: FloatArray = ((embeddings - head.base.mean) / head.base.std).astype(np.float32)
    return out


def adapted_logits(
    judge: Judge,
    heard: ClipEmbeddings,
    targets: npt.NDArray[np.int64],
    speakers: npt.NDArray[np.str_],
    *,
    rule: VoiceRule = SESSION,
    order: str = "random",
) -> FloatArray:
    """Logits [clips, classes] of each clip by the voice of those before it in its speaker's session."""
    embeddings = heard.embeddings
    out = judge.logits(embeddings)
    answers = softmax(judge.undoubted(embeddings))
    model = VoiceModel("", "", judge.head.base)
    for session in sessions(order, targets, speakers, np.random.default_rng(_SEED)):
        voice = VoiceProfile(model, rule=rule)
        for clip in session.tolist():
            if voice.sums.share > 0:
                out[clip] = judge.logits(embeddings[clip][None], voice.statistics())[0]
            voice.update(embeddings[clip], float(heard.seconds[clip]), answers[clip])
    return out


def held_out_domains(
    material: Material,
    config: RunConfig,
    folder: Path,
    sources: Sources,
    *,
    say: Say,
    views: Sequence[str] = VIEWS,
) -> Iterator[tuple[Judge, list[Domain]]]:
    """For each corpus: the network without it, and its clips; then the unseen speakers of the other corpora.

    Raises
    ------
    LeakError
        If the corpora do not allow it.
    """
    for corpus in dict.fromkeys(material.corpora.tolist()):
        (split,) = splits("leave-one-corpus-out", material.clips, material.hashes, corpus=corpus)
        place = folder / split.name.replace(" ", "-")
        held = hold_out(material, split, config, place, sources=sources, conditions=(TRIMMED,))
        judge = judge_of(material, held)
        say(f"{corpus} left out: heard")
        parts = [(corpus, held.rows, False)]
        parts += [
            (other, held.inner & (material.corpora == other), True)
            for other in dict.fromkeys(material.corpora[held.inner].tolist())
        ]
        learnt = np.unique(material.targets[held.fitting])
        yield (
            judge,
            [
                judge.domain(name, rows, held.hear, material, learnt=learnt, known=known, views=views)
                for name, rows, known in parts
            ],
        )


def judge_of(material: Material, held: HeldOut) -> Judge:
    """The head of a network that was held out, with its novelty fitted on its own training clips."""
    rows, few = every(held.fitting, _OF_TRAINING), every(held.fitting, _OF_SCALE)
    scale = scale_of(
        held.head,
        material.corpora[rows],
        held.hear(rows, TRIMMED),
        [held.hear(few, name) for name in OF_SCALE],
    )
    return Judge(held.head, scale, held.calibration.temperature)


def scale_of(
    head: GatedHead, corpora: npt.NDArray[np.str_], trimmed: ClipEmbeddings, others: Sequence[ClipEmbeddings]
) -> NoveltyScale:
    """The novelty of a head: directions by `trimmed` clips, its scale by `others` of them, short ones too."""
    usual = standardised(head, trimmed.embeddings)
    directions = principal_directions([usual[corpora == name] for name in np.unique(corpora)])
    views = [(standardised(head, heard.embeddings), heard.seconds) for heard in others]
    return fit_scale(directions, views, np.ones(len(others[0].seconds)))
