"""The clips of a recipe's corpora as one table: what each is called, who speaks, and its sound."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop_app.core.types import FloatArray
from models.corpora.base import LABELS, Clip, is_known, join_identical, read_waveform
from models.corpora.folder import FolderSettings
from models.corpora.left_out import left_out_told
from models.corpora.registry import load_corpus, locate, name_of
from models.corpora.sound import Defect
from models.errors import CorpusError, TrainingError

Rows = npt.NDArray[np.bool_]
"""Which clips of a table, bool [clips]."""
Places = Mapping[str, tuple[str, Path]]
"""For the name of each corpus, which reader read which folder."""
_FULL_SCALE = 32767


@dataclass(frozen=True)
class ClipTable:
    """Clips in a fixed order, their classes, and where they come from.

    Attributes
    ----------
    clips : tuple of Clip
    labels : tuple of str
        The classes, in the order of a model's logits.
    hashes : mapping of path to hash
        The sound of each clip.
    places : mapping
        For the name of each corpus, which reader read which folder.
    """

    clips: tuple[Clip, ...]
    labels: tuple[str, ...]
    hashes: Mapping[Path, str]
    places: Mapping[str, tuple[str, Path]]
    _decoded: dict[int, npt.NDArray[np.int16]] = field(default_factory=dict, repr=False)
    by_clips: bool = False
    """Nobody knows who speaks, or few do: `speakers` names each clip as if it were of somebody else."""
    _voices: tuple[str, ...] = field(default=(), repr=False)
    unheard: Mapping[Path, Defect] = field(default_factory=dict, repr=False)
    """Clips of these classes that nothing can be learnt of and that are not in the table, and why."""

    @cached_property
    def targets(self) -> npt.NDArray[np.int64]:
        """Index into `labels` [clips]."""
        return np.array([self.labels.index(clip.emotion) for clip in self.clips], dtype=np.int64)

    @cached_property
    def speakers(self) -> npt.NDArray[np.str_]:
        return np.array([clip.speaker for clip in self.clips])

    @cached_property
    def corpora(self) -> npt.NDArray[np.str_]:
        return np.array([clip.corpus for clip in self.clips])

    @cached_property
    def sounds(self) -> npt.NDArray[np.str_]:
        """The hash of each clip's sound [clips]."""
        return np.array([self.hashes[clip.path] for clip in self.clips])

    def waveform(self, row: int) -> FloatArray:
        """The sound of a clip, float32 [samples] at 16 kHz.

        Decoded once, and kept as 16-bit samples: 1 GB for ten hours.

        Raises
        ------
        CorpusError
            If it cannot be read.
        """
        if row not in self._decoded:
            wave = read_waveform(self.clips[row].path)
            self._decoded[row] = np.round(np.clip(wave, -1, 1) * _FULL_SCALE).astype(np.int16)
        return self._decoded[row].astype(np.float32) / np.float32(_FULL_SCALE)

    def readable(
        self, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> tuple[ClipTable, list[str]]:
        """The table without the clips that cannot be read, and a sentence for each of these; decodes all."""
        failed: dict[Path, str] = {}
        for row, clip in enumerate(self.clips):
            progress(row + 1, len(self.clips))
            try:
                self.waveform(row)
            except CorpusError as error:
                failed[clip.path] = str(error)
        if not failed:
            return self, []
        kept = tuple(clip for clip in self.clips if clip.path not in failed)
        hashes = {clip.path: self.hashes[clip.path] for clip in kept}
        decoded = [self._decoded[row] for row, clip in enumerate(self.clips) if clip.path not in failed]
        unheard = {**self.unheard, **dict.fromkeys(failed, Defect.UNREADABLE)}
        table = replace(self, clips=kept, hashes=hashes, _decoded=dict(enumerate(decoded)), unheard=unheard)
        return table, list(failed.values())

    @property
    def left_out(self) -> dict[str, str]:
        """Why clips are not in the table, and a sentence that counts them and names a few."""
        return left_out_told(self.unheard)

    def with_defect(self, why: Defect) -> list[Path]:
        """The clips that are not in the table for this reason."""
        return [path for path, defect in self.unheard.items() if defect is why]

    @property
    def voice_names(self) -> list[str]:
        """Who really speaks each clip [clips]; empty where nobody knows."""
        names = self._voices or (clip.speaker for clip in self.clips)
        return [name if is_known(name) else "" for name in names]

    def voices(self, rows: Rows | None = None) -> int:
        """How many speakers are known by name, of all clips or of the marked ones."""
        names = np.array(self.voice_names)
        return len(set((names if rows is None else names[rows]).tolist()) - {""})

    def parted_by_clips(self) -> ClipTable:
        """The same clips, each as if somebody else spoke it, for figures that are labelled so."""
        clips = tuple(
            replace(clip, speaker=f"{clip.corpus}-clip-{number:06d}", twins=frozenset())
            for number, clip in enumerate(self.clips)
        )
        names = tuple(clip.speaker for clip in self.clips)
        return replace(self, clips=clips, by_clips=True, _voices=names)

    def corpus_named(self, text: str) -> str:
        """The corpus that is meant: by its own name, or by its reader's if only one has this reader.

        Raises
        ------
        TrainingError
            If the table has no such corpus.
        """
        return corpus_named(text, self.places, self.corpora)

    def digest(self, rows: Rows) -> str:
        """Names what the marked clips are, in any order: sound, speaker, corpus and class of each."""
        told = zip(self.sounds, self.speakers, self.corpora, self.targets, strict=True)
        chosen = sorted(" ".join(map(str, clip)) for clip, mine in zip(told, rows, strict=True) if mine)
        return hashlib.sha256("\n".join([*self.labels, *chosen]).encode()).hexdigest()[:12]


def load_table(
    names: Sequence[str],
    root: Path | None,
    *,
    classes: Sequence[str] | None = None,
    cap: int | None = None,
    say: Callable[[str], None] = lambda _: None,
    settings: FolderSettings | None = None,
) -> ClipTable:
    """Read the corpora `names`, below `root` or NAME=PATH; identical sounds joined, across corpora too.

    Parameters
    ----------
    classes : sequence of str, optional
        The emotions to keep; without it those of the eight that the corpora have.
    cap : int, optional
        The most clips of each class; the first by the hash of their sound.
    settings : FolderSettings, optional
        Who speaks in own data; without it, what `emoscope.yaml` in the folder says.

    Raises
    ------
    CorpusError, TrainingError
        If a folder is not what it should be, two corpora have one name, or a class has a folder and no clip.
    """
    places: dict[str, tuple[str, Path]] = {}
    clips: list[Clip] = []
    hashes: dict[Path, str] = {}
    bare: dict[Path, str] = {}
    unheard: dict[Path, Defect] = {}

    def lost(clip: Clip, why: Defect) -> None:
        if clip.emotion in (LABELS if classes is None else classes):
            unheard[clip.path] = why

    for name in names:
        reader, path = locate(name, root)
        found, own = load_corpus(
            reader,
            path,
            all_emotions=classes is not None,
            settings=settings,
            missing=bare.setdefault,
            unheard=lost,
        )
        corpus = found[0].corpus
        if corpus in places:
            raise TrainingError(
                f"Two of the corpora are called '{corpus}': {places[corpus][1]} and {path}.",
                "The name of own data stands in emoscope.yaml in its folder.",
            )
        places[corpus] = reader, path
        clips += found
        hashes |= own
    kept, hashes = join_identical(clips, hashes=hashes)
    if len(kept) < len(clips):
        say(f"{len(clips) - len(kept)} clips have the sound of a clip of another corpus: left out.")
    there = {clip.emotion for clip in kept}
    labels = tuple(classes) if classes is not None else tuple(label for label in LABELS if label in there)
    _tell_without_sound(
        {place: label for place, label in bare.items() if classes is None or label in classes}, there, say
    )
    for label in labels:
        if label not in there:
            raise TrainingError(
                f"No clip of the corpora is '{label}'.", f"They have {', '.join(sorted(there))}."
            )
    kept = [clip for clip in kept if clip.emotion in labels]
    if cap is not None:
        kept = _capped(kept, hashes, cap)
    kept_hashes = {clip.path: hashes[clip.path] for clip in kept}
    return ClipTable(tuple(kept), labels, kept_hashes, places, unheard=unheard)


def _tell_without_sound(bare: Mapping[Path, str], there: Collection[str], say: Callable[[str], None]) -> None:
    """Of each folder of a class that holds no sound; CorpusError if the class has no clip elsewhere."""
    for place, label in bare.items():
        if label not in there:
            raise CorpusError(
                f"The class '{label}' has no clip: {place} holds no recording with sound.",
                "Put recordings into the folder, or remove it: the model then does not know this class.",
                code="corpus.class_without_sound",
            )
        say(f"The folder {place} holds no recording with sound: '{label}' is learnt from the others.")


def corpus_named(text: str, places: Places, corpora: npt.NDArray[np.str_]) -> str:
    """See `ClipTable.corpus_named`; `corpora` [clips] are those of the clips that are left."""
    read = [name for name, (reader, _) in places.items() if reader == name_of(text)]
    name = text if text in places else read[0] if len(read) == 1 else ""
    if not name:
        raise TrainingError(
            f"The run has no corpus '{text}' to test.", f"It learns from {', '.join(places)}."
        )
    if name not in corpora:
        raise TrainingError(
            f"No clip of the corpus '{name}' is left: their sounds stand in another corpus, or none has "
            "one of the classes.",
            "Name it before the other one, or test the other one.",
        )
    return name


def _capped(clips: Sequence[Clip], hashes: Mapping[Path, str], cap: int) -> list[Clip]:
    counts: dict[str, int] = {}
    chosen = set()
    for clip in sorted(clips, key=lambda clip: hashes[clip.path]):
        counts[clip.emotion] = counts.get(clip.emotion, 0) + 1
        if counts[clip.emotion] <= cap:
            chosen.add(clip.path)
    return [clip for clip in clips if clip.path in chosen]
