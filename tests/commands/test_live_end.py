"""How `emoscope live` ends: by a signal, a reader that leaves, a model that misbehaves; nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import hostile_models
import pytest
import soundfile
from misbehaving_models import make_misbehaving_model
from running import command, environment, events, made_up_speech, of_kind, posix_only

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]


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
