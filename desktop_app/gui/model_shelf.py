"""Does what the page of models asks for, beside the window: lists, adds, exports, deletes and times them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QFile, QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog

from desktop_app.core.errors import EmoscopeError, sentences
from desktop_app.core.language import tr
from desktop_app.core.safe_files import printable_path
from desktop_app.core.types import CaptureState
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.model_comparisons import PAGE, ModelComparisons
from desktop_app.gui.model_speeds import ModelSpeeds
from desktop_app.gui.state.model_export import UNNAMED, export_folder, missing_for_export
from desktop_app.gui.state.models import MEASURING, ModelDetails, ModelRow, details, files_beside, row
from desktop_app.gui.state.notices import Notice
from desktop_app.gui.state.told import parts
from desktop_app.inference.model_library import DeletedModel, ListedModel, ModelLibrary, Origin, models_folder
from desktop_app.inference.shipped import lies_in_zoo

if TYPE_CHECKING:
    from desktop_app.gui.pages.models import ModelsPage
    from desktop_app.gui.window import MainWindow

_MOST_TOLD: Final = 3


def to_trash(path: Path) -> Path | None:
    """Move a file to the trash of the system; where it lies there, or None if it has none for this place."""
    file = QFile(str(path))
    return Path(file.fileName()) if file.moveToTrash() and file.fileName() else None


class ModelShelf(QObject):
    """Between the page, the folder of models, and the model that the window uses."""

    def __init__(self, window: MainWindow, page: ModelsPage) -> None:
        super().__init__(window)
        self._window = window
        self._controller = window.controller
        self._page = page
        self._jobs = Jobs(self)
        self.library = ModelLibrary(self._folder())
        self._models: list[ListedModel] = []
        self._asked: Path | None = None  # that a person wants to use, and that is being loaded
        self._listing: Job | None = None
        self._adding: Job | None = None
        self.speeds = ModelSpeeds(self._jobs, self._next_to_measure, self)
        self.speeds.changed.connect(self._show)
        self.comparisons = ModelComparisons(window, page, self._jobs)
        page.seen.connect(self.refresh)
        page.hidden.connect(self.speeds.stop)
        page.chosen.connect(self._time_on)
        page.used.connect(self.use)
        page.deleted.connect(self.delete)
        page.not_deleted.connect(self._not_deleted)
        page.measured.connect(self.speeds.measure_again)
        page.add_wanted.connect(self.ask_files)
        page.export_wanted.connect(self.ask_folder)
        page.folder_wanted.connect(self.open_folder)
        page.dropped.connect(self.take)
        page.cancelled.connect(self.cancel)
        self._controller.in_use.loaded.connect(self._loaded)

    def _folder(self) -> Path:
        """The one that the settings name, if they name any."""
        return models_folder(self._window.settings.model_folder)

    @property
    def settled(self) -> bool:
        """Whether the models are listed."""
        return not self._jobs.under_way(self._listing)

    # --- the list -----------------------------------------------------------------------------------------

    def refresh(self, choose: Path | None = None) -> None:
        """Read it again; `choose` is a model to be looked at then."""
        if self._listing is not None:
            self._listing.cancel()
        library = self.library = ModelLibrary(self._folder())
        self._page.show_folder(printable_path(library.folder))
        self._window.choices.look_into_folder()
        elsewhere = [Path(name) for name in self._window.remembered.recent_models()]

        def show(models: list[ListedModel]) -> None:
            self._models = models
            self._show(choose)
            self._time_on()

        def failed(error: EmoscopeError) -> None:
            self._tell(error)
            show(self._models)

        self._listing = self._jobs.start("listing models", lambda _: library.models(elsewhere), show, failed)

    def _show(self, choose: Path | None = None) -> None:
        files = files_beside(self._models)
        rows = [self._row(model, files.get(model.path, "")) for model in self._models]
        self._page.show_models(rows, self._details, choose)

    def _row(self, model: ListedModel, file: str) -> ModelRow:
        engine = self._controller.engine
        used = None if engine is None else engine.path
        return row(model, used, self.speeds.of(model), self._asked, file)

    def _details(self, shown: ModelRow) -> ModelDetails:
        speed, why_not = self.speeds.of(shown.model), self.speeds.why_not(shown.model)
        return details(shown.model, speed, unmeasured=why_not or tr(MEASURING))

    def _time_on(self) -> None:
        if self._window.on(PAGE):
            self.speeds.go_on()

    def _next_to_measure(self) -> Sequence[ListedModel] | None:
        """The models in the order in which their speed matters; None while it is not to be measured."""
        busy = self._page.side != "list" or self._adding is not None
        if busy or self._window.model.state is CaptureState.SPEAKING:
            return None
        looked_at = self._page.looked_at
        return self._models if looked_at is None else [looked_at.model, *self._models]

    def use(self, model: ListedModel) -> None:
        """Judge by it from now on, once it is loaded."""
        self._asked = model.path
        self._window.choices.load_model(None if lies_in_zoo(model.path) else model.path)
        self._show()

    def _loaded(self, _: str) -> None:
        """Another model is in use, or the one before still is."""
        self._asked = None
        if self._window.on(PAGE):
            self.refresh()

    def open_folder(self) -> None:
        """Show where they are kept, with what the desktop has for that."""
        folder = self.library.folder
        if not folder.is_dir():
            self._say(Notice(tr("There is no folder yet: no model was added."), trouble=False, page=PAGE))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._say(
                Notice(
                    tr("No program opens folders here."),
                    tr("It is {folder}.").format(folder=folder),
                    page=PAGE,
                )
            )

    # --- adding -------------------------------------------------------------------------------------------

    def ask_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self._window, tr("Add models"), "", tr("Models (*.onnx);;All files (*)")
        )
        if names:
            self.take_in([Path(name) for name in names])

    def ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._window, tr("Export a Hugging Face folder"))
        if name:
            self.export(Path(name))

    def take(self, paths: list[Path]) -> None:
        """What was dropped: model files, or a folder to be exported."""
        if len(paths) == 1 and paths[0].is_dir():
            self.export(paths[0])
        else:
            self.take_in(paths)

    def take_in(self, paths: list[Path]) -> None:
        """Try these files, and keep copies of those that pass; each that is refused is told."""

        def work(job: Job) -> tuple[list[Path], list[EmoscopeError]]:
            kept: list[Path] = []
            refused: list[EmoscopeError] = []
            for number, path in enumerate(paths):
                told = tr("Trying {name} in a process of its own").format(name=path.name)
                self._jobs.report(job, self._page.work.show_work, told, number, _total(len(paths)))
                try:
                    kept.append(self.library.take_in(path, cancel=job.cancelled.is_set))
                except EmoscopeError as error:
                    refused.append(error)
            return kept, refused

        def done(found: tuple[list[Path], list[EmoscopeError]]) -> None:
            kept, refused = found
            if refused:
                self._say(_together(refused))
            elif len(kept) == 1:
                self._say(
                    Notice(
                        tr("{name} was tried and is kept here.").format(name=kept[0].name),
                        trouble=False,
                        done=True,
                        page=PAGE,
                    )
                )
            else:
                told = tr("{count} models were tried and are kept here.").format(count=len(kept))
                self._say(Notice(told, trouble=False, done=True, page=PAGE))
            self.refresh(kept[0] if kept else None)

        self._work(tr("adding models"), work, done)

    def export(self, folder: Path, labels: Sequence[str] | None = None) -> None:
        """Make a model file of a Hugging Face folder, as `emoscope-export hf` does.

        Where the folder does not say what its outputs are called, a person is asked for their `labels`.
        """
        missing = missing_for_export()
        if missing is not None:
            self._page.install.show_line(*missing)
            return
        self._page.install.hide()

        def work(job: Job) -> Path:
            out = self.library.free_path(folder.name or "model")

            def step(what: str, done: int, total: int) -> None:
                told = tr("Exporting {name}: {step}").format(name=folder.name, step=what)
                self._jobs.report(job, self._page.work.show_work, told, done, total)

            export_folder(folder, out, labels=labels, cancel=job.cancelled.is_set, on_step=step)
            return out

        def done(out: Path) -> None:
            told = (
                tr("{name} is exported, gives the same answers as before, and is kept as {file}.")
            ).format(name=folder.name, file=out.name)
            self._say(Notice(told, trouble=False, done=True, page=PAGE))
            self.refresh(out)

        def failed(error: EmoscopeError) -> None:
            if error.code == UNNAMED and labels is None:
                self._ask_labels(folder)
            else:
                self._tell(error)

        self._work("exporting", work, done, failed)
        self._page.work.show_work(tr("Exporting {name}").format(name=folder.name))

    def _ask_labels(self, folder: Path) -> None:
        text, good = QInputDialog.getText(
            self._window,
            tr("Names of the outputs"),
            (
                tr(
                    "The folder {name} does not say what its outputs are called. Their names in the order of "
                    "training, with commas between:"
                )
            ).format(name=folder.name),
        )
        names = [name.strip() for name in text.split(",")]
        if good and any(names):
            self.export(folder, names)

    def _work(
        self,
        name: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        failed: Callable[[EmoscopeError], None] | None = None,
    ) -> None:
        """What takes long, one after the other: a later one takes the place of the one before."""
        self.cancel()

        def finished(result: Any) -> None:
            self._adding = None
            self._page.work.end()
            done(result)

        def broken(error: EmoscopeError) -> None:
            self._adding = None
            self._page.work.end()
            (failed or self._tell)(error)

        self._window.model.take_away(PAGE)
        self._window.show_changes()
        self._adding = self._jobs.start(name, work, finished, broken)

    def cancel(self) -> None:
        """End what is being added or exported."""
        if self._adding is not None:
            self._adding.cancel()
            self._adding = None
        self._page.work.end()

    # --- deleting -----------------------------------------------------------------------------------------

    def delete(self, model: ListedModel) -> None:
        """Take it away; the message offers to bring it back."""
        if model.origin is Origin.ELSEWHERE:
            self._forget(model)
            return

        def done(deleted: DeletedModel) -> None:
            undo = self._window.model.undo.push(
                tr("deletion of the model"),
                lambda: self._restore(deleted),
                possible=deleted.lies.exists,
            )
            told = tr("The model {name} is deleted.").format(name=model.name)
            self._say(Notice(told, trouble=False, undo=undo, page=PAGE))
            self._window.choices.fill_models()
            self.refresh()

        self._jobs.start("deleting", lambda _: self.library.delete(model.path, to_trash), done, self._tell)

    def _not_deleted(self, row: ModelRow) -> None:
        """Say why it cannot be, and what to do."""
        told = tr("{name} is in use, so it cannot be deleted. Use another model, then delete this one.")
        if row.model.origin is Origin.SHIPPED:
            told = tr("{name} came with the program, so it is not deleted.")
        elif row.model.origin is Origin.ELSEWHERE:
            told = tr("{name} is in use, so it stays in the list. Use another model, then remove this one.")
        self._say(Notice(told.format(name=row.whole_title), trouble=False, page=PAGE))

    def _restore(self, deleted: DeletedModel) -> None:
        self._jobs.start(
            "bringing back",
            lambda _: self.library.restore(deleted),
            lambda _: self._brought_back(deleted.path),
            self._tell,
        )

    def _forget(self, model: ListedModel) -> None:
        remembered = self._window.remembered
        place = remembered.forget_model(str(model.path))

        def bring_back() -> None:
            remembered.remember_model(str(model.path), place)
            self._brought_back(model.path)

        undo = self._window.model.undo.push(tr("removal of the model"), bring_back)
        told = (tr("The model {name} is taken out of the list; its file stays where it is.")).format(
            name=model.name
        )
        self._say(Notice(told, trouble=False, undo=undo, page=PAGE))
        self._window.choices.fill_models()
        self.refresh()

    def _brought_back(self, path: Path) -> None:
        self._window.choices.fill_models()
        self.refresh(path)

    # --- life ---------------------------------------------------------------------------------------------

    def close(self) -> None:
        """The window closes."""
        self.speeds.stop()
        self.cancel()
        self.comparisons.cancel()
        self._jobs.close(0.8)

    def _tell(self, error: EmoscopeError) -> None:
        self._say(Notice.of(error, PAGE))

    def _say(self, notice: Notice) -> None:
        self._window.model.notify(notice)
        self._window.show_changes()
        self._window.actions_.refresh()


def _total(files: int) -> int:
    """One file is tried for as long as it takes; of several it is known how many are done."""
    return files if files > 1 else 0


def _together(refused: list[EmoscopeError]) -> Notice:
    if len(refused) == 1:
        return Notice.of(refused[0], PAGE)
    texts = [parts(error)[0] for error in refused[:_MOST_TOLD]]
    if len(refused) > _MOST_TOLD:
        texts.append(tr("{count} more were refused as well.").format(count=len(refused) - _MOST_TOLD))
    return Notice(sentences(*texts), page=PAGE)
