"""The corpora that are known, and how a person names one on the command line."""

from __future__ import annotations

import os
from pathlib import Path

from models.corpora import emodb, emovo, nemo, ravdess
from models.corpora.base import LABELS, Clip, CorpusReader, audio_files, join_identical
from models.errors import CorpusError

READERS: dict[str, CorpusReader] = {
    reader.name: reader for reader in (ravdess.SPEECH, ravdess.SONG, emodb.READER, emovo.READER, nemo.READER)
}
CORPORA_VARIABLE = "EMOSCOPE_CORPORA"


def corpora_root(root: Path | None) -> Path:
    """The folder that holds the corpora: as given, or named by EMOSCOPE_CORPORA."""
    hint = f"Give --corpora FOLDER or set {CORPORA_VARIABLE}; each corpus is a folder in it."
    if root is None:
        named = os.environ.get(CORPORA_VARIABLE, "")
        if not named:
            raise CorpusError("No folder of corpora is named.", hint)
        root = Path(named)
    if not root.is_dir():
        raise CorpusError(f"The folder of corpora {root} does not exist.", hint)
    return root


def parse_source(text: str) -> tuple[str, Path]:
    """Split NAME=PATH and check both."""
    name, separator, path = text.partition("=")
    known = ", ".join(READERS)
    if not separator or name not in READERS:
        raise CorpusError(f"'{text}' does not name a corpus.", f"Write NAME=PATH with one of: {known}.")
    return name, Path(path)


def load_corpus(name: str, path: Path, *, all_emotions: bool = False) -> tuple[list[Clip], dict[Path, str]]:
    """The clips of a corpus, identical files joined, with the SHA-256 of each.

    Parameters
    ----------
    all_emotions : bool
        Keep clips whose emotion is none of the eight (boredom of EMO-DB).

    Raises
    ------
    CorpusError
        If the folder does not exist or holds no clip of this corpus.
    """
    reader = READERS[name]
    if not path.is_dir():
        raise CorpusError(f"The folder {path} of the corpus {name} does not exist.")
    clips = [clip for file in audio_files(path) if (clip := reader.parse(file)) is not None]
    if not clips:
        raise CorpusError(
            f"The folder {path} holds no clip of the corpus {name}.",
            "Its files keep the names under which the corpus was published.",
        )
    if not all_emotions:
        clips = [clip for clip in clips if clip.emotion in LABELS]
    return join_identical(clips)


def find_corpora(root: Path) -> dict[str, Path]:
    """The known corpora that have a folder in `root`."""
    return {name: root / reader.folder for name, reader in READERS.items() if (root / reader.folder).is_dir()}
