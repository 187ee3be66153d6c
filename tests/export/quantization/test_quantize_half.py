"""Half precision gives on a graphics card what the exact file gives, or no file at all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import onnx
import pytest
import small_models
import torch
from broken_graphs import AXIS, HEAD, LOUDNESS, RATE, constant, graph, head, node
from onnx import TensorProto, helper
from torch import Tensor, nn

from export.errors import ExportError
from export.manifest_writer import read_manifest, with_manifest
from export.quantization.half_precision import to_half
from export.quantization.nodes import front_end, last_logarithm, lengths, name_nodes
from export.quantization.quantize import to_fp16
from export.quantization.ranges import beyond_half
from export.quantization.rounding import rounded
from export.signals import SOFT, loud, speech_like, synthetic, voice_like
from export.torch_export import TORCHSCRIPT, export_graph
from export.verification.runner import GraphRunner
from models.features.chain import parse_chain

pytestmark = pytest.mark.slow

SOUNDS = [
    *(gain * speech_like(RATE, RATE, seed) for seed in range(4) for gain in (1.0, 0.1, SOFT)),
    *(voice_like(RATE, RATE, pitch) for pitch in (100, 150, 220)),
    SOFT * voice_like(RATE, RATE, 120),
    np.sign(voice_like(RATE, RATE, 120)),
    loud(RATE, RATE),
]


class Network(nn.Module):
    """Features, standardised, and three layers with random weights."""

    def __init__(self, spec: str, width: int = 256) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.chain = parse_chain(spec, RATE)
        with torch.no_grad():
            features = torch.cat([self.chain(torch.from_numpy(sound)[None]) for sound in SOUNDS])
        self.register_buffer("mean", features.mean(dim=0))
        self.register_buffer("deviation", features.std(dim=0) + 0.1 * features.abs().mean(dim=0) + 1e-3)
        sizes = (features.shape[1], width, width)
        layers = [(nn.Linear(a, b), nn.ReLU()) for a, b in pairwise(sizes)]
        last = nn.Linear(width, len(small_models.LABELS))
        self.layers = nn.Sequential(*(part for pair in layers for part in pair), last)

    def forward(self, waveform: Tensor) -> Tensor:
        logits: Tensor = self.layers((self.chain(waveform) - self.mean) / self.deviation)
        return logits


def exported(spec: str) -> bytes:
    content = export_graph(Network(spec).eval(), RATE, TORCHSCRIPT)
    return with_manifest(content, small_models.manifest())


@pytest.mark.parametrize(
    "spec",
    [
        "pitch:voicing=1|pool:mean,p10,p90",
        "mel|pool:mean,std",
        "stft:power=1|pool:mean",
        "chroma|pool:mean,std",
        "tonnetz|pool:mean,std",
        "centroid+rms|pool:mean,std",
        "mfcc:delta=1|pool:mean,std",
    ],
)
def test_a_front_end_without_a_logarithm_too_stays_exact_in_loud_soft_and_voiced_sound(spec: str) -> None:
    result = to_fp16(exported(spec), SOUNDS)
    assert result.bytes_after < 0.98 * result.bytes_before
    assert result.largest_difference < 0.01
    assert result.same_winner == 1.0
    assert result.objection() is None


def ended(content: bytes, *operators: str) -> bytes:
    """The file with some more operators behind its logits."""
    model = onnx.load_model_from_string(content)
    manifest = read_manifest(content)
    assert manifest is not None
    names = [*(f"before_{operator}" for operator in operators), "logits"]
    for made in model.graph.node:
        made.output[:] = [names[0] if name == "logits" else name for name in made.output]
    for operator, (source, target) in zip(operators, pairwise(names), strict=True):
        model.graph.node.append(node(operator, [source], [target]))
    return with_manifest(model.SerializeToString(), manifest)


def test_a_logarithm_of_the_probabilities_makes_no_front_end() -> None:
    content = ended(small_models.mlp(), "Softmax", "Log")
    result = to_fp16(content)
    assert result.bytes_after < 0.7 * result.bytes_before
    tensors = onnx.load_model_from_string(result.content).graph.initializer
    assert {t.name: t.data_type for t in tensors}["wide"] == TensorProto.FLOAT16
    model = onnx.load_model_from_string(content)
    name_nodes(model)
    kinds = {made.name: made.op_type for made in model.graph.node}
    assert sorted(kinds[name] for name in last_logarithm(model)) == ["Log", "Softmax"]
    assert not last_logarithm(model) & front_end(model)


def test_a_file_that_gains_nothing_is_refused() -> None:
    small = graph([*LOUDNESS, *head("power")], [AXIS, HEAD])
    content = with_manifest(small.SerializeToString(), small_models.manifest())
    with pytest.raises(ExportError, match="Nothing gains from half precision"):
        to_fp16(content)


def test_a_tree_reads_exact_numbers() -> None:
    tree = helper.make_node(
        "TreeEnsembleRegressor",
        ["wide"],
        ["logits"],
        domain="ai.onnx.ml",
        name="tree",
        n_targets=3,
        nodes_treeids=[0],
        nodes_nodeids=[0],
        nodes_featureids=[0],
        nodes_modes=["LEAF"],
        nodes_values=[0.0],
        nodes_truenodeids=[0],
        nodes_falsenodeids=[0],
        target_treeids=[0],
        target_nodeids=[0],
        target_ids=[0],
        target_weights=[1.0],
    )
    lift = constant("lift", np.ones((1, 70_000)))
    model = graph(
        [*LOUDNESS, node("MatMul", ["power", "lift"], ["wide"]), tree], [AXIS, lift], domains=["ai.onnx.ml"]
    )
    name_nodes(model)
    assert front_end(model) == {made.name for made in model.graph.node}


def test_what_counts_samples_stays_exact() -> None:
    nodes = [
        node("Shape", ["waveform"], ["shape"], name="shape"),
        node("Cast", ["shape"], ["sizes"], name="cast", to=TensorProto.FLOAT),
        node("ReduceMax", ["sizes"], ["size"], name="size", keepdims=0),
        *LOUDNESS,
        node("Mul", ["power", "size"], ["energy"], name="energy"),
        *head("energy"),
    ]
    assert lengths(graph(nodes, [AXIS, HEAD])) == {"cast", "size"}


def squares(gain: float) -> onnx.ModelProto:
    nodes = [
        node("Mul", ["waveform", "gain"], ["loud"], name="louder"),
        node("Mul", ["loud", "loud"], ["square"], name="square"),
        node("ReduceMean", ["square", "axis"], ["power"], keepdims=1, name="mean"),
        node("Sqrt", ["power"], ["rms"], name="rms"),
        *head("rms"),
    ]
    return graph(nodes, [AXIS, HEAD, constant("gain", [gain])])


@pytest.mark.parametrize(("gain", "kept"), [(1000.0, True), (1.0, True), (4.0, True), (30.0, False)])
def test_what_is_too_large_or_too_small_is_found_by_listening(gain: float, kept: bool) -> None:
    assert ({"square", "mean", "rms"} <= beyond_half(squares(gain), RATE, 1.0)) == kept


def test_a_graph_is_rounded_as_on_a_graphics_card() -> None:
    wave = 0.9 * np.sign(speech_like(RATE, RATE))[None]
    half = to_half(squares(1000.0), set())
    assert not np.isfinite(GraphRunner(rounded(half).SerializeToString()).logits(wave)).all()
    softly = GraphRunner(rounded(to_half(squares(1.0), set())).SerializeToString()).logits(wave)
    exact = GraphRunner(squares(1.0).SerializeToString()).logits(wave)
    assert 0 < np.abs(softly - exact).max() < 0.01


def test_the_synthetic_sounds_are_different_and_as_long_as_the_model_takes() -> None:
    sounds: Sequence[np.ndarray] = synthetic(RATE, 0.5, 3.0)
    assert len(sounds) == 24
    assert {len(sound) for sound in sounds} == {RATE, 2 * RATE, 3 * RATE}
    assert len({sound.tobytes() for sound in sounds}) == 24
    peaks = [float(np.abs(sound).max()) for sound in sounds]
    assert max(peaks) == 1.0
    assert min(peaks) < 0.002
