"""Energy-based voice activity detection as a push machine: audio in, speech segments out.

A frame's excess is the mean over bands of its power relative to the room's floor, in dB. Speech begins where
the excess rises over `on_db`, goes on while it stays above `off_db`, and ends after `hangover_s` below it.
The result is a function of the samples alone: neither block sizes nor the clock matter.

Nothing is compared with full scale, so the gain of a recording does not matter either. What a level means is
known only from what was heard, sometimes afterwards: a loud voice tells that the breath before it was none of
its words, and the first pause tells that a stream began in the middle of one. Such frames are judged again.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import dropwhile

import numpy as np
import numpy.typing as npt

from desktop_app.core.frame_measures import FrameMeasures, Measures
from desktop_app.core.hindsight import Ahead, EarlyFrames, Look
from desktop_app.core.levels import SILENCE_DBFS, power_dbfs
from desktop_app.core.segment_audio import SegmentAudio
from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.soft_sound import SoftSound
from desktop_app.core.speech_gate import SpeechGate
from desktop_app.core.types import FloatArray, SpeechSegment


class Segmenter:
    """Cuts speech out of a mono stream.

    Parameters
    ----------
    sample_rate : int
        Rate of what is pushed, in Hz.
    params : SegmenterParams
        All thresholds and times.
    gate : SpeechGate, optional
        The second stage, fresh: what it takes for no speech counts as too soft. Frames wait until it knows of
        them.

    Attributes
    ----------
    min_level_dbfs : float or None
        What is softer is no speech, whatever the room; None, the default, for no such limit. May be changed
        at any time, and counts from the next frame on.
    """

    HINDSIGHT_S = 2.0
    """So long after the sound began its first frames are judged again when a pause tells the floor."""

    _min_level_dbfs: float | None = None
    _min_on = _min_off = 0.0  # powers

    EDGE_S = 0.1
    """A word may begin so long below `off_below_voice_db`; what is longer before it is a breath."""

    def __init__(
        self, sample_rate: int, params: SegmenterParams | None = None, gate: SpeechGate | None = None
    ) -> None:
        self.params = params or SegmenterParams()
        self.sample_rate = sample_rate
        self._measures = FrameMeasures(sample_rate, self.params.range_db)
        self._hop, hop_s = self._measures.hop, self._measures.hop_s
        self._hangover = round(self.params.hangover_s / hop_s)
        self._min_speech = max(1, round(self.params.min_speech_s / hop_s))
        self._max_frames = round(self.params.max_segment_s / hop_s)
        self._every = max(1, round(self.params.partial_every_s / hop_s))
        self._on = 10 ** (self.params.on_db / 10)
        self._off = 10 ** (self.params.off_db / 10)
        self._voice_on = 10 ** (-self.params.on_below_voice_db / 10)
        self._soft_thresholds = (
            10 ** (self.params.soft_on_db / 10),
            10 ** (-self.params.soft_below_voice_db / 10),
        )
        self._soft_speech = max(1, round(self.params.soft_speech_s / hop_s))
        self._voice_off = 10 ** (-self.params.off_below_voice_db / 10)
        self._hindsight = round(self.HINDSIGHT_S / hop_s)
        self._edge = round(self.EDGE_S / hop_s)
        self._gate = gate
        self._before = 0 if gate is None else round(gate.params.before_s / hop_s)
        self._unjudged: deque[Measures] = deque()  # of frames that the gate does not know of yet
        self._judged = 0  # of the first of them, so many frames are judged
        self._refused = 0  # frames loud enough to open a segment, and no speech to the gate

        self._audio = SegmentAudio(sample_rate, self._hop, self.params)
        self._frame = 0
        # As of the latest frame that was judged.
        self._level = self._voice = self._loudest = self._highest = 0.0
        self._floor: npt.NDArray[np.float64] | None = None
        self._least = np.zeros(self._measures.bands)  # no floor is below this

        self._open = False  # a candidate: something above the threshold
        self._rose = -1  # last frame of self._held that was above it
        self._continues = False  # it is the rest of a segment that was split
        self._confirmed = False  # long enough to be speech
        self._soft: SoftSound | None = None  # of a candidate nothing of which was near the voice's peaks
        self._first = 0  # first frame of the speech
        self._last = 0  # last frame above off_db
        self._active = 0
        # Frames since the excess is above off_db without a break; while open, all frames since self._first.
        self._held: list[Look] = []
        self._early = EarlyFrames(self._hindsight, self._min_speech)
        self._first_sound: int | None = None  # frame
        self._deaf_until = 0  # frames before this one tell of the room, and make no segment
        self._waiting: list[tuple[SpeechSegment, Look]] = []  # finals that the voice to come may disprove
        self._loudness: list[float] = []  # per frame since self._first, for the split
        self._first_excess = Ahead()

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return self._hop

    @property
    def powers(self) -> npt.NDArray[np.float64]:
        """Mean square in each band of the frames that the latest push completed, [frames, bands]."""
        return self._measures.powers

    @property
    def min_level_dbfs(self) -> float | None:
        return self._min_level_dbfs

    @min_level_dbfs.setter
    def min_level_dbfs(self, level_dbfs: float | None) -> None:
        self._min_level_dbfs = level_dbfs
        self._min_on = self._min_off = 0.0
        if level_dbfs is not None:
            fading_db = self.params.on_db - self.params.off_db  # the hysteresis of the room's thresholds
            self._min_on = 10 ** (level_dbfs / 10)
            self._min_off = 10 ** ((level_dbfs - fading_db) / 10)

    @property
    def speaking(self) -> bool:
        """A segment is open that is already long enough to be speech."""
        return self._confirmed

    @property
    def active(self) -> bool:
        """A segment is open, whether or not it is long enough to be speech by now."""
        return self._open

    @property
    def position_s(self) -> float:
        """Seconds of audio taken in."""
        return self._audio.end_s

    @property
    def level_dbfs(self) -> float:
        """Level of the latest frames."""
        return power_dbfs(self._level)

    @property
    def threshold_dbfs(self) -> float:
        """Level that the next segment must exceed: over the room, and not too far below the voice."""
        voice, params = power_dbfs(self._voice), self.params
        near = max(self.floor_dbfs + params.on_db, voice - params.on_below_voice_db)
        least = SILENCE_DBFS if self._min_level_dbfs is None else self._min_level_dbfs
        soft = max(self.floor_dbfs + params.soft_on_db, voice - params.soft_below_voice_db)
        return max(least, min(near, soft))

    @property
    def highest_excess_db(self) -> float:
        """The highest excess over the floor that a frame has had, in dB; 0 where none had any."""
        return 10.0 * math.log10(self._highest) if self._highest > 1.0 else 0.0

    @property
    def refused_s(self) -> float:
        """Seconds that were loud enough to open a segment, and no speech to the second stage."""
        return self._refused * self._hop / self.sample_rate

    @property
    def floor_dbfs(self) -> float:
        """Level of the room; that of silence until there was sound."""
        return SILENCE_DBFS if self._floor is None else power_dbfs(float(self._floor.sum()))

    def push(self, waveform: FloatArray, steps: list[float] | None = None) -> list[SpeechSegment]:
        """Take in `waveform` [n]; partial and final segments in the order in which they became known.

        Parameters
        ----------
        steps : list of float, optional
            What `SampleStep` tells of the next frames of the sound that `waveform` was resampled from.
        """
        self._audio.push(waveform)
        measures = self._measures.push(waveform, steps)
        if measures is not None:
            self._unjudged.append(measures)
        if self._gate is not None:
            self._gate.push(waveform)
        out = self._judge_known()
        self._forget()
        return out

    def _judge_known(self, *, ending: bool = False) -> list[SpeechSegment]:
        """Judge the frames of which all is known; when `ending`, the others by what the gate heard last."""
        out: list[SpeechSegment] = []
        while self._unjudged:
            measures = self._unjudged[0]
            for at in range(self._judged, len(measures.level)):
                if self._gate is not None and not ending and not self._gate.knows(self._stop_of(self._frame)):
                    self._judged = at
                    return out
                out += self._step(measures, at)
            self._unjudged.popleft()
            self._judged = 0
        return out

    def _stop_of(self, frame: int) -> int:
        """The sample behind a frame."""
        return frame * self._hop + self._measures.window

    def continue_from(self, other: Segmenter, start: int) -> None:
        """Take the place of `other`, which heard another channel of the same stream.

        This one is to be fed from sample `start` on, again, so that it knows the room; what `other` has made
        a segment of is not cut out a second time. `start` must be a whole number of `hop`.
        """
        if self._gate is not None:
            self._gate.start = start
        self._frame = self._deaf_until = start // self._hop
        self._measures.begin_at(self._frame)
        self._audio.continue_from(other._audio, start)
        self._deaf_until = max(self._deaf_until, math.ceil(self._audio.cut / self._hop))
        self._waiting = other._waiting
        self._first_sound = other._first_sound

    def flush(self) -> list[SpeechSegment]:
        """Close what is open: at the end of the stream, or where somebody else begins to speak."""
        before = self._judge_known(ending=True)
        out = self._finish(self._last + 1) if self._open and self._confirmed else []
        self._close()
        return before + self._settle() + out

    # --- one frame ---

    def _step(self, measures: Measures, at: int) -> list[SpeechSegment]:
        """Judge the frame that is number `at` of `measures`."""
        frame = self._frame
        level = self._level = measures.level[at]
        voice = self._voice = measures.voice[at]
        self._loudest = measures.loudest[at]
        floor = self._floor = measures.floor[at]
        self._least = measures.least[at]
        speech = self._gate is None or self._gate.speech(frame * self._hop, self._stop_of(frame))
        self._frame += 1
        if frame < self._deaf_until:
            return []
        if self._first_sound is None and level > 0.0:
            self._first_sound = frame
        out = self._settle() if self._waiting and not self._beginning else []
        excess = measures.excess[at]
        if not self._open and self._early.looks is None and not measures.silent[at] and excess <= self._off:
            self._pass_over(excess)
            return out
        look = Look(frame, measures.power[at], level, voice, floor, speech)
        if self._early.looks is not None or measures.silent[at]:
            again = self._early.push(look, measures, at, confirmed=self._confirmed)
            out += self._judge_again(again) if again else []
        if self._open and not self._continues:
            out += self._judge_beginning_again(measures, at)
        return out + self._judge(look, excess)

    def _excess(self, look: Look) -> float:
        """`Measures.excess` by what is known now."""
        if look.floor is None or look.level == 0.0:
            return 0.0
        ratios = look.power / np.maximum(look.floor, self._least)
        return float(np.add.reduce(ratios)) / len(ratios)

    def _judge(self, look: Look, ratio: float) -> list[SpeechSegment]:
        """Judge a frame of which the mean power relative to the floor is `ratio`."""
        above_off = ratio > self._off and look.level > max(look.voice * self._voice_off, self._min_off)
        if not self._open and not above_off:
            self._pass_over(ratio)
            return []
        self._highest = max(self._highest, ratio)
        above_on = ratio > self._on and look.level > max(look.voice * self._voice_on, self._min_on)
        self._held.append(look)
        if not self._open:
            self._rose = look.frame if above_on else self._rose
            if not look.speech:  # of what comes before speech, its own beginning is kept
                self._refused += above_on
                del self._held[: max(0, len(self._held) - self._before)]
                return []
            risen = self._rose >= self._held[0].frame
            if not risen and not self._above_soft(look, ratio):
                return []
            self._begin(self._held[0].frame, look.frame)
            self._soft = None if risen else SoftSound()
            if self._soft:
                for held in self._held[:-1]:
                    self._soft.push(held.power, held.level, there=True)
        elif self._soft and above_on:
            self._reach_voice(look.frame, self._soft)
        if self._soft:
            self._soft.push(look.power, look.level, there=above_off)
        return self._advance(look.frame, ratio, above_off and look.speech)

    def _pass_over(self, ratio: float) -> None:
        """A frame in a pause."""
        self._highest = max(self._highest, ratio)
        self._held.clear()

    def _above_soft(self, look: Look, ratio: float) -> bool:
        soft_on, below_voice = self._soft_thresholds
        return ratio > soft_on and look.level > max(look.voice * below_voice, self._min_on)

    def _reach_voice(self, frame: int, soft: SoftSound) -> None:
        """What was soft is as loud as the voice now. Unless it was speech, what lay apart is none of it."""
        self._soft = None
        if not self._confirmed:
            self._held = self._held[-soft.run - 1 :]
            self._begin(self._held[0].frame, frame)

    def _judge_beginning_again(self, measures: Measures, at: int) -> list[SpeechSegment]:
        """What opened the segment may be nothing beside the voice that came after it, such as a breath."""
        first = self._held[0]
        if self._first_held_excess(first, measures, at) <= self._off:
            return self._judge_again(self._held)
        voice, frame = self._voice, self._frame - 1
        known = first.voice > voice * self._voice_on  # it was judged by such a voice already
        if known or frame - first.frame > self._hindsight or first.level > voice * self._voice_off:
            return []
        rest = list(dropwhile(lambda look: look.level <= voice * self._voice_off, self._held))
        if len(self._held) - len(rest) < self._edge:
            return []
        return self._judge_again(rest)

    def _first_held_excess(self, first: Look, measures: Measures, at: int) -> float:
        """`_excess` of the first frame of the segment that is open."""
        floor, power = first.floor, first.power
        if floor is None or first.level == 0.0:
            return 0.0
        return self._first_excess.of(
            first, measures, at, lambda: measures.relative_to_least(power, floor, at)
        )

    def _judge_again(self, looks: list[Look]) -> list[SpeechSegment]:
        """Judge frames by what is known now; their partial windows are over."""
        self._close()
        out = [segment for look in looks for segment in self._judge(look, self._excess(look))]
        return [segment for segment in out if segment.final]

    @property
    def _beginning(self) -> bool:
        """So little was heard yet that nothing is known of how loud a voice is here."""
        return self._first_sound is None or self._frame - self._first_sound <= self._hindsight

    def _finish(self, end: int) -> list[SpeechSegment]:
        """The final segment up to frame `end`; in the beginning it waits, as a voice may be far louder."""
        peak = max(self._held, key=lambda look: look.level)
        segment = self._final(end)
        if self._beginning:
            self._waiting.append((segment, peak))
            return []
        return [segment]

    def _settle(self) -> list[SpeechSegment]:
        """Finals that waited, without those that were nothing beside the voice."""
        waiting, self._waiting = self._waiting, []
        least = self._loudest * self._voice_off
        return [segment for segment, peak in waiting if peak.level > least]

    def _begin(self, first: int, frame: int) -> None:
        self._open, self._confirmed, self._continues = True, False, False
        self._first = self._last = first
        self._active = frame - first
        self._loudness = [0.0] * (frame - first)

    def _advance(self, frame: int, ratio: float, above_off: bool) -> list[SpeechSegment]:
        out: list[SpeechSegment] = []
        self._loudness.append(ratio)
        if above_off:
            self._last = frame
            self._active += 1
        if not self._confirmed and self._is_speech():
            self._confirmed = True
        if frame - self._last >= self._hangover:
            if self._confirmed:
                out += self._finish(self._last + 1)
            self._close()
        elif frame + 1 - self._first >= self._max_frames and not self._confirmed:
            self._close()
        elif frame + 1 - self._first >= self._max_frames:
            out += [*self._settle(), self._split()]
        elif self._confirmed and (frame + 1 - self._first) % self._every == 0 and above_off:
            out.append(self._audio.partial(self._first, frame + 1))
        return out

    def _is_speech(self) -> bool:
        least = self._soft_speech if self._soft else self._min_speech
        if self._last + 1 - self._first < least or self._active < self.params.min_active * least:
            return False
        if self._soft is None:
            return True
        params = self.params
        return self._soft.spread_db >= params.soft_spread_db and self._soft.low_share >= params.soft_low_share

    def _close(self) -> None:
        self._open = self._confirmed = False
        self._rose = -1
        self._soft = None
        self._held = []
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
        segment = self._audio.split(self._first, cut)
        self._loudness = self._loudness[at:]
        self._held = self._held[at:]
        self._early.close()
        self._continues = True
        self._first = cut
        self._active = len(self._loudness)
        self._confirmed = self._last + 1 - self._first >= self._min_speech
        return segment

    def _final(self, end: int) -> SpeechSegment:
        self._early.close()
        return self._audio.final(self._first, end)

    def _forget(self) -> None:
        """Drop audio that no segment can need any more."""
        self._audio.forget(
            min([self._frame, *(looks[0].frame for looks in (self._held, self._early.looks) if looks)])
        )
