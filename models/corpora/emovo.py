"""EMOVO: six Italian actors, fourteen sentences (Costantini et al., LREC 2014).

Names: emotion-speaker-sentence, such as gio-f1-l4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles, Published

_NAME = re.compile(r"(neu|gio|tri|rab|pau|dis|sor)-([fm][123])-(\w+)")
_EMOTIONS = {
    "neu": "neutral",
    "gio": "happy",  # gioia
    "tri": "sad",  # tristezza
    "rab": "angry",  # rabbia
    "pau": "fearful",  # paura
    "dis": "disgust",  # disgusto
    "sor": "surprised",  # sorpresa
}
_PUBLISHED = Published(
    speakers=frozenset(f"emovo-{speaker}" for speaker in ("f1", "f2", "f3", "m1", "m2", "m3")),
    emotions=dict.fromkeys(_EMOTIONS.values(), 84),
    per_speaker=98,
)


@dataclass(frozen=True, slots=True)
class EmovoReader(NamedFiles):
    name: str = "emovo"
    folder: str = "emovo"
    language: str = "it"
    licence: str = "free for research"
    published: Published = _PUBLISHED

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        emotion, speaker, text = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"emovo-{speaker}",
            emotion=_EMOTIONS[emotion],
            gender=speaker[0].upper(),
            text=text,
            language=self.language,
        )


READER = EmovoReader()
