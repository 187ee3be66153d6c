"""What makes the answers about a sound doubtful, whatever the model says: told, never acted upon.

Live and of a recording the same is told, by one rule that looks at the latest seconds and never ahead. Of a
recording its end tells more: what is true of the whole of it, although no part was long enough to show it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from desktop_app.core.detector import Detector
from desktop_app.core.hum import HumDetector
from desktop_app.core.levels import QUIET_DBFS, SILENCE_DBFS, dbfs
from desktop_app.core.soft_speech import Look, SoftSpeech, SoftStretch, total
from desktop_app.core.sound_sentences import SoundSentences
from desktop_app.core.types import FloatArray, SoundWarning, SpeechSegment

FloatArray64 = npt.NDArray[np.float64]

CLIPPED_FROM: Final = 0.9995  # of full scale
FULL_SCALE: Final = 1.0
"""Floating-point sound can lie beyond it, where nothing is clipped yet; it is scaled down to be judged."""
# Recordings that were normalised to full scale stay below 0.00004 (Emo-DB); audible clipping is far above.
CLIPPED_SHARE: Final = 0.001
CLIPPED_IN_S: Final = 30.0
"""Of so much sound the share is taken, as soon as it is reached."""
BEYOND_FULL_SCALE: Final = 4.0
"""Times full scale: floats reach a little over it in good recordings, and never so far."""
QUIET_SPEECH_S: Final = 5.0
"""So much speech in a row must be very quiet; of silence that is no news."""
GONE_S: Final = 60.0
"""A cause that was away for so long may be told again when it comes back."""

OFFSET: Final = 0.1
"""Mean of a channel, of full scale, from which on a constant offset is told."""
OFFSET_IN_S: Final = 5.0
"""Of so much sound the mean is taken: a voice has none."""

_CODES: Final = (
    *("clipped", "beyond_full_scale", "very_quiet", "soft_speech", "dc_offset", "hum", "low_sample_rate"),
)
_PERIOD_S: Final = 0.1
_PEAKS_S: Final = 60.0  # longer than any segment, and than what is looked at again
_CLIPPED_GONE: Final = 0.1  # of the share
_QUIET_GONE_DB: Final = 3.0


class SoundCheck:
    """Measures one sound as it comes.

    What is told depends on the samples alone, not on the blocks they come in.

    Parameters
    ----------
    sample_rate : int
        Of what `push` is given, in Hz.
    model_rate : int
        In Hz, what the model was trained at, and the rate of what `push_heard` is given.
    recording : bool
        Whether the sound is a recording's, or else a microphone's: they are called so.
    """

    def __init__(self, sample_rate: int, model_rate: int, *, recording: bool = True) -> None:
        self._sample_rate = sample_rate
        self._recording = recording
        self._sentences = SoundSentences(recording=recording)
        self._period = max(1, round(_PERIOD_S * sample_rate))
        self._kinds = {code: _Kind() for code in _CODES}
        self._worst: dict[str, SoundWarning] = {}  # what a part of the sound gave reason to tell, by its code
        self._before_s, self._frames = 0.0, 0
        self.restart(model_rate)

    def restart(self, model_rate: int) -> None:
        """The sound begins anew, perhaps at another `model_rate`; what was told stays told."""
        self._model_rate = model_rate
        self._before_s += self._frames / self._sample_rate
        self._samples = self._clipped = self._beyond = 0
        self._peak = 0.0
        self._periods = 0
        self._filled = 0  # frames of the period that is under way
        self._now_clipped, self._now_beyond, self._now_peak = 0, 0, 0.0
        self._width = 1  # channels
        # Of the latest periods: samples at full scale or beyond it, and beyond it.
        self._counts: deque[tuple[int, int]] = deque(maxlen=round(CLIPPED_IN_S / _PERIOD_S))
        self._counted = self._counted_beyond = 0
        self._most_counted = 0
        self._peaks: list[float] = []  # of the latest periods
        self._speech: deque[tuple[float, float]] = deque()  # seconds and peak of the latest segments
        self._frames = 0
        self._sums: FloatArray64 = np.zeros(1)  # of each channel
        self._now_sums: FloatArray64 = np.zeros(1)
        self._offsets: deque[FloatArray64] = deque(maxlen=round(OFFSET_IN_S / _PERIOD_S))
        self._hum = HumDetector(model_rate)
        self._soft = SoftSpeech(model_rate)
        self._news: list[SoundWarning] = []
        for kind in self._kinds.values():
            kind.restart()

    # --- as it comes ---

    def push(self, frames: FloatArray) -> None:
        """Take in the sound as it is, [n] or [n, channels], before `push_heard` of the same stretch."""
        self._width = 1 if frames.ndim == 1 else frames.shape[1]
        frames = frames.reshape(len(frames), self._width)
        begun = min(len(frames), -self._filled % self._period)  # these end the period that is under way
        rest = len(frames) - (len(frames) - begun) % self._period
        for part in (frames[:begun], frames[begun:rest], frames[rest:]):
            if part.size:
                self._take(part.reshape(-1, min(len(part), self._period), self._width))
        self._peak = max(self._peak, self._now_peak)

    def _take(self, parts: FloatArray) -> None:
        """Take in `parts` [parts, n, channels], each of them within one period."""
        peaks = np.maximum(parts.max(axis=(1, 2)), -parts.min(axis=(1, 2)))
        sums = parts.sum(axis=1, dtype=np.float64)
        for part, peak, sum_of_each in zip(parts, peaks.tolist(), sums, strict=True):
            self._now_peak = max(self._now_peak, peak)
            if peak >= CLIPPED_FROM:
                self._now_clipped += int(np.count_nonzero(np.abs(part) >= CLIPPED_FROM))
                self._now_beyond += int(np.count_nonzero(np.abs(part) > FULL_SCALE))
            self._now_sums = self._now_sums + sum_of_each
            self._samples += part.size
            self._frames += len(part)
            self._filled += len(part)
            if self._filled == self._period:
                self._end_period()

    def _end_period(self) -> None:
        self._periods += 1
        self._clipped += self._now_clipped
        self._beyond += self._now_beyond
        self._peaks.append(self._now_peak)
        self._peak = max(self._peak, self._now_peak)
        if len(self._counts) == self._counts.maxlen:
            self._counted -= self._counts[0][0]
            self._counted_beyond -= self._counts[0][1]
        self._counts.append((self._now_clipped, self._now_beyond))
        self._counted += self._now_clipped
        self._counted_beyond += self._now_beyond
        self._filled, self._now_clipped, self._now_beyond, self._now_peak = 0, 0, 0, 0.0
        self._look_at_offset()
        in_period = self._period * self._width
        limit = CLIPPED_SHARE * round(CLIPPED_IN_S / _PERIOD_S) * in_period
        far = self._is_beyond_lately
        loud = self._sentences.far_beyond(self._peak) if far else None
        if self._counted > limit and loud is None:
            share = self._counted / (len(self._counts) * in_period)
            beyond = self._mostly_beyond(self._counted, self._counted_beyond)
            in_s = len(self._counts) * _PERIOD_S
            loud = (
                self._sentences.beyond(share, self._peak, in_s)
                if beyond
                else self._sentences.clipped(share, in_s)
            )
            if self._counted >= self._most_counted:
                self._most_counted = self._counted
                self._worst[loud.code] = loud
        for code in ("clipped", "beyond_full_scale"):
            present = loud if loud is not None and loud.code == code else None
            gone = self._counted <= _CLIPPED_GONE * limit and not far
            self._tell(code, present, self._periods, gone=gone)
        if self._sample_rate < self._model_rate:
            low = self._sentences.low_rate(self._sample_rate, self._model_rate)
            self._tell("low_sample_rate", low, self._periods, gone=False)

    def _look_at_offset(self) -> None:
        self._sums = self._sums + self._now_sums
        self._offsets.append(self._now_sums)
        self._now_sums = np.zeros(1)
        if len(self._offsets) < (self._offsets.maxlen or 0):
            return
        offset = self._offset(sum(self._offsets, np.zeros(1)), len(self._offsets) * self._period)
        far = self._is_beyond_lately
        warning = self._sentences.offset(offset) if offset > OFFSET and not far else None
        self._tell("dc_offset", warning, self._periods, gone=offset < OFFSET / 2)

    @property
    def _is_beyond(self) -> bool:
        """Samples beyond full scale are not clipped, and their mean is no share of it."""
        return self._peak > BEYOND_FULL_SCALE

    @property
    def _is_beyond_lately(self) -> bool:
        return max(self._peaks[-len(self._counts) :], default=0.0) > BEYOND_FULL_SCALE

    @staticmethod
    def _mostly_beyond(counted: int, beyond: int) -> bool:
        """Whether so many samples at full scale and beyond are a gain, rather than a limit that cut them."""
        return 2 * beyond > counted

    @staticmethod
    def _offset(sums: FloatArray64, frames: int) -> float:
        return float(np.max(np.abs(sums))) / max(1, frames)

    def push_heard(
        self,
        waveform: FloatArray,
        segments: Sequence[SpeechSegment],
        powers: FloatArray64 | None = None,
    ) -> list[SoundWarning]:
        """Take in what the segmenter heard, [n], and what it found; what is to be told now.

        `powers` is as for `SoftSpeech.push`.
        """
        finals = [segment for segment in segments if segment.final]
        for segment in finals:
            self._look_at_speech(segment)
        for soft in self._soft.push(waveform, finals, powers):
            self._look_at_soft(soft)
        keep = round(_PEAKS_S / _PERIOD_S)
        if len(self._peaks) > 2 * keep:
            del self._peaks[:-keep]
        for look in self._hum.push(waveform):
            hum = None if look.mains_hz is None else self._sentences.hum(look.mains_hz)
            self._tell("hum", hum, round(look.at_s / _PERIOD_S), gone=look.gone)
        news, self._news = self._news, []
        return news

    def _look_at_speech(self, segment: SpeechSegment) -> None:
        before = self._periods - len(self._peaks)  # periods that are forgotten
        period_s = self._period / self._sample_rate
        first, end = int(segment.start_s / period_s) - before, int(segment.end_s / period_s) - before
        peaks = self._peaks[max(0, first) : max(0, end)]
        if not peaks:
            return
        self._speech.append((segment.duration_s, max(peaks)))
        total = sum(seconds for seconds, _ in self._speech)
        while total - self._speech[0][0] >= QUIET_SPEECH_S:
            total -= self._speech.popleft()[0]
        peak_dbfs = dbfs(max(peak for _, peak in self._speech))
        quiet = None
        if total >= QUIET_SPEECH_S and peak_dbfs < QUIET_DBFS:
            quiet = self._sentences.quiet(peak_dbfs)
        gone = peak_dbfs >= QUIET_DBFS + _QUIET_GONE_DB
        self._tell("very_quiet", quiet, round(segment.end_s / _PERIOD_S), gone=gone)

    def _look_at_soft(self, look: Look) -> None:
        soft = self._soft_warning(total(look.recent)) if look.enough else None
        self._tell("soft_speech", soft, round(look.at_s / _PERIOD_S), gone=not look.recent)

    def _soft_warning(self, soft: SoftStretch) -> SoundWarning:
        return self._sentences.soft(soft, self._before_s + soft.start_s, channels=self._width)

    def _tell(self, code: str, warning: SoundWarning | None, at: int, *, gone: bool) -> None:
        if warning is not None:
            self._worst.setdefault(code, warning)
        if self._kinds[code].look(at, present=warning is not None, gone=gone) and warning is not None:
            self._news.append(warning)

    # --- of a recording, at its end ---

    @property
    def peak_dbfs(self) -> float:
        return dbfs(self._peak)

    def warnings(self) -> tuple[SoundWarning, ...]:
        """What is to be said of the whole recording: what is true of all of it, and what of a part."""
        of_whole = {}
        last = self._soft.end()
        if last.enough or "soft_speech" in self._worst:
            of_whole["soft_speech"] = self._soft_warning(self._soft.whole)
        clipped = self._clipped + self._now_clipped
        share = clipped / max(1, self._samples)
        if self._is_beyond:
            of_whole["beyond_full_scale"] = self._sentences.far_beyond(self._peak)
        elif share > CLIPPED_SHARE and self._mostly_beyond(clipped, self._beyond + self._now_beyond):
            of_whole["beyond_full_scale"] = self._sentences.beyond(share, self._peak)
        elif share > CLIPPED_SHARE:
            of_whole["clipped"] = self._sentences.clipped(share)
        if self._peak > 0.0 and self.peak_dbfs < QUIET_DBFS:
            of_whole["very_quiet"] = self._sentences.quiet(self.peak_dbfs, whole=True)
        offset = self._offset(self._sums + self._now_sums, self._frames)
        if offset > OFFSET and not self._is_beyond:
            of_whole["dc_offset"] = self._sentences.offset(offset)
        mains = self._hum.of_whole()
        if mains is not None:
            of_whole["hum"] = self._sentences.hum(mains)
        if self._sample_rate < self._model_rate:
            of_whole["low_sample_rate"] = self._sentences.low_rate(self._sample_rate, self._model_rate)
        found = {**self._worst, **of_whole}
        return tuple(found[code] for code in self._kinds if code in found)

    def finish(self) -> list[SoundWarning]:
        """What the end of a recording tells that was not told on the way."""
        return [warning for warning in self.warnings() if not self._kinds[warning.code].told_ever]

    def no_speech(self, segmenter: Detector) -> SoundWarning:
        """Why nothing was found, as far as the segmenter can tell."""
        params = segmenter.params
        duration_s = self._frames / self._sample_rate
        if self._recording and duration_s < params.min_speech_s:
            return SoundWarning(
                "too_short",
                f"The recording is too short to be judged: it lasts {duration_s:.2f} s, and it takes at "
                f"least {params.min_speech_s:g} s of speech.",
                {"duration_s": round(duration_s, 3), "least_s": params.min_speech_s},
            )
        highest = segmenter.highest_excess_db
        if self._peak == 0.0:
            why, text = "silent", "every sample is zero"
        elif segmenter.refused_s >= params.min_speech_s:
            why, text = "not_speech", "what rises from the background does not sound like speech"
        elif highest >= params.on_db:
            why = "short"
            text = f"what rises from the background is shorter than {params.min_speech_s:g} s, or breaks up"
        elif highest >= params.off_db:
            why = "faint"
            text = f"nothing rises more than {highest:.0f} dB over the background"
        else:
            why, text = "steady", "there is nothing but a steady sound"
        levels = f"peak {self.peak_dbfs:.0f} dBFS"
        fields = {
            "why": why,
            "peak_dbfs": round(self.peak_dbfs, 1),
            "floor_dbfs": round(segmenter.floor_dbfs, 1),
        }
        if segmenter.floor_dbfs > SILENCE_DBFS:
            levels += f", background {segmenter.floor_dbfs:.0f} dBFS"
        return SoundWarning("no_speech", f"No speech was found: {text} ({levels}).", fields)


class _Kind:
    """Whether one kind of warning is due: told once, and not again before its cause was away for a while."""

    def __init__(self) -> None:
        self.told_ever = False
        self._told = False
        self._away_since: int | None = None

    def restart(self) -> None:
        self._away_since = None

    def look(self, at: int, *, present: bool, gone: bool) -> bool:
        """Whether to tell now, at the period `at`; between present and gone nothing changes."""
        if not self._told:
            self._told = present
            self.told_ever = self.told_ever or present
            self._away_since = None
            return present
        if not gone:
            self._away_since = None
        elif self._away_since is None:
            self._away_since = at
        elif at - self._away_since >= round(GONE_S / _PERIOD_S):
            self._told = False
        return False
