"""What there is to know about a corpus: what was found, counted against what was published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.corpora.base import LABELS, Clip, Published, Scan
from models.corpora.folder import SPEAKERS_HINT
from models.corpora.registry import without_sound
from models.corpora.sound import Defect, Sound

MIN_SECONDS = 0.4
"""Shorter clips are not judged by the shipped models."""
LOUD_DBFS = 1.0
"""Sound is in [-1, 1]; a lossy codec may overshoot by less than this."""
CUT_COUNT, CUT_SHARE = 50, 0.5
"""When more clips than these, in number and share, have the very same length, somebody cut them."""


class Severity(StrEnum):
    """How much a finding matters: nothing can be done with the corpus, look at it, good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Kind(StrEnum):
    """What a finding is about."""

    UNUSABLE = "unusable"
    COUNT = "count"
    SPEAKERS = "speakers"
    UNPARSED = "unparsed"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    SILENT = "silent"
    WITHOUT_SOUND = "class without sound"
    BARE = "folder without sound"
    SHORT = "short"
    LOUD = "loud"
    DUPLICATE = "duplicate"
    CONTRADICTION = "contradiction"
    VARIANT = "variant"
    SHARED = "shared"
    OUTSIDE = "outside"
    FORMAT = "format"
    KNOWN_FLAW = "known flaw"
    REMARK = "remark"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a corpus, as a sentence, with the files that it is about."""

    kind: Kind
    severity: Severity
    message: str
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """All that the single checks look at."""

    scan: Scan
    sounds: Mapping[Path, Sound]
    published: Published | None
    left_out: Mapping[str, int]

    def with_defect(self, *defects: Defect) -> tuple[Path, ...]:
        return tuple(clip.path for clip in self.scan.clips if self.sounds[clip.path].defect in defects)

    @property
    def twins(self) -> list[list[Clip]]:
        """Clips that share their sound, in groups."""
        groups: dict[str, list[Clip]] = defaultdict(list)
        for clip in self.scan.clips:
            if identity := self.sounds[clip.path].identity:
                groups[identity].append(clip)
        return [group for group in groups.values() if len(group) > 1]

    @property
    def lacking(self) -> list[str]:
        """Classes that have a folder and no clip that can be used."""
        good = self.good
        there = {clip.emotion for clip in good}
        return list(by_label(Counter(set(without_sound(self.scan, good).values()) - there)))

    @property
    def good(self) -> list[Clip]:
        """Clips that can be used, identical sounds once."""
        first: dict[str, Clip] = {}
        for clip in self.scan.clips:
            sound = self.sounds[clip.path]
            if sound.identity and sound.defect is not Defect.SILENT:
                first.setdefault(sound.identity, clip)
        return list(first.values())


def findings_of(material: Material, path: Path) -> list[Finding]:
    """All that one corpus in `path` shows by itself: first what makes it unusable."""
    found = [
        *_unusable(material.good, path),
        *_counts(material),
        *_speakers(material),
        *_without_sound(material),
        *_files(material),
        *_doubles(material),
        *_classes(material),
    ]
    found += [Finding(Kind.REMARK, Severity.NOTE, note) for note in material.scan.notes]
    if material.left_out:
        shown = _few([f"{ending or 'without an ending'} ({n})" for ending, n in material.left_out.items()])
        text = f"Not named as sound, left out: {_of(sum(material.left_out.values()), 'file')}: {shown}."
        found.append(Finding(Kind.LEFT_OUT, Severity.NOTE, text))
    return found


def _unusable(good: Sequence[Clip], path: Path) -> list[Finding]:
    if not good:
        message = f"None of the clips in {path} can be read."
    elif all(clip.emotion not in LABELS for clip in good):
        classes = _few(sorted({clip.emotion for clip in good}))
        message = f"None of the classes ({classes}) is one of the eight emotions: {', '.join(LABELS)}."
    else:
        return []
    return [Finding(Kind.UNUSABLE, Severity.ERROR, message)]


def _counts(material: Material) -> list[Finding]:
    """Against the publication. A clip is its speaker and its name, however often it was copied."""
    published = material.published
    if published is None:
        return []
    names = {(clip.speaker, clip.path.stem): clip for clip in material.scan.clips}
    speakers = {speaker for speaker, _ in names}
    emotions = Counter(clip.emotion for clip in names.values())
    found = []
    if missing := sorted(published.speakers - speakers):
        text = f"Not here of the {len(published.speakers)} published speakers: {_few(missing)}."
        found.append(Finding(Kind.SPEAKERS, Severity.NOTE, text))
    if strangers := sorted(speakers - published.speakers):
        text = f"Not among the published speakers: {_few(strangers)}."
        found.append(Finding(Kind.SPEAKERS, Severity.WARNING, text))
    if len(names) == published.clips and not strangers and emotions == Counter(published.emotions):
        text = f"Complete: {len(names)} clips of {len(speakers)} speakers, as published."
        return [*found, Finding(Kind.COUNT, Severity.NOTE, text)]
    text = f"Here are {len(names)} of the {published.clips} published clips."
    found.append(Finding(Kind.COUNT, Severity.NOTE, text))
    over = [emotion for emotion, count in emotions.items() if count > published.emotions.get(emotion, 0)]
    if over:
        text = f"More clips than were published: {', '.join(sorted(over))}."
        found.append(Finding(Kind.COUNT, Severity.WARNING, text))
    if published.per_speaker:
        counts = Counter(speaker for speaker, _ in names)
        short = [f"{s} ({n})" for s, n in sorted(counts.items()) if n < published.per_speaker]
        if short:
            text = f"Fewer than the published {published.per_speaker} clips: {_few(short)}."
            found.append(Finding(Kind.COUNT, Severity.NOTE, text))
    return found


def _speakers(material: Material) -> list[Finding]:
    clips = material.scan.clips
    unknown = tuple(clip.path for clip in clips if not clip.speaker_known)
    if len(unknown) == len(clips):
        text = f"Speakers are not known, so all clips count as one person's. {SPEAKERS_HINT}"
        return [Finding(Kind.SPEAKERS, Severity.WARNING, text)]
    found = []
    if unknown:
        text = f"Speaker not known, counted as one person's: {_such_as(unknown)}."
        found.append(Finding(Kind.SPEAKERS, Severity.WARNING, text, unknown))
    if len({clip.speaker for clip in clips}) == 1:
        text = "All clips are of one speaker, so nothing can be told about a voice that was never heard."
        found.append(Finding(Kind.SPEAKERS, Severity.WARNING, text))
    elif material.published is None:
        voices: dict[str, set[str]] = defaultdict(set)
        for clip in clips:
            voices[clip.emotion].add(clip.speaker)
        if alone := sorted(emotion for emotion, speakers in voices.items() if len(speakers) == 1):
            text = f"Only one speaker speaks: {_few(alone)}. A model may learn the voice instead."
            found.append(Finding(Kind.SPEAKERS, Severity.WARNING, text))
    return found


def _without_sound(material: Material) -> list[Finding]:
    """Classes that nothing can be learnt of, and folders of the others that hold no recording."""
    folders = without_sound(material.scan, material.good)
    found = [
        Finding(
            Kind.WITHOUT_SOUND,
            Severity.WARNING,
            f"The class '{label}' has a folder without sound, so a model cannot learn it: put recordings "
            "into it, or remove it.",
            tuple(place for place, found in folders.items() if found == label),
        )
        for label in material.lacking
    ]
    if idle := tuple(place for place, label in folders.items() if label not in material.lacking):
        text = f"Class folders without a recording, though others of these classes have some: {len(idle)}"
        found.append(Finding(Kind.BARE, Severity.WARNING, f"{text}, such as {idle[0].name}.", idle))
    return found


def _files(material: Material) -> list[Finding]:
    clips = material.scan.clips
    short = tuple(c.path for c in clips if 0 < material.sounds[c.path].seconds < MIN_SECONDS)
    loud = tuple(c.path for c in clips if material.sounds[c.path].peak_dbfs > LOUD_DBFS)
    rates = Counter(sound.sample_rate for sound in material.sounds.values() if sound.sample_rate)
    rated = ", ".join(f"{rate} Hz ({count})" for rate, count in sorted(rates.items()))
    flaws = material.published.flaws if material.published else {}
    silent = "Nothing but silence" if material.published else "Nothing but silence, left out"
    known = {flaws[clip.path.stem]: None for clip in clips if clip.path.stem in flaws}
    rows = (
        (
            Kind.UNPARSED,
            tuple(material.scan.unparsed),
            "Names, places or labels that the reader does not know",
        ),
        (Kind.EMPTY, material.with_defect(Defect.EMPTY), "Empty, left out"),
        (
            Kind.UNREADABLE,
            material.with_defect(Defect.UNREADABLE),
            "Cannot be read, nothing can be learnt from them",
        ),
        (
            Kind.UNREADABLE,
            material.with_defect(Defect.POINTER),
            "Git LFS pointers without the sound, which 'git lfs pull' fetches",
        ),
        (Kind.TRUNCATED, material.with_defect(Defect.TRUNCATED), "Break off before their end"),
        (Kind.SILENT, material.with_defect(Defect.SILENT), silent),
        (Kind.SHORT, short, f"Shorter than {MIN_SECONDS} s"),
        (Kind.LOUD, loud, "Louder than full scale"),
    )
    found = [
        Finding(kind, Severity.WARNING, f"{what}: {_such_as(files)}.", files)
        for kind, files, what in rows
        if files
    ]
    lengths = Counter(sound.seconds for sound in material.sounds.values() if sound.seconds)
    seconds, count = lengths.most_common(1)[0] if lengths else (0.0, 0)
    if count >= CUT_COUNT and count > CUT_SHARE * lengths.total():
        text = f"{count} of {lengths.total()} clips last exactly {seconds:.2f} s: they seem to be cut."
        found.append(Finding(Kind.TRUNCATED, Severity.WARNING, text))
    if len(rates) > 1:
        found.append(Finding(Kind.FORMAT, Severity.NOTE, f"Sample rates differ: {rated}."))
    return found + [Finding(Kind.KNOWN_FLAW, Severity.NOTE, f"{flaw}.") for flaw in known]


def _doubles(material: Material) -> list[Finding]:
    twins = material.twins
    found = []
    if twins:
        extra = sum(len(group) - 1 for group in twins)
        shown = " = ".join(clip.path.name for clip in twins[0][:2])
        text = f"The sound of another clip, counted once: {_of(extra, 'clip')}, such as {shown}."
        files = tuple(clip.path for group in twins for clip in group)
        found.append(Finding(Kind.DUPLICATE, Severity.WARNING, text, files))
    torn = [group for group in twins if len({(clip.speaker, clip.emotion) for clip in group}) > 1]
    if torn:
        shown = " and ".join(f"{c.path.name} ({c.speaker}, {c.emotion})" for c in torn[0][:2])
        text = f"One sound under different emotions or speakers: {_of(len(torn), 'sound')}, such as {shown}."
        files = tuple(clip.path for group in torn for clip in group)
        found.append(Finding(Kind.CONTRADICTION, Severity.WARNING, text, files))
    names: dict[tuple[str, str], dict[str, Path]] = defaultdict(dict)
    for clip in material.good:
        names[clip.speaker, clip.path.stem][material.sounds[clip.path].identity] = clip.path
    variants = [tuple(paths.values()) for paths in names.values() if len(paths) > 1]
    if variants and material.published:
        shown = " and ".join(str(path) for path in variants[0][:2])
        text = f"One name for different sounds: {_of(len(variants), 'name')}, such as {shown}."
        files = tuple(path for paths in variants for path in paths)
        found.append(Finding(Kind.VARIANT, Severity.WARNING, text, files))
    return found


def _classes(material: Material) -> list[Finding]:
    outside = Counter(clip.emotion for clip in material.scan.clips if clip.emotion not in LABELS)
    if not outside:
        return []
    shown = _few([f"{emotion} ({count})" for emotion, count in sorted(outside.items())])
    text = f"Classes that are none of the eight, left out of training: {shown}."
    return [Finding(Kind.OUTSIDE, Severity.NOTE, text)]


def shared_sounds(
    good: Sequence[Clip], sounds: Mapping[Path, Sound], name: str, seen: dict[str, str]
) -> list[Finding]:
    """Sounds that an earlier corpus holds too; remembers those of this one."""
    others: dict[str, list[Path]] = defaultdict(list)
    for clip in good:
        if other := seen.setdefault(sounds[clip.path].identity, name):
            others[other].append(clip.path)
    return [
        Finding(Kind.SHARED, Severity.WARNING, f"Also in {other}: {_such_as(files)}.", tuple(files))
        for other, files in others.items()
        if other != name
    ]


def _such_as(files: Sequence[Path]) -> str:
    return f"{_of(len(files), 'file')}, such as {files[0].name}"


def _of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _few(items: Sequence[str], most: int = 6) -> str:
    return (
        ", ".join(items) if len(items) <= most else f"{', '.join(items[:most])} and {len(items) - most} more"
    )


def by_label(counts: Counter[str]) -> dict[str, int]:
    """The eight in their order, then the others by name."""
    order = {label: place for place, label in enumerate(LABELS)}
    return dict(sorted(counts.items(), key=lambda item: (order.get(item[0], len(LABELS)), item[0])))
