"""EmoTale: Danish and English by the same Danish speakers, five sentences (Hjuler et al., 2025).

Names: language_speaker_emotion_sentence, such as DK_003_S_2. Boredom is no emotion of the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles, Published

_NAME = re.compile(r"(DK|EN)_(\d{3})_([ABHNS])_([1-5])")
_EMOTIONS = {"A": "angry", "B": "boredom", "H": "happy", "N": "neutral", "S": "sad"}
_LANGUAGES = {"DK": "da", "EN": "en"}
_GENDERS = {f"{number:03}": "F" for number in (1, 3, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17)}
_GENDERS |= {f"{number:03}": "M" for number in (4, 5, 6, 15, 18, 19)}
_PUBLISHED = Published(
    speakers=frozenset(f"emotale-{speaker}" for speaker in _GENDERS),
    emotions=dict.fromkeys(_EMOTIONS.values(), 160),
)


@dataclass(frozen=True, slots=True)
class EmotaleReader(NamedFiles):
    name: str = "emotale"
    folder: str = "emotale"
    language: str = "da"
    licence: str = "none stated"
    published: Published = _PUBLISHED

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        language, speaker, emotion, text = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"emotale-{speaker}",
            emotion=_EMOTIONS[emotion],
            gender=_GENDERS.get(speaker, ""),
            text=text,
            language=_LANGUAGES[language],
        )


READER = EmotaleReader()
