"""What a model is to learn from, and how: the recordings, who speaks in them, and the recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.core.language import mark, tr
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.state.training_data import Looked, RecipeRow, SpeakerChoice, Unfinished
from desktop_app.gui.widgets.cards import Card, scrolled, section
from desktop_app.gui.widgets.class_table import ClassTable
from desktop_app.gui.widgets.controls import ElidedLabel, button_of, named, text_of
from desktop_app.gui.widgets.pickers import Picker

_MOST_RUNS = 3
_MOST_WARNINGS = 6
TOLD = SpeakerChoice("told", "", mark("As the folder tells it"))
UNTOLD = mark("Nothing tells it yet")
PATTERN = SpeakerChoice("pattern", "", mark("By a pattern of my own…"))
JUDGED_ON_KNOWN = mark(
    "The model is judged on voices that it knows: the figure is too good for other people, and says so."
)
NOBODY = SpeakerChoice("nobody", "", mark("I do not know: judge it on voices that it knows"))


class TrainSetup(QWidget):
    """Two cards: what it learns from, and what is trained.

    What is asked for leaves as a signal.
    """

    folder_asked = Signal()
    sessions_asked = Signal()
    corpora_chosen = Signal(list)  # of sources
    forgotten = Signal()  # other recordings are to be chosen
    speakers_chosen = Signal(object)  # SpeakerChoice
    start_asked = Signal()
    resumed = Signal(object)  # Unfinished
    discarded = Signal(object)  # Unfinished

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looked: Looked | None = None
        self._recipes: list[RecipeRow] = []
        self._choice = TOLD
        self._boxes: dict[str, QCheckBox] = {}
        self._data = QStackedWidget(self)
        self._data.addWidget(self._build_choice())
        self._data.addWidget(self._build_looking())
        self._data.addWidget(self._build_looked())
        self._recipe_card = self._build_recipe()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self._data, 1)
        layout.addWidget(self._recipe_card)

    # --- building -----------------------------------------------------------------------------------------

    def _build_choice(self) -> QWidget:
        card = Card(tr("What it learns from"), self)
        title = QLabel(tr("Drop a folder here"), card)
        title.setProperty("role", "large")
        how = text_of(card)
        how.setText(
            tr(
                "In it, one folder for each class, called as the emotion is (angry, happy, sad …), with "
                "recordings inside. Recordings that you have corrected in Emoscope are taken as they lie: "
                "each stretch with a label is a clip."
            )
        )
        self.choose = button_of(
            tr("Choose a folder…"), tr("A folder with one folder a class, or corrected recordings"), card
        )
        self.choose.setProperty("role", "primary")
        self.choose.clicked.connect(self.folder_asked)
        self.take_sessions = button_of(
            tr("My corrected sessions"), tr("What you have corrected of sessions whose sound was kept"), card
        )
        self.take_sessions.clicked.connect(self.sessions_asked)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.choose)
        row.addWidget(self.take_sessions)
        row.addStretch(1)
        inside = QWidget(card)
        self._corpora = QVBoxLayout(inside)
        self._corpora.setContentsMargins(0, 0, 0, 0)
        self._corpora.setSpacing(Space.XS)
        self._corpora_title = section(tr("Corpora that are here (EMOSCOPE_CORPORA)"), card)
        self._corpora_area = scrolled(inside, tr("Corpora that are here"), 96)
        self.take_corpora = button_of(tr("Learn from these"), tr("Look at the corpora that are ticked"), card)
        self.take_corpora.clicked.connect(self._take_corpora)
        take = QHBoxLayout()
        take.addWidget(self.take_corpora)
        take.addStretch(1)
        self._runs_title = section(tr("Not finished"), card)
        self._runs = QVBoxLayout()
        self._runs.setSpacing(Space.XS)
        card.body.setSpacing(Space.M)
        for part in (title, how):
            card.body.addWidget(part)
        card.body.addLayout(row)
        card.body.addWidget(self._corpora_title)
        card.body.addWidget(self._corpora_area)
        card.body.addLayout(take)
        card.body.addWidget(self._runs_title)
        card.body.addLayout(self._runs)
        card.body.addStretch(1)
        self.show_corpora({})
        self.show_unfinished([])
        return card

    def _build_looking(self) -> QWidget:
        card = Card(tr("What it learns from"), self)
        self.looking = QLabel(tr("Looking at the recordings"), card)
        self.looking.setProperty("role", "title")
        self.looking_at = text_of(card)
        busy = QProgressBar(card)
        busy.setRange(0, 0)
        busy.setTextVisible(False)
        named(busy, tr("Looking at the recordings"), tr("Each of them is read once"))
        stop = button_of(tr("Cancel"), tr("Choose other recordings"), card)
        stop.clicked.connect(self.forgotten)
        row = QHBoxLayout()
        row.addWidget(stop)
        row.addStretch(1)
        card.body.setSpacing(Space.M)
        card.body.addStretch(1)
        for part in (self.looking, busy, self.looking_at):
            card.body.addWidget(part)
        card.body.addLayout(row)
        card.body.addStretch(2)
        return card

    def _build_looked(self) -> QWidget:
        card = Card("", self)
        head = QHBoxLayout()
        self.place = ElidedLabel("title", card)
        self.other = button_of(tr("Others…"), tr("Learn from other recordings"), card, compact=True)
        self.other.clicked.connect(self.forgotten)
        head.addWidget(self.place, 1)
        head.addWidget(self.other)
        self.summary = text_of(card)
        self.table = ClassTable(card)
        named(self.table, tr("Classes"), tr("Clips, speakers and length of each class"))
        self.speakers = Picker(tr("Who speaks"), tr("How the speakers are told apart"), "speaker", card)
        self.speakers.setMaximumWidth(16777215)
        self.speakers.activated.connect(self._speakers_picked)
        self.pattern = QLineEdit(card)
        self.pattern.setPlaceholderText(tr(r"For example ([a-z]+)-\d+: its first group is the speaker"))
        named(
            self.pattern,
            tr("Pattern"),
            tr("A regular expression, searched in each path below the folder; Enter looks"),
        )
        self.pattern.returnPressed.connect(self._pattern_given)
        self.worth = text_of(card)
        self.warnings = text_of(card)
        self.warnings.setAccessibleName(tr("Warnings"))
        notes = QWidget(card)
        column = QVBoxLayout(notes)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.worth)
        column.addWidget(self.warnings)
        column.addStretch(1)
        card.body.addLayout(head)
        card.body.addWidget(self.summary)
        card.body.addWidget(self.table, 2)
        card.body.addWidget(self.speakers)
        card.body.addWidget(self.pattern)
        card.body.addWidget(scrolled(notes, tr("What to know of them"), 64), 1)
        return card

    def _build_recipe(self) -> QWidget:
        card = Card(tr("What is trained"), self)
        self.recipes = QListWidget(card)
        self.recipes.setObjectName("recipes")
        self.recipes.setSpacing(2)
        self.recipes.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.recipes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recipes.setTextElideMode(Qt.TextElideMode.ElideRight)
        named(self.recipes, tr("Recipes"), tr("Kinds of models, the quickest first"))
        self.recipes.currentRowChanged.connect(lambda _: self._show_recipe())
        self.waiting = text_of(card)
        self.about = text_of(card)
        self.name = QLineEdit(card)
        self.name.setMaxLength(60)
        named(self.name, tr("Name of the model"), tr("Its file is called after it: letters, digits, - and _"))
        self.name.setPlaceholderText(tr("Name of the model"))
        self.name.textChanged.connect(lambda _: self._show_start())
        self.start = button_of(tr("Train"), tr("Begin; it can be paused, and goes on after a crash"), card)
        self.start.setProperty("role", "primary")
        self.start.clicked.connect(self.start_asked)
        self.why_not = text_of(card)
        card.body.addWidget(self.waiting)
        card.body.addWidget(self.recipes, 1)
        for part in (self.about, self.name, self.why_not, self.start):
            card.body.addWidget(part)
        return card

    # --- showing ------------------------------------------------------------------------------------------

    def show_corpora(self, found: Mapping[str, str]) -> None:
        """Known corpora and where they are."""
        for box in self._boxes.values():
            box.deleteLater()
        self._boxes = {}
        for name, path in found.items():
            box = QCheckBox(name, self)
            named(box, name, path)
            box.toggled.connect(lambda _: self._show_take())
            self._corpora.addWidget(box)
            self._boxes[f"{name}={path}"] = box
        for part in (self._corpora_title, self._corpora_area, self.take_corpora):
            part.setVisible(bool(found))
        self._show_take()

    def show_unfinished(self, runs: Sequence[Unfinished]) -> None:
        """Runs that can go on."""
        while (item := self._runs.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for run in runs[:_MOST_RUNS]:
            self._runs.addWidget(self._run_row(run))
        self._runs_title.setVisible(bool(runs))

    def _run_row(self, run: Unfinished) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        label = ElidedLabel("secondary", row)
        label.show_text(f"{run.name} · {run.text}")
        go_on = button_of(tr("Go on"), tr("Go on with it where it was"), row, compact=True)
        go_on.setAccessibleName(tr("Go on with {name}").format(name=run.name))
        go_on.clicked.connect(lambda: self.resumed.emit(run))
        discard = button_of(tr("Discard"), tr("Delete what was learnt so far"), row, compact=True)
        discard.setAccessibleName(tr("Discard {name}").format(name=run.name))
        discard.clicked.connect(lambda: self.discarded.emit(run))
        line.addWidget(label, 1)
        line.addWidget(go_on)
        line.addWidget(discard)
        return row

    def show_choice(self) -> None:
        """Nothing is chosen yet."""
        self._looked = None
        self._data.setCurrentIndex(0)
        self._show_list()

    def show_looking(self, how_far: str = "") -> None:
        self._data.setCurrentIndex(1)
        self.looking_at.setText(how_far)
        self._looked = None
        self._show_start()

    def show_looked(self, looked: Looked, choice: SpeakerChoice = TOLD) -> None:
        """What the recordings hold; `choice` is how their speakers are told apart."""
        self._looked, self._choice = looked, choice
        names = [source.partition("=") for source in looked.sources]
        shown = [Path(path).name if name == "folder" else name for name, _, path in names]
        self.place.show_text(", ".join(shown))
        self.place.setToolTip("\n".join(path for _, _, path in names))
        self.summary.setText(looked.summary)
        self.table.show_rows(looked.rows)
        entries = [TOLD, *looked.choices]
        if choice not in entries and choice.kind == "guess":
            entries.append(choice)
        entries += [PATTERN, NOBODY]
        asked = looked.own
        told = tr(UNTOLD) if looked.unknown and choice == TOLD else tr(TOLD.text)
        texts = [told if each == TOLD else tr(each.text) for each in entries]
        self.speakers.fill(
            [
                (tr("Who speaks: {text}").format(text=text), each)
                for text, each in zip(texts, entries, strict=True)
            ],
            choice,
        )
        self.speakers.choose(
            next(
                (
                    each
                    for each in entries
                    if each.kind == choice.kind and (each.kind != "guess" or each.pattern == choice.pattern)
                ),
                TOLD,
            )
        )
        self.speakers.setVisible(asked)
        self.pattern.setVisible(asked and choice.kind == "pattern")
        self.worth.setText(tr(JUDGED_ON_KNOWN) if choice.kind == NOBODY.kind else looked.worth)
        warned = list(looked.warnings[:_MOST_WARNINGS])
        if len(looked.warnings) > _MOST_WARNINGS:
            more = len(looked.warnings) - _MOST_WARNINGS
            warned.append(
                tr("And {more} more, which 'emoscope-models corpora check' tells.").format(more=more)
            )
        self.warnings.setText("\n".join(warned))
        self.warnings.setVisible(bool(warned))
        self._data.setCurrentIndex(2)
        if not self.name.text():
            first = names[0]
            self.name.setText(_plain_name(Path(first[2]).name if first[0] == "folder" else first[0]))
        self._show_list()

    def show_recipes(self, recipes: Sequence[RecipeRow], waiting: str = "") -> None:
        """The recipes; or why there are none yet."""
        self._recipes = list(recipes)
        self.waiting.setText(waiting)
        self.waiting.setVisible(bool(waiting))
        self._show_list()

    def _show_list(self) -> None:
        """With what each costs for the recordings that are chosen."""
        before = self.recipe
        self.recipes.blockSignals(True)
        self.recipes.clear()
        for row in self._recipes:
            item = QListWidgetItem(f"{row.name}\n{row.cost(self._looked)}")
            item.setSizeHint(QSize(0, 46))
            item.setToolTip(row.missing or row.about)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{row.name}. {row.cost(self._looked)}. {row.about}"
            )
            if row.missing:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.recipes.addItem(item)
        names = [row.name for row in self._recipes]
        if names:
            usual = "random-forest" if "random-forest" in names else names[0]
            self.recipes.setCurrentRow(names.index(before.name if before is not None else usual))
        self.recipes.blockSignals(False)
        self._show_recipe()

    def _show_recipe(self) -> None:
        row = self.recipe
        self.about.setText("" if row is None else row.about)
        self.about.setVisible(row is not None)
        self._show_start()

    def _show_start(self) -> None:
        why_not = ""
        if self._looked is not None:
            why_not = self._looked.why_not
            if not why_not and self._looked.own and self._looked.unknown and self._choice == TOLD:
                why_not = tr("Say above who speaks: that decides what the figure at the end is worth.")
            if not why_not and self.name.text() != _plain_name(self.name.text()):
                why_not = tr("The name has letters, digits, - and _ only, since the file is called after it.")
        self.why_not.setText(why_not)
        self.why_not.setVisible(bool(why_not))
        ready = self._looked is not None and self.recipe is not None and bool(self.name.text())
        self.start.setEnabled(ready and not why_not)

    def _show_take(self) -> None:
        self.take_corpora.setEnabled(any(box.isChecked() for box in self._boxes.values()))

    @property
    def looked(self) -> Looked | None:
        return self._looked

    @property
    def choice(self) -> SpeakerChoice:
        """How the speakers are told apart, with the pattern in it."""
        return self._choice

    @property
    def recipe(self) -> RecipeRow | None:
        """The chosen one."""
        place = self.recipes.currentRow()
        return self._recipes[place] if 0 <= place < len(self._recipes) else None

    # --- what a person does -------------------------------------------------------------------------------

    def choose_recipe(self, name: str) -> None:
        names = [row.name for row in self._recipes]
        self.recipes.setCurrentRow(names.index(name))

    def _take_corpora(self) -> None:
        self.corpora_chosen.emit([source for source, box in self._boxes.items() if box.isChecked()])

    def _speakers_picked(self, place: int) -> None:
        choice = self.speakers.itemData(place)
        if not isinstance(choice, SpeakerChoice):
            return
        if choice.kind == "pattern":
            self.pattern.show()
            self.pattern.setFocus()
            return
        self.pattern.hide()
        self.speakers_chosen.emit(choice)

    def _pattern_given(self) -> None:
        if self.pattern.text().strip():
            self.speakers_chosen.emit(SpeakerChoice("pattern", self.pattern.text().strip(), PATTERN.text))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._recipe_card.setFixedWidth(max(264, min(380, round(self.width() * 0.36))))
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self.table.apply_theme(tokens)
        self.speakers.apply_theme(tokens)


def _plain_name(text: str) -> str:
    """A name that a file can have everywhere."""
    made = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text.strip())
    return made.strip("-_") or ("model" if text else "")
