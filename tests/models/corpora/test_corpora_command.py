"""`emoscope-models corpora`: what a person sees, and what a script gets."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import corpus_trees as trees
import pyarrow.parquet as pq
import pytest

from models.cli import main

PNG = b"\x89PNG\r\n\x1a\n"
COLUMNS = ["path", "corpus", "speaker", "gender", "emotion", "intensity", "text", "language", "duration"]


@pytest.fixture
def run(capsys):
    """Run the command: exit code, stdout, stderr."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["corpora", *map(str, arguments)])
        except SystemExit as leaving:  # argparse
            code = int(leaving.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def two(tmp_path):
    """The sources of SAVEE and TESS, whose folders bear their names."""
    trees.savee(tmp_path / "savee", one_folder=False)
    trees.tess(tmp_path / "TESS")
    return [f"savee={tmp_path / 'savee'}", f"tess={tmp_path / 'TESS'}"]


def test_check_prints_each_corpus_with_its_findings(run, two):
    code, out, err = run("check", *two)
    assert code == 0
    assert "28 clips, 4 speakers (4 men), 0:00:1" in out
    assert "neutral 4, happy 4, sad 4, angry 4, fearful 4, disgust 4, surprised 4" in out
    assert "note    Here are 8 of the 2800 published clips." in out
    assert err == ""


@pytest.mark.parametrize("arguments", [(), ("check",)])
def test_without_sources_every_corpus_below_the_folder_is_checked(run, two, tmp_path, arguments):
    for code, out, _ in (
        run(*arguments, "--corpora", tmp_path),
        run("--corpora", tmp_path, *arguments),
    ):
        assert code == 0
        assert [line.split()[0] for line in out.splitlines() if "/" in line and line[0] != " "] == [
            "tess",
            "savee",
        ]


def test_the_environment_names_the_folder(run, two, tmp_path, monkeypatch):
    monkeypatch.setenv("EMOSCOPE_CORPORA", str(tmp_path))
    assert run("table")[1].count("\n") == 1 + 28 + 8


def test_check_as_json_holds_every_file_of_every_finding(run, two, tmp_path):
    trees.sound(tmp_path / "savee" / "prelude.wav")
    code, out, _ = run("check", "--json", two[0])
    data = json.loads(out)
    assert (code, data["schema_version"]) == (0, 1)
    (report,) = data["corpora"]
    assert (report["corpus"], report["usable"], report["clips"]) == ("savee", True, 28)
    files = {finding["kind"]: finding["files"] for finding in report["findings"]}
    assert files["unparsed"] == [str(tmp_path / "savee" / "prelude.wav")]


def test_a_corpus_that_cannot_be_used_fails_the_check_and_spares_the_others(run, two, tmp_path):
    code, out, err = run("check", f"emodb={tmp_path / 'nowhere'}", *two)
    assert code == 1
    assert f"error   The folder {tmp_path / 'nowhere'} of the corpus emodb does not exist." in out
    assert "28 clips" in out
    assert err == f"emoscope-models: emodb={tmp_path / 'nowhere'} cannot be used.\n"


def test_warnings_alone_do_not_fail_the_check(run, tmp_path):
    trees.own(tmp_path)
    code, out, _ = run("check", f"folder={tmp_path}")
    assert code == 0
    assert "warning Speakers are not known" in out


def test_who_speaks_is_told_by_options(run, tmp_path):
    trees.own(tmp_path / "mine")
    (tmp_path / "who.csv").write_text("path,speaker\nanna-1.wav,A\n")
    source = f"folder={tmp_path / 'mine'}"
    assert "2 speakers" in run("check", source, "--speaker-pattern", "anna|ben")[1]
    assert "folder-A" in run("table", source, "--speakers", tmp_path / "who.csv")[1]


@pytest.mark.parametrize("action", ["stats", "table"])
def test_a_wrong_folder_is_one_sentence(run, tmp_path, action):
    code, out, err = run(action, f"emodb={tmp_path}")
    assert (code, out) == (1, "")
    assert err.startswith(f"emoscope-models: The folder {tmp_path} holds no clip of the corpus emodb.")
    assert err.count("\n") == 1


@pytest.mark.parametrize("action", ["check", "stats", "table"])
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("music=/x",), "does not name a corpus"),
        (("savee",), "does not name a corpus"),
        (("{savee}", "{savee}"), "named twice"),
        (("{savee}", "--speakers", "who.csv"), "are for own data"),
        (("--depth",), "--depth"),
    ],
)
def test_a_wrong_call_is_told_with_2(run, two, action, arguments, told):
    code, out, err = run(action, *(argument.format(savee=two[0]) for argument in arguments))
    assert (code, out) == (2, "")
    assert told in err


def test_a_folder_without_corpora_is_told(run, tmp_path):
    code, _, err = run("--corpora", tmp_path)
    assert (code, err) == (1, "emoscope-models: no known corpus is in that folder.\n")


def test_stats_print_classes_speakers_durations_and_levels(run, two):
    code, out, _ = run("stats", two[0])
    assert code == 0
    assert "savee: 28 clips, 4 speakers (4 men)" in out
    assert "clips a speaker: 7 to 7, median 7" in out
    seconds, rms, peak = ([float(x) for x in line.split()[-5:]] for line in out.splitlines()[-4:-1])
    assert 0.5 <= seconds[0] <= seconds[2] <= seconds[4] <= 0.7
    assert rms == pytest.approx([-20] * 5, abs=0.5)  # noise of 0.1
    assert all(high > low + 9 for low, high in zip(rms, peak, strict=True))


@pytest.mark.slow
def test_stats_draw_a_picture_for_each_corpus_and_one_of_all(run, two, tmp_path):
    code, _, err = run("stats", *two, "--out", tmp_path / "new" / "plots")
    assert code == 0
    pictures = sorted((tmp_path / "new" / "plots").iterdir())
    assert [path.name for path in pictures] == ["overview.png", "savee.png", "tess.png"]
    assert all(path.read_bytes().startswith(PNG) for path in pictures)
    assert str(pictures[0]) in err


@pytest.mark.slow
def test_stats_of_two_folders_of_own_data_do_not_overwrite_each_other(run, tmp_path):
    sources = [f"folder={trees.own(tmp_path / name)}" for name in ("a", "b")]
    run("stats", *sources, "--out", tmp_path / "plots")
    assert {path.name for path in (tmp_path / "plots").iterdir()} == {
        "folder.png",
        "folder-2.png",
        "overview.png",
    }


def test_stats_leave_out_what_cannot_be_read_and_say_so(run, two, tmp_path):
    (tmp_path / "savee" / "DC" / "a02.wav").write_bytes(b"no sound")
    (tmp_path / "savee" / "DC" / "d03.wav").write_bytes(b"")
    code, out, err = run("stats", two[0])
    assert code == 0
    assert "27 clips" in out
    assert "1 clip of savee cannot be read" in err
    assert "savee: Empty, left out: 1 file: d03.wav." in err
    assert "savee: Empty, left out: 1 file: d03.wav." in run("table", two[0])[2]


def test_the_table_has_one_row_a_clip(run, two, tmp_path):
    code, out, _ = run("table", *two)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert (code, len(rows), list(rows[0])) == (0, 36, COLUMNS)
    row = next(row for row in rows if row["path"].endswith("OA_bite_neutral.wav"))
    assert float(row.pop("duration")) == pytest.approx(0.6, abs=0.1)
    assert row == {
        "path": str(tmp_path / "TESS" / "OAF_neutral" / "OA_bite_neutral.wav"),
        "corpus": "tess",
        "speaker": "tess-OAF",
        "gender": "F",
        "emotion": "neutral",
        "intensity": "",
        "text": "bite",
        "language": "en",
    }


def test_csv_and_parquet_hold_the_same(run, two, tmp_path):
    for suffix in ("csv", "parquet"):
        code, out, err = run("table", *two, "--out", tmp_path / f"clips.{suffix}")
        assert (code, out) == (0, "")
        assert "36 clips" in err
    with (tmp_path / "clips.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = pq.read_table(tmp_path / "clips.parquet")
    assert table.column_names == COLUMNS
    for row, other in zip(rows, table.to_pylist(), strict=True):
        assert float(row.pop("duration")) == other.pop("duration")
        assert {name: value or None for name, value in row.items()} == other


@pytest.mark.parametrize("out", ["clips.xlsx", "clips"])
def test_a_table_of_no_known_format_is_refused_before_anything_is_read(run, tmp_path, out):
    code, _, err = run("table", "emodb=/nowhere", "--out", tmp_path / out)
    assert code == 2
    assert ".csv or .parquet" in err


def test_a_table_that_cannot_be_written_leaves_the_older_one(run, two, tmp_path):
    folder = tmp_path / "clips.csv"
    folder.mkdir()
    code, _, err = run("table", two[0], "--out", folder)
    assert (code, err.count("\n")) == (1, 1)
    code, _, err = run("table", two[0], "--out", tmp_path / "nowhere" / "clips.parquet")
    assert code == 1
    assert "does not exist" in err


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_names_that_are_not_utf8_can_be_told(run, tmp_path):
    folder = os.fsencode(tmp_path) + b"/mine\xff/angry"
    os.makedirs(folder)  # noqa: PTH103 - a path of bytes
    source = trees.sound(tmp_path / "1.wav")
    source.rename(os.fsdecode(folder + b"/1.wav"))
    (tmp_path / os.fsdecode(b"mine\xff") / os.fsdecode(b"\xfe.wav")).touch()
    own = "folder=" + os.fsdecode(os.fsencode(tmp_path) + b"/mine\xff")
    code, out, _ = run("table", own)
    assert (code, out.count("\n")) == (0, 2)
    for options in ((), ("--json",)):
        code, out, _ = run("check", own, *options)
        assert code == 0
        assert "such as \ufffd.wav" in out


def test_long_reading_is_told_now_and_then(capsys, monkeypatch):
    from models.commands import corpora

    clock = iter([0.0, 1.0, 2.5, 3.0, 8.0, 9.0])
    monkeypatch.setattr(corpora.time, "monotonic", lambda: next(clock))
    reading = corpora._Reading("tess")
    for done in range(1, 7):
        reading(done, 6)
    assert capsys.readouterr().err == "reading tess: 3 of 6\nreading tess: 5 of 6\n"


def test_a_reader_that_has_had_enough_is_no_failure(two):
    with subprocess.Popen(
        [sys.executable, "-m", "models", "corpora", "check", *two],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
