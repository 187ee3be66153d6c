"""The ways to split corpora into training and test, by name, each guarded against leaks.

A protocol tests one corpus; the other corpora are in every training set. What a test speaker says in another
corpus (RAVDESS is spoken and sung by the same actors) is on neither side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.errors import CallError
from models.corpora.base import Clip
from models.errors import LeakError
from models.evaluation.folds import (
    Hashes,
    check_disjoint,
    check_no_sound_twice,
    linked_speakers,
    speaker_folds,
)

Rows = npt.NDArray[np.bool_]

SPEAKER_DEPENDENT: Final = "speaker-dependent"
FOLDS: Final = "speaker-folds"
PROTOCOLS: Final = {
    FOLDS: "folds with disjoint speakers, genders shared out evenly",
    "ravdess-6": "RAVDESS, the published 6 folds of 4 actors (EmoBox)",
    "ravdess-5": "RAVDESS, the published 5 folds of 5, 5, 5, 5 and 4 actors (Luna-Jiménez et al.)",
    "leave-one-speaker-out": "each speaker tested by a model that has not heard this speaker",
    "leave-one-corpus-out": "each corpus tested by a model that has not heard this corpus",
    "fixed": "one fixed split by speaker into training, validation and test",
    SPEAKER_DEPENDENT: "SPEAKER-DEPENDENT: random clips; the test's speakers are known from training",
}

COUNTED: Final = (FOLDS, SPEAKER_DEPENDENT)
"""Those whose number of folds is free."""

# Ma et al., "EmoBox: Multilingual Multi-corpus Speech Emotion Recognition Toolkit and Benchmark", Interspeech
# 2024: the test lists of data/ravdess/fold_1 .. fold_6. Its folds do not balance the genders.
RAVDESS_6: Final = (
    (1, 11, 20, 21),
    (4, 10, 12, 14),
    (8, 9, 19, 23),
    (3, 5, 7, 24),
    (2, 15, 16, 18),
    (6, 13, 17, 22),
)
# Luna-Jiménez et al., "A Proposal for Multimodal Emotion Recognition Using Aural Transformers and Action
# Units on RAVDESS Dataset", Applied Sciences 12(1):327, 2021.
RAVDESS_5: Final = (
    (2, 5, 14, 15, 16),
    (3, 6, 7, 13, 18),
    (10, 11, 12, 19, 20),
    (8, 17, 21, 23, 24),
    (1, 4, 9, 22),
)
PUBLISHED: Final = {"ravdess-6": RAVDESS_6, "ravdess-5": RAVDESS_5}


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which clips train, which validate and which test: bool [clips] each.

    `validation` is empty where a protocol leaves it to inner folds (`inner_folds`).
    """

    protocol: str
    name: str
    train: Rows
    validation: Rows
    test: Rows

    @property
    def speaker_dependent(self) -> bool:
        """True if the test's voices are known from training: never a figure to stand alone."""
        return self.protocol == SPEAKER_DEPENDENT


def splits(
    protocol: str,
    clips: Sequence[Clip],
    hashes: Hashes,
    *,
    corpus: str | None = None,
    count: int = 5,
) -> list[Split]:
    """The splits of a protocol, guarded.

    Parameters
    ----------
    clips : sequence of Clip
        Identical files joined (`load_corpus` does that); what is still identical stays on one side.
    hashes : mapping of path to hash
        The sound of each clip.
    corpus : str, optional
        The corpus to test; all of them if not given.
    count : int
        Folds of `COUNTED`, two or more.

    Raises
    ------
    CallError
        For a protocol or a corpus that is not known.
    LeakError
        If the speakers do not suffice, or would stand on both sides.
    """
    check_protocol(protocol)
    corpora = np.array([clip.corpus for clip in clips])
    mine = np.ones(len(clips), dtype=bool) if corpus is None else corpora == corpus
    if not mine.any():
        raise CallError(f"None of the clips is of the corpus '{corpus}'.")
    make = _Maker(protocol, clips, hashes, mine)
    if protocol == "leave-one-corpus-out":
        out = [make.of_corpus(name) for name in dict.fromkeys(corpora[mine].tolist())]
    elif protocol == "fixed":
        out = [make.fixed()]
    elif protocol == SPEAKER_DEPENDENT:
        out = make.random_clips(count)
    else:
        out = [make.of_speakers(*fold) for fold in make.folds(count)]
    for split in out:
        check_split(clips, split, hashes)
    return out


def check_protocol(name: str) -> str:
    """The name itself. Raises CallError if there is no such protocol."""
    if name not in PROTOCOLS:
        raise CallError(f"There is no protocol '{name}'.", f"It is one of: {', '.join(PROTOCOLS)}.")
    return name


def check_split(clips: Sequence[Clip], split: Split, hashes: Hashes) -> None:
    """Raise LeakError if a speaker or an identical clip stands on two sides of a split.

    A speaker-dependent split may share speakers, never sounds. A side must not be empty.
    """
    sides = [_chosen(clips, rows) for rows in (split.train, split.validation, split.test)]
    for name, side in (("train", sides[0]), ("test", sides[2])):
        if not side:
            raise LeakError(f"{split.name}: there is nothing to {name} on.")
    for one, other in (*pairwise(sides), (sides[0], sides[2])):
        if split.speaker_dependent:
            check_no_sound_twice(one, other, hashes)
        else:
            check_disjoint(one, other, hashes)


def inner_folds(clips: Sequence[Clip], rows: Rows, hashes: Hashes, count: int = 3) -> list[tuple[Rows, Rows]]:
    """Folds (fit, validation) within the training clips `rows`: where epochs and thresholds are chosen.

    bool [clips] each; speakers and sounds of the two are disjoint, and neither reaches beyond `rows`.
    """
    inside = _chosen(clips, rows)
    speakers = np.array([clip.speaker for clip in clips])
    out = []
    for fold in speaker_folds(inside, count, hashes):
        validation = rows & np.isin(speakers, sorted(fold))
        fit = rows & ~validation
        check_disjoint(_chosen(clips, fit), _chosen(clips, validation), hashes)
        out.append((fit, validation))
    return out


class _Maker:
    """Makes the splits of one protocol."""

    def __init__(self, protocol: str, clips: Sequence[Clip], hashes: Hashes, mine: Rows) -> None:
        self._protocol, self._clips, self._hashes, self._mine = protocol, clips, hashes, mine
        self._speakers = np.array([clip.speaker for clip in clips])
        self._none = np.zeros(len(clips), dtype=bool)
        # Over all corpora: whoever shares a sound with a test speaker must not be in training either.
        self._linked = {name: group for group in linked_speakers(clips, hashes) for name in group}

    def folds(self, count: int) -> list[tuple[str, frozenset[str]]]:
        tested = _chosen(self._clips, self._mine)
        if self._protocol in PUBLISHED:
            found = self._published(tested)
        else:
            groups = linked_speakers(tested, self._hashes)
            if self._protocol == "leave-one-speaker-out":
                return [(f"without {', '.join(sorted(group))}", group) for group in groups]
            found = speaker_folds(tested, count, self._hashes)
        return [(f"fold {number} of {len(found)}", fold) for number, fold in enumerate(found, start=1)]

    def _published(self, tested: list[Clip]) -> list[frozenset[str]]:
        there = {clip.speaker for clip in tested}
        folds = [
            frozenset(name for actor in fold if (name := f"ravdess-{actor:02d}") in there)
            for fold in PUBLISHED[self._protocol]
        ]
        strangers = there - frozenset().union(*folds)
        if strangers or not all(folds):
            raise LeakError(
                f"The protocol {self._protocol} is for RAVDESS, with actors in each of its folds.",
                "Choose speaker-folds for other corpora.",
            )
        return folds

    def of_speakers(self, name: str, fold: frozenset[str]) -> Split:
        test = self._mine & np.isin(self._speakers, sorted(fold))
        known = frozenset().union(*(self._linked[speaker] for speaker in fold))
        train = ~np.isin(self._speakers, sorted(known))
        return Split(self._protocol, name, train, self._none, test)

    def of_corpus(self, corpus: str) -> Split:
        test = np.array([clip.corpus == corpus for clip in self._clips])
        fold = self.of_speakers(f"without {corpus}", frozenset(self._speakers[test].tolist()))
        return Split(self._protocol, fold.name, fold.train, self._none, test)

    def fixed(self) -> Split:
        """About a sixth of the speakers of each corpus test and another sixth validate, genders in turn.

        Corpora with fewer than three speakers train. Adding a corpus moves no speaker of another one.
        """
        roles: dict[str, int] = {}
        families: dict[str, list[tuple[str, str]]] = {}
        for clip in self._clips:
            families.setdefault(re.split(r"[-_]", clip.speaker)[0], []).append((clip.gender, clip.speaker))
        for members in families.values():
            people = sorted(set(members))
            if len(people) < 3:
                continue
            ranks: dict[str, int] = {}
            order = []
            for gender, speaker in people:
                order.append((ranks.setdefault(gender, 0), gender, speaker))
                ranks[gender] += 1
            for place, (_, _, speaker) in enumerate(sorted(order)):
                roles[speaker] = {0: 2, 1: 1, 6: 1, 7: 2}.get(place % 12, 0)
        # Linked speakers follow the one that is furthest from training.
        role = np.array(
            [max(roles.get(name, 0) for name in self._linked[speaker]) for speaker in self._speakers]
        )
        return Split(self._protocol, "fixed split", role == 0, role == 1, self._mine & (role == 2))

    def random_clips(self, count: int) -> list[Split]:
        """Clips in the order of their hashes, emotions shared out evenly; identical clips stay together."""
        sounds = sorted(
            {
                (clip.emotion, self._hashes[clip.path])
                for clip, tested in zip(self._clips, self._mine, strict=True)
                if tested
            }
        )
        fold_of: dict[str, int] = {}
        for number, (_, sound) in enumerate(sounds):
            fold_of.setdefault(sound, number % count)
        folds = np.array([fold_of.get(self._hashes[clip.path], -1) for clip in self._clips])
        return [
            Split(
                self._protocol,
                f"{SPEAKER_DEPENDENT} fold {fold + 1} of {count}",
                folds != fold,
                self._none,
                self._mine & (folds == fold),
            )
            for fold in range(count)
        ]


def _chosen(clips: Sequence[Clip], rows: Rows) -> list[Clip]:
    return [clip for clip, chosen in zip(clips, rows, strict=True) if chosen]
