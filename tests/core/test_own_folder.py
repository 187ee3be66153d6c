"""Folders of processes: each its own, and those of processes that were killed are removed by the next one."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from running import environment

from desktop_app.core.own_folder import OwnFolder

PREFIX = "emoscope-test-"
HOLDS = f"""
import sys
from desktop_app.core.own_folder import OwnFolder
folder = OwnFolder({PREFIX!r})
(folder.path / "recording").write_text("sound")
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TEMP", str(tmp_path))
    return tmp_path


def holder() -> tuple[subprocess.Popen[str], Path]:
    """A process with a folder, and where that is."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_has_left_is_removed_and_what_is_in_use_is_not(temporary: Path) -> None:
    killed, left = holder()
    alive, used = holder()
    try:
        killed.kill()
        killed.communicate()
        assert left.is_dir()
        own = OwnFolder(PREFIX)
        assert not left.exists()
        assert (used / "recording").exists()
        own.remove()
    finally:
        alive.communicate()
    assert not list(temporary.iterdir())


def test_a_folder_goes_with_its_program_and_is_nobody_elses(temporary: Path) -> None:
    folder = OwnFolder(PREFIX)
    if os.name == "posix":
        assert folder.path.stat().st_mode & 0o777 == 0o700
    other = OwnFolder(PREFIX)
    assert other.path != folder.path
    for one in (folder, other):
        one.remove()
        one.remove()
    assert not list(temporary.iterdir())


def test_what_only_looks_like_a_folder_of_ours_stays(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    plain = temporary / f"{PREFIX}0123"
    plain.mkdir()  # without a lock nobody knows whose it is
    (temporary / f"{PREFIX}4567.lock").symlink_to(elsewhere / "kept")
    (temporary / f"{PREFIX}89ab.lock").touch()
    (temporary / f"{PREFIX}89ab").symlink_to(elsewhere)
    OwnFolder(PREFIX).remove()
    assert plain.is_dir()
    assert (elsewhere / "kept").exists()


def _begin_and_end(times: int) -> None:
    for _ in range(times):
        folder = OwnFolder(PREFIX)
        (folder.path / "recording").write_text("sound")
        assert (folder.path / "recording").read_text() == "sound"
        folder.remove()


@pytest.mark.skipif(os.name != "posix", reason="forks")
def test_many_that_begin_at_once_take_nothing_from_one_another(temporary: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_begin_and_end, args=(100,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert not list(temporary.iterdir())
