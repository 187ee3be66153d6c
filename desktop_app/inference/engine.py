"""The emotion engine: a waveform in, a prediction out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from desktop_app.core.doubt import cause_of, cause_of_point
from desktop_app.core.types import Cause, FloatArray, Prediction
from desktop_app.inference.averaged_answer import AveragedAnswer
from desktop_app.inference.checked_model import CheckedModel
from desktop_app.inference.errors import ModelError
from desktop_app.inference.manifest import Manifest
from desktop_app.inference.outputs import SPEECH
from desktop_app.inference.package import ModelPackage, load_package
from desktop_app.inference.session import Provider
from desktop_app.inference.shipped import shipped_model
from desktop_app.inference.voice_profile import (
    VoiceModel,
    VoiceProfile,
    VoiceProfileError,
    VoiceStatistics,
)

SHORT_BELOW_S: Final = 2.0
"""Nobody calls longer speech too short, though a little is held back of it as well."""
# Below this peak (-40 dBFS) what a front end adds to a spectrum before its logarithm shows: a soft recording
# would get other answers than a louder copy of it.
QUIET_PEAK: Final = 0.01


class EmotionEngine:
    """A model file at work. Make one with `EmotionEngine.load`.

    `predict` may be called from several threads at once. It keeps no state between calls; the one thing that
    can be set is whose voice it hears, and `set_profile` changes that between two predictions.

    Attributes
    ----------
    path : Path
        The model file.
    sha256 : str
        Of the model file.
    manifest : Manifest
    """

    def __init__(self, package: ModelPackage) -> None:
        self.path = package.path
        self.sha256 = package.sha256
        self.manifest: Manifest = package.manifest
        self._package = package
        self._model = CheckedModel(package)
        self._closed = False
        self._voice: dict[str, FloatArray] = {}

    @classmethod
    def load(
        cls,
        path: Path | str | None = None,
        provider: Provider = "auto",
        threads: int | None = None,
        *,
        cancel: Callable[[], bool] | None = None,
        again: bool = True,
    ) -> EmotionEngine:
        """Load a model file, or the one that is shipped if `path` is None.

        `cancel` is asked, while a file is tried for the first time, whether to give up; without `again` one
        that hung or crashed last time is refused at once.

        Raises
        ------
        ModelError
            With a sentence that names the file and what is wrong with it.
        """
        chosen = shipped_model() if path is None else path
        return cls(load_package(chosen, provider, threads, cancel=cancel, again=again))

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def labels(self) -> tuple[str, ...]:
        """The emotions that it answers with; empty for a model of dimensions."""
        return self.manifest.classes

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the values that it gives in place of labels; empty for a model of classes."""
        return self.manifest.dimensions

    @property
    def provider(self) -> str:
        """Where the model runs, as ONNX Runtime reports it, such as ``CPUExecutionProvider``.

        It changes to that one when a graphics card fails.
        """
        return self._package.session.provider

    @property
    def notice(self) -> str:
        """A sentence to show if the model does not run where it was asked to; empty otherwise."""
        return self._package.session.notice

    @property
    def sample_rate(self) -> int:
        """Rate in Hz that `predict` expects."""
        return self.manifest.sample_rate

    @property
    def abstain_below(self) -> float:
        """The confidence from which on a prediction counts as an answer."""
        return self.manifest.abstain_below

    @property
    def voice_dim(self) -> int | None:
        """Numbers in each part of a voice profile, or None if the model takes none."""
        return self._package.voice_dim

    @property
    def tells_speakers(self) -> bool:
        """Whether predictions hold `Prediction.speaker`."""
        return "speaker" in self._package.outputs

    @property
    def voice_model(self) -> VoiceModel:
        """What a `VoiceProfile` is made with. Raises VoiceProfileError if this model has no profiles."""
        default = self._package.default_voice
        if self.dimensions:
            raise VoiceProfileError(
                f"The model '{self.name}' gives dimensions, and a voice is learnt from answers by name only.",
                "The model that is shipped has voice profiles: leave out --model.",
            )
        if default is None or "embedding" not in self._package.outputs:
            raise VoiceProfileError(
                f"The model '{self.name}' has no voice profiles.",
                "The one that is shipped has: leave out --model.",
            )
        return VoiceModel(self.name, self.sha256, default)

    def set_profile(self, profile: VoiceProfile | None) -> None:
        """Hear this person from the next prediction on; None brings the model's default voice back.

        The profile counts as it is now: what it learns later needs another call. From any thread.

        Raises
        ------
        VoiceProfileError
            If the profile was made with another model, or this model has no profiles.
        """
        voice: dict[str, FloatArray] = {}
        if profile is not None:
            if profile.model.sha256 != self.voice_model.sha256:
                raise VoiceProfileError(
                    f"A voice profile made with another model cannot be used with the model '{self.name}'."
                )
            voice = self._voice_feeds(profile.statistics())
        self._voice = voice  # in one step: a prediction that is under way has its own

    def predict(self, waveform: FloatArray, voice: VoiceStatistics | None = None) -> Prediction:
        """Rate one stretch of speech.

        What is shorter than the manifest's `min_seconds`, or silent, is rated and called uncertain. What is
        longer than `max_seconds` is cut into equal windows, whose probabilities, or values of dimensions, are
        averaged by duration.

        Parameters
        ----------
        waveform : array [samples]
            Mono, at `sample_rate`, in [-1, 1]; what is beyond is scaled down to a peak of 1.
        voice : VoiceStatistics, optional
            Whose voice this is, in place of the one given by `set_profile`, if the model takes any.

        Raises
        ------
        ModelError
            For an empty waveform, one that holds NaN or infinity, or a voice profile that does not fit. With
            the code ``model.run`` if ONNX Runtime fails, ``model.answer`` if the answer has another shape
            than the model file promises, ``model.not_finite`` if it holds NaN or infinity, ``model.hangs`` if
            there is none within `deadline.answer_limit_s` (this is remembered, so that the file is not loaded
            again without asking), and ``model.interrupted`` after `interrupt`.
        """
        started = time.perf_counter()
        if self._closed:
            raise ModelError("The model has been closed.")
        waveform = _audible(_checked(waveform))
        feeds = self._voice if voice is None else self._voice_feeds(voice)
        length = len(waveform)
        windows = max(1, math.ceil(length / (self.manifest.max_seconds * self.sample_rate)))
        edges = [length * k // windows for k in range(windows + 1)]
        answer = AveragedAnswer(self.manifest.temperature)
        for start, end in pairwise(edges):
            answer.add(self._model.run(waveform[start:end], feeds), (end - start) / length)
        too_short = length < self.manifest.min_seconds * self.sample_rate
        short_or_silent = too_short or not waveform.any()
        long = length >= SHORT_BELOW_S * self.sample_rate
        heard = Prediction(
            labels=self.labels,
            probabilities=(),
            label="",
            confidence=0.0,
            uncertain=False,
            embedding=answer.vector("embedding"),
            short_or_silent=short_or_silent,
            not_a_voice=not short_or_silent and answer.of("speech", 1.0) < SPEECH,
            held_back=tuple(
                (cause, share) for cause, share in answer.held_back if not (long and cause is Cause.SHORT)
            ),
            novelty=answer.of("novelty", None),
            speaker=answer.vector("speaker"),
        )
        said = self._point(heard, answer) if self.dimensions else self._likeliest(heard, answer)
        return replace(said, inference_ms=(time.perf_counter() - started) * 1000)

    def _likeliest(self, heard: Prediction, answer: AveragedAnswer) -> Prediction:
        """The answer of a model of classes: the most likely one, if it is likely enough."""
        probabilities = answer.probabilities
        best = int(np.argmax(probabilities))
        confidence = float(probabilities[best])
        threshold = self.manifest.abstain_below
        uncertain = heard.short_or_silent or heard.not_a_voice or confidence < threshold
        cause = cause_of(probabilities.tolist(), heard.held_back, threshold, too_short=heard.short_or_silent)
        return replace(
            heard,
            probabilities=tuple(probabilities.tolist()),
            label=self.labels[best],
            confidence=confidence,
            uncertain=uncertain,
            because=cause if uncertain and not heard.not_a_voice else None,
            undoubted=answer.undoubted,
            default_probabilities=answer.default_probabilities,
        )

    def _point(self, heard: Prediction, answer: AveragedAnswer) -> Prediction:
        """The answer of a model of dimensions: a value for each, and why it is not to be relied on."""
        cause = cause_of_point(heard.held_back, too_short=heard.short_or_silent)
        return replace(
            heard,
            uncertain=heard.not_a_voice or cause is not None,
            because=None if heard.not_a_voice else cause,
            dimensions=self.dimensions,
            values=answer.values,
        )

    def preview(self, waveform: FloatArray) -> Prediction:
        """Rate speech that still goes on: the same as `predict` for an engine that learns no voice."""
        return self.predict(waveform)

    @property
    def voice_use(self) -> None:
        """No voice is learnt."""

    def forget_voice(self) -> None:
        """There is nothing to forget: no voice is learnt."""

    def recall_voice(self) -> None:
        """Nothing was forgotten."""

    def warm_up(self) -> None:
        """Run once at each end of the lengths that occur, so that the first real answer is not late."""
        for seconds in (self.manifest.min_seconds, min(3.0, self.manifest.max_seconds)):
            self.predict(np.zeros(max(1, math.ceil(seconds * self.sample_rate)), dtype=np.float32))

    def interrupt(self) -> None:
        """Break off the predictions that are under way, from any thread: they raise ModelError.

        It waits for nothing. Within one operator of the graph nothing can be broken off: that one computes
        on, and the prediction is left all the same.
        """
        self._package.session.interrupt()

    def shared(self) -> SharedEngine:
        """An engine for one of several runs at once: with this one's model, and closed by itself."""
        return SharedEngine(self._package)

    def close(self) -> None:
        """Take no more questions; idempotent. A prediction that is under way in another thread ends normally.

        The model's memory is free once nobody holds the engine, or one that shares its model.
        """
        self._closed = True

    def _voice_feeds(self, voice: VoiceStatistics) -> dict[str, FloatArray]:
        dim = self._package.voice_dim
        if dim is None:
            raise ModelError(f"The model '{self.name}' takes no voice profile.", field="voice_mean")
        feeds: dict[str, FloatArray] = {
            "voice_mean": np.asarray(voice.mean, dtype=np.float32),
            "voice_std": np.asarray(voice.std, dtype=np.float32),
        }
        for name, values in feeds.items():
            if values.shape != (dim,):
                raise ModelError(
                    f"The voice profile's '{name}' must have {dim} numbers for the model '{self.name}', "
                    f"found {values.size}.",
                    field=name,
                )
            if not np.all(np.isfinite(values)) or (name == "voice_std" and np.any(values <= 0)):
                raise ModelError(
                    f"The voice profile's '{name}' holds a number that cannot be used.", field=name
                )
        return feeds


class SharedEngine(EmotionEngine):
    """An engine whose loaded model others use at the same time: it neither warms nor breaks it off."""

    def warm_up(self) -> None:
        """Whoever has loaded the model has done so."""

    def interrupt(self) -> None:
        """It would break off the others' answers, too: one that is under way ends within its time."""


def _checked(waveform: FloatArray) -> FloatArray:
    waveform = np.asarray(waveform)
    if waveform.ndim != 1:
        raise ValueError(f"waveform must have the shape [samples], got {waveform.shape}")
    if waveform.size == 0:
        raise ModelError("There is no audio to rate: the waveform is empty.", field="waveform")
    if not np.all(np.isfinite(waveform)):
        raise ModelError("The audio holds samples that are not numbers (NaN or infinity).", field="waveform")
    peak = np.max(np.abs(waveform))
    if peak > 1.0:  # nothing is clipped yet, and is not to be: it is only loud
        waveform = waveform / peak
    return waveform.astype(np.float32, copy=False)


def _audible(waveform: FloatArray) -> FloatArray:
    """A waveform whose peak is at least QUIET_PEAK: raised by a power of two, so that no sample is rounded.

    It is raised no further than that, so that a model which goes by loudness still hears a soft voice.
    """
    peak = float(np.max(np.abs(waveform)))
    if not 0.0 < peak < QUIET_PEAK:
        return waveform
    return np.ldexp(waveform, math.ceil(math.log2(QUIET_PEAK / peak))).astype(np.float32)
