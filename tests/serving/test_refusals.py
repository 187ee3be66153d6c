"""What is refused, with which code and status: wrong keys, other sites, what is no recording or too much."""

from __future__ import annotations

import json
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import command, environment
from service_process import ServiceProcess, form

pytestmark = pytest.mark.slow
KEY = "a-key-of-sufficient-length"


@pytest.fixture(scope="module")
def keyed(model: Path) -> Iterator[ServiceProcess]:
    limits = ("--max-mb", 1, "--max-seconds", 5)
    with ServiceProcess("--model", model, "--workers", 1, *limits, EMOSCOPE_KEY=KEY) as running:
        yield running


def called(*arguments: object, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("serve", *arguments), env=environment(**changes), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "changes", "said"),
    [
        (["--host", "0.0.0.0"], {}, "there is no key"),  # noqa: S104 - it is refused
        (["--host", "::"], {}, "there is no key"),
        (["--host", "example.org"], {}, "there is no key"),
        (["--host", "0.0.0.0"], {"EMOSCOPE_KEY": "short"}, "at least 16"),  # noqa: S104
        (["--key", ""], {}, "The key is empty"),
        (["--port", "70000"], {}, "a port from 0 to 65535"),
    ],
)
def test_a_call_that_would_let_others_in_is_refused_in_a_sentence(
    arguments: list[str], changes: dict[str, str], said: str
) -> None:
    done = called(*arguments, **changes)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_port_that_is_taken_and_a_model_that_is_none_are_told(service: ServiceProcess, talks: Path) -> None:
    taken = called("--port", service.port)
    assert (taken.returncode, "cannot listen at" in taken.stderr) == (1, True)
    other = called("--port", 0, "--model", talks / "talk.wav")
    assert (other.returncode, "talk.wav" in other.stderr) == (1, True)
    assert "Traceback" not in taken.stderr + other.stderr


def test_a_key_is_needed_for_all_but_the_page_and_the_health(keyed: ServiceProcess, talks: Path) -> None:
    for path in ("/v1/model", "/metrics", "/openapi.json", "/v1/nothing"):
        refused = keyed.ask("GET", path)
        assert (refused.status, refused.json["code"]) == (401, "serve.key"), path
    assert keyed.upload(talks / "talk.wav", Authorization="Bearer another-key-of-that-length").status == 401
    assert keyed.upload(talks / "talk.wav", Authorization=f"Bearer {KEY}").status == 200
    assert keyed.ask("GET", "/v1/model", X_API_Key=KEY).status == 200
    assert keyed.ask("GET", "/health").json["status"] == "ok"
    assert keyed.ask("GET", "/").status == 200
    assert KEY not in "".join(keyed.lines)


def test_pages_of_other_sites_are_refused(service: ServiceProcess, talks: Path) -> None:
    sound = (talks / "talk.wav").read_bytes()
    other = service.ask("POST", "/v1/analyze", sound, Origin="https://example.org")
    assert (other.status, other.json["code"]) == (403, "serve.origin")
    rebound = service.ask("GET", "/v1/model", Host="example.org")
    assert (rebound.status, rebound.json["code"]) == (403, "serve.origin")
    own = service.ask("POST", "/v1/analyze", sound, Origin=f"http://127.0.0.1:{service.port}")
    assert own.status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "serve.request"),
        (b"%PDF-1.7 a document", 422, "audio.not_sound"),
        (b"RIFF\x24\x00\x00\x00WAVE", 422, "audio.cut_off"),
        (b"\x00" * 2_000_000, 413, "serve.too_large"),
    ],
)
def test_what_is_no_recording_or_too_much_is_told_with_its_code(
    keyed: ServiceProcess, body: bytes, status: int, code: str
) -> None:
    refused = keyed.ask("POST", "/v1/analyze?name=mine.wav", body, Authorization=f"Bearer {KEY}")
    assert (refused.status, refused.json["code"]) == (status, code), refused.json
    assert set(refused.json) == {"code", "message"}


def test_a_recording_that_is_too_long_is_refused(keyed: ServiceProcess, talks: Path, tmp_path: Path) -> None:
    import soundfile

    sound, rate = soundfile.read(talks / "one.wav", dtype="int16")
    soundfile.write(tmp_path / "long.wav", [*sound, *sound], rate, subtype="PCM_16")
    refused = keyed.upload(tmp_path / "long.wav", Authorization=f"Bearer {KEY}")
    assert (refused.status, refused.json["code"]) == (413, "audio.too_long")
    assert "long.wav" in refused.json["message"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?labels=happy,cheerful", "call.labels"),
        ("?labels=cheerful", "call.labels"),
        ("?channel=99", "call.channel"),
        ("?channel=seven", "call.channel"),
        ("?track=0", "serve.request"),
        ("?lables=happy", "serve.request"),
        ("?session=unknown", "serve.session"),
        ("?session=x&adapt=off", "serve.request"),
    ],
)
def test_wrong_options_are_told(service: ServiceProcess, talks: Path, query: str, code: str) -> None:
    refused = service.upload(talks / "talk.wav", query)
    assert (400 <= refused.status < 500, refused.json["code"]) == (True, code), refused.json
    assert "--" not in refused.json["message"]
    assert ("no field 'lables', only name, channel, labels" in refused.json["message"]) == ("lables" in query)
    assert ("no label 'cheerful'" in refused.json["message"]) == ("cheerful" in query)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?words=maybe", "words must be true or false."),
        ("?adapt=no", "adapt must be on or off."),
        ("?track=two", "track must be a whole number from 1."),
        ("?track=0", "track must be a whole number from 1."),
        (f"?name={401 * 'x'}", "name has more than the 400 characters that are allowed."),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_it_must_be(
    service: ServiceProcess, talks: Path, query: str, told: str
) -> None:
    assert service.upload(talks / "talk.wav", query).json == {"code": "serve.request", "message": told}


def test_a_profile_is_called_as_the_caller_calls_it(
    service: ServiceProcess, talks: Path, tmp_path: Path
) -> None:
    (tmp_path / "me.profile").write_text("no profile")
    refused = service.upload(talks / "talk.wav", profile=tmp_path / "me.profile")
    assert (refused.status, "'me.profile'" in refused.json["message"]) == (422, True), refused.json
    assert "/" not in refused.json["message"]


def test_a_form_with_two_recordings_is_refused(service: ServiceProcess, talks: Path) -> None:
    body, kind = form({"file": talks / "talk.wav", "other": talks / "one.wav"})
    two = body.replace(b'name="other"', b'name="file"')
    refused = service.ask("POST", "/v1/analyze", two, Content_Type=kind)
    assert (refused.status, refused.json["code"]) == (400, "serve.request"), refused.json


@pytest.mark.parametrize("key", [KEY, "another-key-of-that-length"])
def test_a_caller_that_sends_all_before_it_reads_is_told_why_it_is_refused(
    keyed: ServiceProcess, key: str
) -> None:
    url = f"http://127.0.0.1:{keyed.port}/v1/analyze"
    body = b"\x00" * 70_000_000
    request = urllib.request.Request(url, body, {"Authorization": f"Bearer {key}"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)  # noqa: S310 - ours
    with refused.value as answer:
        code = json.load(answer)["code"]
    assert code == ("serve.too_large" if key == KEY else "serve.key")


def test_addresses_and_methods_that_are_none_are_told_as_json(service: ServiceProcess) -> None:
    assert service.ask("GET", "/v1/nothing").json["code"] == "serve.not_found"
    assert service.ask("GET", "/..%2f..%2fpyproject.toml").json["code"] == "serve.not_found"
    wrong = service.ask("GET", "/v1/analyze")
    assert (wrong.status, wrong.json["code"]) == (405, "serve.method")
    wrong = service.ask("GET", "/v1/live?rate=16000")
    assert (wrong.status, wrong.json["code"]) == (405, "serve.method")
    assert wrong.json["message"].startswith("This address takes a WebSocket.")


@pytest.mark.parametrize("path", ["/", "/health"])
def test_the_head_of_the_page_and_of_the_health_may_be_asked(service: ServiceProcess, path: str) -> None:
    reply, whole = service.ask("HEAD", path), service.ask("GET", path)
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["content-length"] == str(len(whole.body))


def test_what_is_no_http_or_no_form_is_told_as_json_and_so_is_its_line_in_the_log(
    service: ServiceProcess,
) -> None:
    with socket.create_connection(("127.0.0.1", service.port), 60) as link:
        link.sendall(b"no request at all\r\n\r\n")
        with link.makefile("rb") as answer:
            head, _, body = answer.read().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json")
    assert json.loads(body)["code"] == "serve.request"
    kind = "multipart/form-data; boundary=mark"
    broken = service.ask("POST", "/v1/analyze", b"--mark\nsecret", Content_Type=kind)
    assert (broken.status, broken.json["code"]) == (400, "serve.request")
    notes = [line for line in service.logged() if line["event"] == "note"]
    assert (notes[-1]["of"], notes[-1]["message"]) == ("uvicorn.error", "Invalid HTTP request received.")
    assert [line for line in service.lines if not line.startswith(("{", "emoscope: "))] == []
    assert "secret" not in "".join(service.lines)
