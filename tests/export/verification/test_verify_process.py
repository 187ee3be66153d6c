"""Whatever a graph does to the process that runs it, the caller gets a sentence."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from broken_graphs import CLASSES, RATE, endless, greedy, sound
from child_processes import child_processes
from tiny_model import make_tiny_model

from export.errors import CrashError
from export.verification.verify import verify_file, verify_graph
from export.verification.worker import FORBIDDEN

pytestmark = pytest.mark.slow


def kill_the_child(number: signal.Signals) -> threading.Thread:
    """Send a signal to the process that runs the graph, once it is at work."""

    def send() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in child_processes():
                if child.cpu_times().user > 0.5:
                    os.kill(child.pid, number)
                    return
            time.sleep(0.02)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_a_graph_that_never_comes_back_is_ended() -> None:
    with pytest.raises(CrashError, match=r"did not come back within 4 s \(speech-like, 0.25 s\)"):
        verify_graph(endless().SerializeToString(), RATE, CLASSES, patience_s=4)
    assert child_processes() == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("number", "hint"), [(signal.SIGSEGV, ""), (signal.SIGKILL, "memory of this computer")]
)
def test_a_graph_that_brings_down_its_process_is_an_error(number: signal.Signals, hint: str) -> None:
    killer = kill_the_child(number)
    with pytest.raises(CrashError, match=rf"brought down ONNX Runtime \({number.name}") as told:
        verify_graph(endless().SerializeToString(), RATE, CLASSES, patience_s=30)
    assert hint in told.value.hint
    killer.join()


def test_a_graph_that_wants_more_memory_than_there_is_is_an_error() -> None:
    with pytest.raises(CrashError, match="more memory than there is"):
        verify_graph(greedy().SerializeToString(), RATE, CLASSES)


def test_an_interrupted_verification_leaves_no_process() -> None:
    def interrupt(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify_graph(sound().SerializeToString(), RATE, CLASSES, progress=interrupt)
    assert child_processes() == []


def test_a_file_is_verified_where_torch_cannot_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in FORBIDDEN[:-1]:
        (tmp_path / f"{name}.py").write_text("import os\nos._exit(77)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "manifest" in verify_file(make_tiny_model(tmp_path / "m.onnx")).checks


def test_the_call_may_come_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_tiny_model(tmp_path / "m.onnx")
    monkeypatch.chdir(tmp_path)
    assert "manifest" in verify_file(Path("m.onnx")).checks
