"""Events as the runtime sends them, in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    Cause,
    EngineChanged,
    FinalResult,
    Levels,
    PartialResult,
    Prediction,
    StateChanged,
    Waveshape,
)
from desktop_app.gui.state.queue import Entry, EntryState
from desktop_app.gui.state.recording import AnalyzedRecording

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

LABELS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
CAPTURING = {CaptureState.LISTENING, CaptureState.SPEAKING}


def engine(labels: tuple[str, ...] = LABELS, notice: str = "") -> EngineChanged:
    return EngineChanged("tiny", labels, "CPUExecutionProvider", notice)


def state(value: CaptureState, message: str = "") -> StateChanged:
    return StateChanged(value, 0.0, "Some microphone", message)


def prediction(
    label: str,
    confidence: float = 0.8,
    *,
    uncertain: bool = False,
    labels: tuple[str, ...] = LABELS,
    because: Cause | None = None,
    nobody: bool = False,
) -> Prediction:
    """`because` makes it uncertain, and so does `nobody`, which says that it is not a voice."""
    rest = (1 - confidence) / (len(labels) - 1)
    shares = tuple(confidence if name == label else rest for name in labels)
    uncertain = uncertain or because is not None or nobody
    return Prediction(
        labels, shares, label, confidence, uncertain, inference_ms=5.0, because=because, not_a_voice=nobody
    )


def partial(label: str, end_s: float = 1.0, segment: int = 0, **how: object) -> PartialResult:
    return PartialResult(segment, 0.2, end_s, prediction(label, **how), 20.0)  # type: ignore[arg-type]


def final(
    label: str, end_s: float = 2.0, segment: int = 0, start_s: float = 0.2, **how: object
) -> FinalResult:
    return FinalResult(segment, start_s, end_s, prediction(label, **how), 20.0)  # type: ignore[arg-type]


def tick(time_s: float, *, speaking: bool = False, columns: int = 3, peak: float = 0.1) -> AudioTick:
    """Audio of `columns` times 10 ms that ends at `time_s`."""
    low, high = np.full(columns, -peak, np.float32), np.full(columns, peak, np.float32)
    levels = Levels(-30, -20, -18, -32, -60, -45)
    return AudioTick(time_s, levels, Waveshape(time_s - columns * 0.01, 0.01, low, high), speaking)


def show_result(window: MainWindow, recording: AnalyzedRecording) -> None:
    """As if this recording had been opened and analyzed."""
    entry = Entry(recording.path, EntryState.DONE, 1.0, result=recording)
    window.opened.queue.entries.append(entry)
    window.recordings.refresh()
    window.recordings.chosen.emit(entry)
