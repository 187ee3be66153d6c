"""Indian EmoSpeech Command: single words on people's own phones and browsers (Banga et al., 2019).

Names: word, environment, emotion, time, and a hash of the speaker, each behind a hyphen. What emotion a clip
shows is what its speaker was asked for; nobody has judged it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles

_NAME = re.compile(r"([a-z]+)-([a-z]+)-(angry|calm|fearful|happy)-(?:\d+|\?\?)-([0-9a-f]{12,})")
_HINDI = {"bacho"}


@dataclass(frozen=True, slots=True)
class EmoSpeechReader(NamedFiles):
    name: str = "emospeech"
    folder: str = "emospeech"
    language: str = "en"
    licence: str = "CC BY-NC-SA 4.0"
    published: None = None  # clips are still being given

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        text, _, emotion, speaker = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"emospeech-{speaker[:12]}",
            emotion=emotion,
            text=text,
            language="hi" if text in _HINDI else self.language,
        )


READER = EmoSpeechReader()
