"""What was found in a recording as one page that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Final

from desktop_app.analysis.html_dimensions import dimensions_section, value_lines
from desktop_app.analysis.html_figure import (
    Axis,
    blocks,
    clock,
    colour_rules,
    day_in_words,
    minutes_chart,
    percent,
    probabilities,
    time_axis,
    waveform,
)
from desktop_app.analysis.html_table import utterance_table
from desktop_app.analysis.report import Provenance
from desktop_app.analysis.spans import UNCERTAIN, Kind, Span, spans_of
from desktop_app.analysis.summary import Summary, summarize
from desktop_app.core.dimensions import in_brief, in_numbers
from desktop_app.core.doubt import words_of_whole
from desktop_app.core.envelope import Envelope
from desktop_app.core.errors import one_line
from desktop_app.core.types import Cause

_ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"
_LANE: Final = '<p class="lane">{}</p>'
_MINUTES_FROM_S: Final = 120.0  # in a shorter recording, minutes tell nothing that the plots do not


@dataclass(frozen=True, slots=True)
class HtmlPart:
    """One heard channel of a recording.

    Attributes
    ----------
    file : mapping
        As `report.file_data` gives it.
    outline : Envelope, optional
        Its peaks; without them no waveform is drawn.
    flac : bytes, optional
        Its sound, to be heard on the page.
    too_long : bool
        There would be sound, but it is too long for a page, which says so.
    """

    file: Mapping[str, Any]
    outline: Envelope | None = None
    flac: bytes | None = None
    too_long: bool = False


def to_html(made_with: Provenance, parts: Sequence[HtmlPart], made_on: date | None = None) -> str:
    """A recording as one HTML page: plots, a table of what was said how, corrections, warnings.

    Everything is inside: styles, a short script, and the sound as a ``data:`` address if it is given. A
    policy in the page forbids the browser to load anything else, and to run any other script. Only the
    recording's name is told, not where it lay.

    Parameters
    ----------
    parts : sequence of HtmlPart
        One, or one for each channel.
    made_on : date, optional
        By default today.
    """
    style = (_ASSETS / "report.css").read_text(encoding="utf-8")
    script = (_ASSETS / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; media-src data:; "
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    name = one_line(Path(parts[0].file["path"]).name) or "recording"
    labels = _all_labels(made_with, parts)
    classes = {label: f"c{k}" for k, label in enumerate(labels)}
    dimensions = {name: f"v{k}" for k, name in enumerate(made_with.dimensions)}
    several = len(parts) > 1
    body = "".join(_part(k, part, classes, dimensions, several=several) for k, part in enumerate(parts))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(name)} - emotion in the voice</title>\n"
        f"<style>\n{style}{colour_rules(labels, 'c')}{colour_rules(made_with.dimensions, 'v')}</style>\n"
        "</head>\n<body>\n<main>\n"
        f'<header class="top"><p class="eyebrow">Emotion in the voice</p><h1><bdi>{escape(name)}</bdi></h1>'
        f'<p class="facts">{_facts(parts[0].file, day_in_words(made_on))}</p></header>\n'
        f"{body}{_reading_values() if dimensions else _reading()}"
        f"{_reading_words(made_with)}{_made_with(made_with)}</main>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _all_labels(made_with: Provenance, parts: Sequence[HtmlPart]) -> list[str]:
    """Those of the model, and then those that a person has given."""
    labels = list(made_with.labels)
    for part in parts:
        labels += [span.label for span in spans_of(part.file) if span.corrected and span.label]
    return list(dict.fromkeys(labels))


def _facts(file: Mapping[str, Any], day: str) -> str:
    rate = file["sample_rate"]  # a session may have had several
    told = "" if rate is None else f" &middot; {rate / 1000:g} kHz"
    return f"{clock(file['duration_s'])} long{told} &middot; analyzed on {day}"


# --- a recording, or one channel of it ---------------------------------------------------------------------


def _part(
    number: int,
    part: HtmlPart,
    classes: Mapping[str, str],
    dimensions: Mapping[str, str],
    *,
    several: bool,
) -> str:
    file = part.file
    spans = spans_of(file)
    summary = summarize(file)
    values = {} if file["overall"] is None else file["overall"].get("values", {})
    plane = dimensions_section(spans, values, summary.dimensions, summary.minutes, dimensions)
    heading = f"<h2>Channel {file['channel']}</h2>" if several else ""
    return (
        f'<article class="part">{heading}{_overall(file, summary, classes)}'
        f"{_warnings(file['warnings'])}{_figure(number, part, spans, classes, dimensions)}{plane}"
        f"{_distribution(summary, classes)}{utterance_table(spans, classes, dimensions)}"
        f"{_player(part)}</article>\n"
    )


def _overall(file: Mapping[str, Any], summary: Summary, classes: Mapping[str, str]) -> str:
    overall = file["overall"]
    if overall is None:
        what = "No voice found" if file["segments"] else "No speech found"
        title, detail, colour = what, "Nothing in this recording could be judged.", "doubt"
    elif overall.get("values"):
        title, detail, colour = _overall_point(file)
    elif overall["uncertain"]:
        why = _why(file)
        title, colour = "Uncertain", "doubt"
        detail = f"Overall{escape(why)}; closest: {escape(overall['label'])} {percent(overall['confidence'])}"
    else:
        title = escape(overall["label"][:1].upper() + overall["label"][1:])
        colour = classes.get(overall["label"], "doubt")
        detail = f"Overall, with {percent(overall['confidence'])} probability"
    tiles = [
        (f"{summary.speech_s:.0f} s" if summary.speech_s < 120 else clock(summary.speech_s), "of speech"),
        (str(summary.segments), "utterance" if summary.segments == 1 else "utterances"),
    ]
    if summary.speech_s > 0:
        tiles.append((percent(summary.uncertain_s / summary.speech_s), "of it uncertain"))
    if summary.corrected:
        tiles.append((str(summary.corrected), "corrected by hand"))
    if summary.notes:
        tiles.append((str(summary.notes), "note" if summary.notes == 1 else "notes"))
    shown = "".join(f"<div><b>{value}</b><span>{name}</span></div>" for value, name in tiles)
    return (
        f'<section class="overall {colour}"><div><p class="big">{title}</p><p>{detail}</p></div>'
        f'<div class="tiles">{shown}</div></section>\n'
    )


def _why(file: Mapping[str, Any]) -> str:
    overall = file["overall"]
    because = overall["uncertain_because"]
    if because is None:
        return ""
    answers = [
        ("" if each["uncertain"] else each["label"] or "", each["end_s"] - each["start_s"])
        for each in file["segments"]
        if not each["not_a_voice"]
    ]
    words = words_of_whole(Cause(because), (overall["probabilities"] or {}).values(), answers)
    return f" ({words.why})"


def _overall_point(file: Mapping[str, Any]) -> tuple[str, str, str]:
    """Title, detail and CSS class of the mean of dimensions."""
    overall = file["overall"]
    values = overall["values"]
    said = escape(in_numbers(tuple(values), tuple(values.values())))
    if overall["uncertain"]:
        why = _why(file)
        return "Uncertain", f"Overall{escape(why)}; mean: {said}", "doubt"
    brief = escape(in_brief(tuple(values), tuple(values.values())))
    return brief[:1].upper() + brief[1:], f"Overall, mean of the speech: {said}", "point"


def _warnings(warnings: Sequence[Mapping[str, Any]]) -> str:
    if not warnings:
        return ""
    items = "".join(f"<li>{escape(one_line(warning['message']))}</li>" for warning in warnings)
    return f'<section class="warnings"><h3>What makes it doubtful</h3><ul>{items}</ul></section>\n'


def _figure(
    number: int,
    part: HtmlPart,
    spans: Sequence[Span],
    classes: Mapping[str, str],
    dimensions: Mapping[str, str],
) -> str:
    axis = Axis(part.file["duration_s"])
    if axis.duration_s <= 0:
        return ""
    plots = [blocks(axis, spans, classes, _in_words)]
    if part.outline is not None:
        plots += [_LANE.format("Sound"), waveform(part.outline, axis, spans, classes, f"p{number}")]
    if any(span.probabilities for span in spans):
        plots += [_LANE.format("Probabilities"), probabilities(axis, spans, classes)]
    if any(span.values for span in spans):
        plots += [_LANE.format("Values, 0 to 1"), value_lines(axis, spans, dimensions)]
    plots.append(time_axis(axis))
    shown = dict.fromkeys(label for span in spans for label in (*span.probabilities, span.label) if label)
    keys = "".join(
        f'<li class="{classes[label]}">{escape(label)}</li>' for label in classes if label in shown
    )
    keys += "".join(f'<li class="{colour}">{escape(name)}</li>' for name, colour in dimensions.items())
    for kind, colour, text in (
        (Kind.UNCERTAIN, "doubt", UNCERTAIN),
        (Kind.NOT_A_VOICE, "silent", "not a voice"),
    ):
        if any(span.kind is kind for span in spans):
            keys += f'<li class="{colour}">{text}</li>'
    return (
        f'<section class="figure"><h3>Over time</h3><ul class="keys">{keys}</ul>'
        f'<div class="scroll"><div class="track" style="min-width:{axis.width}px" '
        f'data-seconds="{axis.duration_s:.6f}">{"".join(plots)}'
        '<i class="playhead"></i></div></div></section>\n'
    )


def _distribution(summary: Summary, classes: Mapping[str, str]) -> str:
    labelled = any(one.label != UNCERTAIN for one in summary.labels)
    if not summary.labels or (summary.dimensions and not labelled):
        return ""
    bars = "".join(
        f'<li class="{classes.get(one.label, "doubt")}"><span>{escape(one.label)}</span>'
        f'<i><b style="width:{100 * one.share:.2f}%"></b></i>'
        f"<em>{percent(one.share)}</em><small>{one.seconds:.1f} s</small></li>"
        for one in summary.labels
    )
    chart = ""
    if summary.duration_s >= _MINUTES_FROM_S and not summary.dimensions:
        order = [one.label for one in summary.labels]
        count = len(summary.minutes)
        step = max(1, -(-count // 12))
        marks = "".join(
            f'<span style="left:{100 * k / count:.3f}%">{k + 1}</span>' for k in range(0, count, step)
        )
        width = 100 / count
        chart = (
            '<div class="by-minute"><h3>Minute by minute</h3>'
            f'{minutes_chart(summary.minutes, classes, order)}<div class="axis minutes-axis" '
            f'style="--w:{width:.3f}%">{marks}</div></div>'
        )
    both = " both" if chart else ""
    return (
        f'<section class="distribution{both}"><div><h3>Share of the speech</h3><ul class="bars">{bars}</ul>'
        f"</div>{chart}</section>\n"
    )


def _in_words(span: Span) -> str:
    """A stretch in one line, such as for the pointer that rests on it."""
    time = f"{clock(span.start_s, tenths=True)} to {clock(span.end_s, tenths=True)}"
    text = span.shown
    if span.corrected:
        text += " (corrected)"
    elif span.kind is Kind.UNCERTAIN and span.values:
        text += f", {span.numbers}"
    elif span.kind is Kind.UNCERTAIN:
        text += f", closest: {span.label} {percent(span.confidence)}"
    elif span.confidence is not None and span.kind is Kind.LABEL:
        text += f" {percent(span.confidence)}"
    return ". ".join(part for part in (f"{time}: {text}", " ".join(span.note.split())) if part)


# --- the rest ----------------------------------------------------------------------------------------------


def _player(part: HtmlPart) -> str:
    if part.too_long:
        return '<p class="facts">The sound is longer than an hour, and was left out of this page.</p>'
    if part.flac is None:
        return ""
    sound = base64.b64encode(part.flac).decode()
    return (
        '<div class="player"><audio controls preload="metadata" '
        f'src="data:audio/flac;base64,{sound}"></audio></div>'
    )


def _reading() -> str:
    return (
        '<section class="reading"><h3>How to read this</h3><p>A computer model has judged how the voice '
        "sounds, utterance by utterance. It knows nothing of the words, of the face or of the occasion, and "
        "a sound is not a feeling: take an answer as a hint. Confidence is how likely the model holds its "
        "own answer. Where it is <em>uncertain</em>, no answer should be taken from it; the labels that "
        "follow are those it holds likeliest. What was corrected by hand is a person's judgement.</p>"
        "</section>\n"
    )


def _reading_values() -> str:
    return (
        '<section class="reading"><h3>How to read this</h3><p>A computer model has judged how the voice '
        "sounds, utterance by utterance. It knows nothing of the words, of the face or of the occasion, and "
        "a sound is not a feeling: take a value as a hint. Each value is from 0 to 1, and 0.5 is neutral: "
        "arousal from calm to active, valence from negative to positive, dominance from submissive to "
        "dominant. Where it is <em>uncertain</em>, no value should be taken from it. What was labelled by "
        "hand is a person's judgement.</p></section>\n"
    )


def _reading_words(made_with: Provenance) -> str:
    if made_with.words_model is None:
        return ""
    voice = (
        "What voice and words say together stands in the remarks; the words have no part in all else."
        if made_with.fusion is not None
        else "The words have no part in how the voice is judged."
    )
    return (
        '<section class="reading"><h3>What was said</h3><p>The words were written down by another computer '
        "model. It mishears, most of all names, strong emotion and noise, and sometimes writes what nobody "
        f"said. {voice}</p></section>\n"
    )


def _made_with(made_with: Provenance) -> str:
    from desktop_app import __version__

    models = (made_with.words_model, made_with.text_model)
    writes, reads = ("" if one is None else escape(one_line(one.name)) for one in models)
    facts = [
        ("Model", escape(one_line(made_with.model))),
        ("Licence of the model", escape(one_line(made_with.licence))),
        ("Model file (SHA-256)", f"<code>{escape(made_with.model_sha256[:16])}&hellip;</code>"),
        ("Words written down by", writes),
        ("Words read by", reads),
        ("Speech found by", escape(made_with.detector)),
        ("Voice profile", "" if made_with.profile is None else f"of {made_with.profile[1]:.0f} s of speech"),
        ("Program", f"Emoscope {escape(__version__)}"),
    ]
    shown = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts if value)
    return f"<footer><dl>{shown}</dl></footer>\n"
