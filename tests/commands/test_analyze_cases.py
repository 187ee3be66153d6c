"""Recordings that are odd, incomplete or no recordings at all, through `emoscope analyze`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from synthetic_speech import synthetic_speech_path

Run = Callable[..., subprocess.CompletedProcess[str]]

SECONDS = {
    "phone.m4a": 3.4,
    "browser.webm": 3.4,
    "phone-call.amr": 3.4,
    "opus-telegram-android-no-eos-flag.ogg": 3.4,
    "opus-last-page-lost.ogg": 3.0,
    "opus-two-files-joined-with-cat.ogg": 6.8,
    "mp3-two-files-joined-with-cat.mp3": 6.8,
    "wav-gsm610-8khz.wav": 3.4,
    "wav-never-closed-data-size-0.wav": 3.4,
    "wav-cut-off-at-90-percent.wav": 3.06,
    "wav-stale-size-header-says-1s-file-holds-3.4s.wav": 3.4,
    "flac-written-by-ffmpeg-into-a-pipe.flac": 3.4,
}
NO_SOUND = ("raw-pcm-named.wav", "git-lfs-pointer-named.pt", "html-page-named.pt")


def test_all_the_sound_that_is_there_is_analyzed(emoscope: Run, cases: Path, model: Path) -> None:
    done = emoscope("analyze", *[cases / name for name in SECONDS], "--model", model, "--json", "-")
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    for entry, (name, seconds) in zip(files, SECONDS.items(), strict=True):
        assert Path(entry["path"]).name == name
        assert entry["duration_s"] == pytest.approx(seconds, abs=0.06)
        assert entry["segments"], name


def test_only_what_yields_no_sound_is_an_error(emoscope: Run, cases: Path, model: Path) -> None:
    done = emoscope("analyze", *[cases / name for name in NO_SOUND], "--model", model, "--json", "-")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    errors = json.loads(done.stdout)["errors"]
    assert [Path(error["path"]).name for error in errors] == list(NO_SOUND)


class TestSamplesThatAreNotNumbers:
    @pytest.fixture
    def recording(self, tmp_path: Path) -> Path:
        """Synthetic speech with two samples that are none."""
        samples, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
        samples[rate] = np.nan
        samples[2 * rate] = np.inf
        path = tmp_path / "float.wav"
        soundfile.write(path, samples, rate, subtype="FLOAT")
        return path

    def test_they_cost_nothing_but_a_warning(self, emoscope: Run, recording: Path, model: Path) -> None:
        done = emoscope("analyze", recording, synthetic_speech_path(), "--model", model, "--json", "-")
        assert done.returncode == 0, done.stderr
        found, whole = json.loads(done.stdout)["files"]
        assert [(s["start_s"], s["end_s"]) for s in found["segments"]] == [
            (s["start_s"], s["end_s"]) for s in whole["segments"]
        ]
        told = next(warning for warning in found["warnings"] if warning["code"] == "not_numbers")
        assert (told["samples"], told["at_s"]) == (2, 1.0)

    def test_with_strict_they_are_an_error(self, emoscope: Run, recording: Path, model: Path) -> None:
        done = emoscope("analyze", recording, "--strict", "--model", model, "--json", "-")
        assert done.returncode == 1
        assert [error["code"] for error in json.loads(done.stdout)["errors"]] == ["audio.not_numbers"]

    def test_nothing_else_is_an_error(self, emoscope: Run, tmp_path: Path, model: Path) -> None:
        path = tmp_path / "nan.wav"
        soundfile.write(path, np.full(32_000, np.nan, np.float32), 16_000, subtype="FLOAT")
        done = emoscope("analyze", path, "--model", model, "--json", "-")
        assert done.returncode == 1
        assert [error["code"] for error in json.loads(done.stdout)["errors"]] == ["audio.not_numbers"]
