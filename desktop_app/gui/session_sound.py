"""Plays the sound of the session that is opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_app.audio.player import Player, PlayerEvent
from desktop_app.core.types import Failure
from desktop_app.gui.jobs import Jobs

_FRAME_MS = 40


class SessionSound(QObject):
    """Its player, with a thread of its own, is made when something is first played."""

    moved = Signal(bool, object)  # whether it plays, and at which second it stands; None: nowhere
    failed = Signal(str, str)
    _event = Signal(object, object)  # Player, PlayerEvent

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._path: Path | None = None
        self._player: Player | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._tell)
        self._event.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def open(self, path: Path | None) -> None:
        """What is played from now on; the same again changes nothing."""
        if path != self._path:
            self._let_go(at_once=False)
            self._path = path

    def close(self) -> None:
        """Stop, and wait until the device is given back."""
        self._let_go(at_once=True)

    @property
    def playing(self) -> bool:
        return self._player is not None and self._player.playing

    def play(self, start_s: float, end_s: float) -> None:
        """Play a stretch, and stop at its end."""
        player = self._made()
        if player is not None:
            player.play(start_s, end_s)
            self._watch()

    def toggle(self) -> None:
        """Pause, or go on."""
        player = self._made()
        if player is not None:
            player.toggle()
            self._watch()

    def pause(self) -> None:
        if self._player is not None and self._player.playing:
            self._player.pause()
            self._watch()

    def _made(self) -> Player | None:
        if self._player is None and self._path is not None:
            player = Player(self._path, lambda event: self._event.emit(player, event))
            self._player = player
        return self._player

    def _let_go(self, *, at_once: bool) -> None:
        player, self._player, self._path = self._player, None, None
        self._timer.stop()
        if player is None:
            return
        self.moved.emit(False, None)
        if at_once:
            player.close()
        else:
            self._jobs.start("closing the player", lambda _: player.close(), lambda _: None, lambda _: None)

    def _take(self, player: Player, event: PlayerEvent) -> None:
        if player is self._player:
            if isinstance(event, Failure):
                self.failed.emit(event.message, event.hint)
            self._watch()

    def _watch(self) -> None:
        if self.playing:
            self._timer.start()
        else:
            self._timer.stop()
        self._tell()

    def _tell(self) -> None:
        if self._player is not None:
            self.moved.emit(self.playing, self._player.position_s)
