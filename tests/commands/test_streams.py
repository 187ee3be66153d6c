"""stdout and stderr that are closed or full: the work is done, and what cannot be written is told."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from running import command, environment

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="a shell closes them")]
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")

Shell = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Run `emoscope` with redirections in an empty folder."""

    def run(redirections: str, *args: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", f"{shlex.join(command(*args))} {redirections}"],
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=environment(),
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.parametrize("redirections", ["2>&-", ">&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_report_is_written_whatever_is_closed(
    redirections: str, shell: Shell, speech: Path, model: Path, tmp_path: Path
) -> None:
    if "full" in redirections and not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    done = shell(redirections, "analyze", speech, "missing.wav", "--model", model, "--json", "r.json")
    assert done.returncode == 1, "for the recording that is missing"
    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert len(report["files"][0]["segments"]) == 2
    assert done.stdout == "", "what is told must not go where results go"
    assert "missing.wav" in done.stderr or "2>" in redirections
    assert "wrong inside" not in done.stderr
    good = shell(redirections, "analyze", speech, "--model", model, "--json", "r.json")
    assert (good.returncode, good.stdout, good.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("redirections", "why"),
    [(">&-", "it is closed"), pytest.param("> /dev/full", "no space left on device", marks=needs_full)],
)
@pytest.mark.parametrize("words", [["analyze", "--json", "-"], ["analyze"], ["devices", "--json"]])
def test_results_that_cannot_be_written_are_told(
    words: list[str], redirections: str, why: str, shell: Shell, request: pytest.FixtureRequest
) -> None:
    given: list[object] = []
    if "analyze" in words:
        given = [request.getfixturevalue("speech"), "--model", request.getfixturevalue("model")]
    done = shell(redirections, *words, *given)
    if "sound system does not answer" in done.stderr:  # a busy machine, once in a few thousand calls
        done = shell(redirections, *words, *given)
    assert done.returncode == 1
    assert done.stderr.endswith(f"emoscope: The results cannot be written to stdout: {why}.\n")
    assert "wrong inside" not in done.stderr


@needs_full
def test_events_that_cannot_be_written_are_told(shell: Shell, speech: Path, model: Path) -> None:
    done = shell("> /dev/full", "live", "--source", speech, "--model", model)
    assert done.returncode == 1
    assert done.stderr == "emoscope: The events cannot be written to stdout: no space left on device.\n"
