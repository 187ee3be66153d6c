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
from tiny_text_model import make_tiny_fusion, make_tiny_text_model

pytestmark = pytest.mark.slow
connect = pytest.importorskip("websockets.sync.client").connect


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made_up_whisper(tmp_path_factory.mktemp("made-up") / "whisper")


@pytest.fixture(scope="module")
def writing(model: Path, whisper: dict[str, str]) -> Iterator[ServiceProcess]:
    with ServiceProcess("--model", model, "--workers", 1, "--words", **whisper) as running:
        yield running


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return made_up_whisper(tmp_path_factory.mktemp("made-up") / "whisper", reads=True)


@pytest.fixture(scope="module")
def reads(model: Path, tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    """Options with which words are read, too."""
    folder = tmp_path_factory.mktemp("read")
    text = make_tiny_text_model(folder / "text.onnx", words={"about": "happy"}, sharpness=9.0)
    fusion = make_tiny_fusion(folder / "own.fusion.json", model, text)
    return ["--words", "--text-model", text, "--fusion", fusion]


@pytest.fixture(scope="module")
def reading(model: Path, reader: dict[str, str], reads: list[object]) -> Iterator[ServiceProcess]:
    with ServiceProcess("--model", model, "--workers", 1, *reads, **reader) as running:
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
    assert writing.ask("GET", "/v1/model").json["words"] == {
        "model": "made-up",
        "sha256": reply.json["words_model_sha256"],
        "text_model": None,
        "fusion": None,
    }


def test_started_so_it_also_tells_what_the_words_tell_and_both_together(
    reading: ServiceProcess, reads: list[object], model: Path, talks: Path, reader: dict[str, str]
) -> None:
    done = subprocess.run(
        command("analyze", "talk.wav", "--model", model, *reads, "--json", "-"),
        cwd=talks,
        env=environment(**reader),
        capture_output=True,
        check=True,
    )
    wanted = json.loads(done.stdout)
    wanted["fusion"]["path"] = "own.fusion.json"  # where it lies on the server is nobody's business
    reply = reading.upload(talks / "talk.wav", "?words=true")
    assert reply.json == wanted
    assert all("fused" in segment for segment in reply.json["files"][0]["segments"])
    assert all(segment["transcript"]["emotion"] for segment in reply.json["files"][0]["segments"])
    said = reading.ask("GET", "/v1/model").json["words"]
    assert said["text_model"]["sha256"] == wanted["text_model_sha256"]
    assert said["fusion"] == wanted["fusion"]
    assert "text_model" not in reading.upload(talks / "talk.wav").json, "nobody has asked for words"

    some = reading.upload(talks / "talk.wav", f"?words=true&labels={','.join(wanted['labels'][:2])}").json
    assert "fusion" not in some, "it was made for all emotions of the model"
    assert not any("fused" in segment for segment in some["files"][0]["segments"])

    words = [event for event in live(reading, talks / "talk.wav", "true") if event["event"] == "words"]
    assert len(words) == 2
    assert all(event["emotion"]["label"] == "happy" and event["fused"] for event in words)


def test_what_the_words_are_read_with_needs_words(model: Path, reads: list[object], talks: Path) -> None:
    for less, told in ((reads[1:], "--text-model reads what --words"), (reads[3:], "--fusion weighs what")):
        done = subprocess.run(
            command("serve", "--model", model, "--port", 0, *less),
            cwd=talks, env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2
        assert told in done.stderr


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


@pytest.mark.skipif(find_browser() is None, reason="no Chromium; Debian has it as chromium-headless-shell")
def test_the_page_shows_what_the_words_tell(reading: ServiceProcess, talks: Path) -> None:
    with Browser(talks / "talk.wav") as browser:
        browser.open(f"{reading.address}/")
        browser.wait_for("!document.getElementById('writing').hidden")
        browser.value("document.getElementById('words').click()")
        browser.choose_files("#file", [talks / "one.wav"])
        beneath = "[...document.querySelectorAll('#table td.words small')].map((told) => told.textContent)"
        browser.wait_for(f"{beneath}.length === 1")
        (told,) = browser.value(beneath)
        assert told.startswith("By the words: happy ")
        assert "Voice and words: " in told
        assert browser.complaints() == []


def test_the_processes_end_with_the_service(model: Path, whisper: dict[str, str], talks: Path) -> None:
    with ServiceProcess("--model", model, "--workers", 1, "--words", **whisper) as running:
        running.upload(talks / "one.wav", "?words=true")
        live(running, talks / "one.wav", "true")
        processes = psutil.Process(running.process.pid).children(recursive=True)
        assert sum("words.worker" in " ".join(each.cmdline()) for each in processes) == 2
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive
