"""What was found in a recording as captions (SubRip, WebVTT) and as a label track of Audacity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from desktop_app.analysis.spans import Kind, Span, files_spans

Files = Sequence[Mapping[str, Any]]
"""A recording as `report.file_data` gives it: one, or one for each channel."""


def to_srt(files: Files) -> str:
    """SubRip subtitles: the label and its confidence over each stretch of speech, times in milliseconds.

    An uncertain one is marked as such, a corrected one too; what was said, if that was asked for, and a note
    stand beneath, and sounds without a voice are left out.
    """
    cues = (
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{_unmarked(text)}\n"
        for number, (start, end, text) in enumerate(_cues(files), start=1)
    )
    return "\n".join(cues)


def to_vtt(files: Files) -> str:
    """WebVTT subtitles, which hold the same as `to_srt`."""
    cues = (
        f"{number}\n{_clock(start, '.')} --> {_clock(end, '.')}\n{_escaped(text)}\n"
        for number, (start, end, text) in enumerate(_cues(files), start=1)
    )
    return "\n".join(["WEBVTT\n", *cues])


def to_audacity(files: Files) -> str:
    """A label track of Audacity: begin, end (seconds) and text, parted by tabs, a line each.

    Sounds without a voice are there, as ``not a voice``.
    """
    lines = []
    for channel, span in files_spans(files):
        note = " ".join(span.note.split())
        text = ": ".join(part for part in (caption(span, channel), note) if part)
        lines.append(f"{span.start_s:.6f}\t{span.end_s:.6f}\t{text}\n")
    return "".join(lines)


def caption(span: Span, channel: int | None = None) -> str:
    """One line, such as ``happy 80 %``, ``uncertain (happy 45 %)`` or ``Anna: sad (corrected)``.

    Of dimensions all values stand there: ``arousal 0.62, valence 0.41``.
    """
    of_model = span.numbers or f"{span.label} {_percent(span.confidence)}".strip()
    if span.kind is Kind.NOT_A_VOICE:
        text = span.shown
    elif span.kind is Kind.UNCERTAIN:
        text = f"{span.shown} ({of_model})"
    else:
        text = span.label if span.corrected else of_model
    if span.corrected:
        text = f"{text} (corrected)"
    who = span.speaker or (f"channel {channel}" if channel is not None else "")
    return " ".join((f"{who}: {text}" if who and text else text or who).split())


def _cues(files: Files) -> Iterator[tuple[int, int, str]]:
    """Begin and end in milliseconds, and the text, of each stretch that is shown."""
    for channel, span in files_spans(files):
        if span.kind is Kind.NOT_A_VOICE:
            continue
        start = round(span.start_s * 1000)
        lines = [caption(span, channel), span.text, " ".join(span.note.split())]
        yield start, max(start + 1, round(span.end_s * 1000)), "\n".join(line for line in lines if line)


def _percent(confidence: float | None) -> str:
    return "" if confidence is None else f"{100 * confidence:.0f} %"


def _clock(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{thousandths:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _unmarked(text: str) -> str:
    """SubRip knows no escapes, and players take what is between angle brackets for tags."""
    return text.replace("<", "‹").replace(">", "›")
