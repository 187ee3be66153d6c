"""What was found in recordings as a table for people, as wide as their terminal allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.command_line.output import console
from desktop_app.commands.terminal_view import clock, colour, percent
from desktop_app.core.doubt import SHORTLY, WORDS, left_out
from desktop_app.core.errors import one_line
from desktop_app.core.safe_files import printable_path
from desktop_app.core.types import Cause, Prediction

_MOST_OTHERS = 2  # beside the answer; an uncertain one shows one more


def print_table(analysis: RecordingAnalysis, *, after_another: bool = False) -> None:
    """Print a recording on stdout: its segments, and what it is as a whole.

    Segments in which nobody speaks are counted and not shown.
    """
    out = console()
    if after_another:
        out.print()
    heading = Text(one_line(printable_path(analysis.path)), style="bold")
    if analysis.channel is not None:
        heading.append(f"  channel {analysis.channel}", style="not bold")
    heading.append(f"  {clock(analysis.duration_s)}", style="not bold dim")
    out.print(heading, soft_wrap=True)
    overall = analysis.overall
    if overall is None:
        out.print("  no voice found" if analysis.segments else "  no speech found", style="dim")
    else:
        out.print(_fitting_table(analysis.spoken, out))
        if overall.uncertain:
            lines = [f"  overall: {_uncertain(overall, words)}" for words in (WORDS, SHORTLY, {})]
            out.print(next((line for line in lines if len(line) < out.width), lines[-1]))
        else:
            line = Text("  overall: ").append(overall.label, style=f"bold {colour(overall.label)}")
            out.print(line.append(f" {percent(overall.confidence)}"))
    others = left_out(len(analysis.segments) - len(analysis.spoken))
    if others:
        out.print(f"  {others}", style="dim")
    if count := len(analysis.corrections):
        are = "correction or note is" if count == 1 else "corrections and notes are"
        out.print(f"  {count} {are} kept of it; reports show them", style="dim")


def _fitting_table(segments: Sequence[SegmentResult], out: Console) -> Table:
    """The fullest table that fits.

    First the other emotions go, one by one, then why an answer is uncertain, then where a segment ends.
    """
    smaller = [
        *((others, True, True) for others in range(_MOST_OTHERS, -1, -1)),
        (0, False, True),
        (0, False, False),
    ]
    tables = [_table(segments, others, causes=causes, ends=ends) for others, causes, ends in smaller]
    fitting = (table for table in tables if Measurement.get(out, out.options, table).maximum < out.width)
    return next(fitting, tables[-1])


def _table(segments: Sequence[SegmentResult], others: int, *, causes: bool, ends: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("  from", justify="right", no_wrap=True)
    if ends:
        table.add_column("to", justify="right", no_wrap=True)
    table.add_column("emotion", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    if others:
        table.add_column("then", no_wrap=True)
    for segment in segments:
        prediction = segment.prediction
        label = (
            _uncertain(prediction, SHORTLY if causes else {}) if prediction.uncertain else prediction.label
        )
        row = [f"  {clock(segment.start_s)}"]
        if ends:
            row.append(clock(segment.end_s))
        table.add_row(
            *row,
            Text(label, style="" if prediction.uncertain else colour(label)),
            "" if prediction.uncertain else percent(prediction.confidence),
            *([_others(segment, others)] if others else []),
        )
    return table


def _uncertain(prediction: Prediction, words: Mapping[Cause, str]) -> str:
    """Such as ``uncertain (noise)``."""
    why = "" if prediction.because is None else words.get(prediction.because, "")
    return f"uncertain ({why})" if why else "uncertain"


def _others(segment: SegmentResult, count: int) -> Text:
    prediction = segment.prediction
    ranking = sorted(prediction.as_mapping().items(), key=lambda item: -item[1])
    shown = ranking[: count + 1] if prediction.uncertain else ranking[1 : count + 1]
    return Text(", ".join(f"{name} {percent(p)}" for name, p in shown), style="dim")
