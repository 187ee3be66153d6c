"""`emoscope live` in lines for programs: what is written, and what keeps it from beginning."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from running import (
    command,
    environment,
    events,
    made_up_speech,
    model_answers,
    needs_no_microphone,
    of_kind,
)

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]


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
        segments = report["files"][0]["segments"]
        assert len(segments) == 2
        assert {"label", "uncertain_because", "not_a_voice", "probabilities", "voice"} < set(segments[0])
        assert model_answers(heard, segments) == model_answers(segments, segments)

    def test_channels_that_cancel_are_heard_one_by_one_as_the_analysis_does(
        self, emoscope: Run, model: Path, tmp_path: Path
    ) -> None:
        voice = made_up_speech((1.0, 0.3))
        soundfile.write(tmp_path / "inverted.wav", np.stack((voice, -voice), axis=1), 16000)
        done = emoscope("live", "--source", tmp_path / "inverted.wav", "--model", model)
        found = events(done.stdout)
        (warning,) = of_kind("warning", found)
        assert warning["code"] == "opposite_polarity"
        assert warning["fields"] == {"heard": 1, "heard_before": [], "channels": 2}
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

    def test_what_makes_the_sound_doubtful_is_told_beside_its_results_as_by_the_analysis(
        self, emoscope: Run, model: Path, tmp_path: Path
    ) -> None:
        loud = np.clip(40 * made_up_speech((1.0, 0.3), (1.0, 0.3)), -1.0, 1.0)
        soundfile.write(tmp_path / "loud.wav", loud, 16000)
        done = emoscope("live", "--source", tmp_path / "loud.wav", "--model", model)
        found = events(done.stdout)
        (warning,) = of_kind("warning", found)
        assert (warning["code"], set(warning["fields"])) == ("clipped", {"share"})
        assert warning["time_s"] < 3
        assert done.stderr == f"emoscope: {warning['message']}\n"
        report = json.loads(
            emoscope("analyze", tmp_path / "loud.wav", "--model", model, "--json", "-").stdout
        )
        (file,) = report["files"]
        assert [entry["code"] for entry in file["warnings"]] == ["clipped"]
        assert len(of_kind("final", found)) == len(file["segments"]) == 2

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
        kept, waiting, ended = done.stderr.splitlines()
        assert "--no-session" in kept
        assert "Waiting for one." in waiting
        assert "emoscope live --source demo" in waiting
        assert "No audio came in 2 seconds" in ended


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
        written = tmp_path / "one.jsonl"
        call = command("live", "--source", "demo", "--model", model, "--jsonl", "one.jsonl", "--overwrite")
        with subprocess.Popen(call, cwd=tmp_path, env=environment()) as first:
            while not written.exists():
                assert first.poll() is None
                time.sleep(0.01)
            second = subprocess.run(
                call, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True, check=False
            )
            assert second.returncode == 1
            assert "is being written by another run" in second.stderr
            size = written.stat().st_size
            while written.stat().st_size == size:
                assert first.poll() is None
                time.sleep(0.01)
            first.send_signal(signal.SIGINT)
        assert first.returncode == 0
        assert {event["event"] for event in events(written.read_text(encoding="utf-8"))} >= {"state", "stats"}
