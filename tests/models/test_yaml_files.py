"""YAML is read as far as a person writes it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import yaml

from models.cli import main
from models.errors import CorpusError, TrainingError
from models.recipes.recipe import load_recipe
from models.yaml_files import DEEPEST, MOST_CHARACTERS, load_yaml

BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def test_what_a_person_writes_is_read_references_included() -> None:
    text = "base: &base {rate: 1, kinds: [a, b]}\none: {<<: *base, rate: 2}\ntwo: *base\n"
    assert load_yaml(text) == yaml.safe_load(text)
    for path in (Path(__file__).parents[2] / "models" / "recipes").glob("*.yaml"):
        assert load_yaml(path.read_text()) == yaml.safe_load(path.read_text())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB, "more than 20,000 values"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "nested more than"),
        ("[" * 100_000, "nested more than"),
        ("a: &a [*a]", "stands for itself"),
        ("x" * (MOST_CHARACTERS + 1), "characters"),
        ("fit:\n  rate: 1\n  epochs: 5\n  rate: 2\n", "'rate' is given twice"),
        ("a: !!python/object/apply:os.system [true]", "could not determine a constructor"),
    ],
)
def test_what_would_unfold_is_refused_at_once(text: str, why: str) -> None:
    start = time.monotonic()
    with pytest.raises(yaml.YAMLError, match=why):
        load_yaml(text)
    assert time.monotonic() - start < 5


def test_a_configuration_that_unfolds_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_text(f"{BOMB}name: *j\n")
    start = time.monotonic()
    assert main(["train", str(path), "--out", str(tmp_path / "out")]) == 1
    assert time.monotonic() - start < 30  # the imports
    told = capsys.readouterr().err
    assert "more than 20,000 values" in told
    assert "(line " in told
    assert len(told) < 1000
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif("EMOSCOPE_CASES" not in os.environ, reason="EMOSCOPE_CASES is not set")
def test_the_file_that_took_minutes_and_gigabytes_is_refused() -> None:
    with pytest.raises(TrainingError, match="more than 20,000 values"):
        load_recipe(Path(os.environ["EMOSCOPE_CASES"]) / "models" / "bomb.yaml")


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"name: \xff\xfe", "not UTF-8"), (b"name: [1, 2", "is not YAML"), (b"folds: " + b"9" * 5000, "digits")],
)
def test_a_broken_configuration_is_told(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=why) as caught:
        load_recipe(path)
    assert len(caught.value.message) < 500


def test_an_endless_configuration_is_not_read() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no endless file")
    with pytest.raises(TrainingError, match="not a regular file"):
        load_recipe(Path("/dev/zero"))


def test_a_table_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    from models.corpora.folder import _read_speakers

    table = tmp_path / "speakers.csv"
    table.write_bytes("path,speaker\na.wav,Anna\nb.wav,Jürgen\n".encode("latin-1"))
    with pytest.raises(CorpusError, match=r"speakers\.csv is not UTF-8: see line 3") as caught:
        _read_speakers(table)
    assert "CSV UTF-8" in caught.value.hint
