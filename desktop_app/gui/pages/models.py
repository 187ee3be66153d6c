"""Models: the files at hand with what each is, and two of them compared on a recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.core.language import tr
from desktop_app.gui.look.icons import icon
from desktop_app.gui.look.theme import Space, Tokens
from desktop_app.gui.pages.model_details import ModelDetailsCard
from desktop_app.gui.pages.models_compared import ComparedModels
from desktop_app.gui.pages.page import WORDS_PX, Page
from desktop_app.gui.state.models import ModelDetails, ModelRow, tallied
from desktop_app.gui.widgets.cards import Card
from desktop_app.gui.widgets.controls import button_of, text_of
from desktop_app.gui.widgets.model_list import ModelList
from desktop_app.gui.widgets.work_strip import InstallStrip, WorkStrip
from desktop_app.inference.model_library import ENDING

_FEW = 6  # models, from which on there is no room for a hint


class ModelsPage(Page):
    """Shows; what is asked for leaves as a signal, and `gui/model_shelf.py` does it."""

    widest = WORDS_PX

    seen = Signal()
    hidden = Signal()
    chosen = Signal()  # another model is looked at
    used = Signal(object)  # ListedModel
    deleted = Signal(object)  # ListedModel
    not_deleted = Signal(object)  # ModelRow, of a model that cannot be
    measured = Signal(object)  # ListedModel
    compared = Signal(object, object)  # ListedModel, ListedModel
    add_wanted = Signal()
    export_wanted = Signal()
    folder_wanted = Signal()
    dropped = Signal(list)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ModelRow] = []
        self._details: Callable[[ModelRow], ModelDetails] | None = None
        self.compared_side = ComparedModels(self)
        self.compared_side.back.connect(self.show_list)
        self._sides = QStackedWidget(self)
        self._sides.addWidget(self._build_library())
        self._sides.addWidget(self.compared_side)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, 0, Space.L, Space.S)
        layout.addWidget(self._sides)

    # --- building -----------------------------------------------------------------------------------------

    def _build_library(self) -> QWidget:
        side = QWidget(self)
        self.work = WorkStrip(side)
        self.work.cancelled.connect(self.cancelled)
        self.install = InstallStrip(side)
        self.card = ModelDetailsCard(side)
        self.card.use_wanted.connect(self._use)
        self.card.compare_wanted.connect(self._compare)
        self.card.measure_wanted.connect(lambda: self._with_chosen(self.measured))
        self.card.delete_wanted.connect(self._delete)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        row.addWidget(self._build_list(side))
        row.addWidget(self.card, 1)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.install)
        layout.addWidget(self.work)
        layout.addLayout(row, 1)
        return side

    def _build_list(self, parent: QWidget) -> QWidget:
        self._left = Card("", parent)
        self.add = button_of(
            tr("Add…"), tr("Keep a copy of a model file, or drop one here"), self._left, compact=True
        )
        self.add.clicked.connect(self.add_wanted)
        self.export = button_of(
            tr("Hugging Face…"),
            tr("Make a model file of a Hugging Face folder, or drop one here"),
            self._left,
            compact=True,
        )
        self.export.clicked.connect(self.export_wanted)
        self.count = text_of(self._left)
        self.list = ModelList(self._left)
        self.list.chosen_changed.connect(self._show_chosen)
        self.list.use_wanted.connect(self._use)
        self.list.delete_wanted.connect(self._delete)
        self.hint = text_of(self._left)
        self.hint.setText(tr("Drop a model file here to add it, or a Hugging Face folder to make one of it."))
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.folder = button_of(
            tr("Folder"), tr("Show where added models are kept"), self._left, compact=True
        )
        self.folder.setProperty("role", "quiet")
        self.folder.clicked.connect(self.folder_wanted)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(self.add)
        top.addWidget(self.export)
        top.addStretch(1)
        self._left.body.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        self._left.body.addLayout(top)
        self._left.body.addWidget(self.list, 1)
        self._left.body.addWidget(self.hint)
        bottom = QHBoxLayout()
        bottom.addWidget(self.count, 1)
        bottom.addWidget(self.folder)
        self._left.body.addLayout(bottom)
        return self._left

    # --- showing ------------------------------------------------------------------------------------------

    @property
    def side(self) -> str:
        """What is in sight: ``list`` or ``compared``."""
        return ("list", "compared")[self._sides.currentIndex()]

    @property
    def looked_at(self) -> ModelRow | None:
        """The model whose details are shown."""
        return self.list.chosen

    def show_models(
        self,
        rows: Sequence[ModelRow],
        details: Callable[[ModelRow], ModelDetails],
        choose: Path | None = None,
    ) -> None:
        """All of them; `details` tells everything about one, and `choose` is one to be looked at now."""
        self._rows, self._details = list(rows), details
        self.count.setText(tallied(rows))
        self.hint.setVisible(len(rows) < _FEW)
        self.list.show_rows(rows, choose)

    def show_folder(self, folder: str) -> None:
        """Where those that are added are kept."""
        tip = tr("Show where added models are kept: {folder}").format(folder=folder)
        self.folder.setToolTip(tip)
        self.folder.setAccessibleDescription(tip)

    def show_list(self) -> None:
        """Back to the list."""
        if self.side != "list":
            self.compared_side.left()
            self._sides.setCurrentIndex(0)
            self.list.setFocus()
            self.seen.emit()

    def show_compared(self) -> ComparedModels:
        """The side on which two are compared."""
        self._sides.setCurrentWidget(self.compared_side)
        return self.compared_side

    def _show_chosen(self) -> None:
        row = self.list.chosen
        self.card.setVisible(row is not None)
        if row is not None and self._details is not None:
            others = [each for each in self._rows if each.comparable and each is not row]
            self.card.show_model(row, self._details(row), others if row.comparable else [])
            self.chosen.emit()

    # --- what a person does -------------------------------------------------------------------------------

    def _use(self) -> None:
        row = self.list.chosen
        if row is not None and row.usable and not row.used:
            self.used.emit(row.model)

    def _delete(self) -> None:
        row = self.list.chosen
        if self.card.delete.isEnabled():
            self._with_chosen(self.deleted)
        elif row is not None:
            self.not_deleted.emit(row)

    def _compare(self, other: object) -> None:
        row = self.list.chosen
        if row is not None:
            self.compared.emit(row.model, other)

    def _with_chosen(self, signal: object) -> None:
        row = self.list.chosen
        if row is not None:
            signal.emit(row.model)  # type: ignore[attr-defined]  # a bound signal

    # --- Page ---------------------------------------------------------------------------------------------

    def entered(self) -> None:
        self.seen.emit()

    def left(self) -> None:
        self.hidden.emit()

    def escape(self) -> bool:
        if self.side == "list":
            return False
        self.show_list()
        return True

    def takes(self, paths: list[Path]) -> str:
        if self.side == "compared":
            return self.compared_side.takes(paths)
        if all(path.suffix.lower() == ENDING for path in paths):
            if len(paths) == 1:
                return tr("Drop to keep this model")
            return tr("Drop to keep {count} models").format(count=len(paths))
        if len(paths) == 1 and (paths[0] / "config.json").is_file():
            return tr("Drop to make a model file of this Hugging Face folder")
        return ""

    def drop(self, paths: list[Path]) -> None:
        if self.side == "compared":
            self.compared_side.recording_chosen.emit(paths[0])
        else:
            self.dropped.emit(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._left.setFixedWidth(max(256, min(420, round(self.width() * 0.38))))
        super().resizeEvent(event)

    def apply_theme(self, tokens: Tokens) -> None:
        self.list.apply_theme(tokens)
        self.card.apply_theme(tokens)
        self.compared_side.apply_theme(tokens)
        for button, sign in ((self.add, "plus"), (self.export, "export"), (self.folder, "folder")):
            button.setIcon(icon(sign, tokens.ink))
            button.setIconSize(QSize(16, 16))
