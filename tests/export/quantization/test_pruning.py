"""Hidden units taken out of a file: the weakest, from both sides, and only where nothing else needs them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import small_models
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from desktop_app.inference.engine import EmotionEngine
from export.cli import main
from export.errors import ExportError
from export.manifest_writer import read_manifest, with_manifest
from export.quantization.pruning import prune, take_out
from export.quantization.quantize import manifest_of, to_int8
from export.signals import speech_like
from export.torch_export import TORCHSCRIPT, export_graph
from export.verification.runner import GraphRunner

RATE, FRAME, WIDTH, HIDDEN = 16_000, 400, 64, 256
DEAD = list(range(3, HIDDEN, 4))  # a quarter of the units

pytestmark = pytest.mark.slow


class Block(nn.Module):
    """Frames through one feed-forward block of the named kind, with a residual sum, to three logits."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.kind = kind
        self.frames = nn.Linear(FRAME, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.up, self.gate, self.down = (
            nn.Linear(WIDTH, HIDDEN),
            nn.Linear(WIDTH, HIDDEN),
            nn.Linear(HIDDEN, WIDTH),
        )
        self.head = nn.Linear(WIDTH, 3)
        with torch.no_grad():
            for parameter in self.parameters():
                if parameter.ndim > 1:
                    parameter.copy_(
                        torch.randn(parameter.shape, generator=generator) / parameter.shape[1] ** 0.5
                    )
            self.down.weight[:, DEAD] *= 1e-9  # these add nothing

    def forward(self, waveform: Tensor) -> Tensor:
        usable = waveform.shape[1] // FRAME * FRAME
        x = self.frames(waveform[:, :usable].reshape(waveform.shape[0], -1, FRAME))
        y = self.up(self.norm(x))
        if self.kind == "gelu":
            y = nn.functional.gelu(y)
        elif self.kind == "swiglu":
            y = y * nn.functional.silu(self.gate(self.norm(x)))
        elif self.kind == "normed":
            y = nn.functional.layer_norm(y, (HIDDEN,))
        return self.head((x + self.down(y)).mean(dim=1))


def file_of(kind: str) -> bytes:
    content = export_graph(Block(kind).eval(), RATE, TORCHSCRIPT, outputs=("logits",), shortest_seconds=0.3)
    return with_manifest(content, small_models.manifest())


def answers(content: bytes) -> np.ndarray:
    runner = GraphRunner(content)
    return np.concatenate([runner.logits(speech_like(n * RATE // 2, RATE, n)[None]) for n in (1, 2, 5)])


@pytest.mark.parametrize("kind", ["relu", "gelu", "swiglu"])
def test_units_that_add_nothing_go_and_the_answers_stay(kind):
    before = file_of(kind)
    found = prune(before, 0.25)
    assert [(units, left) for _, units, left in found.blocks] == [(HIDDEN, HIDDEN - len(DEAD))]
    np.testing.assert_allclose(answers(found.compared.content), answers(before), atol=1e-5)
    assert found.compared.bytes_after < found.compared.bytes_before - 4 * WIDTH * len(DEAD)


def test_more_than_those_change_the_answers_and_that_is_told():
    found = prune(file_of("gelu"), 0.5)
    assert found.compared.largest_difference > 0.01
    assert np.isfinite(answers(found.compared.content)).all()


def test_units_that_are_normed_together_stay():
    with pytest.raises(ExportError, match="no feed-forward block"):
        prune(file_of("normed"), 0.25)


def test_convolutions_stay():
    with pytest.raises(ExportError, match="no feed-forward block") as caught:
        prune(small_models.cnn(), 0.25)
    assert "convolutions" in caught.value.hint


def test_a_file_of_eight_bits_loses_its_weakest_units_too():
    exact = small_models.mlp()
    small = to_int8(exact).content
    found = prune(small, 0.25)
    ((_, units, left),) = found.blocks
    assert (units, left) == (small_models.WIDTH, 192)
    weights = {t.name: t.dims for t in onnx.load_model_from_string(found.compared.content).graph.initializer}
    assert [192, small_models.WIDTH] in [list(dims) for dims in weights.values()]
    assert found.compared.largest_difference < prune(small, 0.75).compared.largest_difference


def test_the_weakest_units_by_both_norms_go():
    """What stays of the second product's rows are those of the largest norms, in their order."""
    exact = small_models.mlp()
    found = onnx.load_model_from_string(prune(exact, 0.5).compared.content)
    before = {t.name: numpy_helper.to_array(t) for t in onnx.load_model_from_string(exact).graph.initializer}
    norms = np.linalg.norm(before["lift"], axis=0) * np.linalg.norm(before["wide"], axis=1)
    kept = np.sort(np.argsort(-norms, kind="stable")[:128])
    after = [numpy_helper.to_array(t) for t in found.graph.initializer]
    assert any(np.array_equal(array, before["wide"][kept]) for array in after)
    assert any(np.array_equal(array, before["lift"][:, kept]) for array in after)


def test_the_manifest_says_what_was_done_and_that_its_figures_are_older():
    before = small_models.mlp()
    measured = manifest_of(before)
    measured = replace(measured, metrics=replace(measured.metrics, uar=0.5))
    manifest = read_manifest(prune(with_manifest(before, measured), 0.25).compared.content)
    assert manifest is not None
    assert manifest.metrics.extra["pruned"] == {
        "share": 0.25,
        "hidden_units_before": 256,
        "hidden_units_after": 192,
    }
    assert "measured before 25 % of the hidden units were pruned" in manifest.metrics.protocol


def test_every_feed_forward_layer_of_the_shipped_model_is_found():
    (file,) = (Path(__file__).parents[3] / "models" / "zoo").glob("*.onnx")
    model = onnx.load(file)
    blocks = take_out(model, 0.1)
    assert [(units, left) for _, units, left in blocks] == [(2048, 1840)] * 4
    assert all("/fc1/" in name for name, _, _ in blocks)
    pruned = model.SerializeToString()
    assert len(pruned) < file.stat().st_size - 4 * 208 * 2 * 512  # so many bytes are their weights
    wave = speech_like(RATE, RATE)[None]
    logits = GraphRunner(pruned).logits(wave)
    assert np.abs(logits - GraphRunner(file).logits(wave)).max() < 1


class TestTheCommand:
    def test_a_file_is_written_that_the_analyzer_opens(self, tmp_path, capsys):
        source, out = tmp_path / "x.onnx", tmp_path / "y.onnx"
        source.write_bytes(small_models.mlp())
        assert main(["prune", str(source), "--share", "0.25", "--out", str(out)]) == 0
        told = capsys.readouterr()
        assert "256 -> 192 hidden units" in told.out
        assert "3 s of sound" in told.out
        assert "not measured: judge both files with --evaluate" in told.err
        engine = EmotionEngine.load(out)
        try:
            assert sum(engine.predict(speech_like(RATE, RATE)).probabilities) == pytest.approx(1.0)
        finally:
            engine.close()

    @pytest.mark.parametrize("share", ["0", "1", "-0.5", "nan"])
    def test_a_share_that_is_none_is_a_wrong_call(self, share, tmp_path, capsys):
        source = tmp_path / "x.onnx"
        source.write_bytes(small_models.mlp())
        assert main(["prune", str(source), f"--share={share}", "--out", str(tmp_path / "y.onnx")]) == 2
        assert "--share lies between 0 and 1" in capsys.readouterr().err
