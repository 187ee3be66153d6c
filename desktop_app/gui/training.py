"""Does what the page of training asks for: looks at recordings, trains, and opens what came of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.installation import install_command, lacks
from desktop_app.core.language import tr
from desktop_app.core.own_process import is_packaged
from desktop_app.core.safe_files import make_folder
from desktop_app.gui.jobs import Job
from desktop_app.gui.pages.train import TrainPage
from desktop_app.gui.pages.train_setup import NOBODY, TOLD
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.told import told
from desktop_app.gui.state.training import TrainingState, replayed
from desktop_app.gui.state.training_data import (
    Looked,
    RecipeRow,
    SpeakerChoice,
    Unfinished,
    free_folder,
    options_of,
    runs_folder,
    unfinished,
)
from desktop_app.gui.training_run import Question, TrainingRun

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

_CANCEL_MS = 5000
"""A fit that does not come to a batch's end for so long is ended from outside."""
_SHOWN_MS = 100
PAGE = "train"


class Training(QObject):
    """Between the page and `emoscope-models`, which runs as a child of the window.

    Attributes
    ----------
    run : TrainingRun or None
        The one that is shown, whether it still runs or not.
    root : Path
        Each run has a folder in it.
    """

    def __init__(self, window: MainWindow, page: TrainPage, root: Path | None = None) -> None:
        super().__init__(window)
        self._window, self._page = window, page
        self.root = runs_folder() if root is None else root
        self.run: TrainingRun | None = None
        self._call: dict[str, Any] = {}
        self._looks: Question | None = None
        self._lists: list[Question] = []
        self._asked = False
        self._show = QTimer(self)
        self._show.setSingleShot(True)
        self._show.setInterval(_SHOWN_MS)
        self._show.timeout.connect(self._show_state)
        setup, progress = page.setup, page.progress
        page.seen.connect(self.enter)
        page.looked_again.connect(self.enter)
        page.dropped.connect(self.look_at_folders)
        setup.folder_asked.connect(self._ask_folder)
        setup.sessions_asked.connect(self.look_at_sessions)
        setup.corpora_chosen.connect(self.look)
        setup.forgotten.connect(self.forget)
        setup.speakers_chosen.connect(self.tell_speakers)
        setup.start_asked.connect(self.start)
        setup.resumed.connect(self.resume)
        setup.discarded.connect(self.discard)
        progress.paused.connect(lambda: self.run and self.run.pause())
        progress.gone_on.connect(lambda: self.run and self.run.go_on())
        progress.cancelled.connect(self.cancel)
        progress.resumed.connect(self.go_on)
        progress.left.connect(self.leave)
        progress.spoken_into.connect(self.speak)
        progress.shown.connect(self._show_file)

    @property
    def running(self) -> bool:
        return self.run is not None and self.run.running

    @property
    def settled(self) -> bool:
        """Whether recipes, corpora and recordings are shown that were asked for."""
        looks = [] if self._looks is None else [self._looks]
        return not any(question.running for question in [*self._lists, *looks])

    # --- what there is ------------------------------------------------------------------------------------

    def enter(self) -> None:
        """The page came into sight: see what is installed, and what can go on."""
        missing = lacks("train")
        if missing or find_spec("models") is None:
            line = "" if is_packaged() else install_command("train")
            self._page.show_missing(", ".join(missing) or "emoscope-models", line)
            return
        if self.run is not None:
            self._page.show_progress()
            return
        self._page.show_setup()
        self._page.setup.show_unfinished(unfinished(self.root))
        if not self._asked:
            self._asked = True
            self._page.setup.show_recipes([], tr("The recipes are being listed …"))
            self._ask(["recipes", "--json"], self._recipes_listed, self._recipes_refused)
            if os.environ.get("EMOSCOPE_CORPORA"):
                self._ask(["corpora", "list", "--json"], self._corpora_listed, lambda _: None)

    def _ask(self, words: Sequence[str], done: Any, refused: Any) -> None:
        question = Question(words, self)
        self._lists.append(question)
        question.answered.connect(done)
        question.refused.connect(refused)

    def _recipes_listed(self, answer: Any) -> None:
        self._page.setup.show_recipes([RecipeRow.of(row) for row in answer["recipes"]])

    def _recipes_refused(self, why: str) -> None:
        self._asked = False
        self._page.setup.show_recipes([], why)

    def _corpora_listed(self, answer: Any) -> None:
        self._page.setup.show_corpora({row["name"]: row["path"] for row in answer["corpora"]})

    # --- the recordings -----------------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, tr("A folder with one folder a class"))
        if name:
            self.look_at_folders([Path(name)])

    def look_at_folders(self, paths: Sequence[Path]) -> None:
        """See what these folders of own data hold."""
        self.look([f"folder={path}" for path in paths])

    def look_at_sessions(self) -> None:
        """See what was corrected of sessions whose sound was kept."""

        kept_in = self._window.controller.keeper.folder

        def lay_out(_: Job) -> tuple[Path, int]:
            from desktop_app.sessions.corrected import lay_out
            from desktop_app.sessions.store import SessionStore

            with SessionStore(kept_in) as store:
                return lay_out(store)

        def done(found: tuple[Path, int]) -> None:
            folder, count = found
            if count:
                self.look([f"folder={folder}"], NOBODY)  # one person may well speak in all of them
            else:
                self._tell(
                    tr("No session has both its sound and a correction."),
                    tr(
                        "Keep the sound of sessions (in the menu), and correct utterances on the "
                        "page Sessions."
                    ),
                )

        jobs = self._window.controller.jobs
        jobs.start("laying out sessions", lay_out, done, lambda error: self._tell(told(error)))

    def look(self, sources: Sequence[str], choice: SpeakerChoice = TOLD) -> None:
        """See what these sources hold, with the speakers told in this way."""
        self._stop_looking()
        words = ["corpora", "check", *sources, "--json"]
        if choice.pattern:
            words.append(f"--speaker-pattern={choice.pattern}")
        self._page.setup.show_looking()
        self._looks = looks = Question(words, self)

        def answered(answer: Any) -> None:
            self._stop_looking()
            looked, before = Looked.of(sources, answer), self._page.setup.choice
            if choice.pattern and looked.problem:  # the folder is what it was; the pattern is not right
                self._tell(looked.problem)
                self.look(sources, TOLD if before == choice else before)
                return
            self._page.setup.show_looked(looked, choice)

        def refused(why: str) -> None:
            self._stop_looking()
            self._tell(why)
            if choice is TOLD:
                self._page.setup.show_choice()
            else:
                self.look(sources)

        looks.answered.connect(answered)
        looks.refused.connect(refused)
        looks.said.connect(self._page.setup.show_looking)

    def tell_speakers(self, choice: SpeakerChoice) -> None:
        """Tell the speakers apart in this way from now on."""
        looked = self._page.setup.looked
        if looked is None:
            return
        if choice.kind == NOBODY.kind:
            self._page.setup.show_looked(looked, choice)
        else:
            self.look(looked.sources, choice)

    def forget(self) -> None:
        """Other recordings are to be chosen."""
        self._stop_looking()
        self._page.setup.name.clear()
        self._page.setup.show_choice()
        self._page.setup.show_unfinished(unfinished(self.root))

    def _stop_looking(self) -> None:
        if self._looks is not None:
            self._looks.close()
            self._looks.deleteLater()
            self._looks = None

    # --- training -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Train what is chosen on the page."""
        setup = self._page.setup
        looked, recipe, choice = setup.looked, setup.recipe, setup.choice
        if looked is None or recipe is None or self.running:
            return
        name = setup.name.text()
        call = {
            "recipe": recipe.path,
            "name": name,
            "data": list(looked.sources),
            "speaker_pattern": choice.pattern,
            "without_speakers": not looked.independent or choice.kind == NOBODY.kind,
        }
        self._begin(call, free_folder(self.root, name), TrainingState(name))

    def resume(self, run: Unfinished) -> None:
        """Go on with a run that was broken off."""
        self._begin(dict(run.call), run.folder, replayed(run.name, run.folder))

    def go_on(self) -> None:
        """Go on with the one that is shown, after it was cancelled or has failed."""
        if self.run is not None and not self.run.running:
            self._begin(self._call, self.run.folder, replayed(self.run.state.name, self.run.folder))

    def _begin(self, call: dict[str, Any], folder: Path, state: TrainingState) -> None:
        if self.running:
            return
        try:
            make_folder(folder)
        except EmoscopeError as error:
            self._tell(told(error))
            return
        self._window.dismiss()
        if self.run is not None:
            self.run.deleteLater()
        self._call = call
        self.run = TrainingRun(options_of(call), folder, state, self)
        self.run.changed.connect(self._changed)
        self.run.over.connect(self._show_state)
        self.run.start()
        self._page.show_progress()
        self._show_state()

    def _changed(self) -> None:
        """Events may come in hundreds; what they tell is shown ten times a second."""
        if not self._show.isActive():
            self._show.start()

    def _show_state(self) -> None:
        if self.run is not None:
            self._page.progress.show_state(self.run.state)

    def cancel(self) -> None:
        """End it; it can go on later."""
        run = self.run
        if run is None or not run.running:
            return
        run.cancel()
        self._page.progress.cancel.setEnabled(False)

        def ended() -> None:
            self._page.progress.cancel.setEnabled(True)

        run.over.connect(ended)
        QTimer.singleShot(_CANCEL_MS, run, run.end_cancelled)

    def leave(self) -> None:
        """Back to what to learn from."""
        if self.running:
            return
        if self.run is not None:
            self.run.deleteLater()
            self.run = None
        self._page.show_setup()
        self._page.setup.show_unfinished(unfinished(self.root))

    def discard(self, run: Unfinished) -> None:
        """Delete what a run has left, once a person has said so."""
        asked = QMessageBox(self._window)
        asked.setWindowTitle(tr("Discard a training"))
        asked.setText(
            tr("Delete what {name} has learnt so far? That cannot be undone.").format(name=run.name)
        )
        delete = asked.addButton(tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        asked.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        asked.exec()
        if asked.clickedButton() is not delete:
            return
        try:
            shutil.rmtree(run.folder)
        except OSError as error:
            self._tell(
                tr("The folder {folder} cannot be deleted: {why}.").format(
                    folder=run.folder, why=error.strerror
                )
            )
        self._page.setup.show_unfinished(unfinished(self.root))

    # --- what came of it ----------------------------------------------------------------------------------

    def speak(self) -> None:
        """Use the model from now on, and listen."""
        if self.run is None or not self.run.state.file:
            return
        self._window.choices.load_model(Path(self.run.state.file))
        self._window.go("live")
        if self._window.capture_waits:
            self._window.controller.listen()

    def _show_file(self) -> None:
        if self.run is not None and self.run.state.file:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.run.state.file).parent)))

    def may_close(self) -> bool:
        """Ask whether the window may close while it trains."""
        if not self.running or self.run is None:
            return True
        asked = QMessageBox(self._window)
        asked.setWindowTitle(tr("A model is being trained"))
        asked.setText(tr("{name} is being trained.").format(name=self.run.state.name))
        asked.setInformativeText(
            tr("If you close the window, it stops. It can go on later from where it is.")
        )
        close = asked.addButton(tr("Close"), QMessageBox.ButtonRole.DestructiveRole)
        stay = asked.addButton(tr("Keep training"), QMessageBox.ButtonRole.RejectRole)
        asked.setDefaultButton(stay)
        asked.exec()
        return asked.clickedButton() is close

    def close(self) -> None:
        """The window closes."""
        self._show.stop()
        self._stop_looking()
        for question in self._lists:
            question.close()
        if self.run is not None:
            self.run.close()

    def _tell(self, message: str, hint: str = "") -> None:
        self._window.model.notify(Notice(sentences(message, hint), page=PAGE))
        self._window.show_changes()
