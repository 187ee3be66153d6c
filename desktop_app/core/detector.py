"""How speech is found in a stream: what a detector does, and which one is meant.

The first stage is `Segmenter`, by energy alone. A second one, where it is asked for, stands behind its
thresholds: a frame counts only if a `SpeechModel` takes it for speech as well. So it cuts inside of what
energy alone takes for one segment, while that is still open; pauses, partial windows and splits are one code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from desktop_app.core.detector_choice import ENERGY, ENERGY_SILERO
from desktop_app.core.segmenter import Segmenter
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.speech_gate import GateParams, SpeechGate, SpeechModel
from desktop_app.core.types import FloatArray, SpeechSegment

MakeSpeechModel: TypeAlias = Callable[[], SpeechModel]


class Detector(Protocol):
    """Segments out of one stream of samples; causal, and the same however the stream is cut into blocks."""

    min_level_dbfs: float | None
    """What is softer is no speech, whatever the room; None for no such limit."""

    @property
    def params(self) -> SegmenterParams: ...

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        ...

    @property
    def powers(self) -> npt.NDArray[np.float64]:
        """Mean square in each band of the frames that the latest push completed, [frames, bands]."""
        ...

    @property
    def speaking(self) -> bool:
        """A segment is open that is already long enough to be speech."""
        ...

    @property
    def active(self) -> bool:
        """A segment is open, whether or not it is long enough to be speech by now."""
        ...

    @property
    def level_dbfs(self) -> float:
        """Level of the latest frames, which is compared with `threshold_dbfs`."""
        ...

    @property
    def threshold_dbfs(self) -> float: ...

    @property
    def floor_dbfs(self) -> float:
        """Level of the room."""
        ...

    @property
    def highest_excess_db(self) -> float:
        """The highest excess over the floor that a frame has had, in dB."""
        ...

    @property
    def refused_s(self) -> float:
        """Seconds that were loud enough, and no speech to the second stage."""
        ...

    def push(self, waveform: FloatArray, steps: list[float] | None = None) -> list[SpeechSegment]:
        """Take in `waveform` [n]; partial and final segments in the order in which they became known."""
        ...

    def flush(self) -> list[SpeechSegment]:
        """End of the stream: close what is open."""
        ...

    def continue_from(self, other: Self, start: int) -> None:
        """Take the place of `other` in the same stream, and be fed from sample `start` on."""
        ...


@dataclass(frozen=True, slots=True)
class Detection:
    """Which detector is meant.

    Attributes
    ----------
    params : SegmenterParams
        Thresholds and times of the first stage.
    speech_model : callable, optional
        Makes the model of the second stage, a fresh one for each stream; without it there is none.
    gate : GateParams
        Thresholds and times of the second stage.
    """

    params: SegmenterParams = field(default_factory=SegmenterParams)
    speech_model: MakeSpeechModel | None = None
    gate: GateParams = field(default_factory=GateParams)

    @property
    def name(self) -> str:
        """The one of `DETECTORS` that it is."""
        return ENERGY if self.speech_model is None else ENERGY_SILERO

    def make(self, sample_rate: int) -> Detector:
        """A detector for one stream at `sample_rate` Hz."""
        gate = None
        if self.speech_model is not None:
            gate = SpeechGate(sample_rate, self.speech_model(), self.gate)
        return Segmenter(sample_rate, self.params, gate)


BY_ENERGY: Final = Detection()
"""Without a second stage."""


def with_second_stage(speech_model: MakeSpeechModel) -> Detection:
    """Energy and `speech_model`. What would be false alarms by energy alone is not, so that may be softer."""
    return Detection(SegmenterParams(on_db=9.0, off_db=5.0), speech_model)
