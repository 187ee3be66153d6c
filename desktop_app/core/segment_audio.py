"""The samples of a stream that its segments are cut out of."""

from __future__ import annotations

import numpy as np

from desktop_app.core.segmenter_params import SegmenterParams
from desktop_app.core.types import FloatArray, SpeechSegment


class SegmentAudio:
    """Keeps what segments may still need, and cuts them out; no sample is cut out twice.

    Parameters
    ----------
    hop : int
        Samples from one frame to the next: where segments begin and end is told in frames.

    Attributes
    ----------
    cut : int
        Samples before this one belong to the segments before.
    """

    def __init__(self, sample_rate: int, hop: int, params: SegmenterParams) -> None:
        self._sample_rate = sample_rate
        self._hop = hop
        self._params = params
        self._pre = round(params.pre_roll_s * sample_rate)
        self._post = round(params.post_roll_s * sample_rate)
        self._samples: FloatArray = np.empty(0, dtype=np.float32)
        self._start = 0  # sample of the stream that is self._samples[0]
        self._index = 0  # of the segment to come
        self.cut = 0
        self._end_s = 0.0  # where the speech of the segment before ended

    def __len__(self) -> int:
        """Samples that are kept."""
        return len(self._samples)

    @property
    def end_s(self) -> float:
        """Seconds of audio taken in."""
        return (self._start + len(self._samples)) / self._sample_rate

    def push(self, waveform: FloatArray) -> None:
        """Take in `waveform` [n]."""
        self._samples = np.concatenate((self._samples, waveform))

    def continue_from(self, other: SegmentAudio, start: int) -> None:
        """Take the place of `other`, and be fed from sample `start` on."""
        self._start = start
        self._index, self.cut, self._end_s = other._index, other.cut, other._end_s

    def split(self, first: int, cut: int) -> SpeechSegment:
        """The final segment from frame `first` to `cut`, where the next one begins."""
        segment = self._cut_out(first, cut, cut * self._hop, final=True)
        self._index += 1
        self.cut = cut * self._hop
        self._end_s = segment.end_s
        return segment

    def final(self, first: int, end: int) -> SpeechSegment:
        """The final segment of the frames from `first` up to `end`, behind which there is a pause."""
        stop = end * self._hop + self._post
        segment = self._cut_out(first, end, stop, final=True, trail_s=self._params.trail_s)
        self._end_s = segment.end_s
        self._index += 1
        self.cut = round(segment.waveform_start_s * self._sample_rate) + len(segment.waveform)
        return segment

    def partial(self, first: int, end: int) -> SpeechSegment:
        """The end of a segment that is open since frame `first`."""
        window = round(self._params.partial_window_s * self._sample_rate)
        stop = end * self._hop
        return self._cut_out(first, end, stop, final=False, not_before=stop - window)

    def _cut_out(
        self, first: int, end: int, stop: int, *, final: bool, not_before: int = 0, trail_s: float = 0.0
    ) -> SpeechSegment:
        begin = max(first * self._hop - self._pre, self.cut, not_before, self._start, 0)
        stop = min(stop, self._start + len(self._samples))
        waveform = self._samples[begin - self._start : stop - self._start].copy()
        waveform.flags.writeable = False
        start_s = max(first * self._hop / self._sample_rate - self._params.lead_s, self._end_s, 0.0)
        return SpeechSegment(
            index=self._index,
            start_s=max(start_s, not_before / self._sample_rate),
            end_s=min(end * self._hop / self._sample_rate + trail_s, self.end_s),
            waveform=waveform,
            waveform_start_s=begin / self._sample_rate,
            sample_rate=self._sample_rate,
            final=final,
        )

    def forget(self, first: int) -> None:
        """Drop what no segment can need any more that begins at frame `first` or later."""
        surplus = first * self._hop - self._pre - self._hop - self._start
        if surplus > self._sample_rate:  # in big steps: each drop copies what is left
            self._samples = self._samples[surplus:].copy()
            self._start += surplus
