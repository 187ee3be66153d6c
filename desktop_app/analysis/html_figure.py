"""The plots of a recording's page, as SVG: all on one time axis, and stretched by the browser."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

import numpy as np

from desktop_app.analysis.spans import Kind, Span
from desktop_app.analysis.summary import Minute
from desktop_app.core.envelope import Envelope
from desktop_app.core.palette import colours_for, ink_on

_PIXELS_A_SECOND: Final = 10
_WIDEST: Final = 16_000
_LEAST_COLUMNS: Final = 1200
_MOST_COLUMNS: Final = 8000
_HEIGHT: Final = 100.0  # of each plot, in its own units
_STEPS_S: Final = (0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_PIXELS_A_TICK: Final = 90
_LEAST_TICKS: Final = 5
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """The time axis: what is at `seconds` stands at that share of the width."""

    duration_s: float

    @property
    def width(self) -> int:
        """How wide the plots are at least, in pixels: what does not fit is scrolled to."""
        return min(_WIDEST, round(self.duration_s * _PIXELS_A_SECOND))

    def percent(self, seconds: float) -> str:
        """A place as CSS takes it."""
        share = min(1.0, max(0.0, seconds / self.duration_s)) if self.duration_s > 0 else 0.0
        return f"{100 * share:.4f}".rstrip("0").rstrip(".") + "%"

    def ticks(self) -> list[float]:
        """Where times are written, in seconds."""
        most = max(_LEAST_TICKS, self.width // _PIXELS_A_TICK)
        step = next((s for s in _STEPS_S if self.duration_s / s <= most), None)
        step = step or _STEPS_S[-1] * math.ceil(self.duration_s / most / _STEPS_S[-1])
        return [k * step for k in range(math.floor(self.duration_s / step + 1e-9) + 1)]


def day_in_words(day: date | None) -> str:
    """Such as 1 December 2026, by default today: as the page is, whatever language the window speaks."""
    day = day or date.today()  # noqa: DTZ011 - the reader's own day
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def clock(seconds: float, *, tenths: bool = False) -> str:
    """Such as 1:02, or 1:02.5; with hours where there are any."""
    units = max(0, round(seconds * 10)) if tenths else max(0, round(seconds)) * 10
    minutes, rest = divmod(units, 600)
    hours, minutes = divmod(minutes, 60)
    start = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{start}:{rest / 10:04.1f}" if tenths else f"{start}:{rest // 10:02}"


def percent(share: float | None) -> str:
    """Whole percent as HTML; nothing where there is no share."""
    return "" if share is None else f"{100 * share:.0f}&nbsp;%"


def colour_of(span: Span, classes: Mapping[str, str]) -> str:
    """The CSS class that gives a stretch its colour."""
    if span.kind is Kind.NOT_A_VOICE:
        return "silent"
    if span.kind is Kind.POINT:
        return "point"
    if span.kind is Kind.UNCERTAIN:
        return "doubt"
    if not span.label:
        return "noted"
    return classes.get(span.label, "doubt")


def colour_rules(labels: Sequence[str], prefix: str) -> str:
    """Styles that give `c0`, `c1` ... (by `prefix`) the colours of labels, on light and dark pages."""
    hues = colours_for(labels)
    light, dark = (
        "".join(
            f".{prefix}{k}{{--c:{hues[label].on(dark)};--i:{ink_on(hues[label].on(dark))}}}"
            for k, label in enumerate(labels)
        )
        for dark in (False, True)
    )
    return f"{light}\n@media (prefers-color-scheme: dark){{{dark}}}\n"


def waveform(
    outline: Envelope, axis: Axis, spans: Sequence[Span], classes: Mapping[str, str], key: str
) -> str:
    """The outline of the sound as SVG, each stretch in its colour.

    Parameters
    ----------
    key : str
        Makes the names within this plot its own.
    """
    count = min(_MOST_COLUMNS, max(_LEAST_COLUMNS, axis.width))
    peaks = outline.peaks(0.0, axis.duration_s, count)
    low, high = np.nan_to_num(peaks.low), np.nan_to_num(peaks.high)
    count = len(low)
    peak = max(float(np.abs(low).max(initial=0.0)), float(np.abs(high).max(initial=0.0)), 1e-6)
    middle = _HEIGHT / 2
    # A line where there is no sound, so that it is seen that nothing is there.
    top = np.minimum(middle - 48 * high / peak, middle - 0.6)
    bottom = np.maximum(middle - 48 * low / peak, middle + 0.6)
    points = [f"{x},{y:.1f}" for x, y in enumerate(top)]
    points += [f"{x},{bottom[x]:.1f}" for x in range(count - 1, -1, -1)]
    shapes, clips = [], []
    spans = [span for span in spans if span.shown]
    colours = [colour_of(span, classes) for span in spans]
    for colour in dict.fromkeys(colours):
        rects = "".join(
            f'<rect x="{count * span.start_s / axis.duration_s:.2f}" y="0" '
            f'width="{count * span.duration_s / axis.duration_s:.2f}" height="100"/>'
            for span, own in zip(spans, colours, strict=True)
            if own == colour
        )
        clips.append(f'<clipPath id="{key}-{colour}">{rects}</clipPath>')
        shapes.append(
            f'<g class="{colour}"><g class="band">{rects}</g>'
            f'<use href="#{key}-wave" clip-path="url(#{key}-{colour})"/></g>'
        )
    return (
        f'<svg class="wave" viewBox="0 0 {count} 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<defs><polygon id="{key}-wave" points="{" ".join(points)}"/>{"".join(clips)}</defs>'
        f'<use class="rest" href="#{key}-wave"/>{"".join(shapes)}</svg>'
    )


def probabilities(axis: Axis, spans: Sequence[Span], classes: Mapping[str, str]) -> str:
    """What the model holds each label likely, stretch by stretch, one on the other up to 100 %, as SVG."""
    paths: dict[str, list[str]] = {}
    for span in spans:
        if not span.probabilities or span.confidence is None:
            continue
        x = 1000 * span.start_s / axis.duration_s
        width = 1000 * span.duration_s / axis.duration_s
        at = _HEIGHT
        for label, share in span.probabilities.items():
            height = _HEIGHT * share
            at -= height
            if share >= 0.002:
                paths.setdefault(label, []).append(
                    f"M{x:.3f} {at:.2f}h{width:.3f}v{height:.2f}h-{width:.3f}z"
                )
    shapes = "".join(f'<path class="{classes[label]}" d="{"".join(d)}"/>' for label, d in paths.items())
    lines = '<path class="grid" d="M0 25H1000M0 50H1000M0 75H1000"/>'
    return (
        '<svg class="stack" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">'
        f"{lines}{shapes}</svg>"
    )


def blocks(
    axis: Axis, spans: Sequence[Span], classes: Mapping[str, str], words: Callable[[Span], str]
) -> str:
    """The stretches as a row of blocks with their labels; each can be chosen."""
    found = "".join(
        f'<button type="button" class="block {colour_of(span, classes)}" tabindex="-1" '
        f'style="left:{axis.percent(span.start_s)};width:{axis.percent(span.duration_s)}" '
        f'title="{escape(words(span))}"><span>{escape(span.shown or "note")}</span></button>'
        for span in spans
    )
    return f'<div class="blocks">{found}</div>'


def time_axis(axis: Axis) -> str:
    """Where the minutes and seconds are."""
    marks = []
    for seconds in axis.ticks():
        text = clock(seconds, tenths=seconds != round(seconds))
        late = ' class="late"' if seconds > 0.97 * axis.duration_s else ""
        marks.append(f'<span{late} style="left:{axis.percent(seconds)}">{text}</span>')
    return f'<div class="axis">{"".join(marks)}</div>'


def minutes_chart(minutes: Sequence[Minute], classes: Mapping[str, str], order: Sequence[str]) -> str:
    """Seconds of speech in each minute by label, as SVG: a column a minute."""
    if not minutes:
        return ""
    length = max(minute.end_s - minute.start_s for minute in minutes)
    shapes = []
    for k, minute in enumerate(minutes):
        at = _HEIGHT
        for label in order:
            height = _HEIGHT * minute.seconds.get(label, 0.0) / length
            if height <= 0:
                continue
            at -= height
            colour = classes.get(label, "doubt")
            shapes.append(
                f'<rect class="{colour}" x="{k + 0.08:.2f}" y="{max(0.0, at):.2f}" width="0.84" '
                f'height="{height:.2f}"><title>{escape(clock(minute.start_s))} to '
                f"{escape(clock(minute.end_s))}: {escape(label)} {minute.seconds[label]:.1f} s</title></rect>"
            )
    return (
        f'<svg class="minutes" viewBox="0 0 {len(minutes)} 100" preserveAspectRatio="none" role="img" '
        f'aria-label="Seconds of speech in each minute, by label">{"".join(shapes)}</svg>'
    )
