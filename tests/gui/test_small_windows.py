"""Nothing that matters is cut off, however small the window and however long a message is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gui_events import LABELS, engine, final, prediction, show_result, state, tick
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF
from PySide6.QtWidgets import QApplication, QLabel, QStyle, QWidget

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.result import RecordingAnalysis, SegmentResult
from desktop_app.core.envelope import Envelope
from desktop_app.core.types import CaptureState, Event
from desktop_app.gui.look.theme import Space, Type
from desktop_app.gui.pages.lab import LabPage
from desktop_app.gui.pages.page import WORDS_PX
from desktop_app.gui.plots.curves import Curve, words_px
from desktop_app.gui.plots.lab import CurvePlots, FeaturePlots
from desktop_app.gui.state.lab import view_of
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.recording_sound import RecordingSound
from desktop_app.gui.state.source_choice import SourceChoice
from desktop_app.gui.views import VIEWS
from desktop_app.gui.widgets.bars import BarsWidget
from desktop_app.gui.widgets.headline import fitting
from desktop_app.gui.window import DEFAULT_SIZE, MINIMUM_SIZE, MainWindow
from desktop_app.lab.clip import Clip
from desktop_app.lab.features import Feature, Part

ROOMS = range(150, 330)
LONG = Notice(
    "The model file '/home/somebody/a/rather/long/folder/for/models/broken.onnx' is refused: its metadata "
    "holds no 'labels'.",
    "Export the model again with emoscope-export, which writes the manifest that the analyzer needs. The "
    "model in use stays.",
)
SIZES = [DEFAULT_SIZE, (800, 600), MINIMUM_SIZE]
SPEAKING = (state(CaptureState.SPEAKING), tick(3.0), final("surprised", 3.0))
PAUSED = (*SPEAKING[:2], final("surprised", 3.0), state(CaptureState.PAUSED))
MUTED = (
    state(
        CaptureState.MUTED,
        "The microphone delivers nothing but zeros: unmute it, or allow this program to use it in the "
        "system's privacy settings.",
    ),
)

sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


def show(window: MainWindow, size: tuple[int, int], *events: Event) -> None:
    window.resize(*size)
    for event in (engine(), *events):
        window.model.apply(event)
    window.controller.changed.emit()
    for _ in range(5):  # layouts settle
        QApplication.processEvents()


def in_sight(widget: QWidget, window: MainWindow) -> bool:
    """Whether no parent cuts anything of the widget off."""
    return widget.isVisible() and widget.visibleRegion().boundingRect() == widget.rect()


def all_bars_in_sight(bars: BarsWidget, window: MainWindow) -> bool:
    return in_sight(bars, window) and bars.height() >= 16 * len(LABELS)


@sizes
@pytest.mark.parametrize("events", [SPEAKING, MUTED], ids=["emotion", "trouble"])
def test_all_bars_are_in_sight(window: MainWindow, size: tuple[int, int], events: tuple[Event, ...]) -> None:
    show(window, size, *events)
    assert (window.width(), window.height()) == size
    assert all_bars_in_sight(window.live.bars, window)
    assert in_sight(window.live.headline, window)


@sizes
def test_what_is_wrong_is_read_whole_and_apart_from_its_buttons(
    window: MainWindow, size: tuple[int, int]
) -> None:
    show(window, size, *MUTED)
    canvas = window.live.headline._canvas
    needed = 46 + 2 + canvas._detail_height(44)
    assert canvas.height() - canvas.reserved >= needed
    assert in_sight(window.live.headline.button(canvas.headline.actions[0]), window)


@sizes
def test_a_long_message_is_read_whole_and_leaves_most_of_the_page(
    window: MainWindow, size: tuple[int, int]
) -> None:
    show(window, size, *SPEAKING)
    window.model.notify(LONG)
    show(window, size)
    banner = window.banner
    words = banner.findChild(QLabel)
    assert isinstance(words, QLabel)
    assert words.height() >= words.heightForWidth(words.width())
    assert in_sight(banner, window)
    assert banner.height() < 0.15 * size[1]
    assert in_sight(window.live.headline, window)
    assert window.live.headline.mapTo(window, window.live.headline.rect().bottomLeft()).y() < banner.y()


def test_a_low_window_spends_its_room_on_bars_not_on_air(window: MainWindow) -> None:
    show(window, MINIMUM_SIZE, *SPEAKING)
    assert window.live.bars.height() >= 24 * len(LABELS)
    assert window.live.meter.isVisible()


@pytest.mark.parametrize("events", [SPEAKING, PAUSED, MUTED], ids=["speaking", "paused", "trouble"])
def test_two_models_leave_the_headline_its_room(window: MainWindow, events: tuple[Event, ...]) -> None:
    answers = window.controller.second.answers
    answers.begin("another", LABELS)
    answers.final(2.0, prediction("sad"), prediction("surprised"))
    show(window, MINIMUM_SIZE, *events)
    window.live.show_second(answers)
    for _ in range(5):
        QApplication.processEvents()
    live = window.live
    canvas = live.headline._canvas
    for part in (live.headline, *(live.headline.button(action) for action in canvas.headline.actions)):
        assert in_sight(part, window)
    shown = live.meter.isVisible()
    assert not shown or live.headline.geometry().bottom() < live.meter.y(), "they overlap"
    told = 0 if canvas.headline.condition is None else 22
    assert canvas.height() - canvas.reserved >= 46 + 2 + told + canvas._detail_height(44)
    assert live.second_bars.isVisible()
    least = 96 if events is not MUTED else 60  # they scroll
    for bars in filter(QWidget.isVisible, (live.bars, live.second_bars)):
        assert bars.visibleRegion().boundingRect().height() >= least


def a_result(path: Path) -> AnalyzedRecording:
    results = tuple(
        SegmentResult(2.0 * k, 2.0 * k + 1.5, prediction("neutral", 0.36, uncertain=k % 3 == 2))
        for k in range(9)
    )
    envelope = Envelope(16000)
    envelope.push(np.full(16000 * 20, 0.1, np.float32))
    analysis = RecordingAnalysis(str(path), 20.0, 16000, results, prediction("neutral"))
    return AnalyzedRecording(path, analysis, envelope, "tiny", "", "CPUExecutionProvider", LABELS)


@sizes
def test_a_recordings_table_has_whole_columns_and_whole_rows(
    window: MainWindow, tmp_path: Path, size: tuple[int, int]
) -> None:
    show_result(window, a_result(tmp_path / "talk.wav"))
    show(window, size)
    table = window.recording.table
    assert all_bars_in_sight(window.recording.bars, window)
    header = table.horizontalHeader()
    font = QFont(header.font())
    font.setWeight(QFont.Weight.DemiBold)
    bold = QFontMetrics(font)
    for column in range(header.count()):
        if table.isColumnHidden(column):
            unasked = table.segments.titles[column] == "Said"
            assert unasked or size < DEFAULT_SIZE, "there is room for all of them"
            continue
        title = str(table.segments.headerData(column, header.orientation()))
        assert header.sectionSize(column) >= bold.horizontalAdvance(title) + 12, title
        if column < 4:  # the last ones say more in their tooltips
            assert table.sizeHintForColumn(column) <= header.sectionSize(column), title
    assert header.length() <= table.viewport().width()
    assert not table.isColumnHidden(5), "notes can be written at any size"
    whole = table.segments.headerData(3, header.orientation(), Qt.ItemDataRole.AccessibleTextRole)
    assert whole == "Confidence"
    if not table.isColumnHidden(4):
        longest = table.fontMetrics().horizontalAdvance("surprised 26 %")
        assert header.sectionSize(4) >= longest + 12
    row, height = table.rowHeight(0), table.viewport().height()
    assert height >= row
    assert height % row < 10, "a row is cut"
    assert window.recording.header.name.text() == "talk.wav"


def test_what_a_person_said_and_whose_voice_it_is_are_read_whole(window: MainWindow, tmp_path: Path) -> None:
    show_result(window, a_result(tmp_path / "talk.wav"))
    show(window, MINIMUM_SIZE)
    panel, table = window.recording.panel, window.recording.table
    panel.show_said({0: Correction(0.0, 1.5, "surprised", "a note")})
    panel.left_out.setText("12 sounds without a voice left out")
    panel.show_voice("Voice: speaker 1, 120 s known, counts 65 %")
    QApplication.processEvents()
    font = QFont(table.font())
    font.setWeight(QFont.Weight.DemiBold)
    assert table.columnWidth(2) >= QFontMetrics(font).horizontalAdvance("Surprised") + 30
    assert table.horizontalHeader().sectionSize(5) >= QFontMetrics(font).horizontalAdvance("Note") + 12
    for label in (panel.left_out, panel.voice):
        assert label.isHidden() or label.width() >= label.sizeHint().width()


def test_the_pickers_read_whole_in_the_smallest_window(window: MainWindow) -> None:
    show(window, MINIMUM_SIZE)
    toolbar = window.toolbar
    window.choices.use_source(SourceChoice("demo"))
    QApplication.processEvents()
    for picker in (toolbar.source, toolbar.channel, toolbar.model):
        assert not picker.cut, picker.shown
    assert toolbar.open.accessibleName() == "Open recording"
    window.resize(*DEFAULT_SIZE)
    QApplication.processEvents()
    assert toolbar.open.text().strip() == "Open recording…"


def test_the_titles_of_the_lab_and_the_foot_of_the_models_are_whole(window: MainWindow) -> None:
    show(window, MINIMUM_SIZE)
    window.go("lab")
    lab = window.pages.page("lab")
    assert isinstance(lab, LabPage)
    samples = np.zeros(3 * 22050, np.float32)
    lab.show_clip(Clip(samples, 22050, "a talk of Ada.wav", 2.0), RecordingSound(22050))
    window.go("models")
    window.models_page.count.setText("40 models, of which 12 cannot be used")
    QApplication.processEvents()
    count = window.models_page.count
    assert count.height() >= count.heightForWidth(count.width())
    window.go("lab")
    for _ in range(5):
        QApplication.processEvents()
    assert lab.about.text() == lab.about.whole


@pytest.mark.parametrize("page", ["models", "voices", "train"])
def test_words_and_fields_are_not_stretched_over_a_huge_screen(window: MainWindow, page: str) -> None:
    made = window.pages.page(page)
    window.go(page)
    for size in ((3840, 2160), (1920, 1080)):
        show(window, size)
        layout = made.layout()
        assert layout is not None
        around = layout.contentsMargins()
        assert around.left() == around.right()
        assert made.width() - 2 * around.left() <= WORDS_PX
        assert around.left() == Space.L or size == (3840, 2160), "all of a full HD screen is used"


@pytest.mark.parametrize("height", [150, 300])
def test_a_curve_lies_beneath_its_title(qapp: QApplication, height: int) -> None:
    times = np.linspace(0, 3, 200)
    part = Part("strength", "", ("strength",), np.ones((1, 200), np.float32), np.zeros(1))
    host = QWidget()  # pyqtgraph's own `close` leaves a view that cannot be deleted
    host.resize(600, height)
    shown, curves = FeaturePlots(host), CurvePlots("Hz", host)
    shown.resize(300, height)
    curves.resize(300, height)
    host.show()
    shown.show_feature(Feature("rms", times, (part,)), view_of("rms"))
    xs = np.linspace(0, 8000, 400)
    lines = [Curve(xs, np.full(400, -20.0), title=title) for title in ("Response", "Spectrum")]
    curves.show_curves(lines, left=0, right=8000, low=-90, high=-20, title="Level (dB)", unit="dB")
    for _ in range(5):
        qapp.processEvents()
    for row, highest, lines_of_words in ((shown._rows[0], 1.0, 1), (curves._row, -20.0, 2)):
        low, high = row.box.viewRange()[1]
        from_top = row.area.height() * (high - highest) / (high - low)
        assert from_top >= words_px(lines_of_words) - 1
    host.hide()
    host.deleteLater()


@pytest.mark.parametrize("count", [12, 20])
def test_more_labels_than_there_is_room_for_scroll(
    window: MainWindow, count: int, until: Callable[..., None]
) -> None:
    labels = tuple(f"label {k}" for k in range(count))
    window.resize(*MINIMUM_SIZE)
    window.model.apply(engine(labels))
    window.controller.changed.emit()
    until(lambda: window.live.bars.height() >= 20 * count)
    assert window.live.bars.mapTo(window, QPoint(0, 0)).y() > 0
    assert window.height() == MINIMUM_SIZE[1]


def test_without_a_microphone_the_buttons_read_whole_and_one_can_try_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(window, MINIMUM_SIZE, state(CaptureState.NO_MICROPHONE))
    for action in window.live.headline.headline.actions:
        button = window.live.headline.button(action)
        assert button.width() >= button.sizeHint().width(), button.text()
    assert window.toolbar.capture.text().strip() == "Start"
    looked: list[bool] = []
    monkeypatch.setattr(window.controller, "list_devices", lambda *, refresh: looked.append(refresh))
    window.toggle_capture()
    assert looked == [True]


def test_the_menu_fits_a_low_screen(window: MainWindow) -> None:
    menu = window.actions_.menu
    assert menu.sizeHint().height() < MINIMUM_SIZE[1] - 40, "a second column begins"
    assert menu.style().styleHint(QStyle.StyleHint.SH_Menu_Scrollable, None, menu)


def test_nothing_around_the_pages_moves_when_they_change(window: MainWindow) -> None:
    show(window, MINIMUM_SIZE, *SPEAKING)
    around = [window.toolbar.capture, window.status, *(window.navigation.button(v.name) for v in VIEWS)]
    places = {}
    for view in VIEWS:
        window.go(view.name)
        for _ in range(5):
            QApplication.processEvents()
        places[view.name] = [(part.mapTo(window, QPoint(0, 0)).y(), part.height()) for part in around]
    assert len({tuple(each) for each in places.values()}) == 1, places


@pytest.mark.parametrize("word", ["Traurig", "Angewidert", "Überrascht"])
@pytest.mark.parametrize("line", [46, 55, 64])
def test_the_large_word_shrinks_rather_than_being_cut_off(qapp: QApplication, word: str, line: int) -> None:
    for room in ROOMS:
        metrics = QFontMetricsF(fitting(word, Type.DISPLAY * line / 64, 650, room))
        assert metrics.elidedText(word, Qt.TextElideMode.ElideRight, room) == word, f"in {room} pixels"
