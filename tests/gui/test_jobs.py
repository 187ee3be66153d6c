"""Work beside the window, and that nothing is left of it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop_app.gui.jobs import Jobs


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
