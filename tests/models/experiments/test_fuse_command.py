"""`emoscope-models fuse`: labelled recordings and two model files make a fusion, or a reason for none."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tiny_model import make_tiny_model
from tiny_text_model import make_tiny_text_model

from desktop_app.core.fusion_file import read_fusion
from models.cli import main
from models.corpora.labelled_table import read_labelled_table
from models.errors import CorpusError

RATE = 16_000
VOICE = ("neutral", "happy", "sad", "angry")
SAID = {
    "neutral": ("The table is there.", "Close the door."),
    "happy": ("Thank you so much!", "I love it."),
    "sad": ("I miss her.", "I have lost it."),
    "angry": ("I hate that.", "It smells."),
}


def record(folder: Path, texts: dict[str, tuple[str, ...]] = SAID, speakers: int = 8) -> Path:
    """Recordings in which the voice tells nothing, and a table of what is said in them."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    rows = [("path", "label", "speaker", "text")]
    for speaker in range(speakers):
        for label, said in texts.items():
            for take, text in enumerate(said):
                name = f"{label}-{speaker}-{take}.wav"
                soundfile.write(folder / name, rng.uniform(0.05, 0.2) * rng.standard_normal(4000), RATE)
                rows.append((name, label, f"s{speaker}", text))
    with (folder / "table.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return folder / "table.csv"


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("voice") / "voice.onnx", VOICE, sharpness=2.0)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_text_model(
        tmp_path_factory.mktemp("words") / "words.onnx",
        labels=("neutral", "joy", "sadness", "anger"),
        words={"thank": "joy", "love": "joy", "miss": "sadness", "lost": "sadness", "hate": "anger"}
        | {"smells": "anger", "table": "neutral", "door": "neutral"},
    )


def fuse(voice: Path, words: Path, table: Path, *more: object) -> int:
    call = ("fuse", "--voice", voice, "--text", words, "--recordings", table, "--jobs", 1, *more)
    return main([str(one) for one in call])


def test_what_the_words_tell_and_the_voice_does_not_is_fused(
    voice: Path, words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = record(tmp_path / "own"), tmp_path / "own.fusion.json"
    assert fuse(voice, words, table, "--out", out, "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["better"] is True
    assert told["results"]["voice"]["uar"] < 0.45
    assert told["results"]["both"]["uar"] > 0.95
    assert told["results"]["both"]["speakers"] == 8
    assert told["differences"]["voice"]["uar"]["interval"][0] > 0.4
    made = read_fusion(out)
    assert made.voice.labels == VOICE
    assert made.voice.name
    assert min(one.words for one in made.weights) > 0.3
    ambiguous, kind = (0.25, 0.25, 0.25, 0.25), (0.02, 0.94, 0.02, 0.02)
    assert made.combine(ambiguous, kind)[1] > 0.6
    assert made.fitted["better"] is True
    assert "s3" not in out.read_text("utf-8"), "nobody who speaks is named in it"


def test_words_that_are_the_same_whatever_is_felt_write_no_file_unless_it_is_wanted_anyway(
    voice: Path, words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acted = dict.fromkeys(VOICE, ("Kids are talking by the door", "Dogs are sitting by the door"))
    table, out = record(tmp_path / "own", acted), tmp_path / "own.fusion.json"
    assert fuse(voice, words, table, "--out", out) == 1
    told = capsys.readouterr()
    assert "not better than the voice alone" in told.err
    assert "--anyway" in told.err
    assert "Traceback" not in told.err
    assert not out.exists()
    assert fuse(voice, words, table, "--out", out, "--anyway") == 0
    made = read_fusion(out)
    assert [one.words for one in made.weights] == pytest.approx([0.0] * 4, abs=0.05)
    assert made.fitted["better"] is False
    assert fuse(voice, words, table) == 0, "who only wants to know is answered"


def test_recordings_of_two_people_or_of_nobody_known_are_refused(
    voice: Path, words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fuse(voice, words, record(tmp_path / "two", speakers=2)) == 1
    assert "2 speakers" in capsys.readouterr().err
    table = record(tmp_path / "unknown", speakers=3)
    table.write_text(table.read_text("utf-8").replace(",s1,", ",,"), "utf-8")
    assert fuse(voice, words, table) == 1
    assert "speaker" in capsys.readouterr().err


def test_the_words_of_a_table_come_back_as_a_table(voice: Path, words: Path, tmp_path: Path) -> None:
    table, again = record(tmp_path / "own", speakers=3), tmp_path / "again.csv"
    assert fuse(voice, words, table, "--texts", again) == 0
    first, second = (
        {c.path.name: (c.emotion, c.speaker, c.text) for c in read_labelled_table(one)}
        for one in (table, again)
    )
    assert first == second


def test_rows_that_stand_there_again_are_told_and_so_is_a_table_that_is_not_there(
    voice: Path, words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = record(tmp_path / "own", speakers=3)
    head, first, *rest = table.read_text("utf-8").splitlines()
    table.write_text("\n".join((head, first, first, first, *rest)) + "\n", "utf-8")
    assert fuse(voice, words, table) == 0
    assert "2 of 26 rows of" in capsys.readouterr().err
    assert fuse(voice, words, tmp_path / "nix.csv") == 1
    assert "There is no folder or table of recordings" in capsys.readouterr().err


def test_a_model_in_the_wrong_place_is_refused(
    voice: Path, words: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = record(tmp_path / "own", speakers=3)
    assert fuse(words, words, table) == 1
    assert "--text" in capsys.readouterr().err
    assert fuse(voice, voice, table) == 1
    assert "voice model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("path,label\na.wav,happy\n", "lacks the column speaker"),
        ("path,label,speaker\nnone.wav,happy,a\n", "no such file"),
        ("path,label,speaker\na.wav,,a\n", "no label"),
        ("path,label,speaker\n", "names no recordings"),
        ("path,label,speaker\n~nobody-here/a.wav,happy,a\n", "no such file"),
        (f"path,label,speaker\n{'a' * 300}.wav,happy,a\n", "no such file"),
        ('path,label,speaker,text\n"a\nb.wav",happy,a,b\n', "in line 3"),
        (
            'path,label,speaker,text\na.wav,happy,a,"Hi\na.wav,sad,a,Oh\n',
            "no CSV behind line 1: unexpected end",
        ),
        ('path,label,speaker,"text\na.wav,happy,a,Hi\n', "no CSV behind line 0"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_in_a_sentence(
    tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "table.csv").write_text(content, "utf-8")
    with pytest.raises(CorpusError, match=told):
        read_labelled_table(tmp_path / "table.csv")


def test_a_table_may_be_a_spreadsheets(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    content = '\ufeffPath;Label;Speaker;Text\r\na.wav;Joy;Anna;"Well; thank you,\r\nall."\r\n'
    (tmp_path / "table.csv").write_bytes(content.encode())
    (clip,) = read_labelled_table(tmp_path / "table.csv")
    assert (clip.emotion, clip.speaker, clip.text) == ("happy", "folder-Anna", "Well; thank you,\r\nall.")
