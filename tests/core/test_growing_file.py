"""Files that grow by whole lines: one process holds each, and nothing tears a line."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop_app.core.growing_file import LineFile
from desktop_app.core.safe_files import WriteError


class TestLines:
    def test_each_line_is_in_the_file_as_soon_as_it_is_written(self, tmp_path: Path) -> None:
        file = LineFile(tmp_path / "events", "events")
        file.write("one")
        file.write("zwölf")
        assert (tmp_path / "events").read_text(encoding="utf-8") == "one\nzwölf\n"
        file.close()
        file.close()

    def test_what_is_there_stays_unless_it_may_go(self, tmp_path: Path) -> None:
        path = tmp_path / "events"
        path.write_text("old\n")
        with pytest.raises(WriteError, match="is there already"):
            LineFile(path, "events")
        assert path.read_text() == "old\n"
        LineFile(path, "events", overwrite=True).close()
        assert path.read_text() == ""

    def test_a_file_goes_on_after_its_last_whole_line(self, tmp_path: Path) -> None:
        path = tmp_path / "events"
        path.write_text("one\ntwo\nthr")
        file = LineFile(path, "events", append=True)
        file.write("three")
        file.close()
        assert path.read_text() == "one\ntwo\nthree\n"

    def test_two_runs_never_share_a_file(self, tmp_path: Path) -> None:
        held = LineFile(tmp_path / "events", "events")
        for options in ({"overwrite": True}, {"append": True}):
            with pytest.raises(WriteError, match="by another run"):
                LineFile(tmp_path / "events", "events", **options)
        held.write("mine")
        held.close()
        LineFile(tmp_path / "events", "events", append=True).close()
        assert (tmp_path / "events").read_text() == "mine\n"

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
    def test_a_full_disk_tears_no_line(self, tmp_path: Path) -> None:
        code = (
            "import resource, signal, sys\n"
            "from desktop_app.core.growing_file import LineFile\n"
            "from desktop_app.core.safe_files import WriteError\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            "file = LineFile(sys.argv[1], 'events')\n"
            "try:\n"
            "    while True: file.write('x' * 149)\n"
            "except WriteError as error: print(error)\n"
        )
        path = tmp_path / "events"
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
        )
        assert "cannot be written: file too large" in done.stdout
        assert path.read_text() == ("x" * 149 + "\n") * 6

    @pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
    def test_a_kill_tears_no_line(self, tmp_path: Path) -> None:
        code = (
            "import sys\n"
            "from desktop_app.core.growing_file import LineFile\n"
            "file = LineFile(sys.argv[1], 'events')\n"
            "while True: file.write('x' * 299)\n"
        )
        path = tmp_path / "events"
        with subprocess.Popen([sys.executable, "-c", code, str(path)]) as writer:
            while not (path.exists() and path.stat().st_size > 100_000):
                time.sleep(0.005)
            writer.kill()
            writer.wait()
        assert set(path.read_text().split("\n")[:-1]) == {"x" * 299}
        assert path.stat().st_size % 300 == 0
