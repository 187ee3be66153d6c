"""The process that writes down what is said, with a Whisper model that it opens once.

`python -m desktop_app.words.worker`, asked by `transcriber.Transcriber`; the only module that imports
faster-whisper. With a text model it also tells how likely each emotion is by the words.
"""

from __future__ import annotations

import base64
import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from desktop_app.core.errors import EmoscopeError
from desktop_app.core.transcript import NOTHING_SAID, TextEmotion, Transcript, Word
from desktop_app.core.types import FloatArray
from desktop_app.core.worker_child import Step, serve_many

if TYPE_CHECKING:
    from desktop_app.words.text_model import TextModel

SAMPLE_RATE: Final = 16_000
"""What Whisper hears, in Hz."""
_BEAM: Final = 1  # the cheapest; docs/benchmarks.md has the word errors

_NICE: Final = 10  # whoever waits for a live answer waits for the voice, not for the words
# Beyond these nothing is believed; what that does, docs/benchmarks.md tells.
_SILENT: Final = 0.5
_DOUBTFUL: Final = 0.25
_UNLIKELY: Final = -0.95
_REPEATS: Final = 2.4


def main() -> int:
    """Write down what is asked for until nobody asks any more."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICE)
    return serve_many(Server())


class Server:
    """Keeps the models open between tasks."""

    def __init__(self) -> None:
        self._model: Any = None
        self._text_model: TextModel | None = None

    def __call__(self, task: dict[str, Any], step: Step) -> dict[str, Any]:
        """The outcome of a task.

        It has `model`, the folder, and `audio` (float32 at 16 kHz in base64; without it the models are only
        opened); perhaps `text_model`, a file. The result is a transcript as JSON values.
        """
        if self._model is None:
            step("opening the model", 0, 2)
            try:
                self._model = open_model(task["model"])
            except ImportError as error:
                return _error("words.not_installed", f"{error}")
            except Exception as error:  # noqa: BLE001 - whatever the libraries find wrong with the files
                return _error("words.model", " ".join(str(error).split()) or type(error).__name__)
        try:
            if self._text_model is None and task.get("text_model") is not None:
                step("opening the text model", 0, 2)
                from desktop_app.words.text_model import TextModel

                self._text_model = TextModel.open(Path(task["text_model"]))
            if "audio" not in task:
                return {"result": NOTHING_SAID.data()}
            step("writing down", 1, 2)
            waveform = np.frombuffer(base64.b64decode(task["audio"]), dtype=np.float32)
            said = transcribed(self._model, waveform)
            if self._text_model is not None:
                said = with_emotion(said, self._text_model)
        except ImportError as error:
            return _error("words.not_installed", f"{error}")
        except EmoscopeError as error:  # of the text model
            return _error(error.code, error.message, error.hint)
        return {"result": said.data()}


def with_emotion(said: Transcript, model: TextModel) -> Transcript:
    """The same with how likely each emotion is by its text.

    Without where there is none, in a language that it does not read, and where the words are doubtful.
    """
    if not said.text or said.doubtful or not model.manifest.reads(said.language):
        return said
    (shares,) = model.probabilities([said.text])
    return replace(said, emotion=TextEmotion(model.labels, tuple(float(share) for share in shares)))


def _error(code: str, message: str, hint: str = "") -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "hint": hint}}


def open_model(folder: str) -> Any:
    """The model of a folder of CTranslate2, as `transcribed` takes it. Raises what the libraries do."""
    import ctranslate2
    from faster_whisper import WhisperModel

    class EncodesOnce(WhisperModel):  # type: ignore[misc, unused-ignore]
        """Finding the language and the words takes the same encoding, which is half of the work."""

        _last: tuple[FloatArray, ctranslate2.StorageView] | None = None

        def encode(self, features: FloatArray) -> ctranslate2.StorageView:
            if self._last is None or not np.array_equal(self._last[0], features):
                self._last = features, super().encode(features)
            return self._last[1]

    return EncodesOnce(folder, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)


def is_believed(no_speech: float, log_probability: float, compression: float) -> bool:
    """Whether what Whisper wrote down was said: it also writes where nobody speaks.

    Parameters
    ----------
    no_speech : float
        Probability that nobody speaks, 0 to 1.
    log_probability : float
        Mean of the written tokens' natural log probabilities.
    compression : float
        By how much the text can be compressed: what is written again and again, far.
    """
    if compression > _REPEATS:
        return False
    return no_speech < _SILENT and (no_speech < _DOUBTFUL or log_probability > _UNLIKELY)


def transcribed(model: Any, waveform: FloatArray) -> Transcript:
    """What is said in `waveform` [n] at 16 kHz; times from its first sample on."""
    segments, info = model.transcribe(
        waveform,
        beam_size=_BEAM,
        # Other temperatures draw words at random, and take as much time again.
        temperature=0.0,
        word_timestamps=True,
        condition_on_previous_text=False,
        # What is not believed is decided here, below.
        no_speech_threshold=None,
        log_prob_threshold=None,
        compression_ratio_threshold=None,
    )
    believed = [
        segment
        for segment in segments
        if is_believed(segment.no_speech_prob, segment.avg_logprob, segment.compression_ratio)
    ]
    text = " ".join(" ".join(segment.text for segment in believed).split())
    if not text:
        return NOTHING_SAID
    length_s = len(waveform) / SAMPLE_RATE
    words = tuple(
        Word(
            word.word.strip(),
            min(float(word.start), length_s),
            min(float(word.end), length_s),
            float(word.probability),
        )
        for segment in believed
        for word in segment.words or ()
        if word.word.strip()
    )
    many = bool(model.model.is_multilingual)
    return Transcript(text, info.language, float(info.language_probability) if many else None, words)


if __name__ == "__main__":
    sys.exit(main())
