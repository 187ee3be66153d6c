"""An export is right or it is an error; what comes out opens in the analyzer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper

from desktop_app.inference.engine import EmotionEngine
from export.cli import main
from export.errors import DynamicAxisError, ExportError, LabelError, ParityError
from export.manifest_writer import read_manifest, with_manifest, write_file
from export.quantization.quantize import correct_bias
from export.signals import speech_like
from export.sources.checkpoint import load_trained
from export.torch_export import TORCHSCRIPT, export_graph, export_module, reference_of
from export.verification.runner import GraphRunner
from export.verification.verify import verify_graph

pytestmark = pytest.mark.slow

RATE = 16_000
LABELS = ("happy", "sad", "angry")


@pytest.fixture(scope="module")
def file(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command line makes of a checkpoint."""
    out = tmp_path_factory.mktemp("file") / "m.onnx"
    assert main(["torch", str(checkpoint), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def exported(file: Path) -> bytes:
    return file.read_bytes()


@pytest.fixture(scope="module")
def small_file(file: Path) -> Path:
    """What the command line makes of that."""
    out = file.with_suffix(".int8.onnx")
    assert main(["quantize", str(file), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def small(small_file: Path) -> bytes:
    return small_file.read_bytes()


def test_a_checkpoint_is_built_into_a_file_that_agrees_with_it(checkpoint: Path, exported: bytes):
    source = load_trained(checkpoint)
    wave = speech_like(RATE, RATE, seed=3)[None]
    assert np.abs(GraphRunner(exported).logits(wave) - source.logits(wave)).max() < 1e-4
    manifest = read_manifest(exported)
    assert manifest is not None
    assert (manifest.name, manifest.temperature, manifest.min_seconds) == ("small", 1.3, 0.3)


def test_the_analyzer_opens_what_was_exported(file):
    engine = EmotionEngine.load(file)
    try:
        prediction = engine.predict(speech_like(RATE, RATE))
        assert engine.labels == LABELS
        assert sum(prediction.probabilities) == pytest.approx(1.0)
    finally:
        engine.close()


def test_a_voice_profile_can_be_given_and_need_not_be(exported):
    model = onnx.load_model_from_string(exported)
    given = {tensor.name for tensor in model.graph.initializer}
    assert [v.name for v in model.graph.input if v.name not in given] == ["waveform"]
    assert {"voice_mean", "voice_std"} <= given & {v.name for v in model.graph.input}


def test_int8_is_smaller_says_nearly_the_same_and_keeps_its_manifest(exported, small):
    assert len(small) < 0.6 * len(exported)
    waves = [speech_like(RATE * 2, RATE, seed)[None] for seed in range(4)]
    for wave in waves:
        assert np.abs(GraphRunner(small).logits(wave) - GraphRunner(exported).logits(wave)).max() < 0.1
    before, after = read_manifest(exported), read_manifest(small)
    assert after.labels == before.labels
    assert after.temperature == before.temperature


class Careless(torch.nn.Module):
    """A model with one fault."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault
        self.register_buffer("voice_mean", torch.zeros(2))
        self.register_buffer("voice_std", torch.ones(2))

    def forward(self, waveform, voice_mean=None, voice_std=None):
        if self.fault == "frozen length":
            waveform = waveform.reshape(-1, 32_000)
        power = waveform.square().mean(dim=1, keepdim=True)
        peak = waveform.abs().amax(dim=1, keepdim=True)
        if self.fault == "looks at its neighbours":
            power = power - power.mean(dim=0, keepdim=True)
        if self.fault == "not a number":
            power = power / (0.0 * power)
        embedding = torch.cat((power, peak), dim=1)
        mean = self.voice_mean if voice_mean is None else voice_mean
        std = self.voice_std if voice_std is None else voice_std
        return 30 * (embedding - mean) / std, embedding


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("frozen length", DynamicAxisError, "s of sound"),
        ("looks at its neighbours", ParityError, "in a batch than alone"),
        ("not a number", ParityError, "not finite"),
    ],
)
def test_a_careless_model_is_refused(fault, error, words, check):
    content = export_graph(Careless(fault).eval(), RATE, TORCHSCRIPT)
    with pytest.raises(error, match=words):
        check(content, classes=2)


def test_a_sound_model_of_any_kind_passes():
    module = Careless("none").eval()
    content, _, _ = export_module(module, RATE, 2)
    wave = speech_like(RATE, RATE)[None]
    assert np.isfinite(reference_of(module)(wave)).all()
    assert verify_graph(content, RATE, 2).batch <= 1e-4


def test_wrong_values_are_told_with_the_difference(exported):
    def other(waveform: np.ndarray) -> np.ndarray:
        return np.zeros((len(waveform), 3), dtype=np.float32)

    with pytest.raises(ParityError, match="differ by"):
        verify_graph(exported, RATE, 3, reference=other)


def test_a_wrong_number_of_classes_is_a_label_error(exported):
    with pytest.raises(LabelError, match="3 logits and there are 4 labels"):
        verify_graph(exported, RATE, 4)


def test_a_frozen_batch_axis_is_told():
    wave = helper.make_tensor_value_info("waveform", 1, [1, "samples"])
    logits = helper.make_tensor_value_info("logits", 1, [1, 1])
    axes = onnx.numpy_helper.from_array(np.array([1]), "axes")
    mean = helper.make_node("ReduceMean", ["waveform", "axes"], ["logits"], keepdims=1)
    graph = helper.make_graph([mean], "g", [wave], [logits], [axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    with pytest.raises(DynamicAxisError, match="batch"):
        verify_graph(model.SerializeToString(), RATE, 1)


def test_labels_that_do_not_fit_the_logits_are_refused(exported):
    from dataclasses import replace

    manifest = read_manifest(exported)
    test = replace(manifest.self_test, logits=(0.0, 0.0))
    with pytest.raises(LabelError, match="3 logits"):
        with_manifest(exported, replace(manifest, labels=("a", "b"), self_test=test))


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    with pytest.raises(ExportError, match="could not be written"):
        write_file(b"data", tmp_path / "missing" / "out.onnx")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_exports_quantises_verifies_and_inspects(file, small_file, capsys):
    assert main(["verify", str(small_file)]) == 0
    assert main(["inspect", str(file), str(small_file)]) == 0
    assert "happy, sad, angry" in capsys.readouterr().out


@pytest.mark.parametrize(
    "call", [["verify", "nowhere.onnx"], ["inspect", "nowhere.onnx"], ["torch", "nowhere", "--out", "x.onnx"]]
)
def test_what_cannot_be_read_is_one_sentence(call, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(call) == 1
    message = capsys.readouterr().err
    assert "nowhere" in message
    assert "Traceback" not in message
    assert list(tmp_path.iterdir()) == []


def test_bias_correction_undoes_the_mean_error_of_a_quantised_file(exported, small):
    waves = [speech_like(RATE * 2, RATE, seed)[None] for seed in range(4)]
    corrected = correct_bias(exported, small, [wave[0] for wave in waves])

    def mean(content: bytes) -> np.ndarray:
        runner = GraphRunner(content)
        return np.mean([runner.embedding(wave)[0] for wave in waves], axis=0)

    assert np.abs(mean(small) - mean(exported)).max() > 1e-4
    assert np.abs(mean(corrected) - mean(exported)).max() < 1e-5
