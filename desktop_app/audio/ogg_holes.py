"""One Ogg stream of which pages are missing: what is left of it, each part at its own time.

A decoder joins what is before a hole to what is behind it. Here each run of pages is decoded by itself behind
the headers of the stream, and the granule positions tell how much silence belongs between two of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from desktop_app.audio.bounded_file import BoundedFile, SplicedFile
from desktop_app.audio.decoders import CannotDecodeError, Decoder, SndfileDecoder
from desktop_app.audio.holes import ZEROS_AT_ONCE, Holes, most_silence_s, silence
from desktop_app.audio.ogg_pages import OPUS_RATE, Link, Page, Run, opus_samples, page_body, patched
from desktop_app.core.types import FloatArray

MOST_RUNS: Final = 5000
_LEAST_S: Final = 0.001  # shorter than any packet


class HoledOggDecoder:
    """A stream with holes, as `Decoder`.

    Parameters
    ----------
    file : BoundedFile
    link : Link
        Of several runs; Vorbis or Opus, and nothing beside it.

    Raises
    ------
    CannotDecodeError
        None of its sound can be decoded.
    """

    def __init__(self, file: BoundedFile, link: Link) -> None:
        self._file = file.view()  # without the time limit of the search for pages
        self._opus = link.codecs == ["opus"]
        self._runs = iter(link.runs)
        self._headers = list(link.headers)
        self._pre_skip = 0
        if self._opus:
            self._pre_skip = int.from_bytes(page_body(self._file, link.headers[0])[10:12], "little")
        self._silence = 0
        self._position = 0
        self._origin: int | None = None  # frame at which the first run begins
        self.holes = Holes()
        self.damaged_at: int | None = None
        self.blur, self.lossless = 0, False
        decoder = self._next_run()
        if decoder is None:
            raise CannotDecodeError("none of its sound can be decoded")
        self._current: Decoder | None = decoder
        self.sample_rate, self.channels = decoder.sample_rate, decoder.channels
        # Nothing is promised: who forges or damages a granule position would promise hours.
        self.promised: int | None = None
        end = (link.runs[-1].last.granule - self._pre_skip) / (OPUS_RATE if self._opus else self.sample_rate)
        self.estimate_s = min(max(0.0, end), most_silence_s(file.size))

    def _next_run(self) -> SndfileDecoder | None:
        """The next run of which something can be decoded; `_silence` is what is missing before it."""
        for run in self._runs:
            try:
                placed = self._placed(run)
            except CannotDecodeError:
                continue
            if placed is None:
                continue
            decoder, begin = placed
            if self._origin is None:
                # A stream that was caught on its way begins anywhere, and has lost nothing.
                self._origin = begin
            self._missing(begin - self._origin - self._position, decoder.sample_rate)
            return decoder
        return None

    def _missing(self, frames: int, sample_rate: int) -> None:
        if frames < _LEAST_S * sample_rate:
            return
        if self.damaged_at is None:
            self.damaged_at = self._position
        if self.holes.frames + frames > most_silence_s(self._file.size) * sample_rate:
            self.holes.disbelieved += 1
            assert self._origin is not None  # noqa: S101 - narrows the type; the caller has set it
            self._origin += frames
            return
        self.holes.add(self._position, frames)
        self._silence = frames

    def _placed(self, run: Run) -> tuple[SndfileDecoder, int] | None:
        """What decodes a run, and the frame at which it begins.

        The granule position of a page tells where the sound of the packets that end on it ends.
        """
        page = run.timed
        if page is None:
            return None
        if not self._opus:
            # How much sound is in Vorbis packets only a decoder knows: the first one of a run gives none.
            frames = _length(self._decoder(run.first, page))
            return self._decoder(run.first, run.last), page.granule - frames
        if run.first is not page:
            return None  # a packet larger than a page is no speech
        begin = page.granule - opus_samples(self._file, page, begun_on_it=True)
        later = 0
        if begin > 0 and run.first is run.last:
            later = -begin  # a stream of one page has to begin at 0
        elif begin > 0:
            # What is to be skipped before the sound, libsndfile then leaves out at its end.
            later = self._pre_skip
            begin -= later
        decoder = self._decoder(run.first, run.last, later)
        return decoder, round(begin * decoder.sample_rate / OPUS_RATE)

    def _decoder(self, first: Page, last: Page, later: int = 0) -> SndfileDecoder:
        """Of the headers and the pages from `first` to `last`, numbered as if none were missing."""
        patches: dict[int, bytes] = {}
        stretches = []
        at = 0
        for number, page in enumerate(self._headers):
            sequence = first.sequence - len(self._headers) + number
            for place, patch in patched(self._file, page, sequence=sequence).items():
                patches[at + place - page.position] = patch
            stretches.append((page.position, page.position + page.size))
            at += page.size
        if self._opus:
            for place, patch in patched(self._file, last, last=True, later=later).items():
                patches[at + place - first.position] = patch
        stretches.append((first.position, last.position + last.size))
        return SndfileDecoder(BoundedFile(SplicedFile(self._file, stretches), patches=patches))

    def read(self, frames: int) -> FloatArray:
        ready: list[FloatArray] = []
        have = 0
        while have < frames and self._current is not None:
            if self._silence:
                block = silence(min(self._silence, frames - have), self.channels)
                self._silence -= len(block)
            else:
                block = self._current.read(frames - have)
                if self._current.damaged_at is not None and self.damaged_at is None:
                    self.damaged_at = self._position + len(block)
            if not len(block):
                self._current.close()
                self._current = self._next_run()
            ready.append(block)
            have += len(block)
            self._position += len(block)
        return np.concatenate(ready) if ready else np.empty((0, self.channels), np.float32)

    def seek(self, frame: int) -> bool:
        return False

    def close(self) -> None:
        if self._current is not None:
            self._current.close()
            self._current = None


def _length(decoder: SndfileDecoder) -> int:
    frames = 0
    while count := len(decoder.read(ZEROS_AT_ONCE)):
        frames += count
    decoder.close()
    return frames
