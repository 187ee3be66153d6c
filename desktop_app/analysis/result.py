"""What is found in a recording: its segments with their answers, and the recording as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.heard_sound import HeardSound
from desktop_app.core.doubt import DoubtWords, sounds_without_voice, words_of_whole
from desktop_app.core.label_set import LabelSet
from desktop_app.core.transcript import FusedEmotion, Transcript
from desktop_app.core.types import Cause, Prediction, SoundWarning


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """An utterance.

    `transcript` is what was said in it, its times the recording's, and `fused` what voice and words say
    together; None: not asked.
    """

    start_s: float
    end_s: float
    prediction: Prediction
    transcript: Transcript | None = None
    fused: FusedEmotion | None = None

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class RecordingAnalysis:
    """What was found in one recording. `overall` is None where nobody speaks.

    `warnings` tell of sound that the model was not made for, of what was done about its channels, of segments
    that are not a voice, and why nothing was found (docs/codes.md lists their codes).
    `channel` is the one that was heard, from 1; None for a single one, and for the mix. `corrections` are
    what a person says of it. `sound` is what was heard, if that was asked for.
    """

    path: str
    duration_s: float
    sample_rate: int
    segments: tuple[SegmentResult, ...]
    overall: Prediction | None
    warnings: tuple[SoundWarning, ...] = ()
    channel: int | None = None
    corrections: tuple[Correction, ...] = ()
    sound: HeardSound | None = field(default=None, compare=False, repr=False)

    @property
    def spoken(self) -> tuple[SegmentResult, ...]:
        """The segments in which somebody speaks."""
        return tuple(segment for segment in self.segments if not segment.prediction.not_a_voice)

    @property
    def doubt(self) -> DoubtWords | None:
        """Why the recording as a whole is uncertain, in words; None if it is not, or no cause is known."""
        if self.overall is None or self.overall.because is None:
            return None
        answers = [
            ("" if each.prediction.uncertain else each.prediction.label, each.duration_s)
            for each in self.spoken
        ]
        return words_of_whole(self.overall.because, self.overall.probabilities, answers)

    def among(self, label_set: LabelSet, abstain_below: float) -> RecordingAnalysis:
        """The same with answers among some of the model's labels, as if these alone had been allowed.

        `abstain_below` is the model's threshold. Raises ValueError if this is not what a model found with
        all of its labels.
        """
        segments = tuple(
            replace(
                segment,
                prediction=label_set.among(segment.prediction, abstain_below),
                fused=None if segment.fused is None else segment.fused.among(label_set),
            )
            for segment in self.segments
        )
        overall = overall_prediction(segments, label_set.threshold(abstain_below))
        return replace(self, segments=segments, overall=overall)


def overall_prediction(segments: Sequence[SegmentResult], abstain_below: float) -> Prediction | None:
    """Mean of the segments' probabilities, or values of dimensions, weighted by the duration of their speech.

    Segments that are not a voice are left out; None if no other is there, or some have labels and others
    dimensions. Uncertain if its own confidence is
    below `abstain_below`, as a segment is, or if most of the speech was; then for the cause that most of the
    uncertain speech has, but that its utterances are short: a recording is not. Values of dimensions are
    uncertain only if most of the speech was.
    """
    spoken = [segment for segment in segments if not segment.prediction.not_a_voice]
    if not spoken:
        return None
    total = sum(segment.duration_s for segment in spoken)
    first = spoken[0].prediction
    if any(segment.prediction.dimensions != first.dimensions for segment in spoken):
        return None
    mean = tuple(
        sum(s.duration_s * s.prediction.numbers[k] for s in spoken) / total for k in range(len(first.numbers))
    )
    if first.dimensions:
        return _overall_point(spoken, total, first.dimensions, mean)
    labels = first.labels
    best = max(range(len(labels)), key=mean.__getitem__)
    causes: dict[Cause, float] = {}
    doubtful = 0.0
    for segment in spoken:
        if segment.prediction.uncertain:
            doubtful += segment.duration_s
            cause = segment.prediction.because or Cause.BETWEEN
            cause = Cause.BETWEEN if cause is Cause.SHORT else cause
            causes[cause] = causes.get(cause, 0.0) + segment.duration_s
    if mean[best] >= abstain_below and doubtful <= total / 2:
        return Prediction(labels, mean, labels[best], mean[best], uncertain=False)
    because = max(causes, key=causes.__getitem__) if doubtful > total / 2 else Cause.BETWEEN
    return Prediction(labels, mean, labels[best], mean[best], uncertain=True, because=because)


def _overall_point(
    spoken: Sequence[SegmentResult], total: float, dimensions: tuple[str, ...], mean: tuple[float, ...]
) -> Prediction:
    causes: dict[Cause, float] = {}
    for segment in spoken:
        if segment.prediction.because is not None:
            cause = segment.prediction.because
            causes[cause] = causes.get(cause, 0.0) + segment.duration_s
    doubtful = sum(causes.values()) > total / 2
    because = max(causes, key=causes.__getitem__) if doubtful else None
    return Prediction((), (), "", 0.0, doubtful, because=because, dimensions=dimensions, values=mean)


def not_a_voice(segments: Sequence[SegmentResult]) -> SoundWarning | None:
    """The warning that tells how many segments are not a voice; None if all are."""
    others = [segment for segment in segments if segment.prediction.not_a_voice]
    if not others:
        return None
    seconds = sum(segment.duration_s for segment in others)
    return sounds_without_voice(len(others), seconds, len(segments) - len(others))
