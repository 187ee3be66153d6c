"""Source audio to speech segments: the one path that live capture and recordings share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from desktop_app.core.channel_choice import AUTO, ChannelChoice, Hear
from desktop_app.core.channels import ChannelWatch
from desktop_app.core.detector import Detection, Detector
from desktop_app.core.finite import FiniteSamples
from desktop_app.core.levels import SampleStep
from desktop_app.core.resample import StreamResampler, mix_to_mono
from desktop_app.core.types import FloatArray, SoundWarning, SpeechSegment

Heard: TypeAlias = Callable[[int, FloatArray], None]
"""Told the first sample and the samples [n], at the model's rate, of what is heard, in order; and once more
from an earlier sample on where another channel comes to be heard."""

LOOK_BACK_S = 5
"""Of another channel, when it is taken: as much as the segmenter's noise floor looks back."""


class SpeechChain:
    """Choice of the channel, resampling and segmentation of one stream.

    Both the live pipeline and the offline analysis push into this, so they cannot come to differ. Which
    channel is heard is changed only while nobody speaks; the new one is then heard from some seconds before,
    so that the word which told the difference is not lost.

    Parameters
    ----------
    detection : Detection
        How speech is found.
    choice : ChannelChoice
        What is heard of several channels. For `Hear.EACH` make a chain for each of `ChannelChoice.apart`.
    on_heard : callable, optional
        Told what is heard, to draw it.

    Attributes
    ----------
    heard : int or None
        The channel that is heard now, from 0; None for the mix, and for a single channel.
    powers : array [frames, bands]
        As `BandEnergy` gives them, of the frames that are complete with the audio returned last.
    """

    def __init__(
        self,
        source_rate: int,
        model_rate: int,
        detection: Detection,
        choice: ChannelChoice = AUTO,
        on_heard: Heard | None = None,
    ) -> None:
        if choice.hear is Hear.EACH:
            raise ValueError("one chain hears one channel: make a chain for each of ChannelChoice.apart()")
        self._source_rate = source_rate
        self._model_rate = model_rate
        self._detection = detection
        self._auto = choice.hear is Hear.AUTO
        self.heard: int | None = choice.index if choice.hear is Hear.ONE else None
        self._on_heard = on_heard
        self._path = _Path(source_rate, model_rate, detection, on_heard)
        self.powers = self._path.powers
        self._finite = FiniteSamples(source_rate)
        self._watch: ChannelWatch | None = None
        self._pending: FloatArray | None = None  # less than a frame of the watch
        self._kept: list[FloatArray] = []  # what the watch has seen lately
        self._kept_frames = 0
        self._seen = 0  # frames of all channels that the path was given

    @property
    def segmenter(self) -> Detector:
        """The one whose segments are returned; another channel has another."""
        return self._path.segmenter

    @property
    def min_level_dbfs(self) -> float | None:
        """What is softer is no speech, whatever the room; None for no such limit."""
        return self._path.segmenter.min_level_dbfs

    @min_level_dbfs.setter
    def min_level_dbfs(self, level_dbfs: float | None) -> None:
        self._path.segmenter.min_level_dbfs = level_dbfs

    @property
    def warnings(self) -> tuple[SoundWarning, ...]:
        """What is to be said of the samples and the channels by now."""
        return self._finite.warnings + (() if self._watch is None else self._watch.warnings)

    def push(self, frames: FloatArray) -> tuple[FloatArray, list[SpeechSegment]]:
        """Take in `frames` [n, channels]; the mono audio at the model's rate, and the segments in it."""
        frames = self._finite.push(frames)
        if not self._auto or frames.ndim == 1 or frames.shape[1] == 1:
            found = self._path.push(self._mono(frames))
            self.powers = self._path.powers
            return found
        if self._watch is None:
            self._watch = ChannelWatch(self._source_rate, frames.shape[1])
        return self._choose(self._watch, frames)

    def flush(self) -> tuple[FloatArray, list[SpeechSegment]]:
        """End of the stream: what the filter still held, and the segment that was open."""
        begin: FloatArray = np.empty(0, dtype=np.float32)
        found: list[SpeechSegment] = []
        powers = []
        if self._pending is not None:
            begin, found = self._path.push(self._mono(self._pending))
            powers.append(self._path.powers)
        end, last = self._path.flush()
        self.powers = np.concatenate((*powers, self._path.powers))
        return np.concatenate((begin, end)), found + last

    def cut(self) -> list[SpeechSegment]:
        """End what is being said here; speech that goes on is a segment of its own. The room stays known."""
        return self.segmenter.flush()

    def _mono(self, frames: FloatArray) -> FloatArray:
        return mix_to_mono(frames) if self.heard is None or frames.ndim == 1 else frames[:, self.heard]

    def _choose(self, watch: ChannelWatch, frames: FloatArray) -> tuple[FloatArray, list[SpeechSegment]]:
        if self._pending is not None and len(self._pending):
            frames = np.concatenate((self._pending, frames))
        end = len(frames) // watch.hop * watch.hop
        waveforms: list[FloatArray] = []
        powers: list[npt.NDArray[np.float64]] = []
        found: list[SpeechSegment] = []
        done = 0

        def hand_on(stop: int) -> None:
            nonlocal done
            block = frames[done:stop]
            done = stop
            self._keep(block)
            waveform, segments = self._path.push(self._mono(block))
            waveforms.append(waveform)
            powers.append(self._path.powers)
            found.extend(segments)

        for index, measured in enumerate(watch.measure(frames[:end]) if end else ()):
            wanted = watch.judge(measured, self.heard)
            if wanted != self.heard:
                hand_on((index + 1) * watch.hop)
                if not self.segmenter.speaking:
                    found.extend(self._change(wanted))
                    watch.follow(wanted)
        if done < end or not waveforms:
            hand_on(end)
        self._pending = frames[end:].copy()
        self.powers = np.concatenate(powers)
        return np.concatenate(waveforms), found

    def _keep(self, block: FloatArray) -> None:
        self._kept.append(block)
        self._kept_frames += len(block)
        self._seen += len(block)
        while self._kept_frames - len(self._kept[0]) > (LOOK_BACK_S + 1) * self._source_rate:
            self._kept_frames -= len(self._kept.pop(0))

    def _change(self, wanted: int | None) -> list[SpeechSegment]:
        """Hear another channel, from some whole seconds ago."""
        self.heard = wanted
        start_s = max(0, self._seen // self._source_rate - LOOK_BACK_S)
        again = np.concatenate(self._kept)[start_s * self._source_rate - (self._seen - self._kept_frames) :]
        path = _Path(self._source_rate, self._model_rate, self._detection, self._on_heard)
        path.take_over(self._path, start_s * self._model_rate)
        self._path = path
        return [segment for segment in path.push(self._mono(again))[1] if segment.final]


class _Path:
    """From one channel at the source's rate to segments."""

    def __init__(
        self, source_rate: int, model_rate: int, detection: Detection, on_heard: Heard | None
    ) -> None:
        self._on_heard = on_heard
        self._step = SampleStep(source_rate)
        self._resampler = StreamResampler(source_rate, model_rate)
        self.segmenter = detection.make(model_rate)
        self._given = 0  # samples at the model's rate, of the whole stream
        self._returned = 0  # of them, those that the path before has returned already
        self._unframed = 0  # of them, those before the segmenter's first frame
        self._frames = 0  # of the whole stream, that were measured
        self._told = 0  # of them, those that the path before has told of already
        self.powers = self.segmenter.powers

    def take_over(self, before: _Path, start: int) -> None:
        """Go on in place of the path `before`; what is pushed first is again the sound from `start` on."""
        hop = self.segmenter.hop
        self.segmenter.min_level_dbfs = before.segmenter.min_level_dbfs
        self._unframed = -start % hop
        self.segmenter.continue_from(before.segmenter, start + self._unframed)
        self._returned = before._given - start
        self._frames, self._told = (start + self._unframed) // hop, max(before._frames, before._told)
        self._given = start

    def push(self, mono: FloatArray) -> tuple[FloatArray, list[SpeechSegment]]:
        return self._segment(self._resampler.push(mono), self._step.push(mono))

    def flush(self) -> tuple[FloatArray, list[SpeechSegment]]:
        waveform, segments = self._segment(self._resampler.flush(), [])
        return waveform, segments + self.segmenter.flush()

    def _segment(self, waveform: FloatArray, steps: list[float]) -> tuple[FloatArray, list[SpeechSegment]]:
        if self._on_heard is not None:
            self._on_heard(self._given, waveform)
        self._given += len(waveform)
        returned, unframed = min(self._returned, len(waveform)), min(self._unframed, len(waveform))
        self._returned -= returned
        self._unframed -= unframed
        found = self.segmenter.push(waveform[unframed:], steps)
        powers = self.segmenter.powers
        self.powers = powers[max(0, self._told - self._frames) :]
        self._frames += len(powers)
        return waveform[returned:], found
