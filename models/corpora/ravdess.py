"""RAVDESS: 24 actors, two sentences, spoken and sung (Livingstone and Russo, PLoS ONE 2018).

Names: modality-channel-emotion-intensity-statement-repetition-actor, such as 03-01-06-01-02-01-12.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import LABELS, Clip, NamedFiles, Published, Scan

_NAME = re.compile(r"03-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)")
_CHANNELS = {"01": "speech", "02": "song"}
_TWICE = "03-01-03-01-02-01-07 and 03-01-03-01-02-02-07 were published with the same sound"


@dataclass(frozen=True, slots=True)
class RavdessReader(NamedFiles):
    """Speech (channel 01) or song (channel 02). An actor has the same name in both."""

    name: str
    folder: str
    channel: str
    published: Published
    language: str = "en"
    licence: str = "CC BY-NC-SA 4.0"

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this channel."""
        match = _NAME.fullmatch(path.stem)
        if match is None or match[1] != self.channel:
            return None
        _, emotion, intensity, statement, _, actor = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"ravdess-{actor}",
            emotion=LABELS[int(emotion) - 1],
            gender="M" if int(actor) % 2 else "F",
            intensity="strong" if intensity == "02" else "normal",
            text=statement,
            language=self.language,
        )

    def scan(self, root: Path) -> Scan:
        """Find the clips below `root`; those of the other channel are no fault."""
        found = NamedFiles.scan(self, root)
        unparsed = [path for path in found.unparsed if _NAME.fullmatch(path.stem) is None]
        notes = []
        if other := len(found.unparsed) - len(unparsed):
            channel = _CHANNELS["02" if self.channel == "01" else "01"]
            notes.append(f"Files of RAVDESS {channel}, which is a corpus of its own here: {other}.")
        return Scan(found.clips, unparsed, notes)


def _actors(*missing: int) -> frozenset[str]:
    return frozenset(f"ravdess-{actor:02}" for actor in range(1, 25) if actor not in missing)


SPEECH = RavdessReader(
    "ravdess_speech",
    "ravdess_speech",
    "01",
    Published(
        speakers=_actors(),
        emotions={label: 96 if label == "neutral" else 192 for label in LABELS},
        per_speaker=60,
        flaws={"03-01-03-01-02-01-07": _TWICE, "03-01-03-01-02-02-07": _TWICE},
    ),
)
SONG = RavdessReader(
    "ravdess_song",
    "ravdess_song",
    "02",
    Published(
        speakers=_actors(18),  # published without song
        emotions={label: 92 if label == "neutral" else 184 for label in LABELS[:6]},
        per_speaker=44,
    ),
)
