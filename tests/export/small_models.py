"""Finished model files with a front end, hidden layers and a head, small enough to quantise in a moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from broken_graphs import RATE, constant, node
from onnx import NodeProto, TensorProto, helper

from desktop_app.inference.manifest import Manifest
from export.manifest_writer import with_manifest

BANDS, WIDTH, WINDOW, HOP = 32, 256, 400, 160
LABELS = ("angry", "sad", "happy")


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(node(operator, list(inputs), [output], **attributes))
        return output

    def keep(self, name: str, value: Any, dtype: type = np.float32) -> str:
        self.constants.append(constant(name, value, dtype))
        return name


def _front_end(made: _Graph, gain: float) -> str:
    """waveform [batch, samples] -> log power [batch, bands, frames]; the power reaches 4e4 gain^2."""
    time = np.arange(WINDOW) / RATE
    waves = [wave(2 * np.pi * (100 + 60 * band) * time) for band in range(BANDS) for wave in (np.cos, np.sin)]
    dft = made.keep("dft", gain * np.stack(waves)[:, None])
    channel = made.add("Unsqueeze", ["waveform", made.keep("channel_axis", [1], np.int64)], "channel")
    spectrum = made.add("Conv", [channel, dft], "spectrum", strides=[HOP], kernel_shape=[WINDOW])
    square = made.add("Mul", [spectrum, spectrum], "square")
    pairs = np.kron(np.eye(BANDS), [[1, 1]])
    mel = made.add("MatMul", [made.keep("mel", pairs), square], "mel_power")
    return made.add("Log", [made.add("Add", [mel, made.keep("floor", [1e-3])], "floored")], "log_mel")


def _pooled_head(made: _Graph, hidden: str, axis: int, voice: bool) -> list[onnx.ValueInfoProto]:
    """hidden -> embedding [batch, width], logits; the graph's inputs."""
    made.add("ReduceMean", [hidden, made.keep("time_axis", [axis], np.int64)], "embedding", keepdims=0)
    inputs = [helper.make_tensor_value_info("waveform", TensorProto.FLOAT, ["batch", "samples"])]
    source = "embedding"
    if voice:
        for name, value in (("voice_mean", np.zeros(WIDTH)), ("voice_std", np.ones(WIDTH))):
            made.keep(name, value)
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [WIDTH]))
        centred = made.add("Sub", [source, "voice_mean"], "centred")
        source = made.add("Div", [centred, "voice_std"], "standardised")
    weights = np.random.default_rng(2).normal(size=(WIDTH, len(LABELS))) / np.sqrt(WIDTH)
    made.add("MatMul", [source, made.keep("head", weights)], "logits")
    return inputs


def cnn(*, voice: bool = True, gain: float = 1.0, dilation: int = 1, seed: int = 0) -> bytes:
    """Two convolutions over a log-mel spectrum."""
    rng, made = np.random.default_rng(seed), _Graph()
    hidden, channels = _front_end(made, gain), BANDS
    for layer in range(2):
        weights = rng.normal(size=(WIDTH, channels, 3)) / np.sqrt(3 * channels)
        name = made.keep(f"conv_{layer}", weights)
        hidden = made.add(
            "Conv",
            [hidden, name],
            f"conv_out_{layer}",
            kernel_shape=[3],
            dilations=[dilation],
            pads=[dilation, dilation],
        )
        hidden, channels = made.add("Relu", [hidden], f"relu_{layer}"), WIDTH
    return _finished(made, _pooled_head(made, hidden, 2, voice))


def mlp(*, voice: bool = True, outlier: float = 0.0, seed: int = 0) -> bytes:
    """Matrix products over the frames of a log-mel spectrum.

    `outlier` is a number that stands beside the others before the last product, multiplied by nothing: eight
    bits that reach to it leave none for the rest.
    """
    rng, made = np.random.default_rng(seed), _Graph()
    frames = made.add("Transpose", [_front_end(made, 1.0)], "frames", perm=[0, 2, 1])
    lift = made.keep("lift", rng.normal(size=(BANDS, WIDTH)) / np.sqrt(BANDS))
    hidden = made.add("Relu", [made.add("MatMul", [frames, lift], "lifted")], "hidden")
    beside = np.zeros(WIDTH)
    beside[0] = outlier
    hidden = made.add("Add", [hidden, made.keep("beside", beside)], "with_outlier")
    weights = rng.normal(size=(WIDTH, WIDTH)) / np.sqrt(WIDTH)
    weights[0] = 0
    hidden = made.add("MatMul", [hidden, made.keep("wide", weights)], "mixed")
    return _finished(made, _pooled_head(made, hidden, 1, voice))


def _finished(made: _Graph, inputs: list[onnx.ValueInfoProto]) -> bytes:
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(LABELS)]),
        helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH]),
    ]
    graph = helper.make_graph(made.nodes, "small", inputs, outputs, made.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return with_manifest(model.SerializeToString(), manifest())


def manifest(**changes: Any) -> Manifest:
    test = {"signal": "chirp-v1", "seconds": 1.0, "logits": [0.0] * len(LABELS), "tolerance": 1e-3}
    facts = {
        "format_version": 1,
        "name": "small",
        "labels": list(LABELS),
        "sample_rate": RATE,
        "min_seconds": 0.3,
        "max_seconds": 8.0,
        "temperature": 1.0,
        "abstain_below": 0.0,
        "trained_on": {"corpora": [], "speakers": None, "split_sha256": None},
        "metrics": {"protocol": "none", "uar": None, "accuracy": None, "ece": None},
        "licence": "MIT",
        "created": "2026-01-31",
        "source_sha256": "0" * 64,
        "self_test": test,
    }
    return Manifest.from_dict(facts | changes)
