"""The page of recordings at work: what is opened, shown, removed, and what is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.analysis.corrections import Correction
from desktop_app.analysis.corrections_file import ELSEWHERE
from desktop_app.core.language import tr
from desktop_app.gui.corrections import Corrections
from desktop_app.gui.state.notices import LIVE, RECORDINGS, Notice
from desktop_app.gui.state.queue import Entry
from desktop_app.gui.state.recording import AnalyzedRecording
from desktop_app.gui.state.told import parts, told
from desktop_app.gui.widgets.dialogs import ask_folder, ask_recordings

if TYPE_CHECKING:
    from desktop_app.gui.analyses import Analyses
    from desktop_app.gui.opened_recordings import OpenedRecordings
    from desktop_app.gui.pages.recordings import RecordingsPage
    from desktop_app.gui.window import MainWindow

_SAID_BY_THE_PAGE = frozenset({"not_a_voice", "too_short"})
"""Warnings that stand on the page itself."""


class Shelf:
    """Connects the page of recordings with what analyzes them.

    The analyses go on whatever page is in sight. Live capture rests as long as a recording is looked at.
    """

    def __init__(
        self, window: MainWindow, page: RecordingsPage, opened: OpenedRecordings, analyses: Analyses
    ) -> None:
        self._window = window
        self._controller = window.controller
        self.opened: OpenedRecordings = opened
        self.analyses: Analyses = analyses
        self._page, self._one = page, page.result
        self._warned: set[Path] = set()  # of which a person was told what makes them doubtful
        one = self._one
        opened.changed.connect(self._changed)
        opened.shown.connect(self._show)
        opened.failed.connect(self._failed)
        opened.removed.connect(self._removed)
        self.analyses.done.connect(self._done)
        page.open_files.connect(self.ask_files)
        page.open_folder.connect(self.ask_folder)
        page.open_recent.connect(lambda path: self.open([path]))
        page.chosen.connect(self._choose)
        page.unwanted.connect(opened.remove)
        page.cancelled.connect(opened.cancel)
        page.cancelled_all.connect(opened.cancel_all)
        page.retried.connect(self._retry)
        page.undo.connect(window.undo)
        one.cancelled.connect(self._cancel)
        one.back.connect(window.back_to_live)
        one.step.connect(self.step)
        one.export.connect(window.exports.ask)
        one.export_plot.connect(window.exports.ask_plot)
        one.said.connect(self._say)
        one.lab_wanted.connect(window.look_in_lab)
        one.playback.failed.connect(self._tell)
        one.playback.changed.connect(self._turned)
        one.panel.turned.connect(self._turned)
        self._corrections = Corrections(self._controller.jobs, window)
        self._corrections.changed.connect(self._corrected)
        self._corrections.done.connect(self._can_be_undone)
        self._corrections.kept_elsewhere.connect(self._kept_elsewhere)
        self._corrections.failed.connect(self._tell)
        page.show_recent(window.remembered.recent_recordings())

    def _turned(self) -> None:
        """Other commands work now, or are ticked."""
        self._window.actions_.refresh()

    def _take_away(self) -> None:
        """Something else is begun: what was said on this page is over."""
        self._window.model.take_away(RECORDINGS)
        self._window.show_changes()

    # --- opening ------------------------------------------------------------------------------------------

    def ask_files(self) -> None:
        paths = ask_recordings(self._window)
        if paths:
            self.open(paths)

    def ask_folder(self) -> None:
        folder = ask_folder(self._window)
        if folder is not None:
            self._take_away()
            self._window.open_paths([folder])

    def open(self, paths: Sequence[Path]) -> None:
        """Add recordings, and show the first of them."""
        self._take_away()
        self._warned.difference_update(paths)
        self.opened.open(paths)
        self._bring()

    def _choose(self, entry: Entry) -> None:
        self._take_away()
        self.opened.show(entry)
        self._bring()

    def _retry(self, entry: Entry) -> None:
        self._take_away()
        self.opened.retry(entry)

    def _cancel(self) -> None:
        entry = self.opened.current
        if entry is not None:
            self.opened.cancel(entry)

    def can_step(self, by: int) -> bool:
        return self._window.on("recordings") and self._page.shows_one and self.opened.can_step(by)

    def step(self, by: int) -> None:
        """Show the next one (1), or the one before (-1)."""
        if self.can_step(by):
            self._take_away()
            self.opened.step(by)

    def show_list(self) -> None:
        if self._window.on("recordings"):
            self._page.show_list()
            self._window.actions_.refresh()

    # --- removing -----------------------------------------------------------------------------------------

    @property
    def can_remove(self) -> bool:
        return self._window.on("recordings") and self._in_hand is not None

    @property
    def _in_hand(self) -> Entry | None:
        """Which one a command is about."""
        return self._page.table.chosen if self._page.lists else self.opened.current

    def remove_shown(self) -> None:
        entry = self._in_hand
        if entry is not None:
            self.opened.remove(entry)

    def _removed(self, entry: Entry, place: int) -> None:
        self._window.model.undo.push(
            tr("removing {name}").format(name=entry.path.name),
            lambda: self._put_back(entry, place),
            possible=lambda: self.opened.queue.find(entry.path) is None,
        )
        self._page.show_removed(entry.path.name)
        self._window.actions_.refresh()

    def _put_back(self, entry: Entry, place: int) -> None:
        self.opened.put_back(entry, place)
        self._page.show_removed("")
        self._page.table.choose(entry)

    # --- what a person says of segments -------------------------------------------------------------------

    def _say(self, new: Correction, words: str) -> None:
        recording = self._one.recording
        if recording is not None:
            self._corrections.put(recording.path, recording.analysis.duration_s, new, words)

    def _corrected(self, path: Path, records: tuple[Correction, ...]) -> None:
        entry = self.opened.queue.find(path)
        if entry is not None and entry.result is not None:
            entry.result = entry.result.corrected(records)
            if entry is self.opened.current:
                self._one.show_corrections(records)

    def _can_be_undone(self, path: Path, words: str) -> None:
        self._window.model.undo.push(words, lambda: self._corrections.undo(path))
        self._window.actions_.refresh()

    def _kept_elsewhere(self, message: str) -> None:
        """Beside what is told of the recording's sound."""
        shown = self._window.model.notices.of(RECORDINGS) or Notice("", trouble=False, page=RECORDINGS)
        self._window.model.notify(replace(shown, warnings={**shown.warnings, ELSEWHERE: message}))
        self._window.show_changes()

    def _tell(self, message: str, hint: str) -> None:
        self._window.model.notify(Notice(message, hint, page=RECORDINGS))
        self._window.show_changes()

    # --- showing ------------------------------------------------------------------------------------------

    def entered(self) -> None:
        """The page is in sight from now on."""
        if len(self.opened.queue):
            self._controller.rest_for_recording()

    def left(self) -> None:
        """Another page is in sight; what is open stays open, and is analyzed on."""
        self._controller.back_to_live()

    def answer_otherwise(self) -> None:
        """Other emotions are allowed as answers: divide them anew in what is shown."""
        entry = self.opened.current
        found = None if entry is None else (entry.result or entry.partial)
        if found is not None:
            self._one.answer_otherwise(self._controller.allowed.recording(found))
        self._page.refresh()

    def close(self) -> None:
        """The window closes."""
        self._one.playback.close(at_once=True)
        self._corrections.close()

    def _changed(self) -> None:
        self._page.refresh()
        entry = self.opened.current
        if entry is not None:
            self._one.set_progress(entry)
        self._window.actions_.refresh()

    def _bring(self) -> None:
        """A person has asked for a recording: bring it into sight."""
        if self.opened.current is not None:
            self._page.show_one()
            self._window.go("recordings")
            self._controller.rest_for_recording()
            self._window.show_lost()
            self._window.actions_.refresh()

    def _show(self, entry: Entry | None) -> None:
        """More is known of the recording in sight, or it is another one, or there is none any more."""
        if entry is not None and (entry.pending or entry.result is not None):
            found = entry.result or entry.partial
            self._one.show_entry(entry, None if found is None else self._controller.allowed.recording(found))
        elif entry is None:
            self._one.close_recording()
        if (entry is None or not (entry.pending or entry.result)) and self._page.shows_one:
            self._page.show_list()
            if self._window.on("recordings") and len(self.opened.queue) <= 1:
                self._window.model.notices.move(RECORDINGS, LIVE)  # why there is nothing to be seen
                self._window.back_to_live()
        self._window.actions_.refresh()

    def _failed(self, entry: Entry) -> None:
        if entry.error is not None:
            self._tell(*parts(entry.error))

    def _done(self, path: Path, recording: AnalyzedRecording) -> None:
        window = self._window
        window.remembered.keep_recording(path)
        self._page.show_recent(window.remembered.recent_recordings())
        entry = self.opened.current
        if entry is None or entry.path != path:
            return
        self._window.show_lost()
        window.choices.fill_channels()
        warnings = {w.code: told(w) for w in recording.analysis.warnings if w.code not in _SAID_BY_THE_PAGE}
        if warnings and window.model.notices.of(RECORDINGS) is None and path not in self._warned:
            self._warned.add(path)
            window.model.notify(Notice("", trouble=False, warnings=warnings, page=RECORDINGS))
            window.show_changes()
        window.announcer.say(f"{path.name}: {recording.headline().title}")
