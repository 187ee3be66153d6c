"""The window's pages without a screen: how long a frame of each takes, a large table, another model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]

ROWS = 100_000
MODELS = 30


def measure(model: Path, frames: int) -> Iterator[dict[str, Any]]:
    """In a process of its own, which has the offscreen platform and its own settings."""
    with tempfile.TemporaryDirectory(prefix="emoscope-pages-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.pages", str(model), str(frames), folder],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "it ended early")
    yield from (json.loads(line) for line in done.stdout.splitlines())


def main() -> int:
    model, frames, folder = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    os.environ.update(
        QT_QPA_PLATFORM="offscreen",
        XDG_CONFIG_HOME=str(folder / "config"),
        XDG_DATA_HOME=str(folder / "data"),
        EMOSCOPE_SESSIONS=str(folder / "sessions"),
        EMOSCOPE_MODELS=str(folder / "models"),
    )
    from tiny_model import make_tiny_model

    from desktop_app.audio.demo import demo_path
    from desktop_app.gui.app import _application
    from desktop_app.gui.look.theme import ThemeManager
    from desktop_app.gui.state.settings import Settings
    from desktop_app.gui.state.source_choice import SourceChoice
    from desktop_app.gui.views import VIEWS
    from desktop_app.gui.window import MainWindow

    (folder / "models").mkdir()
    for number in range(MODELS):
        make_tiny_model(folder / "models" / f"{number}.onnx", manifest={"name": f"model {number}"})
    app = _application()
    window = MainWindow(ThemeManager(app, "light"), Settings(), folder / "window.json")
    window.resize(1200, 800)
    window.show()
    window.start(SourceChoice("demo"), model, list_devices=False)
    _until(app, lambda: window.model.now_s > 8)
    window.open_recordings([demo_path()])
    view = window.recording
    _until(app, lambda: view.recording is not None)
    window.controller.rest_for_recording()
    told: dict[str, Any] = {}
    for view in VIEWS:
        name, page = view.name, window.pages.page(view.name)
        window.go(name)
        if name == "lab":
            _show_lab(window, app)
        _until(app, _passed(0.5))
        told[name] = {"frame_ms": _frames(page, frames)}
        print(json.dumps({name: told[name]}), flush=True)
    print(json.dumps({"table_100000_rows": {"sort_ms": _sort_ms()}}), flush=True)
    other = make_tiny_model(folder / "other.onnx")
    begin = time.perf_counter()
    loaded: list[str] = []
    window.controller.in_use.loaded.connect(loaded.append)
    longest = _longest(app, lambda: window.choices.load_model(other), lambda: bool(loaded))
    print(
        json.dumps(
            {
                "model_change": {
                    "seconds": round(time.perf_counter() - begin, 2),
                    "longest_block_ms": round(1000 * longest, 1),
                }
            }
        ),
        flush=True,
    )
    window.close()
    return 0


def _frames(page: Any, count: int) -> dict[str, float]:
    """Milliseconds of this thread's processor time to draw the whole page.

    `page.repaint()` would leave out what covers its own ground, such as the plots.
    """
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QWidget

    parts = [page, *(part for part in page.findChildren(QWidget) if part.isVisible())]
    times: list[float] = []
    for _ in range(count):
        begin = time.thread_time()
        for part in parts:
            part.update()
        QCoreApplication.sendPostedEvents(page.window(), QEvent.Type.UpdateRequest.value)
        times.append(1000 * (time.thread_time() - begin))
    return {f"p{q}": round(float(np.percentile(times, q)), 1) for q in (50, 99)}


def _show_lab(window: Any, app: Any) -> None:
    """Twenty seconds in the view that has most to draw."""
    from desktop_app.audio.demo import demo_path

    page = window.pages.page("lab")
    window.lab.read(demo_path())
    page.choose("stft")
    _until(app, lambda: window.lab.result is not None, 300.0)


def _sort_ms() -> dict[str, float]:
    """Milliseconds to sort a table of so many utterances by each of some columns."""
    from PySide6.QtCore import Qt
    from tiny_model import EMOTIONS

    from desktop_app.analysis.result import SegmentResult
    from desktop_app.core.palette import colours_for
    from desktop_app.core.types import Prediction
    from desktop_app.gui.state.utterance_rows import Column
    from desktop_app.gui.widgets.utterance_table import UtteranceTable

    rng = np.random.default_rng(7)
    answers = [_answer(rng, EMOTIONS, Prediction) for _ in range(500)]
    which = rng.integers(len(answers), size=ROWS)
    talk = [SegmentResult(3.0 * k, 3.0 * k + 1.0 + k % 7 / 5, answers[which[k]]) for k in range(ROWS)]
    table = UtteranceTable()
    table.resize(900, 400)
    table.show()
    model: Any = table.model()
    model.show_utterances(talk, colours_for(EMOTIONS), None)
    assert model.rowCount() == ROWS
    told = {}
    for column in (Column.LENGTH, Column.CONFIDENCE, Column.LABEL):
        begin = time.thread_time()
        table.sortByColumn(int(column), Qt.SortOrder.DescendingOrder)
        table.repaint()
        told[column.name.lower()] = round(1000 * (time.thread_time() - begin), 1)
    table.close()
    return told


def _answer(rng: np.random.Generator, labels: Sequence[str], make: Callable[..., Any]) -> Any:
    shares = rng.dirichlet(np.full(len(labels), 0.4))
    best = int(shares.argmax())
    said = tuple(float(share) for share in shares)
    return make(tuple(labels), said, labels[best], said[best], said[best] < 0.4)


def _longest(app: Any, begin: Callable[[], object], over: Callable[[], bool]) -> float:
    """The longest time, in seconds of this thread's processor, in which the window did not answer."""
    longest = 0.0
    since = time.thread_time()
    begin()
    longest = max(longest, time.thread_time() - since)
    deadline = time.monotonic() + 120
    while not over() and time.monotonic() < deadline:
        since = time.thread_time()
        app.processEvents()
        longest = max(longest, time.thread_time() - since)
        time.sleep(0.002)
    return longest


def _passed(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _until(app: Any, condition: Callable[[], bool], timeout_s: float = 120.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the window did not come so far in time")
        app.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    raise SystemExit(main())
