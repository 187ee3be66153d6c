"""Fixtures of the proof on real input: microphone, model, and clips of emotional speech."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from synthetic_speech import synthetic_speech_path
from virtual_microphone import SAMPLE_RATE, VirtualMicrophone, missing_tools

ZOO = Path(__file__).parents[2] / "models" / "zoo"


@pytest.fixture
def virtual_microphone() -> Iterator[VirtualMicrophone]:
    """A running virtual microphone for child processes; skips where PulseAudio is not installed."""
    if reason := missing_tools():
        pytest.skip(reason)
    with VirtualMicrophone() as microphone:
        yield microphone


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model that ships, or the one that EMOSCOPE_TEST_MODEL names; a tiny one where there is none."""
    if named := os.environ.get("EMOSCOPE_TEST_MODEL"):
        return Path(named)
    if shipped := sorted(ZOO.glob("*.onnx")):
        return shipped[0]
    from tiny_model import make_tiny_model

    return make_tiny_model(tmp_path_factory.mktemp("model") / "tiny.onnx")


@dataclass(frozen=True)
class Clip:
    name: str
    samples: np.ndarray  # float64 [n] at the microphone's rate


def _clip(path: Path, name: str) -> Clip:
    samples, rate = soundfile.read(path, always_2d=True)
    samples = soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE)
    loud = np.sqrt(np.mean(samples**2))
    return Clip(name, samples * min(10 ** (-23 / 20) / loud, 0.9 / np.abs(samples).max()))


@pytest.fixture(scope="session")
def clips() -> list[Clip]:
    """The first clip of each emotion of RAVDESS and of EMO-DB; without the corpora, synthetic phrases."""
    folder = os.environ.get("EMOSCOPE_CORPORA", "")
    if not folder:
        return _synthetic_phrases()
    with (Path(folder) / "manifest.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    chosen: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        if row["corpus"] in {"ravdess_speech", "emodb"}:
            chosen.setdefault((row["corpus"], row["emotion"]), row)
    return [_clip(Path(folder) / row["path"], row["path"]) for row in chosen.values()]


def _synthetic_phrases() -> list[Clip]:
    samples, rate = soundfile.read(synthetic_speech_path())
    samples = soxr.resample(samples, rate, SAMPLE_RATE)
    frame = SAMPLE_RATE // 100
    loud = np.array([np.abs(samples[k : k + frame]).max() > 0.01 for k in range(0, len(samples), frame)])
    phrases, begin, quiet = [], None, 0
    for index, is_loud in enumerate([*loud, *[False] * 60]):
        if is_loud:
            begin = index if begin is None else begin
            quiet = 0
        elif begin is not None:
            quiet += 1
            if quiet == 45:
                phrases.append((begin, index - quiet))
                begin = None
    return [
        Clip(f"synthetic phrase {number}", samples[begin * frame : end * frame])
        for number, (begin, end) in enumerate(phrases)
    ]
