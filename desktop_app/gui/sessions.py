"""Does what the page of sessions asks for, beside the window: reads, names, exports and deletes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog

from desktop_app.analysis.formats import FORMATS as RECORDING_FORMATS
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.language import mark, tr
from desktop_app.core.safe_files import printable_path, write_text
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.pages.sessions import SessionsPage
from desktop_app.gui.playback import Playback, Resting
from desktop_app.gui.state.notices import Notice, saved
from desktop_app.gui.state.sessions import NO_SOUND, Figures, called, file_stem, what_is_kept
from desktop_app.gui.state.undo import Undoable
from desktop_app.gui.state.words import clock
from desktop_app.gui.widgets.dialogs import ask_words
from desktop_app.sessions.database import NONE
from desktop_app.sessions.export import FORMATS
from desktop_app.sessions.records import Session
from desktop_app.sessions.store import OpenedSession, SessionStore
from desktop_app.sessions.writer import UNDO_S

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

PAGE: Final = "sessions"
_AGAIN_MS: Final = 3000
"""How often what is in sight is read again while a session is being kept."""
_CLOSE_S: Final = 0.4
_TURN_S: Final = 60.0
"""How long a change waits for the one before it, which may be a deletion that rebuilds the file."""
_GONE: Final = mark("The sound of this session is not there any more")
T = TypeVar("T")


class Sessions(QObject):
    """Between the page, the folder of sessions and what keeps the one of now."""

    def __init__(self, window: MainWindow, page: SessionsPage) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = window.controller.keeper
        self._page = page
        self._jobs = Jobs(self)
        self._sound = Playback(self._jobs, self)
        Resting(window, self._sound)
        self._listing: Job | None = None
        self._opening: Job | None = None
        self._changing: Job | None = None  # the latest change
        self._search = ""
        self._hidden: dict[int, Undoable] = {}  # and how to bring each back
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._read_again)
        page.shown.connect(self._entered)
        page.hidden.connect(self._left)
        page.list.searched.connect(self.search)
        page.list.opened.connect(self.open)
        page.list.compared.connect(self.compare)
        page.list.keep.connect(window.keeping.keep)
        page.list.keep_sound.connect(window.keeping.keep_sound)
        page.list.folder_wanted.connect(self.open_folder)
        for side in (page.list, page.opened):
            side.renamed.connect(self.ask_name)
            side.exported.connect(self.ask_export)
            side.deleted.connect(self.delete)
        page.opened.noted.connect(self.ask_note)
        page.opened.note_changed.connect(self.ask_change)
        page.opened.corrected.connect(self.correct)
        page.opened.played.connect(self._sound.play)
        page.opened.toggled.connect(self._sound.toggle)
        self._sound.changed.connect(self._show_playing)
        self._sound.moved.connect(lambda _: self._show_playing())
        self._sound.failed.connect(lambda message, hint: self._say(Notice(message, hint, page=PAGE)))
        self._keeper.changed.connect(self._show_keeping)
        self._show_keeping()

    # --- what is kept -------------------------------------------------------------------------------------

    def _show_keeping(self) -> None:
        keeper, words = self._keeper, self._window.controller.transcripts.usable
        folder = Path(printable_path(keeper.folder))
        self._page.list.show_keeping(
            what_is_kept(folder, on=keeper.on, with_sound=keeper.with_sound, words=words),
            on=keeper.on,
            sound=keeper.with_sound,
        )

    def open_folder(self) -> None:
        """Show where they lie, with what the desktop has for that."""
        folder = self._keeper.folder
        if not folder.is_dir():
            self._say(Notice(tr("There is no folder yet: nothing was kept."), trouble=False, page=PAGE))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder.absolute()))):
            self._say(
                Notice(
                    tr("No program opens folders here."),
                    tr("It is {folder}.").format(folder=folder),
                    page=PAGE,
                )
            )

    @property
    def settled(self) -> bool:
        """Whether what is asked for is shown."""
        return not (self._jobs.under_way(self._listing) or self._jobs.under_way(self._opening))

    # --- reading ------------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """List those that have each word of the text."""
        self._search = " ".join(text.split())
        self.list()

    def list(self) -> None:
        """Read the list again."""
        search = self._search
        if self._listing is not None:
            self._listing.cancel()

        def show(sessions: list[Session]) -> None:
            self._page.show_sessions(sessions, search)

        def failed(error: EmoscopeError) -> None:
            if error.code != NONE:
                self._tell(error)
            show([])

        self._listing = self._jobs.start(
            "listing sessions", lambda _: self._in_store(lambda store: store.sessions(search)), show, failed
        )

    def open(self, number: int, *, again: bool = False, unless: Session | None = None) -> None:
        """Show one of them.

        `again`: only if it still is the one that is shown; `unless` it is as it was.
        """
        folder = self._keeper.folder
        if self._opening is not None:
            self._opening.cancel()

        def work(_: Job) -> tuple[OpenedSession, Path | None] | None:
            def read(store: SessionStore) -> OpenedSession | None:
                return None if store.session(number) == unless else store.open(number)

            opened = self._in_store(read)
            if opened is None:
                return None
            sound = folder / opened.session.sound if opened.session.sound else None
            return opened, sound if sound is not None and sound.is_file() else None

        def show(found: tuple[OpenedSession, Path | None] | None) -> None:
            if found is None or (again and self._page.opened.number != number):
                return
            opened, sound = found
            missing = tr(_GONE) if opened.session.sound else tr(NO_SOUND)
            if self._page.opened.one is None or self._page.opened.one.session.id != number:
                self._sound.close()  # a file that has grown is opened anew
            if sound is not None:
                self._sound.open(sound)
            self._page.show_session(opened, "" if sound is not None else missing)

        self._opening = self._jobs.start("reading the session", work, show, self._tell)

    def compare(self, first: int, second: int) -> None:
        """Show two of them side by side."""

        def work(store: SessionStore) -> tuple[Figures, Figures]:
            return Figures.of(store.open(first)), Figures.of(store.open(second))

        self._jobs.start(
            "comparing sessions",
            lambda _: self._in_store(work),
            lambda both: self._page.show_two(*both),
            self._tell,
        )

    def _in_store(self, work: Callable[[SessionStore], T], *, write: bool = False) -> T:
        """On a thread of a job."""
        with SessionStore(self._keeper.folder, write=write) as store:
            return work(store)

    def _change(self, work: Callable[[SessionStore], Any], done: Callable[[Any], None] | None = None) -> None:
        """Change something in the store, then show what is in sight anew; changes come in their order."""
        before = self._changing

        def in_turn(_: Job) -> Any:
            if before is not None:
                before.join(_TURN_S)
            return self._in_store(work, write=True)

        def finished(result: Any) -> None:
            if done is not None:
                done(result)
            self._read_now()

        self._changing = self._jobs.start("changing sessions", in_turn, finished, self._tell, keeps=True)

    def _read_now(self) -> None:
        if self._page.side == "opened" and self._page.opened.one is not None:
            self.open(self._page.opened.one.session.id, again=True)
        self.list()

    def _read_again(self) -> None:
        one = self._page.opened.one
        if self._page.side == "opened" and one is not None and one.session.live:
            self.open(one.session.id, again=True, unless=one.session)
        elif self._page.side == "list" and (
            self._keeper.session is not None
            or any(session.live for session in self._page.list.table.rows.sessions)
        ):
            self.list()

    def _show_playing(self) -> None:
        position_s = self._sound.position_s
        begun = self._sound.playing or position_s > 0
        self._page.opened.show_playing(self._sound.playing, position_s if begun else None)

    def _entered(self) -> None:
        self._show_keeping()  # whether words are written down may have changed
        self._again.start()
        self._sound.pause()
        self._read_now()

    def _left(self) -> None:
        self._again.stop()
        self._sound.pause()

    # --- a person's words ---------------------------------------------------------------------------------

    def ask_name(self, number: int) -> None:
        """Ask for a name, and give it."""
        session = self._known(number)
        before = "" if session is None else session.name
        name, good = QInputDialog.getText(self._window, tr("Rename the session"), tr("Name:"), text=before)
        if good and name.strip() != before:
            self.rename(number, name)

    def rename(self, number: int, name: str) -> None:
        self._change(lambda store: store.rename(number, name))

    def ask_note(self, number: int, at_s: float | None) -> None:
        """Ask for a note on a moment, or on the whole session."""
        text = ask_words(self._window, tr("Note"), _asked(at_s))
        if text:
            self.add_note(number, text, at_s)

    def add_note(self, number: int, text: str, at_s: float | None) -> None:
        self._change(lambda store: store.add_note(number, text, at_s))

    def ask_change(self, number: int, note: int) -> None:
        """Ask for other words; none remove the note."""
        one = self._page.opened.one
        found = next((each for each in one.notes if each.id == note), None) if one is not None else None
        before = "" if found is None else found.text
        told = _asked_again(None if found is None else found.at_s)
        text = ask_words(self._window, tr("Note"), told, before)
        if text is not None and text != before:
            self._change(lambda store: store.change_note(number, note, text))

    def correct(self, number: int, segment: int, label: str | None) -> None:
        """Put a label in the place of an answer; that can be undone."""
        one = self._page.opened.one
        said = () if one is None else one.utterances
        before = next((each.corrected for each in said if each.segment == segment), None)

        def put(what: str | None) -> None:
            self._change(lambda store: store.correct(number, segment, what))

        put(label)
        self._window.model.undo.push(tr("correction"), lambda: put(before))
        self._window.actions_.refresh()

    # --- export -------------------------------------------------------------------------------------------

    def ask_export(self, numbers: Sequence[int], kind: str) -> None:
        """Ask where to: for a file, or, of several sessions, for a folder."""
        ending = _ending(kind)
        session = self._known(numbers[0])
        if len(numbers) == 1:
            stem = f"session-{numbers[0]}" if session is None else file_stem(session)
            name, _ = QFileDialog.getSaveFileName(
                self._window, tr("Export the session"), f"{stem}{ending}", f"*{ending}"
            )
            if name:
                self.export({numbers[0]: Path(name)}, kind)
            return
        folder = QFileDialog.getExistingDirectory(self._window, tr("Export the sessions into a folder"))
        if folder:
            self.export({number: _free(Path(folder), self._stem(number), ending) for number in numbers}, kind)

    def export(self, targets: dict[int, Path], kind: str) -> None:
        """Write each session to its file, in the format of that name."""
        write = FORMATS[kind][1]

        def work(store: SessionStore) -> None:
            for number, path in targets.items():
                write_text(path, write(store.open(number)))

        def done(_: object) -> None:
            paths = list(targets.values())
            what = paths[0].name if len(paths) == 1 else tr("{count} sessions").format(count=len(paths))
            self._say(saved(what, paths[0].parent, PAGE))

        self._jobs.start("the export", lambda _: self._in_store(work), done, self._tell, keeps=True)

    def _stem(self, number: int) -> str:
        session = self._known(number)
        return f"session-{number}" if session is None else f"{file_stem(session)}-{number}"

    def _known(self, number: int) -> Session | None:
        one = self._page.opened.one
        if one is not None and one.session.id == number:
            return one.session
        return next((each for each in self._page.list.table.rows.sessions if each.id == number), None)

    # --- deletion -----------------------------------------------------------------------------------------

    def delete(self, numbers: Sequence[int]) -> None:
        """Out of sight at once; for good after a minute, or when the window closes."""
        numbers = list(numbers)
        session = self._known(numbers[0])
        one = len(numbers) == 1
        if one:
            told = tr("{name} is deleted.")
            told = told.format(name=called(session) if session is not None else tr("1 session"))
        else:
            told = tr("{count} sessions are deleted.").format(count=len(numbers))

        def work(store: SessionStore) -> None:
            for number in numbers:
                store.hide(number)

        def done(_: object) -> None:
            undo = self._window.model.undo.push(
                tr("deletion of the session") if one else tr("deletion of the sessions"),
                lambda: self.bring_back(numbers),
                possible=lambda: all(number in self._hidden for number in numbers),
                lasts_s=UNDO_S,
            )
            self._hidden.update(dict.fromkeys(numbers, undo))
            hint = tr("For good in a minute, or when the window closes.")
            self._say(Notice(told, hint, trouble=False, undo=undo, page=PAGE))

            def minute_over() -> None:  # of this deletion, if nothing was brought back, and deleted again
                self.purge([number for number in numbers if self._hidden.get(number) is undo])

            QTimer.singleShot(round(1000 * UNDO_S), self, minute_over)

        if self._page.side == "opened":
            self._sound.close()
            self._page.show_list()
        self._change(work, done)

    def bring_back(self, numbers: Sequence[int]) -> None:
        """Undo `delete`."""
        for number in numbers:
            self._hidden.pop(number, None)
        self._change(lambda store: _bring_back(store, numbers))

    def purge(self, numbers: Sequence[int]) -> None:
        """Delete for good those of them that were not brought back."""
        gone = [number for number in numbers if number in self._hidden]
        for number in gone:
            self._hidden.pop(number).give_up()
        if not gone:
            return

        def done(_: object) -> None:
            told = self._window.model.notices.of(PAGE)
            if told is None or told.undo is not None:
                gone_told = tr("{count} sessions are deleted for good.").format(count=len(gone))
                if len(gone) == 1:
                    gone_told = tr("1 session is deleted for good.")
                self._say(Notice(gone_told, trouble=False, page=PAGE))

        self._change(lambda store: store.delete(gone), done)

    # --- the end ------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop the sound, and delete for good what was deleted; what lasts too long is done next time."""
        self._again.stop()
        self._sound.close(at_once=True)
        gone, self._hidden = [*self._hidden], {}
        if gone:
            self._jobs.start(
                "deleting sessions",
                lambda _: self._in_store(lambda store: store.delete(gone), write=True),
                lambda _: None,
                lambda _: None,
            )
        self._jobs.close(_CLOSE_S)

    def _tell(self, error: EmoscopeError) -> None:
        self._say(Notice.of(error, PAGE))

    def _say(self, notice: Notice) -> None:
        self._window.model.notify(notice)
        self._window.show_changes()


def _bring_back(store: SessionStore, numbers: Sequence[int]) -> None:
    for number in numbers:
        store.bring_back(number)


def _ending(kind: str) -> str:
    form = RECORDING_FORMATS.get(kind)
    return f".{kind}" if form is None else form.ending


def _asked(at_s: float | None) -> str:
    """What a person is asked for: words about a moment, or about all of the session."""
    if at_s is None:
        return tr("Your words on the whole session:")
    return tr("Your words on what was said at {time}:").format(time=clock(at_s))


def _asked_again(at_s: float | None) -> str:
    if at_s is None:
        return tr("Your words on the whole session; without any, the note goes away:")
    told = tr("Your words on what was said at {time}; without any, the note goes away:")
    return told.format(time=clock(at_s))


def _free(folder: Path, stem: str, ending: str) -> Path:
    """A file that is not there yet."""
    path, count = folder / f"{stem}{ending}", 1
    while path.exists():
        count += 1
        path = folder / f"{stem}-{count}{ending}"
    return path
