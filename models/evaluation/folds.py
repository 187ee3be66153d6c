"""Splits in which no speaker stands on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from models.corpora.base import Clip
from models.errors import LeakError


def speaker_folds(clips: Sequence[Clip], count: int) -> list[frozenset[str]]:
    """Share out the speakers over `count` folds, corpora and genders evenly; the same at each call.

    Raises
    ------
    LeakError
        If there are fewer speakers than folds.
    """
    order = sorted({(clip.corpus, clip.gender, clip.speaker) for clip in clips})
    if len(order) < count:
        raise LeakError(f"{len(order)} speakers cannot be shared out over {count} folds.")
    return [frozenset(speaker for _, _, speaker in order[fold::count]) for fold in range(count)]


def check_disjoint(
    train: Iterable[Clip], test: Iterable[Clip], hashes: Mapping[Path, str] | None = None
) -> None:
    """Raise LeakError if a speaker or an identical clip stands in both."""
    train, test = list(train), list(test)
    both = {clip.speaker for clip in train} & {clip.speaker for clip in test}
    if both:
        raise LeakError(f"These speakers are in training and in test: {', '.join(sorted(both))}.")
    if hashes is not None:
        sounds = {hashes[clip.path] for clip in train} & {hashes[clip.path] for clip in test}
        if sounds:
            raise LeakError(f"{len(sounds)} identical clips are in training and in test.")
