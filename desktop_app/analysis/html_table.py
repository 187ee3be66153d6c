"""The table of a recording's page: utterance by utterance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from desktop_app.analysis.html_figure import clock, colour_of, percent
from desktop_app.analysis.spans import Kind, Span
from desktop_app.core.dimensions import number

_NEXT_SHOWN: Final = 2


def utterance_table(spans: Sequence[Span], classes: Mapping[str, str], dimensions: Mapping[str, str]) -> str:
    """A row for each stretch: when, which emotion or values, what was said, remarks; nothing without any."""
    if not spans:
        return ""
    words = any(span.transcript is not None for span in spans)
    said = ["What was said"] if words else []
    if dimensions:
        names = [escape(name[:1].upper() + name[1:]) for name in dimensions]
        heads = ["Time", *names, *said, "Remarks"]
        rows = "".join(
            _value_row(number, span, classes, dimensions, words=words) for number, span in enumerate(spans)
        )
    else:
        heads = ["Time", "Emotion", "Confidence", "Then", *said, "Remarks"]
        rows = "".join(_row(number, span, classes, words=words) for number, span in enumerate(spans))
    head = "".join(f"<th>{name}</th>" for name in heads)
    return (
        '<section class="table"><h3>Utterance by utterance</h3>'
        f"<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></section>\n"
    )


def _meter(value: float | None) -> str:
    if value is None:
        return ""
    return f'<i class="meter"><b style="width:{100 * value:.1f}%"></b></i>{number(value)}'


def _said(span: Span, *, words: bool) -> str:
    """The cell of what was said; no cell at all where nobody asked."""
    if not words:
        return ""
    language = "" if span.transcript is None else span.transcript["language"] or ""
    lang = f' lang="{escape(language)}"' if language else ""
    emotion = span.text_emotion
    told = (
        ""
        if emotion is None
        else f'<small lang="en">By the words: {escape(emotion[0])}, {percent(emotion[1])}</small>'
    )
    return f'<td class="said"{lang}><bdi>{escape(span.text)}</bdi>{told}</td>'


def _value_row(
    place: int, span: Span, classes: Mapping[str, str], dimensions: Mapping[str, str], *, words: bool
) -> str:
    time = f"{clock(span.start_s, tenths=True)}&ndash;{clock(span.end_s, tenths=True)}"
    cells = "".join(
        f'<td class="confidence {colour}">{_meter(span.values.get(name))}</td>'
        for name, colour in dimensions.items()
    )
    said = "" if span.kind is Kind.POINT else f"{escape(span.shown[:1].upper() + span.shown[1:])}"
    if span.corrected:
        said += ' <small class="badge">by hand</small>'
    remarks = "<br>".join(part for part in (said, _remarks(span)) if part)
    return (
        f'<tr class="{colour_of(span, classes)}{"" if span.kind is Kind.POINT else " pale"}" '
        f'data-row="{place}" data-start="{span.start_s:.3f}" data-end="{span.end_s:.3f}">'
        f'<td class="time"><button type="button">{time}</button></td>{cells}'
        f"{_said(span, words=words)}"
        f'<td class="remarks">{remarks}</td></tr>\n'
    )


def _row(number: int, span: Span, classes: Mapping[str, str], *, words: bool) -> str:
    colour = colour_of(span, classes)
    time = f"{clock(span.start_s, tenths=True)}&ndash;{clock(span.end_s, tenths=True)}"
    sure = span.kind is Kind.LABEL and not span.corrected and span.confidence is not None
    meter = ""
    if sure and span.confidence is not None:
        meter = (
            f'<i class="meter"><b style="width:{100 * span.confidence:.1f}%"></b></i>'
            f"{percent(span.confidence)}"
        )
    badge = ' <small class="badge">corrected</small>' if span.corrected else ""
    return (
        f'<tr class="{colour}{"" if span.kind is Kind.LABEL else " pale"}" data-row="{number}" '
        f'data-start="{span.start_s:.3f}" data-end="{span.end_s:.3f}">'
        f'<td class="time"><button type="button">{time}</button></td>'
        f'<td class="label"><i class="dot"></i>{escape(span.shown) or "&mdash;"}{badge}</td>'
        f'<td class="confidence">{meter}</td><td class="then">{_then(span)}</td>'
        f"{_said(span, words=words)}"
        f'<td class="remarks">{_remarks(span)}</td></tr>\n'
    )


def _then(span: Span) -> str:
    """The labels that follow, or, where there is no answer, those that are nearest."""
    if span.kind is Kind.NOT_A_VOICE or span.corrected:
        return ""
    ranking = sorted(span.probabilities.items(), key=lambda item: -item[1])
    first = 1 if span.kind is Kind.LABEL else 0
    shown = [f"{escape(name)} {percent(p)}" for name, p in ranking[first : first + _NEXT_SHOWN] if p >= 0.005]
    return ", ".join(shown)


def _remarks(span: Span) -> str:
    lines = []
    if span.corrected and span.model_label and span.confidence is not None:
        lines.append(f"The program heard: {escape(span.model_label)} {percent(span.confidence)}.")
    elif span.kind is Kind.UNCERTAIN and span.because:
        lines.append(f"{escape(span.because[:1].upper() + span.because[1:])}.")
    if span.fused is not None:
        label = str(span.fused["label"])
        told = f"{escape(label)} {percent(span.fused['probabilities'][label])}"
        told = f"uncertain ({told})" if span.fused["uncertain"] else told
        lines.append(f"Voice and words: {told}.")
    if span.speaker:
        lines.append(f"Speaker: <bdi>{escape(span.speaker)}</bdi>.")
    text = "<br>".join(lines)
    note = f'<p class="note"><bdi>{escape(span.note)}</bdi></p>' if span.note else ""
    return text + note
