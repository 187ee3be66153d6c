"""A corpus with every emotion that it has: does the encoder hear more than what it was trained to name?

The encoder has heard neither the tested speaker nor, where a corpus alone has it, the emotion. Only a linear
head is fitted anew, on the corpus's other speakers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from models.corpora.base import Clip, read_waveform
from models.corpora.views import TRIMMED, WHOLE
from models.data.array_files import write_array
from models.evaluation.folds import Hashes, linked_speakers
from models.evaluation.linear_head import fit_head
from models.evaluation.metrics import Report, report, softmax
from models.training.whisper.embeddings import embed_waveform
from models.training.whisper.held_out import HeldOut

STRENGTH = 0.005


def leave_one_speaker_out(
    clips: Sequence[Clip], hashes: Hashes, folds: Mapping[str, HeldOut], cache: Path
) -> Report:
    """Each speaker judged by a head fitted on the others, on an encoder that has not heard this speaker.

    Parameters
    ----------
    clips : sequence of Clip
        Of one corpus.
    folds : mapping of speaker to HeldOut
        For each speaker whom any network has heard, under every name, one that was trained without.
    cache : Path
        Folder for the embeddings.
    """
    labels = sorted({clip.emotion for clip in clips})
    targets = np.array([labels.index(clip.emotion) for clip in clips], dtype=np.int64)
    speakers = np.array([clip.speaker for clip in clips])
    corpora = np.array([clip.corpus for clip in clips])
    found: list[tuple[npt.NDArray[np.intp], FloatArray]] = []
    for group in linked_speakers(clips, hashes):
        others = ~np.isin(speakers, sorted(group))
        for name in sorted(group):
            # Who was never in training, for want of an emotion that is trained, is a stranger to all.
            known = next((folds[one] for one in (name, *sorted(group)) if one in folds), None)
            fold = known or next(iter(folds.values()))
            views = _embeddings(clips, hashes, fold, cache)
            head = fit_head(
                [view[others] for view in views], targets[others], corpora[others], STRENGTH, len(labels)
            )
            rows = np.flatnonzero(speakers == name)
            found.append((rows, head.logits(views[0][rows])))
    rows = np.concatenate([part[0] for part in found])
    return report(
        softmax(np.concatenate([part[1] for part in found]), 1.0),
        targets[rows],
        speakers[rows].tolist(),
        labels,
        genders=[clips[row].gender for row in rows.tolist()],
    )


def _embeddings(clips: Sequence[Clip], hashes: Hashes, fold: HeldOut, cache: Path) -> list[FloatArray]:
    """Trimmed and whole, [clips, dim] each."""
    file = cache / f"embeddings-{fold.encoder}-all-emotions-{clips[0].corpus}.npy"
    if not file.is_file():
        network = fold.network()
        views = [
            np.stack(
                [
                    embed_waveform(network, view.cut(read_waveform(clip.path), hashes[clip.path]))
                    for clip in clips
                ]
            )
            for view in (TRIMMED, WHOLE)
        ]
        write_array(file, np.stack(views), "file of embeddings")
    return list(np.load(file))
