"""`emoscope-models features`: one row a clip, kept over a kill, and honest about what it could not read."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import corpus_trees
import numpy as np
import pyarrow.parquet
import pytest
import soundfile
import torch

from models.cli import main
from models.commands.common import duration
from models.corpora.base import read_waveform
from models.corpora.registry import load_corpus
from models.data.feature_vectors import Extraction, feature_table
from models.features.chain import parse_chain

SPEC = "mfcc:n_mfcc=3+rms|pool:mean,std"
NAMES = [
    f"{row}_{statistic}" for statistic in ("mean", "std") for row in ("mfcc_00", "mfcc_01", "mfcc_02", "rms")
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus_trees.ravdess(tmp_path_factory.mktemp("corpus"), (1, 2))


def call(corpus: Path, out: Path, *more: str) -> list[str]:
    given = ("--features", SPEC, "--out", str(out), "--cache", str(out.parent / "cache"), "--jobs", "2")
    return ["features", f"ravdess_speech={corpus}", *given, *more]


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_clip_is_a_row_with_its_labels_and_named_numbers(corpus, tmp_path, capsys):
    assert main(call(corpus, tmp_path / "f.csv")) == 0
    assert "16 clips, 8 features of each" in capsys.readouterr().out
    rows = rows_of(tmp_path / "f.csv")
    assert list(rows[0]) == ["path", "corpus", "speaker", "emotion", "gender", "intensity", *NAMES]
    chain = parse_chain(SPEC)
    for row in rows:
        with torch.inference_mode():
            (expected,) = chain(torch.from_numpy(read_waveform(Path(row["path"])))[None]).numpy()
        np.testing.assert_array_equal([np.float32(row[name]) for name in NAMES], expected)
    assert {row["emotion"] for row in rows} == set(corpus_trees.RAVDESS_EMOTIONS)
    assert len({row["speaker"] for row in rows}) == 2


def test_parquet_holds_the_same(corpus, tmp_path):
    for name in ("f.csv", "f.parquet"):
        assert main(call(corpus, tmp_path / name)) == 0
    table = pyarrow.parquet.read_table(tmp_path / "f.parquet")
    rows = rows_of(tmp_path / "f.csv")
    assert table.column("path").to_pylist() == [row["path"] for row in rows]
    for name in NAMES:
        assert str(table.schema.field(name).type) == "float"
        assert table.column(name).to_pylist() == [np.float32(row[name]) for row in rows]


def test_what_was_computed_is_not_computed_again(corpus, tmp_path, monkeypatch):
    assert main(call(corpus, tmp_path / "f.csv")) == 0
    monkeypatch.setattr("models.data.feature_vectors.read_waveform", lambda _: pytest.fail("read again"))
    assert main(call(corpus, tmp_path / "g.csv")) == 0
    assert (tmp_path / "g.csv").read_bytes() == (tmp_path / "f.csv").read_bytes()


@pytest.mark.parametrize("more", [("--seconds", "0.3"), ("--view", "trimmed")])
def test_other_options_give_other_numbers_and_do_not_take_those_that_are_kept(corpus, tmp_path, more):
    assert main(call(corpus, tmp_path / "f.csv")) == 0
    assert main(call(corpus, tmp_path / "g.csv", *more)) == 0
    extraction = Extraction(
        SPEC, 0.3 if more[0] == "--seconds" else None, "trimmed" if more[1] == "trimmed" else "whole"
    )
    assert extraction.key() != Extraction(SPEC).key()
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_broken_clip_is_told_and_counted_and_the_others_are_there(tmp_path, capsys):
    corpus = corpus_trees.ravdess(tmp_path / "corpus", (1,))
    broken = corpus / "Actor_01" / "03-01-03-01-02-01-01.wav"
    broken.write_bytes(b"RIFF no sound")
    (corpus / "Actor_01" / "03-01-04-01-02-01-01.wav").write_bytes(b"")
    assert main(call(corpus, tmp_path / "f.csv")) == 1
    told = capsys.readouterr().err
    assert "ravdess_speech: Empty, left out: 1 file: 03-01-04-01-02-01-01.wav." in told
    assert f"The clip {broken} cannot be read." in told
    assert "1 clip could not be read" in told
    assert len(rows_of(tmp_path / "f.csv")) == 6


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("mfccc|pool:mean", "There is no feature 'mfccc'"),
        ("mfcc", r"Pool them over time: mfcc|pool:mean,std"),
        ("mfcc|pool:mean|standardise", "fitted while a model is trained"),
    ],
)
def test_a_front_end_that_gives_no_row_is_a_wrong_call(corpus, tmp_path, capsys, spec, told):
    wrong = ["features", f"ravdess_speech={corpus}", "--features", spec, "--out", str(tmp_path / "f.csv")]
    assert main(wrong) == 2
    assert told in capsys.readouterr().err


def test_another_ending_is_a_wrong_call(corpus, tmp_path, capsys):
    assert main(call(corpus, tmp_path / "f.xlsx")) == 2
    assert ".csv or .parquet" in capsys.readouterr().err


def test_a_part_that_is_broken_is_computed_again(corpus, tmp_path):
    assert main(call(corpus, tmp_path / "f.csv")) == 0
    (part,) = (tmp_path / "cache").glob("*/*.npy")
    part.write_bytes(part.read_bytes()[:100])
    assert main(call(corpus, tmp_path / "g.csv")) == 0
    assert (tmp_path / "g.csv").read_bytes() == (tmp_path / "f.csv").read_bytes()


def test_the_table_in_memory_says_which_clips_failed(corpus, tmp_path):
    clips, hashes = load_corpus("ravdess_speech", corpus)
    gone = clips[3].path.with_name("gone.wav")
    lost = [*clips[:3], type(clips[3])(gone, "ravdess_speech", "x", "sad"), *clips[4:]]
    table = feature_table(lost, {**hashes, gone: "0" * 64}, SPEC, cache=tmp_path)
    assert table.names == tuple(NAMES)
    assert table.features.dtype == np.float32
    assert list(np.isnan(table.features).all(axis=1)) == [row == 3 for row in range(len(lost))]
    assert list(table.failed) == [gone]


LONG = """
import sys, time
import models.data.feature_vectors as vectors
vectors._PART = 2
read = vectors.read_waveform
def slowly(path):
    time.sleep(0.3)
    return read(path)
vectors.read_waveform = slowly
from models.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
def test_a_killed_run_goes_on_with_what_it_had(corpus, tmp_path):
    run = subprocess.Popen([sys.executable, "-c", LONG, *call(corpus, tmp_path / "f.csv")])
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "cache").glob("*/*.npy"))) < 2:
        assert time.monotonic() < deadline
        assert run.poll() is None
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not (tmp_path / "f.csv").exists()
    clips, hashes = load_corpus("ravdess_speech", corpus)
    store = Extraction(SPEC).store(tmp_path / "cache")
    kept = [hashes[clip.path] in store for clip in clips]
    assert any(kept)
    assert not all(kept)
    assert main(call(corpus, tmp_path / "f.csv")) == 0
    assert main(call(corpus, tmp_path / "g.csv", "--cache", str(tmp_path / "other"))) == 0
    assert (tmp_path / "f.csv").read_bytes() == (tmp_path / "g.csv").read_bytes()


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "1 s"), (89, "89 s"), (91, "2 min"), (5300, "88 min"), (5400, "1.5 h")]
)
def test_the_time_left_is_told_in_words(seconds, told):
    assert duration(seconds) == told


def test_two_corpora_of_one_name_are_refused_and_nothing_is_written(tmp_path, capsys):
    places = []
    for name in ("here", "there"):
        (tmp_path / name / "happy").mkdir(parents=True)
        (tmp_path / name / "emoscope.yaml").write_text("name: mine\n")
        sound = np.random.default_rng(len(places)).standard_normal(16_000) / 10
        soundfile.write(tmp_path / name / "happy" / "a.wav", sound, 16_000)
        places.append(f"folder={tmp_path / name}")
    out = tmp_path / "f.csv"
    assert main(["features", *places, "--features", SPEC, "--out", str(out)]) == 2
    assert "Two of the corpora are called 'mine'" in capsys.readouterr().err
    assert not out.exists()
