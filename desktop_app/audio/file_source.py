"""A recording as a source: at the pace of a microphone, or as fast as the ring takes it."""

from __future__ import annotations

import os
import threading
import time

from desktop_app.audio.base import AudioError, SourceStatus
from desktop_app.audio.files import Recording, open_recording
from desktop_app.core.errors import unexpected
from desktop_app.core.ring_buffer import RingBuffer
from desktop_app.core.types import FloatArray, StreamFormat

BLOCK_S = 0.010
_DECODE_S = 0.5  # decoded at once: a hundredth of the calls into libsndfile
_RING_FULL_WAIT_S = 0.002
_STOP_DEADLINE_S = 0.8


class FileSource:
    """A recording that writes into the ring what a microphone would: blocks of 10 ms.

    A recording arrives whole: where a microphone would lose audio to a full ring, this one waits.

    Parameters
    ----------
    path : path-like
    paced : bool
        Each block appears when a microphone would have delivered it, counted in samples from the start, so
        that nothing drifts. False: as fast as the ring is emptied.
    track : int, optional
        Which sound track of a film, counted from 1; by default the first.
    """

    live = False

    def __init__(self, path: str | os.PathLike[str], paced: bool = True, *, track: int | None = None) -> None:
        self._path = path
        self._track = track
        self._paced = paced
        self._lock = threading.Lock()
        self._recording: Recording | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._finished = False
        self._error: AudioError | None = None
        self._last_block = time.monotonic()

    def open(self) -> StreamFormat:
        """Open and check the recording. Raises AudioError as `open_recording` does."""
        recording = open_recording(self._path, track=self._track)
        self._recording = recording
        return StreamFormat(recording.sample_rate, recording.channels, recording.path.name)

    def start(self, ring: RingBuffer) -> None:
        recording = self._recording
        if recording is None:
            raise RuntimeError("start() before open()")
        if ring.channels != recording.channels:
            raise ValueError(f"the ring has {ring.channels} channels, the recording {recording.channels}")
        with self._lock:
            if self._stop.is_set():
                return
            self._last_block = time.monotonic()
            # A daemon: an exit without stop() must not wait for the rest of a recording.
            self._thread = threading.Thread(
                target=self._run, args=(recording, ring), name="file-source", daemon=True
            )
            self._thread.start()

    def _run(self, recording: Recording, ring: RingBuffer) -> None:
        block_frames = max(1, min(round(recording.sample_rate * BLOCK_S), ring.capacity))
        begin = time.monotonic()
        sent = 0
        try:
            for chunk in recording.blocks(max(block_frames, round(recording.sample_rate * _DECODE_S))):
                for offset in range(0, len(chunk), block_frames):
                    block = chunk[offset : offset + block_frames]
                    sent += len(block)
                    # A microphone hands a block over when its last sample has been heard.
                    due = begin + sent / recording.sample_rate if self._paced else 0.0
                    if not self._deliver(block, ring, due):
                        return
        except AudioError as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - a thread that dies unseen would look like the end
            self._error = AudioError(f"'{recording.path}' breaks off: {unexpected(error)}", code="audio.read")
        finally:
            recording.close()
            self._finished = True

    def _deliver(self, block: FloatArray, ring: RingBuffer, due: float) -> bool:
        """Write one block when it is due and the ring has room; False when stopped meanwhile."""
        delay = due - time.monotonic()
        if delay > 0 and self._stop.wait(delay):
            return False
        while ring.capacity - len(ring) < len(block):
            self._last_block = time.monotonic()  # waiting for the reader is not silence
            if self._stop.wait(_RING_FULL_WAIT_S):
                return False
        ring.write(block)
        self._last_block = time.monotonic()
        return not self._stop.is_set()

    def status(self) -> SourceStatus:
        thread = self._thread
        finished = self._finished
        return SourceStatus(
            active=thread is not None and not finished,
            finished=finished,
            silent_for_s=time.monotonic() - self._last_block,
            overflows=0,
            error=self._error,
            warnings=() if self._recording is None else self._recording.warnings,
        )

    def stop(self) -> None:
        with self._lock:
            self._stop.set()
            thread = self._thread
        if thread is not None:
            if thread is not threading.current_thread():
                thread.join(_STOP_DEADLINE_S)
        elif self._recording is not None:
            self._recording.close()
        self._finished = True
