"""From corpora to a verified model file by one command, with figures on speakers that it has not met."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.inference.engine import EmotionEngine
from models.cli import main
from models.evaluation.noise_bank import NoiseBank
from models.training.config import RunConfig
from models.training.figures import CONDITIONS
from models.training.held_out import stamp_of
from models.training.material import WEIGHTS_FILE, load_material
from models.training.recipe import Sources

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
def test_one_corpus_of_own_data_suffices(random_encoder, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("EMOSCOPE_CORPORA", raising=False)
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    own = tmp_path / "sound"
    for number, emotion in enumerate(("happy", "sad")):
        (own / emotion).mkdir(parents=True)
        for voice, person in enumerate(("ann", "ben", "cem", "dan")):
            soundfile.write(
                own / emotion / f"{person}-1.wav", tone(200 + 90 * number + 9 * voice, voice), RATE
            )
    (own / "emoscope.yaml").write_text("name: mine\nspeaker_pattern: '([a-z]+)-'\n")
    config = tmp_path / "own.yaml"
    config.write_text(
        f"name: own\ncorpora: [folder={own}]\nfolds: 2\ninner_folds: 2\nrefit: false\n"
        "layers: 1\npool_layers: [1]\nhead: {noise_pieces: 8}\nfit: {epochs: 0}\n"
    )
    call = ["train", str(config), "--out", str(tmp_path / "run"), "--cache", str(tmp_path / "cache")]
    assert main(call) == 0
    assert "mine, speakers" in capsys.readouterr().out
    assert json.loads((tmp_path / "run" / "figures.json").read_text())["corpus_left_out"] == {}
    engine = EmotionEngine.load(tmp_path / "run" / "own.onnx")
    assert engine.manifest.trained_on.corpora == ("mine",)
    assert engine.manifest.licence == "mine: your own"
    engine.close()

    assert main([*call, "--figures", str(config)]) == 1
    assert "own.yaml cannot be read" in capsys.readouterr().err
    (tmp_path / "none.json").write_text("{}")
    assert main([*call, "--figures", str(tmp_path / "none.json")]) == 1
    assert "holds no figures of a run" in capsys.readouterr().err


def test_labels_voices_and_noise_that_change_make_another_network(random_encoder, tmp_path):
    for actor in range(1, 3):
        for emotion in EMOTIONS:
            path = tmp_path / "ravdess_speech" / f"03-01-{emotion}-01-01-01-{actor:02d}.wav"
            path.parent.mkdir(exist_ok=True)
            soundfile.write(path, tone(100 * int(emotion), actor), RATE)
    weights = random_encoder / WEIGHTS_FILE
    material = load_material(("ravdess_speech",), tmp_path, weights, tmp_path / "cache")
    everything = np.ones(len(material.clips), bool)
    config = RunConfig(name="x", corpora=("ravdess_speech",))
    hiss = np.ones(8, np.float32)

    def stamp(noises=(), **changes) -> str:
        first, *others = material.clips
        changed = replace(material, clips=(replace(first, **changes), *others))
        return stamp_of(changed, everything, config, Sources(weights, NoiseBank(), noises))

    stamps = [stamp(), stamp(emotion="calm"), stamp(speaker="ravdess-09"), stamp([hiss]), stamp([2 * hiss])]
    assert len(set(stamps)) == 5
    assert stamp() == stamps[0]


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
    assert main([*call, "--draws", "3"]) == 2
    assert "at least one batch: 16" in capsys.readouterr().err
    assert main([*call, "--only", "as it is", "--only", "without noise", "--draws", "20"]) == 0
    found = json.loads((tmp_path / "out" / "ablation.json").read_text())
    assert list(found) == ["as it is", "without noise"]
    assert all(0 <= row["noise-10dB"] <= 1 for row in found.values())
    assert found["without noise"]["against"] == 0  # nothing is trained, so nothing is changed
    assert found["without noise"]["interval"] == [0, 0]
    printed = capsys.readouterr().out
    assert "own profile" in printed
    assert "+0.0 [0.0, 0.0]" in printed
