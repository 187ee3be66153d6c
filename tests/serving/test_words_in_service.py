"""A service that writes down what is said for callers who ask for that, and one that does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import soundfile
from browser import Browser, find_browser
from made_up_whisper import made_up_whisper
from running import command, environment
from service_process import ServiceProcess

pytestmark = pytest.mark.slow
connect = pytest.importorskip("websockets.sync.client").connect


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made_up_whisper(tmp_path_factory.mktemp("made-up") / "whisper")


@pytest.fixture(scope="module")
def writing(model: Path, whisper: dict[str, str]) -> Iterator[ServiceProcess]:
    with ServiceProcess("--model", model, "--workers", 1, "--words", **whisper) as running:
        yield running


def live(service: ServiceProcess, path: Path, words: str) -> list[dict[str, Any]]:
    sound, rate = soundfile.read(path, dtype="int16")
    query = f"?rate={rate}&words={words}"
    with connect(f"ws://127.0.0.1:{service.port}/v1/live{query}", close_timeout=30) as socket:
        socket.send(sound.tobytes())
        socket.send('{"end": true}')
        return [json.loads(line) for line in socket]


def test_an_answer_with_words_is_the_very_json_of_the_command_line(
    writing: ServiceProcess, model: Path, talks: Path, whisper: dict[str, str]
) -> None:
    done = subprocess.run(
        command("analyze", "talk.wav", "--model", model, "--words", "--json", "-"),
        cwd=talks,
        env=environment(**whisper),
        capture_output=True,
        check=True,
    )
    reply = writing.upload(talks / "talk.wav", "?words=true")
    assert reply.json == json.loads(done.stdout)
    assert reply.json["words_model"] == "made-up"
    assert all(segment["transcript"]["text"] for segment in reply.json["files"][0]["segments"])
    plain = writing.upload(talks / "talk.wav")
    assert "words_model" not in plain.json, "nobody has asked for them"
    assert writing.ask("GET", "/v1/model").json["words"] == {"model": "made-up"}


def test_a_live_run_tells_the_words_behind_each_answer(writing: ServiceProcess, talks: Path) -> None:
    events = live(writing, talks / "talk.wav", "true")
    kinds = [(event["event"], event["segment"]) for event in events if event["event"] in {"final", "words"}]
    finals = [segment for kind, segment in kinds if kind == "final"]
    assert [segment for kind, segment in kinds if kind == "words"] == finals
    assert len(finals) == 2
    assert all(kinds.index(("final", each)) < kinds.index(("words", each)) for each in finals)
    assert all(event["text"].startswith("About") for event in events if event["event"] == "words")
    assert not [event for event in live(writing, talks / "one.wav", "false") if event["event"] == "words"]


def test_a_service_without_words_says_so_with_a_code(service: ServiceProcess, talks: Path) -> None:
    reply = service.upload(talks / "talk.wav", "?words=true")
    assert (reply.status, reply.json["code"]) == (409, "serve.words")
    assert service.ask("GET", "/v1/model").json["words"] is None
    with connect(f"ws://127.0.0.1:{service.port}/v1/live?rate=16000&words=true") as socket:
        assert json.loads(socket.recv(timeout=60))["code"] == "serve.words"
    with connect(f"ws://127.0.0.1:{service.port}/v1/live?rate=16000&words=perhaps") as socket:
        assert json.loads(socket.recv(timeout=60))["code"] == "serve.request"


@pytest.mark.skipif(find_browser() is None, reason="no Chromium; Debian has it as chromium-headless-shell")
def test_the_page_shows_them_where_they_are_wanted(
    writing: ServiceProcess, service: ServiceProcess, talks: Path
) -> None:
    with Browser(talks / "talk.wav") as browser:
        browser.open(f"{service.address}/")
        browser.wait_for("document.getElementById('model').textContent === 'tiny'")
        assert browser.value("document.getElementById('writing').hidden")
        browser.open(f"{writing.address}/")
        browser.wait_for("!document.getElementById('writing').hidden")
        shown = "!document.getElementById('timeline').hidden && !document.getElementById('choose').disabled"
        browser.choose_files("#file", [talks / "talk.wav"])
        browser.wait_for(shown)
        assert browser.value("document.getElementById('said-title').hidden"), "not asked for"
        browser.value("document.getElementById('words').click()")
        browser.choose_files("#file", [talks / "one.wav"])
        said = "[...document.querySelectorAll('#table td.words')].map((cell) => cell.textContent)"
        browser.wait_for(f"{shown} && {said}.length === 1")
        assert browser.value(said)[0].startswith("About")
        assert browser.complaints() == []


def test_the_processes_end_with_the_service(model: Path, whisper: dict[str, str], talks: Path) -> None:
    with ServiceProcess("--model", model, "--workers", 1, "--words", **whisper) as running:
        running.upload(talks / "one.wav", "?words=true")
        live(running, talks / "one.wav", "true")
        processes = psutil.Process(running.process.pid).children(recursive=True)
        assert sum("words.worker" in " ".join(each.cmdline()) for each in processes) == 2
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive
