"""What labels of text corpora and of other people's text models mean among the emotions of this program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from desktop_app.core.errors import CallError
from desktop_app.core.palette import KNOWN, canonical

GOEMOTIONS: Final[Mapping[str, str | None]] = {
    name: emotion
    for emotion, names in {
        "angry": ("anger", "annoyance", "disapproval"),
        "disgust": ("disgust",),
        "fearful": ("fear", "nervousness"),
        "happy": (
            *("joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief"),
            *("pride", "admiration", "desire", "caring"),
        ),
        "sad": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
        "surprised": ("surprise", "realization", "confusion", "curiosity"),
        "neutral": ("neutral",),
    }.items()
    for name in names
}
"""The 27 emotions of GoEmotions as its authors count them for six (Demszky et al., ACL 2020)."""

LEFT_OUT: Final = "-"
"""In place of an emotion: the label is not counted."""


def meaning(label: str) -> str:
    """The emotion that a label names: `joy` and `Happiness` are `happy`; any other is what it is."""
    name = canonical(label)
    return name if name in KNOWN else label.strip()


def counted_as(
    labels: Sequence[str], by_hand: Mapping[str, str | None] | None = None
) -> dict[str, str | None]:
    """For each label the emotion that it is counted for, None if for none.

    Parameters
    ----------
    labels : sequence of str
    by_hand : mapping, optional
        What somebody says of some of them, whatever their case; the others are what `meaning` says. Of
        `GOEMOTIONS` itself labels may be missing.

    Raises
    ------
    CallError
        It names a label that is not there, or leaves fewer than two emotions.
    """
    known = {label.strip().lower(): label for label in labels}
    for name in {} if by_hand is None or by_hand is GOEMOTIONS else by_hand:
        if name.strip().lower() not in known:
            raise CallError(
                f"There is no label '{name}' to be counted as something; there are {', '.join(labels)}.",
                code="call.map",
            )
    said = {name.strip().lower(): emotion for name, emotion in (by_hand or {}).items()}
    found = {
        label: said[key] if (key := label.strip().lower()) in said else meaning(label) for label in labels
    }
    emotions = dict.fromkeys(emotion for emotion in found.values() if emotion is not None)
    if len(emotions) < 2:
        raise CallError(
            f"At least two emotions are needed to choose between, and the labels are counted as "
            f"{', '.join(emotions) or 'none'}.",
            code="call.map",
        )
    return found


def parse_map(text: str) -> Mapping[str, str | None]:
    """What `joy=happy,love=happy,remorse=-` says, or `GOEMOTIONS` for ``goemotions``.

    Raises
    ------
    CallError
        (``call.map``) for anything else.
    """
    if text.strip().lower() == "goemotions":
        return GOEMOTIONS
    found: dict[str, str | None] = {}
    for part in text.split(","):
        name, equals, emotion = (piece.strip() for piece in part.partition("="))
        if not (name and equals and emotion) or name in found:
            raise CallError(
                f"Labels are counted as emotions by LABEL=EMOTION with commas, such as joy=happy,love=happy; "
                f"'-' leaves one out. Found '{part.strip()}'.",
                code="call.map",
            )
        found[name] = None if emotion == LEFT_OUT else emotion
    return found


def told(counted: Mapping[str, str | None]) -> str:
    """The same for people: `joy and love as happy, anger as angry; remorse is left out`."""
    groups: dict[str, list[str]] = {}
    for label, emotion in counted.items():
        if emotion is not None:
            groups.setdefault(emotion, []).append(label)
    parts = [
        emotion if names == [emotion] else f"{', '.join(names)} as {emotion}"
        for emotion, names in groups.items()
    ]
    out = [label for label, emotion in counted.items() if emotion is None]
    left = f"; left out: {', '.join(out)}" if out else ""
    return "; ".join(parts) + left
