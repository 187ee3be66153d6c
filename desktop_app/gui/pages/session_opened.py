"""One session: what was said, over time and as a table, how it sounded, and a person's notes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QMenu, QVBoxLayout, QWidget

from desktop_app.core.language import mark, tr
from desktop_app.core.palette import colours_for
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.sessions import IS_LIVE, Figures, called, detail
from desktop_app.gui.state.words import capital, clock, emotion
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.controls import ElidedLabel, button_of, export_button, named, text_of
from desktop_app.gui.widgets.session_ribbon import SessionRibbon
from desktop_app.gui.widgets.session_utterances import UtteranceTable
from desktop_app.gui.widgets.shares import LOWEST_SHARES, SharesChart
from desktop_app.sessions.records import Utterance
from desktop_app.sessions.store import OpenedSession

_PLAY = mark("Play the chosen utterance (Enter); Space pauses")


class OpenedSide(QWidget):
    """What is asked for leaves as a signal, with the session's number where it concerns all of it."""

    back = Signal()
    renamed = Signal(int)
    noted = Signal(int, object)  # and at which second, or None
    note_changed = Signal(int, int)  # session, note
    corrected = Signal(int, int, object)  # session, segment, label or None
    exported = Signal(list, str)
    deleted = Signal(list)
    played = Signal(float, float)  # from where to where
    toggled = Signal()

    def __init__(self, formats: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._one: OpenedSession | None = None
        self.no_sound = ""
        self._playing = False
        self._left = QWidget(self)
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(Space.M)
        left.addWidget(self._build_shares(), 5)
        left.addWidget(self._build_notes(), 3)
        right = QVBoxLayout()
        right.setSpacing(Space.M)
        right.addWidget(self._build_ribbon(), 3)
        right.addWidget(self._build_said(), 7)
        body = QHBoxLayout()
        body.setSpacing(Space.M)
        body.addWidget(self._left)
        body.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addLayout(self._build_top(formats))
        layout.addLayout(body, 1)

    # --- building -----------------------------------------------------------------------------------------

    def _build_top(self, formats: Mapping[str, str]) -> QHBoxLayout:
        self.back_button = button_of(tr("Sessions"), tr("Back to the list (Esc)"), self, compact=True)
        self.back_button.clicked.connect(self.back)
        self.title = ElidedLabel("title", self)
        self.rename_button = button_of(tr("Rename…"), tr("Give this session a name"), self, compact=True)
        self.rename_button.clicked.connect(lambda: self.renamed.emit(self.number))
        self.export_button = export_button(
            formats, lambda kind: self.exported.emit([self.number], kind), self
        )
        self.delete_button = button_of(tr("Delete"), tr("Delete this session"), self, compact=True)
        self.delete_button.clicked.connect(lambda: self.deleted.emit([self.number]))
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.back_button)
        row.addSpacing(Space.XS)
        row.addWidget(self.title, 1)
        for button in (self.rename_button, self.export_button, self.delete_button):
            row.addWidget(button)
        return row

    def _build_shares(self) -> QWidget:
        card = Card(tr("How it sounded"), self)
        self.chart = SharesChart(card)
        self.unsure = text_of(card)
        card.body.addWidget(scrolled(self.chart, tr("Shares of the emotions"), LOWEST_SHARES), 1)
        card.body.addWidget(self.unsure)
        return card

    def _build_notes(self) -> QWidget:
        card = Card(tr("Notes"), self)
        self.notes = QListWidget(card)
        self.notes.setObjectName("notes")
        self.notes.setWordWrap(True)
        self.notes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.notes.setMinimumHeight(30)
        named(self.notes, tr("Notes"), tr("Your words about this session; Enter changes one"))
        self.notes.itemActivated.connect(
            lambda item: self.note_changed.emit(self.number, item.data(Qt.ItemDataRole.UserRole))
        )
        self.note_session = button_of(
            tr("Note on the session…"), tr("Write something about all of it"), card, compact=True
        )
        self.note_session.clicked.connect(lambda: self.noted.emit(self.number, None))
        card.body.addWidget(self.notes, 1)
        card.body.addWidget(self.note_session)
        return card

    def _build_ribbon(self) -> QWidget:
        card = Card("", self)
        self.detail = ElidedLabel("secondary", card)
        self.ribbon = SessionRibbon(card)
        self.ribbon.chosen.connect(self._choose)
        card.body.addWidget(self.detail)
        card.body.addWidget(self.ribbon, 1)
        return card

    def _build_said(self) -> QWidget:
        card = Card("", self)
        card.body.setContentsMargins(Space.S, Space.M, Space.S, Space.S)
        self.said = UtteranceTable(card)
        self.said.entered_row.connect(lambda _: self._play())
        self.said.selectionModel().currentRowChanged.connect(lambda *_: self._utterance_chosen())
        self.play = button_of(tr("Play"), tr(_PLAY), card, compact=True)
        self.play.clicked.connect(lambda: self.toggled.emit() if self._playing else self._play())
        self.correct = button_of(tr("Correct"), tr("Say which emotion it really was"), card, compact=True)
        self.correct_menu = QMenu(self.correct)
        self.correct_menu.setAccessibleName(tr("Correct"))
        self.correct_menu.aboutToShow.connect(self.fill_corrections)
        self.correct.setMenu(self.correct_menu)
        self.note = button_of(tr("Note…"), tr("Write something about this moment"), card, compact=True)
        self.note.clicked.connect(self._note)
        row = QHBoxLayout()
        row.setContentsMargins(Space.S, 0, Space.S, 0)
        row.setSpacing(Space.S)
        row.addWidget(section(tr("Utterances"), card))
        row.addStretch(1)
        for button in (self.play, self.correct, self.note):
            row.addWidget(button)
        card.body.addLayout(row)
        card.body.addWidget(self.said, 1)
        return card

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def one(self) -> OpenedSession | None:
        """The session that is shown."""
        return self._one

    @property
    def number(self) -> int:
        """Its number; -1 if there is none."""
        return -1 if self._one is None else self._one.session.id

    @property
    def chosen(self) -> Utterance | None:
        said, place = self.said.rows.said, self.said.place
        return said[place] if 0 <= place < len(said) else None

    def close_session(self) -> None:
        self._one = None

    def show_session(self, opened: OpenedSession, no_sound: str) -> None:
        """Show it; `no_sound` says why it cannot be played, and is empty if it can.

        The same session again keeps what was chosen, and its place.
        """
        again = self.number == opened.session.id
        place, at = self.said.place, self.said.verticalScrollBar().value()
        self._one, self.no_sound = opened, no_sound
        session, figures = opened.session, Figures.of(opened)
        colours = {**colours_for(tuple(figures.means)), **colours_for(tuple(figures.shares))}
        self.title.show_text(called(session))
        self.detail.show_text(detail(session, opened.engines[-1].model if opened.engines else ""))
        values = bool(figures.means) and not any(figures.shares.values())
        rows = figures.means if values else figures.shares
        self.chart.set_shares([(name, (each,)) for name, each in rows.items()], colours, values=values)
        self.unsure.setText(figures.doubt)
        self.unsure.setVisible(bool(figures.doubt))
        labels = (*figures.shares, *figures.means)
        self.ribbon.set_session(opened.utterances, opened.outages, labels, colours, session.seconds)
        said = [each for each in opened.utterances if each.corrected or not each.prediction.not_a_voice]
        self.said.rows.set_said(said, _notes_of(opened, said), colours)
        self.notes.clear()
        for note in opened.notes:
            at_s = "" if note.at_s is None else f"{clock(note.at_s)}  "
            item = QListWidgetItem(f"{at_s}{note.text}")
            item.setData(Qt.ItemDataRole.UserRole, note.id)
            self.notes.addItem(item)
        self.delete_button.setEnabled(not session.live)
        self.delete_button.setToolTip(tr(IS_LIVE) if session.live else tr("Delete this session"))
        if again and 0 <= place < len(said):
            self.said.selectRow(place)
            self.said.verticalScrollBar().setValue(at)
        elif said:
            self.said.selectRow(0)
        if not again:
            self.said.setFocus()
        self._utterance_chosen()

    def show_playing(self, playing: bool, position_s: float | None) -> None:
        """Whether it plays, and where."""
        self.ribbon.set_cursor(position_s)
        if playing != self._playing:
            self._playing = playing
            self.play.setText(tr("Pause") if playing else tr("Play"))
            self.play.setAccessibleName(self.play.text())

    def _utterance_chosen(self) -> None:
        chosen = self.chosen
        self.correct.setEnabled(chosen is not None and bool(chosen.prediction.labels))
        self.note.setEnabled(chosen is not None)
        self.play.setEnabled(chosen is not None and not self.no_sound)
        tip = f"{self.no_sound}." if self.no_sound else tr(_PLAY)
        self.play.setToolTip(tip)
        self.play.setAccessibleDescription(tip)
        if chosen is not None and self._one is not None:
            self.ribbon.select(self._one.utterances.index(chosen))

    # --- what a person does -------------------------------------------------------------------------------

    def _choose(self, place: int) -> None:
        """An utterance of all, by a click on the ribbon."""
        if self._one is not None and self._one.utterances[place] in self.said.rows.said:
            self.said.selectRow(self.said.rows.said.index(self._one.utterances[place]))

    def fill_corrections(self) -> None:
        """Make the menu for the chosen utterance."""
        self.correct_menu.clear()
        said, number = self.chosen, self.number
        if said is None:
            return

        def add(text: str, label: str | None) -> None:
            action = self.correct_menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(label == said.corrected)
            action.triggered.connect(lambda: self.corrected.emit(number, said.segment, label))

        for label in said.prediction.labels:
            add(capital(emotion(label)), label)
        self.correct_menu.addSeparator()
        add(tr("As it was answered"), None)

    def _note(self) -> None:
        if self.chosen is not None:
            self.noted.emit(self.number, self.chosen.start_s)

    def _play(self) -> None:
        if self.play.isEnabled() and self.chosen is not None:
            self.played.emit(self.chosen.start_s, self.chosen.end_s)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(216, min(380, round(self.width() * 0.31))))
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        for part in (self.said, self.chart, self.ribbon):
            part.apply_theme(tokens)
        self.back_button.setIcon(icon("back", tokens.ink))
        self.back_button.setIconSize(QSize(16, 16))


def _notes_of(opened: OpenedSession, said: list[Utterance]) -> dict[int, str]:
    """What was noted about moments within utterances, by the number of the segment."""
    found: dict[int, str] = {}
    moments = [note for note in opened.notes if note.at_s is not None]
    for each in said:
        texts = [n.text for n in moments if n.at_s is not None and each.start_s <= n.at_s < each.end_s]
        if texts:
            found[each.segment] = " · ".join(texts)
    return found
