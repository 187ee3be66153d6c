"""A worker gives a result, or it is told what became of it; and it never outlives its parent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from busy_worker import gone
from child_processes import child_processes

from desktop_app.core.process_memory import machine_bytes, resident_bytes
from desktop_app.core.worker_process import Worker, WorkerEnded, run_worker

WORKER = """
import os, signal, sys, time
from desktop_app.core.worker_child import serve

def work(task, step):
    step("at work", 0, 1)
    match task["do"]:
        case "answer":
            print("libraries print what they like")
            return {"result": task["value"] + 1}
        case "sleep":
            time.sleep(60)
        case "grow":
            kept = []
            while True:
                kept.append(bytearray(os.urandom(1) * 10_000_000))
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "leave":
            sys.exit("it does not like it here")
        case "babble":
            os.write(3, b"")

sys.exit(serve(work))
"""


@pytest.fixture(autouse=True)
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_worker.py").write_text(WORKER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def run(do: str, patience_s: float = 20, **options: Any) -> dict[str, Any]:
    return run_worker("a_worker", {"do": do, "value": 1}, patience_s=patience_s, **options)


def ended(do: str, patience_s: float = 20, **options: Any) -> WorkerEnded:
    with pytest.raises(WorkerEnded) as caught:
        run(do, patience_s, **options)
    assert child_processes() == []
    return caught.value


def test_it_gives_its_result_and_tells_its_steps() -> None:
    steps: list[tuple[str, int, int]] = []
    assert run("answer", on_step=lambda *step: steps.append(step)) == {"result": 2}
    assert steps == [("at work", 0, 1)]


def test_one_that_tells_nothing_is_ended() -> None:
    found = ended("sleep", patience_s=2)
    assert (found.why, found.at) == ("hung", "at work")


def test_one_that_takes_too_much_memory_is_ended() -> None:
    assert ended("grow", memory_limit=200_000_000).why == "memory"


def test_one_that_is_no_longer_wanted_is_ended() -> None:
    assert ended("sleep", cancel=lambda: True).why == "cancelled"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_one_that_crashed_is_told_by_its_signal() -> None:
    found = ended("crash")
    assert (found.why, found.signal_name) == ("died", "SIGSEGV")


def test_one_that_left_is_told_with_its_last_words() -> None:
    found = ended("leave")
    assert (found.why, found.code, found.last_words) == ("died", 1, "it does not like it here")


def test_a_module_that_does_not_exist_is_told() -> None:
    with pytest.raises(WorkerEnded) as caught:
        run_worker("no_such_module", {}, patience_s=20)
    assert "no_such_module" in caught.value.last_words


def test_an_interrupt_ends_it() -> None:
    def interrupt() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("sleep", cancel=interrupt)
    assert child_processes() == []


LASTING = """
import os, sys, time
from desktop_app.core.worker_child import serve_many

def work(task, step):
    if task["do"] == "leave":
        sys.exit("it does not like it here")
    step("at work", 0, 1)
    if task["do"] == "sleep":
        time.sleep(60)
    print("libraries print what they like")
    return {"result": os.getpid()}

sys.exit(serve_many(work))
"""


@pytest.fixture
def lasting(tmp_path: Path) -> Iterator[Worker]:
    (tmp_path / "a_lasting_worker.py").write_text(LASTING)
    made = Worker("a_lasting_worker")
    yield made
    made.close()
    assert child_processes() == []


def asked(worker: Worker, do: str = "answer", **options: Any) -> int:
    return int(worker.ask({"do": do}, patience_s=20, **options)["result"])


def test_a_lasting_one_does_one_task_after_another_in_one_process(lasting: Worker) -> None:
    first = asked(lasting)
    assert asked(lasting) == first != os.getpid()


def test_in_the_place_of_a_lasting_one_that_ended_comes_another(lasting: Worker) -> None:
    first = asked(lasting)
    with pytest.raises(WorkerEnded) as left:
        asked(lasting, "leave")
    assert (left.value.why, left.value.last_words) == ("died", "it does not like it here")
    second = asked(lasting)
    with pytest.raises(WorkerEnded) as unwanted:
        asked(lasting, "sleep", cancel=lambda: True)
    assert unwanted.value.why == "cancelled"
    assert len({first, second, asked(lasting)}) == 3


PARENT = """
import sys
from desktop_app.core.worker_process import Worker
print(Worker("a_lasting_worker").ask({"do": "answer"}, patience_s=20)["result"], flush=True)
sys.stdin.read()
"""


def test_a_lasting_one_does_not_outlive_its_parent(tmp_path: Path) -> None:
    (tmp_path / "a_lasting_worker.py").write_text(LASTING)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=root, **pipes) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert gone(worker)


def test_memory_is_told_as_psutil_tells_it() -> None:
    process = psutil.Process()
    assert resident_bytes(process.pid) == pytest.approx(process.memory_info().rss, rel=0.1)
    assert resident_bytes(2**22 + 1) is None
    most = machine_bytes()
    assert most is not None
    assert most <= psutil.virtual_memory().total * 1.01
