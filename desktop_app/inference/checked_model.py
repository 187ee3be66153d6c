"""A loaded model asked window by window: each answer must come in time, and be as the file promises."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from desktop_app.core.errors import sentences
from desktop_app.core.types import FloatArray
from desktop_app.inference import deadline
from desktop_app.inference.errors import ModelError
from desktop_app.inference.outputs import OutputShapes, out_of_range
from desktop_app.inference.package import ModelPackage
from desktop_app.inference.session import CPU, HANGS
from desktop_app.inference.trial import remember

_OTHER_MODEL: Final = "Choose another model, or look at this one with: emoscope-export verify FILE"


class CheckedModel:
    """Runs a model, and looks at each of its answers; from any number of threads."""

    def __init__(self, package: ModelPackage) -> None:
        manifest = package.manifest
        self._package = package
        self._name, self._rate = manifest.name, manifest.sample_rate
        self._shortest = math.ceil(manifest.min_seconds * manifest.sample_rate)
        self._has_answered = False
        self._shapes = OutputShapes(len(manifest.labels))

    def run(self, window: FloatArray, feeds: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """The model's outputs for one window [samples], by name; `feeds` are its other inputs.

        Raises
        ------
        ModelError
            There is no answer, or it is not as it should be: the codes are those of `EmotionEngine.predict`.
        """
        try:
            return self._answer(window, feeds)
        except ModelError as error:
            if len(window) >= self._shortest or error.code not in {"model.run", "model.not_finite"}:
                raise
        # Some graphs need a few frames to pool over: silence after the speech gives them.
        return self._answer(np.pad(window, (0, self._shortest - len(window))), feeds)

    def _answer(self, window: FloatArray, feeds: dict[str, FloatArray]) -> dict[str, FloatArray]:
        session, outputs = self._package.session, self._package.outputs
        seconds = len(window) / self._rate
        limit_s = deadline.answer_limit_s(seconds, self._package.size)
        if session.provider != CPU and not self._has_answered:
            limit_s = max(limit_s, deadline.FIRST_ANSWER_S)
        try:
            found = session.run(list(outputs), {"waveform": window[None], **feeds}, limit_s)
        except ModelError as error:
            raise (self._hangs(error) if error.code == HANGS else error) from None
        self._has_answered = True
        answer = dict(zip(outputs, found, strict=True))
        for name, output in answer.items():
            self._check(name, output, seconds)
        return answer

    def _check(self, name: str, output: FloatArray, seconds: float) -> None:
        """Refuse what breaks a promise; each time, as the self-test knows the model for one length only."""
        if not self._shapes.fits(name, output):
            raise ModelError(
                f"The model '{self._name}' is broken: for {seconds:.2f} s of sound its output '{name}' "
                f"has the shape {list(output.shape)}, and {list(self._shapes.expected(name))} was expected.",
                "Choose another model, or export this one again with emoscope-export.",
                field=name,
                code="model.answer",
            )
        if not np.all(np.isfinite(output)):
            raise ModelError(
                f"The answer of the model '{self._name}' to this stretch of audio is not a number.",
                field=name,
                code="model.not_finite",
            )
        if out_of_range(name, output):
            raise ModelError(
                f"The model '{self._name}' gives {output.min():.3g} to {output.max():.3g}, and the values "
                "of dimensions are from 0 to 1.",
                "Choose another model, or export this one again with emoscope-export.",
                field=name,
                code="model.range",
            )

    def _hangs(self, error: ModelError) -> ModelError:
        """The failure to tell of a session that gives no answer; it is remembered of the file."""
        if "seconds" in error.fields:
            seconds = error.fields["seconds"]
            remember(
                self._package.sha256, ModelError(f"it did not answer within {seconds:.0f} s", code=HANGS)
            )
        what = error.message.removeprefix("The model ").rstrip(".")
        computes_on = "It cannot be broken off: it computes on until Emoscope is ended."
        return ModelError(
            sentences(
                f"The model '{self._name}' {what}, so it is given up.",
                computes_on if self._package.session.still_computing else "",
            ),
            _OTHER_MODEL,
            code=HANGS,
            fields={"model": self._name, **error.fields},
        )
