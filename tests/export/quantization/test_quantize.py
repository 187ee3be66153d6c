"""A smaller file says nearly the same, keeps what eight bits cannot hold, and is never worse unsaid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import psutil
import pytest
import small_models
import soundfile
import torch
from broken_graphs import AXIS, HEAD, LOUDNESS, RATE, constant, graph, head, node
from onnx import TensorProto, helper
from small_models import HOP, WINDOW
from torch import Tensor, nn

from desktop_app.inference.engine import EmotionEngine, VoiceStatistics
from desktop_app.inference.manifest import TrainedOn
from export.cli import main
from export.errors import ExportError
from export.manifest_writer import read_manifest, with_manifest
from export.quantization.half_precision import to_half
from export.quantization.quantize import (
    QuantizationResult,
    correct_bias,
    manifest_of,
    to_fp16,
    to_int8,
    to_int8_static,
)
from export.quantization.ranges import beyond_half
from export.quantization.recordings import read_folder
from export.quantization.rounding import rounded
from export.signals import speech_like
from export.torch_export import export_module
from export.verification.runner import GraphRunner

pytestmark = pytest.mark.slow

Smaller = dict[str, QuantizationResult]
SPEECH = [speech_like(RATE * seconds, RATE, seconds) for seconds in (1, 2, 3)]


def types(content: bytes) -> dict[str, int]:
    return {t.name: t.data_type for t in onnx.load_model_from_string(content).graph.initializer}


def interface(content: bytes) -> list[tuple[str, int]]:
    model = onnx.load_model_from_string(content)
    values = [*model.graph.input, *model.graph.output]
    return [(value.name, value.type.tensor_type.elem_type) for value in values]


@pytest.fixture(scope="module")
def cnn() -> bytes:
    return small_models.cnn()


@pytest.fixture(scope="module")
def mlp() -> bytes:
    return small_models.mlp()


@pytest.fixture(scope="module")
def smaller(cnn: bytes, mlp: bytes) -> Smaller:
    """What each way of quantising makes of a model that gains by it."""
    return {"int8": to_int8(mlp), "int8-static": to_int8_static(cnn, SPEECH), "fp16": to_fp16(cnn)}


def test_int8_shrinks_large_matrix_products_and_leaves_front_end_and_head(smaller: Smaller) -> None:
    result = smaller["int8"]
    assert result.bytes_after < 0.6 * result.bytes_before
    assert result.same_winner == 1.0
    assert result.largest_difference < 0.1
    found = types(result.content)
    assert found["wide_quantized"] == TensorProto.INT8
    assert {found[name] for name in ("dft", "mel", "lift", "head")} == {TensorProto.FLOAT}


def test_static_int8_shrinks_convolutions_and_leaves_the_front_end(smaller: Smaller) -> None:
    result = smaller["int8-static"]
    assert result.bytes_after < 0.4 * result.bytes_before
    assert result.same_winner == 1.0
    assert result.largest_difference < 0.05
    assert result.compared_on == "3 recordings"
    found = types(result.content)
    assert found["conv_0_quantized"] == found["conv_1_quantized"] == TensorProto.INT8
    assert {found[name] for name in ("dft", "mel", "head")} == {TensorProto.FLOAT}


def test_static_int8_takes_the_large_matrix_products_too() -> None:
    model = onnx.load_model_from_string(small_models.cnn(voice=False))
    wide = np.random.default_rng(3).normal(size=(256, 256)).astype(np.float32) / 16
    model.graph.initializer.append(constant("wide", wide))
    at = next(index for index, made in enumerate(model.graph.node) if made.output[0] == "logits")
    model.graph.node.insert(at, node("MatMul", ["embedding", "wide"], ["mixed"]))
    model.graph.node[at + 1].input[0] = "mixed"
    manifest = read_manifest(small_models.cnn())
    assert manifest is not None
    result = to_int8_static(with_manifest(model.SerializeToString(), manifest), SPEECH)
    found = types(result.content)
    assert found["wide_quantized"] == found["conv_1_quantized"] == TensorProto.INT8


def test_half_precision_keeps_the_interface_the_front_end_and_the_voice(cnn: bytes, smaller: Smaller) -> None:
    result = smaller["fp16"]
    assert result.bytes_after < 0.6 * result.bytes_before
    assert result.largest_difference < 0.01
    assert interface(result.content) == interface(cnn)
    found = types(result.content)
    assert {found[name] for name in ("conv_0", "conv_1")} == {TensorProto.FLOAT16}
    assert {found[name] for name in ("dft", "mel", "voice_mean", "voice_std")} == {TensorProto.FLOAT}


def test_a_power_spectrum_beyond_half_precision_stays_right() -> None:
    loud = small_models.cnn(gain=100)  # power up to 4e8, and half precision ends at 65504
    result = to_fp16(loud, [np.sin(2 * np.pi * 400 * np.arange(RATE) / RATE).astype(np.float32)])
    assert result.largest_difference < 0.02


def test_a_power_without_a_logarithm_behind_it_stays_right_too() -> None:
    nodes = [
        node("Mul", ["waveform", "gain"], ["loud"], name="louder"),
        node("Mul", ["loud", "loud"], ["square"], name="square"),
        node("ReduceMean", ["square", "axis"], ["power"], keepdims=1, name="mean"),
        node("Sqrt", ["power"], ["rms"], name="rms"),
        node("Div", ["rms", "gain"], ["level"], name="softer"),
        *head("level"),
    ]
    model = graph(nodes, [AXIS, HEAD, constant("gain", [1000.0])])
    assert beyond_half(model, RATE, 1.0) == {"louder", "square", "mean", "rms"}
    half = rounded(to_half(model, beyond_half(model, RATE, 1.0))).SerializeToString()
    wave = 0.9 * np.sign(SPEECH[0])[None]
    expected = GraphRunner(model.SerializeToString()).logits(wave)
    assert GraphRunner(half).logits(wave) == pytest.approx(expected, abs=0.01)


def test_half_precision_of_a_weight_that_both_halves_use() -> None:
    nodes = [
        *LOUDNESS,
        node("Add", ["power", "shared"], ["lifted"], name="kept"),
        node("Add", ["lifted", "shared"], ["again"], name="converted"),
        *head("again"),
    ]
    model = graph(nodes, [AXIS, HEAD, constant("shared", [0.25])])
    half = to_half(model, {"kept"})
    wave = SPEECH[0][None]
    expected = GraphRunner(model.SerializeToString()).logits(wave)
    assert GraphRunner(half.SerializeToString()).logits(wave) == pytest.approx(expected, abs=1e-3)
    assert types(half.SerializeToString())["shared"] == TensorProto.FLOAT
    assert types(half.SerializeToString())["shared_half"] == TensorProto.FLOAT16


def test_half_precision_leaves_loops_and_branches_alone() -> None:
    value = helper.make_tensor_value_info("picked", TensorProto.FLOAT, None)
    branch = helper.make_graph([node("Add", ["power", "power"], ["picked"])], "branch", [], [value])
    nodes = [
        *LOUDNESS,
        node("If", ["yes"], ["double"], then_branch=branch, else_branch=branch, name="if"),
        *head("double"),
    ]
    model = graph(nodes, [AXIS, HEAD, constant("yes", True, np.bool_)])
    half = to_half(model, set()).SerializeToString()
    expected = GraphRunner(model.SerializeToString()).logits(SPEECH[0][None])
    assert GraphRunner(half).logits(SPEECH[0][None]) == pytest.approx(expected, abs=1e-3)


class Transformer(nn.Module):
    """A convolution and a transformer encoder of PyTorch."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(1, width, WINDOW, stride=HOP)
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(width, len(small_models.LABELS))
        self.register_buffer("voice_mean", torch.zeros(width))
        self.register_buffer("voice_std", torch.ones(width))

    def forward(
        self, waveform: Tensor, voice_mean: Tensor | None = None, voice_std: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        hidden = nn.functional.gelu(self.convolution(waveform[:, None])).transpose(1, 2)
        embedding = self.encoder(hidden).mean(dim=1)
        mean = self.voice_mean if voice_mean is None else voice_mean
        std = self.voice_std if voice_std is None else voice_std
        return self.head((embedding - mean) / std), embedding


@pytest.mark.slow
def test_half_precision_of_a_transformer_does_not_bring_down_onnx_runtime() -> None:
    torch.manual_seed(0)
    content, _, _ = export_module(Transformer().eval(), RATE, len(small_models.LABELS))
    result = to_fp16(with_manifest(content, small_models.manifest()), SPEECH)
    assert result.same_winner == 1.0
    assert result.largest_difference < 0.01


@pytest.mark.parametrize("kind", ["int8", "int8-static", "fp16"])
def test_the_analyzer_opens_the_smaller_file_with_a_voice(
    kind: str, tmp_path: Path, smaller: Smaller
) -> None:
    path = tmp_path / "small.onnx"
    path.write_bytes(smaller[kind].content)
    engine = EmotionEngine.load(path)
    try:
        assert engine.labels == small_models.LABELS
        plain = engine.predict(SPEECH[0])
        assert plain.embedding is not None
        voice = VoiceStatistics(plain.embedding, np.ones_like(plain.embedding))
        assert engine.predict(SPEECH[0], voice).probabilities == pytest.approx([1 / 3] * 3, abs=0.01)
    finally:
        engine.close()


def test_the_bias_of_the_embedding_is_corrected_on_recordings(mlp: bytes, smaller: Smaller) -> None:
    small = smaller["int8"].content
    corrected = correct_bias(mlp, small, SPEECH)

    def shift(content: bytes) -> float:
        """Of the mean embedding, from the fp32 file's."""
        mean = np.mean([GraphRunner(content).embedding(w[None])[0] for w in SPEECH], axis=0)
        right = np.mean([GraphRunner(mlp).embedding(w[None])[0] for w in SPEECH], axis=0)
        return float(np.abs(mean - right).max())

    assert shift(small) > 1e-4
    assert shift(corrected) < 1e-5
    assert shift(to_int8(mlp, SPEECH).content) < 1e-5


@pytest.mark.parametrize(
    ("convert", "model", "hint"),
    [
        (to_int8, lambda: small_models.cnn(dilation=2), "int8-static"),
        (lambda c: to_int8_static(c, SPEECH), small_models.mlp, "int8,"),
    ],
)
def test_what_gains_nothing_is_refused_with_what_would(convert, model, hint: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ExportError, match="gains nothing") as told:
        convert(model())
    assert hint in told.value.hint


def test_a_file_of_trees_is_told_that_no_precision_makes_it_smaller(mlp: bytes) -> None:
    model = onnx.load_model_from_string(mlp)
    del model.graph.node[:]
    model.graph.node.add(op_type="Normalizer", domain="ai.onnx.ml", input=["waveform"], output=["logits"])
    model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 3))
    for convert in (to_int8, lambda c: to_int8_static(c, SPEECH)):
        with pytest.raises(ExportError, match="gains nothing") as told:
            convert(model.SerializeToString())
        assert "train fewer or smaller ones" in told.value.hint


def test_figures_are_said_to_be_of_the_file_before(mlp: bytes) -> None:
    manifest = manifest_of(mlp)
    measured = replace(manifest, metrics=replace(manifest.metrics, protocol="5 folds", uar=0.5))
    small = manifest_of(to_int8(with_manifest(mlp, measured)).content).metrics
    assert (small.protocol, small.uar) == ("5 folds; measured before it was quantised to int8", 0.5)
    assert manifest_of(to_int8(mlp).content).metrics == manifest.metrics, "nothing was measured"


def test_a_larger_or_slower_file_is_said_to_be_so() -> None:
    worse = QuantizationResult(b"", 1_000_000, 1_200_000, 0.0, 1.0, 10.0, 20.0)
    assert worse.warnings() == [
        "The new file is larger: 1.00 -> 1.20 MB.",
        "The new file is slower on this computer: 10.0 -> 20.0 ms.",
    ]
    assert QuantizationResult(b"", 1_000_000, 400_000, 0.0, 1.0, 10.0, 10.2).warnings() == []


@pytest.mark.parametrize(
    ("sizes", "times"),
    [((10_000, 10_040), (0.21, 0.24)), ((1_000_000, 1_004_000), (0.2, 0.6)), ((10_000, 9_000), (50.0, 51.0))],
)
def test_a_difference_that_nobody_will_notice_is_not_told(
    sizes: tuple[int, int], times: tuple[float, float]
) -> None:
    assert QuantizationResult(b"", *sizes, 0.0, 1.0, *times).warnings() == []


def test_a_difference_is_told_with_the_digits_that_show_it() -> None:
    assert QuantizationResult(b"", 10_000, 10_400, 0.0, 1.0, 0.0, 0.0).warnings() == [
        "The new file is larger: 0.0100 -> 0.0104 MB."
    ]


def write_recordings(folder: Path, names: Sequence[str], gains: Sequence[float]) -> Path:
    folder.mkdir()
    for seed, (name, gain) in enumerate(zip(names, gains, strict=True)):
        soundfile.write(folder / name, gain * speech_like(2 * RATE, RATE, seed), RATE, subtype="FLOAT")
    return folder


def test_recordings_are_taken_evenly_resampled_and_cut_from_the_middle(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for number in range(10):
        tone = np.zeros((3 * 8000, 2), np.float32)
        tone[8000:16000] = number / 10
        soundfile.write(tmp_path / "deep" / f"{number}.wav", tone, 8000)
    (tmp_path / "notes.txt").write_text("Dear reader")
    (tmp_path / "broken.wav").write_text("Dear reader")
    found = read_folder(tmp_path, 16_000, 1.0, most=4)
    assert [len(waveform) for waveform in found] == [16_000] * len(found)
    assert 3 <= len(found) <= 4
    assert [round(float(np.median(waveform)), 1) for waveform in found][-1] > 0.5


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_recordings_is_a_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExportError, match=name):
        read_folder(tmp_path / name, 16_000, 1.0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two speakers after EMO-DB's naming, angry when loud and sad when soft."""
    names = [
        f"{speaker}a0{text}{letter}a.wav" for speaker in ("03", "08") for text in (1, 2) for letter in "WT"
    ]
    return write_recordings(tmp_path / "emodb", names, [1.0, 0.01] * 4)


def listener(outlier: float) -> bytes:
    """A model that calls loud angry and soft sad."""
    content = small_models.mlp(outlier=outlier)
    runner = GraphRunner(content)
    loud = np.mean([runner.embedding(w[None])[0] for w in SPEECH], axis=0)
    soft = np.mean([runner.embedding(0.01 * w[None])[0] for w in SPEECH], axis=0)
    model = onnx.load_model_from_string(content)
    direction = (loud - soft) / np.square(loud - soft).sum()
    values = {
        "voice_mean": (loud + soft) / 2,
        "head": np.stack([direction, -direction, 0 * direction], axis=1),
    }
    for tensor in model.graph.initializer:
        if tensor.name in values:
            tensor.CopyFrom(constant(tensor.name, values[tensor.name]))
    manifest = read_manifest(content)
    assert manifest is not None
    return with_manifest(model.SerializeToString(), manifest)


def test_the_command_tells_what_was_gained_and_lost(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "m.onnx", tmp_path / "m.int8.onnx"
    source.write_bytes(listener(0.0))
    call = ["quantize", str(source), "--calibrate", str(corpus), "--evaluate", f"emodb={corpus}"]
    assert main([*call, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "UAR emodb     100.00 %    100.00 % (+0.00)" in told
    assert "On 8 recordings the logits differ by up to" in told
    assert "100 % have the same winner" in told
    assert out.stat().st_size < 0.6 * source.stat().st_size


@pytest.mark.slow
def test_onnx_runtime_does_not_chat_while_it_calibrates(tmp_path: Path, corpus: Path) -> None:
    source = tmp_path / "m.onnx"
    source.write_bytes(small_models.cnn())
    command = [sys.executable, "-m", "export", "quantize", str(source), "--to", "int8-static"]
    command += ["--calibrate", str(corpus), "--out", str(tmp_path / "out.onnx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0
    assert "W:onnxruntime" not in done.stderr


def test_a_drop_of_uar_stops_the_file(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "m.onnx", tmp_path / "m.int8.onnx"
    source.write_bytes(listener(1e5))
    call = ["quantize", str(source), "--evaluate", f"emodb={corpus}", "--out", str(out)]
    assert main([*call, "--max-drop", "2"]) == 1
    told = capsys.readouterr()
    assert "100.00 %    50.00 % (-50.00)" in told.out
    assert "nothing was written: the UAR on emodb drops by 50.00 points, and 2 is allowed" in told.err
    assert not out.exists()
    assert main([*call, "--max-drop", "60"]) == 0
    assert out.exists()


def test_a_corpus_that_the_model_was_trained_on_is_judged_under_a_head_that_is_new(
    tmp_path: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "m.onnx", tmp_path / "m.int8.onnx"
    content = listener(1e5)
    manifest = read_manifest(content)
    assert manifest is not None
    known = replace(manifest, trained_on=TrainedOn(("emodb",), 2, None))
    source.write_bytes(with_manifest(content, known))
    call = ["quantize", str(source), "--evaluate", f"emodb={corpus}", "--out", str(out)]
    assert main(call) == 1
    told = capsys.readouterr()
    assert "UAR emodb, new head  100.00 %    50.00 % (-50.00)" in told.out
    assert "The model was trained on emodb" in told.out
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--to", "int8-static"], "needs --calibrate"),
        (["--max-drop", "2"], "needs --evaluate"),
        (["--max-drop", "-1", "--evaluate", "emodb=x"], "0 or more"),
        (["--out", "nowhere/at/all.onnx"], "does not exist"),
    ],
)
def test_a_wrong_call_is_told_before_any_work(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quantize", "missing.onnx", "--out", str(tmp_path / "out.onnx"), *options]) == 2
    assert words in capsys.readouterr().err


def test_a_broken_file_is_not_quantised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "m.onnx"
    source.write_bytes(small_models.mlp()[:-3000])
    assert main(["quantize", str(source), "--out", str(tmp_path / "out.onnx")]) == 1
    assert "m.onnx" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_leaves_no_half_written_file(tmp_path: Path) -> None:
    source = tmp_path / "m.onnx"
    source.write_bytes(small_models.mlp())
    command = [sys.executable, "-m", "export", "quantize", str(source), "--out", str(tmp_path / "out.onnx")]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=root, env=dict(os.environ)) as process:
        while not psutil.Process(process.pid).children():  # until it verifies the file
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.decode().strip() == "emoscope-export: interrupted, nothing was written."
    assert list(tmp_path.iterdir()) == [source]
