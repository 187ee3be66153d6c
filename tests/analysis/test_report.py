"""Reports: what they say of recordings, and that a report is written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import threading
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.analysis.report import report_data, to_csv, to_json, to_textgrid
from desktop_app.core.safe_files import WriteError, check_place, printable_path, write_text
from desktop_app.core.types import Prediction

LABELS = ("calm", "angry")


@dataclass(frozen=True)
class Segment:
    start_s: float
    end_s: float
    prediction: Prediction


@dataclass(frozen=True)
class Analysis:
    path: Any
    duration_s: float
    sample_rate: int
    segments: tuple[Segment, ...]
    overall: Prediction | None
    warnings: tuple[str, ...] = ()


def rated(angry: float, *, uncertain: bool = False) -> Prediction:
    label, confidence = ("angry", angry) if angry >= 0.5 else ("calm", 1 - angry)
    return Prediction(LABELS, (1 - angry, angry), label, confidence, uncertain)


def recording(*segments: Segment, path: Any = "talk.wav", duration_s: float = 10.0) -> Any:
    return Analysis(path, duration_s, 44100, segments, rated(0.75) if segments else None)


TALK = recording(Segment(1.0, 2.5, rated(0.75)), Segment(4.0, 5.25, rated(0.5, uncertain=True)))


class TestJson:
    def test_it_holds_what_the_command_line_promises(self) -> None:
        data = report_data(
            [TALK], model="m", model_sha256="ab", provider="CPU", errors=[("bad.wav", "It is empty.")]
        )
        assert json.loads(to_json(data)) == {
            "schema_version": 1,
            "model": "m",
            "model_sha256": "ab",
            "provider": "CPU",
            "files": [
                {
                    "path": "talk.wav",
                    "duration_s": 10.0,
                    "sample_rate": 44100,
                    "segments": [
                        {
                            "start_s": 1.0,
                            "end_s": 2.5,
                            "label": "angry",
                            "confidence": 0.75,
                            "uncertain": False,
                            "probabilities": {"calm": 0.25, "angry": 0.75},
                        },
                        {
                            "start_s": 4.0,
                            "end_s": 5.25,
                            "label": "angry",
                            "confidence": 0.5,
                            "uncertain": True,
                            "probabilities": {"calm": 0.5, "angry": 0.5},
                        },
                    ],
                    "overall": {
                        "label": "angry",
                        "confidence": 0.75,
                        "uncertain": False,
                        "probabilities": {"calm": 0.25, "angry": 0.75},
                    },
                    "warnings": [],
                }
            ],
            "errors": [{"path": "bad.wav", "message": "It is empty."}],
        }

    def test_times_are_free_of_what_floating_point_adds(self) -> None:
        data = report_data(
            [recording(Segment(0.1 + 0.2, 1.9899999999999998, rated(0.75)), duration_s=2.2000000000000002)],
            model="m", model_sha256="", provider="CPU",
        )  # fmt: skip
        (file,) = data["files"]
        assert (file["segments"][0]["start_s"], file["segments"][0]["end_s"]) == (0.3, 1.99)
        assert file["duration_s"] == 2.2

    def test_a_recording_without_speech_has_no_overall(self) -> None:
        data = report_data([recording()], model="m", model_sha256="", provider="CPU")
        assert data["files"][0]["segments"] == []
        assert data["files"][0]["overall"] is None

    def test_what_is_not_json_is_never_written(self) -> None:
        with pytest.raises(ValueError, match="JSON"):
            to_json({"uar": float("nan")})

    @pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX")
    def test_a_name_that_is_not_utf8_can_be_written(self) -> None:
        path = os.fsdecode(b"caf\xe9.wav")
        data = report_data([recording(path=path)], model="m", model_sha256="", provider="CPU")
        assert json.loads(to_json(data).encode())["files"][0]["path"] == "caf\N{REPLACEMENT CHARACTER}.wav"
        assert printable_path(Path("Müller.wav")) == "Müller.wav"

    @pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX")
    def test_a_sentence_may_name_such_a_file_too(self) -> None:
        path = os.fsdecode(b"caf\xe9.wav")
        failed = [(path, f'"{path}" is empty (0 bytes), Jürgen.')]
        data = report_data([], model="m", model_sha256="", provider="CPU", errors=failed)
        told = json.loads(to_json(data).encode())["errors"][0]
        assert told["message"] == '"caf\N{REPLACEMENT CHARACTER}.wav" is empty (0 bytes), Jürgen.'

    def test_a_name_that_the_locale_could_not_decode_is_decoded(self) -> None:
        in_the_c_locale = "Müller.wav".encode().decode("ascii", "surrogateescape")
        assert printable_path(in_the_c_locale) == "Müller.wav"


class TestCsv:
    def test_each_segment_is_a_row_with_a_column_for_each_probability(self) -> None:
        rows = list(csv.DictReader(io.StringIO(to_csv([TALK, recording(path="quiet.wav")], LABELS))))
        assert rows == [
            {
                "path": "talk.wav",
                "start_s": "1.0000",
                "end_s": "2.5000",
                "label": "angry",
                "confidence": "0.750000",
                "uncertain": "false",
                "p_calm": "0.250000",
                "p_angry": "0.750000",
            },
            {
                "path": "talk.wav",
                "start_s": "4.0000",
                "end_s": "5.2500",
                "label": "angry",
                "confidence": "0.500000",
                "uncertain": "true",
                "p_calm": "0.500000",
                "p_angry": "0.500000",
            },
        ]

    def test_a_path_with_commas_quotes_and_breaks_stays_one_field(self) -> None:
        path = 'a,"b"\nc.wav'
        rows = list(csv.DictReader(io.StringIO(to_csv([recording(*TALK.segments, path=path)], LABELS))))
        assert [row["path"] for row in rows] == [path, path]

    def test_without_segments_there_is_still_the_header(self) -> None:
        assert to_csv([], LABELS) == "path,start_s,end_s,label,confidence,uncertain,p_calm,p_angry\n"


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


class TestTextGrid:
    def test_segments_and_gaps_cover_the_recording(self) -> None:
        assert tiers(to_textgrid(TALK)) == {
            "emotion": [(0, 1, ""), (1, 2.5, "angry"), (2.5, 4, ""), (4, 5.25, "uncertain"), (5.25, 10, "")],
            "confidence": [(0, 1, ""), (1, 2.5, "0.750"), (2.5, 4, ""), (4, 5.25, "0.500"), (5.25, 10, "")],
        }

    def test_a_recording_without_speech_is_one_empty_interval(self) -> None:
        assert tiers(to_textgrid(recording()))["emotion"] == [(0, 10, "")]

    def test_segments_that_touch_each_other_or_the_ends_leave_no_empty_interval(self) -> None:
        end = 10.0
        grid = recording(
            Segment(0.0, 8.0, rated(0.75)),
            Segment(8.0 + 1e-12, end - 1e-12, rated(0.25)),
            Segment(end, end, rated(0.25)),
        )
        assert tiers(to_textgrid(grid))["emotion"] == [(0, 8, "angry"), (8, 10, "calm")]

    def test_quotes_in_a_label_are_doubled(self) -> None:
        odd = Prediction(('so "calm"', "b"), (0.75, 0.25), 'so "calm"', 0.75, uncertain=False)
        assert tiers(to_textgrid(recording(Segment(0, 10, odd))))["emotion"] == [(0, 10, 'so "calm"')]

    @given(st.lists(st.floats(0.0, 30.0), max_size=12), st.floats(0.01, 30.0))
    def test_whatever_the_segments_the_intervals_are_whole(
        self, edges: list[float], duration_s: float
    ) -> None:
        inside = sorted(edge for edge in edges if edge <= duration_s)
        segments = [Segment(a, b, rated(0.75)) for a, b in zip(inside[::2], inside[1::2], strict=False)]
        for intervals in tiers(to_textgrid(recording(*segments, duration_s=duration_s))).values():
            assert intervals[0][0] == 0
            assert intervals[-1][1] == pytest.approx(duration_s, abs=1e-9)
            assert all(start < end for start, end, _ in intervals)
            assert all(left[1] == right[0] for left, right in pairwise(intervals))


class TestWriting:
    def test_a_file_is_written_as_utf8_and_nothing_else(self, tmp_path: Path) -> None:
        write_text(tmp_path / "out.json", "überrascht\n")
        assert (tmp_path / "out.json").read_bytes() == "überrascht\n".encode()
        assert [path.name for path in tmp_path.iterdir()] == ["out.json"]

    @pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
    def test_a_new_file_gets_the_usual_permissions_and_an_old_one_keeps_its_own(self, tmp_path: Path) -> None:
        plain, secret = tmp_path / "plain", tmp_path / "secret"
        plain.write_text("")
        usual = plain.stat().st_mode
        secret.write_text("old")
        secret.chmod(0o600)
        write_text(tmp_path / "new", "x")
        write_text(secret, "new")
        assert (tmp_path / "new").stat().st_mode == usual
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert secret.read_text() == "new"

    @pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "target").write_text("old")
        (tmp_path / "link").symlink_to(tmp_path / "target")
        write_text(tmp_path / "link", "new")
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "target").read_text() == "new"

    def test_a_folder_that_is_missing_or_no_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(WriteError, match=r"the folder '.*nowhere' does not exist"):
            write_text(tmp_path / "nowhere" / "out.json", "x")
        with pytest.raises(WriteError, match="which is a folder"):
            write_text(tmp_path, "x")
        (tmp_path / "file").write_text("")
        with pytest.raises(WriteError, match="cannot be written"):
            write_text(tmp_path / "file" / "out.json", "x")

    @pytest.mark.skipif(
        not Path("/proc/self").exists(), reason="needs a folder that not even root can write to"
    )
    def test_a_folder_that_cannot_be_written_to_is_told(self) -> None:
        with pytest.raises(
            WriteError, match=r"'/proc/out.json' cannot be written: the folder '/proc' takes no new files"
        ):
            write_text("/proc/out.json", "x")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_place_is_tried_without_a_trace(self, tmp_path: Path) -> None:
        old = tmp_path / "old.json"
        old.write_text("mine")
        for path in (old, tmp_path / "new.json", Path("/dev/null")):
            check_place(path)
        assert list(tmp_path.iterdir()) == [old]
        assert old.read_text() == "mine"
        for path, why in ((tmp_path, "is a folder"), (tmp_path / "no" / "x", "does not exist")):
            with pytest.raises(WriteError, match=why):
                check_place(path, "table")

    def test_devices_are_written_to_and_never_replaced(self) -> None:
        write_text("/dev/null", "x")
        assert Path("/dev/null").is_char_device()
        with pytest.raises(WriteError, match="no space left"):
            write_text("/dev/full", "x")

    def test_a_pipe_is_written_to(self, tmp_path: Path) -> None:
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(tmp_path / "pipe")
        read: list[str] = []
        reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
        reader.start()
        write_text(tmp_path / "pipe", "through")
        reader.join(5)
        assert read == ["through"]

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
    def test_a_full_disk_leaves_the_old_file_and_nothing_else(self, tmp_path: Path) -> None:
        (tmp_path / "out.json").write_text("old")
        code = (
            "import resource, sys\n"
            "from desktop_app.core.safe_files import WriteError, write_text\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            "try: write_text(sys.argv[1], 'x' * 5000)\n"
            "except WriteError as error: print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "out.json")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "out.json' cannot be written: file too large." in done.stdout
        assert (tmp_path / "out.json").read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
