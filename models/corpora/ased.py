"""ASED: Amharic speech, kept where five of eight judges agreed (Retta et al., 2022).

Names: emotion and its number, sentence, repetition, gender (01 female, 02 male), speaker, such as
s4-01-01-02-38. Most sentences are said in one emotion alone, so that text gives the emotion away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles

_NAME = re.compile(r"(n1|f2|h3|s4|a5)-(\d\d)-(\d\d)-(01|02)-(\d\d)")
_EMOTIONS = {"n1": "neutral", "f2": "fearful", "h3": "happy", "s4": "sad", "a5": "angry"}
_GENDERS = {"01": "F", "02": "M"}


@dataclass(frozen=True, slots=True)
class AsedReader(NamedFiles):
    name: str = "ased"
    folder: str = "ased"
    language: str = "am"
    licence: str = "none stated"
    published: None = None  # the numbers of clips of each emotion are not

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        emotion, text, _, gender, speaker = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"ased-{speaker}",
            emotion=_EMOTIONS[emotion],
            gender=_GENDERS[gender],
            text=text,
            language=self.language,
        )


READER = AsedReader()
