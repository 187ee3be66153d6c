"""Own data: a folder with one subfolder a class, such as mine/angry/anna-01.wav.

Who speaks is told by a pattern over the path or by a CSV. Both can be given with the call or stand in
`emoscope.yaml` in the folder:

    name: mine                        # the corpus' name, "folder" without it
    language: de
    speaker_pattern: '([a-z]+)-\\d+'   # first group, searched in the path below the folder
    speakers: speakers.csv            # or a table: path, speaker and, if known, gender
    classes: {wut: angry}             # subfolders or labels that are not English

A recording that was corrected in the analyzer (``talk.wav.emoscope.json`` beside it) is a clip for each
stretch that was labelled, wherever it lies below the folder: the label is the class.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.corrections_file import beside, load_corrections
from desktop_app.core.foreign_files import ReadError, read_regular
from desktop_app.core.safe_files import printable_path
from models.corpora.base import (
    LABELS,
    UNKNOWN,
    Clip,
    Published,
    Scan,
    audio_files,
    folders_without_sound,
)
from models.corpora.csv_rows import csv_rows
from models.corpora.cuts import Cut, cut_path
from models.corpora.sound import header
from models.errors import CorpusError

_MOST_TABLE = 64_000_000  # bytes: a million rows

OWN_DATA = "folder"
"""What it is called where corpora are named, and in figures unless its settings name it."""
SETTINGS_FILE = "emoscope.yaml"
SPEAKERS_HINT = (
    "Give --speaker-pattern REGEX or --speakers FILE.csv, or write speaker_pattern or speakers into "
    f"{SETTINGS_FILE} in the folder."
)
LABELS_HINT = (
    "Own data needs labels: a subfolder for each class, such as angry/anna-01.wav, or recordings that were "
    "corrected in the analyzer, with their NAME.emoscope.json beside them."
)
SYNONYMS = {
    "anger": "angry",
    "fear": "fearful",
    "afraid": "fearful",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprise": "surprised",
    "disgusted": "disgust",
    "calmness": "calm",
}
"""Other names of the emotions, and which one they mean."""
_KNOWN = {label: label for label in LABELS} | SYNONYMS
GENDERS = {"f": "F", "female": "F", "w": "F", "woman": "F", "m": "M", "male": "M", "man": "M"}


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """What a folder of own data does not tell by itself. An empty value is not known.

    `speaker_pattern` is searched in the path below the folder, written with slashes; its group `speaker`,
    else its first group, else the whole match names the speaker. `speakers` is a CSV with the columns path
    (below the folder, or the file's name alone), speaker and, if known, gender. `classes` tells the emotion
    of a subfolder.
    """

    name: str = ""
    language: str = ""
    speaker_pattern: str = ""
    speakers: Path | None = None
    classes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FolderReader:
    """The class of a clip is what a person said of it in the analyzer.

    Of other recordings it is the outermost subfolder that names an emotion; without one, the outermost.
    """

    settings: FolderSettings = FolderSettings()
    name: str = OWN_DATA
    folder: str = ""  # never looked for among the known corpora
    language: str = ""
    licence: str = "your own"
    published: Published | None = None

    def scan(self, root: Path) -> Scan:
        """Find the clips below `root`, in subfolders of any depth. CorpusError: wrong settings."""
        settings = _merge(_read_settings(root), self.settings)
        corpus = settings.name or self.name
        speakers = _Speakers(settings, root)
        classes = _KNOWN | {_plain(key): emotion_of(value) for key, value in settings.classes.items()}
        found = Scan([])
        seen: set[str] = set()
        unnamed: list[Path] = []
        for path in audio_files(root):
            if (records := _corrections(path)) is not None:
                clips, named = _corrected(
                    path,
                    records,
                    corpus=corpus,
                    known=speakers.of(path),
                    classes=classes,
                    settings=settings,
                )
                found.clips.extend(clips)
                seen.update(_plain(record.label) for record in records)
                unnamed += [] if named else [path]
                continue
            places = [_plain(part) for part in path.relative_to(root).parts[:-1]]
            if not places:
                found.unparsed.append(path)
                continue
            place = next((part for part in places if part in classes), places[0])
            speaker, gender = speakers.of(path)
            found.clips.append(
                Clip(
                    path=path,
                    corpus=corpus,
                    speaker=f"{corpus}-{speaker or UNKNOWN}",
                    emotion=classes.get(place, place),
                    gender=gender,
                    language=settings.language,
                )
            )
            seen.update(places)
        for path in folders_without_sound(root):
            places = [_plain(part) for part in path.relative_to(root).parts]
            if places[-1] in classes and not any(part in classes for part in places[:-1]):
                found.bare.append((classes[places[-1]], path))
                seen.update(places)
        if unnamed:
            found.notes.append(
                f"Corrected recordings that do not tell who speaks: {len(unnamed)}, such as "
                f"{unnamed[0].name}. Each counts as a person of its own; nobody should speak in two of them."
            )
        if settings.speaker_pattern and found.clips and not any(clip.speaker_known for clip in found.clips):
            first = found.clips[0].path.relative_to(root).as_posix()
            pattern = settings.speaker_pattern
            raise CorpusError(
                f"The speaker pattern '{pattern}' finds no speaker in any path below {root}.",
                f"It is searched in paths such as {first}.",
            )
        if unmet := sorted(key for key in settings.classes if _plain(key) not in seen):
            found.notes.append(f"Names under classes that no subfolder has: {', '.join(unmet)}.")
        if absent := speakers.absent():
            shown = ", ".join(absent[:3])
            note = f"Rows of {settings.speakers} that name no clip: {len(absent)}, such as {shown}."
            found.notes.append(note)
        return found


def _corrected(
    recording: Path,
    records: Sequence[Correction],
    *,
    corpus: str,
    known: tuple[str, str],
    classes: Mapping[str, str],
    settings: FolderSettings,
) -> tuple[list[Clip], bool]:
    """A clip for each stretch that was labelled, and whether all of them tell who speaks.

    `known` are the speaker and the gender that table or pattern tell of the recording. Where nobody tells who
    speaks it is somebody who is called as the recording is.
    """
    clips = []
    for record in records:
        said = _composed(record.speaker)
        speaker, gender = known if said in ("", known[0]) else (said, "")
        label = _plain(record.label)
        clips.append(
            Clip(
                path=cut_path(recording, Cut(record.start_s, record.end_s, record.channel)),
                corpus=corpus,
                speaker=f"{corpus}-{speaker or _composed(recording.stem)}",
                emotion=classes.get(label, label),
                gender=gender,
                language=settings.language,
            )
        )
    return clips, all(record.speaker or known[0] for record in records)


def _corrections(recording: Path) -> list[Correction] | None:
    """What a person has labelled of a recording; None where nothing was ever said of it.

    Raises
    ------
    CorpusError
        It cannot be read, or was said of other sound.
    """
    file = beside(recording)
    if not os.path.isfile(file):  # noqa: PTH113 - a name that is too long is not there
        return None
    known = header(recording)
    kept = load_corrections(recording, None if known is None else known.seconds)
    if kept.warnings:
        raise CorpusError(kept.warnings[0].message, f"Mend it, or remove it: {printable_path(file)}")
    return [record for record in kept.records if record.label]


def _composed(name: str) -> str:
    """With its accents composed: archives of macOS hold them apart, and one person would be two."""
    return unicodedata.normalize("NFC", name)


def _plain(name: str) -> str:
    """Without case, too."""
    return _composed(name).lower()


def emotion_of(text: str) -> str:
    """One of the eight if the text is one, or another name of one."""
    plain = _plain(text).strip()
    return _KNOWN.get(plain, plain)


class _Speakers:
    """Who speaks in a clip: by the table, else by the pattern."""

    def __init__(self, settings: FolderSettings, root: Path) -> None:
        self._root = root
        self._pattern: re.Pattern[str] | None = None
        if settings.speaker_pattern:
            try:
                self._pattern = re.compile(settings.speaker_pattern)
            except re.error as error:
                raise CorpusError(
                    f"The speaker pattern '{settings.speaker_pattern}' is no regular expression: {error}."
                ) from error
        self._table = _read_speakers(settings.speakers) if settings.speakers else {}
        self._used: set[str] = set()

    def of(self, path: Path) -> tuple[str, str]:
        """Speaker and gender, each empty if not known."""
        place = _composed(path.relative_to(self._root).as_posix())
        name = place.rpartition("/")[2]
        for key in (place, name, Path(name).stem):
            if key in self._table:
                self._used.add(key)
                return self._table[key]
        match = self._pattern.search(place) if self._pattern else None
        if match is None:
            return "", ""
        named = match.groupdict().get("speaker")
        return (named or (match[1] if match.re.groups else match[0]) or ""), ""

    def absent(self) -> list[str]:
        """Keys of the table that no clip has."""
        return sorted(self._table.keys() - self._used)


def _read_speakers(table: Path) -> dict[str, tuple[str, str]]:
    try:
        text = read_regular(table, _MOST_TABLE, "table of speakers").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CorpusError(
            f"The table of speakers {table} is not UTF-8: see line {line}.",
            "Save it as 'CSV UTF-8', which a spreadsheet offers beside plain CSV.",
            code="corpus.not_utf8",
        ) from error
    except ReadError as error:
        raise CorpusError(f"The table of speakers {table} cannot be read: {error.message}") from error
    columns, rows = csv_rows(text, table)
    if not {"path", "speaker"} <= set(columns):
        raise CorpusError(
            f"The table of speakers {table} lacks the columns path and speaker.",
            "Its first line names the columns: path, speaker and, if known, gender.",
        )
    found = {}
    for _, row in rows:
        key = _composed(row["path"] or "").strip().replace("\\", "/").removeprefix("./")
        gender = GENDERS.get((row.get("gender") or "").strip().lower(), "")
        if key:
            found[key] = (_composed(row["speaker"] or "").strip(), gender)
    return found


def _read_settings(root: Path) -> FolderSettings:
    file = root / SETTINGS_FILE
    if not os.path.isfile(file):  # noqa: PTH113 - a name that is too long is not there
        return FolderSettings()
    import yaml

    from models.yaml_files import MOST_CHARACTERS, load_yaml, yaml_problem

    try:
        data = load_yaml(read_regular(file, 4 * MOST_CHARACTERS, "settings").decode("utf-8-sig")) or {}
    except UnicodeDecodeError as error:
        raise CorpusError(f"The settings {file} are not UTF-8.", "They are YAML.") from error
    except yaml.YAMLError as error:
        raise CorpusError(
            f"The settings {file} cannot be read: {yaml_problem(error)}.", "They are YAML."
        ) from error
    except ReadError as error:
        raise CorpusError(f"The settings {file} cannot be read: {error.message}", "They are YAML.") from error
    known = {entry.name for entry in fields(FolderSettings)}
    if not isinstance(data, dict):
        raise CorpusError(f"The settings {file} hold no names with values, such as 'name: mine'.")
    if not set(data) <= known:
        raise CorpusError(
            f"The settings {file} hold something unknown.", f"They may name {', '.join(sorted(known))}."
        )
    return _settings_of(data, root, file)


def _settings_of(data: dict[str, Any], root: Path, file: Path) -> FolderSettings:
    from models.yaml_files import is_plain

    classes = data.pop("classes", None) or {}
    if not isinstance(classes, dict) or not all(isinstance(value, str) for value in data.values()):
        raise CorpusError(f"The settings {file} are wrong: classes is a mapping, everything else is text.")
    name = data.get("name", "")
    if not is_plain(name):
        raise CorpusError(
            f"The settings {file} are wrong: files are named after name, so it is a plain word."
        )
    table = data.pop("speakers", "")
    return FolderSettings(
        **data,
        speakers=root / table if table else None,
        classes={str(key): str(value) for key, value in classes.items()},
    )


def _merge(base: FolderSettings, given: FolderSettings) -> FolderSettings:
    """What is given with the call counts before what stands in the folder."""
    changed = {entry.name: value for entry in fields(given) if (value := getattr(given, entry.name))}
    if given.speaker_pattern and not given.speakers:
        changed["speakers"] = None  # a pattern given now is not to be overruled by a table in the folder
    return replace(base, **changed)


READER = FolderReader()
