"""The search itself: Optuna proposes, workers fit, and a watch of its own ends both in time.

Optuna looks at its `timeout` between trials only. Here a fit that is under way when the minutes are over is
ended, and so is any that takes more than its share of them.

Reference: T. Akiba et al., "Optuna: a next-generation hyperparameter optimization framework", KDD 2019.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from desktop_app.core.errors import CallError
from models.errors import TrainingError
from models.experiments.search.candidates import SearchSpace
from models.experiments.search.fitting import SearchData
from models.experiments.search.results import NO_FEATURES, OUT_OF_TIME
from models.experiments.search.workers import FitWorker, Outcome, wait_for_any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import optuna

DATABASE = "search.db"
_STUDY = "emoscope"
_STAMP, _SPENT = "stamp", "spent_s"
_SHARE, _LEAST_S = 0.1, 20.0
"""A fit may take a tenth of the search's time, or this many seconds."""
_DEATHS, _FAILURES = 3, 12
"""Of so many fits in turn whose process died, or that failed, the search ends."""
_WRITTEN_EVERY_S = 2.0


@dataclass(eq=False)
class _Running:
    """A trial under way."""

    trial: optuna.Trial
    worker: FitWorker
    uars: list[float] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(eq=False)
class Search:
    """A search that can be ended at any time and goes on where it was.

    Parameters
    ----------
    space : SearchSpace
    data : SearchData
    folder : Path
        Holds the database; one search at a time.
    stamp : mapping
        What makes the figures of two calls comparable, JSON values: a folder holds searches of one stamp.
    """

    space: SearchSpace
    data: SearchData
    folder: Path
    stamp: Mapping[str, Any]
    jobs: int = 1
    say: Callable[[str], None] = lambda _: None
    _spent_before: float = 0.0
    _deaths: int = 0
    _failures: int = 0

    def run(self, seconds: float) -> optuna.Study:
        """Search until `seconds` are spent, those of earlier calls included.

        Raises
        ------
        CallError
            If the folder holds another search.
        TrainingError
            If the database cannot be used, or fits fail or bring down their processes again and again.
        """
        from optuna.exceptions import StorageInternalError
        from sqlalchemy.exc import SQLAlchemyError

        with quiet_optuna():
            try:
                return self._run(seconds)
            except (StorageInternalError, SQLAlchemyError) as error:
                raise TrainingError(
                    f"The database {self.folder / DATABASE} cannot be used: {_first_line(error)}.",
                    "Make room if the disk is full, or give another folder with --out; if it is no database, "
                    "remove it.",
                ) from error

    def _run(self, seconds: float) -> optuna.Study:
        study = self._open()
        begun = time.monotonic()
        left = seconds - self._spent_before
        if left <= 0:
            return study
        if self._spent_before:
            self.say(f"{len(study.trials)} candidates were tried before; {left:.0f} s are left.")
        workers = [FitWorker(self.data) for _ in range(self.jobs)]
        running: list[_Running] = []
        try:
            self._loop(
                study,
                workers,
                running,
                begun=begun,
                end=begun + left,
                longest_s=max(_LEAST_S, _SHARE * seconds),
            )
        finally:
            for worker in workers:
                worker.end()
            self._spend(study, begun)
        for one in running:
            one.trial.set_user_attr("reason", OUT_OF_TIME)
            self._tell(study, one, "FAIL")
            study.enqueue_trial(one.trial.params)  # a longer search begins with it
        return study

    def _open(self) -> optuna.Study:
        import optuna

        storage = f"sqlite:///{(self.folder / DATABASE).resolve()}"
        study = optuna.create_study(
            storage=storage,
            study_name=_STUDY,
            direction="maximize",
            load_if_exists=True,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=max(5, 2 * len(self.space.families))),
        )
        tried = len(study.trials)
        # The seed goes on with the trials: the same draws again would be the same candidates.
        study.sampler = optuna.samplers.TPESampler(
            seed=self.space.seed + tried, constant_liar=self.jobs > 1, n_startup_trials=10
        )
        known = study.user_attrs.get(_STAMP)
        told = json.dumps(self.stamp, sort_keys=True)
        if known is None:
            study.set_user_attr(_STAMP, told)
            for choices in self.space.usual():
                study.enqueue_trial(choices)
        elif known != told:
            differs = _differences(json.loads(known), self.stamp)
            raise CallError(
                f"{self.folder} holds another search: {differs}.",
                "Give another folder with --out, or the options of that search.",
                code="call.other_run",
            )
        self._spent_before = float(study.user_attrs.get(_SPENT, 0.0))
        for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)  # it was under way when all ended
            study.enqueue_trial(trial.params)
        return study

    def _loop(
        self,
        study: optuna.Study,
        workers: list[FitWorker],
        running: list[_Running],
        *,
        begun: float,
        end: float,
        longest_s: float,
    ) -> None:
        written = begun
        while (now := time.monotonic()) < end:
            for worker in workers:
                if not worker.busy:
                    self._next(study, worker, running)
            wait_for_any(workers, min(end - now, 0.5))
            if time.monotonic() - written > _WRITTEN_EVERY_S:
                written = time.monotonic()
                self._spend(study, begun)
            for one in list(running):
                outcome = one.worker.outcome(longest_s) if one.worker.busy else None
                if outcome is not None:
                    self._take(study, one, outcome, running)

    def _next(self, study: optuna.Study, worker: FitWorker, running: list[_Running]) -> None:
        """Give an idle worker the next fold of its trial, or a new trial."""
        mine = next((one for one in running if one.worker is worker), None)
        if mine is None:
            trial = study.ask()
            self.space.draw(trial)
            mine = _Running(trial, worker)
            spec = self.space.spec(trial.params)
            if spec is None:
                trial.set_user_attr("reason", NO_FEATURES)
                self._tell(study, mine, "FAIL")
                return
            trial.set_user_attr("features", spec)
            running.append(mine)
        worker.begin(self.space.recipe(mine.trial.params), len(mine.uars))

    def _take(self, study: optuna.Study, one: _Running, outcome: Outcome, running: list[_Running]) -> None:
        one.seconds += outcome.seconds
        one.trial.set_user_attr("seconds", round(one.seconds, 2))
        if outcome.uar is None:
            running.remove(one)
            one.trial.set_user_attr("reason", outcome.reason)
            self._deaths = self._deaths + 1 if outcome.kind == "died" else 0
            # What takes too long counts as pruned, so that the sampler keeps away from it.
            self._tell(study, one, "PRUNED" if outcome.kind == "long" else "FAIL")
            if self._deaths == _DEATHS:
                raise TrainingError(
                    f"{_DEATHS} fits in turn brought down their processes.",
                    "Memory may be short: give --jobs 1, or fewer --groups.",
                )
            self._failures += outcome.kind == "failed"
            if self._failures == _FAILURES:
                raise TrainingError(f"{_FAILURES} candidates failed in turn: {outcome.reason}.")
            return
        self._deaths = self._failures = 0
        one.uars.append(outcome.uar)
        one.trial.set_user_attr("uars", one.uars)
        one.trial.report(float(np.mean(one.uars)), len(one.uars) - 1)
        if len(one.uars) == len(self.data.folds):
            running.remove(one)
            self._tell(study, one, "COMPLETE")
        elif one.trial.should_prune():
            running.remove(one)
            one.trial.set_user_attr("reason", f"below the median after {len(one.uars)} folds")
            self._tell(study, one, "PRUNED")

    def _tell(self, study: optuna.Study, one: _Running, state: str) -> None:
        from optuna.trial import TrialState

        done = state == "COMPLETE"
        study.tell(one.trial, float(np.mean(one.uars)) if done else None, state=TrialState[state])
        if done:
            best = study.best_trial
            new = "; the best so far" if best.number == one.trial.number else ""
            self.say(
                f"candidate {one.trial.number}, {one.trial.params['family']}: "
                f"inner UAR {100 * float(np.mean(one.uars)):.1f} %{new}"
            )

    def _spend(self, study: optuna.Study, begun: float) -> None:
        study.set_user_attr(_SPENT, round(self._spent_before + time.monotonic() - begun, 2))


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Neither Optuna's log nor its word on parts that may still change."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)


def _differences(known: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    told = [
        f"{name} {known.get(name)}, not {now.get(name)}"
        for name in {**known, **now}
        if known.get(name) != now.get(name)
    ]
    return "; ".join(told)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
