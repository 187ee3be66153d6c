"""The file that ships: whole, honest about itself, and right on a voice everybody knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from synthetic_speech import synthetic_speech_path

from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.shipped import shipped_model
from export.verification.verify import verify_file
from models.corpora import read_waveform
from models.corpora.base import LABELS


@pytest.fixture(scope="module")
def engine() -> Iterator[EmotionEngine]:
    engine = EmotionEngine.load()
    yield engine
    engine.close()


def test_one_file_ships_and_it_is_small():
    (path,) = Path(shipped_model()).parent.glob("*.onnx")
    assert path.stat().st_size < 25e6


@pytest.mark.slow
def test_it_verifies_with_its_self_test():
    assert "batch = single" in verify_file(Path(shipped_model())).checks


def test_its_manifest_tells_how_it_was_measured(engine):
    manifest = engine.manifest
    assert manifest.labels == LABELS
    assert manifest.metrics.uar >= 0.74
    assert manifest.metrics.ece is None, "it was measured with other constants"
    assert manifest.metrics.extra["ece_left_out"] <= 0.11
    assert "disjoint speakers" in manifest.metrics.protocol
    assert manifest.licence == "CC BY-NC-SA 4.0"


@pytest.mark.parametrize("seconds", [0.1, 0.5, 3.0, 8.5, 20.0])
def test_it_takes_any_length(engine, seconds):
    wave = read_waveform(synthetic_speech_path())[: round(seconds * 16_000)]
    assert sum(engine.predict(wave).probabilities) == pytest.approx(1.0)


def test_silence_is_uncertain(engine):
    assert engine.predict(np.zeros(32_000, dtype=np.float32)).uncertain


def test_the_gain_of_the_microphone_hardly_matters(engine):
    wave = read_waveform(synthetic_speech_path())[12_000:50_000]
    loud, soft = engine.predict(wave), engine.predict((0.2 * wave).astype(np.float32))
    assert loud.label == soft.label
    assert np.abs(np.subtract(loud.probabilities, soft.probabilities)).max() < 0.1
