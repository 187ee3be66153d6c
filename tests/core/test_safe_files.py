"""Files are written whole or not at all, and never over what they are made from."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.core.errors import CallError
from desktop_app.core.safe_files import WriteError, check_place, check_targets, write_chunks, write_text


class TestWriting:
    def test_a_file_is_written_as_utf8_and_nothing_else(self, tmp_path: Path) -> None:
        write_text(tmp_path / "out.json", "überrascht\n")
        assert (tmp_path / "out.json").read_bytes() == "überrascht\n".encode()
        assert [path.name for path in tmp_path.iterdir()] == ["out.json"]

    @pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
    def test_a_new_file_gets_the_usual_permissions_and_an_old_one_keeps_its_own(self, tmp_path: Path) -> None:
        plain, secret = tmp_path / "plain", tmp_path / "secret"
        plain.write_text("")
        usual = plain.stat().st_mode
        secret.write_text("old")
        secret.chmod(0o600)
        write_text(tmp_path / "new", "x")
        write_text(secret, "new")
        assert (tmp_path / "new").stat().st_mode == usual
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert secret.read_text() == "new"

    def test_what_other_threads_write_meanwhile_keeps_its_permissions(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[int] = []
        monkeypatch.setattr(os, "umask", lambda mask: asked.append(mask) or 0o022)
        write_text(tmp_path / "new", "x")
        assert asked == [], "the mask is one for all threads"

    @pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "target").write_text("old")
        (tmp_path / "link").symlink_to(tmp_path / "target")
        write_text(tmp_path / "link", "new")
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "target").read_text() == "new"

    def test_a_folder_that_is_missing_or_no_folder_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(WriteError, match=r"the folder '.*nowhere' does not exist"):
            write_text(tmp_path / "nowhere" / "out.json", "x")
        with pytest.raises(WriteError, match="which is a folder"):
            write_text(tmp_path, "x")
        (tmp_path / "file").write_text("")
        with pytest.raises(WriteError, match="cannot be written"):
            write_text(tmp_path / "file" / "out.json", "x")

    @pytest.mark.skipif(
        not Path("/proc/self").exists(), reason="needs a folder that not even root can write to"
    )
    def test_a_folder_that_cannot_be_written_to_is_told(self) -> None:
        with pytest.raises(
            WriteError, match=r"'/proc/out.json' cannot be written: the folder '/proc' takes no new files"
        ):
            write_text("/proc/out.json", "x")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_place_is_tried_without_a_trace(self, tmp_path: Path) -> None:
        old = tmp_path / "old.json"
        old.write_text("mine")
        for path in (old, tmp_path / "new.json", Path("/dev/null")):
            check_place(path)
        assert list(tmp_path.iterdir()) == [old]
        assert old.read_text() == "mine"
        for path, why in ((tmp_path, "is a folder"), (tmp_path / "no" / "x", "does not exist")):
            with pytest.raises(WriteError, match=why):
                check_place(path, "table")

    def test_devices_are_written_to_and_never_replaced(self) -> None:
        write_text("/dev/null", "x")
        assert Path("/dev/null").is_char_device()
        with pytest.raises(WriteError, match="no space left"):
            write_text("/dev/full", "x")

    def test_a_pipe_is_written_to(self, tmp_path: Path) -> None:
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(tmp_path / "pipe")
        read: list[str] = []
        reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
        reader.start()
        write_text(tmp_path / "pipe", "through")
        reader.join(5)
        assert read == ["through"]

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
    def test_a_full_disk_leaves_the_old_file_and_nothing_else(self, tmp_path: Path) -> None:
        (tmp_path / "out.json").write_text("old")
        code = (
            "import resource, sys\n"
            "from desktop_app.core.safe_files import WriteError, write_text\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
            "try: write_text(sys.argv[1], 'x' * 5000)\n"
            "except WriteError as error: print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "out.json")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "out.json' cannot be written: file too large." in done.stdout
        assert (tmp_path / "out.json").read_text() == "old"
        assert [path.name for path in tmp_path.iterdir()] == ["out.json"]

    def test_a_file_that_is_made_piece_by_piece_is_whole_or_not_there(self, tmp_path: Path) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"first"
            raise RuntimeError("the second one fails")

        (tmp_path / "out").write_text("old")
        with pytest.raises(RuntimeError):
            write_chunks(tmp_path / "out", pieces())
        assert (tmp_path / "out").read_text() == "old"
        write_chunks(tmp_path / "out", [b"a", b"b"])
        assert (tmp_path / "out").read_bytes() == b"ab"
        assert [path.name for path in tmp_path.iterdir()] == ["out"]

    def test_a_name_that_is_too_long_is_told_before_the_work(self, tmp_path: Path) -> None:
        with pytest.raises(WriteError, match="name too long"):
            check_place(tmp_path / f"{'x' * 300}.json")

    @pytest.mark.skipif(os.name != "posix", reason="POSIX processes")
    def test_what_a_killed_run_has_left_goes_with_the_next_one(self, tmp_path: Path) -> None:
        code = (
            "import sys, time\n"
            "from desktop_app.core.safe_files import write_chunks\n"
            "def pieces():\n"
            "    yield b'half'\n"
            "    print('writing', flush=True)\n"
            "    time.sleep(60)\n"
            "write_chunks(sys.argv[1], pieces())\n"
        )
        call = [sys.executable, "-c", code, str(tmp_path / "out")]
        with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            write_text(tmp_path / "other", "x")
            assert len(list(tmp_path.iterdir())) == 2, "what is being written stays"
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        write_text(tmp_path / "other", "y")
        assert [path.name for path in tmp_path.iterdir()] == ["other"]


class TestTargets:
    @pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
    def test_files_are_what_they_are_on_the_disk(self, tmp_path: Path) -> None:
        (tmp_path / "a.wav").write_text("sound")
        (tmp_path / "hard").hardlink_to(tmp_path / "a.wav")
        (tmp_path / "soft").symlink_to(tmp_path / "a.wav")
        for name in ("hard", "soft", "a.wav", f"../{tmp_path.name}/a.wav"):
            with pytest.raises(CallError, match="is one of the recordings"):
                check_targets([str(tmp_path / name)], recordings=[tmp_path / "a.wav"])
        with pytest.raises(CallError, match="Two outputs"):
            check_targets([str(tmp_path / "hard"), str(tmp_path / "soft")])

    def test_a_device_takes_any_number_of_outputs(self) -> None:
        check_targets(["/dev/null", "/dev/null"])
