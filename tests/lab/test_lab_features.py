"""What the lab's process computes is what librosa computes; and what becomes of one that fails is told."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import librosa
import numpy as np
import pytest

from desktop_app.lab import features
from desktop_app.lab.clip import Clip
from desktop_app.lab.errors import LabError
from desktop_app.lab.features import FEATURES, Feature, FeatureWorker
from desktop_app.lab.windows import Framing

pytestmark = pytest.mark.slow

RATE = 16_000
FRAMING = Framing("hamming", 1024, 0.5)
FRAMES = {"n_fft": 1024, "hop_length": 512, "window": "hamming"}


def voice() -> np.ndarray:
    times = np.arange(RATE) / RATE
    harmonics = sum(np.sin(2 * np.pi * (140 + 30 * times) * k * times) / k for k in range(1, 9))
    hiss = np.random.default_rng(2).standard_normal(len(times))
    return (0.1 * harmonics + 0.002 * hiss).astype(np.float32)


@pytest.fixture(scope="module")
def found() -> dict[str, Feature]:
    """All features of one sound."""
    worker, clip = FeatureWorker(), Clip(voice(), RATE, "voice.wav")
    try:
        return {name: worker.compute(clip, name, FRAMING) for name in FEATURES}
    finally:
        worker.close()


@pytest.fixture
def worker() -> Iterator[FeatureWorker]:
    made = FeatureWorker()
    yield made
    made.close()


def by_librosa(name: str) -> list[np.ndarray]:  # noqa: PLR0911 - one for each feature
    sound = voice()
    match name:
        case "stft":
            window = librosa.filters.get_window("hamming", 1024)
            amplitude = np.abs(librosa.stft(sound, **FRAMES)) * 2 / window.sum()
            return [librosa.amplitude_to_db(amplitude, ref=1.0, amin=1e-7, top_db=None)]
        case "log_mel":
            mel = librosa.feature.melspectrogram(y=sound, sr=RATE, n_mels=64, **FRAMES)
            return [librosa.power_to_db(mel, top_db=None)]
        case "mfcc":
            mel = librosa.feature.melspectrogram(y=sound, sr=RATE, n_mels=64, **FRAMES)
            mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=13)
            return [mfcc, librosa.feature.delta(mfcc), librosa.feature.delta(mfcc, order=2)]
        case "chroma":
            return [librosa.feature.chroma_stft(y=sound, sr=RATE, **FRAMES)]
        case "spectral_contrast":
            return [librosa.feature.spectral_contrast(y=sound, sr=RATE, n_bands=5, **FRAMES)]
        case "tonnetz":
            return [librosa.feature.tonnetz(chroma=by_librosa("chroma")[0], sr=RATE)]
        case "zero_crossings":
            return [librosa.feature.zero_crossing_rate(sound, frame_length=1024, hop_length=512)]
        case "rms":
            rms = librosa.feature.rms(y=sound, frame_length=1024, hop_length=512)
            return [librosa.amplitude_to_db(rms, ref=1.0, amin=1e-6, top_db=None), rms]
        case "centroid":
            return [librosa.feature.spectral_centroid(y=sound, sr=RATE, **FRAMES)]
        case "roll_off":
            return [librosa.feature.spectral_rolloff(y=sound, sr=RATE, roll_percent=0.85, **FRAMES)]
    pitch, _, likely = librosa.pyin(sound, fmin=60, fmax=500, sr=RATE, frame_length=1024, hop_length=160)
    return [pitch[None], likely[None]]


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_has_librosas_numbers(found: dict[str, Feature], name: str) -> None:
    expected = by_librosa(name)
    assert len(found[name].parts) == len(expected)
    for part, values in zip(found[name].parts, expected, strict=True):
        assert part.values.shape == values.shape
        assert len(part.rows) == len(part.heights) == len(values)
        assert part.values == pytest.approx(values, rel=1e-4, abs=2e-4, nan_ok=True)
    hop = 160 if name == "pitch" else 512
    times = librosa.frames_to_time(np.arange(values.shape[1]), sr=RATE, hop_length=hop)
    assert found[name].times_s == pytest.approx(times)


def test_every_feature_can_be_computed_at_any_rate_and_size_and_what_is_too_short_is_told(
    worker: FeatureWorker,
) -> None:
    for rate in (8000, 48_000):
        clip = Clip(voice()[: rate // 2], rate, "voice.wav")
        for name, size in itertools.product(FEATURES, (256, 4096)):
            made = worker.compute(clip, name, Framing("hann", size, 0.875))
            assert all(np.isfinite(part.values).any() for part in made.parts), (name, rate, size)
    clip = Clip(voice()[:800], RATE, "voice.wav")
    with pytest.raises(LabError, match="too short") as told:
        worker.compute(clip, "mfcc", Framing("hann", 4096, 0.0))
    assert told.value.code == "lab.too_short"
    assert worker.compute(clip, "rms", Framing()).parts[0].unit == "dBFS"


FAILING = """
import os, sys, time
from desktop_app.core.worker_child import serve_many

def work(task, step):
    if task["feature"] == "sleep":
        time.sleep(60)
    if task["feature"] == "die":
        print("it has no more wish", file=sys.stderr, flush=True)
        os._exit(3)
    return {"result": {"times_s": task["waveform"], "parts": []}}

sys.exit(serve_many(work))
"""


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FeatureWorker]:
    (tmp_path / "a_failing_lab.py").write_text(FAILING)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = FeatureWorker("a_failing_lab", patience_s=0.5, starting_s=20)
    yield made
    made.close()


def test_a_process_that_dies_or_hangs_is_told_and_another_one_takes_its_place(
    failing: FeatureWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[tuple[object, ...]] = []
    monkeypatch.setattr(features._log, "warning", lambda *what: logged.append(what))
    clip = Clip(voice(), RATE, "voice.wav")
    with pytest.raises(LabError, match="has broken off") as died:
        failing.compute(clip, "die", FRAMING)
    assert died.value.code == "lab.ended"
    assert "die" not in str(died.value), "what the program calls it is for the log"
    assert logged[0][1:] == ("die", "it has no more wish")
    assert len(failing.compute(clip, "anything", FRAMING).times_s) == RATE, "the sound was sent again"
    with pytest.raises(LabError, match=r"did not end within 0 s|did not end within 1 s") as slow:
        failing.compute(clip, "sleep", FRAMING)
    assert slow.value.code == "lab.slow"
    assert len(failing.compute(clip, "anything", FRAMING).times_s) == RATE


def test_what_is_not_wanted_any_more_is_broken_off(failing: FeatureWorker) -> None:
    with pytest.raises(LabError) as told:
        failing.compute(Clip(voice(), RATE, "voice.wav"), "sleep", FRAMING, cancelled=lambda: True)
    assert told.value.code == "lab.cancelled"
