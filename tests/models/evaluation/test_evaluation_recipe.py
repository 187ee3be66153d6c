"""A recipe is cross-validated by any protocol: who is tested, what is written, and what is marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile

from desktop_app.inference.manifest import self_test_signal
from models.cli import main

pytestmark = pytest.mark.slow

RATE = 16_000
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Embeddings that were computed once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def recipe(ravdess, random_encoder, kept, tmp_path, monkeypatch) -> str:
    """The linear recipe on the four actors, with an encoder that has learnt nothing."""
    root = tmp_path / "corpora"
    root.mkdir()
    (root / "ravdess_speech").symlink_to(ravdess)
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(root))
    monkeypatch.setenv("EMOSCOPE_WEIGHTS", str(random_encoder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(kept))
    config = tmp_path / "run.yaml"
    config.write_text(
        "name: small\n"
        "data: {corpora: [ravdess_speech]}\n"
        "model: {family: whisper, layers: 1, pool_layers: [1], noise_pieces: 8}\n"
        "fit: {epochs: 0}\n"
    )
    return str(config)


def test_the_recipe_is_cross_validated_by_any_protocol(recipe, tmp_path, capsys):
    folder = tmp_path / "report"
    call = ["evaluate", "--config", recipe, "--protocol", "leave-one-speaker-out", "--json"]
    assert main([*call, "--report", str(folder)]) == 0
    printed = capsys.readouterr()
    (row,) = json.loads(printed.out)["results"]
    assert (row["clips"], row["speakers"], row["strangers"]) == (64, 4, True)
    assert (row["view"], row["coverage"]) == ("whole", row["certain"]["coverage"])
    answers = (folder / "ravdess_speech-answers.csv").read_text(encoding="utf-8").splitlines()
    assert sum(",true," in line for line in answers) == round(64 * row["coverage"])
    assert "leave-one-speaker-out" in row["protocol"]
    assert "without ravdess-04 (4 of 4)" in printed.err
    assert (folder / "ravdess_speech.png").read_bytes().startswith(PNG)
    assert "leave-one-speaker-out" in (folder / "evaluation.md").read_text(encoding="utf-8")


def test_shared_answers_of_the_recipe_are_those_that_the_tested_corpus_has(recipe, tmp_path, capsys):
    own = tmp_path / "own"
    for number, emotion in enumerate(("happy", "angry")):
        (own / emotion).mkdir(parents=True)
        for person in range(3):
            wave = (0.2 + 0.3 * number + 0.01 * person) * self_test_signal("chirp-v1", 0.6, RATE)
            soundfile.write(own / emotion / f"{person}.wav", wave, RATE)
    (own / "emoscope.yaml").write_text("name: mine\nspeaker_pattern: '\\d+'")
    config = tmp_path / "own.yaml"
    config.write_text(
        "name: own\n"
        f"data: {{corpora: [RAVDESS-speech, folder={own}]}}\n"
        f"model: {{family: whisper, layers: 1, pool_layers: [1], noise_pieces: 8}}\n"
        "fit: {epochs: 0}\n"
    )
    call = ["evaluate", "--config", str(config), "--view", "trimmed", "--json"]
    call += ["--protocol", "leave-one-corpus-out", "--test"]
    for name in ("folder", "mine"):
        assert main([*call, name]) == 0
        (row,) = json.loads(capsys.readouterr().out)["results"]
        assert (row["corpus"], row["view"], row["clips"]) == ("mine", "trimmed", 6)
        assert len(row["labels"]) == 8
        assert row["shared_answers"]["labels"] == ["happy", "angry"]
        assert sum(map(sum, row["shared_answers"]["confusion"])) == 6
    assert main([*call, "emodb"]) == 1
    assert "no corpus 'emodb' to test. It learns from ravdess_speech, mine." in capsys.readouterr().err


def test_a_speaker_dependent_figure_stands_beside_the_independent_one_and_is_marked(recipe, tmp_path, capsys):
    folder = tmp_path / "report"
    call = ["evaluate", "--config", recipe, "--protocol", "speaker-dependent", "--folds", "4"]
    assert main([*call, "--report", str(folder)]) == 0
    printed = capsys.readouterr()
    independent, dependent = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))["results"]
    assert (independent["strangers"], dependent["strangers"]) == (True, False)
    assert "SPEAKER-DEPENDENT" in dependent["protocol"]
    assert "KNOWN FROM TRAINING" in printed.out
    assert "WARNING: speaker-dependent" in printed.err
    assert "SPEAKER-DEPENDENT" in (folder / "evaluation.md").read_text(encoding="utf-8")
