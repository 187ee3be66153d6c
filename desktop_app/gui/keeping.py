"""Whether live sessions are kept, as a person chooses it and as the window shows it, and notes in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from desktop_app.core.language import mark, tr
from desktop_app.gui.state.notices import LIVE, Notice

if TYPE_CHECKING:
    from desktop_app.gui.pages.live import LiveView
    from desktop_app.gui.window import MainWindow

_KEPT = mark(
    "When you speak and how it sounds is kept on this computer as a session, without words or sound."
)
_KEPT_WITH_SOUND = mark(
    "When you speak and how it sounds is kept on this computer as a session, with the sound, without words."
)
_WORDS = mark(
    "What is said is written down from now on, and kept with the session on this computer. The page Sessions "
    "deletes it."
)
_WORDS_ALONE = mark("What is said is written down from now on. No session keeps it.")
_KEPT_WITH_WORDS = mark(
    "When you speak, what you say and how it sounds is kept on this computer as a session, without sound."
)
_KEPT_WITH_BOTH = mark(
    "When you speak, what you say and how it sounds is kept on this computer as a session, with the sound."
)
_WHERE: Final = mark("The page Sessions shows it, or keeps none.")


class Keeping(QObject):
    """Between the menu, the page of sessions and what keeps the session of now."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._keeper = window.controller.keeper
        self._keeper.changed.connect(self._show)

    def begin(self, asked: bool | None = None, folder: str | None = None) -> None:
        """Keep sessions from now on as was chosen last time, unless something else is `asked` for once."""
        if folder:
            self._keeper.folder = Path(folder)
        settings = self._window.settings
        on = settings.keep_sessions if asked is None else asked
        self._keeper.switch(on=on, sound=settings.keep_session_sound)
        self._keeper.changed.emit()  # at least the folder is known by now

    def keep(self, on: bool) -> None:
        """Keep sessions from now on, or none; what was kept before stays."""
        self._window.remembered.keep("keep_sessions", on)
        self._keeper.switch(on=on)
        if not on:
            told = tr("No session is kept from now on. What was kept before stays until you delete it.")
            self._say(Notice(told, trouble=False, page=self._window.page))

    def keep_sound(self, on: bool) -> None:
        """Record the sound of sessions from now on, or not."""
        self._window.remembered.keep("keep_session_sound", on)
        self._keeper.switch(sound=on)
        told = tr("No sound is recorded from now on. What was recorded stays with its session.")
        if on:
            told = (
                tr("Sound is recorded from now on, in a new session.")
                if self._keeper.records
                else tr("Sound will be recorded as soon as a microphone is heard.")
            )
        self._say(Notice(told, trouble=False, page=self._window.page))

    def write_down(self, on: bool) -> None:
        """Write down what is said from now on, or not; what was written down stays with its session."""
        self._window.controller.words.write_down(on)
        self._keeper.changed.emit()  # what is kept
        told = tr("What is said is not written down any more. What was kept stays with its session.")
        if on:
            told = tr(_WORDS if self._keeper.on else _WORDS_ALONE)
        self._say(Notice(told, trouble=False, page=self._window.page))

    def _show(self) -> None:
        keeper, window = self._keeper, self._window
        window.status.show_recording(keeper.records)
        window.actions_.refresh()
        if keeper.keeps and not window.remembered.told_of_sessions():
            if window.controller.transcripts.on:
                told = tr(_KEPT_WITH_BOTH if keeper.with_sound else _KEPT_WITH_WORDS)
            else:
                told = tr(_KEPT_WITH_SOUND if keeper.with_sound else _KEPT)
            self._say(Notice(told, tr(_WHERE), trouble=False, page=LIVE))

    def _say(self, notice: Notice) -> None:
        self._window.model.notify(notice)
        self._window.show_changes()


class LiveNotes(QObject):
    """A person's words about utterances of the live session: kept with it at once, and taken back."""

    def __init__(self, window: MainWindow, page: LiveView) -> None:
        super().__init__(window)
        self._window = window
        self._table = page.utterances.table.utterances
        self._table.noted.connect(self._noted)

    def _noted(self, number: int, text: str, before: str) -> None:
        start_s = self._window.model.utterances[number].start_s
        keeper = self._window.controller.keeper
        keeper.note(start_s, text, before)

        def take_back() -> None:
            self._table.put_note(start_s, before)
            keeper.note(start_s, before, text)

        self._window.model.undo.push(tr("note"), take_back)
        self._window.actions_.refresh()
