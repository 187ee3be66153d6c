"""Records a run: from a tap into a file, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from desktop_app.audio.recorder import MOST_BYTES, Recorder
from desktop_app.core.safe_files import already_there, check_place
from desktop_app.runtime.taps import Tap, TapBlock, TapGap, TapLost, TapThread

QUEUE_S: Final = 60.0
"""Of sound may wait for a slow disk; make the tap for it that long."""


class RunRecording:
    """Writes what a tap brings until the tap ends, the file has reached its limit, or the disk is full.

    The file begins at `begins_s`, or with the first block after this was made, and its time runs as the
    run's: gaps, and sound that was lost because the disk was too slow, are silence. Its rate is that of the
    first block.

    Parameters
    ----------
    tap : Tap
        From ``pipeline.add_tap(QUEUE_S)``; nobody else takes from it.
    path : Path or str
        The FLAC file to make; nothing is made where no sound comes.
    most_bytes : int
        Its limit.
    on_end : callable
        Called once, on the thread: with None where the tap has ended and the file is complete, or with the
        failure that ended it before. What was written stays, and the run goes on.
    overwrite : bool
        Whether a file that is there may be replaced.
    begins_s : float, optional
        The run's time at which the file begins; up to the first block it is silent.

    Attributes
    ----------
    path : Path
    start_s : float or None
        The run's time at which the file begins; None before the first block.

    Raises
    ------
    WriteError
        The file cannot be written, or is there already.
    """

    def __init__(
        self,
        tap: Tap,
        path: Path | str,
        *,
        most_bytes: int = MOST_BYTES,
        on_end: Callable[[Exception | None], object] = lambda _: None,
        overwrite: bool = False,
        begins_s: float | None = None,
    ) -> None:
        self.path = Path(path)
        if not overwrite and self.path.is_file() and self.path.stat().st_size:
            raise already_there(self.path)
        check_place(self.path, "recording")
        self.start_s: float | None = None
        self._begins_s = begins_s
        self._tap = tap
        self._most_bytes, self._overwrite, self._on_end = most_bytes, overwrite, on_end
        self._recorder: Recorder | None = None
        self._thread = TapThread(tap, self._listen, "recorder", self._finish)

    @property
    def seconds(self) -> float:
        """How long the file is by now."""
        return 0.0 if self._recorder is None else self._recorder.seconds

    @property
    def size(self) -> int:
        """Bytes in the file by now."""
        return 0 if self._recorder is None else self._recorder.size

    @property
    def lost_samples(self) -> int:
        """How many are silence because the disk was too slow for them."""
        return self._tap.lost

    def stop(self, timeout_s: float = 5.0) -> bool:
        """End the tap, and complete the file. Idempotent. Returns whether that was done in time."""
        self._tap.end()
        return self._thread.join(timeout_s)

    # --- on the thread ---

    def _listen(self, item: TapBlock | TapGap | TapLost) -> None:
        if not isinstance(item, TapBlock):
            return  # the next block's time tells as much
        if self._recorder is None:
            self.start_s = item.start_s if self._begins_s is None else min(self._begins_s, item.start_s)
            self._recorder = Recorder(
                self.path,
                item.sample_rate,
                self.start_s,
                most_bytes=self._most_bytes,
                overwrite=self._overwrite,
            )
        self._recorder.write(item.samples, item.start_s, item.sample_rate)

    def _finish(self, error: Exception | None) -> None:
        try:
            if self._recorder is not None:
                self._recorder.close()
        except Exception as failure:  # noqa: BLE001 - it is told
            error = error or failure
        self._on_end(error)
