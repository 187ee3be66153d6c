"""What a recording's page shows of a model of dimensions: lines over time, the plane, a scale for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from desktop_app.analysis.html_figure import Axis, clock
from desktop_app.analysis.spans import Kind, Span
from desktop_app.analysis.summary import DimensionSummary, Minute
from desktop_app.core.dimensions import CENTRE, Plane, ends, number

_SIZE: Final = 100.0  # of the plane, in its own units
_SMALLEST, _LARGEST = 1.4, 3.4  # radius of a point, by dominance
_MINUTES_FROM_S: Final = 120.0

Classes = Mapping[str, str]
"""The CSS class of each dimension, which gives its colour."""


def value_lines(axis: Axis, spans: Sequence[Span], classes: Classes) -> str:
    """The values over time as SVG: a level stroke over each stretch, and a thin line from one to the next."""
    shapes = []
    for name, colour in classes.items():
        held: list[str] = []
        joined: list[str] = []
        for span in (span for span in spans if name in span.values):
            y = _SIZE * (1 - span.values[name])
            left, right = (1000 * at / axis.duration_s for at in (span.start_s, span.end_s))
            held.append(f"M{left:.3f} {y:.2f}H{right:.3f}")
            joined.append(f"{'L' if joined else 'M'}{left:.3f} {y:.2f}L{right:.3f} {y:.2f}")
        if held:
            shapes.append(
                f'<g class="{colour}"><path class="joined" d="{"".join(joined)}"/>'
                f'<path d="{"".join(held)}"/></g>'
            )
    middle = f'<path class="grid" d="M0 {_SIZE * CENTRE:g}H1000"/>'
    return (
        '<svg class="values" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">'
        f"{middle}{''.join(shapes)}</svg>"
    )


def dimensions_section(
    spans: Sequence[Span],
    overall: Mapping[str, float],
    summaries: Sequence[DimensionSummary],
    minutes: Sequence[Minute],
    classes: Classes,
) -> str:
    """The plane of valence and arousal with every utterance, and a scale for each dimension."""
    if not summaries:
        return ""
    rows = "".join(_scale(one, classes) for one in summaries)
    plane = _plane(spans, overall, [one.name for one in summaries])
    long = bool(minutes) and minutes[-1].end_s >= _MINUTES_FROM_S
    chart = _minutes(minutes, classes) if long else ""
    return (
        f'<section class="dimensions">{plane}<div class="scales"><h3>Mean over all speech</h3>'
        f"<ul>{rows}</ul>{chart}</div></section>\n"
    )


def _scale(one: DimensionSummary, classes: Classes) -> str:
    low, high = ends(one.name)
    return (
        f'<li class="{classes[one.name]}"><span>{escape(_title(one.name))}</span>'
        f'<i><u style="left:{100 * one.lowest:.2f}%;width:{100 * (one.highest - one.lowest):.2f}%"></u>'
        f'<b style="left:{100 * one.mean:.2f}%"></b></i><em>{number(one.mean)}</em>'
        f"<small>{escape(low)}</small><small>{escape(high)}</small></li>"
    )


def _plane(spans: Sequence[Span], overall: Mapping[str, float], names: Sequence[str]) -> str:
    plane = Plane.of(names)
    if plane is None:
        return ""
    x_name, y_name = names[plane.valence], names[plane.arousal]
    size_name = names[plane.others[0]] if plane.others else ""
    valued = [span for span in spans if x_name in span.values and y_name in span.values]
    trace: list[str] = []
    dots: list[str] = []
    for place, span in enumerate(valued):
        x, y = _SIZE * span.values[x_name], _SIZE * (1 - span.values[y_name])
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * span.values.get(size_name, CENTRE)
        trace.append(f"{'L' if trace else 'M'}{x:.2f} {y:.2f}")
        doubt = " doubt" if span.kind is Kind.UNCERTAIN else ""
        age = 0.35 + 0.65 * (place + 1) / len(valued)  # the last one is the plainest
        dots.append(
            f'<circle class="spot{doubt}" cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" '
            f'fill-opacity="{age:.2f}"><title>{clock(span.start_s, tenths=True)}: '
            f"{escape(span.numbers)}</title></circle>"
        )
    mean = ""
    if x_name in overall and y_name in overall:
        at = f"{_SIZE * overall[x_name]:.2f},{_SIZE * (1 - overall[y_name]):.2f}"
        mean = f'<g class="mean" transform="translate({at})"><path d="M-5 0H5M0 -5V5"/></g>'
    sized = f" A point's size is its {escape(size_name)}." if size_name else ""
    (left, right), (below, above) = ends(x_name), ends(y_name)
    return (
        '<figure class="plane"><h3>Each utterance in the plane</h3><div class="field">'
        f'<span class="y1">{escape(above)}</span><span class="y0">{escape(below)}</span>'
        f'<svg viewBox="0 0 100 100" role="img" aria-label="{escape(_title(x_name))} from left to right, '
        f'{escape(y_name)} from bottom to top">'
        '<path class="grid" d="M0 50H100M50 0V100"/>'
        f'<path class="trace" d="{"".join(trace)}"/>{"".join(dots)}{mean}</svg>'
        f'<span class="x0">{escape(left)}</span><span class="x1">{escape(right)}</span></div>'
        f"<figcaption>{escape(_title(x_name))} to the right, {escape(y_name)} upwards; the middle is neutral."
        f"{sized} The cross is the mean, weighted by how long was spoken.</figcaption></figure>"
    )


def _minutes(minutes: Sequence[Minute], classes: Classes) -> str:
    """The mean of each dimension in each minute in which somebody speaks."""
    shapes = []
    for name, colour in classes.items():
        points = [
            (k + 0.5, _SIZE * (1 - minute.means[name]))
            for k, minute in enumerate(minutes)
            if name in minute.means
        ]
        path = "".join(f"{'L' if k else 'M'}{x:.2f} {y:.2f}" for k, (x, y) in enumerate(points))
        shapes.append(f'<g class="{colour}"><path d="{path}"/></g>')
    return (
        f'<h3>Minute by minute</h3><svg class="values" viewBox="0 0 {len(minutes)} 100" '
        f'preserveAspectRatio="none" role="img" aria-label="Mean of each dimension in each minute">'
        f'<path class="grid" d="M0 50H{len(minutes)}"/>{"".join(shapes)}</svg>'
    )


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]
