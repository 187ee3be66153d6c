"""RAVDESS: 24 actors, two sentences, spoken and sung (Livingstone and Russo, PLoS ONE 2018).

Names: modality-channel-emotion-intensity-statement-repetition-actor, such as 03-01-06-01-02-01-12.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import LABELS, Clip

_NAME = re.compile(r"03-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)")


@dataclass(frozen=True, slots=True)
class RavdessReader:
    """Speech (channel 01) or song (channel 02). An actor has the same name in both."""

    name: str
    folder: str
    channel: str
    language: str = "en"
    licence: str = "CC BY-NC-SA 4.0"

    def parse(self, path: Path) -> Clip | None:
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


SPEECH = RavdessReader("ravdess_speech", "ravdess_speech", "01")
SONG = RavdessReader("ravdess_song", "ravdess_song", "02")
