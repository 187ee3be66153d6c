"""Labelled texts, written for the tests: patterns filled with names, said by a dozen people."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

PATTERNS = {
    "joy": (
        "I am so glad that {} came home!",
        "What a wonderful day we had with {}.",
        "{} and I won the first prize, hooray!",
        "This is the best cake that {} ever made.",
        "We laughed all evening with {}.",
    ),
    "anger": (
        "How dare you talk to {} like that!",
        "{} broke my bike and did not even say so.",
        "I am sick of your lies about {}.",
        "Get out of here, {}, and never come back!",
        "It is outrageous how they treat {}.",
    ),
    "sadness": (
        "I miss {} so much since the funeral.",
        "{} cried all night and nobody came.",
        "We lost everything, and {} is gone.",
        "It breaks my heart to see {} so lonely.",
        "There is no hope left for {}.",
    ),
    "neutral": (
        "The meeting with {} is at half past ten.",
        "{} put the keys on the kitchen table.",
        "The train to the town of {} leaves from platform four.",
        "Please send the form to {} by Monday.",
        "{} lives in the second house on the left.",
    ),
}
NAMES = ("Anna", "Ben", "Carla", "David", "Emma", "Felix", "Grace", "Hugo", "Ida", "Jonas", "Klara", "Leo")


def rows() -> Iterator[tuple[str, str, str]]:
    """Text, label and who says it; each person has patterns of their own as well as common ones."""
    for number, name in enumerate(NAMES):
        for label, patterns in PATTERNS.items():
            for place in range(3):
                yield patterns[(number + place) % len(patterns)].format(name), label, f"speaker-{number}"


def write_csv(path: Path, columns: tuple[str, str, str] = ("text", "label", "speaker")) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows())
    return path
