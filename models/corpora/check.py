"""Is a corpus what it should be? A report of what a folder holds, with all that is to be known about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from desktop_app.core.safe_files import printable_path
from models.corpora.base import LABELS, Clip, is_known, left_out
from models.corpora.cuts import parted
from models.corpora.findings import (
    Finding,
    Kind,
    Material,
    Severity,
    by_label,
    findings_of,
    shared_sounds,
)
from models.corpora.folder import FolderSettings
from models.corpora.registry import is_own_data, reader_of, scan_corpus
from models.corpora.sound import Progress, Sound, measure_all
from models.corpora.speaker_guess import SpeakerGuess, guess_speakers
from models.errors import CorpusError


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """What there is of one class; `speakers` are those who are known; `learnt`: it is one of the eight."""

    label: str
    clips: int
    speakers: tuple[str, ...]
    seconds: float
    learnt: bool


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What a folder holds. Clips are those that can be used, identical sounds counted once.

    `speakers`, `emotions`, `sample_rates` and `encodings` tell the clips of each; `genders` the speakers.
    `guesses` are who may speak in own data that does not tell it. `without_sound` are classes that have a
    folder and no clip that can be used.
    """

    corpus: str
    path: Path
    usable: bool
    clips: int
    seconds: float
    speakers: Mapping[str, int]
    genders: Mapping[str, int]
    emotions: Mapping[str, int]
    classes: tuple[ClassCounts, ...]
    sample_rates: Mapping[int, int]
    encodings: Mapping[str, int]
    findings: tuple[Finding, ...]
    guesses: tuple[SpeakerGuess, ...] = ()
    without_sound: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        data = asdict(self)
        data["path"] = printable_path(self.path)
        data["sample_rates"] = {str(rate): count for rate, count in self.sample_rates.items()}
        for finding in data["findings"]:
            finding["message"] = printable_path(finding["message"])
            finding["files"] = [printable_path(file) for file in finding["files"]]
        return data


def check_corpora(
    sources: Iterable[tuple[str, Path]],
    settings: FolderSettings | None = None,
    progress: Callable[[str], Progress] | None = None,
) -> Iterator[CorpusReport]:
    """Check corpora one after another; sounds that stand in several are told with the later one.

    `progress` is given the name of a corpus and makes what is told of its clips.
    """
    seen: dict[str, str] = {}
    for name, path in sources:
        yield _check(name, path, settings, progress(name) if progress else None, seen)


def check_corpus(
    name: str, path: Path, settings: FolderSettings | None = None, progress: Progress | None = None
) -> CorpusReport:
    """Check one corpus: every sound is decoded. A folder that cannot be used is told in the report."""
    return _check(name, path, settings, progress, {})


def _check(
    name: str,
    path: Path,
    settings: FolderSettings | None,
    progress: Progress | None,
    seen: dict[str, str],
) -> CorpusReport:
    try:
        scan = scan_corpus(name, path, settings)
    except CorpusError as error:
        finding = Finding(Kind.UNUSABLE, Severity.ERROR, str(error))
        return CorpusReport(name, path, False, 0, 0.0, {}, {}, {}, (), {}, {}, (finding,))
    sounds = measure_all([clip.path for clip in scan.clips], progress)
    material = Material(scan, sounds, reader_of(name).published, left_out(path))
    good = material.good
    findings = [*findings_of(material, path), *shared_sounds(good, sounds, name, seen)]
    return CorpusReport(
        corpus=scan.clips[0].corpus,
        path=path,
        usable=all(finding.severity is not Severity.ERROR for finding in findings),
        clips=len(good),
        seconds=round(sum(sounds[clip.path].seconds for clip in good), 3),
        speakers=_sorted(Counter(clip.speaker for clip in good)),
        genders=_sorted(Counter(g for s, g in {(clip.speaker, clip.gender) for clip in good} if is_known(s))),
        emotions=by_label(Counter(clip.emotion for clip in good)),
        classes=_class_counts(good, sounds),
        sample_rates=_sorted(Counter(sounds[clip.path].sample_rate for clip in good)),
        encodings=_sorted(Counter(sounds[clip.path].encoding for clip in good)),
        findings=tuple(findings),
        guesses=_guesses(good, path) if is_own_data(name) else (),
        without_sound=tuple(material.lacking),
    )


def _class_counts(good: Sequence[Clip], sounds: Mapping[Path, Sound]) -> tuple[ClassCounts, ...]:
    out = []
    for label in by_label(Counter(clip.emotion for clip in good)):
        clips = [clip for clip in good if clip.emotion == label]
        seconds = round(sum(sounds[clip.path].seconds for clip in clips), 3)
        people = tuple(sorted({clip.speaker for clip in clips if clip.speaker_known}))
        out.append(ClassCounts(label, len(clips), people, seconds, label in LABELS))
    return tuple(out)


def _guesses(good: Sequence[Clip], root: Path) -> tuple[SpeakerGuess, ...]:
    """Only of files that do not tell who speaks; a part of a recording tells it by itself."""
    unknown = [clip for clip in good if not clip.speaker_known and parted(clip.path)[1] is None]
    return guess_speakers([(clip.path.relative_to(root).as_posix(), clip.emotion) for clip in unknown])


def _sorted(counts: Counter[Any]) -> dict[Any, int]:
    return dict(sorted(counts.items()))
