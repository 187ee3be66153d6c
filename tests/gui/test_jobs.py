"""Work beside the window, and that nothing is left of it."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.serial import SerialCalls


class Sound:
    """Stands for what takes much memory."""


def test_a_job_that_is_over_holds_nothing_of_what_it_worked_with(
    qapp: QApplication, until: Callable[..., None]
) -> None:
    jobs = Jobs()
    results: list[int] = []

    def begin() -> tuple[object, weakref.ref[Sound]]:
        sound = Sound()
        job = jobs.start("reading", lambda _: id(sound), results.append, lambda _: None)
        return job, weakref.ref(sound)

    job, sound = begin()
    until(lambda: bool(results) and not jobs.under_way(job))  # type: ignore[arg-type]
    gc.collect()
    assert sound() is None  # though somebody keeps the job
    assert not jobs.findChildren(QObject)
    assert jobs.close()


def test_a_job_that_waits_for_its_turn_when_the_window_closes_is_no_failure(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[object] = []
    monkeypatch.setattr(logging.getLogger("desktop_app.gui.jobs"), "error", lambda *_, **__: logged.append(_))
    calls, jobs, go = SerialCalls("emoscope-test"), Jobs(), threading.Event()
    calls.submit(go.wait)  # a device that is being opened
    asked = threading.Event()

    def work(_: object) -> object:
        future = calls.submit(lambda: None)
        asked.set()
        return future.result()

    job = jobs.start("listing the microphones", work, lambda _: None, lambda _: None)
    assert asked.wait(2)
    calls.close(0.0)
    jobs.close(0.0)
    go.set()
    assert job.thread_ is not None
    assert job.thread_.join(2)
    assert not logged
