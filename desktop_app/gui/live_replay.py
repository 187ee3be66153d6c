"""Hearing an utterance of the live session again, while the session goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.core.language import tr
from desktop_app.gui.state.notices import LIVE, PLAYBACK, Notice

if TYPE_CHECKING:
    from desktop_app.gui.pages.live import LiveView
    from desktop_app.gui.playback import Playback
    from desktop_app.gui.window import MainWindow

_AROUND_S = 0.25
"""Of what lies around the speech, as the model hears it."""


class LiveReplay(QObject):
    """Plays from the file that the session writes. The microphone rests meanwhile: it would hear it."""

    def __init__(self, window: MainWindow, page: LiveView) -> None:
        super().__init__(window)
        self._window = window
        self._controller = window.controller
        self._playback: Playback | None = None
        page.utterances.table.play_wanted.connect(self.play)

    @property
    def playback(self) -> Playback:
        """What plays; it is made when it is first needed."""
        if self._playback is None:
            from desktop_app.gui.playback import Playback, Resting

            self._playback = Playback(self._controller.jobs, self)
            Resting(self._window, self._playback)
            self._playback.failed.connect(self._failed)
        return self._playback

    @property
    def last(self) -> tuple[Path, float, float] | None:
        """The file that holds what was said last, and from where to where; None if its sound is not kept."""
        utterances = self._window.model.utterances
        return self._place(len(utterances) - 1)

    def _place(self, number: int) -> tuple[Path, float, float] | None:
        utterances, sound = self._window.model.utterances, self._controller.keeper.sound
        if sound is None or not 0 <= number < len(utterances) or utterances[number].start_s < sound[1]:
            return None
        path, begins_s = sound
        chosen = utterances[number]
        start_s = max(0.0, chosen.start_s - begins_s - _AROUND_S)
        return path, start_s, chosen.end_s - begins_s + _AROUND_S

    def play(self, number: int) -> None:
        """Play this utterance of the session; say so if its sound is not there."""
        if not 0 <= number < len(self._window.model.utterances):
            return
        place = self._place(number)
        if place is None:
            self._tell(
                Notice(
                    tr("The sound of this utterance was not kept."),
                    tr("“Keep the sound of sessions, too” in the menu keeps it from then on."),
                    trouble=False,
                    page=LIVE,
                )
            )
            return
        path, start_s, end_s = place
        self.stop()
        self._window.model.over(PLAYBACK)
        self.playback.open(path)
        self.playback.play(start_s, end_s)

    def stop(self) -> None:
        """Play nothing any more. The file has grown since it was opened: the next time it is opened anew."""
        self.playback.close()

    def close(self) -> None:
        """The window ends."""
        if self._playback is not None:
            self._playback.close(at_once=True)

    def _failed(self, message: str, hint: str) -> None:
        self._tell(Notice(message, hint, page=LIVE, about=PLAYBACK))

    def _tell(self, notice: Notice) -> None:
        self._window.model.notify(notice)
        self._window.show_changes()
