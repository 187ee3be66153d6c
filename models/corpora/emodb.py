"""Berlin EMO-DB: ten German actors, ten sentences (Burkhardt et al., Interspeech 2005).

Names: speaker (2 digits), sentence (letter and 2 digits), emotion (letter), version, such as 03a01Fa.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles, Published

_NAME = re.compile(r"(\d\d)([ab]\d\d)([WLEAFTN])([a-z]?)")
_EMOTIONS = {
    "W": "angry",
    "L": "boredom",  # none of the eight: read, and left out of training
    "E": "disgust",
    "A": "fearful",
    "F": "happy",
    "T": "sad",
    "N": "neutral",
}
_WOMEN = frozenset({"08", "09", "13", "14", "16"})
_MEN = frozenset({"03", "10", "11", "12", "15"})
_PUBLISHED = Published(
    speakers=frozenset(f"emodb-{speaker}" for speaker in _WOMEN | _MEN),
    emotions={
        "angry": 127,
        "boredom": 81,
        "disgust": 46,
        "fearful": 69,
        "happy": 71,
        "neutral": 79,
        "sad": 62,
    },
)


@dataclass(frozen=True, slots=True)
class EmodbReader(NamedFiles):
    name: str = "emodb"
    folder: str = "emodb"
    language: str = "de"
    licence: str = "free for research"
    published: Published = _PUBLISHED

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        speaker, text, emotion, _ = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"emodb-{speaker}",
            emotion=_EMOTIONS[emotion],
            gender="F" if speaker in _WOMEN else "M",
            text=text,
            language=self.language,
        )


READER = EmodbReader()
