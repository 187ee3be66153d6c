"""What writes down for the window what is said, as long as a person wants that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.fusion import FusedModel, FusionError, fusion_data
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.state.notices import Notice

if TYPE_CHECKING:
    from desktop_app.core.fusion import Fusion
    from desktop_app.core.transcript import Transcript, WrittenBy
    from desktop_app.core.types import FloatArray
    from desktop_app.inference.engine import EmotionEngine
    from desktop_app.inference.text_package import TextFile
    from desktop_app.words.models import WhisperFolder
    from desktop_app.words.transcriber import Transcriber

_EARLY: Final = 4
Take: TypeAlias = "Callable[[Transcript | EmoscopeError], object]"


class Transcripts:
    """Opens a Whisper model when the first recording or a live run wants it; `opened` is for workers.

    So are `write_down`, for recordings, and `offer`, for a live run: one process serves both. Why nothing is
    written down is told once, and all goes on without it.

    Attributes
    ----------
    on : bool
        It is wanted.
    words_model : WrittenBy or None
        The model that is open.
    text_file : TextFile or None
        Of the text model that is open with it.
    text_refused : bool
        The text model that was chosen cannot be used.
    fusion_file : (str, str) or None
        Path and SHA-256 of the fusion that was read.
    """

    def __init__(self, jobs: Jobs, say: Callable[[Notice], object]) -> None:
        self.on = False
        self._jobs, self._say = jobs, say
        self._lock = threading.Lock()
        self._transcriber: Transcriber | None = None
        self._why: EmoscopeError | None = None  # it has failed
        self._early_lock = threading.Lock()
        self._early: list[tuple[FloatArray, int, Take]] = []  # offered before there was a model
        self.words_model: WrittenBy | None = None
        self._text_model = self._fusion_path = ""
        self.text_refused = False
        self._fusion: Fusion | None = None
        self.fusion_file: tuple[str, str] | None = None
        self._refused = ""  # SHA-256 of the model for which the fusion was told not to be made

    @property
    def text_file(self) -> TextFile | None:
        transcriber = self._transcriber
        return None if transcriber is None else transcriber.text_model

    @property
    def text_model(self) -> FusedModel | None:
        """What results name the text model by; None without one."""
        return None if self.text_file is None else self.text_file.identity

    def kept(self) -> dict[str, Any]:
        """What a session keeps of the models that write down and read words, as JSON values."""
        text, fusion = self.text_model, self.fusion_file
        return {
            "words": None if self.words_model is None else self.words_model.name,
            "text_model": None if text is None else text.data(),
            "fusion": None if text is None or fusion is None else fusion_data(*fusion),
        }

    @property
    def usable(self) -> bool:
        """It is wanted, and has not failed."""
        return self.on and self._why is None

    def use(self, on: bool) -> None:
        """Whether what is said live, and in recordings that are analyzed, is written down from now on."""
        self.on = on
        self.close()
        self._why = None

    def choose(self, text_model: str, fusion: str) -> bool:
        """Which files tell emotions by the words from the next `use` on; whether these are others."""
        before = self._text_model, self._fusion_path
        self.text_refused = self.text_refused and text_model == self._text_model
        self._text_model, self._fusion_path = text_model, fusion
        return before != (text_model, fusion)

    def opened(self) -> WrittenBy | None:
        """The model, once it is open; None if it cannot be used."""
        from desktop_app.words.models import find_model

        with self._lock:
            if not self.usable:
                return None
            transcriber = self._transcriber
            try:
                if transcriber is None:
                    made = self._make(find_model())
                    self._read_fusion(made)
                    transcriber = self._begin(made)
                    transcriber.open()
                opened = transcriber.model.identity
            except EmoscopeError as error:
                if transcriber is self._transcriber:  # and was not ended because nobody wants it any more
                    self._tell(error)
                return None
            if transcriber is not self._transcriber:
                return None
            self.words_model = opened
            return opened

    def _make(self, model: WhisperFolder) -> Transcriber:
        """With the text model, if it can be used; else that is told, and words are written down without."""
        from desktop_app.words.transcriber import Transcriber

        if self._text_model:
            try:
                made = Transcriber(model, text_model=Path(self._text_model))
                self.text_refused = False
                return made
            except EmoscopeError as error:
                if not error.code.startswith("model"):
                    raise
                self.text_refused = True
                notice = Notice.of(error)
                self._jobs.call(lambda: self._say(notice))
        return Transcriber(model)

    def fusion_for(self, engine: EmotionEngine) -> Fusion | None:
        """What makes one answer of this model's and of words; None if there is none, or for other models.

        That it is for others is told once. For workers.
        """
        fusion, text = self._fusion, self.text_file
        if fusion is None or text is None:
            return None
        try:
            fusion.check(
                FusedModel(engine.name, engine.sha256, engine.labels),
                FusedModel(text.manifest.name, text.sha256, text.manifest.labels),
            )
        except FusionError as error:
            if self._refused != engine.sha256:
                self._refused = engine.sha256
                notice = Notice.of(error)
                self._jobs.call(lambda: self._say(notice))
            return None
        return fusion

    def _read_fusion(self, transcriber: Transcriber) -> None:
        """Before the first words come. Without a text model there is nothing to weigh."""
        from desktop_app.core.fusion_file import file_sha256, read_fusion

        self._fusion, self.fusion_file, self._refused = None, None, ""
        path = self._fusion_path
        if not path or transcriber.text_model is None:
            return
        try:
            self._fusion, self.fusion_file = read_fusion(path), (path, file_sha256(path))
        except FusionError as error:
            notice = Notice.of(error)
            self._jobs.call(lambda: self._say(notice))

    def write_down(self, waveform: FloatArray, sample_rate: int) -> Transcript:
        """What is said; nothing where that fails."""
        from desktop_app.core.transcript import NOTHING_SAID

        transcriber = self._transcriber
        if transcriber is None or self._why is not None:
            return NOTHING_SAID
        try:
            return transcriber.transcribe(waveform, sample_rate)
        except EmoscopeError as error:
            if transcriber is self._transcriber:  # as above
                self._tell(error)
            return NOTHING_SAID

    def offer(self, waveform: FloatArray, sample_rate: int, take: Take) -> bool:
        """As `Transcriber.offer`; what comes before the model is open waits for it."""
        with self._early_lock:
            transcriber, why = self._transcriber, self._why
            if transcriber is None and why is None:
                fits = self.on and len(self._early) < _EARLY
                if fits:
                    self._early.append((waveform, sample_rate, take))
                return fits
        if why is not None:
            take(why)
            return True
        return transcriber is not None and transcriber.offer(
            waveform, sample_rate, self._told_of(take, transcriber)
        )

    def close(self) -> None:
        """End the process; what waits for it gets nothing."""
        with self._early_lock:
            transcriber, self._transcriber = self._transcriber, None
            self.words_model = None
            self._early.clear()
        if transcriber is not None:
            transcriber.close()

    def _begin(self, transcriber: Transcriber) -> Transcriber:
        """Use it from now on, unless nobody wants it any more."""
        with self._early_lock:
            if not self.usable:
                transcriber.close()
                return transcriber
            self._transcriber = transcriber
            early, self._early = self._early, []
            for waveform, sample_rate, take in early:  # so few are always taken
                transcriber.offer(waveform, sample_rate, self._told_of(take, transcriber))
        return transcriber

    def _told_of(self, take: Take, transcriber: Transcriber) -> Take:
        """The same, and what fails is told."""

        def told(outcome: Transcript | EmoscopeError) -> None:
            if isinstance(outcome, EmoscopeError) and self._why is None and transcriber is self._transcriber:
                self._tell(outcome)
            take(outcome)

        return told

    def _tell(self, error: EmoscopeError) -> None:
        """It does not work: end it, and say so."""
        with self._early_lock:
            self._why = error
            early, self._early = self._early, []
        self.close()
        for _, _, take in early:
            take(error)
        notice = Notice.of(error)
        self._jobs.call(lambda: self._say(notice))
