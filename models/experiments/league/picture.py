"""UAR of each recipe against the time of an answer, as one picture."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from models.experiments.league.settings import LEAD

_BLUE, _GREY = "#2f6db3", "#8a8f98"
_DPI = 120
_GAP = 0.042
"""Between two names, in heights of the plot."""


def league_picture(data: dict[str, Any]) -> bytes:
    """PNG; nothing but axes if no recipe has a file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator

    rows = [row for row in data["recipes"] if row["file"]]
    figure = Figure(figsize=(10, max(4.5, 0.34 * len(rows) + 2)), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(lambda _value, _place: "")
    axes.set(xlabel="ms for 3 s of speech, one thread", ylabel="UAR of unseen speakers, %")
    axes.grid(visible=True, color="#e8eaee", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_title("QUICK: not to be quoted" if data["quick"] else "What an answer costs and is worth")
    if rows:
        times = np.array([row["file"]["milliseconds"] for row in rows])
        values = 100 * np.array([row["views"][LEAD]["uar"] for row in rows])
        spans = [row["views"][LEAD]["uar_interval"] or (row["views"][LEAD]["uar"],) * 2 for row in rows]
        errors = np.abs(100 * np.array(spans).T - values)
        axes.errorbar(times, values, yerr=errors, fmt="none", ecolor=_GREY, elinewidth=1, alpha=0.6)
        axes.plot(times, values, "o", color=_BLUE, markersize=6)
        low, high = float(times.min()), float(times.max())
        axes.set_xlim(low / 1.6, high * 1.6)
        for row, x, y, place in zip(rows, times, values, _places(axes, values), strict=True):
            axes.annotate(
                f"{row['recipe']}, {row['file']['megabytes']:.1f} MB",
                (x, y),
                xytext=(1.02, place),
                textcoords="axes fraction",
                va="center",
                fontsize=9,
                arrowprops={"arrowstyle": "-", "color": "#c3c8d0", "linewidth": 0.8},
                annotation_clip=False,
            )
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None}, bbox_inches="tight")
    return out.getvalue()


def _places(axes: Any, values: np.ndarray) -> list[float]:
    """Heights of the names beside the plot, in its own heights: near the points, none upon another."""
    low, high = axes.get_ylim()
    wanted = (values - low) / (high - low)
    places = np.empty(len(values))
    top = np.inf
    for row in np.argsort(-wanted):
        top = min(wanted[row], top - _GAP)
        places[row] = top
    return list(places + max(0.0, -places.min()))
