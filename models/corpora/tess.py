"""TESS: a younger and an older woman, 200 words each in seven emotions (Pichora-Fuller and Dupuis, 2020).

Names: speaker_word_emotion, such as YAF_back_angry, in folders whose own spelling varies
(OAF_Pleasant_surprise, YAF_pleasant_surprised). One was published as OA_bite_neutral.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, NamedFiles, Published

_NAME = re.compile(
    r"([OY]AF?)_(.+)_(angry|disgust|fear|happy|neutral|ps|pleasant_surprised?|sad)", re.IGNORECASE
)
_EMOTIONS = {
    "angry": "angry",
    "disgust": "disgust",
    "fear": "fearful",
    "happy": "happy",
    "neutral": "neutral",
    "ps": "surprised",  # pleasant surprise
    "pleasant_surprise": "surprised",
    "pleasant_surprised": "surprised",
    "sad": "sad",
}
_PUBLISHED = Published(
    speakers=frozenset({"tess-OAF", "tess-YAF"}),
    emotions=dict.fromkeys(_EMOTIONS.values(), 400),
    per_speaker=1400,
    flaws={"OA_bite_neutral": "OA_bite_neutral is a clip of the older woman, published with a letter too few"}
    | {name: f"{name} is damaged in some published copies" for name in ("YAF_germ_angry", "YAF_neat_fear")},
)


@dataclass(frozen=True, slots=True)
class TessReader(NamedFiles):
    name: str = "tess"
    folder: str = "tess"
    language: str = "en"
    licence: str = "CC BY-NC-ND 4.0"
    published: Published = _PUBLISHED

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        speaker, word, emotion = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"tess-{speaker[:2].upper()}F",
            emotion=_EMOTIONS[emotion.lower()],
            gender="F",
            text=word.lower(),
            language=self.language,
        )


READER = TessReader()
