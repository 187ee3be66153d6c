"""Words that Whisper mishears on RAVDESS, what it writes of sounds that nobody said, and what that costs.

    python -m tests.words_bench [--model FOLDER] [--clips N] [--sounds N]

RAVDESS (two fixed sentences), ESC-10 and EmoDB lie in `ravdess_speech`, `noise/esc10` and `emodb` of
EMOSCOPE_CORPORA. Clips are drawn with a fixed seed. The figures are of the model and its own doubt alone: in
the program, what is not a voice never comes so far.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import time
from pathlib import Path

import numpy as np
import soundfile
import soxr

from desktop_app.core.types import FloatArray
from desktop_app.words import worker
from desktop_app.words.models import find_model

SENTENCES = {"01": "kids are talking by the door", "02": "dogs are sitting by the door"}
SOUND_S = 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", help="folder (default: EMOSCOPE_WHISPER, or what is installed)")
    parser.add_argument("--clips", type=int, default=96)
    parser.add_argument("--sounds", type=int, default=40)
    parser.add_argument(
        "--german", type=int, default=40, help="clips of EmoDB, for a model of many languages"
    )
    args = parser.parse_args()
    corpora = Path(os.environ["EMOSCOPE_CORPORA"])
    found = find_model(args.model)
    model = worker.open_model(str(found.path))
    doubts: list[tuple[float, float, float]] = []

    def is_believed(*doubt: float) -> bool:
        doubts.append((doubt[0], doubt[1], doubt[2]))
        return believed(*doubt)

    believed, worker.is_believed = worker.is_believed, is_believed

    wrong = words = empty = 0
    seconds = spent_s = 0.0
    for path in drawn(corpora / "ravdess_speech", args.clips):
        waveform = loaded(path)
        begun = time.process_time()
        said = worker.transcribed(model, waveform)
        spent_s += time.process_time() - begun
        seconds += len(waveform) / worker.SAMPLE_RATE
        sentence = SENTENCES[path.stem.split("-")[4]].split()
        wrong += edits(sentence, re.sub(r"[^a-z' ]", "", said.text.lower()).split())
        words += len(sentence)
        empty += not said.text
    print(f"{found.name}: word error {wrong / words:.3f} on {args.clips} clips ({empty} without any text)")
    print(
        f"processor time: {spent_s / seconds:.2f} s per second of a clip, {spent_s / args.clips:.2f} s a clip"
    )
    show("speech", doubts)
    doubts.clear()
    sounds = drawn(corpora / "noise" / "esc10", args.sounds)
    texts = [
        worker.transcribed(model, loaded(path)[: round(SOUND_S * worker.SAMPLE_RATE)]).text for path in sounds
    ]
    show("sounds", doubts)
    written = [f"{path.parent.name}: {text}" for path, text in zip(sounds, texts, strict=True) if text]
    print(f"text of {len(written)} of {len(sounds)} sounds:", *written, sep="\n  ")

    if model.model.is_multilingual:
        doubts.clear()
        german = [worker.transcribed(model, loaded(path)) for path in drawn(corpora / "emodb", args.german)]
        told = sum(said.language == "de" for said in german)
        empty = sum(not said.text for said in german)
        print(f"EmoDB: {told} of {len(german)} clips told as German, {empty} without any text")
        show("EmoDB", doubts)


def show(what: str, doubts: list[tuple[float, float, float]]) -> None:
    silent, likely, repeats = np.array(doubts).T
    print(
        f"{what}: no speech 5/50/95/100 %: {np.percentile(silent, [5, 50, 95, 100]).round(2)}, "
        f"log probability 0/5/50 %: {np.percentile(likely, [0, 5, 50]).round(2)}, "
        f"repeats beyond 2.4: {np.mean(repeats > 2.4):.2f}"
    )


def drawn(folder: Path, count: int) -> list[Path]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".flac", ".wav", ".ogg"})
    return random.Random(1).sample(paths, min(count, len(paths)))


def loaded(path: Path) -> FloatArray:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    waveform: FloatArray = soxr.resample(sound.mean(axis=1), rate, worker.SAMPLE_RATE).astype(np.float32)
    return waveform


def edits(said: list[str], written: list[str]) -> int:
    """Words to change, add or leave out (Levenshtein)."""
    row = list(range(len(written) + 1))
    for k, one in enumerate(said, start=1):
        before, row = row, [k]
        for j, other in enumerate(written, start=1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (one != other)))
    return row[-1]


if __name__ == "__main__":
    main()
