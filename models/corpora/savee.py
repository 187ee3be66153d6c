"""SAVEE: four English men, 120 sentences each (Haq and Jackson, 2010).

Names: a letter or two for the emotion and a number, in a folder for each speaker (DC/sa03) or, with all files
in one folder, after the speaker (DC_sa03).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles, Published

_SPEAKERS = ("DC", "JE", "JK", "KL")
_NAME = re.compile(r"(?:(DC|JE|JK|KL)_)?(sa|su|[adfhn])(\d\d)")
_EMOTIONS = {
    "a": "angry",
    "d": "disgust",
    "f": "fearful",
    "h": "happy",
    "n": "neutral",
    "sa": "sad",
    "su": "surprised",
}
_PUBLISHED = Published(
    speakers=frozenset(f"savee-{speaker}" for speaker in _SPEAKERS),
    emotions={emotion: 120 if emotion == "neutral" else 60 for emotion in _EMOTIONS.values()},
    per_speaker=120,
)


@dataclass(frozen=True, slots=True)
class SaveeReader(NamedFiles):
    name: str = "savee"
    folder: str = "savee"
    language: str = "en"
    licence: str = "free for research"
    published: Published = _PUBLISHED

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name and its folder tell, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        speaker, emotion, number = match.groups()
        speaker = speaker or path.parent.name.upper()
        if speaker not in _SPEAKERS:
            return None
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"savee-{speaker}",
            emotion=_EMOTIONS[emotion],
            gender="M",
            text=f"{emotion}{number}",
            language=self.language,
        )


READER = SaveeReader()
