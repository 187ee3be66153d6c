"""Energy-based voice activity detection as a push machine: audio in, speech segments out.

A frame's excess is the mean over bands of its power relative to the room's floor, in dB. Speech begins where
the excess rises over `on_db`, goes on while it stays above `off_db`, and ends after `hangover_s` below it.
The result is a function of the samples alone: neither block sizes nor the clock matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop_app.core.band_energy import BandEnergy
from desktop_app.core.levels import SILENCE_DBFS, power_dbfs
from desktop_app.core.noise_floor import NoiseFloor
from desktop_app.core.speech_level import SpeechLevel
from desktop_app.core.types import FloatArray, SpeechSegment


@dataclass(frozen=True, slots=True)
class SegmenterParams:
    """Seconds and dB; nothing here is a frame count.

    Attributes
    ----------
    on_db, off_db : float
        Excess over the room's floor that opens a segment, and under which speech is fading (hysteresis).
    on_below_voice_db, off_below_voice_db : float
        The same two thresholds relative to the voice's recent peaks: what is this much softer is somebody
        else, or the dishes. The higher threshold of each pair holds.
    lead_s, trail_s : float
        Speech is taken to begin and end this much outside of the frames above the threshold: its edges are
        softer than the noise around them.
    pre_roll_s, post_roll_s : float
        Audio around the speech that the model hears too. Not counted in `start_s` and `end_s`.
    hangover_s : float
        Pause that ends a segment; shorter ones are bridged.
    min_speech_s : float
        Shorter sounds (clicks, a cough) are no speech.
    min_active : float
        Share of `min_speech_s` that must be above `off_db`, so that two clicks are not a word.
    max_segment_s : float
        Longer speech is split at its quietest point.
    partial_every_s, partial_window_s : float
        How often an open segment is looked at, and how much of its end.
    """

    on_db: float = 10.0
    off_db: float = 6.0
    on_below_voice_db: float = 14.0
    off_below_voice_db: float = 33.0
    lead_s: float = 0.02
    trail_s: float = 0.05
    pre_roll_s: float = 0.25
    post_roll_s: float = 0.25
    hangover_s: float = 0.45
    min_speech_s: float = 0.25
    min_active: float = 0.5
    max_segment_s: float = 8.0
    partial_every_s: float = 0.25
    partial_window_s: float = 3.0

    def __post_init__(self) -> None:
        if self.off_db > self.on_db:
            raise ValueError(f"off_db ({self.off_db}) must not exceed on_db ({self.on_db})")
        if self.post_roll_s > self.hangover_s:
            raise ValueError("post_roll_s must not exceed hangover_s: that audio is not there yet")
        if not 0 < self.min_speech_s < self.max_segment_s:
            raise ValueError("min_speech_s must be positive and shorter than max_segment_s")
        if self.partial_every_s <= 0 or self.partial_window_s <= 0 or self.pre_roll_s < 0:
            raise ValueError("partial_every_s and partial_window_s must be positive, pre_roll_s not negative")


class Segmenter:
    """Cuts speech out of a mono stream.

    Parameters
    ----------
    sample_rate : int
        Rate of what is pushed, in Hz.
    params : SegmenterParams
        All thresholds and times.
    """

    SMOOTH_FRAMES = 3

    def __init__(self, sample_rate: int, params: SegmenterParams | None = None) -> None:
        self.params = params or SegmenterParams()
        self.sample_rate = sample_rate
        self._energy = BandEnergy(sample_rate)
        hop_s = self._energy.hop / sample_rate
        self._hop = self._energy.hop
        self._floor = NoiseFloor(self._energy.bands, hop_s)
        self._hangover = round(self.params.hangover_s / hop_s)
        self._min_speech = max(1, round(self.params.min_speech_s / hop_s))
        self._max_frames = round(self.params.max_segment_s / hop_s)
        self._every = max(1, round(self.params.partial_every_s / hop_s))
        self._pre = round(self.params.pre_roll_s * sample_rate)
        self._post = round(self.params.post_roll_s * sample_rate)
        self._on = 10 ** (self.params.on_db / 10)
        self._off = 10 ** (self.params.off_db / 10)
        self._voice = SpeechLevel(hop_s)
        self._voice_on = 10 ** (-self.params.on_below_voice_db / 10)
        self._voice_off = 10 ** (-self.params.off_below_voice_db / 10)

        self._audio: FloatArray = np.empty(0, dtype=np.float32)
        self._audio_start = 0  # sample index of self._audio[0]
        self._frame = 0
        self._recent = np.zeros((self.SMOOTH_FRAMES, self._energy.bands))
        self._index = 0

        self._open = False  # a candidate: something above the threshold
        self._confirmed = False  # long enough to be speech
        self._first = 0  # first frame of the speech
        self._last = 0  # last frame above off_db
        self._active = 0
        self._run_start: int | None = None  # since when the excess is above off_db without a break
        self._loudness: list[float] = []  # per frame since self._first, for the split
        self._cut = 0  # audio before this sample belongs to the segment before
        self._end_s = 0.0  # where the speech of the segment before ended
        self.level_dbfs = SILENCE_DBFS

    @property
    def speaking(self) -> bool:
        """A segment is open that is already long enough to be speech."""
        return self._confirmed

    @property
    def position_s(self) -> float:
        """Seconds of audio taken in."""
        return (self._audio_start + len(self._audio)) / self.sample_rate

    @property
    def threshold_dbfs(self) -> float:
        """Level that the next segment must exceed: over the room, and not too far below the voice."""
        voice = power_dbfs(self._voice.power) - self.params.on_below_voice_db
        return max(self.floor_dbfs + self.params.on_db, voice)

    @property
    def floor_dbfs(self) -> float:
        return power_dbfs(float(self._floor.floor.sum()))

    def push(self, waveform: FloatArray) -> list[SpeechSegment]:
        """Take in `waveform` [n]; partial and final segments in the order in which they became known."""
        self._audio = np.concatenate((self._audio, waveform))
        out: list[SpeechSegment] = []
        for power in self._energy.push(waveform):
            out.extend(self._step(power))
        self._forget()
        return out

    def flush(self) -> list[SpeechSegment]:
        """End of the stream: close what is open."""
        out = [self._final(self._last + 1)] if self._open and self._confirmed else []
        self._close()
        return out

    # --- one frame ---

    def _step(self, power: npt.NDArray[np.float64]) -> list[SpeechSegment]:
        self._floor.push(power)
        self._recent[self._frame % self.SMOOTH_FRAMES] = power
        smooth = self._recent.mean(axis=0)
        ratio = float(np.mean(smooth / self._floor.floor))
        level = float(smooth.sum())
        self._voice.push(level)
        self.level_dbfs = power_dbfs(level)
        frame, self._frame = self._frame, self._frame + 1
        above_on = ratio > self._on and level > self._voice.power * self._voice_on
        above_off = ratio > self._off and level > self._voice.power * self._voice_off
        if above_off and self._run_start is None:
            self._run_start = frame
        elif not above_off:
            self._run_start = None
        if not self._open:
            if above_on and self._run_start is not None:
                self._begin(self._run_start, frame)
            else:
                return []
        return self._advance(frame, ratio, above_off)

    def _begin(self, first: int, frame: int) -> None:
        self._open, self._confirmed = True, False
        self._first = self._last = first
        self._active = frame - first
        self._loudness = [0.0] * (frame - first)

    def _advance(self, frame: int, ratio: float, above_off: bool) -> list[SpeechSegment]:
        out: list[SpeechSegment] = []
        self._loudness.append(ratio)
        if above_off:
            self._last = frame
            self._active += 1
        length = self._last + 1 - self._first
        enough = self._active >= self.params.min_active * self._min_speech
        if not self._confirmed and length >= self._min_speech and enough:
            self._confirmed = True
        if frame - self._last >= self._hangover:
            if self._confirmed:
                out.append(self._final(self._last + 1))
            self._close()
        elif frame + 1 - self._first >= self._max_frames:
            out.append(self._split())
        elif self._confirmed and (frame + 1 - self._first) % self._every == 0 and above_off:
            out.append(self._partial(frame + 1))
        return out

    def _close(self) -> None:
        self._open = self._confirmed = False
        self._loudness = []

    # --- cutting ---

    def _split(self) -> SpeechSegment:
        """Cut a segment of full length at its quietest 100 ms, in its second half."""
        width = max(1, round(0.1 * self.sample_rate / self._hop))
        half = len(self._loudness) // 2
        smooth = np.convolve(self._loudness, np.ones(width) / width, mode="same")
        # Of equal pauses the later one: a longer segment tells more.
        tail = smooth[half : len(smooth) - width]
        at = half + len(tail) - 1 - int(np.argmin(tail[::-1]))
        cut = self._first + at
        segment = self._cut_out(self._first, cut, cut * self._hop, final=True)
        self._index += 1
        self._cut = cut * self._hop
        self._end_s = segment.end_s
        self._loudness = self._loudness[at:]
        self._first = cut
        self._active = len(self._loudness)
        self._confirmed = self._last + 1 - self._first >= self._min_speech
        return segment

    def _final(self, end: int) -> SpeechSegment:
        stop = end * self._hop + self._post
        segment = self._cut_out(self._first, end, stop, final=True, trail_s=self.params.trail_s)
        self._end_s = segment.end_s
        self._index += 1
        self._cut = round(segment.waveform_start_s * self.sample_rate) + len(segment.waveform)
        return segment

    def _partial(self, end: int) -> SpeechSegment:
        window = round(self.params.partial_window_s * self.sample_rate)
        stop = end * self._hop
        return self._cut_out(self._first, end, stop, final=False, not_before=stop - window)

    def _cut_out(
        self, first: int, end: int, stop: int, *, final: bool, not_before: int = 0, trail_s: float = 0.0
    ) -> SpeechSegment:
        begin = max(first * self._hop - self._pre, self._cut, not_before, self._audio_start, 0)
        stop = min(stop, self._audio_start + len(self._audio))
        waveform = self._audio[begin - self._audio_start : stop - self._audio_start].copy()
        waveform.flags.writeable = False
        start_s = max(first * self._hop / self.sample_rate - self.params.lead_s, self._end_s, 0.0)
        return SpeechSegment(
            index=self._index,
            start_s=max(start_s, not_before / self.sample_rate),
            end_s=min(end * self._hop / self.sample_rate + trail_s, self.position_s),
            waveform=waveform,
            waveform_start_s=begin / self.sample_rate,
            sample_rate=self.sample_rate,
            final=final,
        )

    def _forget(self) -> None:
        """Drop audio that no segment can need any more."""
        keep_frame = self._first if self._open else (self._run_start or self._frame)
        keep = min(keep_frame, self._frame) * self._hop - self._pre - self._hop
        surplus = keep - self._audio_start
        if surplus > self.sample_rate:  # in big steps: each drop copies what is left
            self._audio = self._audio[surplus:].copy()
            self._audio_start += surplus
