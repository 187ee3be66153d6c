"""What the window knows about an analyzed recording. Knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from desktop_app.core.detector_choice import ENERGY
from desktop_app.core.envelope import Envelope
from desktop_app.core.language import localised, tr
from desktop_app.core.palette import Hue, colours_for
from desktop_app.core.types import Prediction
from desktop_app.gui.state import headline as headlines
from desktop_app.gui.state.headline import Headline, Kind
from desktop_app.gui.state.modalities import Modalities, disagreement, modalities_of
from desktop_app.gui.state.spoken_words import written
from desktop_app.gui.state.timeline_data import TimelineGap, TimelineSegment, missing
from desktop_app.gui.state.told import told
from desktop_app.gui.state.words import (
    capital,
    doubt_in_language,
    emotion,
    in_brief,
    in_numbers,
    moment,
    nobody_speaks,
    percent,
)

if TYPE_CHECKING:
    from desktop_app.analysis.corrections import Correction
    from desktop_app.analysis.result import RecordingAnalysis
    from desktop_app.core.fusion import FusedModel
    from desktop_app.core.label_set import LabelSet
    from desktop_app.core.transcript import WrittenBy

_ANY_RATE = 16_000


@dataclass(frozen=True, slots=True, eq=False)
class AnalyzedRecording:
    """An analysis, what it was made with, and the outline to draw it on.

    `labels` are those that were allowed; where these are not all of the model's, `whole` is with all of them.
    Of a model of dimensions there are none, and `dimensions` are in their place. `words_model` wrote down
    what was said; None if that was not wanted. `text_model` told the emotion of it, and `fusion` is path and
    SHA-256 of the file by which voice and words make one answer. A `partial` one is what was found up to a
    moment of its analysis.
    """

    path: Path
    analysis: RecordingAnalysis
    envelope: Envelope
    model: str
    model_sha256: str
    provider: str
    labels: tuple[str, ...]
    channels: int = 1
    detector: str = ENERGY
    whole: AnalyzedRecording | None = None
    partial: bool = False
    licence: str = ""
    dimensions: tuple[str, ...] = ()
    words_model: WrittenBy | None = None
    text_model: FusedModel | None = None
    fusion: tuple[str, str] | None = None

    @property
    def colours(self) -> Mapping[str, Hue]:
        """Of the labels, or of the dimensions."""
        return colours_for(self.dimensions or self.labels)

    @property
    def overall(self) -> Prediction | None:
        return self.analysis.overall

    def among(self, label_set: LabelSet, abstain_below: float) -> AnalyzedRecording:
        """The same, answered with others of the model's labels; `abstain_below` is the model's threshold."""
        whole = self.whole or self
        if label_set.all_allowed:
            return whole
        analysis = whole.analysis.among(label_set, abstain_below)
        return replace(whole, analysis=analysis, labels=label_set.labels, whole=whole)

    def corrected(self, records: tuple[Correction, ...]) -> AnalyzedRecording:
        """The same, of which a person says this."""
        whole = None if self.whole is None else self.whole.corrected(records)
        return replace(self, analysis=replace(self.analysis, corrections=records), whole=whole)

    def segments(self) -> list[TimelineSegment]:
        return [
            TimelineSegment(
                place,
                segment.start_s,
                segment.end_s,
                segment.prediction.names,
                [(segment.end_s, segment.prediction.numbers)],
                segment.prediction,
                bool(segment.prediction.dimensions),
                None if segment.transcript is None else written(segment.transcript),
                segment.transcript is not None and segment.transcript.emotion is not None,
                disagreement(segment.prediction, segment.transcript),
            )
            for place, segment in enumerate(self.analysis.segments)
        ]

    def gaps(self) -> list[TimelineGap]:
        """Where sound is missing, as far as the places are known."""
        return [
            missing(start_s, seconds)
            for warning in self.analysis.warnings
            if warning.code == "damaged"
            for start_s, seconds in cast("list[tuple[float, float]]", warning.fields.get("places", ()))
        ]

    @property
    def lost(self) -> str:
        """What is known to be missing of the sound, in words; empty if nothing is."""
        fields = [w.fields for w in self.analysis.warnings if w.code in ("damaged", "incomplete")]
        if not fields:
            return ""
        seconds = 0.0
        for each in fields:
            promised, found = each.get("promised_s"), each.get("found_s")
            gone = each.get("missing_s")
            if gone is None and promised is not None and found is not None:
                gone = float(cast("float", promised)) - float(cast("float", found))
            seconds += max(0.0, float(cast("float", gone or 0.0)))
        if seconds < 0.05:
            return tr("some sound")
        return tr("{seconds} s of sound").format(seconds=localised(f"{seconds:.1f}"))

    def voice_of(self, place: int) -> str:
        """By which voice the segment at `place` was judged, in words; empty if none was learnt."""
        segments = self.segments()
        return segments[place].voice if 0 <= place < len(segments) else ""

    def modalities_of(self, place: int) -> Modalities | None:
        """What voice and words of the segment at `place` say; None where no words tell an emotion."""
        segment = self.analysis.segments[place]
        return modalities_of(segment.prediction, segment.transcript, segment.fused)

    def headline(self) -> Headline:
        """The overall result in the same words as the live view's."""
        overall = self.overall
        spoken = self.analysis.spoken
        if overall is None or not spoken:
            return self._no_speech()
        count = len(spoken)
        seconds = sum(segment.duration_s for segment in spoken)
        text = tr(
            "1 segment, {seconds} s of speech" if count == 1 else "{count} segments, {seconds} s of speech"
        )
        said = text.format(count=count, seconds=localised(f"{seconds:.1f}"))
        if overall.dimensions:
            return self._point(overall, said)
        if overall.uncertain:
            closest = f"{emotion(overall.label)} {percent(overall.confidence)}"
            detail = tr("Closest: {emotion}. {said}.").format(emotion=closest, said=said)
            doubt = self.analysis.doubt
            return headlines.uncertain(overall, detail, None if doubt is None else doubt_in_language(doubt))
        title = capital(emotion(overall.label))
        detail = tr("Overall, from {said}").format(said=said)
        return Headline(Kind.EMOTION, title, detail, overall.label, overall.confidence)

    def headline_of(self, place: int) -> Headline:
        """The result of the segment at `place`, which has one."""
        segment = self.segments()[place]
        prediction = cast("Prediction", segment.prediction)
        lead = tr("{start} to {end}").format(start=moment(segment.start_s), end=moment(segment.end_s))
        return headlines.of_stretch(prediction, prediction.label, lead)

    def _point(self, overall: Prediction, said: str) -> Headline:
        numbers = in_numbers(overall.dimensions, overall.values)
        if overall.uncertain:
            detail = tr("Mean: {numbers}. {said}.").format(numbers=numbers, said=said)
            return headlines.uncertain(overall, detail)
        title = in_brief(overall.dimensions, overall.values)
        return Headline(Kind.POINT, capital(title), tr("Overall, from {said}").format(said=said))

    def _no_speech(self) -> Headline:
        sounds = self.analysis.segments
        short = next((each for each in self.analysis.warnings if each.code == "too_short"), None)
        if short is not None:
            return Headline(Kind.STATE, tr("Too short"), told(short), icon="stalled")
        if not sounds:
            detail = tr("Nothing in this recording sounds like speech.")
            return Headline(Kind.STATE, tr("No speech"), detail, icon="stalled")
        seconds = sum(segment.duration_s for segment in sounds)
        text = tr(
            "{count} sounds were heard ({seconds} s), but no voice."
            if len(sounds) > 1
            else "1 sound was heard ({seconds} s), but no voice."
        )
        detail = text.format(count=len(sounds), seconds=localised(f"{seconds:.1f}"))
        return Headline(Kind.STATE, tr("No speech"), detail, icon="not_a_voice", help=nobody_speaks())


def waiting(path: Path) -> AnalyzedRecording:
    """A recording of which nothing is known yet."""
    from desktop_app.analysis.result import RecordingAnalysis

    nothing = RecordingAnalysis(str(path), 0.0, _ANY_RATE, (), None)
    return AnalyzedRecording(path, nothing, Envelope(_ANY_RATE), "", "", "", (), partial=True)
