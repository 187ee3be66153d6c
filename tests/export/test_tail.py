"""A file whose last part is replaced: the embedding stays, and all that follows is the new tail's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from desktop_app.inference.engine import EmotionEngine
from export.build import build_source
from export.errors import ExportError
from export.manifest_writer import read_manifest, with_manifest
from export.sources.checkpoint import load_trained
from export.tail import with_tail
from export.torch_export import OUTPUTS
from models.architectures.whisper.doubt import Doubt, Tail
from models.architectures.whisper.voice_head import VoiceHead

pytestmark = pytest.mark.slow

DIM, CLASSES = 576, 3
RATE = 16_000


@pytest.fixture(scope="module")
def exported(checkpoint: Path) -> bytes:
    return build_source(load_trained(checkpoint)).content


def new_tail(dim: int = DIM) -> Tail:
    torch.manual_seed(1)
    head = VoiceHead(dim, CLASSES, 0.2)
    torch.nn.init.normal_(head.speech.weight, std=0.02)
    torch.nn.init.constant_(head.speech.bias, 0.5)
    doubt = Doubt(dim, 8, 4)
    doubt.directions.copy_(torch.linalg.qr(torch.randn(dim, 8))[0].T)
    doubt.speakers.copy_(torch.randn(4, dim))
    for name, value in (("reference", 0.4), ("shortness", 0.7), ("slope", 0.6), ("most", 1.5)):
        getattr(doubt, name).fill_(value)
    return Tail(head, doubt, torch.zeros(dim), torch.ones(dim), doubt_s=0.5, sample_rate=RATE).eval()


def answers(content: bytes, waveform: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(content)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, {"waveform": waveform}), strict=True))


@pytest.mark.parametrize(("batch", "seconds"), [(1, 0.4), (3, 1.7)])
def test_it_gives_the_old_embedding_and_what_the_new_tail_makes_of_it(
    exported: bytes, batch: int, seconds: float
) -> None:
    waveform = np.random.default_rng(0).normal(0, 0.1, (batch, round(seconds * RATE))).astype(np.float32)
    tail = new_tail()
    found = answers(with_tail(exported, tail), waveform)
    assert list(found) == list(OUTPUTS)
    assert np.array_equal(found["embedding"], answers(exported, waveform)["embedding"])
    with torch.inference_mode():
        expected = tail(torch.from_numpy(found["embedding"]), torch.from_numpy(waveform))
    for name, value in expected._asdict().items():
        assert found[name] == pytest.approx(value.numpy(), abs=1e-4), name
        assert len(found[name]) == batch
    held_back = found["certainty"].prod(axis=1, keepdims=True)
    assert found["logits"] == pytest.approx(held_back * found["default_logits"], abs=1e-4)
    assert found["certainty"][:, 0] == pytest.approx(seconds / (seconds + 0.5), abs=1e-4)


def test_the_analyzer_takes_the_file_with_its_new_manifest(exported: bytes, tmp_path: Path) -> None:
    manifest = read_manifest(exported)
    assert manifest is not None
    (tmp_path / "new.onnx").write_bytes(with_manifest(with_tail(exported, new_tail()), manifest))
    engine = EmotionEngine.load(tmp_path / "new.onnx")
    found = engine.predict(np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32))
    assert found.novelty is not None
    assert found.speaker is not None
    assert found.speaker.shape == (4,)
    assert len(found.held_back) == 3
    voice = engine.voice_model.default
    assert voice.mean == pytest.approx(np.zeros(DIM))


def test_a_file_without_an_embedding_or_with_another_one_is_refused(exported: bytes) -> None:
    with pytest.raises(ExportError, match="have 576 numbers, and the new tail takes 8"):
        with_tail(exported, new_tail(8))
    model = onnx.load_from_string(exported)
    del model.graph.output[1]
    with pytest.raises(ExportError, match="gives no embedding"):
        with_tail(model.SerializeToString(), new_tail())
