"""A recording, block by block, through the same chain and engine as a live stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from desktop_app.core.chain import SpeechChain
from desktop_app.core.segmenter import SegmenterParams
from desktop_app.core.types import (
    EmoscopeError,
    FloatArray,
    Prediction,
    Predictor,
    SoundWarning,
    SpeechSegment,
)

CLIPPED_FROM: Final = 0.9995  # of full scale
# Recordings that were normalised to full scale stay below 0.00004 (Emo-DB); audible clipping is far above.
CLIPPED_SHARE: Final = 0.001


class AnalysisCancelledError(EmoscopeError):
    """The person asked to stop; nothing was written."""

    default_code = "cancelled"


@dataclass(frozen=True, slots=True)
class SegmentResult:
    start_s: float
    end_s: float
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class RecordingAnalysis:
    """What was found in one recording. `overall` is None where nobody speaks.

    `warnings` are sentences about sound that the model was not made for: clipping, or a low sample rate.
    """

    path: str
    duration_s: float
    sample_rate: int
    segments: tuple[SegmentResult, ...]
    overall: Prediction | None
    warnings: tuple[SoundWarning, ...] = ()


def overall_prediction(segments: Sequence[SegmentResult], abstain_below: float) -> Prediction | None:
    """Mean of the segments' probabilities, weighted by the duration of their speech.

    Uncertain if its own confidence is below `abstain_below`, as a segment is, or if most of the speech was.
    """
    if not segments:
        return None
    total = sum(segment.end_s - segment.start_s for segment in segments)
    labels = segments[0].prediction.labels
    mean = tuple(
        sum((s.end_s - s.start_s) * s.prediction.probabilities[k] for s in segments) / total
        for k in range(len(labels))
    )
    best = max(range(len(labels)), key=mean.__getitem__)
    doubtful = sum(s.end_s - s.start_s for s in segments if s.prediction.uncertain)
    uncertain = mean[best] < abstain_below or doubtful > total / 2
    return Prediction(labels, mean, labels[best], mean[best], uncertain)


def sound_warnings(sample_rate: int, clipped: int, samples: int, model_rate: int) -> tuple[SoundWarning, ...]:
    """What what makes the answers doubtful, whatever the model says.

    Parameters
    ----------
    clipped, samples : int
        How many of the recording's samples, in all channels, are at full scale.
    model_rate : int
        In Hz, what the model was trained at.
    """
    found = []
    if samples and clipped / samples > CLIPPED_SHARE:
        share = clipped / samples
        found.append(
            SoundWarning(
                "clipped",
                f"The recording is clipped: {100 * share:.1f} % of its samples are at full scale, so its "
                "emotions are doubtful.",
                {"share": round(share, 6)},
            )
        )
    if sample_rate < model_rate:
        found.append(
            SoundWarning(
                "low_sample_rate",
                f"The recording has {sample_rate} Hz and the model was trained at {model_rate} Hz: sound "
                f"above {sample_rate / 2:g} Hz is missing.",
                {"sample_rate": sample_rate, "model_rate": model_rate},
            )
        )
    return tuple(found)


def analyze_recording(
    path: str,
    blocks: Iterable[FloatArray],
    sample_rate: int,
    predictor: Predictor,
    *,
    params: SegmenterParams | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> RecordingAnalysis:
    """Analyze a recording without holding it in memory.

    Parameters
    ----------
    path : str
        Only carried into the result.
    blocks : iterable of float32 [n, channels]
        The audio at `sample_rate`, in order.
    predictor : Predictor
        Judges each final segment.
    progress : callable, optional
        Told the seconds of audio done, once a block.
    cancel : callable, optional
        Asked once a block and once a segment; True ends the analysis with AnalysisCancelledError.
    """
    chain = SpeechChain(sample_rate, predictor.sample_rate, params or SegmenterParams())
    results: list[SegmentResult] = []

    def check() -> None:
        if cancel is not None and cancel():
            raise AnalysisCancelledError(f"The analysis of {path} was cancelled.")

    def judge(segments: list[SpeechSegment]) -> None:
        for segment in segments:
            if segment.final:
                check()
                prediction = predictor.predict(segment.waveform)
                results.append(SegmentResult(segment.start_s, segment.end_s, prediction))

    frames = samples = clipped = 0
    for block in blocks:
        check()
        judge(chain.push(block)[1])
        frames += len(block)
        samples += block.size
        clipped += int(np.count_nonzero(np.abs(block) >= CLIPPED_FROM))
        if progress is not None:
            progress(frames / sample_rate)
    judge(chain.flush()[1])
    return RecordingAnalysis(
        path,
        frames / sample_rate,
        sample_rate,
        tuple(results),
        overall_prediction(results, predictor.abstain_below),
        sound_warnings(sample_rate, clipped, samples, predictor.sample_rate),
    )
