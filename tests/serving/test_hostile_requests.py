"""Whatever some callers send, the others get their answers, and nothing stays behind."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
from hostile_callers import call
from service_process import ServiceProcess

from desktop_app.core.process_memory import resident_bytes

pytestmark = pytest.mark.slow
HEAD_S = 10.0


@pytest.fixture(scope="module")
def strict(model: Path) -> Iterator[ServiceProcess]:
    """A service that gives each recording twenty seconds."""
    with ServiceProcess("--model", model, "--workers", 1, "--timeout", 20) as running:
        yield running


def test_two_hundred_hostile_requests_change_no_answer_and_leave_nothing(
    strict: ServiceProcess, talks: Path
) -> None:
    expected = strict.upload(talks / "talk.wav")
    assert expected.status == 200
    before = resident_bytes(strict.process.pid) or 0
    outcomes: list[dict[str, int]] = []
    hostile = threading.Thread(target=lambda: outcomes.append(call(strict, talks / "one.wav", 200)))
    hostile.start()
    answers = []
    while hostile.is_alive():
        answers.append(strict.upload(talks / "talk.wav"))
    hostile.join()
    assert answers
    assert all(answer.body == expected.body for answer in answers if answer.status == 200)
    assert {answer.status for answer in answers} <= {200, 503}, "at most it is told to come again"
    assert strict.upload(talks / "talk.wav").body == expected.body
    assert "internal" not in outcomes[0], outcomes
    assert "serve" not in outcomes[0], outcomes
    figures = strict.ask("GET", "/metrics").body.decode()
    assert "emoscope_uploads 0.0" in figures
    assert "emoscope_working 0.0" in figures
    assert (resident_bytes(strict.process.pid) or 0) - before < 30 * 2**20


def test_a_head_that_does_not_come_is_not_waited_for(strict: ServiceProcess) -> None:
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", strict.port), 60) as link:
        link.sendall(b"GET /health HT")
        assert link.recv(100) == b""
    assert HEAD_S - 1 < time.monotonic() - begun < 4 * HEAD_S


def workers_of(service: ServiceProcess) -> list[psutil.Process]:
    children = psutil.Process(service.process.pid).children()
    return [child for child in children if "desktop_app.serving.analysis_worker" in child.cmdline()]


def test_a_worker_that_dies_costs_its_own_request_alone(
    strict: ServiceProcess, talks: Path, tmp_path: Path
) -> None:
    sound, rate = soundfile.read(talks / "talk.wav", dtype="int16")
    soundfile.write(tmp_path / "long.wav", np.tile(sound, 120), rate, subtype="PCM_16")
    replies = []
    asking = threading.Thread(target=lambda: replies.append(strict.upload(tmp_path / "long.wav")))
    asking.start()
    while b"emoscope_working 1.0" not in strict.ask("GET", "/metrics").body:
        time.sleep(0.02)
    for worker in workers_of(strict):
        worker.kill()
    asking.join()
    assert (replies[0].status, replies[0].json["code"]) == (422, "serve.decoder")
    assert strict.upload(talks / "talk.wav").status == 200
    for worker in workers_of(strict):  # between two requests it is nobody's fault
        worker.kill()
        # Its first thread is gone before the others, and only with the last one the process.
        while (
            worker.status() != psutil.STATUS_ZOMBIE or len([*Path(f"/proc/{worker.pid}/task").iterdir()]) > 1
        ):
            time.sleep(0.02)
    assert strict.upload(talks / "talk.wav").status == 200


def test_it_ends_with_a_signal_and_leaves_no_process(model: Path, talks: Path) -> None:
    service = ServiceProcess("--model", model, "--workers", 2)
    children = psutil.Process(service.process.pid).children(recursive=True)
    assert len(children) == 2
    assert service.upload(talks / "talk.wav").status == 200
    assert service.stop() in {0, 130}
    assert "Traceback" not in "".join(service.lines)
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
