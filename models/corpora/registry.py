"""The corpora that are known, and how a person names one on the command line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from desktop_app.audio.files import FORMATS_HINT
from desktop_app.core.safe_files import printable_path
from models.corpora import (
    ased,
    cremad,
    emodb,
    emospeech,
    emotale,
    emovo,
    folder,
    iemocap,
    nemo,
    ravdess,
    savee,
    tess,
)
from models.corpora.base import (
    LABELS,
    Clip,
    CorpusReader,
    NamedFiles,
    Scan,
    audio_files,
    broken_links,
    join_identical,
)
from models.corpora.cuts import parted
from models.corpora.folder import LABELS_HINT, OWN_DATA, FolderReader, FolderSettings
from models.corpora.labelled_table import read_labelled_table
from models.corpora.sound import SILENT_DBFS, Defect, Header, header, measure
from models.errors import CorpusError, SourceError

READERS: dict[str, CorpusReader] = {
    reader.name: reader
    for reader in (
        ravdess.SPEECH,
        ravdess.SONG,
        cremad.READER,
        tess.READER,
        savee.READER,
        emodb.READER,
        emovo.READER,
        nemo.READER,
        emotale.READER,
        ased.READER,
        emospeech.READER,
        iemocap.READER,
        iemocap.MERGED,
        folder.READER,
    )
}
CORPORA_VARIABLE = "EMOSCOPE_CORPORA"
_LOOKS = 50


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


def reader_of(name: str, settings: FolderSettings | None = None) -> CorpusReader:
    """The reader of the corpus `name`; for own data, with `settings`. Raises SourceError."""
    if name not in READERS:
        raise SourceError(f"'{name}' is no known corpus.", f"Known are {', '.join(READERS)}.")
    reader = READERS[name]
    if settings is not None and isinstance(reader, FolderReader):
        return replace(reader, settings=settings)
    return reader


def locate(text: str, root: Path | None) -> tuple[str, Path]:
    """The known corpus and the folder that `text` means: NAME=PATH, or NAME in any spelling below `root`.

    Raises
    ------
    SourceError, CorpusError
        If there is no such corpus, or no folder of corpora.
    """
    if "=" in text:
        return parse_source(text)
    name = name_of(text)
    if not name:
        raise SourceError(
            f"'{text}' is no known corpus.", f"Known are {', '.join(READERS)}; own data is folder=PATH."
        )
    place = corpora_root(root)
    return name, _folder_of(READERS[name], place) or place / (READERS[name].folder or name)


def parse_source(text: str) -> tuple[str, Path]:
    """Split NAME=PATH and check the name; CREMA-D and crema_d are cremad. Raises SourceError."""
    given, separator, path = text.partition("=")
    name = name_of(given)
    if not separator or not name or not path:
        raise SourceError(
            f"'{text}' does not name a corpus.", f"Write NAME=PATH with one of: {', '.join(READERS)}."
        )
    return name, Path(os.path.expanduser(path))  # noqa: PTH111 - that of Path raises for the home of nobody


def scan_corpus(name: str, path: Path, settings: FolderSettings | None = None) -> Scan:
    """What the reader of `name` finds in `path`; no sound is opened.

    Raises
    ------
    CorpusError
        If the folder does not exist or holds no clip of this corpus.
    """
    reader = reader_of(name, settings)
    # Of `os`, since those of `Path` raise for a name that is too long.
    if not os.path.isdir(path):  # noqa: PTH112
        wrong = "is a file, not a folder" if os.path.exists(path) else "does not exist"  # noqa: PTH110
        raise CorpusError(
            f"The folder {path} {wrong}."
            if name == OWN_DATA
            else f"The folder {path} of the corpus {name} {wrong}."
        )
    found = reader.scan(path)
    if broken := broken_links(path):
        found.notes.insert(
            0, f"Links that lead nowhere: {len(broken)}, such as {broken[0].relative_to(path)}."
        )
    if not found.clips:
        sentence = f"The folder {path} holds no clip of the corpus {name}."
        if name == OWN_DATA:
            sentence = f"The folder {path} holds no recordings in folders that are called after emotions."
        raise CorpusError(sentence, _what_else(name, path, found))
    return found


def without_sound(found: Scan, kept: Iterable[Clip]) -> dict[Path, str]:
    """The folders of classes that hold no recording, or of which no clip is `kept`; each with its class."""
    there = {clip.emotion for clip in kept}
    lost = {parted(clip.path)[0].parent: clip.emotion for clip in found.clips if clip.emotion not in there}
    return {place: label for label, place in found.bare} | lost


def _tell_nobody(clip: Clip, why: Defect) -> None:
    """Whoever does not ask which clips are left out is not told."""


def load_corpus(
    name: str,
    path: Path,
    *,
    all_emotions: bool = False,
    settings: FolderSettings | None = None,
    missing: Callable[[Path, str], object] = lambda place, label: None,
    unheard: Callable[[Clip, Defect], object] = _tell_nobody,
) -> tuple[list[Clip], dict[Path, str]]:
    """The clips of a corpus with their durations, identical sounds joined, with the SHA-256 of each file.

    Files without any sound are left out, silent ones of own data too, and so are those that were published
    damaged. Another file that cannot be read stays, and whoever reads it is told.

    Parameters
    ----------
    all_emotions : bool
        Keep clips whose emotion is none of the eight (boredom of EMO-DB).
    settings : FolderSettings, optional
        Who speaks in own data; without it, what `emoscope.yaml` in the folder says.
    missing : callable, optional
        Told each folder of a class that holds no sound, and its class.
    unheard : callable, optional
        Told each clip that is left out though nobody has published it as damaged, and why.

    Raises
    ------
    CorpusError
        If the folder does not exist, or holds no clip of this corpus or of these emotions.
    """
    found = scan_corpus(name, path, settings)
    clips = found.clips
    if all_emotions:
        kept, hashes = _joined(clips, READERS[name], unheard)
        for place, label in without_sound(found, kept).items():
            missing(place, label)
        return kept, hashes
    if not any(clip.emotion in LABELS for clip in clips):
        raise CorpusError(
            f"None of the classes of {path} is one of the eight emotions: "
            f"{', '.join(sorted({clip.emotion for clip in clips}))}.",
            f"They are {', '.join(LABELS)}; classes in {folder.SETTINGS_FILE} can tell which is which.",
        )
    # The others come last and go after the joining: who shares one of their sounds is linked all the same.
    ordered = sorted(clips, key=lambda clip: clip.emotion not in LABELS)
    kept, hashes = _joined(ordered, READERS[name], unheard)
    kept = [clip for clip in kept if clip.emotion in LABELS]
    if not kept:
        raise CorpusError(f"No clip of the eight emotions in {path} holds any sound.")
    for place, label in without_sound(found, kept).items():
        if label in LABELS:
            missing(place, label)
    return kept, {clip.path: hashes[clip.path] for clip in kept}


def load_recordings(path: Path, settings: FolderSettings | None = None) -> tuple[list[Clip], dict[Path, str]]:
    """Own recordings as `load_corpus` gives them: a folder of classes, or a table (`labelled_table`).

    Raises
    ------
    CorpusError
    """
    if path.is_file():
        return _joined(read_labelled_table(path), folder.READER)
    if not path.exists():
        raise CorpusError(
            f"There is no folder or table of recordings '{printable_path(path)}'.", "Check the name."
        )
    return load_corpus(OWN_DATA, path, all_emotions=True, settings=settings)


def is_own_data(name: str) -> bool:
    """Whether a corpus of this name is somebody's own, so that its name says nothing about its voices."""
    return isinstance(READERS.get(name, folder.READER), FolderReader)


def find_corpora(root: Path) -> dict[str, Path]:
    """The known corpora that have a folder in `root`, whatever the spelling (CREMA-D, crema_d, cremad)."""
    found: dict[str, Path] = {}
    for name, reader in READERS.items():
        path = _folder_of(reader, root)
        if path is not None and path not in found.values():
            found[name] = path
    return found


def _folder_of(reader: CorpusReader, root: Path) -> Path | None:
    exact = root / reader.folder
    if exact.is_dir() or not reader.folder:
        return exact if reader.folder else None
    like = (path for path in sorted(root.iterdir()) if _plain(path.name) == _plain(reader.folder))
    return next((path for path in like if path.is_dir()), None)


def _joined(
    clips: list[Clip], reader: CorpusReader, unheard: Callable[[Clip, Defect], object] = _tell_nobody
) -> tuple[list[Clip], dict[Path, str]]:
    """Clips with sound, their durations measured, identical ones joined, and the SHA-256 of each file."""
    flaws = reader.published.flaws if reader.published else {}
    headers = {clip.path: header(clip.path) for clip in clips}
    usable = []
    for clip in clips:
        if clip.path.stem in flaws and _unusable(clip.path):
            continue
        if _without_sound(clip.path, headers[clip.path]):
            unheard(clip, Defect.EMPTY)
        elif reader.published is None and _silent(clip.path):
            unheard(clip, Defect.SILENT)
        else:
            usable.append(clip)
    if not usable:
        raise CorpusError(f"No clip of the corpus {reader.name} holds any sound.")
    kept, hashes = join_identical(usable, headers)
    return [_with_duration(clip, headers[clip.path]) for clip in kept], hashes


def name_of(text: str) -> str:
    """The known corpus that is spelt like this; empty if none is."""
    return next((known for known in READERS if _plain(known) == _plain(text)), "")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _without_sound(path: Path, known: Header | None) -> bool:
    return parted(path)[0].stat().st_size == 0 or (known is not None and known.frames == 0)


def _unusable(path: Path) -> bool:
    sound = measure(path)
    return not sound.seconds or sound.peak_dbfs < SILENT_DBFS


def _silent(path: Path) -> bool:
    return measure(path).defect is Defect.SILENT


def _with_duration(clip: Clip, known: Header | None) -> Clip:
    return clip if known is None else replace(clip, duration=known.seconds)


def _what_else(name: str, path: Path, found: Scan) -> str:
    """What the folder may be instead, as a hint."""
    if found.notes:
        return found.notes[0]
    files = list(islice(audio_files(path), _LOOKS))
    if not files:
        return f"There is no sound file in it. {FORMATS_HINT}"
    for other, reader in READERS.items():
        if isinstance(reader, NamedFiles) and any(reader.parse(file) for file in files):
            return f"Its files are named like those of {other}."
    if name == OWN_DATA:
        return LABELS_HINT
    return f"Its files, such as {files[0].name}, do not have the names under which the corpus was published."
