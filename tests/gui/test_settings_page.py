"""The page "Settings": made from the declarations, each change takes effect and is remembered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from desktop_app.gui.app import _apply_options
from desktop_app.gui.state.settings import CHOICES, DECLARATIONS, Group
from desktop_app.gui.state.settings_file import load
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.widgets.pickers import Picker
from desktop_app.gui.window import MainWindow

Until = Callable[..., None]


@pytest.fixture
def page(window: MainWindow) -> MainWindow:
    """A window that shows its settings."""
    window.go("settings")
    QApplication.processEvents()
    return window


def kept(tmp_path: Path) -> dict[str, object]:
    return json.loads((tmp_path / "window.json").read_text())


def pick(window: MainWindow, name: str, value: object) -> None:
    """Choose an entry of a list, as a person does."""
    picker = window.settings_page.rows[name].control
    assert isinstance(picker, Picker)
    place = next(k for k in range(picker.count()) if picker.itemData(k) == value)
    picker.setCurrentIndex(place)
    picker.activated.emit(place)


def press(window: MainWindow, command: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """Give a command other keys, as a person does."""
    window.settings_page.show_group(Group.KEYS)
    row = window.settings_page.keys[command]
    row.control.click()
    QTest.keyClick(row.control, key, modifiers)


NOTHING = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def test_every_setting_that_can_be_chosen_has_a_row_in_its_group(page: MainWindow) -> None:
    rows = page.settings_page.rows
    assert [*rows, "shortcuts"] == list(CHOICES)
    for name, row in rows.items():
        page.settings_page.show_group(DECLARATIONS[name].group)
        QApplication.processEvents()
        assert row.isVisible()
        assert row.title.text() == DECLARATIONS[name].title
        assert not row.back.isVisible(), "nothing is changed yet"


@pytest.mark.parametrize(
    ("name", "value", "in_effect"),
    [
        ("theme", "dark", lambda window: window.theme.tokens.dark),
        ("min_level_dbfs", -45.0, lambda window: window.controller.min_level_dbfs == -45.0),
        ("channel", "2", lambda window: str(window.controller.channel) == "2"),
        ("provider", "cpu", lambda window: window.controller.in_use.provider == "cpu"),
        ("backend", "pyaudio", lambda window: window.controller.backend == "pyaudio"),
        ("detector", "energy", lambda window: window.controller.detector == "energy"),
        ("language", "de", lambda window: "next start" in told(window, "language")),
    ],
)
def test_a_choice_takes_effect_is_remembered_marked_and_can_be_reset(
    page: MainWindow, tmp_path: Path, name: str, value: object, in_effect: Callable[[MainWindow], bool]
) -> None:
    pick(page, name, value)
    assert in_effect(page)
    assert kept(tmp_path)[name] == value
    row = page.settings_page.rows[name]
    assert row.is_changed
    assert not row.back.isHidden()
    row.back.click()
    assert name not in kept(tmp_path)
    assert not row.is_changed


def told(window: MainWindow, name: str) -> str:
    label = window.settings_page.rows[name].told
    return "" if label is None else label.text()


@pytest.mark.parametrize(
    ("name", "in_effect"),
    [
        ("adapt", lambda window: not window.controller.voice.adapts),
        ("reduced_motion", lambda window: window.animator.reduced),
        ("keep_sessions", lambda window: not window.controller.keeper.on),
    ],
)
def test_a_switch_takes_effect_and_is_remembered(
    page: MainWindow, tmp_path: Path, name: str, in_effect: Callable[[MainWindow], bool]
) -> None:
    box = page.settings_page.rows[name].control
    assert isinstance(box, QCheckBox)
    before = box.isChecked()
    box.click()
    assert in_effect(page)
    assert kept(tmp_path)[name] is not before


def test_the_page_tells_what_was_chosen_elsewhere(page: MainWindow) -> None:
    page.actions_["theme_dark"].trigger()
    assert page.settings_page.rows["theme"].row.value == "dark"
    page.actions_["adapt"].trigger()
    assert page.settings_page.rows["adapt"].row.changed


def test_where_the_model_really_runs_is_told(page: MainWindow, model_file: Path, until: Until) -> None:
    page.controller.rest()
    page.start(SourceChoice("demo"), model_file, "cuda", list_devices=False)
    until(lambda: "CPUExecutionProvider" in told(page, "provider"))
    assert told(page, "provider").startswith("In use: the processor")


def test_options_of_the_command_line_win_for_the_run_and_are_not_kept(window: MainWindow) -> None:
    from argparse import Namespace

    window.settings.min_level_dbfs = -40.0
    _apply_options(Namespace(channel=None, adapt="off", detector="energy"), window)
    window.go("settings")
    assert not window.controller.voice.adapts
    assert window.settings.adapt
    assert "command line" in told(window, "adapt")
    assert "command line" not in told(window, "channel")
    assert window.controller.min_level_dbfs == -40.0


def test_a_folder_of_models_offers_those_in_it(
    page: MainWindow, model_file: Path, tmp_path: Path, until: Until
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "mine.onnx").write_bytes(model_file.read_bytes())
    (folder / "notes.txt").write_text("no model")
    page.preferences.set("model_folder", str(folder))
    picker = page.toolbar.model
    until(lambda: "mine" in {picker.itemText(k) for k in range(picker.count())})
    listed = {text for text, _ in page.settings_page.rows["model"].row.entries}
    assert "mine" in listed
    assert "notes" not in listed


def test_the_search_finds_words_of_title_help_and_choices_in_all_groups(page: MainWindow) -> None:
    shown = page.settings_page

    def found() -> set[str]:
        rows = {**shown.rows, **{f"keys of {name}": row for name, row in shown.keys.items()}}
        return {name for name, row in rows.items() if row.isVisible()}

    shown.search.setText("silero")
    assert found() == {"detector", "keys of silero"}
    shown.search.setText("ctrl+k")
    assert found() == {"keys of clear"}
    shown.search.setText("nonsense")
    assert found() == set()
    assert shown.nothing.isVisible()
    shown.search.clear()
    assert found() == {name for name in shown.rows if DECLARATIONS[name].group is Group.SOUND}


class TestKeys:
    def test_other_keys_work_are_remembered_and_told_on_buttons(
        self, page: MainWindow, tmp_path: Path
    ) -> None:
        press(page, "refresh", Qt.Key.Key_R, CTRL)
        assert page.actions_["refresh"].shortcut().toString() == "Ctrl+R"
        assert load(tmp_path / "window.json").shortcuts == {"refresh": "Ctrl+R"}
        assert "(Ctrl+R)" in page.toolbar.refresh.toolTip()
        page.settings_page.keys["refresh"].back.click()
        assert page.actions_["refresh"].shortcut().toString() == "F5"
        assert "(F5)" in page.toolbar.refresh.toolTip()

    def test_keys_of_another_command_are_refused_and_told_whose_they_are(self, page: MainWindow) -> None:
        press(page, "refresh", Qt.Key.Key_E, CTRL)
        row = page.settings_page.keys["refresh"]
        assert page.actions_["refresh"].shortcut().toString() == "F5"
        assert row.control.text() == "F5"
        assert row.told is not None
        assert "“Export the result…”" in row.told.text()

    def test_escape_leaves_them_and_delete_takes_them_away(self, page: MainWindow) -> None:
        press(page, "refresh", Qt.Key.Key_Escape, NOTHING)
        assert page.actions_["refresh"].shortcut().toString() == "F5"
        assert page.on("settings")
        press(page, "refresh", Qt.Key.Key_Delete, NOTHING)
        assert page.actions_["refresh"].shortcut().isEmpty()

    def test_a_key_that_pages_need_themselves_can_be_moved(self, page: MainWindow) -> None:
        toggled: list[bool] = []
        page.toggle_capture = lambda: toggled.append(True)  # type: ignore[method-assign]
        press(page, "capture", Qt.Key.Key_F6, NOTHING)
        page.go("live")
        page.setFocus()
        QTest.keyClick(page, Qt.Key.Key_Space)
        assert toggled == []
        assert page.actions_["capture"].shortcut().toString() == "F6"
        assert "Space" not in page.actions_["capture"].text()


class TestAllAtOnce:
    def test_reset_all_can_be_undone(self, page: MainWindow, tmp_path: Path) -> None:
        pick(page, "theme", "dark")
        pick(page, "min_level_dbfs", -45.0)
        press(page, "refresh", Qt.Key.Key_R, CTRL)
        page.settings_page.reset_all.click()
        assert page.theme.mode != "dark"
        assert page.controller.min_level_dbfs is None
        assert page.actions_["refresh"].shortcut().toString() == "F5"
        assert not kept(tmp_path).keys() & set(CHOICES)
        page.undo()
        assert page.theme.mode == "dark"
        assert page.controller.min_level_dbfs == -45.0
        assert page.actions_["refresh"].shortcut().toString() == "Ctrl+R"

    def test_what_was_chosen_since_is_not_taken_back_with_an_import(
        self, page: MainWindow, tmp_path: Path
    ) -> None:
        pick(page, "theme", "light")
        file = tmp_path / "dark.json"
        file.write_text('{"version": 2, "theme": "dark"}', encoding="utf-8")
        pick(page, "min_level_dbfs", -45.0)
        page.preferences.take_in(file)
        assert page.controller.min_level_dbfs == -45.0, "what the file does not name stays"
        pick(page, "min_level_dbfs", -40.0)
        page.undo()
        assert (page.theme.mode, page.controller.min_level_dbfs) == ("light", -40.0)
        page.preferences.take_in(file)
        pick(page, "theme", "auto")
        page.undo()
        assert page.theme.mode == "auto"

    def test_a_model_that_an_import_brought_goes_with_it(
        self, page: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # It is remembered only once it runs, which takes a moment: until then the settings name the old one.
        asked: list[Path | None] = []
        monkeypatch.setattr(page.choices, "load_model", asked.append)
        file = tmp_path / "model.json"
        file.write_text(json.dumps({"version": 2, "model": str(tmp_path / "mine.onnx")}), encoding="utf-8")
        page.preferences.take_in(file)
        page.undo()
        assert asked == [tmp_path / "mine.onnx", None]

    def test_what_was_exported_is_imported_elsewhere(self, page: MainWindow, tmp_path: Path) -> None:
        pick(page, "theme", "dark")
        pick(page, "channel", "mix")
        page.preferences.export(tmp_path / "out.json")
        assert page.model.notice is not None
        assert page.model.notice.done
        page.settings_page.reset_all.click()
        page.preferences.take_in(tmp_path / "out.json")
        assert page.theme.mode == "dark"
        assert str(page.controller.channel) == "mix"

    def test_keys_that_a_file_gives_twice_are_given_once_and_that_is_told(
        self, page: MainWindow, tmp_path: Path
    ) -> None:
        path = tmp_path / "edited.json"
        path.write_text(json.dumps({"version": 2, "shortcuts": {"freeze": "Q", "jump": "Q", "loop": "Tab"}}))
        page.preferences.take_in(path)
        assert page.settings.shortcuts == {"freeze": "Q"}
        assert page.actions_["jump"].shortcut().toString() == "J"
        assert page.model.notice is not None
        assert "given twice" in page.model.notice.text

    def test_a_file_without_settings_changes_nothing_and_is_told(
        self, page: MainWindow, tmp_path: Path
    ) -> None:
        pick(page, "theme", "dark")
        (tmp_path / "talk.json").write_text("{}")
        page.preferences.take_in(tmp_path / "talk.json")
        assert page.model.notice is not None
        assert page.model.notice.code == "settings.not_settings"
        assert page.theme.mode == "dark"


def test_a_microphone_is_taken_without_being_listened_to(page: MainWindow, tmp_path: Path) -> None:
    page.controller.rest()
    page.preferences.set("device", "Desk Mic, ALSA")
    assert page.controller.choice.device == "Desk Mic, ALSA"
    assert page.controller.paused, "nobody asked to listen"
    assert page.on("settings")
    assert (kept(tmp_path)["device"], kept(tmp_path)["host_api"]) == ("Desk Mic", "ALSA")


def test_with_less_motion_bars_are_at_their_values_at_once(window: MainWindow, until: Until) -> None:
    from desktop_app.gui.look.animator import REDUCED_FRAME_MS
    from desktop_app.gui.look.easing import Easing

    class Bar:
        def __init__(self) -> None:
            self.easing = Easing(1)
            self.seen: list[float] = []

        def step(self, dt_s: float) -> bool:
            moving = self.easing.step(dt_s)
            self.seen.append(float(self.easing.values[0]))
            return moving

    bar = Bar()
    window.animator.reduce(True)
    window.animator.add(bar)
    bar.easing.aim([1.0])
    window.animator.wake()
    assert window.animator.frame_ms == REDUCED_FRAME_MS
    until(lambda: bool(bar.seen))
    assert bar.seen[0] == 1.0


@pytest.mark.parametrize("group", [Group.SOUND, Group.KEYS])
def test_a_wide_window_shows_settings_in_two_columns_and_a_small_one_in_one(
    page: MainWindow, group: Group
) -> None:
    shown = page.settings_page
    shown.show_group(group)
    for width, columns in ((1920, 2), (1280, 1), (760, 1), (1920, 2)):
        page.resize(width, 800)
        QApplication.processEvents()
        rows = [row for row in (*shown.rows.values(), *shown.keys.values()) if row.isVisible()]
        places = sorted({row.x() for row in rows})
        assert len(places) == columns
        heights = [sum(row.height() for row in rows if row.x() == x) for x in places]
        assert max(heights) < 0.7 * sum(heights) or columns == 1
        assert max(row.mapTo(shown, QPoint(row.width(), 0)).x() for row in rows) <= shown.width()
    order = [row.y() for row in rows if row.x() == places[0]]
    assert order == sorted(order), "the same order, down one column and then the other"


def test_settings_stay_where_they_are_while_one_of_them_changes(page: MainWindow) -> None:
    page.resize(1920, 800)
    QApplication.processEvents()
    rows = [row for row in page.settings_page.rows.values() if row.isVisible()]
    before = [row.x() for row in rows]
    pick(page, "backend", "pyaudio")
    QApplication.processEvents()
    assert [row.x() for row in rows] == before
