"""The plots of a run's report, as SVG."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from models.evaluation.clip_answers import ClipAnswers
from models.evaluation.metrics import roc_curve
from models.evaluation.plots import draw_confusion, draw_reliability, draw_shares
from models.experiments.report.run_folder import ModelRun

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE, _ORANGE, _GREY = "#2f6db3", "#e08a2c", "#8a8f98"


def drawn(draw: Callable[[Axes], None], width: float = 6.0, height: float = 4.2) -> str:
    """What `draw` puts on axes, as an <svg> element; the same for the same figures."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "emoscope", "font.family": "sans-serif"}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        figure.patch.set_alpha(0.0)  # the page's own ground, which may be dark
        axes = figure.subplots()
        axes.patch.set_alpha(0.0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


def confusion_plot(report: Mapping[str, Any]) -> str:
    """Shares of each true class by answer, in percent."""
    return drawn(lambda axes: draw_confusion(axes, report))


def roc_plot(answers: ClipAnswers, aucs: Mapping[str, float]) -> str:
    """One curve a class that occurs, against all others."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", linewidth=1)
        for label, area in aucs.items():
            k = answers.labels.index(label)
            alarms, hits = roc_curve(answers.probabilities[:, k], answers.truth == k)
            axes.plot(alarms, hits, linewidth=1.4, label=f"{label} {area:.3f}")
        axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="false positive rate", ylabel="true positive rate")
        axes.legend(loc="lower right", frameon=False, fontsize=8)

    return drawn(draw)


def reliability_plot(report: Mapping[str, Any]) -> str:
    """Accuracy against confidence, and how many clips there are."""
    return drawn(lambda axes: draw_reliability(axes, report))


def curves_plot(curves: Sequence[tuple[str, Mapping[str, list[float]]]]) -> str:
    """UAR on inner speakers and training loss of every fit, by epoch."""

    def draw(axes: Axes) -> None:
        other = axes.twinx()
        for number, (_, curve) in enumerate(curves):
            if "val_uar" in curve:
                uars = 100 * np.array(curve["val_uar"])
                label = "UAR, inner speakers" if number == 0 else None
                axes.plot(curve["epoch"], uars, color=_BLUE, linewidth=1.1, alpha=0.8, label=label)
            if "train_loss" in curve:
                label = "training loss" if number == 0 else None
                losses = curve["train_loss"]
                other.plot(curve["epoch"], losses, color=_ORANGE, linewidth=1.1, alpha=0.8, label=label)
        axes.set(xlabel="epoch", ylabel="UAR of inner speakers, % (blue)")
        other.set_ylabel("training loss (orange)")
        other.spines["top"].set_visible(False)

    return drawn(draw)


def importance_plot(importance: Mapping[str, list[float]]) -> str:
    """Points of UAR lost when a group of features is shuffled, with the spread over the folds."""

    def draw(axes: Axes) -> None:
        names = list(importance)[::-1]
        means = [100 * float(np.mean(importance[name])) for name in names]
        spread = [100 * float(np.std(importance[name])) for name in names]
        axes.barh(names, means, xerr=spread, color=_BLUE, ecolor=_GREY, height=0.6)
        axes.set_xlabel("points of UAR lost when it is shuffled")

    return drawn(draw, height=1.2 + 0.32 * len(importance))


def classes_plot(runs: Sequence[ModelRun]) -> str:
    """F1 of each emotion by each model."""
    labels = list(dict.fromkeys(name for run in runs for name in run.report["per_class"]))

    def draw(axes: Axes) -> None:
        values = np.array(
            [[_f1(run.report["per_class"].get(label)) for label in labels] for run in runs], dtype=float
        )
        draw_shares(axes, values)
        axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right")
        axes.set_yticks(range(len(runs)), [run.name for run in runs])

    return drawn(draw, width=8.0, height=1.6 + 0.34 * len(runs))


def _f1(figures: Mapping[str, Any] | None) -> float:
    value = None if figures is None else figures["f1"]
    return float("nan") if value is None else float(value)
