"""Numbers in the window are written as its language writes them; in files they keep the point."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from test_small_windows import a_result
from tiny_model import make_tiny_model

from desktop_app.core import language
from desktop_app.core.language import localised
from desktop_app.gui.language import use_language
from desktop_app.gui.plots.curves import hertz_ticks, number_text
from desktop_app.gui.state.analysis import export
from desktop_app.gui.state.entries import told_apart
from desktop_app.gui.state.models import details, file_size, milliseconds
from desktop_app.gui.state.words import in_numbers, moment
from desktop_app.inference.model_library import Origin, listed
from desktop_app.inference.speed import Speed


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    use_language(qapp, "de")
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    language.install(None)
    QLocale.setDefault(QLocale("en"))


def test_english_has_points_and_german_commas(german: None) -> None:
    assert localised("3.5 s, 16,000 Hz. 1.") == "3,5 s, 16.000 Hz. 1."
    language.install(None)
    assert localised("3.5 s, 16,000 Hz. 1.") == "3.5 s, 16,000 Hz. 1."


def test_what_is_shown_in_german_has_commas(german: None, tmp_path: Path) -> None:
    metrics = {
        "uar": 0.762,
        "accuracy": 0.754,
        "ece": 0.08,
        "protocol": "folds",
        "uar_interval": [0.7, 0.805],
    }
    path = make_tiny_model(tmp_path / "one.onnx", ("a", "b"), manifest={"metrics": metrics})
    told = details(listed(path, Origin.FOLDER), Speed(5.25, 2.5))
    rows = dict(told.rows)
    assert "76,2\u00a0%" in told.sentence
    assert "(70,0 bis 80,5)" in rows["Gemessen"]
    assert rows["Tempo hier"].startswith("5,2 ms für 2,5 s")
    assert "16.000 Hz" in rows["Sprache am Stück"]
    assert (file_size(1_800), milliseconds(1.04)) == ("1,8 kB", "1,0 ms")
    assert moment(2.04, 2) == "0:02,04"
    assert (number_text(-0.5, 0.1), hertz_ticks(0, 2500, 6)[1][1]) == ("−0,5", "0,5 kHz")
    assert in_numbers(["arousal"], [0.62]).endswith("0,62")


def test_a_german_export_keeps_the_point(german: None, tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    export(a_result(tmp_path / "talk.wav"), out, "json")
    (found,) = json.loads(out.read_text())["files"]
    assert found["segments"][0]["end_s"] == 1.5
    table = tmp_path / "a.csv"
    export(a_result(tmp_path / "talk.wav"), table, "csv")
    assert "1.5" in table.read_text()
    assert "1,5" not in table.read_text().replace('"', "")


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    paths = ["/a/one/model.onnx", "/b/one/model.onnx", "/b/two/model.onnx", "/b/two/other.onnx"]
    names = told_apart(paths)
    assert names["/b/two/other.onnx"] == "other"
    assert names["/b/two/model.onnx"] == "model (two)"
    assert names["/a/one/model.onnx"] == f"model ({Path('a/one')})"
    assert len(set(names.values())) == 4
