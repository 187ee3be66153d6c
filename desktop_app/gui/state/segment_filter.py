"""Which segments of a recording the table shows. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.analysis.corrections import Correction
from desktop_app.gui.state.timeline_data import TimelineSegment

UNCERTAIN = "\0uncertain"
CORRECTED = "\0corrected"
NOTED = "\0noted"
DISAGREES = "\0disagrees"
"""In place of a label; no label begins so."""


@dataclass(frozen=True, slots=True)
class SegmentFilter:
    """What is asked of a segment, all of it; what a person says of it counts in place of the model's label.

    Attributes
    ----------
    label : str
        A label, or `UNCERTAIN`, `CORRECTED`, `NOTED`, `DISAGREES` (words and voice); empty for any.
    least, most : float
        Confidence, 0 to 1; below `most`, unless that is 1.
    text : str
        Is contained in the label, the note or what was said, in whatever case.
    """

    label: str = ""
    least: float = 0.0
    most: float = 1.0
    text: str = ""

    @property
    def all(self) -> bool:
        return self == SegmentFilter()

    def accepts(self, segment: TimelineSegment, said: Correction | None) -> bool:
        prediction = segment.prediction
        if prediction is None or segment.not_a_voice:
            return False
        label = said.label if said is not None and said.label else ""
        shown = label or ("" if prediction.uncertain else prediction.label)
        fits = {
            "": True,
            UNCERTAIN: prediction.uncertain and not label,
            CORRECTED: bool(label),
            NOTED: said is not None and bool(said.note),
            DISAGREES: segment.disagreement is not None,
        }.get(self.label, shown == self.label)
        if not fits or prediction.confidence < self.least:
            return False
        if self.most < 1.0 and prediction.confidence >= self.most:
            return False
        words = f"{shown}\n{'' if said is None else said.note}\n{segment.text or ''}".casefold()
        return self.text.strip().casefold() in words
