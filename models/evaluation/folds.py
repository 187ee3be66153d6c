"""Splits in which no speaker stands on both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from models.corpora.base import Clip
from models.errors import LeakError

Hashes = Mapping[Path, str]
"""The hash of each clip's sound: what is equal is one recording."""


def speaker_folds(clips: Sequence[Clip], count: int, hashes: Hashes | None = None) -> list[frozenset[str]]:
    """Share out the speakers over `count` folds, corpora and genders evenly; the same at each call.

    Speakers who share an identical clip (by `hashes`) stay together. 24 actors in 6 folds are two women and
    two men in each.

    Raises
    ------
    LeakError
        If there are fewer speakers than folds, or a clip whose speaker is not known.
    """
    home: dict[str, tuple[str, str]] = {}
    for clip in sorted(clips, key=lambda clip: (clip.corpus, clip.gender, clip.speaker)):
        # Who speaks in two corpora has one place.
        home.setdefault(clip.speaker, (clip.corpus, clip.gender))
    order = sorted(
        linked_speakers(clips, hashes), key=lambda group: min((*home[speaker], speaker) for speaker in group)
    )
    if len(order) < count:
        raise LeakError(
            f"{len(order)} speaker{'s' * (len(order) != 1)} cannot be shared out over {count} folds.",
            "Add recordings by other speakers, or ask for fewer folds: --folds, and --outer of a search.",
        )
    return [frozenset().union(*order[fold::count]) for fold in range(count)]


def linked_speakers(clips: Sequence[Clip], hashes: Hashes | None = None) -> list[frozenset[str]]:
    """The speakers of `clips`, each alone, or in one group with those who share a sound with them.

    A sound is shared by its hash, or by a clip's `twins`: speakers under whom it stood too.

    Raises
    ------
    LeakError
        If the speaker of a clip is not known.
    """
    for clip in clips:
        if not clip.speaker_known:
            raise LeakError(
                f"The speaker of {clip.path} is not known, so no split can keep voices apart.",
                "Tell the speakers of your own recordings by a pattern or a table.",
            )
    group: dict[str, frozenset[str]] = {}
    owner: dict[str, str] = {}
    for clip in clips:
        first = clip.speaker if hashes is None else owner.setdefault(hashes[clip.path], clip.speaker)
        people = {first, clip.speaker, *clip.twins}
        joined = frozenset().union(*(group.get(name, (name,)) for name in people))
        if group.get(clip.speaker) != joined:
            group |= dict.fromkeys(joined, joined)
    present = {clip.speaker for clip in clips}
    return sorted({members & present for members in group.values()} - {frozenset()}, key=min)


def check_disjoint(train: Iterable[Clip], test: Iterable[Clip], hashes: Hashes | None = None) -> None:
    """Raise LeakError if a speaker or an identical clip stands in both."""
    train, test = list(train), list(test)
    both = _people(train) & _people(test)
    if both:
        raise LeakError(f"These speakers are in training and in test: {', '.join(sorted(both))}.")
    if hashes is not None:
        check_no_sound_twice(train, test, hashes)


def check_no_sound_twice(train: Iterable[Clip], test: Iterable[Clip], hashes: Hashes) -> None:
    """Raise LeakError if an identical clip stands in both."""
    sounds = {hashes[clip.path] for clip in train} & {hashes[clip.path] for clip in test}
    if sounds:
        raise LeakError(f"{len(sounds)} identical clips are in training and in test.")


def _people(clips: Iterable[Clip]) -> set[str]:
    """All under whose names these sounds stand."""
    return {name for clip in clips for name in (clip.speaker, *clip.twins)}
