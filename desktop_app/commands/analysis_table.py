"""What was found in recordings as a table for people, as wide as their terminal allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.command_line.output import console
from desktop_app.commands.terminal_view import clock, colour, percent
from desktop_app.core.dimensions import in_brief, in_numbers, number
from desktop_app.core.doubt import doubt_about, left_out
from desktop_app.core.errors import one_line
from desktop_app.core.fusion import contradiction
from desktop_app.core.safe_files import printable_path
from desktop_app.core.types import Prediction

Said = Mapping[float, Correction]
"""What a person says of segments, by their beginning."""
_SAID_WIDTH = 20  # what is longer goes on in the next line
_MOST_OTHERS = 2  # beside the answer; an uncertain one shows one more


def print_table(
    analysis: RecordingAnalysis, *, after_another: bool = False, in_session: bool = False
) -> None:
    """Print a recording on stdout: its segments, and what it is as a whole.

    Segments in which nobody speaks are counted and not shown. `in_session`: what a person says is of whole
    segments, and stands with them: a label, marked, in place of the model's, and notes.
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
    said = {record.start_s: record for record in analysis.corrections} if in_session else {}
    shown = [each for each in analysis.segments if not each.prediction.not_a_voice or _said(each, said)]
    if shown:
        out.print(_fitting_table(shown, said, out))
    else:
        out.print(f"  {_why_nothing(analysis)}", style="dim")
    if overall is not None:
        if overall.dimensions and not overall.uncertain:
            brief = in_brief(overall.dimensions, overall.values)
            line = Text("  overall: ").append(brief, style="bold")
            out.print(line.append(f" ({in_numbers(overall.dimensions, overall.values)})"))
        elif overall.uncertain:
            doubt = analysis.doubt
            causes = ("",) if doubt is None else (doubt.why, doubt.shortly, "")
            lines = [f"  overall: {_uncertain(cause)}" for cause in causes]
            out.print(next((line for line in lines if len(line) < out.width), lines[-1]))
        else:
            line = Text("  overall: ").append(overall.label, style=f"bold {colour(overall.label)}")
            out.print(line.append(f" {percent(overall.confidence)}"))
    others = left_out(len(analysis.segments) - len(shown))
    if others:
        out.print(f"  {others}", style="dim")
    if count := len(analysis.corrections):
        are = "correction or note is" if count == 1 else "corrections and notes are"
        where = "stored in the session" if in_session else "kept of it; reports show them"
        out.print(f"  {count} {are} {where}", style="dim")


def _said(segment: SegmentResult, said: Said) -> Correction | None:
    """What a person says of a segment."""
    return said.get(round(segment.start_s, 6))


def _fitting_table(segments: Sequence[SegmentResult], said: Said, out: Console) -> Table:
    """The fullest table that fits.

    First the other emotions go, one by one, then why an answer is uncertain, then where a segment ends.
    """
    smaller = [
        *((others, True, True) for others in range(_MOST_OTHERS, -1, -1)),
        (0, False, True),
        (0, False, False),
    ]
    if any(each.prediction.dimensions for each in segments):
        return _value_table(segments, said)
    for others, causes, ends in smaller:
        measured = _table(segments, said, others, causes=causes, ends=ends, said_width=_SAID_WIDTH)
        if Measurement.get(out, out.options, measured).maximum < out.width:
            break
    return _table(segments, said, others, causes=causes, ends=ends)


def _table(
    segments: Sequence[SegmentResult],
    said: Said,
    others: int,
    *,
    causes: bool,
    ends: bool,
    said_width: int | None = None,
) -> Table:
    """`said_width` cuts off what was said, which else goes on in the next line: for measuring."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("  from", justify="right", no_wrap=True)
    if ends:
        table.add_column("to", justify="right", no_wrap=True)
    table.add_column("emotion", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    if others:
        table.add_column("then", no_wrap=True)
    notes = any(record.note for record in said.values())
    if notes:
        table.add_column("note")
    words = any(segment.transcript is not None for segment in segments)
    by_words = _has_text_emotions(segments)
    if by_words:
        table.add_column("by the words", no_wrap=True)
    together = by_words and any(segment.fused is not None for segment in segments)
    if together:
        table.add_column("together", no_wrap=True)
    if words:
        table.add_column("said", min_width=_SAID_WIDTH)
    for segment in segments:
        prediction, record = segment.prediction, _said(segment, said)
        corrected = record.label if record is not None else ""
        sure = not (prediction.uncertain or prediction.not_a_voice or corrected)
        if corrected:
            label = Text(one_line(corrected), style=colour(corrected)).append(" (corrected)", style="dim")
        elif prediction.not_a_voice:
            label = Text("not a voice")
        elif prediction.uncertain:
            label = Text(_uncertain(_shortly(prediction) if causes else ""))
        else:
            label = Text(prediction.label, style=colour(prediction.label))
        row = [f"  {clock(segment.start_s)}"]
        if ends:
            row.append(clock(segment.end_s))
        table.add_row(
            *row,
            label,
            percent(prediction.confidence) if sure else "",
            *([_others(segment, others, every=not sure)] if others else []),
            *([Text(one_line(record.note) if record is not None else "")] if notes else []),
            *([_text_emotion(segment)] if by_words else []),
            *([_together(segment)] if together else []),
            *([_words(segment, said_width)] if words else []),
        )
    return table


def _value_table(segments: Sequence[SegmentResult], said: Said) -> Table:
    """Of a model of dimensions: a column for each, and what is to be said about a segment."""
    names = list(dict.fromkeys(name for each in segments for name in each.prediction.dimensions))
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("  from", "to", *names):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("")
    words = any(segment.transcript is not None for segment in segments)
    by_words = _has_text_emotions(segments)
    if by_words:
        table.add_column("by the words", no_wrap=True)
    if words:
        table.add_column("said", min_width=_SAID_WIDTH)
    for segment in segments:
        prediction, record = segment.prediction, _said(segment, said)
        corrected = one_line(record.label) if record is not None else ""
        remarks = [
            f"{corrected} (by hand)" if corrected else "",
            "not a voice" if prediction.not_a_voice else "",
            prediction.label if not prediction.uncertain else "",
            _uncertain(_shortly(prediction)) if prediction.uncertain and not prediction.not_a_voice else "",
            one_line(record.note) if record is not None else "",
        ]
        values = {} if prediction.not_a_voice else prediction.as_values()
        table.add_row(
            f"  {clock(segment.start_s)}",
            clock(segment.end_s),
            *(number(values[name]) if name in values else "" for name in names),
            Text("; ".join(filter(None, remarks))),
            *([_text_emotion(segment)] if by_words else []),
            *([_words(segment)] if words else []),
        )
    return table


def _words(segment: SegmentResult, width: int | None = None) -> Text:
    return Text(one_line(segment.transcript.text)[:width] if segment.transcript is not None else "")


def _has_text_emotions(segments: Sequence[SegmentResult]) -> bool:
    return any(each.transcript is not None and each.transcript.emotion is not None for each in segments)


def _text_emotion(segment: SegmentResult) -> Text:
    """The emotion that the words alone tell, and whether they contradict the voice; empty without words."""
    found = None if segment.transcript is None else segment.transcript.emotion
    if found is None:
        return Text("")
    shown = Text(one_line(found.label), style=colour(found.label))
    shown.append(f" {percent(max(found.probabilities))}", style="default")
    if contradiction(segment.prediction, found) is not None:
        shown.append(" disagrees", style="default bold")
    return shown


def _together(segment: SegmentResult) -> Text:
    """What voice and words say together; nothing where no words tell an emotion."""
    if segment.fused is None or segment.transcript is None or segment.transcript.emotion is None:
        return Text("")
    label = segment.fused.label
    share = f" {percent(segment.fused.confidence)}"
    if segment.fused.uncertain:
        return Text(_uncertain(f"{one_line(label)}{share}"))
    return Text(one_line(label), style=colour(label)).append(share, style="default")


def _why_nothing(analysis: RecordingAnalysis) -> str:
    """Why the table is empty, in brief; a warning says more."""
    if analysis.segments:
        return "no voice found"
    short = any(warning.code == "too_short" for warning in analysis.warnings)
    return "too short to be judged" if short else "no speech found"


def _shortly(prediction: Prediction) -> str:
    doubt = doubt_about(prediction)
    return "" if doubt is None else doubt.shortly


def _uncertain(why: str) -> str:
    """Such as ``uncertain (noise)``."""
    return f"uncertain ({why})" if why else "uncertain"


def _others(segment: SegmentResult, count: int, *, every: bool) -> Text:
    """The likeliest but for the answer; `every`: what the model answers is among them."""
    prediction = segment.prediction
    ranking = sorted(prediction.as_mapping().items(), key=lambda item: -item[1])
    shown = ranking[: count + 1] if every else ranking[1 : count + 1]
    return Text(", ".join(f"{name} {percent(p)}" for name, p in shown), style="dim")
