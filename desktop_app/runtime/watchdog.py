"""Tells when speech gets no answer; the engine itself ends what takes far too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop_app.core.types import Event, Failure
from desktop_app.runtime.inference_worker import InferenceWorker, Job

NO_ANSWER_S = 2.0
"""So long after the end of the hangover, waiting for a result is no longer usual."""


class Watchdog:
    """Looks at the inference thread from another one; call `look` several times a second.

    Parameters
    ----------
    emit : callable
        Told the failure ``no_answer``, once for each time that answers stay away.
    hangover_s : float
        Of the segmenter: what a partial result is given on top, as a final one had it before it was queued.
    """

    def __init__(
        self,
        inference: InferenceWorker,
        emit: Callable[[Event], None],
        hangover_s: float,
    ) -> None:
        self._inference = inference
        self._emit = emit
        self._hangover_s = hangover_s
        self._told = False

    def look(self) -> None:
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
