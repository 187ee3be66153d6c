"""Readers that do not read, and a machine that has nothing left: a service does not wear out by them."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

from desktop_app.core.errors import EmoscopeError
from desktop_app.serving import analysis_pool, live_hosts, live_worker
from desktop_app.serving.access import Access
from desktop_app.serving.analysis_pool import AnalysisPool
from desktop_app.serving.failures import ServeError
from desktop_app.serving.frames import HEAD, Kind
from desktop_app.serving.live_hosts import LiveHosts, LiveRun
from desktop_app.serving.live_socket import _settings
from desktop_app.serving.settings import Limits, ServeSettings
from desktop_app.serving.voice_sessions import VoiceSessions

NOTHING_LEFT = OSError(errno.EMFILE, "Too many open files")


class Host:
    """A process, as a run sees it: what it is sent is kept."""

    def __init__(self) -> None:
        self.kinds: list[Kind] = []

    async def send(self, content: bytes) -> None:
        self.kinds.append(Kind(HEAD.unpack_from(content)[0]))


def test_a_run_whose_reader_does_not_read_is_ended_in_its_process_too() -> None:
    async def lost() -> list[Kind]:
        host = Host()
        run = LiveRun(host, 1)  # type: ignore[arg-type]
        for _ in range(live_hosts._EVENTS_WAITING + 1):
            run.take("{}")
        assert run.over
        assert await run.events.get() is None
        await run.push(b"more")
        await run.drop()
        return host.kinds

    assert asyncio.run(lost()) == [Kind.DROP]


def test_a_run_that_has_ended_by_itself_is_not_ended_again() -> None:
    async def ended() -> list[Kind]:
        host = Host()
        run = LiveRun(host, 1)  # type: ignore[arg-type]
        run.take(None)
        await run.drop()
        return host.kinds

    assert asyncio.run(ended()) == []


class OneTask:
    """A worker process that cannot be started any more once it has loaded."""

    tasks = 0

    def __init__(self, *_: object, **__: object) -> None: ...

    def ask(self, *_: object, **__: object) -> dict[str, Any]:
        OneTask.tasks += 1
        if OneTask.tasks == 2:
            raise NOTHING_LEFT
        return {"result": {"report": "{}"}}

    def close(self) -> None: ...


def test_an_upload_is_answered_though_no_process_can_be_started_and_so_is_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(analysis_pool, "Worker", OneTask)
    monkeypatch.setattr(OneTask, "tasks", 0)
    pool = AnalysisPool(ServeSettings(workers=1))
    pool.start()

    async def two() -> dict[str, Any]:
        with pytest.raises(ServeError, match="could not be started: too many open files"):
            await asyncio.wait_for(pool.analyze({}), 10)
        return await asyncio.wait_for(pool.analyze({}), 10)

    try:
        assert asyncio.run(two()) == {"report": "{}"}
    finally:
        pool.close()


def test_a_service_of_which_no_process_can_be_started_does_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(analysis_pool, "Worker", OneTask)
    monkeypatch.setattr(OneTask, "tasks", 1)
    with pytest.raises(EmoscopeError, match="could not be started"):
        AnalysisPool(ServeSettings(workers=1)).start()


def test_a_live_run_for_which_no_process_can_be_started_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object, **__: object) -> None:
        raise NOTHING_LEFT

    monkeypatch.setattr(asyncio, "create_subprocess_exec", fails)

    async def opened() -> int:
        hosts = LiveHosts(ServeSettings(workers=1))
        with pytest.raises(ServeError, match="could not be started"):
            await hosts.open({})
        return hosts.runs

    assert asyncio.run(opened()) == 0


def test_a_machine_that_is_too_slow_tells_so_once() -> None:
    out = io.BytesIO()
    hosted = live_worker._Hosted(out)
    ended: list[bool] = []
    source = SimpleNamespace(push=lambda samples: None, behind_s=live_worker.MOST_BEHIND_S + 1)
    hosted._runs[1] = SimpleNamespace(  # type: ignore[assignment]
        source=source, too_slow=False, end=lambda *, to_the_end: ended.append(to_the_end)
    )
    for _ in range(3):
        hosted.take(Kind.SOUND, 1, b"\0\0")
    told = out.getvalue()
    length = HEAD.unpack_from(told)[2]
    assert json.loads(told[HEAD.size : HEAD.size + length])["code"] == "serve.busy"
    assert len(told) == HEAD.size + length
    assert ended == [False]


def test_a_session_that_is_waited_for_is_not_forgotten(tmp_path: Path) -> None:
    """As while a long recording of it is uploaded, or others are heard before it."""
    sessions = VoiceSessions(tmp_path, Limits(sessions=2, session_s=0.05))
    first = sessions.begin()
    with sessions.used(first.name):
        time.sleep(0.1)
        others = [sessions.begin() for _ in range(3)]
        assert sessions.get(first.name) is first
        assert first.folder.is_dir()
    assert sessions.get(first.name) is first, "its time begins when the request ends"
    assert [other.folder.is_dir() for other in others] == [False, False, True]


def test_a_full_house_of_sessions_forgets_one_only_for_a_new_one(tmp_path: Path) -> None:
    sessions = VoiceSessions(tmp_path, Limits(sessions=2))
    first, second = sessions.begin(), sessions.begin()
    assert sessions.get(second.name) is second
    assert sessions.get(first.name) is first
    third = sessions.begin()
    assert len(sessions) == 2
    assert sessions.get(third.name) is third
    with pytest.raises(ServeError, match="no session of this name"):
        sessions.get(second.name)


@pytest.mark.parametrize("adapt", [[], {}, 1, None])
def test_a_first_message_with_an_odd_value_is_refused_in_words(adapt: object) -> None:
    with pytest.raises(ServeError, match="adapt must be on or off"):
        _settings({"rate": 16000, "adapt": adapt}, ("happy", "sad"))


def test_a_key_with_other_letters_than_ascii_is_known_however_it_is_sent() -> None:
    key = "schlüssel-für-alle-€"
    access = Access(key)
    access.check_key(key)  # in a message
    access.check_key(key.encode().decode("latin-1"))  # in a header, as curl sends it
    Access("schlüssel-für-alle").check_key("schlüssel-für-alle")  # in a header, as browsers send it
    for wrong in ("", "schl?ssel-f?r-alle-?", "\ud800"):
        with pytest.raises(ServeError, match="needs its key"):
            access.check_key(wrong)
    with pytest.raises(ServeError, match="needs its key"):
        Access("a?b").check_key("a€b")


@pytest.mark.slow
def test_a_process_that_could_not_load_its_model_is_followed_by_one_that_can(
    model: Path, tmp_path: Path
) -> None:
    wanted = {"rate": 16000, "format": "s16le", "labels": [], "adapt": True, "words": False, "name": "talk"}
    ended: list[str] = []

    async def two() -> list[list[dict[str, Any]]]:
        hosts = LiveHosts(ServeSettings(workers=1, model=str(tmp_path / "late.onnx")), ended.append)
        told = []
        try:
            for _ in range(2):
                run = await hosts.open(wanted)
                await run.end()
                lines = []
                while (line := await asyncio.wait_for(run.events.get(), 60)) is not None:
                    lines.append(json.loads(line))
                told.append(lines)
                (tmp_path / "late.onnx").write_bytes(model.read_bytes())
                while hosts._hosts[0]._process is not None and not ended:
                    await asyncio.sleep(0.01)
        finally:
            await hosts.close()
        return told

    first, second = asyncio.run(asyncio.wait_for(two(), 100))
    assert [event["code"] for event in first] == ["model.not_found"]
    assert "failure" not in {event["event"] for event in second}
    assert second[-1]["state"] == "stopped"
    assert ended == ["died"]
