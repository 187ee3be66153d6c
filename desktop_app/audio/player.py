"""Playback of recordings: play, pause, seek, loop, slower and faster, through any output.

    def on_event(event):                       # on the player's thread: hand it on by a queued signal
        match event:
            case Changed(playing=playing, waiting=waiting): ...
            case Ended(): ...                  # the end of the recording or of the segment was heard
            case Failure(message=sentence): ...  # playback has stopped where it was; playing again may work

    player = Player("interview.wav", on_event)  # or Player((samples, sample_rate), on_event)
    player.toggle()                            # Space
    player.seek(12.5)                          # a click; playback goes on there if it was on
    player.play(12.5, 14.0)                    # Enter: the segment; then it stands at its end
    player.loop = (12.5, 14.0)                 # None: no more
    player.speed = 0.75                        # the pitch stays
    player.position_s                          # for the cursor: what is heard at this moment
    player.close()

No call but `close` waits for the sound system or for a file, and any may come from any thread. Times are
those of the recording as it is analysed. What is heard lags behind an order by the latency of the output:
0.15 to 0.2 s while it plays, some hundredths of a second when it begins. Only while it plays is the device
open; the list of devices cannot be refreshed in that time.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from desktop_app.audio import portaudio
from desktop_app.audio.base import AudioError
from desktop_app.audio.devices import Device
from desktop_app.audio.output_stream import OutputStream
from desktop_app.audio.playable import Playable, Samples, open_playable
from desktop_app.audio.playback_buffer import PlaybackBuffer
from desktop_app.audio.playback_chain import checked_loop
from desktop_app.audio.playback_run import Orders, Run
from desktop_app.audio.time_stretch import MAX_SPEED, MIN_SPEED
from desktop_app.core.errors import EmoscopeError, unexpected
from desktop_app.core.supervised_thread import SupervisedThread
from desktop_app.core.types import Failure, FloatArray

_FIRST_S: Final = 0.25  # before the device is started: more than it takes at once
_TICK_S: Final = 0.02
_DECODING_S: Final = 0.05  # between looks whether more is decoded
_CLOSE_S: Final = 1.5
_END_S: Final = 0.010  # so near to the end, playing begins anew

Source: TypeAlias = "str | os.PathLike[str] | tuple[FloatArray, int]"


@dataclass(frozen=True, slots=True)
class Changed:
    """What the player does has changed.

    Attributes
    ----------
    playing : bool
        As `Player.playing`.
    waiting : bool
        It plays as soon as the place is decoded: formats that cannot seek are decoded from their beginning.
    """

    playing: bool
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of the recording or of the segment was heard; `position_s` is where it stands."""

    position_s: float


PlayerEvent: TypeAlias = "Changed | Ended | Failure"


class Player:
    """Plays one recording, or samples; see the module for how it is used.

    Parameters
    ----------
    source : path-like, or (ndarray, int)
        A recording, or samples [n] or [n, channels] in [-1, 1] with their rate in Hz. A file is opened on the
        player's thread; that it cannot be is told by `on_event`, and again whenever it is to be played.
    on_event : callable, optional
        Gets each `PlayerEvent`, on the player's thread.
    device : str or Device, optional
        An output's name, as in `devices.find_device`; by default the system's.
    """

    def __init__(
        self,
        source: Source,
        on_event: Callable[[PlayerEvent], object] | None = None,
        *,
        device: str | Device | None = None,
    ) -> None:
        self._source = source
        self._on_event = on_event or (lambda _: None)
        self._orders = Orders()
        self._orders.device = _key(device)
        self._sound: Playable | None = None
        self._run: Run | None = None
        self._told = Changed(False)
        self._underruns = 0
        self._thread = SupervisedThread("emoscope-player", self._work, self._broken)
        self._thread.start()

    # --- orders -------------------------------------------------------------------------------------------

    def play(self, start_s: float | None = None, end_s: float | None = None) -> None:
        """Play from `start_s`, or where it stands, to `end_s`, or to the end of the recording.

        Where it stands at the end, it begins anew.

        Raises
        ------
        ValueError
            A time is negative or no number, or the end is not after the start.
        """
        start_s = None if start_s is None else _checked_time(start_s)
        end_s = None if end_s is None else _checked_time(end_s)
        if start_s is not None and end_s is not None and end_s <= start_s:
            raise ValueError(f"a segment ends after its start, not at {end_s} s after {start_s} s")
        position_s, duration_s = self.position_s, self.duration_s
        with self._orders.lock:
            orders = self._orders
            if start_s is None:
                limit = duration_s if end_s is None else end_s
                if limit and position_s > limit - _END_S:
                    start_s = 0.0
            if start_s is not None:
                orders.rest_s = start_s
                orders.jump = True
            orders.renew = orders.renew or end_s != orders.end_s
            orders.end_s = end_s
            orders.playing = True
            orders.lock.notify_all()

    def pause(self) -> None:
        """Stop; `position_s` stays where the sound was heard last."""
        with self._orders.lock:
            self._orders.playing = False
            self._orders.lock.notify_all()

    def toggle(self) -> None:
        """Pause, or go on; a segment that was paused still ends at its end."""
        if self.playing:
            self.pause()
        else:
            with self._orders.lock:
                end_s = self._orders.end_s
            self.play(end_s=end_s if end_s is not None and self.position_s < end_s - _END_S else None)

    def seek(self, position_s: float) -> None:
        """Go to a time; playback goes on there if it was on.

        To seek behind the end of a segment is to leave it; from outside of a loop it goes to its beginning.

        Raises
        ------
        ValueError
            The time is negative or no number.
        """
        position_s = _checked_time(position_s)
        duration_s = self.duration_s
        with self._orders.lock:
            orders = self._orders
            orders.rest_s = min(position_s, duration_s) if duration_s else position_s
            if orders.end_s is not None and position_s >= orders.end_s:
                orders.end_s = None
            orders.jump = True
            orders.lock.notify_all()

    @property
    def loop(self) -> tuple[float, float] | None:
        """What is played again and again, from where to where in seconds; at least 50 ms."""
        with self._orders.lock:
            return self._orders.loop

    @loop.setter
    def loop(self, stretch: tuple[float, float] | None) -> None:
        with self._orders.lock:
            self._orders.loop = None if stretch is None else checked_loop(*stretch)
            self._orders.renew = True
            self._orders.lock.notify_all()

    @property
    def speed(self) -> float:
        """`MIN_SPEED` to `MAX_SPEED`, 0.5 to 2; what is beyond is brought within."""
        with self._orders.lock:
            return self._orders.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        with self._orders.lock:
            self._orders.speed = min(max(float(speed), MIN_SPEED), MAX_SPEED)
            self._orders.renew = True
            self._orders.lock.notify_all()

    @property
    def volume(self) -> float:
        """Factor of amplitude, 0 to 1."""
        with self._orders.lock:
            return self._orders.volume

    @volume.setter
    def volume(self, volume: float) -> None:
        with self._orders.lock:
            self._orders.volume = min(max(float(volume), 0.0), 1.0)
            self._orders.lock.notify_all()

    @property
    def device(self) -> str | None:
        """The output's `Device.key`; None for the default one, which takes the place of one that was lost."""
        with self._orders.lock:
            return self._orders.device

    @device.setter
    def device(self, device: str | Device | None) -> None:
        with self._orders.lock:
            self._orders.device = _key(device)
            self._orders.reopen = True
            self._orders.lock.notify_all()

    def close(self) -> None:
        """Stop and release everything; returns within two seconds, and no order is heard afterwards."""
        with self._orders.lock:
            self._orders.playing = False
            self._orders.closed = True
            self._orders.lock.notify_all()
        self._thread.join(_CLOSE_S)

    # --- what it does -------------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether it is to play: from the order on, to the end, a pause or a failure."""
        with self._orders.lock:
            return self._orders.playing

    @property
    def position_s(self) -> float:
        """The time of the recording that is heard now, or where it stands, in seconds."""
        with self._orders.lock:
            run = self._run
            if run is None or (self._orders.jump and not self._orders.playing):
                return self._orders.rest_s
        return run.buffer.place_at(time.monotonic())

    @property
    def duration_s(self) -> float:
        """Length of the recording; 0 while nobody knows it."""
        sound = self._sound
        return 0.0 if sound is None or sound.frames is None else sound.frames / sound.sample_rate

    @property
    def underruns(self) -> int:
        """How often the sound card was given nothing in time."""
        run = self._run
        return self._underruns + (0 if run is None else run.stream.underruns)

    # --- the player's thread ------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            with contextlib.suppress(AudioError):  # told when it is to be played
                portaudio.call(portaudio.sounddevice)
            with contextlib.suppress(AudioError):
                self._opened()
            while True:
                with self._orders.lock:
                    while not (self._orders.playing or self._orders.closed):
                        self._orders.jump = self._orders.renew = self._orders.reopen = False
                        self._orders.lock.wait()
                    if self._orders.closed:
                        return
                try:
                    self._play()
                except EmoscopeError as error:
                    self._stopped_by(error)
        finally:
            if self._sound is not None:
                self._sound.close()

    def _opened(self) -> Playable:
        if self._sound is None:
            if isinstance(self._source, tuple):
                self._sound = Samples(*self._source)
            else:
                self._sound = open_playable(self._source)
        return self._sound

    def _play(self) -> None:
        """From the order to play until the output is closed again."""
        sound = self._opened()
        orders = self._orders
        with orders.lock:
            orders.jump = orders.renew = orders.reopen = False
            place_s, device = orders.rest_s, orders.device
        stream = OutputStream()
        stream.open(device, sound.sample_rate, sound.channels)
        try:
            run = Run(sound, orders, stream, place_s)
            run.aim(place_s, follows=False)
            if self._fill(run):
                with orders.lock:
                    self._run = run
                stream.start(run.buffer.render)
                self._serve(run)
        finally:
            self._leave(stream)

    def _fill(self, run: Run) -> bool:
        """Wait for the first sound. False if it is not to be played any more, or elsewhere."""
        orders = self._orders
        while True:
            with orders.lock:
                if not orders.playing or orders.reopen:
                    return False
                again, place_s = orders.jump or orders.renew, orders.rest_s
                orders.jump = orders.renew = False
            if again:
                run.aim(place_s, follows=False)
            run.pump()
            if run.queue.complete or run.queue.waiting_frames >= _FIRST_S * run.buffer.sample_rate:
                return True
            self._tell(Changed(True, waiting=True))
            with orders.lock:
                orders.lock.wait(_DECODING_S)

    def _serve(self, run: Run) -> None:
        """Until it is paused, has ended, or fails."""
        orders, buffer = self._orders, run.buffer
        while True:
            with orders.lock:
                playing, jump, renew, place_s = orders.playing, orders.jump, orders.renew, orders.rest_s
                held = not playing or orders.reopen
                if not held:  # otherwise they are for the next time
                    orders.jump = orders.renew = False
                buffer.volume, buffer.held = orders.volume, held
            if not held:
                if jump or renew:
                    run.aim(place_s if jump else buffer.next_place_s, follows=not jump)
                run.pump()
            self._tell(Changed(playing, waiting=playing and run.waiting))
            error = run.stream.lost()
            if error is not None:
                raise error
            silent, ended = buffer.silent_since(), buffer.ended_at()
            if held and silent is not None and time.monotonic() >= silent:
                return
            if not held and ended is not None and time.monotonic() >= ended and self._end(buffer):
                return
            with orders.lock:
                if (orders.playing, orders.jump, orders.renew) == (playing, False, False) or held:
                    orders.lock.wait(_TICK_S)

    def _end(self, buffer: PlaybackBuffer) -> bool:
        """Stop at the end; False if another order came before."""
        place_s = buffer.place_at(time.monotonic())
        with self._orders.lock:
            if self._orders.jump or self._orders.renew:
                return False
            self._orders.playing = False
        self._tell(Changed(False))
        self._on_event(Ended(place_s))
        return True

    def _leave(self, stream: OutputStream) -> None:
        with self._orders.lock:
            if self._run is not None and not self._orders.jump:
                self._orders.rest_s = self._run.buffer.place_at(time.monotonic())
            self._run = None
        self._underruns += stream.underruns
        stream.close()

    def _stopped_by(self, error: EmoscopeError) -> None:
        """A failure: it stands where it was, and the next try takes the default output."""
        with self._orders.lock:
            self._orders.playing = False
            if error.code in {"audio.output", "audio.output_lost"}:
                self._orders.device = None
        self._tell(Changed(False))
        self._on_event(Failure.of(error))

    def _broken(self, error: Exception) -> None:
        """A mistake in the program, or in `on_event`."""
        with self._orders.lock:
            self._orders.playing = False
            self._orders.closed = True
        self._on_event(Failure(unexpected(error), fatal=True, code="internal"))

    def _tell(self, changed: Changed) -> None:
        if changed != self._told:
            self._told = changed
            self._on_event(changed)


def _key(device: str | Device | None) -> str | None:
    return device.key if isinstance(device, Device) else device


def _checked_time(seconds: float) -> float:
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ValueError(f"a time is a number of seconds from 0 on, not {seconds}")
    return float(seconds)
