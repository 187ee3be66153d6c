"""Convolutions over time and means become matrix products that give the same, and eight bits take them."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
import small_models
from broken_graphs import RATE, constant, graph, node
from onnx import TensorProto

from export.quantization.quantize import correct_bias, to_int8
from export.quantization.rewrites import convolutions_as_products, means_over_time
from export.signals import speech_like
from export.verification.runner import GraphRunner

BANDS, WIDTH = 32, 64
SPEECH = speech_like(RATE, RATE, 1)


def heard_by(
    shape: tuple[int, ...], keeps: int = 0, axes: tuple[int, ...] = (2,), **how: Any
) -> onnx.ModelProto:
    """A spectrum, a first layer, a convolution with weights of this shape, a mean over time."""
    rng = np.random.default_rng(0)
    nodes = [
        node("Unsqueeze", ["waveform", "one"], ["channel"]),
        node("Conv", ["channel", "dft"], ["spectrum"], name="dft", strides=[160]),
        node("Mul", ["spectrum", "spectrum"], ["power"], name="square"),
        node("Add", ["power", "floor"], ["floored"], name="floored"),
        node("Log", ["floored"], ["features"], name="log"),
        node("Conv", ["features", "first"], ["layer"], name="first", pads=[1, 1]),
        node("Conv", ["layer", "second", "bias"], ["hidden"], name="second", **how),
        node("ReduceMean", ["hidden", "axes"], ["mean"], name="mean", keepdims=keeps),
        *([node("Squeeze", ["mean", "axes"], ["flat"], name="flat")] if keeps else []),
        node("MatMul", ["flat" if keeps else "mean", "head"], ["logits"], name="head"),
    ]
    constants = [
        constant("one", [1], np.int64),
        constant("dft", rng.normal(size=(BANDS, 1, 400))),
        constant("floor", [1e-3]),
        constant("first", rng.normal(size=(shape[1] * how.get("group", 1), BANDS, 3))),
        constant("second", rng.normal(size=shape) / 16),
        constant("bias", rng.normal(size=shape[0])),
        constant("axes", axes, np.int64),
        constant("head", rng.normal(size=(shape[0], 3)) / 16),
    ]
    return graph(nodes, constants)


def operators(model: onnx.ModelProto) -> list[str]:
    return [made.op_type for made in model.graph.node]


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"pads": [1, 1]},
        {"pads": [1, 1], "strides": [2]},
        {"pads": [0, 2], "strides": [3]},
    ],
)
@pytest.mark.parametrize("width", [1, 3, 4])
def test_a_convolution_over_time_gives_the_same_as_a_product(how: dict[str, Any], width: int) -> None:
    model = heard_by((512, 256, width), **how)
    before = model.SerializeToString()
    assert convolutions_as_products(model) == ["second/product"]
    one, other = GraphRunner(before), GraphRunner(model.SerializeToString())
    for samples in (4000, 4160, 16_000):
        waves = np.stack([SPEECH[:samples], 0.1 * SPEECH[:samples]])
        assert other.logits(waves) == pytest.approx(one.logits(waves), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize(
    ("what", "shape", "how"),
    [
        ("grouped", (512, 128, 3), {"group": 2}),
        ("dilated", (512, 256, 3), {"dilations": [2]}),
        ("padded by itself", (512, 256, 3), {"auto_pad": "SAME_UPPER"}),
        ("small", (16, 64, 3), {}),
    ],
)
def test_another_convolution_stays(what: str, shape: tuple[int, ...], how: dict[str, Any]) -> None:
    model = heard_by(shape, **how)
    assert convolutions_as_products(model) == [], what
    assert operators(model).count("Conv") == 3


def test_the_first_layer_behind_the_front_end_stays() -> None:
    model = heard_by((512, 256, 3))
    model.graph.initializer[3].CopyFrom(constant("first", np.zeros((512, BANDS, 64))))  # as large as any
    model.graph.initializer[4].CopyFrom(constant("second", np.zeros((512, 512, 3))))
    assert convolutions_as_products(model) == ["second/product"]
    assert [made.name for made in model.graph.node if made.op_type == "Conv"] == ["dft", "first"]


@pytest.mark.parametrize("keeps", [0, 1])
def test_a_mean_over_time_gives_the_same_as_a_product_with_ones(keeps: int) -> None:
    model = heard_by((WIDTH, 32, 3), keeps, axes=(1,))
    at = next(index for index, made in enumerate(model.graph.node) if made.name == "mean")
    model.graph.node.insert(at, node("Transpose", ["hidden"], ["frames"], name="frames", perm=[0, 2, 1]))
    model.graph.node[at + 1].input[0] = "frames"
    before = model.SerializeToString()
    assert means_over_time(model, RATE, 1.0) == 1
    assert "ReduceMean" not in operators(model)
    one, other = GraphRunner(before), GraphRunner(model.SerializeToString())
    for samples in (4000, 16_000):
        waves = np.stack([SPEECH[:samples], 0.1 * SPEECH[:samples]])
        assert other.logits(waves) == pytest.approx(one.logits(waves), rel=1e-4, abs=1e-4)


def test_a_mean_over_anything_else_stays() -> None:
    model = heard_by((WIDTH, 32, 3), axes=(2,))
    assert means_over_time(model, RATE, 1.0) == 0
    assert "ReduceMean" in operators(model)


def test_int8_takes_convolutions_over_time_but_for_the_first() -> None:
    result = to_int8(small_models.cnn(), [SPEECH, 0.3 * SPEECH])
    stored = {
        tensor.name: tensor.data_type
        for tensor in onnx.load_model_from_string(result.content).graph.initializer
    }
    eight = [
        name for name, kind in stored.items() if kind == TensorProto.INT8 and name.endswith("_quantized")
    ]
    assert len(eight) == 1
    assert eight[0].startswith("Conv")
    assert stored["conv_0"] == TensorProto.FLOAT
    assert result.same_winner == 1.0
    assert result.bytes_after < 0.5 * result.bytes_before


def test_a_file_that_was_quantised_before_is_corrected_once_more_in_the_same_place() -> None:
    exact = small_models.mlp()
    once = to_int8(exact, [SPEECH]).content
    again = correct_bias(exact, correct_bias(exact, once, [SPEECH, 0.3 * SPEECH]), [0.1 * SPEECH])
    model = onnx.load_model_from_string(again)
    assert [made.name for made in model.graph.node].count("bias_correction") == 1
    wave = 0.1 * SPEECH[None]
    expected = GraphRunner(exact).embedding(wave)
    assert GraphRunner(again).embedding(wave) == pytest.approx(expected, abs=1e-5)
