"""Anybody's torch module becomes a file that the analyzer opens, or the reason why not is one sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import source_networks
import torch
from safetensors.torch import save_file
from source_networks import LABELS, MEL, RATE, call_of, softmax, weights_of
from torch import nn

from desktop_app.inference.engine import EmotionEngine
from export.build import ManifestOptions, manifest_of
from export.cli import main
from export.errors import DynamicAxisError, ExportError, ParityError
from export.signals import speech_like
from export.sources.checkpoint import load_trained, save_checkpoint
from export.sources.torch_module import WaveformClassifier
from export.torch_export import DYNAMO, TORCHSCRIPT, export_graph, first_that_verifies
from models.architectures.whisper.emotion_model import EmotionModel, EmotionModelConfig
from models.architectures.whisper.encoder import EncoderConfig
from models.features.chain import parse_chain


def call(name: str, weights: Path, out: Path, *more: str, labels: tuple[str, ...] = LABELS) -> list[str]:
    return [*call_of(name, weights, *more, labels=labels), "--out", str(out)]


@pytest.mark.proof  # `test_networks.py` has an EfficientNet that is smaller
def test_an_efficientnet_b2_on_mel_images_gives_in_the_analyzer_what_it_gives_in_torch(tmp_path):
    image = parse_chain("image:size=260,colours=magma", RATE)
    network, weights = weights_of("efficientnet_b2", tmp_path)
    waves = [speech_like(round(seconds * RATE), RATE, seed) for seed, seconds in enumerate((0.6, 3.0, 5.2))]
    with torch.inference_mode():
        images = torch.cat([image(torch.from_numpy(wave)[None]) for wave in waves])
        expected = network(images).logits.numpy()
    assert np.ptp(expected, axis=0).max() > 1e-2
    out = tmp_path / "b2.onnx"
    assert main(call("efficientnet_b2", weights, out, "--frontend", "image:size=260,colours=magma")) == 0
    engine = EmotionEngine.load(out)
    try:
        for wave, logits in zip(waves, expected, strict=True):
            assert engine.predict(wave).probabilities == pytest.approx(softmax(logits), abs=1e-4)
    finally:
        engine.close()


def test_the_second_exporter_is_used_where_the_first_fails():
    tried = []

    def attempt(exporter: str) -> str:
        tried.append(exporter)
        if exporter == TORCHSCRIPT:
            raise DynamicAxisError("The length is frozen.")
        return exporter

    assert first_that_verifies((TORCHSCRIPT, DYNAMO), attempt) == DYNAMO
    assert tried == [TORCHSCRIPT, DYNAMO]


@pytest.mark.parametrize(
    ("second", "kind"),
    [(DynamicAxisError("frozen"), DynamicAxisError), (ParityError("off by 3"), ExportError)],
)
def test_where_both_exporters_fail_both_failures_are_told(second, kind):
    def attempt(exporter: str) -> None:
        raise DynamicAxisError("The length is frozen.") if exporter == DYNAMO else second

    with pytest.raises(ExportError, match="No exporter") as caught:
        first_that_verifies((DYNAMO, TORCHSCRIPT), attempt)
    assert type(caught.value) is kind
    assert "dynamo: The length is frozen." in caught.value.hint
    assert f"torchscript: {second}" in caught.value.hint


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str], out: Path) -> str:
    """The sentence with which a call fails, after which there is no file."""
    try:
        code = main(arguments)
    except SystemExit as stop:  # an option that is refused while the call is read
        code = stop.code
    message = capsys.readouterr().err
    assert code in {1, 2}
    assert "Traceback" not in message
    assert not out.exists()
    return message


def test_a_wrong_number_of_labels_is_told_with_both_numbers(tmp_path, capsys):
    _, weights = weights_of("waveform_cnn", tmp_path)
    out = tmp_path / "out.onnx"
    message = refused(call("waveform_cnn", weights, out, labels=("a", "b", "c")), capsys, out)
    assert "4 logits" in message
    assert "3 labels" in message


@pytest.mark.parametrize(
    ("labels", "why"),
    [(("a", "b", "a", "c"), "'a' stands twice"), (("a", "", "b", "c"), "empty"), (("a",), "two")],
)
def test_labels_that_name_no_classes_are_refused(labels, why, tmp_path, capsys):
    _, weights = weights_of("waveform_cnn", tmp_path)
    out = tmp_path / "out.onnx"
    assert why in refused(call("waveform_cnn", weights, out, labels=labels), capsys, out)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere", "no attribute 'nowhere'"),
        ("takes_an_argument", "takes no arguments"),
        ("no_module", "expected a torch.nn.Module"),
    ],
)
def test_a_factory_that_makes_no_module_is_refused(name, why, tmp_path, capsys):
    _, weights = weights_of("waveform_cnn", tmp_path)
    out = tmp_path / "out.onnx"
    assert why in refused(call(name, weights, out), capsys, out)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("names_no_logits", "its keys are 'scores', 'loss'"),
        ("gives_a_number", "gives float where a tensor"),
        ("in_bfloat16", "computes in bfloat16"),
    ],
)
def test_an_answer_that_is_no_logits_is_told(name, why, tmp_path, capsys):
    _, weights = weights_of(name, tmp_path)
    out = tmp_path / "out.onnx"
    assert why in refused(call(name, weights, out), capsys, out)


@pytest.mark.slow
def test_an_exporter_that_fails_is_told_by_its_cause_and_the_line_of_the_network():
    network = WaveformClassifier(source_networks.branches_on_loudness()).eval()
    with pytest.raises(ExportError) as caught:
        export_graph(network, RATE, DYNAMO)
    message = str(caught.value)
    assert "(dynamo=True) failed: Could not guard on data-dependent expression" in message
    assert "source_networks.py, line" in message
    assert "\x1b" not in message


@pytest.mark.slow
def test_an_exporter_that_fails_prints_nothing_of_its_own(tmp_path, capfd):
    _, weights = weights_of("normalises_the_batch", tmp_path)
    assert main(call("normalises_the_batch", weights, tmp_path / "out.onnx")) == 1
    printed = capfd.readouterr()
    assert printed.out == ""
    assert [line.split()[0] for line in printed.err.splitlines()] == [
        "reading",
        "exporting",
        "exporting",
        "verifying",
        "emoscope-export:",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        ["torch", "--out", "x.onnx"],
        ["torch", "folder", "--module", "a:b", "--out", "x.onnx"],
        ["torch", "--module", "a:b", "--out", "x.onnx"],
        ["torch", "folder", "--frontend", "rms", "--out", "x.onnx"],
        ["torch", "--module", "nocolon", "--weights", "w.pt", "--labels", "a,b", "--out", "x.onnx"],
    ],
)
def test_a_call_that_asks_for_two_things_or_half_of_one_is_wrong(wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(wrong) == 2


def test_a_front_end_without_its_statistics_is_refused(tmp_path, capsys):
    _, weights = weights_of("gru", tmp_path)
    out = tmp_path / "out.onnx"
    assert "statistics" in refused(call("gru", weights, out, "--frontend", f"{MEL}|standardise"), capsys, out)


def test_a_front_end_that_does_not_exist_is_refused(tmp_path, capsys):
    _, weights = weights_of("gru", tmp_path)
    out = tmp_path / "out.onnx"
    assert "no feature 'mgcc'" in refused(call("gru", weights, out, "--frontend", "mgcc"), capsys, out)


def small_checkpoint(folder: Path) -> EmotionModel:
    torch.manual_seed(0)
    model = EmotionModel(EmotionModelConfig(LABELS, EncoderConfig(1, 16, 2), (1,), 1.0)).eval()
    save_checkpoint(folder, model, {"name": "small", "temperature": 1.3, "abstain_below": 0.4})
    return model


def test_a_checkpoint_may_be_configured_in_yaml(tmp_path):
    import json

    import yaml

    small_checkpoint(tmp_path)
    config = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").unlink()
    (tmp_path / "model.yaml").write_text(yaml.safe_dump(config))
    manifest = manifest_of(load_trained(tmp_path), ManifestOptions())
    assert (manifest.name, manifest.temperature) == ("small", 1.3)


def test_labels_in_another_order_than_the_checkpoints_are_refused(tmp_path, capsys):
    small_checkpoint(tmp_path)
    out = tmp_path / "out.onnx"
    swapped = ",".join(reversed(LABELS))
    message = refused(["torch", str(tmp_path), "--labels", swapped, "--out", str(out)], capsys, out)
    assert ", ".join(LABELS) in message


def test_a_checkpoint_without_its_head_is_refused_by_name(tmp_path, capsys):
    model = small_checkpoint(tmp_path)
    tensors = {k: v.contiguous() for k, v in model.state_dict().items() if not k.startswith("head.")}
    save_file(tensors, tmp_path / "model.safetensors")
    out = tmp_path / "out.onnx"
    message = refused(["torch", str(tmp_path), "--out", str(out)], capsys, out)
    assert "'head." in message


@pytest.mark.parametrize("text", ["{", "[]", '{"model": {}, "manifest": {}}', '{"model": 1}'])
def test_a_broken_configuration_is_one_sentence(text, tmp_path, capsys):
    small_checkpoint(tmp_path)
    (tmp_path / "model.json").write_text(text)
    out = tmp_path / "out.onnx"
    assert str(tmp_path) in refused(["torch", str(tmp_path), "--out", str(out)], capsys, out)


def test_more_weights_than_one_file_holds_are_refused_before_anything_else():
    module = nn.Module()
    module.register_buffer("huge", torch.empty(600_000_000))  # never touched, so it takes no memory
    with pytest.raises(ExportError, match=r"2\.2 GB of weights"):
        export_graph(module, RATE, TORCHSCRIPT)


@pytest.mark.parametrize("out", [".", "nowhere/out.onnx"])
def test_a_file_that_cannot_be_written_is_told_before_the_work(out, tmp_path, capsys):
    _, weights = weights_of("waveform_cnn", tmp_path)
    assert main(call("waveform_cnn", weights, tmp_path / out)) == 2
    message = capsys.readouterr().err
    assert "--out" in message
    assert "exporting" not in message


def test_a_network_that_needs_longer_waveforms_says_so(tmp_path, capsys):
    _, weights = weights_of("needs_seconds", tmp_path)
    out = tmp_path / "out.onnx"
    assert "--min-seconds" in refused(call("needs_seconds", weights, out), capsys, out)


def test_a_temperature_that_is_none_is_refused(tmp_path, capsys):
    _, weights = weights_of("waveform_cnn", tmp_path)
    out = tmp_path / "out.onnx"
    assert "temperature" in refused(call("waveform_cnn", weights, out, "--temperature", "-1"), capsys, out)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_export_leaves_nothing(tmp_path):
    _, weights = weights_of("transformer", tmp_path)
    out = tmp_path / "files" / "out.onnx"
    out.parent.mkdir()
    arguments = call("transformer", weights, out, "--frontend", MEL)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-m", "export", *arguments], stderr=subprocess.PIPE, text=True, env=environment
    )
    assert process.stderr is not None
    with process.stderr as told:
        for line in told:
            if line.startswith("exporting"):
                process.send_signal(signal.SIGINT)
                break
        rest = told.read()
    assert process.wait(timeout=60) == 130
    assert "interrupted" in rest
    assert "Traceback" not in rest
    assert list(out.parent.iterdir()) == []
