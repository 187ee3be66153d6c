"""Sessions: a list of what was kept, one of them opened, or two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.palette import colours_for
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.page import Page
from desktop_app.gui.state.sessions import IS_LIVE, Figures, called, detail, labels_of
from desktop_app.gui.state.timeline_data import clock
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.session_ribbon import SessionRibbon
from desktop_app.gui.widgets.session_tables import SessionTable, UtteranceTable
from desktop_app.gui.widgets.shares import SharesChart
from desktop_app.sessions.records import Session
from desktop_app.sessions.store import OpenedSession

_LIST, _OPENED, _COMPARED = range(3)
_SEARCH_MS = 200


class SessionsPage(Page):
    """Shows; what is asked for leaves as a signal, and `gui/sessions.py` does it.

    Parameters
    ----------
    formats : mapping
        What sessions can be exported as: titles by name.
    """

    shown = Signal()
    hidden = Signal()
    searched = Signal(str)
    opened = Signal(int)  # number of a session
    compared = Signal(int, int)
    renamed = Signal(int)
    noted = Signal(int, object)  # and at which second, or None
    note_changed = Signal(int, int)  # session, note
    corrected = Signal(int, int, object)  # session, segment, label or None
    exported = Signal(list, str)  # numbers, name of a format
    deleted = Signal(list)
    keep = Signal(bool)
    keep_sound = Signal(bool)
    folder_wanted = Signal()
    played = Signal(float, float)  # from where to where
    toggled = Signal()

    def __init__(self, formats: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = formats
        self._one: OpenedSession | None = None
        self._no_sound = ""
        self._playing = False
        self._tokens: Tokens | None = None
        self._search_timer = QTimer(self)
        self._search_timer.setSingleShot(True)
        self._search_timer.setInterval(_SEARCH_MS)
        self._search_timer.timeout.connect(lambda: self.searched.emit(self.search.text()))
        self._sides = QStackedWidget(self)
        self._sides.addWidget(self._build_list())
        self._sides.addWidget(self._build_opened())
        self._sides.addWidget(self._build_compared())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.addWidget(self._sides)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self._find)

    # --- building -----------------------------------------------------------------------------------------

    def _build_list(self) -> QWidget:
        card = Card("", self)
        self.search = QLineEdit(card)
        self.search.setPlaceholderText("Search names, notes, emotions, dates, devices")
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(200)
        _name(
            self.search, "Search sessions", "Each word must be found in a session, such as: anna sad 2026-11"
        )
        self.search.textChanged.connect(lambda _: self._search_timer.start())
        self.open_button = _button("Open", "Show the chosen session (Enter)", card)
        self.open_button.clicked.connect(self._open_chosen)
        self.compare_button = _button("Compare", "Show two chosen sessions side by side", card)
        self.compare_button.clicked.connect(self._compare_chosen)
        self.rename_button = _button("Rename…", "Give it a name (F2)", card)
        self.rename_button.clicked.connect(self._rename_chosen)
        self.export_button = self._export_menu(card, lambda: [each.id for each in self.table.chosen])
        self.delete_button = _button("Delete", "Delete those that are chosen (Del)", card)
        self.delete_button.clicked.connect(self._delete_chosen)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(self.search, 1)
        buttons = (
            self.open_button,
            self.compare_button,
            self.rename_button,
            self.export_button,
            self.delete_button,
        )
        for button in buttons:
            top.addWidget(button)
        self.table = SessionTable(card)
        self.table.entered_row.connect(lambda _: self._open_chosen())
        self.table.delete_wanted.connect(self._delete_chosen)
        self.table.rename_wanted.connect(self._rename_chosen)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._show_buttons())
        self.nothing = _text(card)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.promise = _text(card)
        self.keeping = QCheckBox("Keep sessions", card)
        _name(self.keeping, "Keep sessions", "Keep what is heard by a microphone; without, nothing is kept")
        self.keeping.clicked.connect(self.keep)
        self.sound = QCheckBox("Keep the sound, too", card)
        _name(self.sound, "Keep the sound, too", "Record what is heard, so that sessions can be played")
        self.sound.clicked.connect(self.keep_sound)
        self.folder_button = _button("Open the folder", "Show where sessions lie", card)
        self.folder_button.clicked.connect(self.folder_wanted)
        self.count = QLabel(card)
        self.count.setProperty("role", "secondary")
        bottom = QHBoxLayout()
        bottom.setSpacing(Space.M)
        for part in (self.keeping, self.sound):
            bottom.addWidget(part)
        bottom.addStretch(1)
        bottom.addWidget(self.count)
        bottom.addWidget(self.folder_button)
        card.body.setSpacing(Space.M)
        card.body.addLayout(top)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.nothing, 1)
        card.body.addWidget(self.promise)
        card.body.addLayout(bottom)
        self.table.hide()
        return card

    def _build_opened(self) -> QWidget:
        page = QWidget(self)
        self.back_button = _button("Sessions", "Back to the list (Esc)", page)
        self.back_button.clicked.connect(self.show_list)
        self.title = QLabel(page)
        self.title.setProperty("role", "title")
        self.title.setMinimumWidth(60)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.detail = QLabel(page)
        self.detail.setProperty("role", "secondary")
        self.detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.rename_one = _button("Rename…", "Give this session a name", page)
        self.rename_one.clicked.connect(lambda: self._with_one(self.renamed.emit))
        self.export_one = self._export_menu(page, lambda: [] if self._one is None else [self._one.session.id])
        self.delete_one = _button("Delete", "Delete this session", page)
        self.delete_one.clicked.connect(lambda: self._with_one(lambda number: self.deleted.emit([number])))
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(self.back_button)
        top.addSpacing(Space.XS)
        top.addWidget(self.title, 1)
        for button in (self.rename_one, self.export_one, self.delete_one):
            top.addWidget(button)
        shares = Card("How it sounded", page)
        self.chart = SharesChart(shares)
        self.unsure = _text(shares)
        shares.body.addWidget(scrolled(self.chart, "Shares of the emotions", 180), 1)
        shares.body.addWidget(self.unsure)
        notes = Card("Notes", page)
        self.notes = QListWidget(notes)
        self.notes.setObjectName("notes")
        self.notes.setWordWrap(True)
        _name(self.notes, "Notes", "Your words about this session; Enter changes one")
        self.notes.itemActivated.connect(self._change_note)
        self.notes.setMinimumHeight(44)
        self.note_session = _button("Note on the session…", "Write something about all of it", notes)
        self.note_session.clicked.connect(
            lambda: self._with_one(lambda number: self.noted.emit(number, None))
        )
        notes.body.addWidget(self.notes, 1)
        notes.body.addWidget(self.note_session)
        self._left = QWidget(page)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(shares, 3)
        left.addWidget(notes, 2)
        over_time = Card("", page)
        self.ribbon = SessionRibbon(over_time)
        self.ribbon.chosen.connect(self._choose)
        over_time.body.addWidget(self.detail)
        over_time.body.addWidget(self.ribbon, 1)
        said = Card("", page)
        said.body.setContentsMargins(Space.S, Space.M, Space.S, Space.S)
        self.said = UtteranceTable(said)
        self.said.entered_row.connect(lambda _: self._play_chosen())
        self.said.selectionModel().currentRowChanged.connect(lambda *_: self._utterance_chosen())
        self.play = _button("Play", "Play the chosen utterance (Enter); Space pauses", said)
        self.play.clicked.connect(self._play_or_pause)
        self.correct = _button("Correct", "Say which emotion it really was", said)
        self.correct_menu = QMenu(self.correct)
        self.correct_menu.setAccessibleName("Correct")
        self.correct_menu.aboutToShow.connect(self._fill_corrections)
        self.correct.setMenu(self.correct_menu)
        self.note = _button("Note…", "Write something about this moment", said)
        self.note.clicked.connect(self._note_chosen)
        row = QHBoxLayout()
        row.setContentsMargins(Space.S, 0, Space.S, 0)
        row.setSpacing(Space.S)
        row.addWidget(section("Utterances", said))
        row.addStretch(1)
        for button in (self.play, self.correct, self.note):
            row.addWidget(button)
        said.body.addLayout(row)
        said.body.addWidget(self.said, 1)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        right.addWidget(over_time, 3)
        right.addWidget(said, 7)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self._left)
        body.addLayout(right, 1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(top)
        layout.addLayout(body, 1)
        return page

    def _build_compared(self) -> QWidget:
        page = QWidget(self)
        self.back_from_two = _button("Sessions", "Back to the list (Esc)", page)
        self.back_from_two.clicked.connect(self.show_list)
        top = QHBoxLayout()
        heading = QLabel("Two sessions side by side", page)
        heading.setProperty("role", "title")
        top.addWidget(self.back_from_two)
        top.addSpacing(Space.S)
        top.addWidget(heading)
        top.addStretch(1)
        figures = Card("", page)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(2, 1)
        figures.body.addLayout(self._grid)
        shares = Card("Shares of the emotions", page)
        self.both = SharesChart(shares)
        shares.body.addWidget(scrolled(self.both, "Shares of the emotions", 190), 1)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(top)
        layout.addWidget(figures)
        layout.addWidget(shares, 1)
        return page

    def _export_menu(self, parent: QWidget, numbers: object) -> QPushButton:
        button = _button("Export", "Save as a page, a table, subtitles or JSON", parent)
        menu = QMenu(button)
        menu.setAccessibleName("Export")
        for kind, title in self._formats.items():
            action = QAction(f"{title[:1].upper()}{title[1:]}…", menu)
            action.triggered.connect(lambda _=False, name=kind: self._export(numbers, name))
            menu.addAction(action)
        button.setMenu(menu)
        return button

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def side(self) -> str:
        """What is in sight: ``list``, ``opened`` or ``compared``."""
        return ("list", "opened", "compared")[self._sides.currentIndex()]

    @property
    def one(self) -> OpenedSession | None:
        """The session that is opened."""
        return self._one

    def show_keeping(self, promise: str, *, on: bool, sound: bool) -> None:
        """What is kept now."""
        self.promise.setText(promise)
        self.keeping.setChecked(on)
        self.sound.setChecked(sound)
        self.sound.setEnabled(on)

    def show_sessions(self, sessions: Sequence[Session], search: str) -> None:
        """The list; `search` is what they were found by."""
        self.table.show_sessions(sessions)
        self.table.setVisible(bool(sessions))
        self.nothing.setVisible(not sessions)
        self.nothing.setText(
            f"No session has “{search}”."
            if search
            else "Nothing is kept yet. Speak into a microphone on the page Live, and it stands here afterwards."
        )
        many = "1 session" if len(sessions) == 1 else f"{len(sessions)} sessions"
        self.count.setText(many if sessions else "")
        for button in self._list_buttons():
            button.setVisible(bool(sessions) or bool(search))
        self.search.setVisible(bool(sessions) or bool(search))
        self._show_buttons()

    def show_list(self) -> None:
        """Back to the list."""
        if self._sides.currentIndex() != _LIST:
            self._one = None
            self._sides.setCurrentIndex(_LIST)
            self.table.setFocus()
            self.shown.emit()

    def show_session(self, opened: OpenedSession, no_sound: str) -> None:
        """One of them; `no_sound` says why it cannot be played, and is empty if it can."""
        again = self._one is not None and self._one.session.id == opened.session.id
        place, at = self.said.place, self.said.verticalScrollBar().value()
        self._one, self._no_sound = opened, no_sound
        session, figures = opened.session, Figures.of(opened)
        model = opened.engines[-1].model if opened.engines else ""
        colours = colours_for(labels_of([figures]))
        self.title.setText(called(session))
        self.title.setToolTip(called(session))
        self.detail.setText(detail(session, model))
        self.detail.setToolTip(detail(session, model))
        self.chart.set_shares([(label, (share,)) for label, share in figures.shares.items()], colours)
        self.unsure.setText(_unsure(figures))
        said = [each for each in opened.utterances if each.corrected or not each.prediction.not_a_voice]
        self.ribbon.set_session(
            opened.utterances, opened.outages, tuple(figures.shares), colours, session.seconds
        )
        about = {
            each.segment: " · ".join(
                note.text
                for note in opened.notes
                if note.at_s is not None and each.start_s <= note.at_s < each.end_s
            )
            for each in said
        }
        self.said.rows.set_said(said, {number: text for number, text in about.items() if text}, colours)
        self.notes.clear()
        for note in opened.notes:
            at_s = "" if note.at_s is None else f"{clock(note.at_s)}  "
            item = QListWidgetItem(f"{at_s}{note.text}")
            item.setData(Qt.ItemDataRole.UserRole, note.id)
            self.notes.addItem(item)
        for button in (self.delete_one,):
            button.setEnabled(not session.live)
            button.setToolTip(IS_LIVE if session.live else "Delete this session")
        self._sides.setCurrentIndex(_OPENED)
        if again and 0 <= place < len(said):
            self.said.selectRow(place)
            self.said.verticalScrollBar().setValue(at)
        elif not again:
            if said:
                self.said.selectRow(0)
            self.said.setFocus()
        self._utterance_chosen()

    def show_two(self, first: Figures, second: Figures) -> None:
        """Two of them side by side."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        rows = [("", called(first.session), called(second.session))]
        rows += [(name, a, b) for (name, a), (_, b) in zip(first.rows(), second.rows(), strict=True)]
        for place, (name, a, b) in enumerate(rows):
            sides = ((0, a, Qt.AlignmentFlag.AlignRight), (1, name, Qt.AlignmentFlag.AlignHCenter))
            for column, text, side in (*sides, (2, b, Qt.AlignmentFlag.AlignLeft)):
                label = QLabel(text, self)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                if column == 1:
                    label.setProperty("role", "secondary")
                    label.setMinimumWidth(160)
                else:
                    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                    label.setToolTip(text)
                    label.setAccessibleName(f"{name or 'Name'}: {text}")
                    if not place:
                        label.setProperty("role", "title")
                self._grid.addWidget(label, place, column)
        labels = labels_of([first, second])
        self.both.set_shares(
            [(label, (first.shares.get(label, 0.0), second.shares.get(label, 0.0))) for label in labels],
            colours_for(labels),
        )
        self._sides.setCurrentIndex(_COMPARED)
        self.back_from_two.setFocus()

    def show_playing(self, playing: bool, position_s: float | None) -> None:
        """Whether it plays, and where."""
        self.ribbon.set_cursor(position_s)
        if playing != self._playing:
            self._playing = playing
            self.play.setText("Pause" if playing else "Play")
            self.play.setAccessibleName(self.play.text())

    def _show_buttons(self) -> None:
        chosen = self.table.chosen
        live = any(session.live for session in chosen)
        self.open_button.setEnabled(len(chosen) == 1)
        self.rename_button.setEnabled(len(chosen) == 1)
        self.compare_button.setEnabled(len(chosen) == 2)
        self.compare_button.setToolTip(
            "Show two chosen sessions side by side"
            if len(chosen) == 2
            else "Choose two sessions, with Ctrl and a click, to see them side by side"
        )
        self.export_button.setEnabled(bool(chosen))
        self.delete_button.setEnabled(bool(chosen) and not live)
        self.delete_button.setToolTip(IS_LIVE if live else "Delete those that are chosen (Del)")

    def _list_buttons(self) -> tuple[QPushButton, ...]:
        return (
            self.open_button,
            self.compare_button,
            self.rename_button,
            self.export_button,
            self.delete_button,
        )

    def _utterance_chosen(self) -> None:
        said, place = self.said.rows.said, self.said.place
        there = 0 <= place < len(said)
        self.correct.setEnabled(there)
        self.note.setEnabled(there)
        self.play.setEnabled(there and not self._no_sound)
        tip = f"{self._no_sound}." if self._no_sound else "Play the chosen utterance (Enter); Space pauses"
        self.play.setToolTip(tip)
        self.play.setAccessibleDescription(tip)
        if there and self._one is not None:
            self.ribbon.select(self._one.utterances.index(said[place]))

    # --- what a person does -------------------------------------------------------------------------------

    def _find(self) -> None:
        if self.side == "list" and not self.search.isHidden():
            self.search.setFocus()
            self.search.selectAll()

    def _open_chosen(self) -> None:
        chosen = self.table.chosen
        if len(chosen) == 1:
            self.opened.emit(chosen[0].id)

    def _compare_chosen(self) -> None:
        chosen = self.table.chosen
        if len(chosen) == 2:
            self.compared.emit(chosen[0].id, chosen[1].id)

    def _rename_chosen(self) -> None:
        chosen = self.table.chosen
        if len(chosen) == 1:
            self.renamed.emit(chosen[0].id)

    def _delete_chosen(self) -> None:
        if self.delete_button.isEnabled():
            self.deleted.emit([session.id for session in self.table.chosen])

    def _export(self, numbers: object, kind: str) -> None:
        wanted = numbers() if callable(numbers) else []
        if wanted:
            self.exported.emit(wanted, kind)

    def _with_one(self, act: object) -> None:
        if self._one is not None and callable(act):
            act(self._one.session.id)

    def _choose(self, place: int) -> None:
        """An utterance of all, by a click on the ribbon."""
        if self._one is not None:
            said = self._one.utterances[place]
            if said in self.said.rows.said:
                self.said.selectRow(self.said.rows.said.index(said))

    def _fill_corrections(self) -> None:
        self.correct_menu.clear()
        if self._one is None or self.said.place < 0:
            return
        said, number = self.said.rows.said[self.said.place], self._one.session.id

        def add(text: str, label: str | None, *, ticked: bool) -> None:
            action = self.correct_menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(ticked)
            action.triggered.connect(lambda: self.corrected.emit(number, said.segment, label))

        for label in said.prediction.labels:
            add(label[:1].upper() + label[1:], label, ticked=label == said.corrected)
        self.correct_menu.addSeparator()
        add("As it was answered", None, ticked=said.corrected is None)

    def _note_chosen(self) -> None:
        if self._one is not None and 0 <= self.said.place < len(self.said.rows.said):
            self.noted.emit(self._one.session.id, self.said.rows.said[self.said.place].start_s)

    def _change_note(self, item: QListWidgetItem) -> None:
        if self._one is not None:
            self.note_changed.emit(self._one.session.id, item.data(Qt.ItemDataRole.UserRole))

    def _play_chosen(self) -> None:
        if self.play.isEnabled():
            said = self.said.rows.said[self.said.place]
            self.played.emit(said.start_s, said.end_s)

    def _play_or_pause(self) -> None:
        if self._playing:
            self.toggled.emit()
        else:
            self._play_chosen()

    # --- as a page ----------------------------------------------------------------------------------------

    def entered(self) -> None:
        self.shown.emit()

    def left(self) -> None:
        self.hidden.emit()

    def space(self) -> bool:
        if self.side != "opened" or self._no_sound:
            return False
        self.toggled.emit()
        return True

    def escape(self) -> bool:
        if self.side != "list":
            self.show_list()
            return True
        if self.search.text():
            self.search.clear()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self.search.hasFocus() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Down}:
            self.table.setFocus()
            if not self.table.chosen and self.table.rows.sessions:
                self.table.selectRow(0)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(224, min(380, round(self.width() * 0.31))))
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self._tokens = tokens
        for part in (self.table, self.said, self.chart, self.both, self.ribbon):
            part.apply_theme(tokens)
        for button in (self.back_button, self.back_from_two):
            button.setIcon(icon("back", tokens.ink))
            button.setIconSize(QSize(16, 16))


def _unsure(figures: Figures) -> str:
    parts = []
    if figures.uncertain:
        parts.append(f"{round(100 * figures.uncertain)} % of the utterances were uncertain")
    if figures.corrected:
        parts.append(f"{figures.corrected} corrected by you")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _text(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", "secondary")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _name(widget: QWidget, name: str, tip: str) -> None:
    widget.setAccessibleName(name)
    widget.setAccessibleDescription(tip)
    widget.setToolTip(tip)


def _button(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setProperty("density", "compact")
    _name(button, text, tip)
    return button
