"""What words are worth beside a voice: a fusion fitted and judged on folds with disjoint speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from desktop_app.core.fusion import evidence, shared_labels
from models.corpora.base import Clip
from models.errors import TrainingError
from models.evaluation.bootstrap import SpeakerSums, paired_differences
from models.evaluation.folds import Hashes, check_disjoint, linked_speakers, speaker_folds
from models.evaluation.metrics import IntArray, Probabilities, report
from models.training.fuse import BoolArray, FusionData, Strengths, choose_strengths, fit_weights

FOLDS: Final = 5
LEAST_SPEAKERS: Final = 3
"""One to test, one to choose by, one to fit on."""
FEW_SPEAKERS: Final = 12
"""Of fewer the intervals are so wide that a fusion rarely shows that it is better."""
_LEAST: Final = 1e-9
COMPARED: Final = ("voice", "words", "voice, refitted", "both")


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Figures of each of `COMPARED` on speakers that the weights were not fitted on, and the weights for all.

    Attributes
    ----------
    rows : dict
        For each way a `Report` as JSON values.
    differences : dict
        What `both` is better than each other way by: (difference, interval) by figure.
    folds : tuple of (frozenset, frozenset)
        Speakers that were fitted on and tested, of each fold.
    weights : float64 [3, labels]
        Fitted on all clips.
    strengths : Strengths
        Of these weights.
    """

    rows: dict[str, dict[str, Any]]
    differences: dict[str, dict[str, Any]]
    folds: tuple[tuple[frozenset[str], frozenset[str]], ...]
    weights: Probabilities
    strengths: Strengths

    @property
    def better(self) -> bool:
        """Both are better than the voice, however it is used, with the whole interval of the UAR above 0."""
        intervals = [self.differences[way]["uar"]["interval"] for way in ("voice", "voice, refitted")]
        return all(interval is not None and interval[0] > 0 for interval in intervals)

    @property
    def words_better(self) -> bool:
        """The words alone are better than both, with the whole interval of the UAR below 0."""
        interval = self.differences["words"]["uar"]["interval"]
        return interval is not None and bool(interval[1] < 0)


def study(
    clips: Sequence[Clip],
    hashes: Hashes,
    *,
    labels: Sequence[str],
    truth: IntArray,
    voice: Probabilities,
    text_labels: Sequence[str],
    text: Probabilities,
    said: BoolArray,
) -> Study:
    """Fit and judge.

    Parameters
    ----------
    clips : sequence of Clip
    labels : sequence of str
        Of the voice's model.
    truth : int64 [clips]
        Index of each clip's emotion in `labels`.
    voice, text : float64 [clips, labels], [clips, text_labels]
        Probabilities by each model.
    said : bool [clips]
        Whether there are words; where not, `text` does not count.

    Raises
    ------
    LeakError
        A speaker is not known.
    TrainingError
        There are too few speakers (`fusion.speakers`), or the models share no emotion (`fusion.labels`).
    """
    groups = linked_speakers(clips, hashes)
    if len(groups) < LEAST_SPEAKERS:
        people = "1 speaker" if len(groups) == 1 else f"{len(groups)} speakers"
        raise TrainingError(
            f"These recordings are of {people}, and a fusion needs {LEAST_SPEAKERS} or more: "
            "one to test, one to choose by and one to fit on.",
            "Add recordings of other people, or tell who speaks with --speaker-pattern or --speakers.",
            code="fusion.speakers",
            fields={"speakers": len(groups)},
        )
    if sum(bool(numbers) for numbers in shared_labels(labels, text_labels)) < 2:
        raise TrainingError(
            "The two models have fewer than two emotions in common.",
            f"The voice knows {', '.join(labels)}; the words {', '.join(text_labels)}.",
            code="fusion.labels",
        )
    data = FusionData(voice, np.where(said[:, None], evidence(text, labels, text_labels), 0.0), said, truth)
    speakers = [clip.speaker for clip in clips]

    answers = {way: voice.copy() for way in COMPARED}
    answers["words"] = _by_words(text, said, labels, text_labels)
    parts = []
    for fold in speaker_folds(clips, min(FOLDS, len(groups)), hashes):
        tested = np.isin(speakers, sorted(fold))
        apart = [clip for clip, of in zip(clips, tested, strict=True) if of]
        rest = [clip for clip, of in zip(clips, tested, strict=True) if not of]
        check_disjoint(rest, apart, hashes)
        parts.append((frozenset(clip.speaker for clip in rest), frozenset(clip.speaker for clip in apart)))
        fitted_on = data.of(~tested)
        strengths = _strengths(rest, hashes, fitted_on)
        for way, chosen in (("voice, refitted", strengths.without_words), ("both", strengths)):
            answers[way][tested] = data.of(tested).fused(fit_weights(fitted_on, chosen))
    strengths = _strengths(clips, hashes, data)
    sums = {way: SpeakerSums.of(answers[way], truth, speakers, len(labels)) for way in answers}
    return Study(
        {way: report(answers[way], truth, speakers, labels).to_dict() for way in COMPARED},
        {
            way: {
                name: {"difference": difference, "interval": interval}
                for name, (difference, interval) in paired_differences(sums[way], sums["both"]).items()
            }
            for way in COMPARED
            if way != "both"
        },
        tuple(parts),
        fit_weights(data, strengths),
        strengths,
    )


def _strengths(clips: Sequence[Clip], hashes: Hashes, data: FusionData) -> Strengths:
    """Chosen on inner folds of these clips' speakers."""
    count = min(FOLDS, len(linked_speakers(clips, hashes)))
    return choose_strengths(data, [clip.speaker for clip in clips], speaker_folds(clips, count, hashes))


def _by_words(
    text: Probabilities, said: BoolArray, labels: Sequence[str], text_labels: Sequence[str]
) -> Probabilities:
    """What words say by themselves [clips, labels]: nothing of emotions that their model lacks.

    Without words all emotions are equally likely.
    """
    columns = [text[:, numbers].sum(axis=1) for numbers in shared_labels(labels, text_labels)]
    shares = np.where(said[:, None], np.maximum(np.array(columns).T, _LEAST), 1.0)
    out: Probabilities = shares / shares.sum(axis=1, keepdims=True)
    return out
