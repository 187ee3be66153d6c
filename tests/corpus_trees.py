"""Small corpora of made-up sound, laid out and named as the real ones are."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import soundfile

RATE = 16_000
RAVDESS_EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
IEMOCAP_HEAD = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n"


def sound(path: Path, seconds: float | None = None, *, like: str = "", rate: int = RATE) -> Path:
    """Write a sound of its own for each name in each folder; `like` names the one that it repeats."""
    rng = np.random.default_rng(zlib.crc32((like or "/".join(path.parts[-2:])).encode()))
    length = seconds or rng.uniform(0.5, 0.7)
    samples = (0.1 * rng.standard_normal(int(length * rate)) * 2**15).astype(np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate)
    return path


def ravdess(root: Path, actors: tuple[int, ...], channels: tuple[str, ...] = ("01",)) -> Path:
    """One clip of each emotion: Actor_NN/03-CC-EE-II-SS-RR-NN.wav; six in song, none by actor 18."""
    for actor in actors:
        for channel in channels:
            for number, _ in enumerate(RAVDESS_EMOTIONS[: 6 if channel == "02" else 8], start=1):
                if channel == "02" and actor == 18:
                    continue
                name = f"03-{channel}-{number:02}-01-02-01-{actor:02}.wav"
                sound(root / f"Actor_{actor:02}" / name)
    return root


def cremad(root: Path, demographics: bool = True) -> Path:
    for name in (
        "1001_DFA_ANG_XX",
        "1001_IEO_HAP_HI",
        "1001_IEO_SAD_LO",
        "1002_IEO_DIS_MD",
        "1040_ITH_SAD_X",
    ):
        sound(root / "AudioWAV" / f"{name}.wav")
    if demographics:
        (root / "VideoDemographics.csv").write_text(
            '"ActorID","Age","Sex","Race","Ethnicity"\n1001,51,"Male","Caucasian","Not Hispanic"\n'
            '1002,21,"Female","Caucasian","Not Hispanic"\n1040,42,"Male","Caucasian","Not Hispanic"\n'
        )
    return root


def tess(root: Path) -> Path:
    for place in (
        "OAF_angry/OAF_back_angry",
        "OAF_neutral/OA_bite_neutral",
        "OAF_Pleasant_surprise/OAF_back_ps",
        "OAF_Fear/OAF_back_fear",
        "OAF_Sad/OAF_back_sad",
        "YAF_pleasant_surprised/YAF_back_ps",
        "YAF_disgust/YAF_back_disgust",
        "YAF_happy/YAF_back_happy",
    ):
        sound(root / f"{place}.wav")
    return root


def savee(root: Path, one_folder: bool) -> Path:
    for speaker in ("DC", "JE", "JK", "KL"):
        for name in ("a01", "d03", "f02", "h15", "n30", "sa04", "su11"):
            sound(root / (f"{speaker}_{name}.wav" if one_folder else f"{speaker}/{name}.wav"))
    return root


def iemocap(root: Path) -> Path:
    """Two sessions; labels, texts and sound in their places, with what the release leaves lying about."""
    turns = {
        "Ses01F_impro01": (("F000", "neu"), ("M000", "exc"), ("F001", "xxx"), ("M001", "fru")),
        "Ses02M_script01_1b": (("M000", "ang"), ("F000", "hap"), ("F001", "oth"), ("MXX0", "sad")),
    }
    for dialogue, labels in turns.items():
        session = root / f"Session{dialogue[4]}"
        lines, texts = [IEMOCAP_HEAD], []
        for turn, label in labels:
            name = f"{dialogue}_{turn}"
            sound(session / "sentences" / "wav" / dialogue / f"{name}.wav")
            lines.append(f"[6.2901 - 8.2357]\t{name}\t{label}\t[2.5000, 2.5000, 2.5000]\n")
            lines.append("C-E2:\tNeutral;\t()\nA-E3:\tval 3; act 2; dom  2;\t()\n\n")
            texts.append(f"{name} [006.2901-008.2357]: What {turn} says.\n")
        evaluation = session / "dialog" / "EmoEvaluation"
        (evaluation / "Categorical").mkdir(parents=True)
        (evaluation / f"{dialogue}.txt").write_text("".join(lines))
        (evaluation / f"._{dialogue}.txt").write_bytes(b"\x00\x05\x16\x07")
        other = f"[0.0 - 1.0]\t{dialogue}_F777\tdis\t[1, 1, 1]\n"
        (evaluation / "Categorical" / f"{dialogue}_e2_cat.txt").write_text(other)
        (session / "dialog" / "transcriptions").mkdir()
        (session / "dialog" / "transcriptions" / f"{dialogue}.txt").write_text("".join(texts))
        sound(session / "dialog" / "wav" / f"{dialogue}.wav")
    return root


def own(root: Path) -> Path:
    """Two people, three classes, one of them in German."""
    for place in (
        "angry/anna-1",
        "angry/ben-1",
        "joy/anna-2",
        "joy/ben-2",
        "Traurig/anna-3",
        "Traurig/ben-3",
    ):
        sound(root / f"{place}.wav")
    return root
