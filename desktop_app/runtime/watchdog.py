"""Tells when speech gets no answer, and ends a run whose model never comes back."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop_app.core.types import Event, Failure
from desktop_app.runtime.inference_worker import InferenceWorker, Job

NO_ANSWER_S = 2.0
"""So long after the end of the hangover, waiting for a result is no longer usual."""
_OTHER_MODEL = "Choose another model, or look at this one with: emoscope-export verify FILE"


class Watchdog:
    """Looks at the inference thread from another one; call `look` several times a second.

    Parameters
    ----------
    emit : callable
        Told the failure ``no_answer``, once for each time that answers stay away.
    fail : callable
        Told the failure ``model.hangs``, which ends the run.
    hangover_s : float
        Of the segmenter: what a partial result is given on top, as a final one had it before it was queued.
    """

    def __init__(
        self,
        inference: InferenceWorker,
        emit: Callable[[Event], None],
        fail: Callable[[Failure], None],
        hangover_s: float,
    ) -> None:
        self._inference = inference
        self._emit = emit
        self._fail = fail
        self._hangover_s = hangover_s
        self._told = False
        self._ended = False

    def look(self) -> None:
        overdue_s = self._inference.overdue_s()
        if overdue_s is not None:
            self._end(overdue_s)
            return
        job = self._inference.oldest_unanswered
        late_s = 0.0 if job is None else self._late_s(job)
        if job is None or late_s < NO_ANSWER_S / 2:
            self._told = False
        elif late_s >= NO_ANSWER_S and not self._told:
            self._told = True
            self._emit(
                Failure(
                    f"The speech at {job.start_s:.1f} s has had no answer for {late_s:.0f} seconds: "
                    f"the model '{self._inference.model}' is slow, or hangs.",
                    "It goes on by itself if the model answers.",
                    code="no_answer",
                    fields={"start_s": job.start_s, "seconds": late_s, "model": self._inference.model},
                )
            )

    def _late_s(self, job: Job) -> float:
        return time.monotonic() - job.due - (0.0 if job.segment.final else self._hangover_s)

    def _end(self, seconds: float) -> None:
        if self._ended:
            return
        self._ended = True
        model = self._inference.model
        self._fail(
            Failure(
                f"The model '{model}' has not answered for {seconds:.0f} seconds, so it is given up.",
                _OTHER_MODEL,
                fatal=True,
                code="model.hangs",
                fields={"model": model, "seconds": seconds},
            )
        )
        self._inference.interrupt()
