"""A corpus in figures: classes, speakers, durations and levels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.corpora.base import LABELS, Clip
from models.corpora.sound import Sound

Floats = npt.NDArray[np.float64]
QUANTILES = (0.0, 5.0, 50.0, 95.0, 100.0)


@dataclass(frozen=True, slots=True)
class CorpusStats:
    """Figures of the clips that can be read.

    Attributes
    ----------
    classes
        Clips by emotion (the eight in their order, then the others) and gender: {emotion: {gender: clips}}.
    speakers
        Clips of each speaker.
    durations, rms, peaks
        Seconds and dBFS of each clip, shape [clips].
    """

    corpus: str
    classes: Mapping[str, Mapping[str, int]]
    speakers: Mapping[str, int]
    genders: Mapping[str, int]
    durations: Floats
    rms: Floats
    peaks: Floats

    @property
    def clips(self) -> int:
        return len(self.durations)


def corpus_stats(clips: Sequence[Clip], sounds: Mapping[Path, Sound]) -> CorpusStats:
    """Count and measure the clips of one corpus whose sound could be read."""
    readable = [clip for clip in clips if sounds[clip.path].seconds]
    order = {label: place for place, label in enumerate(LABELS)}
    emotions = sorted({clip.emotion for clip in readable}, key=lambda e: (order.get(e, len(order)), e))
    voices = {(clip.speaker, clip.gender) for clip in readable if clip.speaker_known}
    return CorpusStats(
        corpus=clips[0].corpus,
        classes={
            emotion: dict(sorted(Counter(c.gender for c in readable if c.emotion == emotion).items()))
            for emotion in emotions
        },
        speakers=dict(sorted(Counter(clip.speaker for clip in readable).items())),
        genders=dict(sorted(Counter(gender for _, gender in voices).items())),
        durations=np.array([sounds[clip.path].seconds for clip in readable]),
        rms=np.array([sounds[clip.path].rms_dbfs for clip in readable]),
        peaks=np.array([sounds[clip.path].peak_dbfs for clip in readable]),
    )


def quantiles(values: Floats) -> list[float]:
    """Lowest, 5 %, median, 95 % and highest, to two decimals."""
    return [round(float(value), 2) + 0.0 for value in np.percentile(values, QUANTILES)]
