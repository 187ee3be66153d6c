"""`emoscope live`: JSON lines for programs, a view for people, and an end that loses nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hostile_models
import numpy as np
import pytest
import soundfile
from misbehaving_models import make_misbehaving_model
from running import command, environment, made_up_speech, needs_no_microphone

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and terminals")


def events(text: str) -> list[dict[str, Any]]:
    """Each line as strict JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


def of_kind(kind: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in found if event["event"] == kind]


class TestJsonLines:
    def test_a_recording_is_heard_at_its_own_pace_to_its_end(
        self, emoscope: Run, speech: Path, model: Path
    ) -> None:
        started = time.monotonic()
        done = emoscope("live", "--source", speech, "--model", model)
        took = time.monotonic() - started
        assert (done.returncode, done.stderr) == (0, "")
        assert 4.5 <= took < 9
        found = events(done.stdout)
        assert {event["event"] for event in found} == {"engine", "state", "partial", "final", "stats"}
        assert len(of_kind("final", found)) == 2
        states = [event["state"] for event in of_kind("state", found)]
        assert states[0] == "starting"
        assert states[-2:] == ["finished", "stopped"]
        assert "speaking" in states
        assert of_kind("engine", found)[0]["provider"] == "CPUExecutionProvider"
        for event in of_kind("partial", found) + of_kind("final", found):
            assert set(event) >= {
                "start_s",
                "end_s",
                "label",
                "confidence",
                "uncertain",
                "probabilities",
                "inference_ms",
                "latency_ms",
            }
            assert sum(event["probabilities"].values()) == pytest.approx(1)

    def test_it_agrees_exactly_with_the_analysis_of_the_same_file(
        self, emoscope: Run, speech: Path, model: Path
    ) -> None:
        heard = of_kind("final", events(emoscope("live", "--source", speech, "--model", model).stdout))
        report = json.loads(emoscope("analyze", speech, "--model", model, "--json", "-").stdout)
        same = ("start_s", "end_s", "label", "confidence", "uncertain", "probabilities")
        assert [{key: event[key] for key in same} for event in heard] == report["files"][0]["segments"]

    def test_channels_that_cancel_are_heard_one_by_one_as_the_analysis_does(
        self, emoscope: Run, model: Path, tmp_path: Path
    ) -> None:
        voice = made_up_speech((1.0, 0.3))
        soundfile.write(tmp_path / "inverted.wav", np.stack((voice, -voice), axis=1), 16000)
        done = emoscope("live", "--source", tmp_path / "inverted.wav", "--model", model)
        found = events(done.stdout)
        (warning,) = of_kind("warning", found)
        assert warning["code"] == "opposite_polarity"
        assert warning["fields"] == {"heard": 1, "channels": 2}
        assert "the left channel is heard" in done.stderr
        report = json.loads(
            emoscope("analyze", tmp_path / "inverted.wav", "--model", model, "--json", "-").stdout
        )
        (file,) = report["files"]
        assert [entry["code"] for entry in file["warnings"]] == ["opposite_polarity"]
        assert [event["probabilities"] for event in of_kind("final", found)] == [
            segment["probabilities"] for segment in file["segments"]
        ]
        assert file["segments"]

    @pytest.mark.parametrize(
        ("channel", "sentence"),
        [
            ("3", "has 2 channels, so there is no channel 3"),
            ("each", "'each' is for emoscope analyze"),
            ("middle", "A channel is auto, mix, left, right, each or a number from 1"),
        ],
    )
    def test_a_channel_that_cannot_be_heard_is_a_wrong_call(
        self, emoscope: Run, model: Path, tmp_path: Path, channel: str, sentence: str
    ) -> None:
        voice = made_up_speech((0.5, 0.3))
        soundfile.write(tmp_path / "two.wav", np.stack((voice, voice), axis=1), 16000)
        done = emoscope("live", "--source", tmp_path / "two.wav", "--model", model, "--channel", channel)
        assert done.returncode == 2
        assert sentence in done.stderr
        assert done.stdout == ""

    def test_what_a_recording_lacks_is_told(
        self, emoscope: Run, model: Path, speech: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "cut.wav").write_bytes(speech.read_bytes()[: int(0.6 * speech.stat().st_size)])
        done = emoscope("live", "--source", "cut.wav", "--model", model)
        assert done.returncode == 0
        (warning,) = of_kind("warning", events(done.stdout))
        assert warning["code"] == "incomplete"
        assert warning["message"] in done.stderr

    def test_speech_that_the_recording_breaks_off_is_included(
        self, emoscope: Run, model: Path, tmp_path: Path
    ) -> None:
        cut = made_up_speech((1.0, 1.0))[: int(1.9 * 16000)]
        soundfile.write(tmp_path / "cut.wav", cut, 16000)
        done = emoscope("live", "--source", "cut.wav", "--model", model)
        finals = of_kind("final", events(done.stdout))
        assert len(finals) == 1
        assert finals[0]["end_s"] == pytest.approx(1.9, abs=0.1)

    def test_they_go_to_a_file_if_asked(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        done = emoscope(
            "live", "--source", speech, "--model", model, "--jsonl", "out.jsonl", "--seconds", "2.5"
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        found = events((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
        assert len(of_kind("final", found)) == 1
        assert of_kind("stats", found)[-1]["audio_s"] < 4

    def test_the_demo_needs_nothing(self, emoscope: Run, model: Path) -> None:
        done = emoscope("live", "--source", "demo", "--model", model, "--seconds", "3")
        assert (done.returncode, done.stderr) == (0, "")
        assert of_kind("partial", events(done.stdout))

    def test_each_line_comes_at_once(self, speech: Path, model: Path) -> None:
        call = command("live", "--source", speech, "--model", model)
        with subprocess.Popen(call, stdout=subprocess.PIPE, text=True, env=environment()) as process:
            assert process.stdout is not None
            first_partial = next(line for line in process.stdout if '"partial"' in line)
            assert process.poll() is None, "the line was kept back to the end"
            assert json.loads(first_partial)["end_s"] < 2
            process.terminate()
            process.stdout.read()


class TestWhatCannotBe:
    def test_a_recording_that_is_not_there(self, emoscope: Run, model: Path) -> None:
        done = emoscope("live", "--source", "missing.wav", "--model", model)
        assert (done.returncode, done.stdout) == (1, "")
        assert "missing.wav" in done.stderr
        assert done.stderr.count("\n") == 1

    def test_a_model_that_is_not_there(self, emoscope: Run, speech: Path) -> None:
        done = emoscope("live", "--source", speech, "--model", "missing.onnx")
        assert (done.returncode, done.stdout) == (1, "")
        assert "'missing.onnx' does not exist" in done.stderr

    def test_a_file_for_the_lines_that_cannot_be_written(
        self, emoscope: Run, speech: Path, model: Path
    ) -> None:
        done = emoscope("live", "--source", speech, "--model", model, "--jsonl", "nowhere/out.jsonl")
        assert done.returncode == 1
        assert "'nowhere/out.jsonl'" in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_full_disk_ends_it_with_a_sentence(self, emoscope: Run, speech: Path, model: Path) -> None:
        done = emoscope("live", "--source", speech, "--model", model, "--jsonl", "/dev/full")
        assert done.returncode == 1
        assert done.stderr.startswith(
            "emoscope: The events '/dev/full' cannot be written: no space left on device."
        )
        assert done.stderr.count("\n") == 1

    @needs_no_microphone
    def test_no_microphone_is_told_and_waited_for(self, emoscope: Run, model: Path) -> None:
        done = emoscope("live", "--model", model, "--seconds", "2")
        assert done.returncode == 1
        assert [event["state"] for event in of_kind("state", events(done.stdout))] == [
            "starting",
            "no_microphone",
            "stopped",
        ]
        waiting, ended = done.stderr.splitlines()
        assert "Waiting for one." in waiting
        assert "emoscope live --source demo" in waiting
        assert "No audio came in 2 seconds" in ended


@posix_only
class TestTheEnd:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_ends_it_within_two_seconds_with_the_last_segment(
        self, model: Path, tmp_path: Path, number: signal.Signals
    ) -> None:
        soundfile.write(tmp_path / "long.wav", made_up_speech((6.0, 1.0)), 16000)
        call = command("live", "--source", tmp_path / "long.wav", "--model", model)
        with subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            assert process.stdout is not None
            next(line for line in process.stdout if '"partial"' in line)
            time.sleep(0.5)
            process.send_signal(number)
            started = time.monotonic()
            out, err = process.communicate(timeout=20)
        assert time.monotonic() - started < 2
        assert (process.returncode, err) == (0, "")
        found = events(out)
        assert len(of_kind("final", found)) == 1
        assert found[-1]["state"] == "stopped"

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_before_it_listens_interrupts_it_as_any_command(
        self, speech: Path, model: Path, number: signal.Signals
    ) -> None:
        code = (
            "import os, sys\n"
            "class Signal:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        if name == 'numpy':\n"
            f"            os.kill(os.getpid(), {int(number)})\n"
            "sys.meta_path.insert(0, Signal())\n"
            "from desktop_app.cli import main\n"
            "sys.exit(main())\n"
        )
        call = [sys.executable, "-c", code, "live", "--source", speech, "--model", model]
        done = subprocess.run(
            call, capture_output=True, text=True, env=environment(), timeout=30, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (130, "", "emoscope: Interrupted.\n")

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_while_a_model_is_tried_does_so_too(
        self, speech: Path, tmp_path: Path, number: signal.Signals
    ) -> None:
        model = hostile_models.loops_while_loading(tmp_path / "m.onnx")
        call = command("live", "--source", speech, "--model", model)
        with subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            assert process.stderr is not None
            assert "is tried in a process of its own" in process.stderr.readline()
            process.send_signal(number)
            started = time.monotonic()
            out, err = process.communicate(timeout=20)
        assert time.monotonic() - started < 2
        assert (process.returncode, out, err) == (130, "", "emoscope: Interrupted.\n")

    def test_a_reader_that_leaves_is_no_failure(self, speech: Path, model: Path) -> None:
        call = command("live", "--source", speech, "--model", model)
        with subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.wait(20) == 0
            assert process.stderr.read() == ""

    def test_a_reader_that_does_not_read_cannot_keep_it(self, speech: Path, model: Path) -> None:
        read, write = os.pipe()
        os.set_blocking(write, False)
        while True:  # fill the pipe, so that the first line already waits
            try:
                os.write(write, b"x" * 4096)
            except BlockingIOError:
                break
        os.set_blocking(write, True)
        call = command("live", "--source", speech, "--model", model)
        process = subprocess.Popen(call, stdout=write, stderr=subprocess.PIPE, env=environment())
        os.close(write)
        try:
            time.sleep(2.0)
            process.terminate()
            started = time.monotonic()
            process.wait(20)
            assert time.monotonic() - started < 3
        finally:
            process.kill()
            process.communicate()
            os.close(read)


class TestAModelThatMisbehaves:
    def test_one_that_changes_its_answers_shape_ends_it_with_a_sentence(
        self, emoscope: Run, speech: Path, tmp_path: Path
    ) -> None:
        odd = make_misbehaving_model(tmp_path / "odd.onnx", "six_logits")
        done = emoscope("live", "--source", speech, "--model", odd)
        assert done.returncode == 1
        failure, *missed = done.stderr.splitlines()
        assert "'six_logits' is broken" in failure
        assert missed in ([], ["emoscope: Not all was heard: one stretch of speech was not judged."])
        found = events(done.stdout)
        assert [event["code"] for event in of_kind("failure", found)] == ["model.answer"]
        states = [event["state"] for event in of_kind("state", found)]
        assert states[-2:] == ["failed", "stopped"]
        assert found[-2]["event"] == "stats"
        assert not of_kind("partial", found) + of_kind("final", found)

    @posix_only
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    @pytest.mark.parametrize("kind", ["endless", "endless_load"])
    def test_one_that_never_comes_back_cannot_keep_it(
        self, speech: Path, tmp_path: Path, kind: str, number: signal.Signals
    ) -> None:
        model = make_misbehaving_model(tmp_path / "endless.onnx", kind)
        call = command("live", "--source", speech, "--model", model)
        with subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            assert process.stdout is not None
            if kind == "endless":  # until speech waits for its answer
                next(line for line in process.stdout if "no_answer" in line)
            else:
                time.sleep(4.0)
            process.send_signal(number)
            started = time.monotonic()
            out, err = process.communicate(timeout=20)
        assert time.monotonic() - started < 2.5
        assert process.returncode == (0 if kind == "endless" else 130)
        assert "Traceback" not in err
        if kind == "endless":
            assert of_kind("lost", events(out))
            assert "not judged" in err

    @posix_only
    def test_doctor_hears_an_interrupt_while_a_model_loads(self, tmp_path: Path) -> None:
        model = make_misbehaving_model(tmp_path / "endless.onnx", "endless_load")
        call = command("doctor", "--model", model)
        with subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        ) as process:
            time.sleep(5.0)
            process.send_signal(signal.SIGINT)
            started = time.monotonic()
            _, err = process.communicate(timeout=20)
        assert time.monotonic() - started < 2.5
        assert (process.returncode, err) == (130, "emoscope: Interrupted.\n")


def in_terminal(
    *args: object, seconds: float, press: bytes = b"", after: bytes = b"quit", **changes: str
) -> tuple[int, str]:
    """Run in a terminal of 90 x 30; exit code, and all that was written to it.

    `press` is pressed after so many seconds, and not before `after` is on the screen.
    """
    import fcntl
    import pty
    import select
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 90, 0, 0))
    process = subprocess.Popen(
        command(*args), stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**changes),
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one ioctl
    )  # fmt: skip
    os.close(theirs)
    written = b""
    started = time.monotonic()
    try:
        while time.monotonic() - started < 30:
            if press and after in written and time.monotonic() - started > seconds:
                os.write(ours, press)
                press = b""
            if select.select([ours], [], [], 0.05)[0]:
                try:
                    more = os.read(ours, 65536)
                except OSError:  # Linux: the other end is closed
                    break
                if not more:
                    break
                written += more
        return process.wait(5), written.decode()
    finally:
        process.kill()
        process.wait()
        os.close(ours)


@posix_only
class TestTheView:
    def test_it_shows_bars_level_and_what_was_said(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal("live", "--source", speech, "--model", model, seconds=0)
        assert code == 0
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen)
        for words in (
            "speech.wav",
            "listening",
            "fearful",
            "surprised",
            "level",
            "dBFS",
            "inference",
            "q: quit",
        ):
            assert words in plain
        assert "█" in plain
        last = plain[plain.rindex("neutral  ") :]
        assert len(re.findall(r"0:0\d\.\d - 0:0\d\.\d", last)) == 2
        _, back, left = screen.rpartition("\x1b[?1049l")
        assert back, "the terminal's own screen comes back"
        assert "\x1b[?25h" in screen[screen.rindex("\x1b[?25l") :], "the cursor is shown again"
        assert "stopped" in left, "the last picture stays"
        assert len(re.findall(r"0:0\d\.\d - 0:0\d\.\d", left)) == 2
        assert "quit" not in left
        assert not re.search(r"\x1b\[\d*A", screen), "after a change of size, no line above is where it was"

    def test_q_quits(self, speech: Path, model: Path) -> None:
        started = time.monotonic()
        code, _ = in_terminal("live", "--source", speech, "--model", model, seconds=1.5, press=b"q")
        assert code == 0
        assert time.monotonic() - started < 4.4

    def test_ctrl_c_quits(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal("live", "--source", speech, "--model", model, seconds=1.5, press=b"\x03")
        assert code == 0
        assert "Traceback" not in screen

    def test_space_pauses_and_goes_on(self, speech: Path, model: Path) -> None:
        _, screen = in_terminal(
            "live", "--source", speech, "--model", model, "--seconds", "3", seconds=1.5, press=b" "
        )
        assert "paused" in screen

    @needs_no_microphone
    def test_without_a_microphone_it_offers_the_demo_and_plays_it(self, model: Path) -> None:
        _, screen = in_terminal(
            "--model", model, "--seconds", "4", seconds=1.5, press=b"d", after=b"no microphone"
        )
        assert "There is no display" in screen
        assert "no microphone" in screen
        assert "press d to play the demo recording" in screen
        assert "demo.ogg" in screen

    def test_a_terminal_that_cannot_draw_gets_lines(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal(
            "live", "--source", speech, "--model", model, "--seconds", "2", seconds=0, TERM="dumb"
        )
        assert code == 0
        assert events(screen)[0]["event"] == "state"

    def test_a_terminal_without_unicode_or_colours_gets_a_plain_view(self, speech: Path, model: Path) -> None:
        code, screen = in_terminal(
            "live", "--source", speech, "--model", model, "--seconds", "3",
            seconds=0, PYTHONIOENCODING="ascii", NO_COLOR="1",
        )  # fmt: skip
        assert code == 0
        assert screen.isascii()
        assert "#" in screen
        assert "\x1b[3" not in screen


class TestAFileThatIsThere:
    """`live --jsonl OLD` does not lose what is in OLD."""

    def test_it_stays_unless_it_may_be_replaced(
        self, emoscope: Run, speech: Path, model: Path, tmp_path: Path
    ) -> None:
        old = tmp_path / "old.jsonl"
        old.write_text("an hour of results\n")
        call = ("live", "--source", speech, "--model", model, "--jsonl", "old.jsonl", "--seconds", "1")
        done = emoscope(*call)
        assert done.returncode == 1
        assert "'old.jsonl' is there already. Name another file, or add --overwrite." in done.stderr
        assert old.read_text() == "an hour of results\n"
        assert emoscope(*call, "--overwrite").returncode == 0
        assert events(old.read_text(encoding="utf-8"))

    def test_it_stays_if_the_run_cannot_begin(self, emoscope: Run, speech: Path, tmp_path: Path) -> None:
        old = tmp_path / "old.jsonl"
        old.write_text("an hour of results\n")
        for changes in (("--source", "missing.wav"), ("--source", speech, "--model", "missing.onnx")):
            done = emoscope("live", *changes, "--jsonl", "old.jsonl", "--overwrite")
            assert done.returncode == 1
            assert old.read_text() == "an hour of results\n"

    def test_two_runs_never_write_into_one(self, speech: Path, model: Path, tmp_path: Path) -> None:
        call = command("live", "--source", speech, "--model", model, "--jsonl", "one.jsonl", "--overwrite")
        first = subprocess.Popen(call, cwd=tmp_path, env=environment())
        while not (tmp_path / "one.jsonl").exists():
            assert first.poll() is None
            time.sleep(0.01)
        second = subprocess.run(
            call, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True, check=False
        )
        assert second.returncode == 1
        assert "is being written by another run" in second.stderr
        assert first.wait(30) == 0
        lines = (tmp_path / "one.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)["event"] for line in lines].count("final") == 2
