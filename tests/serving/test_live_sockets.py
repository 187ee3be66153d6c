"""A live socket sends the very events of `emoscope live --jsonl`, to each caller its own."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from running import command, environment
from service_process import ServiceProcess

pytestmark = pytest.mark.slow
connect = pytest.importorskip("websockets.sync.client").connect
closed = pytest.importorskip("websockets.exceptions").ConnectionClosed
TIMES = {"inference_ms", "latency_ms", "partial_latency_ms", "final_latency_ms", "wall_clock"}
OF_THE_PACE = {"queue_depth", "partials_skipped"}


def streamed(
    service: ServiceProcess, samples: bytes, query: str, first: object = None, piece: int = 3333
) -> list[dict[str, Any]]:
    """The events of a run on these samples, sent in pieces of so many bytes."""
    with connect(f"ws://127.0.0.1:{service.port}/v1/live{query}", close_timeout=30) as socket:

        def send() -> None:
            if first is not None:
                socket.send(json.dumps(first))
            for start in range(0, len(samples), piece):
                socket.send(samples[start : start + piece])
            socket.send('{"end": true}')

        sending = threading.Thread(target=send)
        sending.start()
        events = [json.loads(line) for line in socket]
        sending.join()
    return events


def timeless(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in TIMES | OF_THE_PACE}


def told(events: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """What does not hang on the moment: each kind of events by itself, since several threads tell them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        if event["event"] == "state":
            if event["state"] not in {"listening", "speaking"}:  # these are told as sound comes in
                found.setdefault("state", []).append({**timeless(event), "time_s": None})
        elif event["event"] not in {"partial", "stats"}:
            found.setdefault(event["event"], []).append(timeless(event))
    last = [event for event in events if event["event"] == "stats"][-1]
    return {**found, "stats": [timeless(last)]}


@pytest.fixture(scope="module")
def expected(model: Path, talks: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        command("live", "--source", "talk.wav", "--jsonl", "-", "--model", model),
        cwd=talks,
        env=environment(),
        capture_output=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("sample_format", ["s16le", "f32le"])
def test_the_events_are_those_of_the_command_line(
    service: ServiceProcess, talks: Path, expected: list[dict[str, Any]], sample_format: str
) -> None:
    kind = "<i2" if sample_format == "s16le" else "<f4"
    sound, rate = soundfile.read(talks / "talk.wav", dtype="int16" if kind == "<i2" else "float32")
    query = f"?rate={rate}&format={sample_format}&name=talk.wav"
    piece = 3333 if kind == "<i2" else 10**6  # many messages that cut samples in two, or one
    events = streamed(service, sound.astype(kind).tobytes(), query, piece=piece)
    assert told(events) == told(expected)
    assert len(told(events)["final"]) == 2
    windows = {event["end_s"]: timeless(event) for event in expected if event["event"] == "partial"}
    both = [event for event in events if event["event"] == "partial" and event["end_s"] in windows]
    assert both
    assert all(timeless(event) == windows[event["end_s"]] for event in both)


def test_runs_at_once_know_nothing_of_one_another(service: ServiceProcess, talks: Path) -> None:
    names = ["talk.wav", "one.wav", "talk.wav"]
    results: dict[int, list[dict[str, Any]]] = {}

    def run(number: int) -> None:
        sound, rate = soundfile.read(talks / names[number], dtype="int16")
        results[number] = streamed(service, sound.tobytes(), f"?rate={rate}&name=x")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(results[0]) == told(results[2])
    assert len(told(results[1])["final"]) == 1


@pytest.mark.parametrize(
    ("query", "first", "code"),
    [
        ("?rate=16000&format=mp3", None, "serve.request"),
        ("?rate=1", None, "serve.request"),
        ("?rate=16000&labels=happy,cheerful", None, "call.labels"),
        ("", ["no", "object"], "serve.request"),
        ("", {"rate": "many"}, "serve.request"),
        ("?rate=many", None, "serve.request"),
        ("?rate=16000&lables=happy", None, "serve.request"),
        ("", {"rate": 16000, "chanel": 1}, "serve.request"),
        ("?rate=16000", "no object", "serve.request"),
    ],
)
def test_a_run_that_cannot_be_is_refused_with_a_code(
    service: ServiceProcess, query: str, first: object, code: str
) -> None:
    with connect(f"ws://127.0.0.1:{service.port}/v1/live{query}") as socket:
        if first is not None:
            socket.send(json.dumps(first))
        failure = [event for event in map(json.loads, _until_closed(socket)) if event["event"] != "state"][-1]
        assert socket.close_code == 1008
    assert (failure["event"], failure["fatal"], failure["code"]) == ("failure", True, code)


def _until_closed(socket: Any) -> Iterator[str]:
    with contextlib.suppress(closed):
        while True:
            yield socket.recv(timeout=60)


def test_a_message_that_is_too_long_is_told_before_the_socket_is_closed(service: ServiceProcess) -> None:
    with connect(f"ws://127.0.0.1:{service.port}/v1/live?rate=16000") as socket:
        with contextlib.suppress(closed):
            socket.send(bytes(8_000_000))
        failure = [json.loads(line) for line in _until_closed(socket)][-1]
        assert (failure["event"], failure["code"]) == ("failure", "serve.too_large")
        assert socket.close_code == 1009


def test_a_key_may_come_with_the_first_message_and_there_are_only_so_many_runs(
    model: Path, talks: Path
) -> None:
    key = "a-key-of-sufficient-length"
    arguments = ("--model", model, "--workers", 1, "--max-live", 1)
    with ServiceProcess(*arguments, EMOSCOPE_KEY=key) as keyed:
        address = f"ws://127.0.0.1:{keyed.port}/v1/live"
        with connect(address) as socket:
            socket.send(json.dumps({"rate": 16000, "key": "wrong-but-long-enough"}))
            assert json.loads(socket.recv(timeout=60))["code"] == "serve.key"
        with connect(f"{address}?rate=16000") as socket:
            socket.send(bytes(3200))  # sound, where its key is to come
            refused = json.loads(socket.recv(timeout=60))
            assert (refused["code"], "in the first message" in refused["hint"]) == ("serve.key", True)
        with connect(address) as socket:
            socket.send(json.dumps({"rate": 16000, "format": "f32le", "key": key}))
            assert json.loads(socket.recv(timeout=60))["event"] == "state"
            with connect(f"{address}?rate=16000", additional_headers={"X-API-Key": key}) as second:
                busy = json.loads(second.recv(timeout=60))
            assert (busy["code"], busy["message"]) == ("serve.busy", "There is 1 live run already.")
            socket.send(np.full(1600, np.nan, dtype="<f4").tobytes())
            socket.send('{"end": true}')
            codes = [event.get("code") for event in map(json.loads, socket)]
        assert "not_numbers" in codes
        assert key not in "".join(keyed.lines)
