"""Cut a clip as the analyzer's segmenter would deliver it: speech with a short margin, no long silence."""

from __future__ import annotations

import numpy as np

from desktop_app.core.types import FloatArray

MARGIN_S = 0.25
_FRAME_S = 0.02
_BELOW_PEAK_DB = 30.0


def speech_bounds(waveform: FloatArray, sample_rate: int, margin_s: float = MARGIN_S) -> tuple[int, int]:
    """First and last sample (exclusive) of the speech, `margin_s` of context included.

    A frame of 20 ms is speech if it lies within 30 dB of the clip's loudest frame (95th percentile, so that
    a click does not decide). A silent clip is kept whole.
    """
    frame = round(_FRAME_S * sample_rate)
    count = len(waveform) // frame
    if count < 2:
        return 0, len(waveform)
    power = np.square(waveform[: count * frame].reshape(count, frame).astype(np.float64)).mean(axis=1)
    loud = np.percentile(power, 95)
    if loud <= 0.0:
        return 0, len(waveform)
    (speech,) = np.nonzero(power >= loud * 10 ** (-_BELOW_PEAK_DB / 10))
    margin = round(margin_s * sample_rate)
    start = max(0, int(speech[0]) * frame - margin)
    end = min(len(waveform), (int(speech[-1]) + 1) * frame + margin)
    return start, end


def trim(waveform: FloatArray, sample_rate: int, margin_s: float = MARGIN_S) -> FloatArray:
    """The speech of a clip with `margin_s` around it; see `speech_bounds`."""
    start, end = speech_bounds(waveform, sample_rate, margin_s)
    return waveform[start:end]
