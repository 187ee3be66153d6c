"""An evaluation as a picture: confusion, reliability, risk and coverage, classes, speakers, degradations."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE, _ORANGE, _GREEN, _GREY, _RED = "#2f6db3", "#e08a2c", "#4c9f70", "#8a8f98", "#b3302f"
_GENDER_COLOURS: Final = {"F": _ORANGE, "M": _BLUE}
_NAMED_SPEAKERS: Final = 45
_DPI: Final = 120
_LEAST_SHARE: Final = 0.005
"""Less of a row is not shown."""


def corpus_picture(row: dict[str, Any], model_name: str) -> bytes:
    """PNG of one corpus' row of an evaluation (`judge_corpus`), drawn without a screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = 3 if row["degradations"] else 2
    figure = Figure(figsize=(15, 4.6 * rows + 0.4), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    top, middle, *bottom = np.ravel(np.asarray(figure.subfigures(rows, 1)))
    confusion, reliability, risk = top.subplots(1, 3, width_ratios=(5, 4, 4))
    draw_confusion(confusion, row)
    confusion.set_title("Confusion, % of each row")
    draw_reliability(reliability, row)
    reliability.set_title(f"Reliability, ECE {row['ece']:.3f}")
    _risk_coverage(risk, row)
    classes, speakers = middle.subplots(1, 2, width_ratios=(5, 8))
    _classes(classes, row)
    _speakers(speakers, row)
    for part in bottom:
        _degradations(part.subplots(), row)
    low, high = row["uar_interval"] or (row["uar"], row["uar"])
    figure.suptitle(
        f"{model_name} on {row['corpus']} ({row['view']}): UAR {100 * row['uar']:.1f} % "
        f"[{100 * low:.1f}, {100 * high:.1f}], {row['clips']} clips, {row['speakers']} speakers\n"
        f"{row['protocol']}",
        fontsize=13,
        color=_RED if row["strangers"] is False else "black",
    )
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def draw_confusion(axes: Axes, figures: Mapping[str, Any]) -> None:
    """Shares of each true class by answer, in percent; `figures` are those of a report."""
    counts = np.array(figures["confusion"], dtype=float)
    present = counts.sum(axis=1) > 0
    shares = counts[present] / counts[present].sum(axis=1, keepdims=True)
    labels = figures["labels"]
    draw_shares(axes, np.where(shares >= _LEAST_SHARE, shares, np.nan))
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
    axes.set_yticks(range(len(shares)), [name for name, here in zip(labels, present, strict=True) if here])
    axes.set(xlabel="answered", ylabel="truth")


def draw_shares(axes: Axes, shares: npt.NDArray[np.float64]) -> None:
    """A table [rows, columns] as cells with their percent, the first row on top; NaN is an empty cell.

    In an SVG the cells are shapes: a picture in it would be one more thing that its page has to load.
    """
    rows, columns = shares.shape
    edges = [np.arange(count + 1) - 0.5 for count in (columns, rows)]
    axes.pcolormesh(*edges, shares, vmin=0.0, vmax=1.0, cmap="Blues", edgecolors="white", linewidth=0.5)
    axes.invert_yaxis()
    for (y, x), share in np.ndenumerate(shares):
        if np.isfinite(share):
            colour = "white" if share > 0.55 else "black"
            axes.text(x, y, f"{100 * share:.0f}", ha="center", va="center", fontsize=8, color=colour)


def draw_reliability(axes: Axes, figures: Mapping[str, Any]) -> None:
    """Accuracy against confidence, and how many clips there are; `figures` are those of a report."""
    bins = figures["reliability"]
    clips = sum(found["count"] for found in bins)
    axes.bar(
        [found["low"] for found in bins],
        [found["count"] / clips for found in bins],
        width=[found["high"] - found["low"] for found in bins],
        align="edge",
        color="#c3c9d2",
        edgecolor="white",
        label="share of clips",
    )
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1, label="as sure as right")
    axes.plot(
        [found["confidence"] for found in bins],
        [found["accuracy"] for found in bins],
        color=_BLUE,
        marker="o",
        markersize=4,
        label="accuracy",
    )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="accuracy; share of clips")
    axes.legend(loc="upper left", frameon=False, fontsize=8)


def _risk_coverage(axes: Axes, row: dict[str, Any]) -> None:
    curve = np.array(row["risk_coverage"])
    axes.plot(curve[:, 0], curve[:, 1], color=_BLUE, label=f"AURC {row['aurc']:.3f}")
    point = row["certain"]
    if point is not None and point["risk"] is not None:
        axes.plot(
            point["coverage"], point["risk"], "o", color=_ORANGE,
            label=f"answered {100 * point['coverage']:.0f} %,\nwrong {100 * point['risk']:.0f} %",
        )  # fmt: skip
    top = max(0.05, float(curve[:, 1].max()), (point or {}).get("risk") or 0.0)
    axes.set(
        xlim=(0, 1.02), ylim=(0, 1.1 * top), xlabel="share answered", ylabel="share wrong of these",
        title="Risk and coverage",
    )  # fmt: skip
    axes.legend(loc="upper left", frameon=False, fontsize=9)


def _classes(axes: Axes, row: dict[str, Any]) -> None:
    names = list(row["per_class"])
    places = np.arange(len(names))
    for shift, (key, colour) in enumerate((("precision", _GREEN), ("recall", _BLUE), ("f1", _ORANGE))):
        heights = [row["per_class"][name][key] or 0.0 for name in names]
        axes.bar(places + (shift - 1) * 0.27, heights, width=0.25, color=colour, label=key)
    labels = [f"{name}\n{row['per_class'][name]['support']}" for name in names]
    axes.set_xticks(places, labels, rotation=40 if len(names) > 5 else 0)
    axes.set(ylim=(0, 1.0), title="By emotion, with the number of clips")
    axes.legend(loc="upper center", ncols=3, frameon=False, fontsize=9, bbox_to_anchor=(0.5, 1.0))
    axes.margins(x=0.02)
    axes.set_ylim(0, 1.12)


def _speakers(axes: Axes, row: dict[str, Any]) -> None:
    people = sorted(row["per_speaker"].items(), key=lambda item: item[1]["uar"])
    colours = [_GENDER_COLOURS.get(found.get("gender", ""), _GREY) for _, found in people]
    axes.bar(range(len(people)), [found["uar"] for _, found in people], color=colours, width=0.8)
    axes.axhline(row["uar"], color="black", linewidth=1, linestyle="--")
    for gender, found in row["by_gender"].items():
        axes.bar(
            0, 0, color=_GENDER_COLOURS.get(gender, _GREY),
            label=f"{gender}: UAR {100 * found['uar']:.1f} %, {found['speakers']} speakers",
        )  # fmt: skip
    if len(people) <= _NAMED_SPEAKERS:
        axes.set_xticks(range(len(people)), [name for name, _ in people], rotation=60, ha="right")
    else:
        axes.set_xticks([])
    axes.set(ylim=(0, 1.12), title=f"UAR of each speaker, worst {row['worst_speaker']}")
    axes.margins(x=0.02)
    if row["by_gender"]:
        axes.legend(loc="upper left", ncols=3, frameon=False, fontsize=9)


def _degradations(axes: Axes, row: dict[str, Any]) -> None:
    found = row["degradations"]
    places = np.arange(len(found))
    heights = np.array([entry["uar"] for entry in found])
    intervals = np.array([entry["uar_interval"] or (entry["uar"],) * 2 for entry in found])
    errors = np.abs(intervals.T - heights)
    axes.bar(places, heights, color=_BLUE, width=0.6, label="UAR")
    axes.errorbar(places, heights, yerr=errors, fmt="none", ecolor="black", capsize=3, linewidth=1)
    axes.plot(places, [entry["coverage"] for entry in found], "s", color=_ORANGE, label="share certain")
    axes.axhline(row["uar"], color="black", linewidth=1, linestyle="--", label="UAR, undegraded")
    for place, entry in enumerate(found):
        axes.text(place, 0.02, f"{-100 * entry['uar_lost']:+.1f}", ha="center", color="white")
    axes.set_xticks(places, [entry["name"] for entry in found], rotation=25, ha="right")
    axes.set(ylim=(0, 1.12), title=f"Degradations (points of UAR lost at the foot); noise: {row['noise']}")
    axes.legend(loc="upper left", ncols=3, frameon=False, fontsize=9)
    axes.margins(x=0.02)
