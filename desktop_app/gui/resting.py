"""The microphone rests while something is played, which it would hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from desktop_app.gui.playback import Playback
    from desktop_app.gui.window import MainWindow


class Resting(QObject):
    """Follows what is played on a page on which live capture goes on."""

    def __init__(self, window: MainWindow, playback: Playback) -> None:
        super().__init__(playback)
        self._window, self._playback = window, playback
        self._rests = False
        playback.changed.connect(self._changed)

    def _changed(self) -> None:
        window, playing = self._window, self._playback.playing
        if playing and not self._rests and not window.controller.rests:
            self._rests = True
            window.controller.rest_for_recording()
        elif not playing and self._rests:
            self._rests = False
            if not (window.on("recordings") and len(window.opened.queue)):  # which it rests for, too
                window.controller.back_to_live()
