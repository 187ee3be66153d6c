"""An exported file dropped on the window while it listens: the model changes, and no speech is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from synthetic_speech import synthetic_speech_path
from tiny_model import make_tiny_model

from desktop_app.core.types import CaptureState, EngineChanged, Event, FinalResult, PartialResult
from desktop_app.gui.state.analysis import analyze
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MainWindow
from desktop_app.inference.engine import EmotionEngine
from desktop_app.inference.manifest import Manifest
from desktop_app.inference.shipped import shipped_model
from export.manifest_writer import with_manifest, write_file
from export.torch_export import export_module

pytestmark = pytest.mark.slow

RATE, LABELS = 16_000, ("bored", "tender", "proud")


class Listener(torch.nn.Module):
    """A convolution, statistics over time, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = torch.nn.Conv1d(1, 8, kernel_size=64, stride=32)
        self.head = torch.nn.Linear(16, len(LABELS))
        self.register_buffer("voice_mean", torch.zeros(16))
        self.register_buffer("voice_std", torch.ones(16))

    def forward(
        self,
        waveform: torch.Tensor,
        voice_mean: torch.Tensor | None = None,
        voice_std: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.conv(waveform[:, None]).relu()
        embedding = torch.cat((hidden.mean(dim=2), hidden.amax(dim=2)), dim=1)
        mean = self.voice_mean if voice_mean is None else voice_mean
        std = self.voice_std if voice_std is None else voice_std
        return self.head((embedding - mean) / std), embedding


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A torch model through the exporter."""
    torch.manual_seed(0)
    content, _, _ = export_module(Listener().eval(), RATE, len(LABELS))
    manifest = Manifest.from_dict(
        {
            "format_version": 1,
            "name": "listener",
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
            "self_test": {"signal": "chirp-v1", "seconds": 1.0, "logits": [0.0] * 3, "tolerance": 1e-3},
        }
    )
    path = tmp_path_factory.mktemp("exported") / "listener.onnx"
    write_file(with_manifest(content, manifest), path)
    return path


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four stretches of synthetic speech, a second each, with pauses between."""
    audio, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    pause = np.random.default_rng(0).normal(0, 1e-4, round(0.75 * rate)).astype(np.float32)
    pieces = [pause]
    for begin in (0.9, 4.5, 8.0, 9.2):
        pieces += [audio[round(begin * rate) : round((begin + 1.0) * rate)], pause]
    path = tmp_path_factory.mktemp("speech") / "speech.wav"
    soundfile.write(path, np.concatenate(pieces), rate)
    return path


@pytest.fixture(scope="module")
def undisturbed(speech: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[float, float]]:
    """Begin and end of each segment when nothing is dropped."""
    engine = EmotionEngine.load(make_tiny_model(tmp_path_factory.mktemp("plain") / "m.onnx"))
    try:
        found = analyze(speech, engine, lambda share: None, threading.Event())
    finally:
        engine.close()
    assert found is not None
    return [(segment.start_s, segment.end_s) for segment in found.analysis.segments]


class Listening:
    """A window that hears a recording at the pace of a microphone, and everything that it was told."""

    def __init__(self, window: MainWindow, speech: Path, model: Path) -> None:
        self.window = window
        self.events: list[Event] = []
        window.controller.bridge.events.connect(self.events.extend)
        window.start(SourceChoice("file", path=str(speech)), model, list_devices=False)

    @property
    def finals(self) -> list[FinalResult]:
        return [event for event in self.events if isinstance(event, FinalResult)]

    @property
    def segments(self) -> list[tuple[float, float]]:
        return [(final.start_s, final.end_s) for final in self.finals]

    def answers_of(self, labels: tuple[str, ...]) -> int:
        """Results, partial ones too, of the model that knows these labels."""
        kinds = (FinalResult, PartialResult)
        return sum(isinstance(e, kinds) and e.prediction.labels == labels for e in self.events)

    @property
    def model_at_work(self) -> str:
        """Name of the model that the inference thread said it uses, last."""
        return [event.model for event in self.events if isinstance(event, EngineChanged)][-1]

    @property
    def in_a_word(self) -> bool:
        return self.window.model.state is CaptureState.SPEAKING

    @property
    def over(self) -> bool:
        return self.window.model.state is CaptureState.FINISHED


@pytest.fixture
def listening(window: MainWindow, speech: Path, model_file: Path) -> Listening:
    return Listening(window, speech, model_file)


def drop(window: MainWindow, path: Path) -> None:
    """Drag a file over the window and let go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(
        window, QDropEvent(QPointF(50, 50), copy, data, left, Qt.KeyboardModifier.NoModifier)
    )


def test_a_model_dropped_in_mid_word_takes_over_within_a_second_and_no_segment_is_lost(
    listening: Listening,
    exported: Path,
    undisturbed: list[tuple[float, float]],
    until: Callable[..., None],
) -> None:
    assert len(undisturbed) >= 3
    until(lambda: len(listening.finals) >= 1 and listening.in_a_word)
    before = listening.window.model.labels
    dropped_at = time.monotonic()
    drop(listening.window, exported)
    until(lambda: listening.model_at_work == "listener")
    assert time.monotonic() - dropped_at < 1.0
    assert listening.window.live.bars.labels == LABELS
    until(lambda: listening.answers_of(LABELS) > 0)
    until(lambda: listening.over, timeout_s=20)
    assert listening.segments == undisturbed
    assert listening.finals[0].prediction.labels == before
    assert listening.finals[-1].prediction.labels == LABELS
    assert listening.window.status.text("dropped") == "nothing"


def test_models_dropped_one_after_another_lose_nothing_and_the_last_one_stays(
    listening: Listening,
    exported: Path,
    model_file: Path,
    undisturbed: list[tuple[float, float]],
    until: Callable[..., None],
) -> None:
    until(lambda: listening.in_a_word)
    for path in (exported, model_file, exported, model_file, exported):
        drop(listening.window, path)
    until(lambda: listening.answers_of(LABELS) > 0)
    until(lambda: listening.over, timeout_s=20)
    assert listening.segments == undisturbed
    assert listening.finals[-1].prediction.labels == LABELS


def cut_off(exported: Path, path: Path) -> str:
    content = exported.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return "is not an ONNX model, or was cut off"


def without_numbers(_: Path, path: Path) -> str:
    make_tiny_model(path, nan_weights=True)
    return "not finite for its self-test"


def with_a_frozen_axis(_: Path, path: Path) -> str:
    make_tiny_model(path, input_shape=(1, "samples"))
    return "axis 'batch' of the input 'waveform' must be dynamic"


def with_swapped_logits(_: Path, path: Path) -> str:
    make_tiny_model(path, self_test_off_by=0.5)
    return "fails its self-test"


def with_a_label_too_few(_: Path, path: Path) -> str:
    make_tiny_model(path, ("happy", "sad"), classes=3)
    return "names 2 emotions and the output 'logits' has 3"


def that_reaches_for_another_file(_: Path, path: Path) -> str:
    make_tiny_model(path, external_data="weights.bin")
    return "must be one file"


def test_broken_files_are_refused_with_a_sentence_and_the_model_in_use_goes_on(
    listening: Listening,
    exported: Path,
    undisturbed: list[tuple[float, float]],
    tmp_path: Path,
    until: Callable[..., None],
) -> None:
    window = listening.window
    until(lambda: listening.in_a_word)
    labels = window.model.labels
    faults = (
        cut_off,
        without_numbers,
        with_a_frozen_axis,
        with_swapped_logits,
        with_a_label_too_few,
        that_reaches_for_another_file,
    )
    for fault in faults:
        path = tmp_path / f"{fault.__name__}.onnx"
        why = fault(exported, path)
        drop(window, path)
        until(lambda path=path: path.name in window.banner.message)  # type: ignore[misc]
        assert why in window.banner.message
        assert "The model in use stays." in window.banner.message
        assert "Traceback" not in window.banner.message
        assert window.model.labels == labels
    until(lambda: listening.over, timeout_s=20)
    assert listening.segments == undisturbed
    assert {final.prediction.labels for final in listening.finals} == {labels}


def test_the_shipped_model_takes_over_soon(
    listening: Listening, undisturbed: list[tuple[float, float]], until: Callable[..., None]
) -> None:
    until(lambda: listening.in_a_word)
    dropped_at = time.monotonic()
    drop(listening.window, shipped_model())
    until(lambda: listening.model_at_work.startswith("whisper"))
    assert time.monotonic() - dropped_at < 3.0  # half a second on an idle machine
    until(lambda: listening.over, timeout_s=20)
    assert listening.segments == undisturbed
