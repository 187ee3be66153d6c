"""Ctrl+C of a service at work: whoever waits is told, in JSON, and nothing is traced back."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest
from running import posix_only
from service_process import Reply, ServiceProcess

pytestmark = [pytest.mark.slow, posix_only]
connect = pytest.importorskip("websockets.sync.client").connect
closed = pytest.importorskip("websockets.exceptions").ConnectionClosed


def held(service: ServiceProcess) -> psutil.Process:
    """The process that analyzes, stopped: what it is asked takes for ever."""
    (worker,) = psutil.Process(service.process.pid).children()
    worker.suspend()
    return worker


@pytest.mark.parametrize("signals", [1, 2])
def test_what_is_under_way_at_the_end_is_refused_with_a_code(model: Path, talks: Path, signals: int) -> None:
    service = ServiceProcess("--model", model, "--workers", 1)
    try:
        worker = held(service)
        replies: list[Reply] = []
        callers = [
            threading.Thread(target=lambda: replies.append(service.upload(talks / "talk.wav")))
            for _ in range(3)
        ]
        for caller in callers:
            caller.start()
        while b"emoscope_uploads 3.0" not in service.ask("GET", "/metrics").body:
            time.sleep(0.05)
        with connect(f"ws://127.0.0.1:{service.port}/v1/live?rate=16000") as socket:
            json.loads(socket.recv(timeout=60))
            begun = time.monotonic()
            for _ in range(signals):
                service.process.send_signal(signal.SIGINT)
                time.sleep(0.3)
            for caller in callers:
                caller.join()
            took = time.monotonic() - begun
            with contextlib.suppress(closed):
                while True:
                    event = json.loads(socket.recv(timeout=10))
            assert (event["event"], event["code"], socket.close_code) == ("failure", "serve.ending", 1012)
        assert service.process.wait(10) == 0
    finally:
        service.stop()
    assert [(reply.status, reply.json["code"]) for reply in replies] == [(503, "serve.ending")] * 3
    assert took < 3 if signals == 2 else took > 4
    said = "".join(service.lines)
    assert "Traceback" not in said, said
    assert "Exception" not in said, said
    assert [line["status"] for line in service.logged() if line.get("code") == "serve.ending"] == [503] * 3
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
