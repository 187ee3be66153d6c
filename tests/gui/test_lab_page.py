"""The lab in the window: which stretch it shows, each of its views, what is exported, and what goes wrong."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest
import soundfile
from gui_events import LABELS, engine, final, prediction, show_result
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton

from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.core.envelope import Envelope
from desktop_app.gui import lab as lab_module
from desktop_app.gui.pages.lab import LabPage
from desktop_app.gui.state.lab import VIEWS
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import MINIMUM_SIZE, MainWindow
from desktop_app.lab import tables
from desktop_app.lab.features import Feature, FeatureWorker
from desktop_app.lab.windows import Framing

Until = Callable[..., None]
RATE = 16_000
IN_PROCESS = [view.name for view in VIEWS if not view.by_worker and view.name != "heard"]


def speech(seconds: float) -> np.ndarray:
    times = np.arange(round(RATE * seconds)) / RATE
    saw = sum(np.sin(2 * np.pi * 150.0 * k * times) / k for k in range(1, 8))
    return (0.2 * saw * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * times))).astype(np.float32)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "talk.wav"
    soundfile.write(path, speech(6.0), RATE, subtype="FLOAT")
    return path


ECHO = """
import os, sys, time
import numpy as np
from desktop_app.core.worker_child import serve_many
from desktop_app.lab.features import packed

def work(task, step):
    if task["feature"] == "warm_up":
        return {"result": {}}
    if task["feature"] == "rms":
        os._exit(3)
    if task["feature"] == "centroid":
        time.sleep(60)
    part = {"name": "level", "unit": "dB", "rows": ["100.0 Hz", "200.0 Hz"],
            "values": packed(np.ones((2, 5), np.float32), task["folder"]),
            "heights": packed(np.array([100.0, 200.0]), task["folder"])}
    return {"result": {"times_s": packed(np.arange(5.0), task["folder"]), "parts": [part]}}

sys.exit(serve_many(work))
"""


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of features that is there at once, dies of loudness, and hangs at the centroid."""
    (tmp_path / "an_echo_lab.py").write_text(ECHO)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    made = partial(FeatureWorker, "an_echo_lab", patience_s=0.5, starting_s=20)
    monkeypatch.setattr(lab_module, "FeatureWorker", made)


@pytest.fixture
def page(window: MainWindow, sound: Path, quick: None, until: Until) -> LabPage:
    """The lab, which shows the second second of a recording."""
    window.lab.read(sound, 1.0, 2.0)
    page = window.pages.page("lab")
    assert isinstance(page, LabPage)
    until(lambda: page.clip is not None and page.export_button.isEnabled())
    return page


def show(page: LabPage, name: str, until: Until) -> None:
    page.choose(name)
    until(lambda: page.export_button.isEnabled() and page._room.currentIndex() == 0)


# --- which stretch ------------------------------------------------------------------------------------------


@pytest.fixture
def recording(window: MainWindow, sound: Path, quick: None, until: Until) -> MainWindow:
    """A window that shows a recording with two segments."""
    results = tuple(SegmentResult(begin, begin + 1.5, prediction("sad", 0.6)) for begin in (0.5, 3.0))
    outline = Envelope(RATE)
    outline.push(speech(6.0))
    analysis = RecordingAnalysis(str(sound), 6.0, RATE, results, prediction("sad"))
    show_result(window, AnalyzedRecording(sound, analysis, outline, "tiny", "", "CPU", LABELS))
    until(lambda: window.recording.lanes is not None and window.recording.lanes.sound is not None)
    return window


def looked_at(window: MainWindow, until: Until) -> tuple[float, float]:
    page = window.pages.page("lab")
    assert isinstance(page, LabPage)
    until(lambda: page.clip is not None)
    assert window.on("lab")
    assert page.clip is not None
    return page.clip.start_s, page.clip.end_s


def test_the_chosen_segment_of_a_recording_is_looked_at(recording: MainWindow, until: Until) -> None:
    recording.recording.track.select(1)
    recording.actions_["look_in_lab"].trigger()
    assert looked_at(recording, until) == (3.0, 4.5)


def test_without_a_chosen_segment_it_is_what_is_shown(recording: MainWindow, until: Until) -> None:
    recording.recording.timeline.show_stretch(2.0, 2.5)
    recording.recording.lab_wanted.emit()  # as the context menus do
    assert looked_at(recording, until) == (2.0, 2.5)


def test_live_it_is_what_was_said_last_if_its_sound_is_kept(
    window: MainWindow, sound: Path, quick: None, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    for event in (engine(), final("sad", 4.0, 0, 3.0)):
        window.model.apply(event)
    window.controller.changed.emit()
    window.actions_.refresh()
    assert not window.actions_["look_in_lab"].isEnabled(), "no sound is kept"
    kept = property(lambda _: (sound, 2.0))
    monkeypatch.setattr(type(window.controller.keeper), "sound", kept)
    window.actions_.refresh()
    window.actions_["look_in_lab"].trigger()
    assert looked_at(window, until) == (0.75, 2.25)


def test_without_a_stretch_the_page_says_what_to_do(window: MainWindow, quick: None) -> None:
    window.go("lab")
    page = window.pages.page("lab")
    assert isinstance(page, LabPage)
    assert page.open_button.isVisible()
    assert page.shown_plots() is None


def test_a_file_that_cannot_be_read_is_told_and_the_page_stays(
    page: LabPage, window: MainWindow, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "broken.wav").write_bytes(b"RIFF of nothing")
    window.lab.read(tmp_path / "broken.wav")
    until(lambda: window.model.notice is not None)
    assert "broken.wav" in window.model.notice.message
    assert page.clip is not None
    assert page.clip.name == "talk.wav"


# --- views and exports --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_view_that_needs_no_process_is_drawn_and_exported(
    page: LabPage, window: MainWindow, tmp_path: Path, name: str, until: Until
) -> None:
    show(page, name, until)
    assert page.views is not None
    assert page.shown_plots() is page.views.current
    assert page.views.current.grab().toImage() != QImage()
    window.lab.export(tmp_path / "numbers.csv")
    window.lab.export(tmp_path / "plot.png")
    until(lambda: (tmp_path / "numbers.csv").exists() and (tmp_path / "plot.png").exists())
    assert not QImage(str(tmp_path / "plot.png")).isNull()
    assert len((tmp_path / "numbers.csv").read_text().splitlines()) > 5


def test_what_is_being_exported_when_the_window_closes_is_written(
    page: LabPage, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = tables.write_table

    def slowly(table: tables.Table, path: Path) -> None:
        time.sleep(2.0)
        write(table, path)

    monkeypatch.setattr(tables, "write_table", slowly)
    window.lab.export(tmp_path / "numbers.csv")
    window.close()
    assert (tmp_path / "numbers.csv").exists()


def test_the_energies_beside_the_windows_are_equal_and_exported(
    page: LabPage, window: MainWindow, tmp_path: Path, until: Until
) -> None:
    show(page, "parseval", until)
    shown = [page.numbers.item(row, 1).text() for row in range(page.numbers.rowCount())]
    assert shown[3] == shown[4], "in time and in frequency"
    window.lab.export(tmp_path / "energies.csv")
    until((tmp_path / "energies.csv").exists)
    with (tmp_path / "energies.csv").open() as file:
        rows = {row["number"]: float(row["value"]) for row in csv.DictReader(file)}
    assert float(shown[3]) == pytest.approx(rows["energy of the frames in time"], rel=1e-3)
    assert rows["relative difference of the frames"] < 1e-6


def test_another_window_is_another_answer_and_the_first_one_is_kept(
    page: LabPage, window: MainWindow, until: Until
) -> None:
    show(page, "parseval", until)
    first = window.lab.result
    page.controls.choose(Framing("boxcar", 256, 0.0))
    page.chosen.emit()
    until(lambda: window.lab.result is not None and window.lab.result is not first)
    page.controls.choose(Framing("hann", 512, 0.75))
    page.chosen.emit()
    assert window.lab.result is first


def test_formants_stand_beside_the_poles(page: LabPage, until: Until) -> None:
    show(page, "z_plane", until)
    assert page.numbers.item(0, 0).text() == "F1"
    assert page.views is not None
    plane = page.views.plane
    assert "poles" in plane.accessibleDescription()
    assert page.controls.order.isVisible()
    assert not page.controls.window_.isVisible()


@pytest.mark.slow
def test_every_feature_of_librosa_is_shown_and_its_files_hold_the_numbers_shown(
    window: MainWindow, sound: Path, tmp_path: Path, until: Until
) -> None:
    window.lab.read(sound, 1.0, 2.5)
    page = window.pages.page("lab")
    assert isinstance(page, LabPage)
    for view in (view for view in VIEWS if view.by_worker):
        page.choose(view.name)
        until(lambda: isinstance(window.lab.result, Feature) and page._room.currentIndex() == 0, 240.0)
        found = window.lab.result
        assert isinstance(found, Feature)
        assert found.name == view.name
        path = tmp_path / f"{view.name}.parquet"
        window.lab.export(path)
        until(path.exists)
        read = pyarrow.parquet.read_table(path)
        assert read.num_rows == len(found.times_s)
        names = [row for part in found.parts for row in part.rows]
        assert read.column_names == ["time_s", *names]
        for part in found.parts:
            written = np.array(read.column(part.rows[0]).to_pylist(), dtype=np.float64)
            np.testing.assert_array_equal(written, part.values[0].astype(np.float64))


def test_what_is_under_the_pointer_is_told(page: LabPage, until: Until) -> None:
    show(page, "spectrum", until)
    assert page.views is not None
    plots = page.views.spectrum
    area = plots.rows["curves"].area
    plots._pointed_at = area.center()
    plots._point()
    assert page.readout.whole.startswith("4000 Hz")
    assert page.readout.whole.endswith("dB")


# --- a process that fails -----------------------------------------------------------------------------------


def test_a_process_that_dies_is_told_and_the_page_lives_on(page: LabPage, until: Until) -> None:
    page.choose("rms")
    until(page.again.isVisible)
    assert page.waiting.text().startswith("The computation has broken off. Try it again")
    show(page, "spectrum", until)
    show(page, "stft", until)


def test_one_that_is_too_slow_is_told_in_a_sentence(page: LabPage, until: Until) -> None:
    page.choose("centroid")
    until(page.again.isVisible)
    assert "did not end within" in page.waiting.text()
    page.choose("stft")
    until(lambda: page.export_button.isEnabled() and page._room.currentIndex() == 0)


def test_it_ends_with_the_window(page: LabPage, window: MainWindow, until: Until) -> None:
    show(page, "stft", until)
    window.close()
    assert window.lab.features._worker._worker._process is None


# --- what the model heard -----------------------------------------------------------------------------------


def test_the_model_is_asked_about_each_part_and_can_be_left_alone(
    page: LabPage, window: MainWindow, model_file: Path, tmp_path: Path, until: Until
) -> None:
    window.controller.rest()
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.controller.engine is not None)
    page.choose("heard")
    until(page.controls.run_button.isEnabled)
    page.controls.run_button.click()
    assert page.controls.cancel.isVisible()
    page.controls.cancel.click()
    assert page.controls.run_button.isVisible()
    assert window.lab.result is None
    page.controls.run_button.click()
    until(lambda: window.lab.result is not None)
    assert page.numbers.item(0, 0).text().startswith("Answer: ")
    window.lab.export(tmp_path / "heard.csv")
    until((tmp_path / "heard.csv").exists)
    with (tmp_path / "heard.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 7 * 8 + 7 + 8
    assert all(row["change"] for row in rows)


# --- room ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [view.name for view in VIEWS if not view.by_worker or view.name == "stft"])
def test_nothing_is_cut_off_in_the_smallest_window(page: LabPage, window: MainWindow, name: str) -> None:
    window.resize(*MINIMUM_SIZE)
    page.choose(name)
    for _ in range(5):
        QApplication.processEvents()
    assert (window.width(), window.height()) == MINIMUM_SIZE
    for control in [*page.findChildren(QComboBox), *page.findChildren(QPushButton), page.text]:
        if control.isVisible():
            corner = control.mapTo(window, QPoint(control.width(), control.height()))
            assert corner.x() <= window.width()
            assert corner.y() <= window.height()
            assert control.width() >= min(control.minimumSizeHint().width(), control.sizeHint().width())
    assert page.text.height() >= page.text.heightForWidth(page.text.width())


WINDOW = """
import json, sys
from pathlib import Path
from desktop_app.gui.app import _application
from desktop_app.gui.look.theme import ThemeManager
from desktop_app.gui.plots.later import import_plots
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.window import MainWindow

import_plots()
app = _application()
window = MainWindow(ThemeManager(app, "light"), Settings(), Path(sys.argv[2]), remember=False)
window.show()
window.lab.read(Path(sys.argv[1]), 1.0, 2.0)
window.pages.page("lab").choose("stft")
while window.lab.result is None:
    app.processEvents()
print(json.dumps([name for name in ("librosa", "numba", "scipy") if name in sys.modules]))
window.close()
"""


@pytest.mark.slow
def test_the_windows_own_process_never_imports_librosa(sound: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WINDOW, str(sound), str(tmp_path / "window.json")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
