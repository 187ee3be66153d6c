"""The page of models: what is at hand, using one, adding, exporting, comparing and deleting them."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dragging import drag
from gui_events import LABELS, state
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot
from tiny_model import make_tiny_model

from desktop_app.audio.demo import demo_path
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import CaptureState
from desktop_app.gui import model_shelf, model_speeds
from desktop_app.gui.pages.models import ModelsPage
from desktop_app.gui.state import model_export
from desktop_app.gui.state.models import details, row
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.window import DEFAULT_SIZE, MINIMUM_SIZE, MainWindow
from desktop_app.inference.model_library import ModelLibrary, Origin, listed
from desktop_app.inference.shipped import shipped_model
from desktop_app.inference.speed import MeasuredSpeeds, Speed

Until = Callable[..., None]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The model folder, in which there are two."""
    made = tmp_path / "models"
    made.mkdir()
    monkeypatch.setenv("EMOSCOPE_MODELS", str(made))
    (tmp_path / "data").mkdir()  # where the trash is
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    make_tiny_model(made / "one.onnx", LABELS, manifest={"name": "One"}, sharpness=30)
    make_tiny_model(made / "two.onnx", LABELS, manifest={"name": "Two"}, sharpness=30, seed=5)
    return made


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of those whose speed was measured, which takes no time here."""
    names: list[str] = []

    def measure(model: object, **_: object) -> Speed:
        names.append(model.name)  # type: ignore[attr-defined]  # a listed model
        return Speed(12.0, 3.0)

    monkeypatch.setattr(model_speeds, "measure_speed", measure)
    known = MeasuredSpeeds(tmp_path / "speeds.json")
    monkeypatch.setattr(model_speeds, "MeasuredSpeeds", lambda: known)
    return names


@pytest.fixture
def at_models(window: MainWindow, model_file: Path, until: Until, measured: list[str]) -> MainWindow:
    """A window that shows the page, and uses a model that lies elsewhere."""
    window.controller.rest()
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.controller.engine is not None)
    window.go("models")
    until(lambda: bool(titles(window)))
    return window


def titles(window: MainWindow) -> list[str]:
    return [each.title for each in window.models_page.list.rows.rows]


def look_at(window: MainWindow, title: str) -> ModelsPage:
    page = window.models_page
    page.list.setCurrentIndex(page.list.rows.index(titles(window).index(title)))
    return page


def values(page: ModelsPage) -> dict[str, str]:
    found = [(name, value) for name, value in page.card._values if not name.isHidden()]
    return {name.text(): value.text().replace("\u200b", "") for name, value in found}


def test_all_are_listed_and_the_one_in_use_is_looked_at(at_models: MainWindow, model_file: Path) -> None:
    assert titles(at_models) == ["whisper-base-4-tuned", "One", "Two", "tiny"]
    chosen = at_models.models_page.list.chosen
    assert chosen is not None
    assert chosen.model.path == model_file
    assert chosen.marks == ("in use",)
    assert chosen.detail.startswith("Elsewhere on the disk · 8 emotions")
    assert at_models.models_page.count.text() == "4 models"


def test_what_a_file_says_of_itself_is_told_with_its_protocol_and_interval() -> None:
    shipped = listed(shipped_model(), Origin.SHIPPED)
    told = details(shipped, Speed(56.7, 3.0))
    rows = dict(told.rows)
    assert told.recall is not None
    assert told.recall.interval is not None
    assert "tested on 20 speakers. Guessing gives 12.5\u00a0%." in told.sentence
    assert rows["Measured"] == "UAR 76.2\u00a0% (71.6 to 80.5), accuracy 75.4\u00a0%, 20 speakers"
    assert "disjoint speakers" in rows["How"]
    assert rows["Licence"] == "CC BY-NC-SA 4.0: not for commercial use"
    assert rows["Speed here"] == "57 ms for 3 s of speech, on the processor"
    assert rows["Speakers"] == "45"


def test_of_a_model_that_nobody_measured_nothing_is_claimed(folder: Path) -> None:
    plain = make_tiny_model(
        folder / "plain.onnx",
        manifest={"metrics": {"protocol": "not measured", "uar": None, "accuracy": None, "ece": None}},
    )
    told = details(listed(plain, Origin.FOLDER), None)
    assert "nothing was measured" in told.sentence
    assert told.recall is None
    assert dict(told.rows)["Measured"] == "Nothing"
    assert dict(told.rows)["Speed here"] == "Being measured…"


def test_a_broken_file_is_listed_with_its_reason_and_cannot_be_used(folder: Path) -> None:
    broken = folder / "broken.onnx"
    broken.write_bytes(b"no model")
    found = row(listed(broken, Origin.FOLDER), None, None)
    assert found.marks == ("cannot be used",)
    assert not found.usable
    assert not found.comparable
    assert "not an ONNX model" in found.spoken


def test_enter_uses_the_chosen_one(at_models: MainWindow, folder: Path, until: Until, qtbot: QtBot) -> None:
    page = look_at(at_models, "Two")
    assert page.card.title.text() == "Two"
    assert page.card.use.isEnabled()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    until(lambda: at_models.controller.engine.name == "Two")
    until(lambda: page.card.use.text() == "In use")
    assert at_models.controller.engine is not None
    assert at_models.controller.engine.path == folder / "two.onnx"
    assert not page.card.delete.isEnabled(), "what is in use is not deleted"


def test_speeds_are_measured_one_after_the_other_while_the_page_is_in_sight(
    at_models: MainWindow, measured: list[str], until: Until
) -> None:
    until(lambda: len(measured) == 4)
    assert measured[0] == "tiny", "the one that is looked at comes first"
    assert values(look_at(at_models, "One"))["Speed here"] == "12 ms for 3 s of speech, on the processor"
    at_models.models_page.card.measure.click()
    until(lambda: measured[4:] == ["One"])


def test_a_dropped_file_is_tried_and_kept_and_a_broken_one_refused_in_a_sentence(
    at_models: MainWindow, folder: Path, tmp_path: Path, until: Until
) -> None:
    new = make_tiny_model(tmp_path / "new.onnx", ("a", "b"), manifest={"name": "New"}, untried=True)
    assert at_models.models_page.takes([new]) == "Drop to keep this model"
    assert drag(at_models, new)
    until(lambda: "New" in titles(at_models), 30.0)
    assert (folder / "new.onnx").is_file()
    assert at_models.models_page.card.title.text() == "New"
    # A name of its own: other tests have files of the same bytes, and pretend that they were tried.
    told = {"name": "Broken on the page"}
    broken = make_tiny_model(tmp_path / "bad.onnx", nan_weights=True, untried=True, manifest=told)
    assert drag(at_models, broken)
    until(lambda: "bad.onnx' is refused" in at_models.banner.message, 30.0)
    assert not (folder / "bad.onnx").exists()
    assert at_models.models_page.work.isHidden()


def test_a_deleted_model_lies_in_the_trash_and_comes_back(
    at_models: MainWindow, folder: Path, tmp_path: Path, until: Until, qtbot: QtBot
) -> None:
    page = look_at(at_models, "One")
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    until(lambda: "One" not in titles(at_models))
    assert not (folder / "one.onnx").exists()
    assert at_models.banner.message == "The model One is deleted."
    assert list((tmp_path / "data" / "Trash" / "files").iterdir())
    at_models.undo()
    until(lambda: "One" in titles(at_models))
    assert (folder / "one.onnx").is_file()


def test_the_shipped_one_cannot_be_deleted(at_models: MainWindow, qtbot: QtBot) -> None:
    page = look_at(at_models, "whisper-base-4-tuned")
    assert not page.card.delete.isEnabled()
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert shipped_model().is_file()
    assert at_models.banner.message == "whisper-base-4-tuned came with the program, so it is not deleted."


def test_del_on_the_model_in_use_says_what_to_do(at_models: MainWindow, qtbot: QtBot) -> None:
    page = look_at(at_models, "tiny")
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert "tiny is in use" in at_models.banner.message
    assert "Use another model, then remove this one." in at_models.banner.message


def test_two_of_one_name_are_told_apart_by_their_files(
    at_models: MainWindow, folder: Path, until: Until
) -> None:
    make_tiny_model(folder / "one of last week.onnx", ("a", "b"), manifest={"name": "One"})
    at_models.models.refresh()
    rows = at_models.models_page.list.rows
    until(lambda: titles(at_models).count("One") == 2)
    told = {row.title: row.file for row in rows.rows if row.title != "One"}
    assert set(told.values()) == {""}
    assert {row.file for row in rows.rows if row.title == "One"} == {"one", "one of last week"}
    look_at(at_models, "Two")
    menu = {action.text() for action in at_models.models_page.card._menu.actions()}
    assert {"One (one)", "One (one of last week)"} <= menu


def test_a_file_from_elsewhere_is_only_taken_out_of_the_list(
    at_models: MainWindow, model_file: Path, until: Until
) -> None:
    at_models.models.use(listed(shipped_model(), Origin.SHIPPED))
    until(lambda: at_models.controller.engine.name == "whisper-base-4-tuned")
    page = look_at(at_models, "tiny")
    until(page.card.delete.isEnabled)
    assert page.card.delete.text() == "Remove"
    page.card.delete.click()
    until(lambda: "tiny" not in titles(at_models))
    assert model_file.is_file()
    at_models.undo()
    until(lambda: "tiny" in titles(at_models))


def test_two_are_compared_on_a_recording_with_its_labels(
    at_models: MainWindow, tmp_path: Path, until: Until, qtbot: QtBot
) -> None:
    talk = tmp_path / "talk.ogg"
    shutil.copy(demo_path(), talk)
    page = look_at(at_models, "One")
    menu = {action.text(): action for action in page.card._menu.actions()}
    assert set(menu) == {"whisper-base-4-tuned", "Two", "tiny"}
    menu["Two"].trigger()
    side = page.compared_side
    assert page.side == "compared"
    assert side.heading.whole == "One and Two"
    assert side.takes([talk]) == "Drop to compare both on talk.ogg"
    assert drag(at_models, talk)
    until(lambda: side.shows_result, 30.0)
    rows = side.table.rows
    assert rows.rowCount() >= 5
    assert "Nobody labelled" in side.verdict.text()
    first = rows.segment(0)
    note = {"start_s": first.start_s, "end_s": first.end_s, "label": first.first.label}
    _label(talk, note)
    side.recording_chosen.emit(talk)
    until(lambda: side.shows_result and "Of 1 segment" in side.verdict.text(), 30.0)
    different = side.lanes.accessibleDescription().split(", ")[1].split()[0]
    side.only_different.click()
    assert str(rows.rowCount()) == different
    qtbot.keyClick(at_models, Qt.Key.Key_Escape)
    assert page.side == "list"


def _label(talk: Path, note: dict[str, object]) -> None:
    """As the page of recordings keeps it beside the recording."""
    from desktop_app.analysis.corrections import Correction
    from desktop_app.analysis.corrections_file import CorrectionsFile

    CorrectionsFile(talk, 30.0).put(Correction(**note))  # type: ignore[arg-type]


def test_a_comparison_can_be_cancelled(at_models: MainWindow, until: Until) -> None:
    page = look_at(at_models, "One")
    page.card._menu.actions()[0].trigger()
    side = page.compared_side
    side.demo_button.click()
    assert not side.cancel.isHidden()
    side.cancel.click()
    assert side.open_button.isVisible()
    QApplication.processEvents()
    assert not side.shows_result


class TestExport:
    @pytest.fixture
    def hub_folder(self, tmp_path: Path) -> Path:
        made = tmp_path / "wav2vec2-er"
        made.mkdir()
        (made / "config.json").write_text(json.dumps({"model_type": "wav2vec2"}))
        return made

    def test_what_is_missing_is_told_with_a_line_to_copy(
        self, at_models: MainWindow, hub_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(model_export, "find_spec", lambda name: None if name == "torch" else object())
        page = at_models.models_page
        assert "Hugging Face" in page.takes([hub_folder])
        assert drag(at_models, hub_folder)
        assert page.install.isVisible()
        assert "torch must be installed" in page.install.told.text()
        page.install.copy.click()
        assert QGuiApplication.clipboard().text() == 'pip install -e ".[cpu,train]"'

    def test_a_folder_is_exported_with_progress_and_kept(
        self,
        at_models: MainWindow,
        hub_folder: Path,
        folder: Path,
        until: Until,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        told: list[tuple[str, int, int]] = []

        def export(source: Path, out: Path, *, on_step: Callable[..., None], **_: object) -> None:
            on_step("verifying", 3, 9)
            make_tiny_model(out, ("a", "b"), manifest={"name": source.name})

        monkeypatch.setattr(model_shelf, "export_folder", export)
        show = at_models.models_page.work.show_work
        monkeypatch.setattr(
            at_models.models_page.work, "show_work", lambda *what: told.append(what) or show(*what)
        )
        at_models.models.export(hub_folder)
        until(lambda: "wav2vec2-er" in titles(at_models))
        assert ("Exporting wav2vec2-er: verifying", 3, 9) in told
        assert "kept as wav2vec2-er.onnx" in at_models.banner.message
        assert at_models.models_page.work.isHidden()

    def test_a_folder_that_does_not_name_its_outputs_is_asked_about(
        self, at_models: MainWindow, hub_folder: Path, until: Until, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given: list[list[str] | None] = []

        def export(source: Path, out: Path, *, labels: list[str] | None, **_: object) -> None:
            given.append(labels)
            if labels is None:
                raise EmoscopeError("It does not name its 2 classes.", code="export.labels.numbers")
            make_tiny_model(out, labels, manifest={"name": "Named"})

        monkeypatch.setattr(model_shelf, "export_folder", export)
        monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("dull, bright", True))
        at_models.models.export(hub_folder)
        until(lambda: "Named" in titles(at_models))
        assert given == [None, ["dull", "bright"]]


@pytest.mark.parametrize("size", [DEFAULT_SIZE, MINIMUM_SIZE], ids=["default", "smallest"])
def test_nothing_of_the_page_is_cut_off(at_models: MainWindow, size: tuple[int, int], until: Until) -> None:
    at_models.resize(*size)
    for _ in range(5):
        QApplication.processEvents()
    page = look_at(at_models, "whisper-base-4-tuned")
    QApplication.processEvents()
    for part in (page.add, page.export, page.folder, page.card.use, page.card.compare, page.card.delete):
        assert part.visibleRegion().boundingRect() == part.rect(), part.text()
        assert part.width() >= part.minimumSizeHint().width(), part.text()


def test_the_folder_of_the_library_is_that_of_the_environment(folder: Path) -> None:
    assert ModelLibrary().folder == folder


def test_nothing_is_timed_while_somebody_speaks_or_another_page_is_in_sight(
    window: MainWindow, model_file: Path, until: Until, measured: list[str]
) -> None:
    window.controller.rest()
    window.start(SourceChoice("demo"), model_file, list_devices=False)
    until(lambda: window.model.state is CaptureState.PAUSED)
    window.model.apply(state(CaptureState.SPEAKING))
    window.go("models")
    window.models.speeds._timer.setInterval(20)
    until(lambda: len(titles(window)) == 4)
    for _ in range(20):
        QApplication.processEvents()
        time.sleep(0.005)
    assert measured == []
    window.model.apply(state(CaptureState.LISTENING))
    until(lambda: bool(measured))
    window.go("live")
    assert not window.models.speeds._timer.isActive()
