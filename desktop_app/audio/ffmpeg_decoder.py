"""FFmpeg, through PyAV: m4a, webm, the sound of films, amr, wma, and what libsndfile cannot open."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from desktop_app.audio.bounded_file import PATIENCE_S, BoundedFile
from desktop_app.audio.decoders import CannotDecodeError
from desktop_app.audio.holes import Holes, most_silence_s, silence
from desktop_app.core.types import FloatArray

GAP_FROM_S: Final = 0.05
"""Time stamps are rounded to milliseconds and jitter: a smaller leap is no missing sound ..."""
_GAP_AFTER_FAILURE_S: Final = 0.005  # ... unless a packet could not be decoded
_DRIFT: Final = 3e-4  # by which the clock of the time stamps and that of the samples may differ
_LEAPING: Final = frozenset({"mpegts", "mpeg", "flv", "asf"})
"""Broadcasts, whose clocks start anywhere: where two are joined, they leap."""
_LEAP_S: Final = 30.0
_BLUR_S: Final = 0.1  # delay and padding of an encoder, in packets of up to 60 ms
_LOSSLESS: Final = frozenset({"flac", "alac", "ape", "wavpack", "tta"})
_WITHOUT_DELAY: Final = frozenset({"aac", "mpegts", "flv", "asf"})  # containers that tell none
_PYTHON_FAILURES: Final = (
    OSError, ValueError, EOFError, OverflowError, MemoryError, RuntimeError, NotImplementedError
)  # fmt: skip
"""What PyAV raises beside its own errors, for values out of range."""


def has_ffmpeg() -> bool:
    """Is PyAV installed? Frozen packages leave it out: its wheel holds parts under the GPL."""
    return importlib.util.find_spec("av") is not None


class NoTrackError(CannotDecodeError):
    """There is no such sound track; `tracks` tells how many there are."""

    def __init__(self, tracks: int) -> None:
        super().__init__("it has no sound track")
        self.tracks = tracks


class FfmpegDecoder:
    """One sound track of a file.

    Parameters
    ----------
    file : BoundedFile
    container : str
        FFmpeg's name of the format. No other is tried: some of them read further files by name.
    track : int, optional
        Counted from 1 among the sound tracks; by default the first.
    gap_from_s : float
        Where the time stamps of the container are ahead of the sound by more than this, silence is put, so
        that what follows keeps its time. A clock that slowly drifts from the sound's is followed.

    Raises
    ------
    CannotDecodeError
    """

    def __init__(
        self,
        file: BoundedFile,
        container: str,
        track: int | None = None,
        *,
        gap_from_s: float = GAP_FROM_S,
    ) -> None:
        import av

        av.logging.set_level(None)
        self._failures: tuple[type[Exception], ...] = (av.FFmpegError, *_PYTHON_FAILURES)
        self._bounded = file
        self._gap_from_s = gap_from_s
        self._container_name = container
        self.damaged_at: int | None = None
        self.holes = Holes()
        self._position = 0  # frames decoded
        self._expected_s: float | None = None  # time stamp of the next frame, if nothing is missing
        self._failed = False  # since the last frame that was decoded
        self._ready: list[FloatArray] = []
        self._resampler: Any = None
        file.seek(0)
        file.allow()
        try:
            self._container: Any = av.open(
                file,
                mode="r",
                format=container,
                metadata_errors="replace",
                options={"protocol_whitelist": "none"},
            )
        except self._failures as error:
            file.check()
            index = ", or its index is missing" if container == "mov" else ""
            raise CannotDecodeError(f"its header is damaged{index}") from error
        try:
            self._begin(track or 1)
        except self._failures as error:
            self.close()
            file.check()
            raise CannotDecodeError("its sound cannot be decoded") from error
        except BaseException:
            self.close()
            raise

    def _begin(self, track: int) -> None:
        from av.stream import Discard

        streams = self._container.streams
        if not 1 <= track <= len(streams.audio):
            raise NoTrackError(len(streams.audio))
        self._stream = streams.audio[track - 1]
        for other in streams:
            if other is not self._stream:
                other.discard = Discard.all
        if self._stream.codec_context is None:
            raise CannotDecodeError("nobody can decode the coding of its sound")
        # Rate and channels as they are decoded: a header may know only half of them.
        self._frames = self._decoded()
        first = next(self._frames, None)
        if first is None:
            raise CannotDecodeError("none of its sound can be decoded")
        self.sample_rate = int(first.sample_rate)
        self.channels = int(first.layout.nb_channels)
        self._layout, self._format = first.layout.name, first.format.name
        self.blur = max(3 * int(first.samples), round(_BLUR_S * self.sample_rate))
        coding = self._stream.codec_context.name
        self.lossless = coding.startswith("pcm_") or coding in _LOSSLESS
        self.promised = self._promise()
        duration = self._container.duration
        self.estimate_s = duration / 1e6 if duration and duration > 0 else 0.0
        # The first frame of AAC overlaps with what was before the recording. Where the container cannot tell
        # to leave it out, it is left out here; an encoder's further delay (Apple: 1088 samples) stays in.
        if coding == "aac" and self._container_name in _WITHOUT_DELAY:
            self._gap_before(first)
            first = None
        self._sound = self._blocks(first)

    def _promise(self) -> int | None:
        """Frames that the container promises; FFmpeg's own guesses from sizes and bit rates are none."""
        name = self._container.format.name.split(",")[0]
        stream, duration = self._stream, 0.0
        if name in {"mov", "avi", "wv", "ape", "tta"} and stream.duration and stream.time_base:
            duration = float(stream.duration * stream.time_base)
        elif name in {"matroska", "asf", "flv"}:
            told = stream.metadata.get("DURATION", "")
            alone = len(self._container.streams) == 1
            if told:
                duration = _clock(told)
            elif alone and self._container.duration:
                duration = self._container.duration / 1e6
        return round(duration * self.sample_rate) if 0 < duration < 1e9 else None

    def _decoded(self) -> Iterator[Any]:
        """Frames in order; packets that cannot be decoded are passed over."""
        deadline = time.monotonic() + PATIENCE_S
        packets = self._container.demux(self._stream)
        while time.monotonic() < deadline:
            self._bounded.allow()
            try:
                packet = next(packets)
            except StopIteration:
                return
            except self._failures:
                self._bounded.check()
                self._damage()
                return
            try:
                frames = packet.decode()
            except self._failures:
                self._bounded.check()
                self._damage()
                continue
            for frame in frames:
                if frame.samples and frame.sample_rate:
                    yield frame
                    deadline = time.monotonic() + PATIENCE_S
        self._damage()

    def _damage(self) -> None:
        self._failed = True
        if self.damaged_at is None:
            self.damaged_at = self._position

    def _blocks(self, first: Any) -> Iterator[FloatArray]:
        """The sound of `first` and of all frames behind it, with silence where some is missing."""
        frame = next(self._frames, None) if first is None else first
        while frame is not None:
            try:
                gap = self._gap_before(frame)
                block = self._samples(frame)
            except self._failures:
                self._damage()
            else:
                while gap:
                    zeros = silence(gap, self.channels)
                    gap -= len(zeros)
                    self._position += len(zeros)
                    yield zeros
                self._position += len(block)
                yield block
            frame = next(self._frames, None)

    def _gap_before(self, frame: Any) -> int:
        """How many frames are missing before this one."""
        failed, self._failed = self._failed, False
        length_s = frame.samples / frame.sample_rate
        expected = self._expected_s
        if frame.pts is None or not frame.time_base:
            self._expected_s = None if expected is None else expected + length_s
            return 0
        begin_s = float(frame.pts * frame.time_base)
        if expected is None:  # an ordinary beginning; a rescue knows that the sound begins at 0
            expected = begin_s if self._gap_from_s else 0.0
        late_s = begin_s - expected
        least_s = min(self._gap_from_s, _GAP_AFTER_FAILURE_S) if failed else self._gap_from_s
        if -self._gap_from_s <= late_s <= least_s:
            follow_s = _DRIFT * length_s
            self._expected_s = expected + min(max(late_s, -follow_s), follow_s) + length_s
            return 0
        self._expected_s = begin_s + length_s
        gap = round(late_s * self.sample_rate)
        if gap <= 0:  # back in time: another recording begins
            return 0
        self._damage()
        self._failed = False
        if gap > self._most_silence(frame.samples):
            self.holes.disbelieved += 1
            return 0
        self.holes.add(self._position, gap)
        return gap

    def _most_silence(self, behind: int) -> int:
        """Frames that may be missing before a frame of `behind`."""
        limit_s = most_silence_s(self._bounded.size)
        if self._container_name in _LEAPING:
            limit_s = min(limit_s, _LEAP_S)
        limit = round(limit_s * self.sample_rate) - self.holes.frames
        if self.promised is not None:
            limit = min(limit, self.promised + self.blur - self._position - behind)
        return limit

    def _samples(self, frame: Any) -> FloatArray:
        """float32 [n, channels]; integers scaled as libsndfile does, so that what is lossless stays exact."""
        if (frame.sample_rate, frame.layout.name) != (self.sample_rate, self._layout):
            return self._adapted(frame)
        data = frame.to_ndarray()
        samples: FloatArray
        if data.dtype == np.int16:
            samples = data.astype(np.float32) * np.float32(2**-15)
        elif data.dtype == np.int32:
            samples = (data * 2.0**-31).astype(np.float32)
        elif data.dtype == np.uint8:
            samples = (data.astype(np.float32) - 128) * np.float32(2**-7)
        else:
            samples = data.astype(np.float32, copy=False)
        return (
            np.ascontiguousarray(samples.T) if frame.format.is_planar else samples.reshape(-1, self.channels)
        )

    def _adapted(self, frame: Any) -> FloatArray:
        """A frame of another rate or layout than the first, such as where recordings were joined."""
        import av

        key = (frame.sample_rate, frame.layout.name, frame.format.name)
        if self._resampler is None or self._resampler[0] != key:
            made = av.AudioResampler(format="flt", layout=self._layout, rate=self.sample_rate)
            self._resampler = key, made
        frame.pts = None
        parts = [part.to_ndarray().reshape(-1, self.channels) for part in self._resampler[1].resample(frame)]
        return np.concatenate(parts) if parts else np.empty((0, self.channels), np.float32)

    def read(self, frames: int) -> FloatArray:
        have = sum(map(len, self._ready))
        while have < frames:
            block = next(self._sound, None)
            if block is None:
                break
            self._ready.append(block)
            have += len(block)
        self._bounded.check()
        joined = np.concatenate(self._ready) if self._ready else np.empty((0, self.channels), np.float32)
        self._ready = [joined[frames:]] if len(joined) > frames else []
        return joined[:frames]

    def seek(self, frame: int) -> bool:
        return False  # time stamps are seldom exact to the sample: who wants to be there decodes up to it

    def close(self) -> None:
        self._container.close()


def _clock(text: str) -> float:
    """Seconds of ``00:01:02.500000000``; 0 if it is not written like that."""
    parts = text.strip("\x00 ").split(":")
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return 0.0
    return 3600 * hours + 60 * minutes + seconds
