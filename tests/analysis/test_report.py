"""Reports: what they say of recordings."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.report import (
    Provenance,
    csv_head,
    csv_rows,
    error_data,
    file_data,
    json_chunks,
    to_json,
)
from desktop_app.analysis.textgrid import to_textgrid
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.safe_files import printable_path
from desktop_app.core.transcript import Transcript
from desktop_app.core.types import Cause, Prediction, SoundWarning

LABELS = ("calm", "angry")
UNCORRECTED = {"corrected": False, "corrected_label": None, "note": None, "speaker_name": None}
NOTHING_SAID = {"corrected": "false", "corrected_label": "", "note": "", "speaker_name": ""}


@dataclass(frozen=True)
class Segment:
    start_s: float
    end_s: float
    prediction: Prediction
    transcript: Transcript | None = None
    fused: None = None


@dataclass(frozen=True)
class Analysis:
    path: Any
    duration_s: float
    sample_rate: int
    segments: tuple[Segment, ...]
    overall: Prediction | None
    warnings: tuple[SoundWarning, ...] = ()
    channel: int | None = None
    corrections: tuple[Correction, ...] = ()


def rated(angry: float, *, uncertain: bool = False) -> Prediction:
    label, confidence = ("angry", angry) if angry >= 0.5 else ("calm", 1 - angry)
    return Prediction(LABELS, (1 - angry, angry), label, confidence, uncertain)


DOOR = replace(rated(0.9, uncertain=True), not_a_voice=True)


def recording(*segments: Segment, path: Any = "talk.wav", duration_s: float = 10.0) -> Any:
    return Analysis(path, duration_s, 44100, segments, rated(0.75) if segments else None)


TALK = recording(Segment(1.0, 2.5, rated(0.75)), Segment(4.0, 5.25, rated(0.5, uncertain=True)))


def report(*analyses: Any, errors: Sequence[tuple[str, EmoscopeError]] = ()) -> Any:
    """The JSON report, read again."""
    files = (file_data(analysis) for analysis in analyses)
    failed = (error_data(path, error) for path, error in errors)
    return json.loads("".join(json_chunks(Provenance("m", "ab", "CPU", LABELS), files, failed)).encode())


def table(*analyses: Any, separator: str = ",") -> str:
    return csv_head(LABELS, separator) + "".join(
        csv_rows(file_data(analysis), LABELS, separator) for analysis in analyses
    )


class TestJson:
    def test_it_holds_what_the_command_line_promises(self) -> None:
        doubtful = replace(TALK, warnings=(SoundWarning("clipped", "It is clipped.", {"share": 0.5}),))
        failed = EmoscopeError("It is empty.", "Record it again.", code="audio.empty")
        assert report(doubtful, errors=[("bad.wav", failed)]) == {
            "schema_version": 2,
            "model": "m",
            "labels": ["calm", "angry"],
            "model_sha256": "ab",
            "provider": "CPU",
            "detector": "energy",
            "files": [
                {
                    "path": "talk.wav",
                    "duration_s": 10.0,
                    "sample_rate": 44100,
                    "channel": None,
                    "segments": [
                        {
                            "start_s": 1.0,
                            "end_s": 2.5,
                            "label": "angry",
                            "confidence": 0.75,
                            "uncertain": False,
                            "uncertain_because": None,
                            "not_a_voice": False,
                            "novelty": None,
                            "probabilities": {"calm": 0.25, "angry": 0.75},
                            "voice": None,
                            **UNCORRECTED,
                        },
                        {
                            "start_s": 4.0,
                            "end_s": 5.25,
                            "label": "angry",
                            "confidence": 0.5,
                            "uncertain": True,
                            "uncertain_because": None,
                            "not_a_voice": False,
                            "novelty": None,
                            "probabilities": {"calm": 0.5, "angry": 0.5},
                            "voice": None,
                            **UNCORRECTED,
                        },
                    ],
                    "overall": {
                        "label": "angry",
                        "confidence": 0.75,
                        "uncertain": False,
                        "uncertain_because": None,
                        "not_a_voice": False,
                        "novelty": None,
                        "probabilities": {"calm": 0.25, "angry": 0.75},
                        "voice": None,
                    },
                    "warnings": [{"code": "clipped", "message": "It is clipped.", "share": 0.5}],
                    "corrections": [],
                }
            ],
            "errors": [
                {"path": "bad.wav", "code": "audio.empty", "message": "It is empty. Record it again."}
            ],
        }

    def test_times_are_free_of_what_floating_point_adds(self) -> None:
        data = report(
            recording(Segment(0.1 + 0.2, 1.9899999999999998, rated(0.75)), duration_s=2.2000000000000002)
        )
        (file,) = data["files"]
        assert (file["segments"][0]["start_s"], file["segments"][0]["end_s"]) == (0.3, 1.99)
        assert file["duration_s"] == 2.2

    def test_a_recording_without_speech_has_no_overall(self) -> None:
        data = report(recording())
        assert data["files"][0]["segments"] == []
        assert data["files"][0]["overall"] is None

    def test_what_is_not_json_is_never_written(self) -> None:
        with pytest.raises(ValueError, match="JSON"):
            to_json({"uar": float("nan")})

    @pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX")
    def test_a_name_that_is_not_utf8_can_be_written(self) -> None:
        path = os.fsdecode(b"caf\xe9.wav")
        assert report(recording(path=path))["files"][0]["path"] == "caf\N{REPLACEMENT CHARACTER}.wav"
        assert printable_path(Path("Müller.wav")) == "Müller.wav"

    @pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX")
    def test_a_sentence_may_name_such_a_file_too(self) -> None:
        path = os.fsdecode(b"caf\xe9.wav")
        failed = EmoscopeError(f'"{path}" is empty (0 bytes), Jürgen.')
        told = report(errors=[(path, failed)])["errors"][0]
        assert told["message"] == '"caf\N{REPLACEMENT CHARACTER}.wav" is empty (0 bytes), Jürgen.'

    def test_a_name_that_the_locale_could_not_decode_is_decoded(self) -> None:
        in_the_c_locale = "Müller.wav".encode().decode("ascii", "surrogateescape")
        assert printable_path(in_the_c_locale) == "Müller.wav"


class TestCsv:
    def test_each_segment_is_a_row_with_a_column_for_each_probability(self) -> None:
        rows = list(csv.DictReader(io.StringIO(table(TALK, recording(path="quiet.wav")))))
        assert rows == [
            {
                "path": "talk.wav",
                "channel": "",
                "start_s": "1.0000",
                "end_s": "2.5000",
                "label": "angry",
                "confidence": "0.750000",
                "uncertain": "false",
                "uncertain_because": "",
                "not_a_voice": "false",
                "p_calm": "0.250000",
                "p_angry": "0.750000",
                **NOTHING_SAID,
            },
            {
                "path": "talk.wav",
                "channel": "",
                "start_s": "4.0000",
                "end_s": "5.2500",
                "label": "angry",
                "confidence": "0.500000",
                "uncertain": "true",
                "uncertain_because": "",
                "not_a_voice": "false",
                "p_calm": "0.500000",
                "p_angry": "0.500000",
                **NOTHING_SAID,
            },
        ]

    def test_a_path_with_commas_quotes_and_breaks_stays_one_field(self) -> None:
        path = 'a,"b"\nc.wav'
        rows = list(csv.DictReader(io.StringIO(table(recording(*TALK.segments, path=path)))))
        assert [row["path"] for row in rows] == [path, path]

    @pytest.mark.parametrize("path", ["=1+1.wav", "+a.wav", "-a.wav", "@a.wav", "\t=a.wav"])
    def test_a_cell_is_never_a_formula(self, path: str) -> None:
        rows = list(csv.DictReader(io.StringIO(table(recording(*TALK.segments, path=path)))))
        assert [row["path"] for row in rows] == [f"'{path}"] * 2

    def test_cells_can_be_parted_by_something_else(self) -> None:
        text = table(recording(*TALK.segments, path="a;b.wav"), separator=";")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
        assert [(row["path"], row["p_calm"]) for row in rows] == [
            ("a;b.wav", "0.250000"),
            ("a;b.wav", "0.500000"),
        ]

    def test_without_segments_there_is_still_the_header(self) -> None:
        assert table() == (
            "path,channel,start_s,end_s,label,confidence,uncertain,uncertain_because,not_a_voice,p_calm,p_angry,"
            "corrected,corrected_label,note,speaker_name\n"
        )

    def test_an_uncertain_row_tells_why_and_one_without_a_voice_has_no_label(self) -> None:
        noisy = replace(rated(0.5, uncertain=True), because=Cause.NOISE)
        text = table(recording(Segment(1.0, 2.5, noisy), Segment(4.0, 5.25, DOOR)))
        columns = ("label", "uncertain", "uncertain_because", "not_a_voice")
        assert [tuple(row[name] for name in columns) for row in csv.DictReader(io.StringIO(text))] == [
            ("angry", "true", "noise", "false"),
            ("", "true", "", "true"),
        ]


def tiers(text: str) -> dict[str, list[tuple[float, float, str]]]:
    """Read a TextGrid as strictly as Praat does."""
    assert text.startswith('File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = ')
    found: dict[str, list[tuple[float, float, str]]] = {}
    for item in re.split(r"(?<=\n)    item \[\d+\]:\n", text)[1:]:
        name = re.search(r'        name = "(.*)"\n', item)
        size = re.search(r"        intervals: size = (\d+)\n", item)
        assert name
        assert size
        intervals = re.findall(
            r" {8}intervals \[(\d+)\]:\n {12}xmin = ([\d.]+)\n {12}xmax = ([\d.]+)\n"
            r' {12}text = "((?:[^"]|"")*)"\n',
            item,
        )
        assert [int(number) for number, *_ in intervals] == list(range(1, int(size[1]) + 1))
        found[name[1]] = [(float(a), float(b), text.replace('""', '"')) for _, a, b, text in intervals]
    return found


def grid(*analyses: Any) -> str:
    return to_textgrid([file_data(analysis) for analysis in analyses])


class TestTextGrid:
    def test_segments_and_gaps_cover_the_recording(self) -> None:
        assert tiers(grid(TALK)) == {
            "emotion": [(0, 1, ""), (1, 2.5, "angry"), (2.5, 4, ""), (4, 5.25, "uncertain"), (5.25, 10, "")],
            "confidence": [(0, 1, ""), (1, 2.5, "0.750"), (2.5, 4, ""), (4, 5.25, "0.500"), (5.25, 10, "")],
        }

    def test_a_recording_without_speech_is_one_empty_interval(self) -> None:
        assert tiers(grid(recording()))["emotion"] == [(0, 10, "")]

    def test_segments_that_touch_each_other_or_the_ends_leave_no_empty_interval(self) -> None:
        end = 10.0
        touching = recording(
            Segment(0.0, 8.0, rated(0.75)),
            Segment(8.0 + 1e-12, end - 1e-12, rated(0.25)),
            Segment(end, end, rated(0.25)),
        )
        assert tiers(grid(touching))["emotion"] == [(0, 8, "angry"), (8, 10, "calm")]

    def test_what_is_not_a_voice_is_called_so(self) -> None:
        found = tiers(grid(recording(Segment(0, 4, rated(0.75)), Segment(4, 10, DOOR))))
        assert found["emotion"] == [(0, 4, "angry"), (4, 10, "not a voice")]
        assert found["confidence"] == [(0, 4, "0.750"), (4, 10, "")]

    def test_quotes_in_a_label_are_doubled(self) -> None:
        odd = Prediction(('so "calm"', "b"), (0.75, 0.25), 'so "calm"', 0.75, uncertain=False)
        assert tiers(grid(recording(Segment(0, 10, odd))))["emotion"] == [(0, 10, 'so "calm"')]

    @given(st.lists(st.floats(0.0, 30.0), max_size=12), st.floats(0.01, 30.0))
    def test_whatever_the_segments_the_intervals_are_whole(
        self, edges: list[float], duration_s: float
    ) -> None:
        inside = sorted(edge for edge in edges if edge <= duration_s)
        segments = [Segment(a, b, rated(0.75)) for a, b in zip(inside[::2], inside[1::2], strict=False)]
        for intervals in tiers(grid(recording(*segments, duration_s=duration_s))).values():
            assert intervals[0][0] == 0
            assert intervals[-1][1] == pytest.approx(duration_s, abs=1e-6)
            assert all(start < end for start, end, _ in intervals)
            assert all(left[1] == right[0] for left, right in pairwise(intervals))

    def test_channels_that_were_analyzed_apart_have_tiers_of_their_own(self) -> None:
        both = [replace(TALK, channel=1), replace(recording(), channel=2)]
        found = tiers(grid(*both))
        assert list(found) == ["emotion 1", "confidence 1", "emotion 2", "confidence 2"]
        assert found["emotion 1"][1] == (1, 2.5, "angry")
        assert found["emotion 2"] == [(0, 10, "")]
