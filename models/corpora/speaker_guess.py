"""Who may speak in a folder that does not tell it: what the names of its files have in common.

A guess is never used unasked: a wrong one would put a voice on both sides of a split.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LEAST, MOST_SHARE = 2, 0.5
"""A pattern that finds one speaker tells nothing, and one that finds nearly as many as clips counts these."""
_SHOWN: Final = 5
PATTERNS: Final = (
    ("prefix", r"(?:^|/)([^/]*?)[-_ ][^/]*$"),
    ("letters", r"(?:^|/)([^\W\d_]+)[\d][^/]*$"),
    ("folder_above", r"^([^/]+)/[^/]+/[^/]+$"),
    ("folder_below", r"^[^/]+/([^/]+)/[^/]+$"),
)
"""The beginning of a file's name up to a separator; its letters before a digit; a folder around that of the
class, or inside it."""


@dataclass(frozen=True, slots=True)
class SpeakerGuess:
    """A pattern that may tell the speakers, how many it finds, and some of them."""

    kind: str
    pattern: str
    speakers: int
    names: tuple[str, ...]


def guess_speakers(clips: Sequence[tuple[str, str]]) -> tuple[SpeakerGuess, ...]:
    """Patterns that part the clips, given as (path below the folder, class), the likeliest first.

    Each finds somebody in every clip, and who it finds speaks in more than one class: what stands in one
    class alone is rather the class or a number.
    """
    out: list[SpeakerGuess] = []
    known: list[set[str]] = []
    for kind, pattern in PATTERNS:
        found = [re.search(pattern, path) for path, _ in clips]
        if not clips or not all(match and match[1] for match in found):
            continue
        classes: dict[str, set[str]] = defaultdict(set)
        for match, (_, label) in zip(found, clips, strict=True):
            assert match is not None  # noqa: S101 - looked at above
            classes[match[1]].add(label)
        several = sum(len(labels) > 1 for labels in classes.values())
        if not LEAST <= len(classes) <= MOST_SHARE * len(clips) or 2 * several < len(classes):
            continue
        if set(classes) in known:
            continue
        known.append(set(classes))
        out.append(SpeakerGuess(kind, pattern, len(classes), tuple(sorted(classes)[:_SHOWN])))
    return tuple(out)
