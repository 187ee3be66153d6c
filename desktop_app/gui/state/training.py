"""How a training goes, from the events of `emoscope-models train --jsonl -`. Knows no Qt."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import sentences
from desktop_app.core.language import tr
from desktop_app.gui.state.told import parts_of, retold
from desktop_app.gui.state.training_data import duration
from desktop_app.gui.state.words import capital

SCHEMA_VERSION: Final = 1
EVENTS_FILE: Final = "events.jsonl"
_MOST_EVENTS: Final = 50_000_000  # bytes
_NOTES: Final = 50
_LOSS_STEPS: Final = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


class Phase(StrEnum):
    """What it is at."""

    STARTING = "starting"
    READING = "reading"
    FITTING = "fitting"
    EXPORTING = "exporting"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


OVER: Final = frozenset({Phase.FINISHED, Phase.CANCELLED, Phase.FAILED})


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch; what is not known is None."""

    number: int
    train_loss: float | None
    val_loss: float | None
    uar: float | None


@dataclass(slots=True)
class Fit:
    """One of the fits: of a fold, without a corpus, or of everyone."""

    number: int
    kind: str
    name: str
    epochs: dict[int, Epoch] = field(default_factory=dict)
    tested_uar: float | None = None

    @property
    def curve(self) -> list[Epoch]:
        return [self.epochs[number] for number in sorted(self.epochs)]


@dataclass(frozen=True, slots=True)
class Figure:
    """What the model is worth, as it was measured."""

    uar: float
    interval: tuple[float, float] | None
    speakers: int
    clips: int
    dependent: bool
    classes: int

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Figure:
        interval = event["uar_interval"]
        return cls(
            float(event["uar"]),
            (float(interval[0]), float(interval[1])) if interval else None,
            int(event["speakers"]),
            int(event["clips"]),
            bool(event["speaker_dependent"]),
            len(event.get("labels", ())),
        )

    @property
    def guessing(self) -> str:
        """What the figure is to be compared with."""
        return tr("Guessing gives {uar} %.").format(uar=round(100 / self.classes)) if self.classes else ""

    @property
    def sentence(self) -> str:
        """The one honest sentence."""
        uar = round(100 * self.uar)
        low, high = (round(100 * end) for end in self.interval or (0.0, 0.0))
        if self.dependent:
            text = tr(
                "UAR {uar} % [{low}, {high}] on {clips} clips of voices that it knows. Of people whom it has "
                "not heard, expect less."
                if self.interval
                else "UAR {uar} % on {clips} clips of voices that it knows. Of people whom it has not heard, "
                "expect less."
            )
        elif self.interval:
            text = tr("UAR {uar} % [{low}, {high}] on {speakers} speakers whom it had not heard.")
        else:
            text = tr("UAR {uar} % on one speaker whom it had not heard: too few to tell how sure that is.")
        return text.format(uar=uar, low=low, high=high, clips=self.clips, speakers=self.speakers)


@dataclass(frozen=True, slots=True)
class Matrix:
    """How clips were answered: counts [true class][answered class], and of whom."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    caption: str


class TrainingState:
    """Takes events one by one, and tells what to show.

    Attributes
    ----------
    phase : Phase
    paused, waits : bool
        It pauses; a pause was asked for, and it has not come to a batch's end yet.
    fits : dict
        By their number, as far as they were begun.
    of : int
        How many there will be.
    notes : list of str
        The last sentences for people.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = ""
        self.phase = Phase.STARTING
        self.paused = self.waits = False
        self.fits: dict[int, Fit] = {}
        self.of = 0
        self.labels: tuple[str, ...] = ()
        self.matrix: Matrix | None = None
        self.figure: Figure | None = None
        self.file = ""
        self.left_s: float | None = None
        self.notes: list[str] = []
        self.warnings: tuple[str, ...] = ()
        self.dependent = False  # it is judged on voices that it knows
        self.problem = ""
        self.hint = ""
        self.code = ""
        self._fit: Fit | None = None
        self._most_epochs = 1
        self._step = ("", 0, 0)
        self._same: tuple[Any, ...] = ()

    @property
    def over(self) -> bool:
        return self.phase in OVER

    def take(self, event: Mapping[str, Any]) -> None:
        """One event; what is not known, as from a newer version, changes nothing."""
        match event.get("event"):
            case "begun":
                self._begin(event)
            case "data":
                self.labels = tuple(row["label"] for row in event["classes"])
                self.warnings = tuple(retold(warning["message"]) for warning in event["warnings"])
                self.dependent = bool(event.get("speaker_dependent", False))
            case "step":
                self._step = (event["what"], event["done"], event["total"])
                self._take_left(event)
            case "fold":
                self._take_fold(event)
            case "epoch":
                self._take_epoch(event)
            case "measured":
                self.figure = Figure.of(event)
                caption = tr(
                    "All clips that were held out"
                    if self.figure.dependent
                    else "All speakers, each judged by a model that had not heard them"
                )
                self.matrix = _matrix(event["labels"], event["confusion"], caption)
            case "exported":
                self.phase = Phase.EXPORTING
            case "finished":
                self.phase = Phase.FINISHED
                self.file = event["file"]
                known = 0 if self.figure is None else self.figure.classes
                self.figure = Figure.of(event)
                self.figure = replace(self.figure, classes=self.figure.classes or known)
            case "state":
                self.paused = event["state"] == "paused"
                self.waits = False
            case "note":
                self.notes = [*self.notes, retold(event["message"])][-_NOTES:]
            case "failure":
                self.fail(event["message"], event["hint"], event["code"])

    def fail(self, message: str, hint: str = "", code: str = "") -> None:
        """It has ended without a file."""
        self.phase = Phase.CANCELLED if code == "cancelled" else Phase.FAILED
        self.problem, self.hint = parts_of(code, message, hint)
        self.code = code

    def _begin(self, event: Mapping[str, Any]) -> None:
        same = (event["recipe"], event["family"], tuple(event["corpora"]), event["seed"])
        if same != self._same:
            self.fits, self.matrix, self.figure = {}, None, None
        self._same = same
        self.name, self.kind = event["recipe"], event["kind"]
        self.phase = Phase.READING
        self.paused = self.waits = False
        self.problem = self.hint = self.code = self.file = ""
        self._most_epochs = max(1, int(event["epochs"]))
        self._fit, self.left_s = None, None
        self._step = ("", 0, 0)

    def _take_left(self, event: Mapping[str, Any]) -> None:
        self.left_s = event["left_s"]

    def _take_fold(self, event: Mapping[str, Any]) -> None:
        number = int(event["number"])
        self.of = int(event["of"])
        self._take_left(event)
        if event["state"] == "begun":
            self.phase = Phase.FITTING
            self._step = ("", 0, 0)
            self._fit = self.fits.setdefault(number, Fit(number, event["kind"], event["name"]))
            return
        fit = self.fits.setdefault(number, Fit(number, event["kind"], event["name"]))
        fit.tested_uar = event.get("uar")
        if event["kind"] == "everyone":
            self.phase = Phase.EXPORTING

    def _take_epoch(self, event: Mapping[str, Any]) -> None:
        fit = self.fits.get(int(event["fold"]))
        if fit is None:
            return
        number = int(event["epoch"])
        fit.epochs[number] = Epoch(number, event["train_loss"], event["val_loss"], event["uar"])
        self._step = ("", 0, 0)
        self._take_left(event)
        if event["confusion"] is not None and self.figure is None:  # what was measured stays in sight
            speakers = int(event["speakers"])
            caption = self._caption(speakers)
            self.matrix = _matrix(
                self.labels, event["confusion"], caption.format(epoch=number, speakers=speakers)
            )

    def _caption(self, speakers: int) -> str:
        if self.dependent:
            after = tr("After epoch {epoch}, on clips kept for choices")
            at_all = tr("On clips kept for choices")
        elif speakers == 1:
            after = tr("After epoch {epoch}, on one speaker kept for choices")
            at_all = tr("On one speaker kept for choices")
        else:
            after = tr("After epoch {epoch}, on {speakers} speakers kept for choices")
            at_all = tr("On {speakers} speakers kept for choices")
        return after if self.by_epochs else at_all

    # --- what is shown ---

    @property
    def by_epochs(self) -> bool:
        """Whether a fit has epochs to draw a curve of."""
        return self._most_epochs > 1

    @property
    def most_epochs(self) -> int:
        return self._most_epochs

    @property
    def current(self) -> Fit | None:
        return self._fit

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        if self.phase is Phase.FINISHED:
            return 1.0
        if not self.of or self._fit is None:
            return 0.0
        within = 0.0
        if self.by_epochs and self._fit.epochs:
            within = max(self._fit.epochs) / self._most_epochs
        return min(1.0, (self._fit.number - 1 + within) / self.of)

    @property
    def title(self) -> str:  # noqa: PLR0911 - one a phase
        match self.phase:
            case Phase.STARTING:
                return tr("Starting")
            case Phase.READING:
                return tr("Reading the recordings")
            case Phase.EXPORTING:
                return tr("Making the file")
            case Phase.FINISHED:
                return tr("{name} is trained").format(name=self.name)
            case Phase.CANCELLED:
                return tr("Cancelled")
            case Phase.FAILED:
                return tr("It could not be trained")
        fit = self._fit
        if fit is None or fit.kind == "everyone":
            return tr("Last fit, on everyone")
        if fit.kind == "corpus":
            return tr("Fit {number} of {of}, {name}").format(number=fit.number, of=self.of, name=fit.name)
        if self.dependent:
            return tr("Fit {number} of {of}: some clips are kept out, to judge it by").format(
                number=fit.number, of=self.of
            )
        return tr("Fit {number} of {of}: some speakers are kept out, to judge it by").format(
            number=fit.number, of=self.of
        )

    @property
    def detail(self) -> str:  # noqa: PLR0911 - a sentence for each case
        """What it does now; or what became of it."""
        if self.phase is Phase.FINISHED:
            return "" if self.figure is None else f"{self.figure.sentence} {self.figure.guessing}".strip()
        if self.phase is Phase.CANCELLED:
            return tr("What was learnt so far is kept: it can go on from there.")
        if self.phase is Phase.FAILED:
            return sentences(self.problem, self.hint)
        what, done, total = self._step
        if total:
            return tr("{step}: {done} of {total}").format(step=capital(retold(what)), done=done, total=total)
        if self._fit is not None and self.by_epochs and self.phase is Phase.FITTING:
            number = max(self._fit.epochs, default=0)
            return tr("Epoch {number} of at most {most}").format(
                number=min(number + 1, self._most_epochs), most=self._most_epochs
            )
        if self.phase is Phase.EXPORTING:
            return tr("The finished file is run and compared with what was trained.")
        return ""

    @property
    def left(self) -> str:
        """How long it still takes, in a sentence; empty when it is over."""
        if self.over:
            return ""
        if self.paused:
            return tr("Paused")
        if self.waits:
            return tr("It pauses after this batch")
        if self.left_s is None:
            return tr("How long it takes is known after the first fit")
        if self.left_s < 5:
            return tr("Nearly done")
        return tr("At most {time} left").format(time=duration(self.left_s))

    @property
    def outlook(self) -> str:
        """What the folds have given so far, as a sentence."""
        tested = [fit.tested_uar for fit in self.fits.values() if fit.kind == "fold" and fit.tested_uar]
        if not tested or self.figure is not None:
            return ""
        mean = round(100 * sum(tested) / len(tested))
        if len(tested) == 1:
            return tr("UAR {mean} % of the first fold").format(mean=mean)
        return tr("UAR {mean} % of {count} folds so far").format(mean=mean, count=len(tested))


def _matrix(labels: Sequence[str], counts: Sequence[Sequence[int]], caption: str) -> Matrix:
    return Matrix(tuple(labels), tuple(tuple(int(n) for n in row) for row in counts), caption)


def parse(line: str) -> dict[str, Any] | None:
    """An event of one line; None for what is none, such as what a library prints."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def replayed(name: str, folder: Path) -> TrainingState:
    """The state of a run that was broken off, from the events that it has left in its folder."""
    state = TrainingState(name)
    file = folder / EVENTS_FILE
    try:
        if file.stat().st_size <= _MOST_EVENTS:
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                event = parse(line)
                if event is not None:
                    state.take(event)
    except (OSError, KeyError, TypeError, ValueError):
        state = TrainingState(name)
    state.phase = Phase.STARTING
    state.problem = state.hint = state.code = ""
    state.left_s = None
    return state


def loss_axis(state: TrainingState) -> tuple[float, float]:
    """The top of an axis that holds all losses, and a round distance of its four or five ticks."""
    losses = [
        loss
        for fit in state.fits.values()
        for epoch in fit.epochs.values()
        for loss in (epoch.train_loss, epoch.val_loss)
        if loss is not None
    ]
    most = max(losses, default=1.0)
    step = next((k for k in _LOSS_STEPS if most <= 5 * k), most / 5)
    return step * max(1, math.ceil(most / step)), step
