"""Records what is heard into a FLAC file whose time is the run's.

The file is whole at any moment: after each frame (4096 samples) the count of samples in its header is put
right, so that it opens anywhere, up to the last frame, also if the process was killed.
"""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import soundfile

from desktop_app.core.growing_file import GrowingFile
from desktop_app.core.resample import StreamResampler
from desktop_app.core.safe_files import WriteError
from desktop_app.core.types import FloatArray

MOST_BYTES: Final = 4 * 2**30
SYNC_S: Final = 5.0
"""How much a machine that loses its power may take with it."""
_SILENCE_S: Final = 10  # written at once
# Of the block STREAMINFO, which is the first in the file (RFC 9639, section 8.2).
_BLOCK_SIZE: Final = slice(8, 10)
_SAMPLES_AT: Final = 21
_FRAME: Final = b"\xff\xf8"  # where every frame of one size begins


class Recorder:
    """Writes one mono FLAC of 16 bits. For one thread.

    Parameters
    ----------
    path : Path or str
        The file to make.
    sample_rate : int
        In Hz, of the file; sound of another rate is resampled.
    start_s : float
        The run's time at which the file begins.
    most_bytes : int
        Where it ends; some kilobytes less are used.
    overwrite : bool
        Whether a file that is there may be replaced.

    Raises
    ------
    WriteError
        The file cannot be written, or is there already.
    """

    def __init__(
        self,
        path: Path | str,
        sample_rate: int,
        start_s: float = 0.0,
        *,
        most_bytes: int = MOST_BYTES,
        overwrite: bool = False,
    ) -> None:
        self.path = Path(path)
        self.sample_rate = sample_rate
        self.start_s = start_s
        self._end_s = start_s  # of the sound so far, on the run's time axis
        self._frames = 0
        self._sink = _Sink(GrowingFile(self.path, "recording", overwrite=overwrite), most_bytes)
        try:
            self._flac = soundfile.SoundFile(
                self._sink, "w", samplerate=sample_rate, channels=1, format="FLAC", subtype="PCM_16"
            )
        except soundfile.LibsndfileError as error:
            self._sink.close()
            raise WriteError(
                f"No recording can be written to '{self.path}': FLAC takes no {sample_rate} Hz."
            ) from error
        self._resampler = StreamResampler(sample_rate, sample_rate)
        self._synced = time.monotonic()
        self._closed = False

    @property
    def seconds(self) -> float:
        """How long the file is, its silence included."""
        return self._frames / self.sample_rate

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._sink.size

    def write(
        self, samples: FloatArray, start_s: float | None = None, sample_rate: int | None = None
    ) -> None:
        """Add `samples` [n]; silence fills what lies before them, so that file and run keep the same time.

        Parameters
        ----------
        start_s : float, optional
            When the first of them was heard, on the run's time axis; by default right behind those before.
        sample_rate : int, optional
            In Hz; by default that of the file.

        Raises
        ------
        WriteError
            The disk is full, the limit is reached, or the file cannot be written any more. What was written
            stays, and the recorder is closed.
        """
        if self._closed:
            raise ValueError("the recorder is closed")
        rate = sample_rate or self.sample_rate
        begin_s = self._end_s if start_s is None else start_s
        gap = begin_s > self._end_s + 1.0 / min(rate, self.sample_rate)
        if gap or rate != self._resampler.source_rate:
            self._put(self._resampler.flush())
            self._resampler = StreamResampler(rate, self.sample_rate)
        if gap:
            self._put_silence(begin_s)
            self._end_s = begin_s
        self._put(self._resampler.push(samples))
        self._end_s += len(samples) / rate
        if time.monotonic() - self._synced > SYNC_S:
            self._synced = time.monotonic()
            self._sink.sync()
            self._check()

    def silence_until(self, time_s: float) -> None:
        """Fill the file with silence up to a moment of the run, such as its end. Raises WriteError."""
        if time_s > self._end_s:
            self.write(np.empty(0, dtype=np.float32), time_s)

    def close(self) -> None:
        """Finish the file. Idempotent.

        Raises
        ------
        WriteError
            As `write`.
        """
        if self._closed:
            return
        self._put(self._resampler.flush())
        self._closed = True
        self._sink.finishing = True
        self._flac.close()
        self._sink.sync()
        self._sink.close()
        self._tell()

    def _put_silence(self, until_s: float) -> None:
        missing = round((until_s - self.start_s) * self.sample_rate) - self._frames
        zeros = np.zeros(_SILENCE_S * self.sample_rate, dtype=np.float32)
        while missing > 0:
            self._put(zeros[:missing])
            missing -= len(zeros)

    def _put(self, samples: FloatArray) -> None:
        if not len(samples):
            return
        scaled = np.rint(np.asarray(samples, dtype=np.float32) * np.float32(32768.0))
        self._flac.write(np.clip(scaled, -32768, 32767).astype(np.int16))
        self._frames += len(samples)
        self._check()

    def _check(self) -> None:
        """Where the sink has failed, close and tell it."""
        if self._sink.failure is None:
            return
        self._closed = True
        self._frames = self._sink.samples
        self._flac.close()  # what it still writes is taken nowhere
        self._sink.close()
        self._tell()

    def _tell(self) -> None:
        failure = self._sink.failure
        if failure is None:
            return
        self._frames = self._sink.samples
        raise failure


class _Sink:
    """What libsndfile writes to, as to a file. It must see no exception: the first is kept as `failure`.

    Attributes
    ----------
    samples : int
        In whole frames in the file.
    finishing : bool
        What comes now is the last frame, which is shorter, and the header that counts all.
    """

    def __init__(self, file: GrowingFile, most_bytes: int) -> None:
        self._file = file
        self._most_bytes = most_bytes
        self._place = 0
        self._head = b""
        self.samples = 0
        self.finishing = False
        self.failure: WriteError | None = None

    @property
    def size(self) -> int:
        return self._file.size

    def write(self, content: object) -> int:
        piece = bytes(memoryview(content))  # type: ignore[arg-type]
        place, self._place = self._place, self._place + len(piece)
        if self.failure is None:
            try:
                self._write(place, piece)
            except WriteError as error:
                self.failure = error
        return len(piece)

    def _write(self, place: int, piece: bytes) -> None:
        inside = max(0, self._file.size - place)
        if inside:
            self._file.patch(place, piece[:inside])
            return
        if self._file.size + len(piece) > self._most_bytes:
            raise WriteError(
                f"The recording '{self._file.path}' has reached its limit of {_megabytes(self._most_bytes)} "
                "and ends here.",
                "Record into another file, or allow more.",
                code="write.limit",
            )
        self._file.append(piece)
        if piece.startswith(_FRAME) and self.finishing:
            pass
        elif piece.startswith(_FRAME):
            self.samples += int.from_bytes(self._head[_BLOCK_SIZE])
            # 36 bits behind the last 4 of the sample size.
            first = self._head[_SAMPLES_AT] & 0xF0 | self.samples >> 32
            rest = (self.samples & 0xFFFF_FFFF).to_bytes(4)
            self._file.patch(_SAMPLES_AT, bytes([first]) + rest)
        else:
            self._head += piece

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._place, 2: self._file.size}[whence]
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def sync(self) -> None:
        if self.failure is None:
            try:
                self._file.sync()
            except WriteError as error:
                self.failure = error

    def close(self) -> None:
        try:
            self._file.close()
        except WriteError as error:
            self.failure = self.failure or error


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def flac_bytes(samples: npt.NDArray[np.int16], sample_rate: int) -> bytes:
    """Mono sound, int16 [samples], as a FLAC file of 16 bits: without loss, and read by every browser."""
    file = io.BytesIO()
    soundfile.write(file, samples, sample_rate, format="FLAC", subtype="PCM_16")
    return file.getvalue()
