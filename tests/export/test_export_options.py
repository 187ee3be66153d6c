"""What the call itself can get wrong, and what would make a file that verifies and misleads."""

from __future__ import annotations

from pathlib import Path

import careless_networks
import pytest
import torch
from careless_networks import LABELS, RATE
from safetensors.torch import save_file

from export.build import ManifestOptions, manifest_of
from export.cli import main
from export.errors import ParityError
from export.signals import lengths, probes
from export.sources.torch_module import load_module


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    path = tmp_path / "w.safetensors"
    save_file(careless_networks.Loudness().state_dict(), path)
    return path


def call(weights: Path, name: str = "Loudness", *more: str, out: str = "m.onnx") -> list[str]:
    named = ["--module", f"careless_networks:{name}", "--weights", str(weights), "--labels", ",".join(LABELS)]
    return ["torch", *named, "--out", str(weights.parent / out), *more]


@pytest.mark.slow
def test_a_branch_on_the_length_is_found_where_the_file_says_it_may_be_used(weights, check):
    assert main(call(weights, "OnlyTheFirst", "--max-seconds", "8.5")) == 0
    content = (weights.parent / "m.onnx").read_bytes()
    source = load_module("careless_networks:OnlyTheFirst", weights, LABELS, RATE)
    assert manifest_of(source, ManifestOptions()).max_seconds == 10
    asked = {"classes": 2, "labels": LABELS}
    assert check(content, source.logits, **asked, max_seconds=8.5)["details"]["lengths"].endswith(" 8.5 s")
    with pytest.raises(ParityError, match=r"input of 10 s"):
        check(content, source.logits, **asked, max_seconds=10.0)


def test_the_longest_sound_is_tried_and_long_sound_not_in_every_kind():
    assert lengths(0.25, 10.0) == (0.25, 1.0, 3.1, 7.9, 10.0)
    assert lengths(2.0, 5.0) == (2.0, 3.1, 5.0)
    assert lengths(12.0, 20.0) == (12.0, 20.0)
    kinds = [probe.kind for probe in probes(100, (1.0, 10.0)) if probe.seconds == 10.0]
    assert kinds == ["speech-like", "loud"]
    assert len([probe for probe in probes(100, (12.0, 20.0)) if probe.seconds == 12.0]) == 6


@pytest.mark.slow
def test_a_model_that_ends_with_a_softmax_is_refused(weights, capsys):
    assert main(call(weights, "Probabilities")) == 1
    told = capsys.readouterr().err
    assert "probabilities, not logits" in told
    assert "softmax" in told


def test_what_is_to_be_exported_is_not_overwritten(weights, capsys):
    before = weights.read_bytes()
    assert main(call(weights, out="w.safetensors")) == 2
    link = weights.parent / "link.onnx"
    link.symlink_to(weights)
    assert main(call(weights, out="link.onnx")) == 2
    assert "another name" in capsys.readouterr().err
    assert weights.read_bytes() == before


def test_nothing_but_a_model_file_is_replaced(weights, capsys):
    notes = weights.parent / "notes.txt"
    notes.write_text("Dear reader")
    assert main(call(weights, out="notes.txt")) == 2
    assert "notes.txt" in capsys.readouterr().err
    assert notes.read_text() == "Dear reader"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--sample-rate", "0"),
        ("--sample-rate", "16k"),
        ("--temperature", "0"),
        ("--temperature", "nan"),
        ("--abstain-below", "1.5"),
        ("--min-seconds", "nan"),
        ("--min-seconds", "-1"),
        ("--max-seconds", "inf"),
        ("--name", " "),
    ],
)
def test_an_option_that_makes_no_sense_is_named(weights, option, value, capsys):
    assert main(call(weights, "Loudness", f"{option}={value}")) == 2
    assert option in capsys.readouterr().err


def test_the_shortest_speech_is_shorter_than_the_longest(weights, capsys):
    assert main(call(weights, "Loudness", "--min-seconds", "5", "--max-seconds", "4")) == 2
    assert "--min-seconds" in capsys.readouterr().err
