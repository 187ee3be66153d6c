"""What learning a voice while it speaks is worth: sessions of strangers, each clip judged by those before it.

A session is clips in an order drawn at random, heard by one `VoiceProfile` as the analyzer hears them. Every
figure stands beside that of the same clips without adaptation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from desktop_app.inference.adaptation import SESSION
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.voice_profile import VoiceModel, VoiceProfile, VoiceRule, VoiceStatistics
from models.corpora.base import Clip, read_waveform
from models.evaluation.bootstrap import SpeakerSums, paired_differences
from models.evaluation.degradations import degrade
from models.evaluation.folds import Hashes
from models.evaluation.metrics import IntArray, Probabilities, ece_of, uar_of

POSITIONS: Final = ((0, 10), (10, 20), (20, 50), (50, None))
"""Utterances of a session, from the first that counts to the one after the last."""
ONE_MOOD: Final = "one mood a session"
IN_TURNS: Final = "two people in turns"
ORDERS: Final = ("random", ONE_MOOD, "mood after mood", IN_TURNS)
"""``random``: all clips of a speaker. ``one mood a session``: those of one emotion. ``mood after mood``: all
of one emotion, then all of another. ``two people in turns``: one to three clips each, one voice for both."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """A clip by the model's default voice: probabilities [classes], embedding [dim], seconds.

    `undoubted` [classes] are those with nothing held back, with which a voice is learnt; `speaker` [dim] is
    what tells speakers apart, if the model gives that.
    """

    probabilities: npt.NDArray[np.float64]
    embedding: FloatArray
    seconds: float
    undoubted: npt.NDArray[np.float64]
    speaker: FloatArray | None = None


class Judge(Protocol):
    """A model that has heard none of the clips, which are counted from 0."""

    @property
    def voice_model(self) -> VoiceModel: ...

    def plain(self, clip: int) -> Plain: ...

    def adapted(self, clip: int, voice: VoiceStatistics) -> npt.NDArray[np.float64]:
        """Probabilities [classes] of a clip by a voice."""


class FileJudge:
    """A model file, by the analyzer's engine; what it says without a voice is asked for once.

    Raises
    ------
    VoiceProfileError
        If the model has no voices.
    """

    def __init__(self, engine: EmotionEngine, clips: Sequence[Clip], hashes: Hashes) -> None:
        self._engine = engine
        self._clips = clips
        self._hashes = hashes
        self._known: dict[int, Plain] = {}
        self.voice_model = engine.voice_model

    def plain(self, clip: int) -> Plain:
        if clip not in self._known:
            waveform = self._waveform(clip)
            found = self._engine.predict(waveform)
            if found.embedding is None:
                raise ValueError("a model with voices gives embeddings")
            seconds = len(waveform) / self._engine.sample_rate
            undoubted = np.array(found.default_probabilities or found.probabilities)
            self._known[clip] = Plain(
                np.array(found.probabilities), found.embedding, seconds, undoubted, found.speaker
            )
        return self._known[clip]

    def adapted(self, clip: int, voice: VoiceStatistics) -> npt.NDArray[np.float64]:
        return np.array(self._engine.predict(self._waveform(clip), voice).probabilities)

    def _waveform(self, number: int) -> FloatArray:
        clip, rate = self._clips[number], self._engine.sample_rate
        return degrade("trimmed", read_waveform(clip.path, rate), self._hashes[clip.path], sample_rate=rate)


def sessions(
    order: str, targets: IntArray, speakers: npt.NDArray[np.str_], rng: np.random.Generator
) -> Iterator[npt.NDArray[np.int64]]:
    """Clips in the order in which they are heard, by the kind of session in `ORDERS`."""
    of_each = [np.flatnonzero(speakers == name) for name in np.unique(speakers)]
    if order == IN_TURNS:
        people = [rng.permutation(rows) for rows in of_each]
        places = rng.permutation(len(people))
        for one, other in zip(places[::2], places[1::2], strict=False):
            yield _in_turns(people[one], people[other], rng)
        return
    for rows in of_each:
        by_mood = [
            rng.permutation(rows[targets[rows] == mood]) for mood in rng.permutation(np.unique(targets[rows]))
        ]
        if order == ONE_MOOD:
            yield from by_mood
        elif order == "mood after mood":
            yield np.concatenate(by_mood)
        else:
            yield rng.permutation(rows)


def _in_turns(
    one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    waiting = [list(one), list(other)]
    heard: list[int] = []
    turn = 0
    while any(waiting):
        count = int(rng.integers(1, 4))
        heard += waiting[turn][:count]
        del waiting[turn][:count]
        turn = 1 - turn
    return np.array(heard, dtype=np.int64)


def hear(judge: Judge, session: Sequence[int], rule: VoiceRule = SESSION) -> tuple[Probabilities, FloatArray]:
    """Answers [clips, classes] as `AdaptiveEngine` gives them, and how far [clips] the voice counted."""
    voice = VoiceProfile(judge.voice_model, rule=rule)
    answers, weights = [], []
    for clip in session:
        plain, share = judge.plain(clip), voice.sums.share
        answers.append(judge.adapted(clip, voice.statistics()) if share > 0 else plain.probabilities)
        weights.append(share)
        voice.update(plain.embedding, plain.seconds, plain.undoubted)
    return np.array(answers), np.array(weights, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class JudgedSessions:
    """Sessions of one kind: [utterances, ...] each, of all sessions after one another."""

    clips: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]
    answers: Probabilities
    weights: FloatArray


def judge_sessions(
    judge: Judge,
    order: str,
    targets: IntArray,
    speakers: npt.NDArray[np.str_],
    *,
    repeats: int,
    rule: VoiceRule = SESSION,
) -> JudgedSessions:
    """All clips in sessions of the kind `order`, `repeats` times over, drawn with fixed seeds."""
    clips, positions, answers, weights = [], [], [], []
    for seed in range(repeats):
        for session in sessions(order, targets, speakers, np.random.default_rng(seed)):
            said, counted = hear(judge, session.tolist(), rule)
            clips.append(session)
            positions.append(np.arange(len(session)))
            answers.append(said)
            weights.append(counted)
    return JudgedSessions(
        np.concatenate(clips), np.concatenate(positions), np.concatenate(answers), np.concatenate(weights)
    )


def study(
    judge: Judge,
    targets: IntArray,
    speakers: npt.NDArray[np.str_],
    *,
    allowed: npt.NDArray[np.int64],
    threshold: float,
    repeats: int = 2,
    orders: Sequence[str] = ORDERS,
    rule: VoiceRule = SESSION,
    say: Say = lambda text: None,
) -> dict[str, Any]:
    """Figures of each kind of session, as JSON values.

    Parameters
    ----------
    targets : array [clips]
        Index of the right class.
    allowed : array
        The classes that may be answered, those of the corpus; the others' probability is shared out.
    threshold : float
        Confidence from which on an answer is shown without doubt.
    """
    found = {}
    for order in orders:
        if order == IN_TURNS and len(np.unique(speakers)) < 2:
            continue
        heard = judge_sessions(judge, order, targets, speakers, repeats=repeats, rule=rule)
        plain = np.array([judge.plain(int(clip)).probabilities for clip in heard.clips])
        truth = np.searchsorted(allowed, targets[heard.clips])
        before, after = (among(answers, allowed) for answers in (plain, heard.answers))
        names = speakers[heard.clips]
        found[order] = {
            **_figures(before, after, truth, names, threshold),
            "weight": float(heard.weights.mean()),
            "positions": [
                {
                    "from": first + 1,
                    "to": end,
                    **_figures(before[rows], after[rows], truth[rows], names[rows], threshold),
                }
                for first, end in POSITIONS
                if (rows := _between(heard.positions, first, end)).any()
            ],
        }
        say(f"{order}: {100 * found[order]['gain']:+.1f}")
    return found


def _between(positions: npt.NDArray[np.int64], first: int, end: int | None) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = positions >= first
    return found if end is None else found & (positions < end)


def among(answers: Probabilities, allowed: npt.NDArray[np.int64]) -> Probabilities:
    """`answers` [clips, classes] among the `allowed` classes alone: what the others have is shared out."""
    chosen = np.maximum(answers[:, allowed], 1e-12)
    out: Probabilities = chosen / chosen.sum(axis=1, keepdims=True)
    return out


def _figures(
    before: Probabilities,
    after: Probabilities,
    truth: IntArray,
    speakers: npt.NDArray[np.str_],
    threshold: float,
) -> dict[str, Any]:
    classes = before.shape[1]
    sums = [SpeakerSums.of(answers, truth, speakers.tolist(), classes) for answers in (before, after)]
    gain, interval = paired_differences(*sums)["uar"]
    return {
        "utterances": len(truth),
        "speakers": len(sums[0].names),
        "without": _of(before, sums[0], truth, threshold),
        "with": _of(after, sums[1], truth, threshold),
        "gain": float(gain),
        "gain_interval": interval,
    }


def _of(answers: Probabilities, sums: SpeakerSums, truth: IntArray, threshold: float) -> dict[str, float]:
    sure = answers.max(axis=1) >= threshold
    right = answers.argmax(axis=1) == truth
    return {
        "uar": uar_of(sums.confusion.sum(axis=0)),
        "ece": ece_of(answers, truth),
        "answered": float(sure.mean()),
        "right": float(right[sure].mean()) if sure.any() else float("nan"),
    }
