"""Source audio to speech segments: the one path that live capture and recordings share."""

from __future__ import annotations

from desktop_app.core.resample import StreamResampler
from desktop_app.core.segmenter import Segmenter, SegmenterParams
from desktop_app.core.types import FloatArray, SpeechSegment


class SpeechChain:
    """Mono mix, resampling and segmentation of one stream.

    Both the live pipeline and the offline analysis push into this, so they cannot come to differ.
    """

    def __init__(self, source_rate: int, model_rate: int, params: SegmenterParams) -> None:
        self._resampler = StreamResampler(source_rate, model_rate)
        self.segmenter = Segmenter(model_rate, params)

    def push(self, frames: FloatArray) -> tuple[FloatArray, list[SpeechSegment]]:
        """Take in `frames` [n, channels]; the mono audio at the model's rate, and the segments in it."""
        waveform = self._resampler.push(frames)
        return waveform, self.segmenter.push(waveform)

    def flush(self) -> tuple[FloatArray, list[SpeechSegment]]:
        """End of the stream: what the filter still held, and the segment that was open."""
        waveform = self._resampler.flush()
        return waveform, self.segmenter.push(waveform) + self.segmenter.flush()
