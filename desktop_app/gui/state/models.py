"""What the page of models says about each model file; knows no Qt."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from desktop_app.core.errors import sentences
from desktop_app.core.language import localised, mark, tr
from desktop_app.core.safe_files import printable_path
from desktop_app.gui.state.entries import told_apart
from desktop_app.gui.state.told import parts_of
from desktop_app.gui.state.words import named
from desktop_app.inference.manifest import CLASSES, Manifest, Metrics
from desktop_app.inference.model_library import ListedModel, Origin
from desktop_app.inference.speed import Speed

IN_USE: Final = mark("in use")
BROKEN: Final = mark("cannot be used")
LOADING: Final = mark("loading")
MEASURING: Final = mark("Being measured…")
_ORIGINS: Final[Mapping[Origin, str]] = {
    Origin.SHIPPED: mark("Shipped"),
    Origin.ELSEWHERE: mark("Elsewhere on the disk"),
}
_INTERVAL: Final = "_interval"
_SHOWN_BEFORE: Final = frozenset({"uar_interval", "accuracy_interval", "ece_interval", "test_speakers"})
_MOST_FURTHER: Final = 8
_FURTHER: Final = {
    "uar_trimmed": (mark("UAR of trimmed clips {value} %"), 100),
    "ece_left_out": (mark("ECE of corpora left out {value}"), 1),
}
"""What training writes beside the usual figures: how it is told, and how many times its number."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model in the list.

    Attributes
    ----------
    model : ListedModel
    title : str
    detail : str
        A line beneath: what it answers, size, speed.
    marks : tuple of str
        What is written behind the title, such as ``in use``; to be translated.
    usable : bool
    used : bool
    file : str
        The name of its file, where another model has the same name; else empty.
    """

    model: ListedModel
    title: str
    detail: str
    marks: tuple[str, ...]
    usable: bool
    used: bool
    file: str = ""

    @property
    def whole_title(self) -> str:
        """What tells it from all others."""
        return f"{self.title} ({self.file})" if self.file else self.title

    @property
    def comparable(self) -> bool:
        """Whether its answers can stand beside another model's: it names emotions."""
        return self.model.manifest is not None and self.model.manifest.kind == CLASSES

    @property
    def spoken(self) -> str:
        """For whoever hears the list."""
        return ". ".join((self.whole_title, *map(tr, self.marks), self.detail))


def row(
    model: ListedModel,
    used: Path | None,
    speed: Speed | None,
    loading: Path | None = None,
    file: str = "",
) -> ModelRow:
    """How `model` is shown while the file `used` is in use and `loading` is being loaded.

    `file` tells it from others of its name.
    """
    is_used = used is not None and os.path.realpath(model.path) == os.path.realpath(used)
    marks = [IN_USE] if is_used else []
    if loading is not None and model.path == loading and not is_used:
        marks.append(LOADING)
    if model.manifest is None:
        marks.append(BROKEN)
        detail = _problem(model)
    else:
        parts = [tr(_ORIGINS[model.origin])] if model.origin in _ORIGINS else []
        parts += [answers(model.manifest), file_size(model.size)]
        if speed is not None:
            parts.append(milliseconds(speed.ms))
        detail = " · ".join(parts)
    return ModelRow(
        model, model.name, detail, tuple(marks), usable=model.manifest is not None, used=is_used, file=file
    )


def files_beside(models: Sequence[ListedModel]) -> dict[Path, str]:
    """For those models that share their name with another one: what their files are called."""
    count = Counter(model.name for model in models)
    alike = [model.path for model in models if count[model.name] > 1]
    names = told_apart([str(path) for path in alike])
    return {path: names[str(path)] for path in alike}


@dataclass(frozen=True, slots=True)
class Recall:
    """The unweighted average recall of a model, with its interval if one is given, and that of guessing."""

    uar: float
    interval: tuple[float, float] | None
    chance: float

    @property
    def spoken(self) -> str:
        return tr("UAR {figure}; guessing gives {chance}").format(
            figure=_with_interval(self.uar, self.interval), chance=share_text(self.chance)
        )


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """All that is told of one model.

    Attributes
    ----------
    title : str
    sentence : str
        What it can do, and how well, as its file says it.
    rows : list of (name, value)
    labels : tuple of str
        Its emotions, to be shown in their colours; empty if it gives none.
    recall : Recall or None
        None where it was not measured.
    """

    title: str
    sentence: str
    rows: list[tuple[str, str]]
    labels: tuple[str, ...]
    recall: Recall | None = None


def details(model: ListedModel, speed: Speed | None, *, unmeasured: str = "") -> ModelDetails:
    """Everything about a model; `unmeasured` stands where its speed is not known, by default that it is being
    measured."""
    where = printable_path(model.path)
    manifest = model.manifest
    if manifest is None:
        return ModelDetails(
            model.name, _problem(model), [(tr("Size"), file_size(model.size)), (tr("File"), where)], ()
        )
    trained = manifest.trained_on
    rows = [
        (tr("Learnt from"), ", ".join(trained.corpora) or tr("Its file does not say")),
        (tr("Speakers"), tr("Not known") if trained.speakers is None else str(trained.speakers)),
        (tr("Measured"), measured(manifest.metrics)),
    ]
    if is_measured(manifest.metrics):
        rows.append((tr("How"), manifest.metrics.protocol))
    further = further_figures(manifest.metrics.extra)
    if further:
        rows.append((tr("Further figures"), further))
    rows += [
        (tr("Licence"), licence(manifest.licence)),
        (tr("Made"), made(manifest.created)),
        (tr("Size"), file_size(model.size)),
        (tr("Speed here"), speed_text(speed) if speed is not None else unmeasured or tr(MEASURING)),
        (
            tr("Speech at once"),
            tr("{least} to {most} s, at {rate} Hz").format(
                least=localised(f"{manifest.min_seconds:g}"),
                most=localised(f"{manifest.max_seconds:g}"),
                rate=localised(f"{manifest.sample_rate:,}"),
            ),
        ),
    ]
    if manifest.kind == CLASSES:
        rows.append(
            (
                tr("Doubt"),
                tr("Uncertain below {share}; temperature {temperature}").format(
                    share=share_text(manifest.abstain_below),
                    temperature=localised(f"{manifest.temperature:.2f}"),
                ),
            )
        )
    rows += [
        (tr("Format"), tr("Version {number}").format(number=manifest.format_version)),
        (tr("File"), where),
    ]
    labels = manifest.labels if manifest.kind == CLASSES else ()
    return ModelDetails(manifest.name, sentence(manifest), rows, labels, recall(manifest))


def _problem(model: ListedModel) -> str:
    """Why it cannot be used, in sentences."""
    return sentences(*parts_of(model.code, model.problem))


def recall(manifest: Manifest) -> Recall | None:
    """How well it does; None if that was not measured, or it names no emotions."""
    uar = manifest.metrics.uar
    if uar is None or manifest.kind != CLASSES:
        return None
    return Recall(uar, _interval(manifest.metrics.extra.get("uar_interval")), 1 / len(manifest.labels))


def sentence(manifest: Manifest) -> str:
    """What it can do, and how well, as its file says it: nothing is measured here."""
    if manifest.kind != CLASSES:
        return tr("It places a voice between low and high: {names}.").format(
            names=", ".join(map(named, manifest.labels))
        )
    count = len(manifest.labels)
    uar = manifest.metrics.uar
    if uar is None:
        return tr(
            "It tells {count} emotions apart. How well is not known: nothing was measured, so do not rely "
            "on it before it was."
        ).format(count=count)
    speakers = manifest.metrics.extra.get("test_speakers")
    figures = {"count": count, "uar": share_text(uar), "chance": share_text(1 / count)}
    if isinstance(speakers, int):
        return tr(
            "It tells {count} emotions apart. Its file says: {uar} right on average over the emotions, "
            "tested on {speakers} speakers. Guessing gives {chance}."
        ).format(speakers=speakers, **figures)
    return tr(
        "It tells {count} emotions apart. Its file says: {uar} right on average over the emotions. Guessing "
        "gives {chance}."
    ).format(**figures)


def answers(manifest: Manifest) -> str:
    """What it answers with, in short."""
    if manifest.kind != CLASSES:
        return ", ".join(map(named, manifest.labels))
    return tr("{count} emotions").format(count=len(manifest.labels))


def is_measured(metrics: Metrics) -> bool:
    return any(figure is not None for figure in (metrics.uar, metrics.accuracy, metrics.ece))


def measured(metrics: Metrics) -> str:
    """Its figures with their intervals and the number of speakers."""
    parts = []
    for key, name in (("uar", "UAR"), ("accuracy", tr("accuracy")), ("ece", tr("calibration error"))):
        value = getattr(metrics, key)
        if value is not None:
            parts.append(f"{name} {_with_interval(value, metrics.extra.get(key + _INTERVAL))}")
    if not parts:
        return tr("Nothing")
    speakers = metrics.extra.get("test_speakers")
    if isinstance(speakers, int):
        parts.append(tr("{count} speakers").format(count=speakers))
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}"


def further_figures(extra: Mapping[str, Any]) -> str:
    """Those numbers that a file gives beside the usual ones."""
    told = []
    for key, value in extra.items():
        if key in _SHOWN_BEFORE or not isinstance(value, int | float) or isinstance(value, bool):
            continue
        words, times = _FURTHER.get(key, ("", 1))
        name = tr(words) if words else key.replace("_", " ") + " {value}"
        told.append(name.replace("{value}", localised(f"{times * value:.3g}")))
    return ", ".join(told[:_MOST_FURTHER])


def speed_text(speed: Speed) -> str:
    """How long an answer takes here, on the processor."""
    return tr("{time} for {seconds} s of speech, on the processor").format(
        time=milliseconds(speed.ms), seconds=localised(f"{speed.seconds:g}")
    )


def milliseconds(ms: float) -> str:
    return localised(f"{ms:.0f} ms" if ms >= 9.95 else f"{ms:.1f} ms")


def licence(text: str) -> str:
    """What its licence is, with what that means where it forbids much or is not known."""
    if re.search(r"\bNC\b", text):
        return tr("{licence}: not for commercial use").format(licence=text)
    if text.casefold() == "unknown":
        return tr("Not known: ask whoever made it before you use it for more than trying")
    return text


def file_size(size: int) -> str:
    """Bytes, as file managers tell them."""
    if size < 99_500:
        return localised(f"{size / 1e3:.1f} kB") if size < 9_950 else f"{size / 1e3:.0f} kB"
    return f"{size / 1e6:.0f} MB" if size >= 9.95e6 else localised(f"{size / 1e6:.1f} MB")


def made(created: str) -> str:
    """The day of a date that may have a time, too."""
    return created.partition("T")[0]


def tallied(rows: Sequence[ModelRow]) -> str:
    """How many there are, and how many of them cannot be used."""
    count, broken = len(rows), sum(not each.usable for each in rows)
    if count == 1:
        return tr("1 model, which cannot be used") if broken else tr("1 model")
    if broken > 1:
        return tr("{count} models, of which {broken} cannot be used").format(count=count, broken=broken)
    if broken:
        return tr("{count} models, of which 1 cannot be used").format(count=count)
    return tr("{count} models").format(count=count)


def _with_interval(value: float, interval: Any) -> str:
    ends = _interval(interval)
    if ends is None:
        return share_text(value)
    return tr("{share} ({low} to {high})").format(
        share=share_text(value),
        low=localised(f"{100 * ends[0]:.1f}"),
        high=localised(f"{100 * ends[1]:.1f}"),
    )


def _interval(found: Any) -> tuple[float, float] | None:
    """What a file gives as an interval, if it is one within 0 to 1."""
    if not isinstance(found, Sequence) or len(found) != 2:
        return None
    if not all(isinstance(end, int | float) for end in found) or not 0 <= found[0] <= found[1] <= 1:
        return None
    return float(found[0]), float(found[1])


def share_text(share: float) -> str:
    """A share in percent, such as `76.2 %`, that no line is broken in."""
    return localised(f"{100 * share:.1f}".removesuffix(".0")) + "\u00a0%"
