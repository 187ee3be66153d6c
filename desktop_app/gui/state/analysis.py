"""A recording analyzed for the window, and its export. Runs in a worker thread; knows no Qt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.core.channel_choice import AUTO, ChannelChoice
from desktop_app.core.detector import BY_ENERGY, Detection
from desktop_app.core.envelope import Envelope
from desktop_app.gui.state.recording import AnalyzedRecording

if TYPE_CHECKING:
    from desktop_app.analysis.recording import WriteDown
    from desktop_app.analysis.result import SegmentResult
    from desktop_app.core.fusion import FusedModel, Fusion
    from desktop_app.core.transcript import WrittenBy
    from desktop_app.inference.engine import EmotionEngine
    from desktop_app.inference.voice_profile import VoiceProfile

TOLD_EACH_S = 0.4
"""How often what was found so far is told."""
_HELD_S = 10.0  # as far back as another channel may replace what was heard


def analyze(
    path: Path,
    engine: EmotionEngine,
    progress: Callable[[float], None],
    cancelled: threading.Event,
    channel: ChannelChoice = AUTO,
    *,
    adapt: bool = True,
    detection: Detection = BY_ENERGY,
    found_so_far: Callable[[AnalyzedRecording], None] | None = None,
    profile: VoiceProfile | None = None,
    write_down: WriteDown | None = None,
    words_model: WrittenBy | None = None,
    text_model: FusedModel | None = None,
    fusion: Fusion | None = None,
    fusion_file: tuple[str, str] | None = None,
) -> AnalyzedRecording | None:
    """Segments, probabilities and outline of a recording; None if it was cancelled.

    With `adapt` the voice is learnt from its beginning to its end, as `emoscope analyze` does; `profile` is
    one that is known from the start. `found_so_far` is told, now and then, what was found up to then.
    `write_down` is asked what is said in each utterance if there is a `words_model`; `text_model` is what
    tells the emotion of it, and `fusion`, read from `fusion_file`, makes one answer of voice and words.

    Raises
    ------
    EmoscopeError
        The file cannot be read, or does not have the channel; the sentence names it.
    """
    from desktop_app.analysis.recording import AnalysisCancelledError
    from desktop_app.analysis.result import RecordingAnalysis, overall_prediction
    from desktop_app.analysis.service import Analyzer, Source
    from desktop_app.audio.files import open_recording
    from desktop_app.inference.adaptation import AdaptiveEngine

    def session() -> AdaptiveEngine:
        return AdaptiveEngine(engine, profile, adapts=adapt)

    outline = Envelope(engine.sample_rate, hold_s=_HELD_S)
    with open_recording(path) as recording:
        channels, rate, promised_s = recording.channels, recording.sample_rate, recording.duration_s
    # What was chosen for other sound is no reason to refuse this one: of a single channel there is no choice.
    choice = channel if channels > 1 else AUTO

    def made(analysis: RecordingAnalysis, *, partial: bool = False) -> AnalyzedRecording:
        return AnalyzedRecording(
            path,
            analysis,
            outline,
            engine.name,
            engine.sha256,
            engine.provider,
            engine.labels,
            channels,
            detection.name,
            licence=engine.manifest.licence,
            partial=partial,
            dimensions=engine.dimensions,
            words_model=words_model,
            text_model=text_model,
            fusion=fusion_file,
        )

    results: list[SegmentResult] = []
    told = time.monotonic()

    def tell(result: SegmentResult) -> None:
        nonlocal told
        results.append(result)
        now = time.monotonic()
        if found_so_far is not None and now - told >= TOLD_EACH_S:
            told = now
            segments = tuple(results)
            overall = overall_prediction(segments, engine.abstain_below)
            duration_s = max(promised_s, outline.end_s)
            so_far = RecordingAnalysis(str(path), duration_s, rate, segments, overall)
            found_so_far(made(so_far, partial=True))

    try:
        learns = adapt or profile is not None
        analyzer = Analyzer(
            engine,
            channel=choice,
            detection=detection,
            session=session if learns else None,
            write_down=None if words_model is None else write_down,
            fusion=fusion,
        )
        (analysis,) = analyzer.analyze(
            Source(path, str(path)),
            progress=progress,
            cancel=cancelled.is_set,
            on_heard=outline.push_at,
            on_result=tell,
        )
    except AnalysisCancelledError:
        return None
    return made(analysis)


def export(recording: AnalyzedRecording, path: Path, kind: str) -> None:
    """Write the result in the format of that name; the file is complete or the old one stays."""
    from desktop_app.analysis.formats import FORMATS, RecordingResult
    from desktop_app.analysis.report import Provenance
    from desktop_app.core.safe_files import write_text

    made_with = Provenance(
        recording.model,
        recording.model_sha256,
        recording.provider,
        recording.labels,
        detector=recording.detector,
        licence=recording.licence,
        dimensions=recording.dimensions,
        words_model=recording.words_model,
        text_model=recording.text_model,
        fusion=recording.fusion,
    )
    result = RecordingResult.of(made_with, [recording.analysis], recording.envelope)
    write_text(path, FORMATS[kind].write(result))
