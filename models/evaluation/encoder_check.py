"""What a smaller encoder costs on voices that its head has not heard.

A finished model knows the answers of the corpora that it was trained on, and a file that lost much may still
repeat them. So the head is fitted anew, on the embeddings of the exact file and without the speakers that it
is then tried with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from desktop_app.core.types import FloatArray
from desktop_app.inference.manifest import Manifest
from models.corpora.base import Clip, read_waveform
from models.errors import LeakError
from models.evaluation.folds import linked_speakers, speaker_folds
from models.evaluation.linear_head import fit_head
from models.evaluation.metrics import confusion, uar_of

FOLDS = 5
STRENGTH = 0.01
"""Inverse regularisation of the head: about what the shipped model's inner folds choose."""

Embed = Callable[[FloatArray], FloatArray]
"""Waveforms [batch, samples] -> embeddings [batch, dim]."""


def cross_check(
    before: Embed,
    after: Embed,
    manifest: Manifest,
    clips: Sequence[Clip],
    hashes: Mapping[Path, str],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[float, float]:
    """UAR (0..1) of both files' embeddings under heads that have not heard the speaker.

    Parameters
    ----------
    before, after : callable
        The embeddings of the exact file and of the smaller one.
    clips, hashes
        As `models.corpora.load_corpus` gives them.
    progress : callable, optional
        (clips done, clips in all).

    Raises
    ------
    LeakError
        If speakers cannot be kept apart, or nothing is left to learn from without some of them.
    """
    known = [clip for clip in clips if clip.emotion in manifest.labels]
    speakers = np.array([clip.speaker for clip in known])
    targets = np.array([manifest.labels.index(clip.emotion) for clip in known], dtype=np.int64)
    # Two at least, which speakers who share a sound may not be.
    folds = speaker_folds(known, max(2, min(FOLDS, len(linked_speakers(known, hashes)))), hashes)
    if any(len(np.unique(targets[~np.isin(speakers, sorted(fold))])) < 2 for fold in folds):
        raise LeakError("Without some of the speakers only one emotion is left to learn from.")
    exact, small = [], []
    for done, clip in enumerate(known):
        if progress is not None:
            progress(done, len(known))
        wave = _middle(read_waveform(clip.path, manifest.sample_rate), manifest)[None]
        exact.append(before(wave)[0])
        small.append(after(wave)[0])
    x, y = np.stack(exact), np.stack(small)
    corpora = np.array([clip.corpus for clip in known])
    classes = len(manifest.labels)
    answers = np.zeros((2, len(known)), dtype=np.int64)
    for fold in folds:
        test = np.isin(speakers, sorted(fold))
        head = fit_head([x[~test]], targets[~test], corpora[~test], STRENGTH, classes)
        answers[0, test] = head.logits(x[test]).argmax(axis=1)
        answers[1, test] = head.logits(y[test]).argmax(axis=1)
    uars = [uar_of(confusion(targets, found, classes)) for found in answers]
    return uars[0], uars[1]


def _middle(waveform: FloatArray, manifest: Manifest) -> FloatArray:
    """At most `max_seconds`, and silence up to `min_seconds`."""
    longest = round(manifest.max_seconds * manifest.sample_rate)
    start = max(0, len(waveform) - longest) // 2
    cut = waveform[start : start + longest]
    missing = round(manifest.min_seconds * manifest.sample_rate) - len(cut)
    return np.pad(cut, (0, missing)) if missing > 0 else cut
