"""Voices: the one that is heard, those that are kept, and teaching one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QStackedWidget,
    QWidget,
)

from desktop_app.core.language import tr
from desktop_app.core.types import VoiceUse
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.page import WORDS_PX, Page
from desktop_app.gui.state.enrolment import TOPICS, EnrolmentState
from desktop_app.gui.state.voices import WHAT_IS_KEPT, VoiceRow, heard_detail, heard_title, length
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import button_of, named, text_of

_PROFILE = ".profile"


class VoicesPage(Page):
    """Shows; what is asked for leaves as a signal, and `gui/voices.py` does it."""

    widest = WORDS_PX

    seen = Signal()  # it came into sight
    teach = Signal()
    cancelled = Signal()
    skipped = Signal()
    kept = Signal(str)  # what was taught, under this name
    keep_heard = Signal()
    used = Signal(str)  # empty: no kept voice any more
    renamed = Signal(str)
    exported = Signal(str)
    deleted = Signal(str)
    import_asked = Signal()
    dropped = Signal(list)
    new_speaker = Signal()
    adapts = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[VoiceRow] = []
        self._sides = QStackedWidget(self)
        self._sides.addWidget(self._build_list())
        self._sides.addWidget(self._build_teaching())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.setSpacing(Space.M)
        self._left = self._build_heard()
        layout.addWidget(self._left)
        layout.addWidget(self._sides, 1)

    # --- building -----------------------------------------------------------------------------------------

    def _build_heard(self) -> QWidget:
        card = Card(tr("The voice that is heard"), self)
        self.title = QLabel(card)
        self.title.setProperty("role", "large")
        self.title.setWordWrap(True)
        self.title.setAccessibleName(tr("The voice that is heard"))
        self.detail = text_of(card)
        self.share = QProgressBar(card)
        self.share.setRange(0, 100)
        self.share.setTextVisible(False)
        named(
            self.share,
            tr("How far the voice counts"),
            tr("In place of the model's average voice, in percent"),
        )
        self.adapt = QCheckBox(tr("Adapt to the voice"), card)
        named(
            self.adapt,
            tr("Adapt to the voice"),
            tr("Judge by what was heard of the voice before, live and in recordings"),
        )
        self.adapt.clicked.connect(self.adapts)
        self.forget = button_of(
            tr("New speaker"),
            tr("Somebody else speaks: forget the voice, and learn a new one (Ctrl+N)"),
            card,
        )
        self.forget.clicked.connect(self.new_speaker)
        self.keep = button_of(
            tr("Keep this voice…"),
            tr("Keep what was learnt of the voice, to know it from the start next time"),
            card,
        )
        self.keep.clicked.connect(self.keep_heard)
        self.stop = button_of(tr("Stop using it"), tr("Judge whoever speaks as a stranger again"), card)
        self.stop.clicked.connect(lambda: self.used.emit(""))
        card.body.setSpacing(Space.M)
        for part in (self.title, self.detail, self.share, self.adapt):
            card.body.addWidget(part)
        card.body.addSpacing(Space.S)
        for button in (self.forget, self.keep, self.stop):
            card.body.addWidget(button)
        card.body.addStretch(1)
        return card

    def _build_list(self) -> QWidget:
        card = Card(tr("Voices that are kept"), self)
        self.list = QListWidget(card)
        self.list.setObjectName("voices")
        self.list.setSpacing(2)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        named(
            self.list,
            tr("Voices that are kept"),
            tr("Enter uses the chosen one, F2 renames it, Del deletes it"),
        )
        self.list.currentRowChanged.connect(lambda _: self._show_buttons())
        self.list.itemActivated.connect(lambda _: self._use())
        self.nobody = text_of(card)
        self.nobody.setText(
            tr(
                "None yet. Teach Emoscope your voice, and it is known from the first word on: talk "
                "for a minute, in different moods."
            )
        )
        self.nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.teach_button = button_of(tr("Teach a voice…"), tr("Talk for a minute, in different moods"), card)
        self.teach_button.setProperty("role", "primary")
        self.teach_button.clicked.connect(self.teach)
        self.use = button_of(tr("Use"), tr("Judge by this voice from now on (Enter)"), card, compact=True)
        self.use.clicked.connect(self._use)
        self.rename = button_of(tr("Rename…"), tr("Give it another name (F2)"), card, compact=True)
        self.rename.clicked.connect(lambda: self._emit(self.renamed))
        self.export = button_of(tr("Export…"), tr("Copy it to another place"), card, compact=True)
        self.export.clicked.connect(lambda: self._emit(self.exported))
        self.delete = button_of(tr("Delete"), tr("Delete it from the disk (Del)"), card, compact=True)
        self.delete.clicked.connect(lambda: self._emit(self.deleted))
        self.take_in = button_of(
            tr("Import…"), tr("Take in a voice profile from elsewhere, or drop one here"), card
        )
        self.take_in.clicked.connect(self.import_asked)
        self.promise = text_of(card)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for button in (self.use, self.rename, self.export, self.delete):
            buttons.addWidget(button)
        buttons.addStretch(1)
        first = QHBoxLayout()
        first.setSpacing(Space.S)
        first.addWidget(self.teach_button)
        first.addWidget(self.take_in)
        first.addStretch(1)
        card.body.setSpacing(Space.M)
        card.body.addLayout(first)
        card.body.addWidget(self.list, 1)
        card.body.addWidget(self.nobody, 1)
        card.body.addLayout(buttons)
        card.body.addWidget(self.promise)
        return card

    def _build_teaching(self) -> QWidget:
        card = Card(tr("Teach a voice"), self)
        self.step = QLabel(card)
        self.step.setProperty("role", "secondary")
        self.mood = QLabel(card)
        self.mood.setProperty("role", "large")
        self.topic = text_of(card)
        self.topic.setProperty("role", "title")
        self.advice = text_of(card)
        self.advice.setAccessibleName(tr("How you are heard"))
        self.learnt = QProgressBar(card)
        self.learnt.setRange(0, 100)
        self.learnt.setTextVisible(False)
        named(
            self.learnt,
            tr("How much was learnt"),
            tr("By how long was spoken, and in how many moods, in percent"),
        )
        self.amount = text_of(card)
        self.skip = button_of(tr("Next topic"), tr("Go on to the next topic"), card, compact=True)
        self.skip.clicked.connect(self.skipped)
        self.cancel = button_of(
            tr("Cancel"), tr("Forget what was said and go back (Esc)"), card, compact=True
        )
        self.cancel.clicked.connect(self.cancelled)
        self.name = QLineEdit(card)
        self.name.setPlaceholderText(tr("Whose voice is it?"))
        self.name.setMaxLength(60)
        self.name.setMinimumWidth(156)  # the words in it are seen whole in the smallest window
        named(self.name, tr("Name of the voice"), tr("Whose voice it is"))
        self.name.textChanged.connect(lambda _: self._show_keeping())
        self.name.returnPressed.connect(self._keep)
        self.save = button_of(tr("Keep"), tr("Keep this voice under the name, and use it"), card)
        self.save.setProperty("role", "primary")
        self.save.clicked.connect(self._keep)
        self._can_be_kept = False
        card.body.setSpacing(Space.M)
        card.body.addStretch(1)
        for part in (self.step, self.mood, self.topic):
            card.body.addWidget(part)
        card.body.addSpacing(Space.L)
        card.body.addWidget(self.learnt)
        card.body.addWidget(self.amount)
        card.body.addWidget(self.advice)
        card.body.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.cancel)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.name, 2)
        row.addWidget(self.save)
        card.body.addLayout(row)
        return card

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def teaching(self) -> bool:
        return self._sides.currentIndex() == 1

    def show_heard(self, use: VoiceUse | None, name: str, *, adapts: bool, learnable: bool) -> None:
        """What is known of the voice that is heard live."""
        self.title.setText(heard_title(use, name, adapts=adapts, learnable=learnable))
        self.title.setAccessibleDescription(self.title.text())
        self.detail.setText(heard_detail(use, adapts=adapts, learnable=learnable))
        known = use is not None and use.seconds > 0
        self.share.setValue(round(100 * use.weight) if use is not None else 0)
        self.share.setVisible(adapts and learnable)
        self.adapt.setChecked(adapts)
        self.adapt.setEnabled(learnable)
        self.forget.setEnabled(known)
        self.keep.setEnabled(known and not name)
        self.stop.setVisible(bool(name))

    def show_voices(self, rows: Sequence[VoiceRow], folder: Path) -> None:
        """Those that are kept; the one that was chosen stays chosen."""
        chosen = self.chosen
        self._rows = list(rows)
        self.list.clear()
        for row in rows:
            name = tr("{name}  ·  in use").format(name=row.name) if row.used else row.name
            item = QListWidgetItem(f"{name}\n{row.detail}")
            item.setSizeHint(QSize(0, 48))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.name}. {row.detail}")
            self.list.addItem(item)
        names = [row.name for row in rows]
        if names:
            self.list.setCurrentRow(names.index(chosen) if chosen in names else 0)
        self.list.setVisible(bool(rows))
        self.nobody.setVisible(not rows)
        for button in (self.use, self.rename, self.export, self.delete):
            button.setVisible(bool(rows))
        self.promise.setText(f"{tr(WHAT_IS_KEPT)} {folder}.")
        self._show_buttons()

    def show_teaching(self, state: EnrolmentState | None, *, unheard: str = "") -> None:
        """How far teaching is; None ends it. `unheard` says why nothing can be heard now."""
        if state is None:
            self._sides.setCurrentIndex(0)
            return
        if not self.teaching:
            self.name.clear()
            self._sides.setCurrentIndex(1)
        topic = state.topic
        self.step.setText(
            tr("All topics were talked about")
            if topic is None
            else tr("Topic {place} of {count}").format(place=state.place + 1, count=len(TOPICS))
        )
        self.mood.setText(tr("That is plenty") if topic is None else tr(topic.mood))
        self.topic.setText(
            tr("Go on if you like, or give the voice a name and keep it.")
            if topic is None
            else tr(topic.text)
        )
        self.advice.setText(unheard or state.advice)
        self.advice.setAccessibleDescription(self.advice.text())
        self.learnt.setValue(round(100 * state.progress))
        self.amount.setText(
            tr("{length} of speech; {progress} % of what it can do").format(
                length=length(state.seconds), progress=round(100 * state.progress)
            )
        )
        self.skip.setEnabled(topic is not None)
        self._can_be_kept = state.can_be_kept
        self._show_keeping()

    @property
    def chosen(self) -> str:
        """Name of the chosen voice; empty if there is none."""
        place = self.list.currentRow()
        return self._rows[place].name if 0 <= place < len(self._rows) else ""

    def _show_buttons(self) -> None:
        place = self.list.currentRow()
        row = self._rows[place] if 0 <= place < len(self._rows) else None
        self.use.setEnabled(row is not None and row.usable and not row.used)
        for button in (self.rename, self.export, self.delete):
            button.setEnabled(row is not None)

    def _show_keeping(self) -> None:
        self.save.setEnabled(self._can_be_kept and bool(self.name.text().strip()))

    # --- what a person does -------------------------------------------------------------------------------

    def _use(self) -> None:
        if self.use.isEnabled():
            self._emit(self.used)

    def _keep(self) -> None:
        if self.save.isEnabled():
            self.kept.emit(self.name.text().strip())

    def _emit(self, signal: SignalInstance) -> None:
        if self.chosen:
            signal.emit(self.chosen)

    def entered(self) -> None:
        self.seen.emit()

    def escape(self) -> bool:
        if self.teaching:
            self.cancelled.emit()
            return True
        return False

    def takes(self, paths: list[Path]) -> str:
        if all(path.suffix.lower() == _PROFILE for path in paths):
            return (
                tr("Drop to keep this voice")
                if len(paths) == 1
                else tr("Drop to keep {count} voices").format(count=len(paths))
            )
        return ""

    def drop(self, paths: list[Path]) -> None:
        self.dropped.emit(paths)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self.list.hasFocus() and event.key() == Qt.Key.Key_Delete:
            self._emit(self.deleted)
        elif self.list.hasFocus() and event.key() == Qt.Key.Key_F2:
            self._emit(self.renamed)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(248, min(400, round(self.width() * 0.34))))
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self.setStyleSheet("")
