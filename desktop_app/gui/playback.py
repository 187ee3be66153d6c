"""Playback of a recording: orders go to the player, and what it tells comes back as signals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop_app.audio.devices import list_outputs
from desktop_app.audio.player import Changed, Ended, Player, PlayerEvent
from desktop_app.core.errors import EmoscopeError
from desktop_app.core.types import Failure
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.state.told import parts

if TYPE_CHECKING:
    from desktop_app.gui.window import MainWindow

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
_FRAME_MS = 16


class Playback(QObject):
    """One recording at a time. Its player, with a thread of its own, is made when it is first played."""

    changed = Signal()  # playing or not, speed, loop, volume, device
    moved = Signal(float)  # where it is, in seconds; at the screen's rate while it plays
    failed = Signal(str, str)  # a sentence, and what to do about it
    outputs_listed = Signal(list)  # of Device
    _event = Signal(object, object)  # Player, PlayerEvent

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._path: Path | None = None
        self._player: Player | None = None
        self._bytes = 0  # of the file, when its player was made
        self._at_s = 0.0  # as long as there is no player
        self._loop: tuple[float, float] | None = None
        self._speed = 1.0
        self._volume = 1.0
        self._device: str | None = None
        self.waiting = False
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._event.connect(self._take, Qt.ConnectionType.QueuedConnection)

    # --- which recording ----------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """What is played from now on; the same again changes nothing."""
        if path == self._path:
            return
        self.close()
        self._path = path
        self.changed.emit()  # it can be played now

    def close(self, *, at_once: bool = False) -> None:
        """Stop, and give the device back; `at_once` waits until it is, for the end of the window."""
        player, self._player = self._player, None
        self._timer.stop()
        self._path, self._at_s, self._loop, self.waiting = None, 0.0, None, False
        if player is not None and at_once:
            player.close()
        elif player is not None:
            self._end(player)
        if not at_once:  # where the microphone, which rests meanwhile, would be opened once more
            self.changed.emit()

    # --- orders -------------------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        return self._path is not None

    @property
    def playing(self) -> bool:
        return self._player is not None and self._player.playing

    @property
    def position_s(self) -> float:
        return self._at_s if self._player is None else self._player.position_s

    def toggle(self) -> None:
        """Play, or pause."""
        if (player := self._made()) is not None:
            player.toggle()
            self._watch()

    def pause(self) -> None:
        if self._player is not None and self._player.playing:
            self._player.pause()
            self._watch()

    def play(self, start_s: float, end_s: float) -> None:
        """Play a stretch, and stop at its end; a file that has grown since is opened anew."""
        if self._path is not None and self._player is not None and _size(self._path) > self._bytes:
            self._end(self._player)  # for whoever follows, playing goes on
            self._player = None
        if (player := self._made()) is not None:
            if player.loop is not None:
                self.set_loop((start_s, end_s))
            player.play(start_s, end_s)
            self._watch()

    def seek(self, time_s: float) -> None:
        """Go there; playing goes on there."""
        self._at_s = time_s
        if self._player is not None:
            loop = self._player.loop
            if loop is not None and not loop[0] <= time_s <= loop[1]:
                self.set_loop(None)
            self._player.seek(time_s)
        self.moved.emit(time_s)

    @property
    def loop(self) -> tuple[float, float] | None:
        return self._loop

    def set_loop(self, stretch: tuple[float, float] | None) -> None:
        """Play this stretch again and again from now on."""
        self._loop = stretch
        if self._player is not None:
            self._player.loop = stretch
        self.changed.emit()

    @property
    def speed(self) -> float:
        return self._speed

    def set_speed(self, speed: float) -> None:
        self._speed = speed
        if self._player is not None:
            self._player.speed = speed
        self.changed.emit()

    @property
    def volume(self) -> float:
        return self._volume

    def set_volume(self, volume: float) -> None:
        self._volume = volume
        if self._player is not None:
            self._player.volume = volume
        self.changed.emit()

    @property
    def device(self) -> str | None:
        """The output's key; None for the system's."""
        return self._device

    def set_device(self, device: str | None) -> None:
        self._device = device
        if self._player is not None:
            self._player.device = device
        self.changed.emit()

    def list_outputs(self) -> None:
        """Find out which outputs there are; `outputs_listed` tells."""

        def failed(_: EmoscopeError) -> None:
            self.outputs_listed.emit([])

        self._jobs.start("listing the outputs", lambda _: list_outputs(), self.outputs_listed.emit, failed)

    # --- the player ---------------------------------------------------------------------------------------

    def _made(self) -> Player | None:
        if self._player is None and self._path is not None:
            self._bytes = _size(self._path)
            player = Player(self._path, lambda event: self._event.emit(player, event), device=self._device)
            player.speed, player.volume, player.loop = self._speed, self._volume, self._loop
            player.seek(self._at_s)
            self._player = player
        return self._player

    def _end(self, player: Player) -> None:
        self._jobs.start("closing the player", lambda _: player.close(), lambda _: None, lambda _: None)

    def _take(self, player: Player, event: PlayerEvent) -> None:
        if player is not self._player:
            return
        if isinstance(event, Changed):
            self.waiting = event.waiting
        elif isinstance(event, Failure):
            self.failed.emit(*parts(event))
            self._device = player.device
        elif isinstance(event, Ended):
            self.moved.emit(event.position_s)
        self._watch()

    def _watch(self) -> None:
        if self.playing:
            self._timer.start()
        else:
            self._timer.stop()
            self.moved.emit(self.position_s)
        self.changed.emit()

    def _tick(self) -> None:
        self.moved.emit(self.position_s)


def _size(path: Path) -> int:
    """Bytes of a file; 0 if it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


class Resting(QObject):
    """The microphone rests while something is played, which it would hear.

    For pages on which live capture goes on.
    """

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
