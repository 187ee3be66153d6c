"""Hugging Face folders of text classifiers become text models that answer as the networks do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers

from desktop_app.core.emotion_names import counted_as, parse_map
from desktop_app.core.errors import CallError
from desktop_app.inference.text_package import read_text_file
from desktop_app.words.text_model import TextModel
from export.cli import main
from export.errors import ExportError, LabelError, ParityError
from export.sources.hf_text import card_languages, is_text_folder, load_text_folder
from export.sources.text_source import MULTI, SINGLE, CountedAs
from export.text.build import build_text
from tests.export.hf_folders import make_folder
from tests.export.text_folders import KINDS, LABELS, make_text_folder
from tests.tiny_text_model import make_tiny_text_model

TEXTS = ["I am so happy!", "Why would you do that to me?", "Dogs are sitting by the door, talking."]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_becomes_a_file_that_answers_as_its_network(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_text_folder(tmp_path / kind, kind, card="---\nlicense: mit\nlanguage: en\n---\nIt reads.")
    out = tmp_path / "text.onnx"
    assert main(["hf", str(folder), "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert "anger as angry; joy as happy; sadness as sad; neutral." in said.err
    assert "Nothing was measured" in said.err
    assert "a text model" in said.out

    model = TextModel.open(out)
    manifest = model.manifest
    assert manifest.labels == ("angry", "happy", "sad", "neutral")
    assert (manifest.languages, manifest.licence, manifest.name) == (("en",), "mit", "text")
    auto = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        rows = [auto(**tokenizer(text, return_tensors="pt", padding=False)).logits[0] for text in TEXTS]
    expected = torch.stack(rows).softmax(dim=1).numpy()
    np.testing.assert_allclose(model.probabilities(TEXTS), expected, atol=1e-4)
    assert np.ptp(expected, axis=0).max() > 0.01, "the texts are told apart"


@pytest.mark.slow
def test_scores_of_many_labels_are_divided_among_the_emotions(tmp_path: Path) -> None:
    labels = ("admiration", "anger", "annoyance", "joy", "remorse", "neutral")
    folder = make_text_folder(
        tmp_path / "go", "distilbert", labels, problem_type="multi_label_classification"
    )
    out = tmp_path / "go.onnx"
    assert main(["hf", str(folder), "--out", str(out), "--map", "goemotions", "--language", "en,de"]) == 0
    model = TextModel.open(out)
    assert model.labels == ("happy", "angry", "sad", "neutral")
    assert model.manifest.languages == ("en", "de")
    assert model.manifest.source_labels["annoyance"] == "angry"
    auto = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        scores = auto(**tokenizer(TEXTS[0], return_tensors="pt", padding=False)).logits[0].sigmoid()
    best = np.array([max(scores[0], scores[3]), max(scores[1], scores[2]), scores[4], scores[5]])
    np.testing.assert_allclose(model.probabilities(TEXTS[:1])[0], best / best.sum(), atol=1e-4)


def test_classes_that_exclude_one_another_are_added() -> None:
    counted = {"love": "happy", "joy": "happy", "x": None, "anger": "angry"}
    logits = torch.tensor([[1.0, 2.0, 5.0, 0.5], [-200.0, -300.0, 0.0, 200.0]])
    shares = logits.softmax(dim=1)
    kept = torch.stack((shares[:, 0] + shares[:, 1], shares[:, 3]), dim=1)
    found = CountedAs(counted, SINGLE)(logits).softmax(dim=1)
    torch.testing.assert_close(found, kept / kept.sum(dim=1, keepdim=True))
    assert CountedAs(counted, MULTI)(logits).isfinite().all(), "however sure it is"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("joy", "Found 'joy'"),
        ("joy=", "Found 'joy='"),
        ("joy=happy,joy=sad", "Found 'joy=sad'"),
        ("love=happy", "There is no label 'love'"),
        ("anger=happy,sadness=-,neutral=-", "At least two emotions"),
    ],
)
def test_a_counting_that_does_not_fit_is_a_wrong_call(text: str, sentence: str) -> None:
    with pytest.raises(CallError) as told:
        counted_as(LABELS, parse_map(text))
    assert told.value.code == "call.map"
    assert sentence in told.value.message


def test_labels_are_counted_by_hand_or_by_what_they_mean() -> None:
    assert counted_as(("Joy", "Anger", "pride")) == {"Joy": "happy", "Anger": "angry", "pride": "pride"}
    assert counted_as(("joy", "LOVE", "remorse", "anger"), parse_map("love=happy, remorse=-")) == {
        "joy": "happy",
        "LOVE": "happy",
        "remorse": None,
        "anger": "angry",
    }


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("language: en", ("en",)),
        ("language:\n- en\n- de\ntags:\n- fr", ("en", "de")),
        ("language: multilingual", ()),
        ("license: mit", ()),
    ],
)
def test_the_model_card_says_which_languages_are_read(
    header: str, languages: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "README.md").write_text(f"---\n{header}\n---\nlanguage: xx", "utf-8")
    assert card_languages(tmp_path) == languages


def test_a_folder_of_sound_is_no_text_folder(tmp_path: Path) -> None:
    assert not is_text_folder(make_folder("wav2vec2", tmp_path / "sound"))
    assert not is_text_folder(tmp_path)


class TestWhatIsRefused:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return make_text_folder(tmp_path / "bert")

    def refused(self, folder: Path, kind: type[ExportError] = ExportError) -> str:
        with pytest.raises(kind) as told:
            load_text_folder(folder)
        return told.value.message

    def change(self, folder: Path, **fields: object) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8")) | fields
        (folder / "config.json").write_text(json.dumps(config), "utf-8")

    def test_a_regression(self, folder: Path) -> None:
        self.change(folder, problem_type="regression")
        assert "was trained for regression" in self.refused(folder, LabelError)

    def test_classes_without_names(self, folder: Path) -> None:
        names = {str(number): f"LABEL_{number}" for number in range(4)}
        self.change(folder, id2label=names, label2id={name: int(key) for key, name in names.items()})
        assert "does not name its classes" in self.refused(folder, LabelError)
        assert load_text_folder(folder, labels=("a", "b", "c", "d")).labels == ("a", "b", "c", "d")

    def test_a_folder_without_a_head(self, folder: Path) -> None:
        from safetensors.torch import load_file, save_file

        tensors = load_file(folder / "model.safetensors")
        save_file(
            {key: value for key, value in tensors.items() if "classifier" not in key},
            folder / "model.safetensors",
        )
        assert "classifier.weight" in self.refused(folder)

    def test_a_tokenizer_of_another_network(self, folder: Path) -> None:
        self.change(folder, vocab_size=50)
        assert self.refused(folder)

    def test_a_broken_tokenizer(self, folder: Path) -> None:
        (folder / "tokenizer.json").write_text('{"version": "1.0", "model": {"type": "None"}}', "utf-8")
        assert "has no tokenizer that works" in self.refused(folder)

    def test_a_network_that_does_not_heed_the_mask(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = load_text_folder(folder)

        class Careless(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.model = source.module.model

            def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
                seen = attention_mask * 0 + 1
                logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=seen).logits
                return logits

        from export.text import build

        monkeypatch.setattr(build, "EXPORTERS", ("torchscript",))
        with pytest.raises(ParityError) as told:
            build_text(replace(source, module=Careless().eval()))
        assert "attention mask is not heeded" in f"{told.value}"

    @pytest.mark.parametrize("option", [("--ranges", "0:1"), ("--min-seconds", "1"), ("--map", "love=happy")])
    def test_options_that_do_not_fit(
        self, folder: Path, tmp_path: Path, option: tuple[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["hf", str(folder), "--out", str(tmp_path / "x.onnx"), *option]) == 2
        assert "Traceback" not in capsys.readouterr().err
        assert not (tmp_path / "x.onnx").exists()

    def test_where_a_voice_model_is_made(self, folder: Path) -> None:
        """As the window does, which opens what it makes of a folder."""
        from export.sources.hf import load_folder

        with pytest.raises(ExportError) as told:
            load_folder(folder)
        assert told.value.code == "export.text"
        assert "'bert', which reads text and hears nothing" in told.value.message


class TestFiles:
    def test_verify_runs_what_can_be_run(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = make_tiny_text_model(tmp_path / "tiny.onnx")
        assert main(["verify", str(path)]) == 0
        assert "the analyzer opens the file" in capsys.readouterr().out
        make_tiny_text_model(path, spoil="tokens")
        assert main(["verify", str(path)]) == 1
        assert "its tokenizer makes other tokens" in capsys.readouterr().err

    @pytest.mark.slow
    def test_quantize_makes_it_smaller(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        folder = make_text_folder(tmp_path / "b", "bert", spread=0.05, hidden_size=128, intermediate_size=512)
        exact, small = tmp_path / "exact.onnx", tmp_path / "small.onnx"
        assert main(["hf", str(folder), "--out", str(exact)]) == 0
        assert main(["quantize", str(exact), "--out", str(small)]) == 0
        assert "have the same answer" in capsys.readouterr().out
        assert small.stat().st_size < 0.6 * exact.stat().st_size
        one, other = (TextModel.open(path).probabilities(TEXTS) for path in (exact, small))
        np.testing.assert_allclose(one, other, atol=0.1)
        capsys.readouterr()
        assert main(["quantize", str(small), "--out", str(tmp_path / "again.onnx")]) == 1
        assert "has 8-bit weights already" in capsys.readouterr().err
        assert main(["quantize", str(exact), "--to", "fp16", "--out", str(small)]) == 2

    def test_inspect_tells_what_it_reads(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = make_tiny_text_model(tmp_path / "tiny.onnx", languages=("en",))
        assert main(["inspect", str(path)]) == 0
        told = capsys.readouterr().out
        for part in ("text, read with --text-model", "languages", "at most 64 tokens", "16 tokens"):
            assert part in told
        assert main(["inspect", "--json", str(path)]) == 0
        (facts,) = json.loads(capsys.readouterr().out)["files"]
        assert facts["manifest"]["kind"] == "text"
        assert set(facts["milliseconds"]) == {"16 tokens", "64 tokens"}

    @pytest.mark.parametrize("command", [("prune",), ("azure",)])
    def test_what_is_for_voice_models_says_so(
        self, command: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = make_tiny_text_model(tmp_path / "tiny.onnx")
        assert main([*command, str(path), "--out", str(tmp_path / "out.onnx")]) in {1, 2}
        assert "it is a text model" in capsys.readouterr().err


def test_reading_a_file_runs_nothing(tmp_path: Path) -> None:
    file = read_text_file(make_tiny_text_model(tmp_path / "tiny.onnx", nan_weights=True))
    assert file.manifest.name == "tiny"
    assert len(file.sha256) == 64
