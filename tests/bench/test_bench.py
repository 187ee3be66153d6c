"""The benchmarks tell each figure when they have it, and one failure takes nothing from the others."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from live_process import VirtualScreen

from tests.bench import inference, upload_load, vad
from tests.bench.parts import PARTS, Figures, Goal, Options, Part
from tests.bench.run import main
from tests.bench.session import close, opened


def good(options: Options) -> Iterator[Figures]:
    yield {"rss_mib": {"after_1_min": 100.0}, "start_s": 2.0}
    yield {"rss_mib": {"growth": 1.5}}


def fails_halfway(options: Options) -> Iterator[Figures]:
    yield {"start_s": 0.5}
    raise RuntimeError("the sound server went away")


def interrupted(options: Options) -> Iterator[Figures]:
    yield {"start_s": 0.5}
    raise KeyboardInterrupt


GOALS = {"start_s": Goal(1.0), "rss_mib.growth": Goal(1.0, at_most=False)}


def test_a_part_that_fails_keeps_what_it_had_and_the_others_go_on(capsys):
    parts = {"bad": Part(fails_halfway), "good": Part(good)}
    assert main([], parts) == 1
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert result["errors"] == {"bad": "RuntimeError: the sound server went away"}
    assert result["bad"] == {"start_s": 0.5}
    assert result["good"] == {"rss_mib": {"after_1_min": 100.0, "growth": 1.5}, "start_s": 2.0}
    assert told.err.splitlines()[-1] == "bad failed: RuntimeError: the sound server went away"


def test_a_figure_is_told_before_the_next_is_measured_with_its_goal(capsys):
    seen = []

    def watched(options: Options) -> Iterator[Figures]:
        for figures in good(options):
            yield figures
            seen.append(capsys.readouterr().err)

    assert main([], {"good": Part(watched, goals=GOALS)}) == 0
    first, second = ([line.split() for line in lines.splitlines()] for lines in seen)
    assert first == [
        ["good", "..."],
        ["good.rss_mib.after_1_min", "100.0"],
        ["good.start_s", "2.0", "<=", "1", "MISSED"],
    ]
    assert second == [["good.rss_mib.growth", "1.5", ">=", "1"]]


def test_after_ctrl_c_what_was_measured_is_still_told(capsys):
    assert main([], {"long": Part(interrupted), "good": Part(good)}) == 130
    result = json.loads(capsys.readouterr().out)
    assert result["long"] == {"start_s": 0.5}
    assert result["errors"] == {"long": "interrupted"}
    assert "good" not in result


def test_only_the_parts_asked_for_are_measured(capsys):
    assert main(["--only", "good"], {"bad": Part(fails_halfway), "good": Part(good)}) == 0
    assert "bad" not in json.loads(capsys.readouterr().out)
    with pytest.raises(SystemExit):
        main(["--only", "nothing"], PARTS)


def test_a_part_whose_tools_are_missing_says_so(capsys):
    assert main([], {"good": Part(good, tools=("no-such-program",))}) == 0
    assert json.loads(capsys.readouterr().out)["good"] == {"skipped": "no-such-program not installed"}


class Answering(BaseHTTPRequestHandler):
    """Answers each upload with its length, in two parts."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        answer = str(len(self.rfile.read(int(self.headers["Content-Length"])))).encode()
        self.send_response(200 if self.path == "/v1/analyze" else 404)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[:1])
        self.wfile.flush()
        self.wfile.write(answer[1:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def answering() -> Iterator[int]:
    """The port of a server that answers uploads."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_uploads_are_sent_as_often_or_as_fast_as_asked(answering, tmp_path):
    body = tmp_path / "body"
    body.write_bytes(bytes(300_000))
    what = {"port": answering, "body": str(body), "content_type": "audio/wav", "at_once": 3}
    told = upload_load.run(**what, requests=7)
    assert (told["requests"], len(told["ms"])) == (7, 7)
    assert min(told["ms"]) > 0
    paced = upload_load.run(**what, seconds=0.5, rate=20)
    assert paced["requests"] == 10
    assert 0.4 < paced["seconds"] < 5


class SlowScreen(VirtualScreen):
    """A screen on which the first windows do not appear in time."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    def find_window(self, name: str, timeout_s: float = 15.0) -> str:
        self.failures -= 1
        if self.failures >= 0:
            raise AssertionError(f"no window named {name}")
        return "1"


SLEEP = ["-c", "import time; time.sleep(60)"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that were started."""
    processes: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)  # type: ignore[call-overload]
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return processes


def test_a_window_that_did_not_open_once_is_tried_again(started, capsys):
    process, seconds = opened(SlowScreen(1), SLEEP, {})
    assert close(process) < 10
    assert seconds < 10
    assert process is started[1]
    assert [one.returncode is not None for one in started] == [True, True]
    assert "trying once more" in capsys.readouterr().err


def test_a_window_that_did_not_open_twice_is_a_failure_and_leaves_no_process(started):
    with pytest.raises(AssertionError, match="no window named Emoscope"):
        opened(SlowScreen(2), SLEEP, {})
    assert [one.returncode is not None for one in started] == [True, True]


@pytest.mark.slow
def test_the_shipped_model_is_measured_unless_another_is_named(monkeypatch, capsys):
    monkeypatch.setattr(inference, "REPEATS", 1)
    assert main(["--only", "inference", "--quick"]) == 0
    figures = json.loads(capsys.readouterr().out)["inference"]
    assert figures["int8"]["3_s"] > 0
    assert "--fp32" in figures["fp32"]["skipped"]


def test_clips_that_noise_joins_into_one_segment_are_counted() -> None:
    tally = vad.Tally()
    truth = [(1.0, 2.0), (4.0, 5.0), (8.0, 9.0)]
    vad.judge(tally, truth, [(1.0, 5.0), (8.1, 8.4), (8.6, 9.0)])
    row = tally.row()
    assert row["clips_joined"] == pytest.approx(2 / 3)
    assert row["clips_as_one_segment"] == pytest.approx(2 / 3)  # the third is torn
    assert row["recall"] == pytest.approx(2.7 / 3.0)
