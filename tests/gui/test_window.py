"""The window fed with events: what it shows, how the keyboard moves, what a screen reader is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from gui_events import LABELS, engine, final, partial, state, tick
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app.core.types import CaptureState, Event, Failure, Levels, StatsSnapshot
from desktop_app.gui.commands import COMMANDS
from desktop_app.gui.look.theme import DARK, LIGHT, ThemeManager
from desktop_app.gui.plots.time_axis import TimeAxis
from desktop_app.gui.state.headline import Action
from desktop_app.gui.state.settings import Settings
from desktop_app.gui.state.settings_file import load
from desktop_app.gui.state.source_choice import SourceChoice, choice_for
from desktop_app.gui.state.words import percent
from desktop_app.gui.widgets.canvas import Canvas
from desktop_app.gui.window import MainWindow


def feed(window: MainWindow, *events: Event) -> None:
    for event in events:
        window.model.apply(event)
    window.controller.changed.emit()


def picture(widget: QWidget) -> bytes:
    image = widget.grab().toImage()  # by a name of its own: the bits die with it
    return bytes(image.constBits())


@pytest.mark.parametrize("size", [(1200, 800), (800, 600)])
@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("value", list(CaptureState))
def test_each_state_is_drawn(
    window: MainWindow, value: CaptureState, mode: str, size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.choices.set_theme(mode)
    feed(window, engine(), tick(0.5), state(value, "Something is wrong with it."))
    assert window.live.headline.headline.title == window.model.headline.title
    assert not window.grab().isNull()
    for action in window.model.headline.actions:
        button = window.live.headline.button(action)
        assert button.isVisible()
        text = button.fontMetrics().horizontalAdvance(button.text())
        assert button.width() >= text + 12, f"{button.text()} is clipped"


def test_an_emotion_and_its_bars_are_drawn_and_read_out(
    window: MainWindow, until: Callable[..., None]
) -> None:
    feed(window, engine(), state(CaptureState.SPEAKING))
    before = picture(window.live.bars)
    feed(window, partial("happy"))
    until(lambda: not window.animator.running)
    assert window.live.bars.values[LABELS.index("happy")] == pytest.approx(0.8)
    assert picture(window.live.bars) != before
    assert window.live.bars.accessibleDescription().startswith("happy 80 %")


@pytest.mark.parametrize("count", [2, 3, 20])
def test_any_number_of_labels_has_its_rows(
    window: MainWindow, count: int, until: Callable[..., None]
) -> None:
    labels = tuple(f"a rather long label {k}" for k in range(count))
    window.resize(800, 600)
    feed(window, engine(labels), partial(labels[-1], labels=labels))
    assert window.live.bars.labels == labels
    until(lambda: window.live.bars.height() >= 20 * count)
    assert not window.grab().isNull()


def test_without_a_result_no_row_claims_zero_percent(window: MainWindow, until: Callable[..., None]) -> None:
    feed(window, engine(), state(CaptureState.SPEAKING), partial("happy"))
    until(lambda: not window.animator.running)
    QApplication.processEvents()
    assert all(text.endswith(" %") for _, text in window.live.bars._drawn)
    window.clear()
    until(lambda: not window.animator.running)
    until(lambda: [text for _, text in window.live.bars._drawn] == ["–"] * 8)


@pytest.mark.parametrize("confidence", [0.745, 0.7449, 0.75, 0.805])
def test_headline_and_bar_tell_the_same_percentage_also_while_the_bar_glides(
    window: MainWindow, until: Callable[..., None], confidence: float
) -> None:
    feed(window, engine(), state(CaptureState.SPEAKING), partial("happy", confidence=0.4))
    until(lambda: not window.animator.running)
    feed(window, partial("happy", 1.25, confidence=confidence))
    window.animator.stop()
    place = LABELS.index("happy")
    headline, bars = window.live.headline, window.live.bars
    told = percent(headline.headline.confidence or 0.0)
    shown = []
    for _ in range(200):
        shown.append((bars.numbers[place], bars.values[place]))
        if not bars.step(0.016):
            break
    assert {number for number, _ in shown} == {told}
    lengths = [length for _, length in shown]
    assert lengths == sorted(lengths)
    assert lengths[0] < 0.5, "the bar itself glides"
    assert bars.values[place] == confidence
    assert told in headline.findChildren(Canvas)[0].accessibleDescription()
    assert f"happy {told}" in bars.accessibleDescription()


def test_uncertain_shows_no_percentage_as_an_answer(window: MainWindow) -> None:
    feed(window, engine(), state(CaptureState.SPEAKING), partial("sad", confidence=0.3, uncertain=True))
    assert window.live.headline.headline.title == "Uncertain"
    assert window.live.headline.headline.confidence is None


def test_until_there_are_labels_the_card_of_the_bars_says_why_it_is_empty(window: MainWindow) -> None:
    def coloured(widget: QWidget) -> int:
        image = widget.grab().toImage()
        return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})

    assert window.live.bars.labels == ()
    assert coloured(window.live.bars) > 3


def test_the_meter_names_its_unit_and_its_marks_are_explained(window: MainWindow) -> None:
    feed(window, engine(), state(CaptureState.LISTENING), tick(0.5))
    window.live.meter.grab()
    assert window.live.meter.accessibleDescription() == "−32 dBFS · speech above −45"
    assert "long line is the threshold" in window.live.meter.toolTip()
    assert "short mark" in window.live.meter.toolTip()
    assert "× 4 in the corner" in window.live.timeline.title.toolTip()


def test_the_meters_text_and_bar_tell_the_same_level_while_they_glide(window: MainWindow) -> None:
    feed(window, engine(), state(CaptureState.LISTENING), tick(0.5))
    window.animator.stop()
    meter = window.live.meter
    for loudness in (-12.4, -95.0, -70.6):
        meter.set_levels(Levels(-30, -20, -18, loudness, -60, -45))
        moved = [meter.drawn_dbfs]
        while meter.step(0.016):
            moved.append(meter.drawn_dbfs)
            assert meter.text.startswith(f"{round(meter.drawn_dbfs)} dBFS".replace("-", "−"))
        assert len(moved) > 5
        assert meter.drawn_dbfs == pytest.approx(loudness)
        assert meter.text == f"{round(loudness)} dBFS · speech above -45".replace("-", "−")
        meter.grab()
        assert meter.accessibleDescription() == meter.text


def test_the_status_strip_speaks_plainly(window: MainWindow) -> None:
    feed(window, engine(), final("sad"))
    assert window.status.text("provider") == "CPU"
    assert window.status.text("model") == "tiny"
    assert window.status.text("inference") == "5.0 ms"
    assert window.status.text("dropped") == "nothing"
    feed(window, StatsSnapshot(60, 0.25, 3, 0, 1, 0, 9, {"p50": 5}, {"p50": 20}, {}))
    assert window.status.text("dropped") == "0.25 s of sound, 1 result"


def test_a_failure_stands_over_the_views_until_it_is_dismissed(window: MainWindow, qtbot: QtBot) -> None:
    feed(window, engine(), Failure("The file is broken.", "Open another one."))
    assert window.banner.message == "The file is broken. Open another one."
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.banner.message == ""
    feed(window, Failure("Install it: sudo apt-get install libportaudio2", "Then look again."))
    assert window.banner.message == "Install it: sudo apt-get install libportaudio2. Then look again."


def test_tab_walks_through_the_controls_in_reading_order(window: MainWindow, qtbot: QtBot) -> None:
    window.controller.in_use.engine = object()  # type: ignore[assignment]
    feed(window, engine(), state(CaptureState.LISTENING))
    window.setFocus()
    seen: list[str] = []
    for _ in range(20):
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if seen and focused.accessibleName() == seen[0]:
            break
        seen.append(focused.accessibleName())
    window.controller.in_use.engine = None
    expected = ["Pause", "Sound source", "Look for microphones", "Channel", "Model", "Open recording", "Menu"]
    assert seen[: len(expected)] == expected
    assert "Sound and probabilities over time" in seen


def test_results_do_not_draw_the_pause_button_anew(window: MainWindow) -> None:
    """Qt keeps a picture of every icon it was ever given: half a megabyte a minute of speech."""
    feed(window, engine(), state(CaptureState.LISTENING), partial("happy"))
    before = window.toolbar.capture.icon().cacheKey()
    feed(window, final("happy"), partial("sad", end_s=4.0, segment=1))
    assert window.toolbar.capture.icon().cacheKey() == before
    feed(window, state(CaptureState.PAUSED))
    paused = window.toolbar.capture.icon().cacheKey()
    assert paused != before
    window.choices.set_theme("dark")
    assert window.toolbar.capture.icon().cacheKey() != paused


def test_space_pauses_and_starts_but_a_focused_button_keeps_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    toggles: list[str] = []
    monkeypatch.setattr(window.controller, "toggle", lambda: toggles.append("toggle"))
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert toggles == ["toggle"]
    refreshes: list[bool] = []
    monkeypatch.setattr(window.controller, "list_devices", lambda *, refresh: refreshes.append(refresh))
    window.toolbar.refresh.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.toolbar.refresh, Qt.Key.Key_Space)
    assert refreshes == [True]
    assert toggles == ["toggle"]


def test_a_mouse_click_leaves_space_to_pausing(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(window.toolbar.refresh, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is not window.toolbar.refresh


def test_the_shortcuts_are_all_different(window: MainWindow) -> None:
    keys = [action.shortcut().toString() for action in window.actions() if not action.shortcut().isEmpty()]
    assert {"Ctrl+O", "Ctrl+D", "Ctrl+M", "Ctrl+E", "Ctrl+Q", "F1", "F5", "F10"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_switching_the_theme_repaints_the_running_window(window: MainWindow) -> None:
    feed(window, engine(), state(CaptureState.LISTENING), tick(0.5))
    light = picture(window)
    window.choices.set_theme("dark")
    assert window.live.bars.tokens is DARK
    assert picture(window) != light
    assert window.settings.theme == "dark"


def test_the_window_follows_the_system_from_light_to_dark_and_back(
    window: MainWindow, until: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform tells Qt, and Qt tells with the style hints' signal."""
    hints = QApplication.styleHints()
    system = [Qt.ColorScheme.Light]

    class Hints:
        """The style hints of a platform that has colour schemes; offscreen has none."""

        def __getattr__(self, name: str) -> object:
            return getattr(hints, name)

        def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802
            return system[0]

    monkeypatch.setattr(window.theme, "_app", _AppWith(Hints(), window.theme._app))
    feed(window, engine(), state(CaptureState.LISTENING), tick(0.5), partial("happy"))
    window.choices.set_theme("auto")
    light = picture(window)
    system[0] = Qt.ColorScheme.Dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    until(lambda: not window.animator.running)
    assert window.theme.tokens is DARK
    for part in (window.live.bars, window.live.plots, window.live.meter):
        assert part.tokens is DARK
    assert window.grab().toImage().pixelColor(3, 3).name().upper() == DARK.window
    assert QApplication.palette().window().color().name().upper() == DARK.window
    assert picture(window) != light
    system[0] = Qt.ColorScheme.Light
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert window.theme.tokens is LIGHT
    window.choices.set_theme("light")
    system[0] = Qt.ColorScheme.Dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert window.theme.tokens is LIGHT  # what a person chose stays


class _AppWith:
    """The application, with other style hints."""

    def __init__(self, hints: object, app: QApplication) -> None:
        self._hints, self._app = hints, app

    def styleHints(self) -> object:  # noqa: N802
        return self._hints

    def __getattr__(self, name: str) -> object:
        return getattr(self._app, name)


def test_arrow_keys_read_the_timeline(window: MainWindow, qtbot: QtBot) -> None:
    feed(window, engine(), tick(10.0), final("sad", 4.0, 0), final("happy", 8.0, 1, start_s=6.0))
    timeline = window.live.plots
    assert timeline is not None
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(timeline, Qt.Key.Key_Left)
    assert "Happy 80 %" in timeline.accessibleDescription()
    qtbot.keyClick(timeline, Qt.Key.Key_Left)
    assert "Sad 80 %" in timeline.accessibleDescription()


def test_a_time_axis_goes_there_and_back() -> None:
    axis = TimeAxis(10.0, 40.0, 34.0, 600.0)
    assert axis.time(axis.x(17.5)) == pytest.approx(17.5)
    assert axis.ticks()[0] >= 10.0
    assert len(axis.ticks()) <= 10


@pytest.mark.parametrize(
    ("source", "device", "choice"),
    [
        (None, None, SourceChoice("microphone")),
        ("mic", "USB", SourceChoice("microphone", "USB")),
        ("demo", None, SourceChoice("demo")),
        ("a.wav", None, SourceChoice("file", path="a.wav")),
    ],
)
def test_the_command_line_chooses_the_source(source: str, device: str, choice: SourceChoice) -> None:
    assert choice_for(source, device) == choice


def test_closing_remembers_the_window(qapp: QApplication, theme: ThemeManager, tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    window = MainWindow(theme, Settings(), path)
    window.show()
    window.resize(900, 640)
    qapp.processEvents()
    window.close()
    window.deleteLater()
    geometry = load(path).geometry
    assert geometry is not None
    assert geometry[2:] == (900, 640)


def test_a_window_remembered_on_a_screen_that_is_gone_comes_back_visible(
    qapp: QApplication, theme: ThemeManager
) -> None:
    window = MainWindow(theme, Settings(geometry=(40000, 40000, 900, 640)), remember=False)
    assert any(screen.availableGeometry().intersects(window.geometry()) for screen in qapp.screens())
    window.close()
    window.deleteLater()


def test_the_headlines_buttons_do_what_they_say(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[SourceChoice] = []
    monkeypatch.setattr(window.controller, "set_source", chosen.append)
    feed(window, engine(), state(CaptureState.NO_MICROPHONE))
    window.live.headline.button(Action.PLAY_DEMO).click()
    assert chosen == [SourceChoice("demo")]


def test_the_guide_names_every_key() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "window.md").read_text(encoding="utf-8")
    told = {line.split("|")[1].strip() for line in guide.splitlines() if line.startswith("| ")}
    assert {command.keys for command in COMMANDS if command.keys} <= told
