"""How a clip is cut before a model hears it: whole, trimmed to the speech, a short window, louder or softer.

Trimming cuts as the analyzer's segmenter would: speech with a short margin, no long silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.core.types import FloatArray
from models.corpora.base import SAMPLE_RATE

MARGIN_S = 0.25
_FRAME_S = 0.02
_BELOW_PEAK_DB = 30.0
_MAX_SECONDS = 30


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


@dataclass(frozen=True, slots=True)
class View:
    """How a clip is cut and scaled before it is embedded.

    `window_s`: a window of that length from the speech; `position` 0..1 tells where (0 its start), None draws
    place and, down to 0.5 s, length from the clip's own hash. `gain_db` comes last, clipped at full scale.
    """

    name: str
    trimmed: bool = False
    window_s: float | None = None
    position: float | None = 0.5
    gain_db: float = 0.0

    def cut(self, waveform: FloatArray, digest: str) -> FloatArray:
        """Apply the view to a waveform [samples]; `digest` is the hash of the clip's file."""
        if self.trimmed:
            waveform = trim(waveform, SAMPLE_RATE)
        if self.window_s is not None:
            length, place = self.window_s, self.position
            if place is None:
                # From the content, not from a generator: the same clip gives the same window everywhere.
                draws = np.frombuffer(bytes.fromhex(digest), dtype=np.uint32)[:2] / 2**32
                length, place = 0.5 + (length - 0.5) * float(draws[0]), float(draws[1])
            size = min(len(waveform), round(length * SAMPLE_RATE))
            start = round(place * (len(waveform) - size))
            waveform = waveform[start : start + size]
        if self.gain_db:
            waveform = np.clip(waveform * np.float32(10 ** (self.gain_db / 20)), -1.0, 1.0)
        return waveform[: _MAX_SECONDS * SAMPLE_RATE]


WHOLE = View("whole")
TRIMMED = View("trimmed", trimmed=True)
WINDOW = View("window", trimmed=True, window_s=2.5, position=None)
TRAIN_VIEWS = (WHOLE, TRIMMED, WINDOW)
VIEWS = {
    view.name: view
    for view in (
        WHOLE,
        TRIMMED,
        WINDOW,
        *(View(f"first-{s}s", trimmed=True, window_s=float(s), position=0.0) for s in (1, 2, 3)),
        *(View(f"middle-{s}s", trimmed=True, window_s=float(s), position=0.5) for s in (1, 2, 3)),
        *(View(f"{db:+d}dB", gain_db=float(db)) for db in (-20, -10, 10)),
        *(View(f"trimmed{db:+d}dB", trimmed=True, gain_db=float(db)) for db in (-20, -10, 10)),
    )
}
