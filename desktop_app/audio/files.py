"""Recordings, block by block: wav, aiff, flac, ogg, opus, mp3 and whatever else libsndfile reads.

libsndfile quietly shortens a truncated file to what is there. Whether a file is whole is therefore read from
the container itself, in `containers`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from desktop_app.audio.base import AudioError
from desktop_app.audio.containers import truncation
from desktop_app.audio.mp3 import with_length
from desktop_app.core.quiet import quiet_stderr
from desktop_app.core.types import FloatArray

MIN_DURATION_S = 0.05  # less than a syllable; the shortest stretch that can hold any speech
_UNKNOWN_FRAMES = 1 << 60  # libsndfile's answer for a stream that does not tell its length
_SCAN_FRAMES = 1 << 16
AUDIO_ENDINGS = frozenset((".wav", ".aiff", ".aif", ".flac", ".ogg", ".opus", ".mp3"))
FORMATS_HINT = "Recordings can be wav, aiff, flac, ogg, opus or mp3."


class Recording:
    """An open recording; made by `open_recording`, to be used in a `with` block.

    Attributes
    ----------
    path : Path
    sample_rate : int
        In Hz.
    channels : int
    frames : int
        Length; of an mp3 without a header of its own it may be an estimate.
    duration_s : float
    """

    def __init__(self, path: Path, file: Any, frames: int, opened: contextlib.ExitStack) -> None:
        self.path = path
        self.sample_rate: int = int(file.samplerate)
        self.channels: int = int(file.channels)
        self.frames: int = frames
        self._file = file
        self._opened = opened
        self._is_mp3 = file.format in {"MP3", "MPEG"}
        # An encoder's delay and padding blur the length of an mp3 by two of its frames.
        self._length_blur = 2 * 1152 if self._is_mp3 else 0

    @property
    def duration_s(self) -> float:
        return self.frames / self.sample_rate

    def blocks(self, block_frames: int) -> Iterator[FloatArray]:
        """The recording from its beginning, as float32 [n, channels], n = `block_frames`, the last shorter.

        Raises
        ------
        AudioError
            The recording ends too early, cannot be decoded, or holds samples that are not numbers. The
            blocks before are good.
        """
        if block_frames < 1:
            raise ValueError(f"block_frames must be at least 1, got {block_frames}")
        import soundfile

        delivered = 0
        try:
            self._seek_start()
            while True:
                block = self._read(block_frames)
                if not len(block):
                    break
                if not np.isfinite(block).all():
                    raise AudioError(
                        f'"{self.path}" holds samples that are not numbers (NaN or infinite), '
                        f"from second {delivered / self.sample_rate:.1f} on.",
                        "Export the recording again.",
                    )
                delivered += len(block)
                yield block
        except (soundfile.LibsndfileError, RuntimeError) as error:
            raise AudioError(
                f'"{self.path}" cannot be decoded from second {delivered / self.sample_rate:.1f} on.',
                "The file is truncated or damaged.",
            ) from error
        if delivered < self.frames - self._length_blur:
            raise _truncated(self.path, f"about {100 * delivered / self.frames:.0f} % of it is there")

    def _seek_start(self) -> None:
        with self._quietly():
            self._file.seek(0)

    def _read(self, frames: int) -> FloatArray:
        with self._quietly():
            block: FloatArray = self._file.read(frames, dtype="float32", always_2d=True)
        return block

    def _quietly(self) -> contextlib.AbstractContextManager[None]:
        """libmpg123 complains on stderr about whole files too, among them those that libsndfile writes."""
        return quiet_stderr() if self._is_mp3 else contextlib.nullcontext()

    def close(self) -> None:
        self._opened.close()

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_recording(path: str | os.PathLike[str]) -> Recording:
    """Open a recording of any rate and channel count, after checking that it is whole.

    Raises
    ------
    AudioError
        Missing, a folder, unreadable, empty, no audio file, without or with too little sound, or truncated.
        The sentence names the file.
    """
    path = Path(path)
    size = _readable_size(path)
    if size == 0:
        raise AudioError(f'"{path}" is empty (0 bytes).')
    # Before the decoder sees the file: libmpg123 complains about a truncated one on stderr.
    if lacking := truncation(path):
        raise _truncated(path, lacking)
    import soundfile

    rewritten = with_length(path)
    with contextlib.ExitStack() as opened:
        if rewritten is not None:
            opened.callback(rewritten.close)
        try:
            with quiet_stderr():
                file = opened.enter_context(
                    soundfile.SoundFile(_name(path) if rewritten is None else rewritten)
                )
        except (soundfile.LibsndfileError, RuntimeError, TypeError) as error:
            raise AudioError(f'"{path}" is not a recording that can be read.', FORMATS_HINT) from error
        frames = _checked_length(path, file)
        return Recording(path, file, frames, opened.pop_all())


def _name(path: Path) -> str | bytes:
    """soundfile cannot encode a name that is not text in the locale's encoding; on POSIX, names are bytes."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _checked_length(path: Path, file: Any) -> int:
    frames = int(file.frames)
    if not 0 <= frames < _UNKNOWN_FRAMES:
        frames = _count_frames(path, file)
    if frames == 0:
        raise AudioError(f'"{path}" holds no sound (zero samples).')
    if frames < MIN_DURATION_S * file.samplerate:
        length = "1 sample" if frames == 1 else f"{frames} samples"
        raise AudioError(
            f'"{path}" is too short to hold speech ({length}, {1000 * frames / file.samplerate:.1f} ms).'
        )
    return frames


def _readable_size(path: Path) -> int:
    try:
        if path.is_dir():
            raise AudioError(f'"{path}" is a folder, not a recording.')
        if not path.exists():
            raise AudioError(f'"{path}" does not exist.')
        if not path.is_file():
            raise AudioError(f'"{path}" is not a regular file.')
        with path.open("rb"):
            return path.stat().st_size
    except PermissionError as error:
        raise AudioError(f'"{path}" may not be read: permission denied.') from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AudioError(f'"{path}" cannot be read: {reason}.') from error


def _count_frames(path: Path, file: Any) -> int:
    import soundfile

    frames = 0
    try:
        with quiet_stderr():
            while count := len(file.read(_SCAN_FRAMES, dtype="float32", always_2d=True)):
                frames += count
            file.seek(0)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise AudioError(f'"{path}" cannot be decoded.', "The file is damaged.") from error
    return frames


def _truncated(path: Path, lacking: str) -> AudioError:
    return AudioError(
        f'"{path}" is truncated: {lacking}.',
        "Copy or download it again.",
    )
