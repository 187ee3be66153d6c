"""A smaller file that answers otherwise takes no place: neither that of the exact one nor its own."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
import small_models
from broken_graphs import RATE, constant

from export.cli import main
from export.manifest_writer import read_manifest, with_manifest
from export.quantization.result import QuantizationResult, compare
from export.signals import speech_like

SPEECH = [speech_like(RATE, RATE, seed) for seed in range(10)]


def with_head(content: bytes, columns: np.ndarray) -> bytes:
    """The file with other weights in its last layer."""
    model = onnx.load_model_from_string(content)
    manifest = read_manifest(content)
    assert manifest is not None
    for tensor in model.graph.initializer:
        if tensor.name == "head":
            tensor.CopyFrom(constant("head", columns))
    return with_manifest(model.SerializeToString(), manifest)


def head_of(content: bytes) -> np.ndarray:
    tensors = onnx.load_model_from_string(content).graph.initializer
    return onnx.numpy_helper.to_array(next(t for t in tensors if t.name == "head"))


def test_a_winner_is_lost_where_another_label_wins() -> None:
    exact = small_models.mlp()
    other = with_head(exact, np.roll(head_of(exact), 1, axis=1))
    manifest = small_models.manifest()
    assert compare(exact, exact, manifest, SPEECH).same_winner == 1.0
    result = compare(exact, other, manifest, SPEECH)
    assert result.same_winner == 0.0
    told = result.objection()
    assert told is not None
    assert "Only 0 % of 10 recordings keep their winner" in told.message
    assert "--evaluate" in told.hint
    assert result.objection(judged=True) is None


def test_a_near_tie_of_the_exact_file_may_go_either_way() -> None:
    content = small_models.mlp()
    ties = with_head(content, 0.002 * head_of(content))
    flipped = with_head(content, -0.002 * head_of(content))
    assert compare(ties, flipped, small_models.manifest(), SPEECH).same_winner == 1.0


def test_what_is_no_number_is_an_error_even_if_a_corpus_is_judged() -> None:
    content = small_models.mlp()
    nothing = with_manifest_as(content, np.full_like(head_of(content), np.nan))
    result = compare(content, nothing, small_models.manifest(), SPEECH)
    assert result.largest_difference == np.inf
    assert result.same_winner == 0.0
    told = result.objection(judged=True)
    assert told is not None
    assert "no number" in told.message


def with_manifest_as(content: bytes, columns: np.ndarray) -> bytes:
    """As `with_head`, with a self-test that the file does not pass."""
    model = onnx.load_model_from_string(content)
    for tensor in model.graph.initializer:
        if tensor.name == "head":
            tensor.CopyFrom(constant("head", columns))
    return model.SerializeToString()


@pytest.mark.parametrize(("share", "written"), [(0.96, True), (0.95, True), (0.94, False)])
def test_nineteen_of_twenty_must_keep_their_winner(share: float, written: bool) -> None:
    assert (QuantizationResult(b"", 2, 1, 0.1, share).objection() is None) == written


@pytest.mark.slow
def test_the_command_writes_no_file_whose_winners_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "m.onnx", tmp_path / "m.int8.onnx"
    source.write_bytes(small_models.mlp(outlier=1e5))
    assert main(["quantize", str(source), "--out", str(out)]) == 1
    told = capsys.readouterr()
    assert "have the same winner" in told.out
    assert "Nothing was written. Only" in told.err
    assert "--evaluate" in told.err
    assert not out.exists()


@pytest.mark.parametrize("link", ["itself", "symbolic", "hard"])
def test_the_exact_file_is_not_written_over(
    link: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "m.onnx", tmp_path / "link.onnx"
    content = small_models.mlp()
    source.write_bytes(content)
    if link == "itself":
        out = tmp_path / "." / "m.onnx"
    elif link == "symbolic":
        out.symlink_to(source)
    else:
        os.link(source, out)
    assert main(["quantize", str(source), "--out", str(out)]) == 2
    assert "is the file to be made smaller itself" in capsys.readouterr().err
    assert source.read_bytes() == content
