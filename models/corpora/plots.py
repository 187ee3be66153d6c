"""Pictures of corpora: classes, speakers, durations and levels, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from models.corpora.stats import CorpusStats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_GENDERS = {"F": ("women", "#d95f02"), "M": ("men", "#1b6ca8"), "": ("not known", "#8c8c8c")}
_BAR, _SECOND = "#1b6ca8", "#d95f02"
_NAMED_SPEAKERS = 30
_BINS = 40
_DPI = 110


def corpus_picture(stats: CorpusStats) -> bytes:
    """Four panels: clips by class and gender, clips by speaker, durations, levels."""
    figure = _figure(11, 7.5)
    ((classes, speakers), (durations, levels)) = figure.subplots(2, 2)
    figure.suptitle(f"{stats.corpus}: {stats.clips} clips, {len(stats.speakers)} speakers")
    _classes(classes, stats)
    _speakers(speakers, stats)
    durations.hist(stats.durations, bins=_BINS, color=_BAR)
    durations.set(title="durations", xlabel="seconds", ylabel="clips")
    decibels = np.arange(np.floor(stats.rms.min()), np.ceil(stats.peaks.max()) + 1.5)
    for values, name, colour in ((stats.rms, "RMS", _BAR), (stats.peaks, "peak", _SECOND)):
        levels.hist(values, bins=decibels, color=colour, alpha=0.7, label=name)
    levels.set(title="levels", xlabel="dBFS", ylabel="clips")
    levels.legend()
    return _png(figure)


def overview_picture(all_stats: Sequence[CorpusStats]) -> bytes:
    """Durations and levels of several corpora side by side: boxes hold half of the clips, whiskers 90 %."""
    figure = _figure(11, 1.8 + 0.45 * len(all_stats))
    names = [stats.corpus for stats in all_stats]
    panels: Sequence[Any] = figure.subplots(1, 2, sharey=True)
    for axes, rows, unit in zip(
        panels,
        ([s.durations for s in all_stats], [s.rms for s in all_stats]),
        ("seconds", "dBFS"),
        strict=True,
    ):
        axes.boxplot(rows, orientation="horizontal", tick_labels=names, whis=(5, 95), showfliers=False)
        axes.set_xlabel(unit)
        axes.grid(axis="x", alpha=0.3)
    panels[0].set_title("durations")
    panels[1].set_title("levels (RMS)")
    panels[0].invert_yaxis()
    return _png(figure)


def _classes(axes: Axes, stats: CorpusStats) -> None:
    places = np.arange(len(stats.classes))
    bottom = np.zeros(len(places))
    for gender, (name, colour) in _GENDERS.items():
        counts = np.array([by_gender.get(gender, 0) for by_gender in stats.classes.values()])
        if counts.any():
            axes.bar(places, counts, bottom=bottom, color=colour, label=name)
            bottom += counts
    axes.set_xticks(places, list(stats.classes), rotation=30, ha="right")
    axes.set(title="classes", ylabel="clips")
    axes.legend()


def _speakers(axes: Axes, stats: CorpusStats) -> None:
    places = np.arange(len(stats.speakers))
    axes.bar(places, list(stats.speakers.values()), color=_BAR)
    if len(places) <= _NAMED_SPEAKERS:
        axes.set_xticks(places, list(stats.speakers), rotation=60, ha="right", fontsize="x-small")
    else:
        axes.set_xticks([])
        axes.set_xlabel(f"{len(places)} speakers")
    axes.set(title="speakers", ylabel="clips")


def _figure(width: float, height: float) -> Figure:
    """A figure of its own, without pyplot: no window, no global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _png(figure: Figure) -> bytes:
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return content.getvalue()
