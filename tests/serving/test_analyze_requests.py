"""Uploads are answered with what `emoscope analyze --json` says of the same recording, by the same rules."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from running import command, environment
from service_process import ServiceProcess

from desktop_app.core.doubt import CLOSE, WHY

pytestmark = pytest.mark.slow


def analyzed(folder: Path, model: Path, *arguments: object) -> Any:
    done = subprocess.run(
        command("analyze", *arguments, "--model", model, "--json", "-"),
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_an_upload_gives_the_very_json_of_the_command_line(
    service: ServiceProcess, model: Path, talks: Path
) -> None:
    expected = analyzed(talks, model, "talk.wav")
    assert expected["files"][0]["segments"]
    reply = service.upload(talks / "talk.wav")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.json == expected
    raw = service.ask("POST", "/v1/analyze?name=talk.wav", (talks / "talk.wav").read_bytes())
    assert raw.body == reply.body


def test_options_mean_what_they_mean_on_the_command_line(
    service: ServiceProcess, model: Path, talks: Path
) -> None:
    expected = analyzed(talks, model, "again.flac", "--labels", "happy,sad", "--adapt", "off")
    assert service.upload(talks / "again.flac", "?labels=happy,sad&adapt=off").json == expected


def test_a_session_learns_one_voice_over_several_requests(
    service: ServiceProcess, model: Path, talks: Path
) -> None:
    names = ["one.wav", "again.flac", "talk.wav"]
    expected = analyzed(talks, model, *names, "--one-voice")
    begun = service.ask("POST", "/v1/sessions")
    assert begun.status == 201
    query = f"?session={begun.json['session']}"
    files = [service.upload(talks / name, query).json["files"][0] for name in names]
    assert files == expected["files"]
    assert files[-1]["segments"][0]["voice"]["seconds"] > 3
    alone = service.upload(talks / "talk.wav").json["files"][0]
    assert alone["segments"][0]["voice"]["seconds"] == 0, "the voice of a session is in no other request"
    assert service.ask("DELETE", f"/v1/sessions/{begun.json['session']}").status == 204
    ended = service.upload(talks / "talk.wav", query)
    assert (ended.status, ended.json["code"]) == (404, "serve.session")


def test_a_voice_profile_counts_for_its_request_alone(
    service: ServiceProcess, model: Path, talks: Path, tmp_path: Path
) -> None:
    profile = talks / "me.profile"
    subprocess.run(
        command("profile", "build", talks / "one.wav", "--model", model, "--out", profile),
        env=environment(),
        capture_output=True,
        check=True,
    )
    plain = service.upload(talks / "talk.wav")
    for adapt in ("on", "off"):
        expected = analyzed(talks, model, "talk.wav", "--profile", "me.profile", "--adapt", adapt)
        assert service.upload(talks / "talk.wav", f"?adapt={adapt}", profile).json == expected
    assert service.upload(talks / "talk.wav").body == plain.body
    begun = service.ask("POST", "/v1/sessions").json["session"]
    both = service.upload(talks / "talk.wav", f"?session={begun}", profile)
    assert (both.status, both.json["code"]) == (400, "serve.request"), "it would stay in the session"
    first = service.upload(talks / "talk.wav", f"?session={begun}").json["files"][0]
    assert first["segments"][0]["voice"]["seconds"] == 0
    broken = tmp_path / "broken.profile"
    broken.write_text("{}")
    refused = service.upload(talks / "talk.wav", "", broken)
    assert (refused.status, refused.json["code"]) == (422, "profile")
    assert "broken.profile" in refused.json["message"]


def test_the_model_is_described_with_its_labels_and_limits(service: ServiceProcess) -> None:
    told = service.ask("GET", "/v1/model").json
    assert told["labels"][0] == "neutral"
    assert told["limits"]["upload_bytes"] == 64 * 2**20
    assert told["colours"]["happy"]["dark"].startswith("#")
    assert told["doubt"] == {"why": dict(WHY), "close": CLOSE}


def test_the_description_of_the_routes_has_an_example_for_each_answer(service: ServiceProcess) -> None:
    described = service.ask("GET", "/openapi.json").json
    responses = described["paths"]["/v1/analyze"]["post"]["responses"]
    assert responses["200"]["content"]["application/json"]["example"]["schema_version"] == 2
    assert responses["413"]["content"]["application/json"]["example"]["code"] == "serve.too_large"
    assert {"/health", "/v1/model", "/v1/sessions", "/metrics"} < set(described["paths"])


def test_figures_and_log_tell_what_happened_and_nothing_that_was_said(
    service: ServiceProcess, talks: Path
) -> None:
    service.upload(talks / "talk.wav", "?name=secret-name.wav")
    service.ask("POST", "/v1/analyze", b"no sound at all")
    deadline = time.monotonic() + 10
    figures = ""
    while 'emoscope_failures_total{code="audio.' not in figures:  # a request is counted when it has ended
        assert time.monotonic() < deadline, figures
        figures = service.ask("GET", "/metrics").body.decode()
    assert 'emoscope_requests_total{method="POST",route="/v1/analyze",status="200"}' in figures
    log = service.logged()
    last = [line for line in log if line["event"] == "request" and line.get("sound_s")][-1]
    assert last["sound_s"] == pytest.approx(4.5)
    assert last["status"] == 200
    text = "".join(service.lines)
    assert "secret-name" not in text
    assert not any(label in text for label in ("neutral", "happy", "angry"))
