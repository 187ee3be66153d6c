"""What was said live up to now, as a result that is exported like that of a recording. Knows no Qt."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult, overall_prediction
from desktop_app.core.envelope import Envelope
from desktop_app.core.transcript import WrittenBy
from desktop_app.core.types import Prediction
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.spoken_words import SpokenWords

if TYPE_CHECKING:
    from desktop_app.core.fusion import FusedModel
    from desktop_app.inference.engine import EmotionEngine


def session_result(
    utterances: Sequence[SegmentResult],
    engine: EmotionEngine,
    *,
    until_s: float,
    detector: str,
    notes: Mapping[float, str],
    spoken: SpokenWords,
    words_model: WrittenBy | None,
    text_model: FusedModel | None = None,
    fusion: tuple[str, str] | None = None,
    at: float | None = None,
) -> AnalyzedRecording:
    """The utterances on the session's axis of time, as an analysis of a recording that ends at `until_s`.

    Parameters
    ----------
    utterances : sequence
        At least one; those that were judged with other labels are there, too.
    engine : EmotionEngine
        The model in use.
    detector : str
        How speech was found.
    notes : mapping
        A person's words about utterances, by their beginning.
    spoken : SpokenWords
        What was said in them, as far as that was written down, by the model `words_model`, and read by
        `text_model`; `fusion` is path and SHA-256 of the file by which voice and words made one answer.
    at : float, optional
        Seconds since 1970, for the name; now by default.
    """
    labels = tuple(dict.fromkeys(label for each in utterances for label in each.prediction.labels))
    segments = tuple(
        replace(
            each,
            prediction=_among(each.prediction, labels),
            transcript=spoken.of(each.start_s),
            fused=spoken.fused(each.start_s),
        )
        for each in utterances
    )
    told = any(each.transcript is not None and each.transcript.emotion is not None for each in segments)
    name = time.strftime("live-%Y-%m-%d-%H%M%S", time.localtime(at))
    analysis = RecordingAnalysis(
        name,
        max(until_s, segments[-1].end_s),
        engine.sample_rate,
        segments,
        overall_prediction(segments, engine.abstain_below),
        corrections=tuple(
            Correction(each.start_s, each.end_s, note=notes[each.start_s]).cleaned()
            for each in segments
            if each.start_s in notes
        ),
    )

    return AnalyzedRecording(
        Path(name),
        analysis,
        Envelope(engine.sample_rate),
        engine.name,
        engine.sha256,
        engine.provider,
        labels,
        detector=detector,
        licence=engine.manifest.licence,
        dimensions=tuple(dict.fromkeys(name for each in utterances for name in each.prediction.dimensions)),
        words_model=(words_model or WrittenBy("")) if any(each.transcript for each in segments) else None,
        text_model=text_model if told else None,
        fusion=fusion if told else None,
    )


def _among(prediction: Prediction, labels: tuple[str, ...]) -> Prediction:
    """The same with a place for each of `labels`; one that could not be answered has the probability 0."""
    if prediction.labels == labels or prediction.dimensions:
        return prediction
    shares = prediction.as_mapping()
    return replace(
        prediction,
        labels=labels,
        probabilities=tuple(shares.get(label, 0.0) for label in labels),
        undoubted=None,
        default_probabilities=None,
    )
