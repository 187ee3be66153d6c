"""A model of dimensions on the command line: analyzed, heard live, kept, exported, and what it cannot do."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from running import events, of_kind
from tiny_model import make_tiny_model

from desktop_app.cli import main
from desktop_app.commands.terminal_view import TerminalView
from desktop_app.core.types import Cause, EngineChanged, FinalResult, PartialResult, Prediction

AVD = ("arousal", "dominance", "valence")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def dimensional(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("avd") / "avd.onnx"
    return make_tiny_model(path, dimensions=AVD, sharpness=3.0, seed=5)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, speech: Path, dimensional: Path) -> dict[str, str]:
    """What `analyze` writes of two words, by the format."""
    folder = tmp_path_factory.mktemp("reports")
    names = ("json", "csv", "textgrid", "srt", "vtt", "audacity", "html")
    targets = [part for name in names for part in (f"--{name}", str(folder / name))]
    assert main(["analyze", str(speech), "--model", str(dimensional), *targets]) == 0
    return {name: (folder / name).read_text(encoding="utf-8") for name in names}


def test_json_has_values_in_place_of_labels_and_their_mean_by_duration(reports: dict[str, str]) -> None:
    report = json.loads(reports["json"])
    assert (report["labels"], report["dimensions"]) == ([], list(AVD))
    (file,) = report["files"]
    first, second = file["segments"]
    assert (first["label"], first["confidence"], first["probabilities"]) == (None, None, {})
    assert all(0 < value < 1 for value in first["values"].values())
    lengths = [segment["end_s"] - segment["start_s"] for segment in (first, second)]
    for name in AVD:
        weighted = first["values"][name] * lengths[0] + second["values"][name] * lengths[1]
        assert file["overall"]["values"][name] == pytest.approx(weighted / sum(lengths))


def test_a_table_has_a_column_for_each_dimension(reports: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(reports["csv"])))
    values = json.loads(reports["json"])["files"][0]["segments"][0]["values"]
    assert (rows[0]["label"], rows[0]["confidence"]) == ("", "")
    assert {name: float(rows[0][f"value_{name}"]) for name in AVD} == pytest.approx(values, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("textgrid", ('name = "arousal"', 'name = "dominance"', 'name = "valence"')),
        ("srt", ("arousal 0.", "valence 0.")),
        ("vtt", ("arousal 0.", "valence 0.")),
        ("audacity", ("arousal 0.", "valence 0.")),
        ("html", ("Each utterance in the plane", "<circle", "Valence to the right", "Dominance")),
    ],
)
def test_every_format_shows_the_values(reports: dict[str, str], name: str, words: tuple[str, ...]) -> None:
    assert all(word in reports[name] for word in words)
    assert "confidence" not in reports[name].split("</style>")[-1].replace('class="confidence', "")


@pytest.mark.slow
def test_live_says_what_the_analysis_says_and_the_session_keeps_it(
    emoscope: Run, speech: Path, dimensional: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sessions"
    kept = ("--session", "--sessions", folder)
    heard = events(emoscope("live", "--source", speech, "--model", dimensional, *kept).stdout)
    assert of_kind("engine", heard)[0]["dimensions"] == list(AVD)
    assert all(set(event["values"]) == set(AVD) for event in of_kind("partial", heard))
    assert of_kind("stats", heard)[-1]["voice"] is None  # none is learnt
    report = json.loads(emoscope("analyze", speech, "--model", dimensional, "--json", "-").stdout)
    expected = [segment["values"] for segment in report["files"][0]["segments"]]
    assert [event["values"] for event in of_kind("final", heard)] == expected

    def sessions(*words: str) -> str:
        capsys.readouterr()
        assert main(["sessions", *words, "--sessions", str(folder)]) == 0
        return capsys.readouterr().out

    shown = json.loads(sessions("show", "1", "--json"))["session"]
    assert [segment["values"] for segment in shown["segments"]] == expected
    assert shown["means"] == pytest.approx(shown["overall"]["values"])
    assert "arousal 0." in sessions("list")
    assert "arousal  dominance  valence" in sessions("show", "1")
    target = tmp_path / "session.csv"
    sessions("export", "1", "--csv", str(target))
    assert "value_valence" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (["--labels", "happy,sad"], "--labels chooses among emotions"),
        (["--profile", "anna.json"], "gives dimensions"),
    ],
)
def test_what_needs_emotions_is_refused_in_a_sentence(
    speech: Path, dimensional: Path, option: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyze", str(speech), "--model", str(dimensional), *option]) in {1, 2}
    assert sentence in capsys.readouterr().err


def point(*values: float, **said: Any) -> Prediction:
    uncertain = said.get("because") is not None
    return Prediction((), (), "", 0.0, uncertain, dimensions=AVD, values=values, **said)


def drawn(view: TerminalView, width: int = 80) -> str:
    console = Console(width=width, height=40, record=True, file=io.StringIO())
    console.print(view)
    return console.export_text()


class TestTheTerminal:
    def test_a_point_lies_where_its_values_say_and_leaves_a_trace(self) -> None:
        view = TerminalView()
        view.update(EngineChanged("avd", (), "CPU", dimensions=AVD))
        view.update(PartialResult(0, 0.0, 1.0, point(0.1, 0.5, 0.1), 10.0))
        for _ in range(20):
            view.advance(0.1)
        view.update(FinalResult(0, 0.0, 2.0, point(0.9, 0.5, 0.9), 10.0))
        for _ in range(20):
            view.advance(0.1)
        lines = drawn(view).splitlines()
        above = next(row for row, line in enumerate(lines) if "active" in line and "▏" in line)
        below = next(row for row, line in enumerate(lines) if "calm" in line and "▏" in line)
        (spot,) = [
            (row, line.index("●"))
            for row, line in enumerate(lines)
            if "●" in line.split("▕")[0] and above <= row <= below
        ]
        assert spot[0] == above
        assert spot[1] > lines[above].index("│")  # right of the middle
        assert any("•" in line for line in lines[above:below])
        assert "POSITIVE, ACTIVE" in "\n".join(lines)

    def test_doubt_is_told_and_the_point_is_hollow(self) -> None:
        view = TerminalView((), "", AVD)
        view.update(FinalResult(0, 0.0, 0.2, point(0.9, 0.5, 0.9, because=Cause.SHORT), 10.0))
        view.advance(0.1)
        shown = drawn(view)
        assert "too short to tell" in shown
        assert "○" in shown

    @pytest.mark.parametrize("width", [24, 40, 60, 120])
    def test_it_fits_any_width(self, width: int) -> None:
        view = TerminalView((), "", AVD)
        view.update(PartialResult(0, 0.0, 1.0, point(0.9, 0.5, 0.9), 10.0))
        view.advance(0.1)
        assert all(len(line) <= width for line in drawn(view, width).splitlines())

    def test_without_valence_or_arousal_there_are_scales_only(self) -> None:
        view = TerminalView((), "", ("arousal", "tension"))
        said = Prediction((), (), "", 0.0, False, dimensions=("arousal", "tension"), values=(0.7, 0.2))
        view.update(PartialResult(0, 0.0, 1.0, said, 10.0))
        view.advance(0.1)
        shown = drawn(view)
        assert "tension" in shown
        assert "0.20" in shown
        assert "▕" not in shown
