"""CREMA-D: 91 actors, twelve sentences (Cao et al., IEEE Trans. Affective Computing 2014).

Names: actor_sentence_emotion_level, such as 1001_DFA_ANG_XX. Genders stand in VideoDemographics.csv beside
the folder AudioWAV.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from pathlib import Path

from models.corpora.base import Clip, NamedFiles, Published, Scan

# 1040_ITH_SAD_X was published with one X.
_NAME = re.compile(
    r"(\d{4})_(DFA|IEO|IOM|ITH|ITS|IWL|IWW|MTI|TAI|TIE|TSI|WSI)_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|XX?)"
)
_EMOTIONS = {
    "ANG": "angry",
    "DIS": "disgust",
    "FEA": "fearful",
    "HAP": "happy",
    "NEU": "neutral",
    "SAD": "sad",
}
_LEVELS = {"LO": "low", "MD": "medium", "HI": "high"}
_GENDERS = {"female": "F", "male": "M"}
_WAVES = "AudioWAV"
_DEMOGRAPHICS = "VideoDemographics.csv"
_PUBLISHED = Published(
    speakers=frozenset(f"cremad-{actor}" for actor in range(1001, 1092)),
    emotions={emotion: 1087 if emotion == "neutral" else 1271 for emotion in _EMOTIONS.values()},
    flaws={
        "1076_MTI_SAD_XX": "1076_MTI_SAD_XX was published without sound",
        "1040_ITH_SAD_X": "1040_ITH_SAD_X was published with one X too few in its name",
    },
)


@dataclass(frozen=True, slots=True)
class CremadReader(NamedFiles):
    name: str = "cremad"
    folder: str = "cremad"
    language: str = "en"
    licence: str = "Open Database License 1.0"
    published: Published = _PUBLISHED

    def parse(self, path: Path) -> Clip | None:
        """The clip that a file name tells, its gender left open, or None if it is not one of this corpus."""
        match = _NAME.fullmatch(path.stem)
        if match is None:
            return None
        actor, sentence, emotion, level = match.groups()
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"cremad-{actor}",
            emotion=_EMOTIONS[emotion],
            intensity=_LEVELS.get(level, ""),  # XX: not specified
            text=sentence,
            language=self.language,
        )

    def scan(self, root: Path) -> Scan:
        """Find the clips; in a copy of the whole repository only AudioWAV, not the mp3s of the same."""
        home = next(
            (path.parent for path in (root / _WAVES, *root.glob(f"*/{_WAVES}")) if path.is_dir()), root
        )
        found = NamedFiles.scan(self, home / _WAVES if (home / _WAVES).is_dir() else root)
        table = next(
            (place / _DEMOGRAPHICS for place in (home, root.parent) if (place / _DEMOGRAPHICS).is_file()),
            None,
        )
        if table is None:
            note = f"Genders are not known: {_DEMOGRAPHICS} is neither in the folder nor beside it."
            return Scan(found.clips, found.unparsed, [note] if found.clips else [])
        genders = _read_genders(table)
        clips = [replace(clip, gender=genders.get(clip.speaker, "")) for clip in found.clips]
        return Scan(clips, found.unparsed)


def _read_genders(table: Path) -> dict[str, str]:
    with table.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        return {
            f"cremad-{row.get('ActorID')}": _GENDERS.get((row.get("Sex") or "").lower(), "")
            for row in csv.DictReader(file)
        }


READER = CremadReader()
