"""The formats in which what was found in a recording is written: one list for window and commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop_app.analysis.captions import to_audacity, to_srt, to_vtt
from desktop_app.analysis.html_report import HtmlPart, to_html
from desktop_app.analysis.report import Provenance, csv_head, csv_rows, file_data, json_chunks
from desktop_app.analysis.result import RecordingAnalysis
from desktop_app.analysis.textgrid import to_textgrid
from desktop_app.core.envelope import Envelope
from desktop_app.core.language import mark


@dataclass(frozen=True, slots=True)
class RecordingResult:
    """One recording, ready to be written.

    Attributes
    ----------
    made_with : Provenance
    files : tuple of mapping
        As `report.file_data` gives them: one, or one for each channel.
    outlines : tuple of Envelope or None
        Of each of `files`, to draw it.
    sounds : tuple of bytes or None
        Of each of `files`, as FLAC, to be heard where the format can.
    too_long : bool
        The sound was to be heard, and is too long for that.
    """

    made_with: Provenance
    files: tuple[Mapping[str, Any], ...]
    outlines: tuple[Envelope | None, ...] = ()
    sounds: tuple[bytes | None, ...] = ()
    too_long: bool = False

    @classmethod
    def of(
        cls, made_with: Provenance, analyses: Sequence[RecordingAnalysis], outline: Envelope | None = None
    ) -> RecordingResult:
        """Of the analyses of a recording; `outline` is drawn where they do not hold what was heard."""
        sounds = [analysis.sound for analysis in analyses]
        return cls(
            made_with,
            tuple(file_data(analysis) for analysis in analyses),
            tuple(outline if sound is None else sound.outline for sound in sounds),
            tuple(None if sound is None else sound.flac() for sound in sounds),
            any(sound is not None and sound.too_long for sound in sounds),
        )


@dataclass(frozen=True, slots=True)
class ResultFormat:
    """A format of results.

    Attributes
    ----------
    name : str
        In lower case, as the option of `emoscope analyze` is called.
    title : str
        For a person.
    ending : str
        Of its files, with the dot.
    write : callable
        Makes the text of the file, for one recording.
    together : bool
        One file can hold many recordings.
    draws : bool
        It shows what was heard.
    """

    name: str
    title: str
    ending: str
    write: Callable[[RecordingResult], str]
    together: bool = False
    draws: bool = False


def _json(result: RecordingResult) -> str:
    return "".join(json_chunks(result.made_with, result.files, []))


def _csv(result: RecordingResult) -> str:
    labels, dimensions = result.made_with.labels, result.made_with.dimensions
    text, emotion = result.made_with.words_model is not None, result.made_with.text_model is not None
    rows = (csv_rows(file, labels, ",", dimensions, text=text, emotion=emotion) for file in result.files)
    return csv_head(labels, ",", dimensions, text=text, emotion=emotion) + "".join(rows)


def _html(result: RecordingResult) -> str:
    count = len(result.files)
    outlines = result.outlines or (None,) * count
    sounds = result.sounds or (None,) * count
    parts = [
        HtmlPart(file, outline, sound, result.too_long)
        for file, outline, sound in zip(result.files, outlines, sounds, strict=True)
    ]
    return to_html(result.made_with, parts)


FORMATS: Final[Mapping[str, ResultFormat]] = {
    one.name: one
    for one in (
        ResultFormat("json", "JSON", ".json", _json, together=True),
        ResultFormat("csv", mark("CSV table"), ".csv", _csv, together=True),
        ResultFormat(
            "textgrid", mark("Praat TextGrid"), ".TextGrid", lambda result: to_textgrid(result.files)
        ),
        ResultFormat("srt", mark("SubRip subtitles"), ".srt", lambda result: to_srt(result.files)),
        ResultFormat("vtt", mark("WebVTT subtitles"), ".vtt", lambda result: to_vtt(result.files)),
        ResultFormat("audacity", mark("Audacity labels"), ".txt", lambda result: to_audacity(result.files)),
        ResultFormat("html", mark("HTML report"), ".html", _html, draws=True),
    )
}
"""Every format, by its name."""
SINGLE: Final = tuple(one for one in FORMATS.values() if not one.together)
"""Those of which each recording has a file of its own."""
