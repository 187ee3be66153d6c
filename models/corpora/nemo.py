"""nEMO: nine Polish actors, ninety sentences (Christop, LREC-COLING 2024).

Names: speaker_emotion_sentence, such as SK0_happiness_12.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles, Published

_NAME = re.compile(r"([A-Z]{2}\d)_(anger|fear|happiness|neutral|sadness|surprise|surprised)_(\d+)")
_EMOTIONS = {
    "anger": "angry",
    "fear": "fearful",
    "happiness": "happy",
    "neutral": "neutral",
    "sadness": "sad",
    "surprise": "surprised",
    "surprised": "surprised",
}
_GENDERS = {
    "EB0": "F",
    "IC0": "F",
    "KD0": "F",
    "KS0": "M",
    "MK0": "F",
    "MP0": "M",
    "SM0": "M",
    "TP0": "M",
    "WR0": "M",
}
_PUBLISHED = Published(
    speakers=frozenset(f"nemo-{speaker}" for speaker in _GENDERS),
    emotions={"angry": 749, "fearful": 736, "happy": 749, "neutral": 809, "sad": 769, "surprised": 669},
)


@dataclass(frozen=True, slots=True)
class NemoReader(NamedFiles):
    name: str = "nemo"
    folder: str = "nemo"
    language: str = "pl"
    licence: str = "CC BY-NC-SA 4.0"
    published: Published = _PUBLISHED

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        speaker, emotion, text = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"nemo-{speaker}",
            emotion=_EMOTIONS[emotion],
            gender=_GENDERS.get(speaker, ""),
            text=text,
            language=self.language,
        )


READER = NemoReader()
