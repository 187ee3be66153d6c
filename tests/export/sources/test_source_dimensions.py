"""A regression (arousal, dominance, valence) becomes a file of dimensions; the weights here are random.

No trained model of the kind can be fetched where these tests run: small ones of the same layout stand for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hf_folders
import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from torch import nn

from desktop_app.core.types import FloatArray
from desktop_app.inference.engine import EmotionEngine
from export.cli import main
from export.signals import kinds

AVD = ("arousal", "dominance", "valence")
RATE = 16_000
Answer = Callable[[FloatArray], np.ndarray]


class Sounding(nn.Module):
    """Three numbers on a scale of 1 to 7 of how a waveform sounds."""

    def __init__(self) -> None:
        super().__init__()
        self.frames = nn.Conv1d(1, 32, 400, stride=160, padding=200)
        self.layers = nn.Sequential(nn.Linear(32, 256), nn.ReLU(), nn.Linear(256, 256))
        self.out = nn.Linear(256, 3)

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        frames = self.frames(waveform[:, None]).abs().transpose(1, 2)
        return 4.0 + self.out(self.layers(frames).mean(dim=1))


def regression_names(**more: Any) -> dict[str, Any]:
    return {
        "id2label": dict(enumerate(AVD)),
        "label2id": {name: number for number, name in enumerate(AVD)},
        "problem_type": "regression",
        **more,
    }


def stock_folder(folder: Path) -> tuple[Path, Answer]:
    """As `Wav2Vec2ForSequenceClassification.save_pretrained` writes a regression."""
    torch.manual_seed(5)
    config = transformers.Wav2Vec2Config(**(hf_folders.SPEECH | regression_names()))
    model = transformers.Wav2Vec2ForSequenceClassification(config).eval()
    with torch.no_grad():
        model.classifier.bias.fill_(0.5)
    extractor = hf_folders.speech_extractor()
    model.save_pretrained(folder)
    extractor.save_pretrained(folder)

    def answer(wave: FloatArray) -> np.ndarray:
        found: np.ndarray = model(**extractor(wave, sampling_rate=RATE, return_tensors="pt")).logits.numpy()[
            0
        ]
        return found

    return folder, answer


def speech_classification_folder(folder: Path) -> tuple[Path, Answer]:
    """As folders of `Wav2Vec2ForSpeechClassification`: a head of two layers on the mean of the last one."""
    torch.manual_seed(6)
    config = transformers.Wav2Vec2Config(**(hf_folders.SPEECH | hf_folders.LARGE | regression_names()))
    encoder = transformers.Wav2Vec2Model(config).eval()
    dense, out_proj = nn.Linear(32, 32), nn.Linear(32, 3)
    with torch.no_grad():
        out_proj.bias.fill_(0.5)
    tensors = {f"wav2vec2.{name}": tensor for name, tensor in encoder.state_dict().items()}
    for name, layer in (("dense", dense), ("out_proj", out_proj)):
        tensors |= {f"classifier.{name}.{part}": tensor for part, tensor in layer.state_dict().items()}
    # As they were written before torch had another name for normed weights.
    old = {"parametrizations.weight.original0": "weight_g", "parametrizations.weight.original1": "weight_v"}
    for new, name in old.items():
        tensors = {key.replace(new, name): tensor for key, tensor in tensors.items()}
    folder.mkdir()
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "model.safetensors")
    written = json.loads(config.to_json_string())
    written |= {
        "architectures": ["Wav2Vec2ForSpeechClassification"],
        "pooling_mode": "mean",
        "finetuning_task": "wav2vec2_reg",
    }
    (folder / "config.json").write_text(json.dumps(written))
    extractor = hf_folders.speech_extractor()
    extractor.save_pretrained(folder)

    def answer(wave: FloatArray) -> np.ndarray:
        features = extractor(wave, sampling_rate=RATE, return_tensors="pt").input_values
        pooled = encoder(features).last_hidden_state.mean(dim=1)
        found: np.ndarray = out_proj(torch.tanh(dense(pooled))).numpy()[0]
        return found

    return folder, answer


@pytest.fixture
def torch_weights(tmp_path: Path) -> tuple[Path, Sounding]:
    torch.manual_seed(7)
    network = Sounding().eval()
    save_file(network.state_dict(), tmp_path / "sounding.safetensors")
    return tmp_path / "sounding.safetensors", network


def torch_call(weights: Path, *more: str) -> list[str]:
    module = f"{Sounding.__module__}:Sounding"
    return ["torch", "--module", module, "--weights", str(weights), *more]


def same_values(file: Path, answer: Answer) -> None:
    """The analyzer says of all kinds of sound what the trained model says, brought to [0, 1]."""
    engine = EmotionEngine.load(file)
    assert engine.dimensions == AVD
    with torch.inference_mode():
        for wave in kinds(2 * RATE, RATE).values():
            if 0.02 < np.abs(wave).max() <= 1:  # what is softer or louder is scaled by the analyzer
                assert engine.predict(wave).values == pytest.approx(np.clip(answer(wave), 0, 1), abs=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize("make", [stock_folder, speech_classification_folder])
def test_a_regression_of_hugging_face_gives_its_own_values(
    make: Callable[[Path], tuple[Path, Answer]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, answer = make(tmp_path / "folder")
    out = tmp_path / "avd.onnx"
    assert main(["hf", str(folder), "--out", str(out)]) == 0
    assert "dimensions arousal, dominance, valence" in capsys.readouterr().out
    same_values(out, answer)
    assert main(["verify", str(out)]) == 0
    assert "values within" in capsys.readouterr().out


@pytest.mark.slow
def test_weights_of_a_head_that_lack_a_layer_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = speech_classification_folder(tmp_path / "folder")
    tensors = load_file(folder / "model.safetensors")
    del tensors["classifier.dense.bias"]
    save_file(tensors, folder / "model.safetensors")
    assert main(["hf", str(folder), "--out", str(tmp_path / "avd.onnx")]) == 1
    assert "classifier.dense.bias" in capsys.readouterr().err


@pytest.mark.slow
def test_a_module_of_ones_own_is_brought_from_its_scale_to_0_and_1(
    torch_weights: tuple[Path, Sounding], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights, network = torch_weights
    out = tmp_path / "avd.onnx"
    call = torch_call(weights, "--dimensions", ",".join(AVD), "--ranges", "1:7", "--out", str(out))
    assert main(call) == 0
    same_values(out, lambda wave: (network(torch.from_numpy(wave)[None]).numpy()[0] - 1) / 6)
    capsys.readouterr()
    assert main(["inspect", str(out)]) == 0
    told = capsys.readouterr().out
    assert "dimensions" in told
    assert "arousal (1 to 7), dominance (1 to 7), valence (1 to 7)" in told
    small = str(tmp_path / "small.onnx")
    assert main(["quantize", str(out), "--to", "fp16", "--out", small, "--evaluate", "a=b"]) == 2
    assert "gives dimensions" in capsys.readouterr().err


@pytest.mark.parametrize(
    "refusal",
    [
        (["--dimensions", "arousal,dominance,valence"], 1, "its scale was said to be from 0 to 1"),
        (["--dimensions", "arousal,valence", "--ranges", "1:7"], 1, "3 numbers and there are 2 dimensions"),
        (["--dimensions", "arousal,Arousal,valence"], 1, "named twice"),
        (["--dimensions", "a,b,c", "--ranges", "1:7,1:7"], 1, "2 ranges and 3 dimensions"),
        (["--dimensions", "a,b,c", "--ranges", "7:1"], 2, "must be LOW:HIGH"),
        (["--dimensions", "a,b,c", "--labels", "x,y"], 2, "give one of them"),
        (["--dimensions", "a,b,c", "--temperature", "2"], 2, "--temperature is of probabilities"),
        (["--labels", "a,b,c", "--ranges", "1:7"], 2, "none were named"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(
    torch_weights: tuple[Path, Sounding],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    refusal: tuple[list[str], int, str],
) -> None:
    options, code, sentence = refusal
    assert main([*torch_call(torch_weights[0], *options), "--out", str(tmp_path / "avd.onnx")]) == code
    assert sentence in capsys.readouterr().err


@pytest.mark.slow
def test_a_smaller_file_of_dimensions_keeps_its_values(
    torch_weights: tuple[Path, Sounding], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exact, small = tmp_path / "avd.onnx", tmp_path / "small.onnx"
    names = ",".join(AVD)
    call = torch_call(torch_weights[0], "--dimensions", names, "--ranges", "1:7", "--out", str(exact))
    assert main(call) == 0
    assert main(["quantize", str(exact), "--to", "int8", "--out", str(small)]) == 0
    assert "100 % have values within 0.05" in capsys.readouterr().out
    assert main(["prune", str(exact), "--share", "0.25", "--out", str(tmp_path / "pruned.onnx")]) == 0
    assert EmotionEngine.load(tmp_path / "pruned.onnx").dimensions == AVD
    one, other = EmotionEngine.load(exact), EmotionEngine.load(small)
    for wave in kinds(2 * RATE, RATE).values():
        assert other.predict(wave).values == pytest.approx(one.predict(wave).values, abs=0.05)
