"""What is said in recordings, written down for the window as long as a person wants that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop_app.core.errors import EmoscopeError
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.state.notices import Notice

if TYPE_CHECKING:
    from desktop_app.core.transcript import Transcript
    from desktop_app.core.types import FloatArray
    from desktop_app.words.transcriber import Transcriber


class Transcripts:
    """Opens a Whisper model when the first recording wants it; `opened` and `write_down` are for workers.

    Why nothing is written down is told once, and recordings are analyzed without it.

    Attributes
    ----------
    on : bool
        It is wanted.
    """

    def __init__(self, jobs: Jobs, say: Callable[[Notice], object]) -> None:
        self.on = False
        self._jobs, self._say = jobs, say
        self._lock = threading.Lock()
        self._transcriber: Transcriber | None = None
        self._failed = False

    def use(self, on: bool) -> None:
        """Whether recordings that are analyzed from now on have it."""
        self.on = on
        self.close()
        self._failed = False

    def opened(self) -> str | None:
        """The name of the model, once it is open; None if it cannot be used."""
        from desktop_app.words.models import find_model
        from desktop_app.words.transcriber import Transcriber

        with self._lock:
            if self._failed or not self.on:
                return None
            transcriber = self._transcriber
            try:
                if transcriber is None:
                    transcriber = self._transcriber = Transcriber(find_model())
                    transcriber.open()
            except EmoscopeError as error:
                if transcriber is self._transcriber:  # and was not ended because nobody wants it any more
                    self._tell(error)
                return None
            return transcriber.model.name

    def write_down(self, waveform: FloatArray, sample_rate: int) -> Transcript:
        """What is said; nothing where that fails."""
        from desktop_app.core.transcript import NOTHING_SAID

        transcriber = self._transcriber
        if transcriber is None or self._failed:
            return NOTHING_SAID
        try:
            return transcriber.transcribe(waveform, sample_rate)
        except EmoscopeError as error:
            if transcriber is self._transcriber:  # as above
                self._tell(error)
            return NOTHING_SAID

    def close(self) -> None:
        """End the process; what waits for it gets nothing."""
        transcriber, self._transcriber = self._transcriber, None
        if transcriber is not None:
            transcriber.close()

    def _tell(self, error: EmoscopeError) -> None:
        self._failed = True
        notice = Notice.of(error)
        self._jobs.call(lambda: self._say(notice))
