"""What the page's script does where a browser would need a person: it runs in Node, in a page of stubs."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

NODE = shutil.which("node")
STUB = Path(__file__).with_name("page_stub.js")
SCRIPT = Path(__file__).parents[2] / "desktop_app" / "serving" / "page" / "page.js"
pytestmark = pytest.mark.skipif(NODE is None, reason="Node is not installed")


def value(expression: str) -> Any:
    done = subprocess.run(
        [str(NODE), str(STUB), str(SCRIPT), expression],
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=True,
    )
    return json.loads(done.stdout)


def test_two_clicks_open_one_microphone() -> None:
    clicks = "by('record').click(), by('record').click(), await rest(), "
    assert value(f"({clicks} [streams.length, by('choose').disabled])") == [1, True]
    assert value(f"({clicks} by('record').click(), await rest(), streams.map((one) => one.open))") == [False]


def test_a_browser_that_cannot_record_lets_go_of_the_microphone() -> None:
    tried = "(fails = true, by('record').click(), await rest(), "
    told = "[streams.map((one) => one.open), contexts, by('status').textContent, by('record').disabled])"
    assert value(tried + told) == [[False], 0, "This browser cannot record: open a recording.", False]


@pytest.mark.parametrize(
    "limits", ["{sound_s: 3, upload_bytes: 1e9}", "{sound_s: 600, upload_bytes: 300000}"]
)
def test_a_recording_ends_by_itself_before_the_service_would_refuse_it(limits: str) -> None:
    block = "port.onmessage({ data: new Float32Array(2048) })"
    heard = f"await (async () => {{ for (let k = 0; k < 100; k++) {{ {block}; await null; }} }})()"
    found = value(
        f"(limits = {limits}, model = await ask('/v1/model'), by('record').click(), await rest(), {heard}, "
        "await rest(), [sent.map((file) => file.size), streams.map((one) => one.open)])"
    )
    assert found[1] == [False]
    (size,) = found[0]
    assert 180_000 < size < 296_000


def test_a_time_is_rounded_before_it_is_parted() -> None:
    assert value("[59.94, 59.96, 119.99, 0.04].map(clock)") == ["0:59.9", "1:00.0", "2:00.0", "0:00.0"]
