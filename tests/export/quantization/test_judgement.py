"""A smaller file is judged under a new head too, where the speakers of the corpus allow one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from spoken_corpus import write_corpus
from tiny_model import make_tiny_model

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from export.commands.smaller import judge
from export.manifest_writer import read_manifest
from export.quantization.recordings import read_calibration
from export.quantization.result import QuantizationResult, compare
from models.corpora import load_corpus
from models.errors import LeakError
from models.evaluation.encoder_check import cross_check

LABELS = ("neutral", "happy", "sad", "angry")


def spoken(root: Path, settings: str) -> Path:
    write_corpus(root, speakers=3)
    (root / "emoscope.yaml").write_text(f"name: spoken\n{settings}", encoding="utf-8")
    return root


@pytest.fixture
def model(tmp_path: Path) -> Path:
    heard = {"corpora": ["spoken"], "speakers": None, "split_sha256": None}
    return make_tiny_model(tmp_path / "tiny.onnx", LABELS, manifest={"trained_on": heard})


def judged(model: Path, corpus: Path) -> list[str]:
    content = model.read_bytes()
    result = QuantizationResult(content, len(content), len(content), 0.0, 1.0)
    return [name for name, _, _ in judge(f"folder={corpus}", model, result, lambda what, done, total: None)]


def test_own_data_that_was_learnt_is_known_by_its_name(tmp_path, model):
    corpus = spoken(tmp_path / "spoken", "speaker_pattern: '(s\\d)_'\n")
    assert judged(model, corpus) == ["spoken", "spoken, new head"]


@pytest.mark.parametrize(
    ("settings", "told"), [("", "is not known"), ("speaker_pattern: '(s)\\d_'\n", "1 speaker cannot be")]
)
def test_speakers_that_no_new_head_can_be_kept_from_are_told(tmp_path, model, capsys, settings, told):
    assert judged(model, spoken(tmp_path / "spoken", settings)) == ["spoken"]
    assert told in capsys.readouterr().err


def test_recordings_that_are_too_short_for_the_graph_are_filled_up_with_silence(tmp_path):
    needy = make_tiny_model(tmp_path / "needy.onnx", needs_samples=16_000, manifest={"min_seconds": 1.0})
    content = needy.read_bytes()
    manifest = read_manifest(content)
    assert manifest is not None
    (tmp_path / "calls").mkdir()
    noise = 0.1 * np.random.default_rng(0).standard_normal(8000)
    soundfile.write(tmp_path / "calls" / "short.wav", noise, 16_000)
    (waveform,) = recordings = read_calibration(tmp_path / "calls", manifest)
    assert len(waveform) == 16_000
    assert not waveform[8000:].any()
    assert compare(content, content, manifest, recordings).same_winner == 1.0
    assert read_calibration(None, manifest) == []


def test_a_head_of_a_single_emotion_is_none(tmp_path, model):
    clips, hashes = load_corpus("folder", spoken(tmp_path / "spoken", "speaker_pattern: '(s\\d)_'\n"))
    alone = [clip for clip in clips if (clip.speaker[-1], clip.emotion) in {("0", "sad"), ("1", "happy")}]
    manifest = read_manifest(model.read_bytes())
    assert isinstance(manifest, Manifest)

    def embed(waveforms: FloatArray) -> FloatArray:
        return np.ones((len(waveforms), 3), np.float32)

    with pytest.raises(LeakError, match="only one emotion"):
        cross_check(embed, embed, manifest, alone, hashes)
