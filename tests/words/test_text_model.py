"""A text model tells the emotion by the words: its file, its answers, and what it is refused for."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.core.transcript import NOTHING_SAID, TextEmotion, Transcript, Word
from desktop_app.inference.errors import ManifestError, ModelError
from desktop_app.inference.model_library import ModelLibrary
from desktop_app.inference.package import load_package
from desktop_app.words.text_model import TextModel
from desktop_app.words.transcriber import Transcriber
from desktop_app.words.worker import with_emotion
from tests.tiny_model import make_tiny_model
from tests.tiny_text_model import LABELS, make_tiny_text_model


@pytest.fixture
def model(tmp_path: Path) -> TextModel:
    return TextModel.open(make_tiny_text_model(tmp_path / "tiny.onnx", languages=("en",)))


def likeliest(model: TextModel, *texts: str) -> list[str]:
    return [model.labels[row.argmax()] for row in model.probabilities(texts)]


def test_words_decide_and_probabilities_add_up(model: TextModel) -> None:
    assert model.labels == LABELS
    assert likeliest(model, "I hate it!", "How wonderful.", "It is half past eleven.") == [
        "angry",
        "happy",
        "neutral",
    ]
    assert model.probabilities(["I hate it!"]).sum() == pytest.approx(1)


def test_what_stands_beside_a_text_changes_nothing(model: TextModel) -> None:
    """Shorter ones are filled up, and there are more of them than one run takes."""
    texts = [f"I miss her {'so ' * length}much." for length in range(70)]
    alone = np.concatenate([model.logits([text]) for text in texts])
    np.testing.assert_allclose(model.logits(texts), alone, atol=1e-5)
    assert len(model.tokens([texts[-1]])[0]) == 64, "the beginning of longer ones is read"


def test_a_transcript_has_an_emotion_only_in_a_language_that_is_read(model: TextModel) -> None:
    said = Transcript("I hate it!", "en", 0.9, (Word("I", 0.0, 0.1, 0.9),))
    found = with_emotion(said, model).emotion
    assert found is not None
    assert found.label == "angry"
    assert with_emotion(NOTHING_SAID, model).emotion is None
    assert with_emotion(Transcript("Ich hasse es!", "de", 0.9), model).emotion is None
    assert with_emotion(Transcript("I hate it!"), model).emotion is not None, "the language is not known"


def test_words_that_were_probably_misheard_have_no_emotion(model: TextModel) -> None:
    def said(*probabilities: float) -> Transcript:
        words = tuple(Word("hate", 0.0, 0.1, each) for each in probabilities)
        return Transcript("I hate it!", "en", 0.9, words)

    assert with_emotion(said(0.9, 0.3, 0.2), model).emotion is None, "0.47 on the mean"
    assert with_emotion(said(0.9, 0.5, 0.2), model).emotion is not None


def test_it_is_told_as_json_and_read_again() -> None:
    said = Transcript("Hm.", "en", 0.9, (), TextEmotion(("sad", "angry"), (0.25, 0.75)))
    data = said.data()
    assert data["emotion"] == {"label": "angry", "probabilities": {"sad": 0.25, "angry": 0.75}}
    assert Transcript.of(data) == said
    assert "emotion" not in NOTHING_SAID.data(), "without a text model results are what they were"


@pytest.mark.parametrize(
    ("broken", "code", "sentence"),
    [
        ({"without": "emoscope.tokenizer"}, "model.manifest", "the tokenizer is missing"),
        ({"without": "emoscope.manifest"}, "model.manifest", "the manifest is missing"),
        ({"spoil": "graph"}, "model.changed", "its graph was changed after its manifest was written"),
        ({"spoil": "tokenizer"}, "model.changed", "its tokenizer was changed"),
        ({"spoil": "tokens"}, "model.self_test", "its tokenizer makes other tokens"),
        ({"spoil": "logits"}, "model.self_test", "the logits differ by 1 "),
        ({"nan_weights": True}, "model.not_finite", "its weights are broken"),
        ({"inputs": ("input_ids", "mask")}, "model.interface", "found 'input_ids', 'mask'"),
    ],
)
def test_a_broken_file_is_refused_in_a_sentence(
    tmp_path: Path, broken: dict[str, Any], code: str, sentence: str
) -> None:
    path = make_tiny_text_model(tmp_path / "tiny.onnx", **broken)
    with pytest.raises(ModelError) as told:
        TextModel.open(path)
    assert told.value.code == code
    assert str(path) in told.value.message
    assert sentence in told.value.message


def test_a_tokenizer_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    path = make_tiny_text_model(tmp_path / "tiny.onnx", tokenizer='{"version": "1.0", "model": 3}')
    with pytest.raises(ModelError) as told:
        TextModel.open(path)
    assert told.value.code == "model.tokenizer"
    words = {"type": "WordLevel", "vocab": {"glad": 0}, "unk_token": "[UNK]"}
    tokenizer = {"version": "1.0", "model": words, "pre_tokenizer": {"type": "Whitespace"}}
    path = make_tiny_text_model(path, tokenizer=json.dumps(tokenizer))
    with pytest.raises(ModelError, match="cannot be used: WordLevel error: Missing"):
        TextModel.open(path)


def test_damaged_files_are_refused_and_bring_nothing_down(tmp_path: Path) -> None:
    path = make_tiny_text_model(tmp_path / "tiny.onnx")
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    for number in range(120):
        damaged = bytearray(whole)
        if number % 2:
            del damaged[rng.integers(len(whole)) :]
        else:
            for place in rng.integers(len(whole), size=4):
                damaged[place] = rng.integers(256)
        path.write_bytes(bytes(damaged))
        with contextlib.suppress(ModelError):
            TextModel.open(path)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"languages": ["English!"]}, "'languages[0]'"),
        ({"source_labels": {"joy": "happy", "x": None}}, "must name the same labels"),
        ({"max_tokens": 2}, "'max_tokens' must be"),
        ({"created": "2026-99-99"}, "'created' must be an ISO date"),
        ({"sample_rate": 16_000}, "'sample_rate' is not one that this version of the program knows"),
    ],
)
def test_a_manifest_that_breaks_a_rule_is_told_by_field(
    tmp_path: Path, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ManifestError) as told:
        make_tiny_text_model(tmp_path / "tiny.onnx", **fields)
    assert sentence in told.value.message


def test_text_and_voice_models_are_not_taken_for_one_another(tmp_path: Path) -> None:
    text, voice = make_tiny_text_model(tmp_path / "t.onnx"), make_tiny_model(tmp_path / "v.onnx")
    with pytest.raises(ModelError) as told:
        load_package(text)
    assert told.value.code == "model.text"
    assert told.value.message.endswith("it is a text model: it reads what was said and hears nothing.")
    assert "--text-model" in told.value.hint
    with pytest.raises(ModelError) as told:
        TextModel.open(voice)
    assert told.value.code == "model.not_text"
    assert told.value.message.endswith("it is a voice model: it hears and reads no words.")


def test_the_library_of_voice_models_says_what_it_is(tmp_path: Path) -> None:
    library = ModelLibrary(tmp_path / "models")
    (tmp_path / "models").mkdir()
    make_tiny_text_model(tmp_path / "models" / "text.onnx")
    listed = next(model for model in library.models() if model.path.name == "text.onnx")
    assert listed.manifest is None
    assert listed.problem == "It is a text model: it reads what was said and hears nothing."
    with pytest.raises(ModelError) as told:
        library.take_in(make_tiny_text_model(tmp_path / "another.onnx"))
    assert told.value.code == "model.text"


def test_a_transcriber_refuses_it_before_it_starts_anything(tmp_path: Path, stand_in: Transcriber) -> None:
    with pytest.raises(ModelError):
        Transcriber(stand_in.model, text_model=make_tiny_model(tmp_path / "v.onnx"))
