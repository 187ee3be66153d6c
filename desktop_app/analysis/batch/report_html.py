"""A `BatchReport` as one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Final

from desktop_app.analysis.batch.report import BatchReport, Group
from desktop_app.analysis.batch.warned import sentences
from desktop_app.analysis.html_figure import clock, colour_rules, day_in_words
from desktop_app.core.errors import one_line

_ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"
_HEADS: Final = {
    "day": "Day by day",
    "hour": "By hour of the day (UTC)",
    "speaker": "Speaker by speaker, those with the most speech first",
    "recording": "Recording by recording, those with the most speech first",
}
_POLICY: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
.mix { display: flex; height: 14px; min-width: 160px; border-radius: 7px; overflow: hidden; }
.mix b { background: var(--c); height: 100%; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.name { overflow-wrap: anywhere; min-width: 7em; }
tbody tr { cursor: default; }
.columns { overflow-x: auto; }
.tiles { margin: 0; }
.one .count { display: none; }
@media (max-width: 640px) {
  .columns table { display: table; min-width: 600px; }
  .columns thead { display: table-header-group; }
  .columns tbody { display: table-row-group; }
  .columns tbody tr { display: table-row; }
  .columns td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--line); }
}
td:has(> .mix), th.wide { padding-left: 14px; }
"""


def to_html(found: BatchReport, name: str, made_on: date | None = None) -> str:
    """The report as HTML: totals, a chart of days, and tables by day, hour, speaker and recording.

    A policy in the page forbids the browser to load anything and to run any script.

    Parameters
    ----------
    name : str
        What the results are called.
    made_on : date, optional
        By default today.
    """
    names = list(found.all.shares)
    classes = {label: f"c{k}" for k, label in enumerate(names)}
    style = (_ASSETS / "report.css").read_text(encoding="utf-8")
    day = day_in_words(made_on)
    title = escape(one_line(name))
    tables = "".join(
        _table(kind, groups, classes, found.left_out.get(kind, 0), found.made_with)
        for kind, groups in found.groups.items()
        if any(group.name for group in groups)
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title} - emotion in voices</title>\n"
        f"<style>\n{style}{_STYLE}{colour_rules(names, 'c')}</style>\n</head>\n<body>\n<main>\n"
        f'<header class="top"><p class="eyebrow">Emotion in voices</p><h1><bdi>{title}</bdi></h1>'
        f'<p class="facts">{_count(found.recordings, "recording")} &middot; made on {day}</p></header>\n'
        f"{_totals(found)}{_problems(found)}{_overall(found, classes)}{tables}{_failed(found)}"
        f"{_warned(found)}{_reading(found)}{_made_with(found)}</main>\n</body>\n</html>\n"
    )


def _totals(found: BatchReport) -> str:
    tiles = [
        (clock(found.sound_s), "of sound"),
        (clock(found.all.speech_s), "of speech"),
        (f"{found.all.utterances:,}", "utterances"),
        (_percent(found.all.uncertain), "of them uncertain"),
        (f"{found.not_a_voice:,}", "sounds that are no voice"),
        (f"{found.silent:,}", "recordings without speech"),
        (f"{found.failed:,}", "recordings failed"),
    ]
    if found.with_words is not None:
        tiles.insert(4, (f"{found.with_words:,}", "of them with words"))
    shown = "".join(f"<div><b>{value}</b><span>{what}</span></div>" for value, what in tiles)
    return f'<section><div class="tiles">{shown}</div></section>\n'


def _problems(found: BatchReport) -> str:
    told = [
        *(
            f"{_count(count, 'recording')} failed: <code>{escape(code)}</code>"
            for code, count in found.failures.items()
        ),
        *map(escape, sentences(found.warnings)),
    ]
    if not told:
        return ""
    lines = "".join(f"<li>{each}</li>" for each in told)
    return (
        f'<section class="warnings"><h3>What to know about these recordings</h3><ul>{lines}</ul></section>\n'
    )


def _overall(found: BatchReport, classes: Mapping[str, str]) -> str:
    ordered = sorted(found.all.shares.items(), key=lambda pair: -(pair[1] or 0.0))
    bars = "".join(
        f'<li class="{classes[label]}"><span>{escape(label)}</span>'
        f'<i><b style="width:{100 * share:.2f}%"></b></i><em>{_percent(share)}</em></li>'
        for label, share in ordered
        if share is not None
    )
    what = "Mean values" if found.made_with["dimensions"] else "Probabilities, as a mean over the speech"
    return f'<section class="distribution"><h3>{what}</h3><ul class="bars">{bars}</ul></section>\n'


def _table(
    kind: str,
    groups: Sequence[Group],
    classes: Mapping[str, str],
    left_out: int,
    made_with: Mapping[str, object],
) -> str:
    point = bool(made_with["dimensions"])
    values = (
        "".join(f'<th class="number">{escape(label)}</th>' for label in classes)
        if point
        else '<th class="wide">Mix</th>'
    )
    rows = "".join(_row(group, classes, point=point) for group in groups)
    more = f'<p class="facts">{left_out:,} more with less speech are left out.</p>' if left_out else ""
    return (
        f'<section class="table{" one" if kind == "recording" else ""}"><h3>{_HEADS[kind]}</h3>'
        '<div class="columns"><table><thead><tr><th></th>'
        '<th class="number count">Recordings</th><th class="number">Utterances</th>'
        '<th class="number">Speech</th>'
        f'<th class="number">Uncertain</th><th class="number">Confidence</th>{values}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}</section>\n"
    )


def _row(group: Group, classes: Mapping[str, str], *, point: bool) -> str:
    if point:
        values = "".join(
            f'<td class="number">{"" if share is None else f"{share:.2f}"}</td>'
            for share in group.shares.values()
        )
    else:
        values = f"<td>{_mix(group, classes)}</td>"
    name = escape(one_line(group.name)) or "<em>not known</em>"
    return (
        f'<tr><td class="name">{name}</td><td class="number count">{group.recordings:,}</td>'
        f'<td class="number">{group.utterances:,}</td><td class="number">{clock(group.speech_s)}</td>'
        f'<td class="number">{_percent(group.uncertain)}</td>'
        f'<td class="number">{_percent(group.confidence)}</td>{values}</tr>\n'
    )


def _mix(group: Group, classes: Mapping[str, str]) -> str:
    told = ", ".join(f"{label} {100 * (share or 0):.0f} %" for label, share in group.shares.items())
    parts = "".join(
        f'<b class="{classes[label]}" style="width:{100 * (share or 0):.2f}%"></b>'
        for label, share in group.shares.items()
    )
    return f'<div class="mix" role="img" aria-label="{escape(told)}" title="{escape(told)}">{parts}</div>'


def _failed(found: BatchReport) -> str:
    if not found.failed_ones:
        return ""
    lines = "".join(f"<li>{escape(one_line(told))}</li>" for _, told in found.failed_ones)
    more = found.failed - len(found.failed_ones)
    rest = f'<p class="facts">{more:,} more are in failures.parquet.</p>' if more else ""
    return (
        '<section class="warnings"><h3>Recordings that could not be analyzed</h3>'
        f"<ul>{lines}</ul>{rest}</section>\n"
    )


def _warned(found: BatchReport) -> str:
    if not found.warned_ones:
        return ""
    lines = "".join(
        f"<li><bdi>{escape(one_line(one.source))}</bdi>: {escape(one_line(sentence))}</li>"
        for one in found.warned_ones
        for _, sentence in one.warnings
    )
    more = found.warned - len(found.warned_ones)
    rest = f'<p class="facts">{more:,} more are left out.</p>' if more else ""
    return (
        '<section class="warnings"><h3>Recordings whose answers are doubtful or incomplete</h3>'
        f"<ul>{lines}</ul>{rest}</section>\n"
    )


def _reading(found: BatchReport) -> str:
    mix = (
        "Each value is a mean over the seconds of speech, from 0 to 1."
        if found.made_with["dimensions"]
        else "The mix is each emotion's probability as a mean over the seconds of speech: how people sound "
        "to the model, and not how they feel."
    )
    return (
        f'<section class="reading"><h3>How to read this</h3><p>{mix} Errors of one kind do not cancel out in '
        "a mean: whether a difference between two rows is one of the voices or of their microphones, these "
        "numbers cannot tell. Days and hours are those at which the recordings were made as the list or the "
        "file's own time tells them.</p></section>\n"
    )


def _made_with(found: BatchReport) -> str:
    from desktop_app import __version__

    facts = (
        ("Model", escape(one_line(str(found.made_with["model"])))),
        ("Model file (SHA-256)", f"<code>{escape(str(found.made_with['model_sha256'])[:16])}&hellip;</code>"),
        ("Speech found by", escape(str(found.made_with["detector"]))),
        *(
            [("Words written down by", escape(one_line(str(found.made_with["words_model"]))))]
            if found.with_words is not None
            else []
        ),
        *(
            [("Words read by", escape(one_line(str(found.made_with["text_model"]))))]
            if found.made_with.get("text_model")
            else []
        ),
        ("Program", f"Emoscope {escape(__version__)}"),
    )
    shown = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f"<footer><dl>{shown}</dl></footer>\n"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}&nbsp;%"
