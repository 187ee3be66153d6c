"""Does what the page of voices asks for: teaches, keeps, uses, renames and deletes voices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QInputDialog

from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.language import mark, tr
from desktop_app.gui.pages.voices import VoicesPage
from desktop_app.gui.state.enrolment import EnrolmentState
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.told import parts, retold
from desktop_app.gui.state.voices import row
from desktop_app.inference.voice_library import ENDING, DeletedVoice, VoiceLibrary, free_name, name_problem
from desktop_app.inference.voice_profile import VoiceProfile

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

_FILTER = mark("Voice profiles (*{ending});;All files (*)")
_MOST_TOLD = 5  # profiles that are refused, each in a sentence of its own


class Voices(QObject):
    """Between the page, the folder of voices and the live run.

    Teaching listens to the run as it is: what is said is learnt when it has been judged.
    """

    def __init__(self, window: MainWindow, page: VoicesPage, library: VoiceLibrary | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._controller = window.controller
        self.library = VoiceLibrary() if library is None else library
        self._page = page
        self._state: EnrolmentState | None = None
        page.teach.connect(self.teach)
        page.cancelled.connect(self.cancel)
        page.skipped.connect(self._skip)
        page.kept.connect(self.keep_taught)
        page.keep_heard.connect(self.keep_heard)
        page.used.connect(self.use)
        page.renamed.connect(self.rename)
        page.exported.connect(self.export)
        page.deleted.connect(self.delete)
        page.import_asked.connect(self.ask_import)
        page.dropped.connect(self.take_in)
        page.new_speaker.connect(self._controller.voice.new_speaker)
        page.adapts.connect(window.choices.adapt_picked)
        self._controller.bridge.events.connect(self._follow)
        page.seen.connect(self.show_heard)
        self._controller.changed.connect(self._show_in_sight)
        self._controller.in_use.loaded.connect(lambda _: self._model_changed())
        self.show_voices()

    @property
    def teaching(self) -> bool:
        """Whether a voice is being taught."""
        return self._state is not None

    # --- showing ------------------------------------------------------------------------------------------

    def show_voices(self) -> None:
        """Read the folder again."""
        engine = self._controller.engine
        sha256 = engine.sha256 if engine is not None else ""
        try:
            voices = self.library.voices()
        except EmoscopeError as error:
            self._tell(error)
            voices = []
        used = self._controller.voice.name
        self._page.show_voices([row(voice, sha256, used) for voice in voices], self.library.folder)
        self.show_heard()

    def _show_in_sight(self) -> None:
        """With each event of the run, many times a second: nothing where nobody sees it."""
        if self._window.on("voices"):
            self.show_heard()

    def show_heard(self) -> None:
        """What is known of the voice now, and how far teaching is."""
        model, voice = self._window.model, self._controller.voice
        self._page.show_heard(model.voice, voice.name, adapts=model.adapts, learnable=model.learnable)
        if self._state is not None:
            self._page.show_teaching(self._state, unheard=self._unheard())

    def _unheard(self) -> str:
        if self._window.model.plays_recording:
            return tr("A recording is played. Choose a microphone above to be heard.")
        if not self._window.model.capturing:
            return tr("Nobody is listened to now. Press Start.")
        return ""

    # --- teaching -----------------------------------------------------------------------------------------

    def teach(self) -> None:
        """Begin to learn the voice that speaks from now on."""
        engine = self._controller.engine
        if engine is None:
            self._tell(
                EmoscopeError(mark("There is no model yet."), mark("Open one, or wait until it is loaded."))
            )
            return
        try:
            self._state = EnrolmentState(engine.voice_model)
        except EmoscopeError as error:
            self._tell(error)
            return
        self._window.go("voices")
        if self._controller.paused and not self._window.model.plays_recording:
            self._controller.resume()
        self.show_heard()

    def cancel(self) -> None:
        """What was said for teaching is forgotten."""
        self._state = None
        self._page.show_teaching(None)

    def _skip(self) -> None:
        if self._state is not None:
            self._state.skip()
            self.show_heard()

    def keep_taught(self, name: str) -> None:
        """Keep what was taught under a name, and use it."""
        if self._state is None:
            return
        if self._keep(name, self._state.enrolment.profile):
            self.cancel()

    def keep_heard(self) -> None:
        """Keep what the session knows of the voice, under a name that is asked for."""
        heard = self._controller.voice.heard
        if heard is None or heard.seconds <= 0:
            return
        taken = [voice.name for voice in self._kept()]
        name = self._ask_name(tr("Keep this voice"), free_name(tr("My voice"), taken))
        if name is not None:
            self._keep(name, VoiceProfile(heard.model, heard.sums))

    def _keep(self, name: str, profile: VoiceProfile) -> bool:
        try:
            self.library.save(name, profile)
            self._controller.voice.use(name, profile)
        except EmoscopeError as error:
            self._tell(error)
            return False
        self.show_voices()
        return True

    def _follow(self, events: list[Any]) -> None:
        changed = False
        for event in events:
            if self._state is not None and not self._window.model.plays_recording:
                try:
                    changed = self._state.take(event) or changed
                except EmoscopeError as error:  # another model judges by now
                    self.cancel()
                    self._tell(error)
        if changed:
            self.show_heard()

    # --- the voices that are kept -------------------------------------------------------------------------

    def use(self, name: str) -> None:
        """Judge by this voice from now on; by nobody's, if the name is empty."""
        engine = self._controller.engine
        if engine is None:
            return

        def do() -> None:
            profile = self.library.load(name, engine.voice_model) if name else None
            self._controller.voice.use(name, profile)

        self._try(do)

    def rename(self, name: str) -> None:
        other = self._ask_name(tr("Rename the voice"), name)
        if other is None or other == name:
            return

        def do() -> None:
            self._rename(name, other)
            self._window.model.undo.push(tr("renaming the voice"), lambda: self._rename_back(other, name))

        self._try(do)

    def _rename(self, name: str, other: str) -> None:
        self.library.rename(name, other)
        if self._controller.voice.name == name:
            self._controller.voice.name = other

    def _rename_back(self, name: str, other: str) -> None:
        self._try(lambda: self._rename(name, other))

    def export(self, name: str) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self._window, tr("Export the voice"), f"{name}{ENDING}", tr(_FILTER).format(ending=ENDING)
        )
        if path:
            self._try(lambda: self.library.export(name, Path(path)))

    def ask_import(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, tr("Import voices"), "", tr(_FILTER).format(ending=ENDING)
        )
        self.take_in([Path(path) for path in paths])

    def take_in(self, paths: list[Path]) -> None:
        """Keep copies of these profiles; each that is refused is told."""
        refused: list[EmoscopeError] = []
        for path in paths:
            try:
                self.library.take_in(path)
            except EmoscopeError as error:
                refused.append(error)
        if len(refused) == 1:
            self._tell(refused[0])
        elif refused:
            texts = [parts(error)[0] for error in refused[:_MOST_TOLD]]
            if len(refused) > _MOST_TOLD:
                texts.append(tr("{count} more were refused as well.").format(count=len(refused) - _MOST_TOLD))
            hints = {parts(error)[1] for error in refused}
            self._window.model.notify(Notice(sentences(*texts), hints.pop() if len(hints) == 1 else ""))
            self._window.show_changes()
        self.show_voices()

    def delete(self, name: str) -> None:
        """From the disk; the message offers to take it back."""
        deleted: list[DeletedVoice] = []
        self._try(lambda: deleted.append(self.library.delete(name)))
        if deleted:
            if self._controller.voice.name == name:
                self.use("")
            undo = self._window.model.undo.push(tr("deletion of the voice"), lambda: self.restore(deleted[0]))
            told = tr("The voice of {name} is deleted.").format(name=name)
            self._window.model.notify(Notice(told, trouble=False, undo=undo, page="voices"))
            self._window.show_changes()

    def restore(self, deleted: DeletedVoice) -> None:
        """Undo `delete`."""
        self._try(lambda: self.library.restore(deleted))

    # --- helpers ------------------------------------------------------------------------------------------

    def _kept(self) -> list[Any]:
        try:
            return self.library.voices()
        except EmoscopeError:
            return []

    def _ask_name(self, title: str, suggested: str) -> str | None:
        """A name that a voice can have; None if the person thinks better of it."""
        name, good = QInputDialog.getText(self._window, title, tr("Whose voice is it?"), text=suggested)
        if not good:
            return None
        problem = name_problem(name)
        if problem:
            self._window.model.notify(Notice(retold(problem)))
            self._window.show_changes()
            return None
        return name.strip()

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except EmoscopeError as error:
            self._tell(error)
        self.show_voices()

    def _tell(self, error: EmoscopeError) -> None:
        self._window.model.notify(Notice.of(error))
        self._window.show_changes()

    def _model_changed(self) -> None:
        if self._state is not None:
            self.cancel()
        self.show_voices()
