"""`make install-desktop` puts the program into a user's menu, `make uninstall-desktop` takes it out again."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from desktop_app.inference.voice_profile_file import KIND

ROOT = Path(__file__).parents[1]
ENTRY = Path("applications", "emoscope.desktop")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="menus are made so on Linux only")


def install(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "scripts/install-desktop.sh", *words],
        cwd=ROOT, env={**os.environ, "XDG_DATA_HOME": str(data)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_comes_and_goes(tmp_path: Path) -> None:
    program = tmp_path / "my programs 100%" / "emoscope"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    data = tmp_path / "data"
    assert install(data, str(program)).returncode == 0
    entry = (data / ENTRY).read_text(encoding="utf-8").splitlines()
    assert f'Exec="{tmp_path}/my programs 100%%/emoscope" %F' in entry
    assert (data / "icons/hicolor/scalable/apps/emoscope.svg").stat().st_size > 0
    assert install(data, "--uninstall").returncode == 0
    assert not [path for path in data.rglob("*emoscope*") if path.is_file()]


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = install(tmp_path, str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert "There is no program" in done.stderr
    assert not (tmp_path / ENTRY).exists()


def test_a_profile_is_known_by_what_stands_in_it() -> None:
    spaces = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    types = ET.parse(ROOT / "package" / "linux" / "emoscope-mime.xml")  # noqa: S314 - a file of our own
    assert [found.get("value") for found in types.iterfind(".//m:match", spaces)] == [f'"kind": "{KIND}"']
    # Other programs have files of these endings, too: theirs come first.
    assert all(int(found.get("weight", 50)) < 50 for found in types.iterfind(".//m:glob", spaces))
