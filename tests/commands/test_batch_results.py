"""`emoscope batch report` and `batch drift`: what the tables of many recordings are made into."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop_app.analysis.batch.drift import CHANGED, index
from desktop_app.analysis.batch.parts import Columns, Done, arrow, write_table
from desktop_app.analysis.batch.places import Place
from desktop_app.analysis.batch.warned import IS, sentences

Run = Callable[..., subprocess.CompletedProcess[str]]
LABELS = ("happy", "sad", "angry")
MADE_WITH = {
    "model": "tiny",
    "model_sha256": "0" * 64,
    "labels": list(LABELS),
    "dimensions": [],
    "detector": "energy",
}


def utterance(path: str, day: str, probabilities: Sequence[float], **changes: Any) -> dict[str, Any]:
    best = int(np.argmax(probabilities))
    return {
        "path": path,
        "source": f"/calls/{path}",
        "sha256": "",
        "speaker": None,
        "recorded_at": datetime.fromisoformat(day).replace(tzinfo=UTC),
        "channel": None,
        "number": 1,
        "start_s": 0.0,
        "end_s": 1.0,
        "label": LABELS[best],
        "confidence": probabilities[best],
        "uncertain": False,
        "uncertain_because": None,
        "not_a_voice": False,
        "novelty": 0.0,
        **{f"p_{label}": p for label, p in zip(LABELS, probabilities, strict=True)},
        **changes,
    }


def put(
    out: Path, rows: list[dict[str, Any]], done: Sequence[Done] = (), number: int = 0, **made: Any
) -> None:
    table = arrow().Table.from_pylist(rows, Columns(LABELS).utterances())
    write_table(Place(str(out)), number, table, done, {**MADE_WITH, **made})


class TestReport:
    @pytest.fixture
    def out(self, tmp_path: Path) -> Path:
        rows = [
            utterance("a.wav", "2026-11-02T09:00", (0.8, 0.1, 0.1), speaker="Ada", end_s=3.0),
            utterance("a.wav", "2026-11-02T09:00", (0.2, 0.7, 0.1), speaker="Ada", uncertain=True),
            utterance("b.wav", "2026-11-03T17:30", (0.1, 0.1, 0.8), speaker="<b>Bob</b>"),
            utterance("b.wav", "2026-11-03T17:30", (0.3, 0.3, 0.4), not_a_voice=True, label=None),
        ]
        done = [
            Done(
                "a.wav",
                "/calls/a.wav",
                1,
                "",
                duration_s=10.0,
                speech_s=4.0,
                utterances=2,
                warnings=("clipped",),
            ),
            Done("b.wav", "/calls/b.wav", 1, "", duration_s=5.0, speech_s=1.0, utterances=2),
            Done("silence.wav", "/calls/silence.wav", 1, "", duration_s=5.0),
            Done(
                "gone.wav",
                "/calls/gone.wav",
                -1,
                "",
                error="audio.not_found",
                message="There is no gone.wav.",
            ),
        ]
        put(tmp_path / "out", rows[:2], done[:1])
        put(tmp_path / "out", rows[2:], done[1:], number=1)
        return tmp_path / "out"

    def test_seconds_of_speech_count_and_what_is_no_voice_does_not(self, out: Path, emoscope: Run) -> None:
        done = emoscope("batch", "report", out, "--json", "-")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert (found["recordings"], found["failed"], found["silent"]) == (4, 1, 1)
        assert found["sound_s"] == 20.0
        assert found["failures"] == {"audio.not_found": 1}
        assert found["warnings"] == {"clipped": 1}
        assert (found["all"]["utterances"], found["not_a_voice"]) == (3, 1)
        assert found["all"]["uncertain"] == pytest.approx(1 / 3)
        assert found["all"]["shares"]["happy"] == pytest.approx((3 * 0.8 + 0.2 + 0.1) / 5)
        assert [group["name"] for group in found["by_day"]] == ["2026-11-02", "2026-11-03"]
        assert [group["name"] for group in found["by_hour"]] == ["09:00", "17:00"]
        assert [(group["name"], group["speech_s"]) for group in found["by_speaker"]] == [
            ("Ada", 4.0),
            ("<b>Bob</b>", 1.0),
        ]

    def test_the_page_needs_nothing_else_and_takes_no_name_for_html(
        self, out: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        assert emoscope("batch", "report", out, "--html", "report.html").returncode == 0
        page = (tmp_path / "report.html").read_text()
        HTMLParser().feed(page)
        assert "<b>Bob</b>" not in page
        assert "&lt;b&gt;Bob&lt;/b&gt;" in page
        assert "http" not in page.replace("http-equiv", "")
        assert "<script" not in page
        for told in (
            "Ada",
            "2026-11-02",
            "09:00",
            "a.wav",
            "audio.not_found",
            "clipped",
            "There is no gone.wav.",
        ):
            assert told in page

    def test_the_tables_are_printed(self, out: Path, emoscope: Run) -> None:
        done = emoscope("batch", "report", out)
        assert "4 recordings" in done.stdout
        assert "1 sound in which nobody speaks" in done.stdout
        assert "There is no gone.wav." in done.stderr
        assert "happy 65 %" in done.stdout  # Ada: (3 * 0.8 + 0.2) / 4
        assert "1 recording is clipped." in done.stdout
        assert '"/calls/a.wav": The recording is clipped.' in done.stderr, "of a part without sentences"

    def test_names_in_brackets_are_names(self, tmp_path: Path, emoscope: Run) -> None:
        out = tmp_path / "calls [final]"
        row = utterance("[b]ye [/red] [2026].wav", "2026-11-02T09:00", (0.8, 0.1, 0.1), speaker="[dim]Ada")
        put(out, [row], [Done(row["path"], row["source"], 1, "", duration_s=3.0)])
        put(tmp_path / "calls f", [utterance("other.wav", "2026-11-02T09:00", (0.1, 0.8, 0.1))])
        done = emoscope("batch", "report", out)
        assert done.returncode == 0, done.stderr
        assert row["path"] in done.stdout
        assert "[dim]Ada" in done.stdout
        assert "1 utterances" in done.stdout

    def test_what_a_run_that_still_goes_on_holds_anew_counts_once(self, out: Path, emoscope: Run) -> None:
        rows = [utterance("b.wav", "2026-11-03T17:30", (0.9, 0.05, 0.05), end_s=2.0)]
        again = [Done("b.wav", "/calls/b.wav", 2, "", duration_s=6.0, speech_s=2.0, utterances=1)]
        found = Done("gone.wav", "/calls/gone.wav", 3, "", duration_s=1.0)
        put(out, rows, [*again, found], number=2)  # as while failed and changed ones are analyzed again
        told = json.loads(emoscope("batch", "report", out, "--json", "-").stdout)
        assert (told["recordings"], told["failed"], told["silent"]) == (4, 0, 2)
        assert (told["all"]["utterances"], told["not_a_voice"]) == (3, 0)
        assert told["sound_s"] == 22.0
        (found_again,) = (group for group in told["by_recording"] if group["name"] == "b.wav")
        assert (found_again["utterances"], found_again["shares"]["happy"]) == (1, pytest.approx(0.9))

    def test_two_reports_do_not_go_to_one_file(self, out: Path, tmp_path: Path, emoscope: Run) -> None:
        done = emoscope("batch", "report", out, "--html", "report", "--json", "report")
        assert done.returncode == 2
        assert "Two outputs cannot both go to 'report'." in done.stderr
        assert not (tmp_path / "report").exists()

    def test_every_warning_has_its_words(self) -> None:
        docs = (Path(__file__).parents[2] / "docs" / "codes.md").read_text(encoding="utf-8")
        table = docs.partition("## Warnings about sound")[2].partition("\n## ")[0]
        assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(IS)
        assert list(sentences({"hum": 2000, "unread": 1})) == [
            "2,000 recordings have mains hum that covers the voice.",
            "1 recording has another recording behind the end that was not read.",
        ]

    def test_a_folder_without_results_is_told(self, tmp_path: Path, emoscope: Run) -> None:
        for call in (("report", tmp_path), ("drift", tmp_path, "--against", tmp_path)):
            done = emoscope("batch", *call)
            assert done.returncode == 1
            assert f"There are no results in '{tmp_path}'." in done.stderr


class TestDrift:
    @staticmethod
    def week(
        day: str, seed: int, count: int = 400, *, novelty: float = 0.0, angry: float = 1.0
    ) -> list[dict[str, Any]]:
        rng = np.random.default_rng(seed)
        return [
            utterance("a.wav", day, p, novelty=float(rng.normal(novelty, 0.3)))
            for p in rng.dirichlet((3.0, 3.0, 3.0 * angry), count).tolist()
        ]

    @pytest.fixture
    def believed(self, tmp_path: Path) -> Path:
        put(tmp_path / "believed", self.week("2026-10-01", 1))
        return tmp_path / "believed"

    def test_weeks_like_the_reference_are_believed(
        self, believed: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        put(tmp_path / "out", [*self.week("2026-11-02", 2), *self.week("2026-11-09", 3)])
        done = emoscope("batch", "drift", "out", "--against", believed, "--json", "-")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert [week["name"] for week in found["weeks"]] == ["2026-W45", "2026-W46"]
        assert found["believable"]
        assert all(week["label_psi"] < 0.1 and week["novelty_psi"] < 0.2 for week in found["weeks"])

    def test_a_week_on_another_microphone_or_with_other_answers_is_not(
        self, believed: Path, tmp_path: Path, emoscope: Run
    ) -> None:
        weeks = [
            *self.week("2026-11-02", 2),
            *self.week("2026-11-09", 3, novelty=0.8),
            *self.week("2026-11-16", 4, angry=3.0),
        ]
        put(tmp_path / "out", weeks)
        done = emoscope("batch", "drift", "out", "--against", believed)
        assert done.returncode == 1
        assert "2026-W46: The voices or microphones are foreign" in done.stderr
        assert "2026-W47: It gives other answers" in done.stderr
        assert "2026-W45" not in done.stderr

    def test_few_answers_are_no_other_answers(self, tmp_path: Path, emoscope: Run) -> None:
        def doubtful(day: str, seed: int, count: int, every: int) -> list[dict[str, Any]]:
            """Utterances of which one in `every` has an answer."""
            rows = self.week(day, seed, count)
            return [{**row, "uncertain": k % every > 0} for k, row in enumerate(rows)]

        put(tmp_path / "believed", doubtful("2026-10-01", 1, 2000, 10))
        weeks = (doubtful(f"2026-11-{2 + 7 * k:02}", 2 + k, 110, (10, 1000)[k % 2]) for k in range(4))
        put(tmp_path / "out", [row for week in weeks for row in week])
        done = emoscope("batch", "drift", "out", "--against", "believed", "--json", "-")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["reference"]["label_psi"] == 0
        assert [week["label_psi"] for week in found["weeks"]] == [None] * 4

    def test_few_utterances_tell_nothing(self, believed: Path, tmp_path: Path, emoscope: Run) -> None:
        put(tmp_path / "out", self.week("2026-11-02", 2, count=20, novelty=3.0))
        done = emoscope("batch", "drift", "out", "--against", believed)
        assert done.returncode == 0
        assert "Too few utterances to tell (below 100): 2026-W45." in done.stderr

    def test_another_model_is_no_reference(self, believed: Path, tmp_path: Path, emoscope: Run) -> None:
        put(tmp_path / "out", self.week("2026-11-02", 2), model_sha256="1" * 64)
        done = emoscope("batch", "drift", "out", "--against", believed)
        assert done.returncode == 2
        assert "are of different models" in done.stderr

    def test_the_index_is_symmetric_and_grows_with_the_change(self) -> None:
        same, slight, great = (0.2, 0.3, 0.5), (0.25, 0.3, 0.45), (0.6, 0.3, 0.1)
        assert index(same, same) == 0
        assert index(same, great) == pytest.approx(index(great, same))
        assert index(same, slight) < 0.1 < CHANGED < index(same, great)
