"""The table of utterances: what it tells, how it is sorted, filtered, searched and copied, and how fast."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from gui_events import LABELS, prediction
from PySide6.QtCore import QCoreApplication, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.analysis.result import SegmentResult
from desktop_app.core.palette import colours_for
from desktop_app.core.types import Cause, VoiceUse
from desktop_app.gui.state.utterance_rows import (
    NOT_A_VOICE,
    NOTED,
    UNCERTAIN,
    Column,
    RowFilter,
    UtteranceRows,
)
from desktop_app.gui.widgets.utterance_panel import UtterancePanel


def said(start_s: float, label: str = "happy", length_s: float = 2.0, **how: object) -> SegmentResult:
    return SegmentResult(start_s, start_s + length_s, prediction(label, **how))  # type: ignore[arg-type]


def a_talk() -> list[SegmentResult]:
    first = said(0, "happy", 3.0, confidence=0.9)
    known = replace(first, prediction=replace(first.prediction, voice=VoiceUse(12.0, 0.4, 2)))
    return [
        known,
        said(5, "sad", 1.0, confidence=0.3, because=Cause.SHORT),
        said(8, "angry", 2.5, confidence=0.7),
        said(12, "happy", 0.5, confidence=0.2, nobody=True),
    ]


def texts(rows: UtteranceRows, column: Column) -> list[str]:
    return [rows.text(number, column) for number in rows.order]


@pytest.fixture
def rows() -> UtteranceRows:
    made = UtteranceRows()
    made.set_utterances(a_talk())
    return made


def test_a_row_tells_when_how_long_what_how_surely_whose_and_why_not(rows: UtteranceRows) -> None:
    assert texts(rows, Column.TIME) == ["0:00", "0:05", "0:08", "0:12"]
    assert texts(rows, Column.LENGTH) == ["3.0 s", "1.0 s", "2.5 s", "0.5 s"]
    assert texts(rows, Column.LABEL) == ["Happy", "Uncertain", "Angry", "Not a voice"]
    assert texts(rows, Column.CONFIDENCE) == ["90 %", "30 %", "70 %", ""]
    assert texts(rows, Column.VOICE) == ["speaker 2, 12 s", "", "", ""]
    assert texts(rows, Column.WHY)[1] == "too short"
    assert texts(rows, Column.SECOND)[1].startswith("sad 30 %, ")


def test_the_time_is_that_of_the_day_where_it_is_known(rows: UtteranceRows) -> None:
    rows.day_s = time.mktime((2026, 11, 30, 14, 5, 0, 0, 0, -1))
    assert texts(rows, Column.TIME)[:2] == ["14:05:00", "14:05:05"]


def test_what_was_said_keeps_its_time_when_the_clock_of_the_run_moves(rows: UtteranceRows) -> None:
    rows.day_s = time.mktime((2026, 11, 30, 14, 5, 6, 0, 0, -1))  # after a pause of six seconds
    rows.days = {0: time.mktime((2026, 11, 30, 14, 5, 0, 0, 0, -1))}
    assert texts(rows, Column.TIME)[:2] == ["14:05:00", "14:05:11"]


@pytest.mark.parametrize(
    ("column", "order"),
    [(Column.TIME, [0, 1, 2, 3]), (Column.LENGTH, [3, 1, 2, 0]), (Column.CONFIDENCE, [3, 1, 2, 0])],
)
def test_it_is_sorted_by_any_column_in_both_directions(
    rows: UtteranceRows, column: Column, order: list[int]
) -> None:
    rows.sort(column, ascending=True)
    assert rows.order == order
    rows.sort(column, ascending=False)
    assert rows.order == order[::-1]


def test_rows_without_a_note_come_behind_those_with_one(rows: UtteranceRows) -> None:
    rows.note(2, "the doorbell")
    rows.sort(Column.NOTE, ascending=True)
    assert rows.order[0] == 2


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (RowFilter("happy"), [0]),
        (RowFilter(UNCERTAIN), [1]),
        (RowFilter(NOT_A_VOICE), [3]),
        (RowFilter(NOTED), [2]),
        (RowFilter("", "BELL"), [2]),
        (RowFilter("", "too short"), [1]),
        (RowFilter("angry", "speaker"), []),
    ],
)
def test_it_shows_what_is_asked_for(rows: UtteranceRows, wanted: RowFilter, shown: list[int]) -> None:
    rows.note(2, "the doorbell")
    rows.set_filter(wanted)
    assert rows.order == shown


@pytest.mark.parametrize(("column", "ascending"), list(product(Column, [True, False])))
def test_what_is_said_next_finds_its_place_in_any_order(column: Column, ascending: bool) -> None:
    rng = np.random.default_rng(column)
    talk: list[SegmentResult] = []
    grown = UtteranceRows()
    grown.set_utterances(talk)
    grown.sort(column, ascending=ascending)
    for number in range(60):
        talk.append(
            said(
                float(number), LABELS[rng.integers(8)], rng.uniform(0.5, 4), confidence=rng.uniform(0.2, 0.9)
            )
        )
        grown.take_news(lambda _: None, lambda: None)
    whole = UtteranceRows()
    whole.set_utterances(talk)
    whole.sort(column, ascending=ascending)
    keys = [whole.text(number, column) for number in whole.order]
    assert [grown.text(number, column) for number in grown.order] == keys


@pytest.fixture
def panel(qtbot: QtBot) -> UtterancePanel:
    made = UtterancePanel()
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    return made


def test_it_grows_with_the_talk_and_keeps_the_chosen_row(panel: UtterancePanel) -> None:
    talk = a_talk()
    panel.show_utterances(talk, LABELS, colours_for(LABELS), None)
    panel.table.selectRow(1)
    talk.append(said(20, "calm"))
    panel.show_utterances(talk, LABELS, colours_for(LABELS), None)
    model = panel.table.utterances
    assert model.rowCount() == 5
    assert panel.table.number == 1
    assert model.index(4, Column.LABEL).data() == "Calm"


def test_it_opens_at_the_newest_row_and_follows_until_somebody_scrolls_up(panel: UtterancePanel) -> None:
    talk = [said(3.0 * k) for k in range(60)]
    bar = panel.table.verticalScrollBar()

    def grow() -> None:
        talk.append(said(talk[-1].end_s + 1))
        panel.show_utterances(talk, LABELS, colours_for(LABELS), None)
        QCoreApplication.processEvents()

    grow()
    assert bar.value() == bar.maximum() > 0
    panel.table.selectRow(len(talk) - 2)
    grow()
    assert bar.value() == bar.maximum()
    panel.resize(900, 300)
    grow()
    assert bar.value() == bar.maximum()
    bar.setValue(3)
    grow()
    assert bar.value() == 3
    assert not panel.table.horizontalScrollBar().isVisible()


def test_words_have_room_while_they_are_written_and_no_answer_is_cut(panel: UtterancePanel) -> None:
    panel.resize(660, 300)
    panel.show_utterances(a_talk(), LABELS, colours_for(LABELS), None)
    table = panel.table
    second = table.utterances.index(1, Column.SECOND)
    assert table.columnWidth(Column.SECOND) > table.fontMetrics().horizontalAdvance(second.data())
    table.edit(table.utterances.index(1, Column.NOTE))
    editor = next(each for each in table.viewport().children() if isinstance(each, QLineEdit))
    assert editor.width() >= 200
    assert table.viewport().rect().contains(editor.geometry())


def test_chosen_rows_are_copied_with_their_titles(panel: UtterancePanel, qtbot: QtBot) -> None:
    panel.show_utterances(a_talk(), LABELS, colours_for(LABELS), None)
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 2
    assert lines[0].split("\t")[:3] == ["Time", "Length", "Emotion"]
    assert lines[1].split("\t")[:4] == ["0:00", "3.0 s", "Happy", "90 %"]


def test_a_note_is_written_into_the_row_and_can_be_searched(panel: UtterancePanel, qtbot: QtBot) -> None:
    panel.show_utterances(a_talk(), LABELS, colours_for(LABELS), None)
    model = panel.table.utterances
    with qtbot.waitSignal(model.noted) as told:
        assert model.setData(model.index(2, Column.NOTE), "  the doorbell ")
    assert told.args == [2, "the doorbell", ""]
    panel.by_text.setText("doorbell")
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert panel._told.text() == "1 of 4 utterances"


def test_another_talk_takes_the_place_of_the_one_before(panel: UtterancePanel) -> None:
    panel.show_utterances(a_talk(), LABELS, colours_for(LABELS), None)
    panel.show_utterances([], LABELS, colours_for(LABELS), None)
    assert panel.table.utterances.rowCount(QModelIndex()) == 0


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_sorted_filtered_and_searched_soon() -> None:
    rng = np.random.default_rng(0)
    kinds = [said(0.0, label, confidence=share).prediction for label in LABELS for share in (0.3, 0.5, 0.9)]
    lengths, chosen = rng.uniform(1, 3, 100_000), rng.integers(24, size=100_000)
    talk = [SegmentResult(3.0 * k, 3.0 * k + lengths[k], kinds[chosen[k]]) for k in range(100_000)]
    rows = UtteranceRows()
    rows.set_utterances(talk)
    slowest = 0.0
    for column in Column:
        started = time.process_time()
        rows.sort(column, ascending=False)
        slowest = max(slowest, time.process_time() - started)
    started = time.process_time()
    rows.set_filter(RowFilter("happy", ""))
    filtered = time.process_time() - started
    print(f"sorted in {slowest:.2f} s, filtered in {filtered:.2f} s of processor time")
    assert slowest < 2.0
    assert len(rows.order) == sum(one.prediction.label == "happy" for one in talk)


@pytest.mark.parametrize("width", [1200, 660, 320])
def test_every_column_can_be_seen_whole_or_scrolled_to_whatever_the_width(qtbot: QtBot, width: int) -> None:
    panel = UtterancePanel()
    qtbot.addWidget(panel)
    panel.resize(width, 300)
    panel.show_utterances(a_talk(), LABELS, colours_for(LABELS), None)
    panel.show()
    table, header = panel.table, panel.table.horizontalHeader()
    shown = [column for column in Column if not table.isColumnHidden(column)]
    assert shown == [column for column in Column if column not in {Column.OTHER, Column.SAID}]
    room = table.viewport().width()
    assert (header.length() > room) == table.horizontalScrollBar().isVisible() == (width < 654)
    voice = table.utterances.index(0, Column.VOICE)
    assert voice.data() == ("speaker 2, 12 s" if width == 1200 else "2, 12 s")
    assert voice.data(Qt.ItemDataRole.ToolTipRole) == "speaker 2, 12 s"
    why = table.utterances.headerData(Column.VOICE, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert why == "How long the voice had been heard by then"
