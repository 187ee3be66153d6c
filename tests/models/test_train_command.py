"""From corpora to a verified model file by one command, with figures on speakers that it has not met."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.inference.engine import EmotionEngine
from models.cli import main
from models.training.figures import CONDITIONS

RATE = 16_000
EMOTIONS = {"03": "happy", "04": "sad", "05": "angry"}
LETTERS = {"W": 5, "T": 4, "L": 6}
"""EMO-DB: anger, sadness, and boredom, which is not among the emotions of the project."""


def tone(pitch: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    time = np.arange(round(0.8 * RATE)) / RATE
    return 0.3 * np.sin(2 * np.pi * pitch * time) + 0.01 * rng.standard_normal(len(time))


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Four actors of RAVDESS and four speakers of EMO-DB: a tone for each emotion, shifted for each voice."""
    root = tmp_path / "corpora"
    for actor in range(1, 5):
        folder = root / "ravdess_speech" / f"Actor_{actor:02d}"
        folder.mkdir(parents=True)
        for emotion in EMOTIONS:
            sound = tone(100 * int(emotion) + 7 * actor, actor)
            soundfile.write(folder / f"03-01-{emotion}-01-01-01-{actor:02d}.wav", sound, RATE)
    (root / "emodb").mkdir()
    for number, speaker in enumerate(("03", "08", "09", "10")):
        for letter, step in LETTERS.items():
            sound = tone(100 * step + 9 * number, 10 + number)
            soundfile.write(root / "emodb" / f"{speaker}a01{letter}a.wav", sound, RATE)
    return root


@pytest.mark.slow
def test_one_command_measures_trains_and_exports(corpora, random_encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(corpora))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    config = tmp_path / "small.yaml"
    config.write_text(
        "name: small\ncorpora: [ravdess_speech, emodb]\nfolds: 2\ninner_folds: 2\nrefit: false\n"
        "layers: 1\npool_layers: [1]\nhead: {noise_pieces: 12}\n"
        "fit: {epochs: 1, draws: 8, batch: 4, noise: 0.2, profile_dropout: 0.5}\naugment: {noise: 0.5}\n"
    )
    call = ["train", str(config), "--out", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main(call) == 0
    told = capsys.readouterr().out

    figures = json.loads((tmp_path / "run" / "figures.json").read_text())
    assert set(CONDITIONS) < set(figures["views"])
    assert {corpus: row["clips"] for corpus, row in figures["unseen_speakers"].items()} == {
        "ravdess_speech": 12,
        "emodb": 8,
    }
    every = figures["unseen_speakers"]["emodb"]["every emotion"]
    assert (every["clips"], every["speakers"], len(every["labels"])) == (12, 4, 3)
    assert "bored" in " ".join(every["labels"])
    assert set(figures["corpus_left_out"]) == {"ravdess_speech", "emodb"}
    shared = figures["corpus_left_out"]["ravdess_speech"]["shared"]
    assert shared["clips"] == 8  # nobody was happy in what was trained on
    assert [fold["doubt_s"] > 0 for fold in figures["calibration"]] == [True, True]
    assert "without emodb" in told

    assert list((tmp_path / "run" / "final").glob("network-*.pt"))  # figures may be made again without it

    engine = EmotionEngine.load(tmp_path / "run" / "small.int8.onnx")
    try:
        short = engine.predict(tone(310, 1)[: RATE // 2].astype(np.float32))
        assert sum(short.probabilities) == pytest.approx(1.0, abs=1e-5)
        assert engine.voice_model is not None
    finally:
        engine.close()

    assert main(call) == 0  # everything is kept: the second call trains nothing
    assert (tmp_path / "run" / "figures.json").read_text() == json.dumps(figures, indent=1) + "\n"


@pytest.mark.slow
def test_a_recipe_is_tried_without_its_parts(corpora, random_encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(corpora))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    config = tmp_path / "small.yaml"
    config.write_text(
        "name: small\ncorpora: [ravdess_speech, emodb]\ninner_folds: 2\nrefit: false\n"
        "layers: 1\npool_layers: [1]\nhead: {noise_pieces: 12}\nfit: {epochs: 0}\naugment: {noise: 0.5}\n"
    )
    call = ["ablate", str(config), "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")]
    assert main([*call, "--only", "without hope"]) == 2
    told = capsys.readouterr().err
    assert "without hope" in told
    assert "without noise" in told
    assert main([*call, "--only", "as it is", "--only", "without noise"]) == 0
    found = json.loads((tmp_path / "out" / "ablation.json").read_text())
    assert list(found) == ["as it is", "without noise"]
    assert all(0 <= row["noise-10dB"] <= 1 for row in found.values())
    assert "own profile" in capsys.readouterr().out
