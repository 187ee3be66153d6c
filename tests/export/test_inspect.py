"""What a file is, in words and numbers that can be checked by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import small_models
from broken_graphs import AXIS, HEAD, LOUDNESS, constant, graph, head, node
from onnx import TensorProto, helper
from tiny_model import make_tiny_model

from export.cli import main
from export.inspect import describe, differences
from export.quantization.quantize import to_int8
from export.verification.measure import count_macs, macs

pytestmark = pytest.mark.slow

RATE = small_models.RATE


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A file and its int8 child."""
    folder = tmp_path_factory.mktemp("models")
    one, other = folder / "m.onnx", folder / "m.int8.onnx"
    content = small_models.mlp()
    one.write_bytes(content)
    other.write_bytes(to_int8(content).content)
    return one, other


@pytest.fixture(scope="module")
def described(files: tuple[Path, Path]) -> list[dict[str, Any]]:
    return [describe(path) for path in files]


def test_a_file_is_described_with_what_was_measured(described: list[dict[str, Any]]) -> None:
    facts = described[0]
    assert facts["inputs"] == {"waveform": ["batch", "samples"]}
    assert facts["optional_inputs"] == {"voice_mean": [256], "voice_std": [256]}
    assert facts["outputs"] == {"logits": ["batch", 3], "embedding": ["batch", 256]}
    assert (facts["opset"], facts["precision"], facts["note"]) == (18, "fp32", "")
    assert facts["operators"]["MatMul"] == 4
    assert facts["manifest"]["labels"] == list(small_models.LABELS)
    assert list(facts["milliseconds"]) == ["1 s", "3 s", "8 s"]
    assert 0 < facts["milliseconds"]["1 s"] < facts["milliseconds"]["8 s"]


def test_operations_are_those_counted_by_hand(described: list[dict[str, Any]]) -> None:
    bands, width, window, hop = small_models.BANDS, small_models.WIDTH, small_models.WINDOW, small_models.HOP
    frames = (3 * RATE - window) // hop + 1
    dft = frames * 2 * bands * window
    mel = frames * bands * 2 * bands
    layers = frames * (bands * width + width * width)
    by_hand = dft + mel + layers + width * len(small_models.LABELS)
    mean = frames * width  # in the smaller file it is a product with ones
    assert [facts["macs"] for facts in described] == [by_hand, by_hand + mean]


@pytest.mark.parametrize(
    ("operator", "inputs", "outputs", "expected"),
    [
        ("MatMul", [[2, 5, 7], [7, 3]], [[2, 5, 3]], 2 * 5 * 3 * 7),
        ("Gemm", [[4, 7], [7, 3], [3]], [[4, 3]], 4 * 7 * 3),
        ("Conv", [[1, 8, 100], [16, 4, 3], [16]], [[1, 16, 98]], 16 * 98 * 4 * 3),
        ("Conv", [[1, 1, 9, 9], [2, 1, 3, 3]], [[1, 2, 7, 7]], 2 * 49 * 9),
        ("QLinearConv", [[1, 8, 100], [], [], [16, 8, 3], []], [[1, 16, 98]], 16 * 98 * 8 * 3),
        ("ConvTranspose", [[1, 8, 10], [8, 4, 3]], [[1, 4, 12]], 8 * 10 * 4 * 3),
        ("GRU", [[20, 2, 5], [2, 18, 5], [2, 18, 6]], [[20, 2, 2, 6]], 20 * 2 * 2 * 18 * (5 + 6)),
        ("Relu", [[5]], [[5]], 0),
    ],
)
def test_each_kind_of_product_is_counted(
    operator: str, inputs: list[list[int]], outputs: list[list[int]], expected: int
) -> None:
    assert macs(operator, inputs, outputs) == expected


def test_operations_in_a_loop_count_each_time() -> None:
    value = helper.make_tensor_value_info
    body = helper.make_graph(
        [node("Identity", ["go"], ["still"]), node("MatMul", ["carried", "square"], ["next"])],
        "body",
        [
            value("turn", TensorProto.INT64, []),
            value("go", TensorProto.BOOL, []),
            value("carried", TensorProto.FLOAT, None),
        ],
        [value("still", TensorProto.BOOL, []), value("next", TensorProto.FLOAT, None)],
    )
    nodes = [
        node("Mul", ["waveform", "waveform"], ["squares"]),
        node("ReduceMean", ["squares", "axis"], ["power"], keepdims=1),
        node("MatMul", ["power", "lift"], ["four"]),
        node("Loop", ["turns", "yes", "four"], ["late"], body=body),
        node("MatMul", ["late", "down"], ["logits"]),
    ]
    constants = [
        AXIS,
        constant("lift", np.ones((1, 4))),
        constant("square", np.eye(4)),
        constant("down", np.ones((4, 3))),
        constant("turns", 10, np.int64),
        constant("yes", True, np.bool_),
    ]
    assert count_macs(graph(nodes, constants).SerializeToString(), 1, RATE) == 4 + 10 * 16 + 12


def test_two_files_stand_side_by_side_and_what_differs_is_marked(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", *map(str, files)]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {line[2:20].strip(): line for line in lines}
    assert rows["precision"].startswith("*")
    assert rows["precision"].split()[-2:] == ["fp32", "int8"]
    assert rows["labels"].startswith(" ")
    assert rows["MatMulInteger"].split()[-2:] == ["-", "1"]
    assert lines[-1] == "* differs"


def test_what_differs_is_named(described: list[dict[str, Any]]) -> None:
    found = differences(*described)
    assert {"bytes", "operators", "precision", "manifest.self_test"} <= set(found)
    assert not {"manifest.labels", "inputs"} & set(found)
    assert differences(described[0], described[0]) == []


def test_machines_are_told_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = make_tiny_model(tmp_path / "one.onnx")
    other = make_tiny_model(tmp_path / "other.onnx", ("happy", "sad"))
    assert main(["inspect", str(one), str(other), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema_version"] == 1
    assert [facts["macs"] for facts in told["files"]] == [3 * 8, 3 * 2]
    assert "manifest.labels" in told["differences"]


def test_one_file_is_told_in_full(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(files[0])]) == 0
    told = capsys.readouterr().out
    for words in (
        "angry, sad, happy",
        "0.3 to 8 s",
        "MatMul 4",
        "waveform [batch, samples]",
        "multiply-adds",
    ):
        assert words in told


def test_a_file_without_a_manifest_is_described_and_said_to_be_of_no_use(tmp_path: Path) -> None:
    facts = describe(make_tiny_model(tmp_path / "m.onnx", without_manifest=True))
    assert facts["note"] == "The file has no manifest: the analyzer refuses it."
    assert facts["manifest"] is None
    assert facts["macs"] == 3 * 8


def test_a_graph_that_cannot_run_is_described_as_far_as_it_goes(tmp_path: Path) -> None:
    strange = node("Frobnicate", ["power"], ["strange"], domain="com.example")
    path = tmp_path / "m.onnx"
    onnx.save(graph([*LOUDNESS, strange, *head("strange")], [AXIS, HEAD], domains=["com.example"]), path)
    facts = describe(path)
    assert facts["operators"]["Frobnicate"] == 1
    assert facts["domains"] == ["com.example"]
    assert facts["milliseconds"] == {}
    assert "It cannot be run" in facts["note"]


@pytest.mark.parametrize("content", [b"", b"Dear reader"])
def test_what_is_no_model_is_one_sentence(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.onnx"
    path.write_bytes(content)
    assert main(["inspect", str(path)]) == 1
    assert "letter.onnx: The file" in capsys.readouterr().err


def test_three_files_are_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "a.onnx", "b.onnx", "c.onnx"]) == 2
    assert "one file or two" in capsys.readouterr().err
