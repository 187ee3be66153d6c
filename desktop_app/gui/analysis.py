"""A recording analyzed for the window, and its export. Runs in a worker thread; knows no Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.gui.envelope import Envelope
from desktop_app.gui.recording import AnalyzedRecording

_BLOCK_FRAMES = 16384

if TYPE_CHECKING:
    from desktop_app.inference.engine import EmotionEngine


def analyze(
    path: Path, engine: EmotionEngine, progress: Callable[[float], None], cancelled: threading.Event
) -> AnalyzedRecording | None:
    """Segments, probabilities and outline of a recording; None if it was cancelled.

    Raises
    ------
    EmoscopeError
        The file cannot be read; the sentence names it.
    """
    from desktop_app.analysis.recording import AnalysisCancelledError, analyze_recording
    from desktop_app.audio.files import open_recording

    with open_recording(path) as file:
        envelope = Envelope(file.sample_rate)
        duration_s = max(file.duration_s, 1e-6)
        try:
            analysis = analyze_recording(
                str(path),
                envelope.watch(file.blocks(_BLOCK_FRAMES)),
                file.sample_rate,
                engine,
                progress=lambda done_s: progress(min(1.0, done_s / duration_s)),
                cancel=cancelled.is_set,
            )
        except AnalysisCancelledError:
            return None
    return AnalyzedRecording(
        path, analysis, envelope, engine.name, engine.sha256, engine.provider, engine.labels
    )


def export(recording: AnalyzedRecording, path: Path, kind: str) -> None:
    """Write the result as `json`, `csv` or `TextGrid`; the file is complete or the old one stays."""
    from desktop_app.analysis import report
    from desktop_app.core.safe_files import write_text

    match kind:
        case "json":
            data = report.report_data(
                [recording.analysis],
                model=recording.model,
                model_sha256=recording.model_sha256,
                provider=recording.provider,
            )
            text = report.to_json(data)
        case "csv":
            text = report.to_csv([recording.analysis], recording.labels)
        case _:
            text = report.to_textgrid(recording.analysis)
    write_text(path, text)
