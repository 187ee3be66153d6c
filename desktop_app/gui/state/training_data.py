"""What there is to train with: the recordings that were looked at, the recipes, and runs to go on with.

All of it comes from `emoscope-models` as JSON; nothing here imports it. Knows no Qt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import platformdirs

from desktop_app.core.language import tr
from desktop_app.gui.state.told import retold
from desktop_app.gui.state.words import emotion

LEAST_SPEAKERS: Final = 3
"""One to test, one to learn from, one to calibrate."""
_MOST_RUN = 1_000_000  # bytes of a run's state
_CLIP_S: Final = 3.0
"""Costs of recipes are told for clips of this length."""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """What there is of one class; `speakers` counts those who are known."""

    label: str
    clips: int
    speakers: int
    seconds: float
    learnt: bool


@dataclass(frozen=True, slots=True)
class SpeakerChoice:
    """A way to tell who speaks.

    Attributes
    ----------
    kind : str
        `told` by the folder itself, `guess`, `pattern` (a person's own) or `nobody`.
    pattern : str
        Of a guess.
    text : str
        As the window shows it.
    """

    kind: str
    pattern: str
    text: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What recordings hold.

    Attributes
    ----------
    sources : tuple of str
        As the command line takes them: `folder=PATH`, `emodb=PATH`.
    warnings : tuple of str
    problem : str
        Why nothing can be learnt from them; empty if something can.
    choices : tuple of SpeakerChoice
        Ways to tell who speaks, beside the one in use; empty where corpora tell it.
    """

    sources: tuple[str, ...]
    rows: tuple[ClassRow, ...]
    clips: int
    seconds: float
    speakers: int
    unknown: int
    warnings: tuple[str, ...]
    problem: str
    choices: tuple[SpeakerChoice, ...] = ()

    @classmethod
    def of(cls, sources: Sequence[str], data: Mapping[str, Any]) -> Looked:
        """From `emoscope-models corpora check --json`."""
        reports = data["corpora"]
        people: dict[str, set[str]] = {}
        counts: dict[str, tuple[int, float, bool]] = {}
        warnings: list[str] = []
        problems: list[str] = []
        known: set[str] = set()
        unknown = 0
        guesses: list[SpeakerChoice] = []
        for report in reports:
            for row in report["classes"]:
                clips, seconds, _ = counts.get(row["label"], (0, 0.0, True))
                counts[row["label"]] = (clips + row["clips"], seconds + row["seconds"], row["learnt"])
                people.setdefault(row["label"], set()).update(row["speakers"])
            names = {name for name in report["speakers"] if not name.endswith("-unknown")}
            known |= names
            unknown += sum(count for name, count in report["speakers"].items() if name not in names)
        lacking = [label for report in reports for label in report["without_sound"] if label not in counts]
        problems += [_class_without_sound(label) for label in dict.fromkeys(lacking)]
        for report in reports:
            for finding in report["findings"]:
                if lacking and finding["kind"] == "class without sound":
                    continue  # told as what keeps it from being trained
                kind = problems if finding["severity"] == "error" else warnings
                # Who speaks is asked for right here, and not told as an option of a command. Notes of corpora
                # are what everybody knows of them; those of own data are of this folder.
                own = report["corpus"] not in _known(sources) and finding["kind"] == "remark"
                if (finding["severity"] != "note" and finding["kind"] != "speakers") or own:
                    kind.append(retold(finding["message"]))
            guesses += [_guess(guess) for guess in report["guesses"]]
        rows = tuple(
            ClassRow(label, clips, len(people[label]), seconds, learnt)
            for label, (clips, seconds, learnt) in counts.items()
        )
        return cls(
            tuple(sources),
            rows,
            sum(report["clips"] for report in reports),
            sum(report["seconds"] for report in reports),
            len(known),
            unknown,
            tuple(warnings),
            " ".join(problems),
            tuple(guesses),
        )

    @property
    def learnt(self) -> int:
        """Clips of the classes that can be learnt."""
        return sum(row.clips for row in self.rows if row.learnt)

    @property
    def own(self) -> bool:
        """Whether a folder of own data is among them, of which a person can tell who speaks."""
        return any(source.startswith("folder=") for source in self.sources)

    @property
    def independent(self) -> bool:
        """Whether a figure for unheard voices can be had."""
        return self.unknown == 0 and self.speakers >= LEAST_SPEAKERS

    @property
    def why_not(self) -> str:
        """Why nothing can be trained; empty if something can."""
        if self.problem:
            return self.problem
        if sum(row.learnt for row in self.rows) < 2:
            return tr(
                "It takes two classes at least, in folders called as the emotions are: angry, happy, sad."
            )
        return ""

    @property
    def summary(self) -> str:
        """How much there is, in a line."""
        if self.unknown and not self.speakers:
            return tr("{clips} clips, {length}; nobody knows who speaks").format(
                clips=self.clips, length=length(self.seconds)
            )
        if self.unknown:
            return tr(
                "{clips} clips of {speakers} speakers, {length}; of {unknown} clips nobody knows who speaks"
            ).format(
                clips=self.clips, speakers=self.speakers, length=length(self.seconds), unknown=self.unknown
            )
        if self.speakers == 1:
            return tr("{clips} clips of one speaker, {length}").format(
                clips=self.clips, length=length(self.seconds)
            )
        return tr("{clips} clips of {speakers} speakers, {length}").format(
            clips=self.clips, speakers=self.speakers, length=length(self.seconds)
        )

    @property
    def worth(self) -> str:
        """What the figure at the end will be worth, as far as who speaks decides it."""
        if self.independent:
            return tr("The model is judged on speakers whom it has not heard.")
        if self.unknown:
            return tr(
                "Tell who speaks, or else the model is judged on voices that it knows: the figure is then "
                "too good, and says so."
            )
        return tr(
            "It takes three speakers to judge a model on unheard voices. With fewer it is judged on voices "
            "that it knows: the figure is then too good, and says so."
        )


def _known(sources: Sequence[str]) -> set[str]:
    """Names of corpora among the sources."""
    return {name for name, _, _ in (source.partition("=") for source in sources)} - {"folder"}


def _class_without_sound(label: str) -> str:
    return tr(
        "The folder of the class “{label}” holds no sound. Put recordings into it, or remove it: the model "
        "then does not know this class."
    ).format(label=emotion(label))


def _guess(guess: Mapping[str, Any]) -> SpeakerChoice:
    names = ", ".join(guess["names"])
    more = ", …" if guess["speakers"] > len(guess["names"]) else ""
    texts = {
        "prefix": tr("Start of the file's name: {count} speakers ({names})"),
        "letters": tr("Letters before the number: {count} speakers ({names})"),
        "folder_above": tr("Folder above the class: {count} speakers ({names})"),
        "folder_below": tr("Folder inside the class: {count} speakers ({names})"),
    }
    text = texts.get(guess["kind"], tr("By a pattern: {count} speakers ({names})"))
    return SpeakerChoice(
        "guess", guess["pattern"], text.format(count=guess["speakers"], names=f"{names}{more}")
    )


@dataclass(frozen=True, slots=True)
class RecipeRow:
    """A recipe that can be chosen, as `emoscope-models recipes --json` tells it."""

    name: str
    path: str
    about: str
    kind: str
    folds: int
    once_s: float | None
    fit_s: float | None
    gpu: bool
    missing: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> RecipeRow:
        known = cls(**{name: data[name] for name in cls.__slots__})
        return replace(known, about=retold(known.about), missing=retold(known.missing))

    def cost(self, looked: Looked | None) -> str:
        """How long it takes here, in a few words; of a thousand clips while none are chosen."""
        if self.missing:
            return tr("Needs weights that are not here")
        if self.gpu:
            return tr("Days without a graphics card")
        if self.once_s is None or self.fit_s is None:
            return tr("How long it takes was not measured")
        clips = 1000.0 if looked is None else looked.learnt * _worth(looked)
        corpora = 0 if looked is None or len(looked.sources) < 2 else len(looked.sources)
        needed_s = clips * (self.once_s + self.fit_s * (self.folds + corpora + 1))
        needed = duration(max(20.0, needed_s))  # the program itself has to start
        return (
            tr("{time} for 1,000 clips").format(time=_capital(needed))
            if looked is None
            else tr("About {time} here").format(time=needed)
        )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _worth(looked: Looked) -> float:
    """Clips of three seconds that one of these is worth."""
    return max(0.3, looked.seconds / max(1, looked.clips) / _CLIP_S)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that was cancelled, failed or was killed; `call` is how it was begun."""

    folder: Path
    name: str
    family: str
    began: str
    state: str
    call: Mapping[str, Any] = field(repr=False)

    @property
    def text(self) -> str:
        """When it was begun, and what became of it."""
        texts = {
            "cancelled": tr("Begun {date}, cancelled"),
            "failed": tr("Begun {date}, failed"),
            "running": tr("Begun {date}, broken off"),
        }
        return texts[self.state].format(date=_here(self.began))


def _here(iso_utc: str) -> str:
    """Date and time as clocks here show it; as it stands if it is no time."""
    try:
        return f"{datetime.fromisoformat(iso_utc).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return iso_utc


def runs_folder() -> Path:
    """Where the window's trainings are kept."""
    return Path(platformdirs.user_data_dir("emoscope", appauthor=False)) / "training"


def free_folder(root: Path, name: str) -> Path:
    """A folder below `root` that is not there yet, called `name` if it can be."""
    place, number = root / name, 2
    while place.exists():
        place, number = root / f"{name}-{number}", number + 1
    return place


def unfinished(root: Path) -> list[Unfinished]:
    """Runs that can go on, the latest first; what cannot be read is left out."""
    found = []
    for file in root.glob("*/run.json") if root.is_dir() else ():
        try:
            if file.stat().st_size > _MOST_RUN:
                continue
            data = json.loads(file.read_text(encoding="utf-8"))
            if data["schema_version"] != 1 or data["state"] not in {"running", "failed", "cancelled"}:
                continue
            call = data["call"]
            if not isinstance(call, dict) or not isinstance(call.get("recipe"), str):
                continue
            found.append(
                Unfinished(
                    file.parent,
                    str(data["name"]),
                    str(data["family"]),
                    str(data["began"]),
                    data["state"],
                    call,
                )
            )
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda run: run.began, reverse=True)


def options_of(call: Mapping[str, Any]) -> list[str]:
    """The arguments of `emoscope-models train` for a call as `run.json` keeps it, without `--out`."""
    words = [str(call["recipe"])]
    for name in ("name", "test", "speaker_pattern", "speakers", "corpora"):
        if call.get(name):
            words += [f"--{name.replace('_', '-')}={call[name]}"]
    if call.get("without_speakers"):
        words.append("--without-speakers")
    if call.get("data"):
        words += ["--data", *map(str, call["data"])]
    return words


def length(seconds: float) -> str:
    """Of recordings: `0:58`, `1:02:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def duration(seconds: float) -> str:
    """How long something takes, in round numbers."""
    if seconds < 90:
        return tr("a minute" if seconds > 45 else "half a minute" if seconds > 15 else "some seconds")
    if seconds < 90 * 60:
        return tr("{count} minutes").format(count=round(seconds / 60))
    if seconds < 36 * 3600:
        return tr("{count} hours").format(count=round(seconds / 3600))
    return tr("{count} days").format(count=round(seconds / 86400))
