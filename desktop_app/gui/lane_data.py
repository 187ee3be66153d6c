"""What the lanes of a recording show, computed beside the window: its sound, spectrogram and pitch."""

from __future__ import annotations

import math
import threading
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.pitch import PitchTrack, pitch_track
from desktop_app.core.spectrogram import DEFAULT, SpectrogramStream, Times, spectrogram, to_bytes
from desktop_app.gui.jobs import Job, Jobs
from desktop_app.gui.state.recording_sound import RecordingSound, read_sound
from desktop_app.gui.state.spectrogram_history import Shades

TILE_S = 20.0
"""The pitch is computed, and kept, for stretches of this length."""
_AROUND_S = 0.5  # more sound at both ends of a stretch, by which its ends are decided
_MARGIN = 0.25  # of what is in sight, computed on each side of it


class LaneData(QObject):
    """Of one recording at a time; every method returns at once. Only what is in sight is computed."""

    sound_begun = Signal(object, float)  # RecordingSound, seconds to expect
    sound_grew = Signal()
    shades_ready = Signal(object, float, float, object)  # Shades, left and right in s, bands in Hz
    pitch_ready = Signal(object)  # PitchTrack of all that is known by now
    _begun = Signal(object, object, float)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._source: tuple[Path, int | None] | None = None
        self.sound: RecordingSound | None = None
        self._loading: Job | None = None
        self._shading: Job | None = None
        self._next_shades: tuple[float, float, int] | None = None
        self._shown_shades: tuple[float, float, int, int] | None = None
        self._pitching: Job | None = None
        self._tiles: dict[int, PitchTrack] = {}
        self._wanted_tiles: list[int] = []

    def open(self, path: Path, channel: int | None) -> None:
        """Decode this recording, unless that is what is there."""
        if self._source == (path, channel):
            return
        self.close()
        self._source = (path, channel)
        jobs = self._jobs

        def begun(job: Job, sound: RecordingSound, seconds: float) -> None:
            jobs.report(job, self._sound_begun, sound, seconds)

        def work(job: Job) -> RecordingSound | None:
            return read_sound(
                path,
                channel,
                job.cancelled,
                partial(begun, job),
                lambda: jobs.report(job, self.sound_grew.emit),
            )

        # That it cannot be read is told by its analysis.
        self._loading = jobs.start("the sound", work, lambda _: self.sound_grew.emit(), lambda _: None)

    def close(self) -> None:
        """Forget the recording."""
        for job in (self._loading, self._shading, self._pitching):
            if job is not None:
                job.cancel()
        self._loading = self._shading = self._pitching = None
        self._source = self.sound = None
        self._next_shades = self._shown_shades = None
        self._tiles = {}
        self._wanted_tiles = []

    def _sound_begun(self, sound: RecordingSound, seconds: float) -> None:
        self.sound = sound
        self.sound_begun.emit(sound, seconds)

    # --- spectrogram --------------------------------------------------------------------------------------

    def want_shades(self, left_s: float, right_s: float, columns: int) -> None:
        """The spectrogram of this stretch, as soon as possible; what was wanted before is not any more."""
        if self.sound is None:
            return
        # Two windows more at least: a column stands in the middle of its window.
        around_s = _MARGIN * (right_s - left_s) + 2 * DEFAULT.window_s
        left_s, right_s = max(0.0, left_s - around_s), min(self.sound.end_s, right_s + around_s)
        self._next_shades = (left_s, right_s, max(1, round(columns * (1 + 2 * _MARGIN))))
        self._shade()

    def _shade(self) -> None:
        sound, wanted = self.sound, self._next_shades
        if self._shading is not None or sound is None or wanted is None:
            return
        self._next_shades = None
        if (*wanted, len(sound)) == self._shown_shades or wanted[1] <= wanted[0]:
            return
        self._shown_shades = (*wanted, len(sound))
        left_s, right_s, columns = wanted

        def work(_: Job) -> tuple[Shades, float, float, object]:
            found = spectrogram(sound, sound.sample_rate, start_s=left_s, end_s=right_s, columns=columns)
            centres = SpectrogramStream(sound.sample_rate).centres_hz
            shades = np.maximum(to_bytes(found.decibels), np.uint8(1))  # 0 would be: nothing is known
            return *_up_to_the_ends(shades, found.times, left_s, right_s), centres

        def done(found: tuple[Shades, float, float, object]) -> None:
            self._shading = None
            self.shades_ready.emit(*found)
            self._shade()

        def failed(_: EmoscopeError) -> None:
            self._shading = None

        self._shading = self._jobs.start("the spectrogram", work, done, failed)

    # --- pitch --------------------------------------------------------------------------------------------

    def want_pitch(self, left_s: float, right_s: float) -> None:
        """The pitch in this stretch, piece by piece."""
        sound = self.sound
        if sound is None:
            return
        last = math.ceil(min(right_s, sound.end_s) / TILE_S)
        self._wanted_tiles = [
            tile
            for tile in range(max(0, math.floor(left_s / TILE_S)), last)
            if tile not in self._tiles and (sound.complete or (tile + 1) * TILE_S + _AROUND_S <= sound.end_s)
        ]
        self._track_pitch()

    def _track_pitch(self) -> None:
        sound = self.sound
        if self._pitching is not None or sound is None or not self._wanted_tiles:
            return
        tile = self._wanted_tiles.pop(0)

        def done(found: PitchTrack) -> None:
            self._pitching = None
            self._tiles[tile] = found
            tracks = [self._tiles[one] for one in sorted(self._tiles)]
            times = np.concatenate([track.times for track in tracks])
            self.pitch_ready.emit(PitchTrack(times, np.concatenate([track.hertz for track in tracks])))
            self._track_pitch()

        def failed(_: EmoscopeError) -> None:
            self._pitching = None

        def work(job: Job) -> PitchTrack:
            return _pitch_of(sound, tile, job.cancelled)

        self._pitching = self._jobs.start("the pitch", work, done, failed)


def _up_to_the_ends(
    shades: Shades, times: Times, left_s: float, right_s: float
) -> tuple[Shades, float, float]:
    """Shades of a stretch without holes at its ends, and from when to when they are.

    Columns stand in the middle of their windows, the first and the last of which hold the ends of the sound:
    what they show holds for the ends, too.
    """
    if not len(times):
        return shades, left_s, left_s
    apart_s = float(times[1] - times[0]) if len(times) > 1 else right_s - left_s
    first_s, last_s = float(times[0]) - apart_s / 2, float(times[-1]) + apart_s / 2
    before, after = (max(0, math.ceil(gap / apart_s)) for gap in (first_s - left_s, right_s - last_s))
    padded = np.pad(shades, ((before, after), (0, 0)), mode="edge")
    return padded, first_s - before * apart_s, last_s + after * apart_s


def _pitch_of(sound: RecordingSound, tile: int, cancelled: threading.Event) -> PitchTrack:
    """The pitch of one stretch, with unvoiced ends, so that no line joins it to the next."""
    left_s, right_s = tile * TILE_S, (tile + 1) * TILE_S
    begin = max(0, round((left_s - _AROUND_S) * sound.sample_rate))
    block = sound[begin : round((right_s + _AROUND_S) * sound.sample_rate)]
    nothing = PitchTrack(np.empty(0), np.empty(0))
    if cancelled.is_set() or not len(block):
        return nothing
    track = pitch_track(block, sound.sample_rate)
    times = track.times + begin / sound.sample_rate
    inside = (times >= left_s) & (times < right_s)
    return PitchTrack(times[inside], track.hertz[inside])
