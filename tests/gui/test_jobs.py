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

from desktop_app.core.safe_files import WriteError
from desktop_app.gui import jobs as gui_jobs
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


@pytest.mark.parametrize("ends", [True, False])
def test_the_end_of_the_window_waits_for_what_is_being_written(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, ends: bool
) -> None:
    if not ends:
        monkeypatch.setattr(gui_jobs, "_KEEPS_S", 0.1)
    jobs, written, go = Jobs(), threading.Event(), threading.Event()

    def work(_: object) -> None:
        go.wait(10)
        written.set()
        raise WriteError("The disk is full.")

    job = jobs.start("the export", work, lambda _: None, lambda _: None, keeps=True)
    if ends:
        threading.Timer(0.5, go.set).start()
    assert jobs.close(0.05) is ends
    assert written.is_set() is ends
    told = capsys.readouterr().err
    assert ("The disk is full." if ends else "before this was finished: the export") in told
    go.set()
    assert job.join(2)
