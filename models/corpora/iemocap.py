"""IEMOCAP: ten actors in pairs, scripted and improvised (Busso et al., Lang. Resources & Evaluation 2008).

SessionN/sentences/wav/DIALOGUE/TURN.wav holds the sound, SessionN/dialog/EmoEvaluation/DIALOGUE.txt the label
that most listeners gave to each turn, SessionN/dialog/transcriptions/DIALOGUE.txt what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.corpora.base import Clip, Published, Scan, audio_files

_LABEL = re.compile(r"\[[^\]]*\][ \t]+(Ses0\d[FM]_\S+)[ \t]+([a-z]{3})\b")
_TEXT = re.compile(r"(Ses0\d[FM]_\S+)[ \t]+\[[^\]]*\]:(.*)")
_TURN = re.compile(r"Ses(0\d)[FM]_.+_([FM])(?:\d{3}|XX\d)")
_EMOTIONS = {
    "neu": "neutral",
    "hap": "happy",
    "sad": "sad",
    "ang": "angry",
    "fea": "fearful",
    "dis": "disgust",
    "sur": "surprised",
    # None of the eight: read, and left out of training.
    "exc": "excited",
    "fru": "frustrated",
    "oth": "other",
    "xxx": "no agreement",
}
_COUNTS = {
    "neutral": 1708,
    "happy": 595,
    "sad": 1084,
    "angry": 1103,
    "fearful": 40,
    "disgust": 2,
    "surprised": 107,
    "excited": 1041,
    "frustrated": 1849,
    "other": 3,
    "no agreement": 2507,
}
_SPEAKERS = frozenset(f"iemocap-0{session}{gender}" for session in range(1, 6) for gender in "FM")


@dataclass(frozen=True, slots=True)
class IemocapReader:
    """With `merge_excited` the excited count as happy, as in most published four-class figures."""

    name: str
    folder: str
    merge_excited: bool
    published: Published
    language: str = "en"
    licence: str = "free for research, on request"

    def scan(self, root: Path) -> Scan:
        """Find the turns of every session: `root` is the release, the folder around it, or one session."""
        found = Scan([])
        without_sound = 0
        for session in _sessions(root):
            labels = dict(_read(session / "dialog" / "EmoEvaluation", _LABEL))
            texts = dict(_read(session / "dialog" / "transcriptions", _TEXT))
            for path in audio_files(session / "sentences" / "wav"):
                clip = self._clip(path, labels.pop(path.stem, ""), texts.get(path.stem, ""))
                if clip is None:
                    found.unparsed.append(path)
                else:
                    found.clips.append(clip)
            without_sound += len(labels)
        if without_sound:
            found.notes.append(f"Labelled turns without sound: {without_sound}.")
        if not found.clips and any(_TURN.fullmatch(path.stem) for path in audio_files(root)):
            found.notes.append("The labels are missing: SessionN/dialog/EmoEvaluation/*.txt.")
        return found

    def _clip(self, path: Path, code: str, text: str) -> Clip | None:
        turn = _TURN.fullmatch(path.stem)
        if turn is None or code not in _EMOTIONS:
            return None
        # The letter after the session names who wore the markers; the one before the number, who speaks.
        session, gender = turn.groups()
        emotion = "happy" if self.merge_excited and code == "exc" else _EMOTIONS[code]
        return Clip(
            path=path,
            corpus=self.name,
            speaker=f"iemocap-{session}{gender}",
            emotion=emotion,
            gender=gender,
            text=text,
            language=self.language,
        )


def _sessions(root: Path) -> list[Path]:
    folders = [root, *sorted(root.glob("*/")), *sorted(root.glob("*/*/"))]
    return [folder for folder in folders if (folder / "dialog" / "EmoEvaluation").is_dir()]


def _read(folder: Path, line: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Turn and value of each line that matches, in the files of `folder` itself (not in its subfolders)."""
    for file in sorted(folder.glob("Ses*.txt")):
        for match in line.finditer(file.read_text(encoding="utf-8", errors="replace")):
            yield match[1], match[2].strip()


def _merged() -> dict[str, int]:
    counts = dict(_COUNTS)
    counts["happy"] += counts.pop("excited")
    return counts


READER = IemocapReader("iemocap", "iemocap", False, Published(_SPEAKERS, _COUNTS))
MERGED = IemocapReader("iemocap_merged", "iemocap", True, Published(_SPEAKERS, _merged()))
