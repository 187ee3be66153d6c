"""--detector: a second stage tells speech from other sounds, the same live and in recordings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
import soundfile
import soxr
from synthetic_speech import synthetic_speech_path

from desktop_app.inference.silero import silero_file

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]

RATE = 16_000
needs_silero = pytest.mark.skipif(
    silero_file() is None, reason="Silero VAD is not installed (the extra 'silero' brings it)"
)
without_silero = pytest.mark.skipif(
    silero_file() is not None, reason="Silero VAD is installed, so nothing is missing"
)


@pytest.fixture
def noisy(tmp_path: Path) -> Path:
    """Speech, then two seconds of knocks."""
    sound, rate = soundfile.read(synthetic_speech_path(), dtype="float32")
    speech = soxr.resample(sound, rate, RATE)[: 7 * RATE]
    t = np.arange(RATE // 2) / RATE
    knock = 0.4 * np.exp(-5 * t) * np.random.default_rng(0).standard_normal(len(t))
    quiet = 0.0005 * np.random.default_rng(1).standard_normal(RATE)
    path = tmp_path / "noisy.wav"
    soundfile.write(path, np.concatenate((speech, quiet, np.tile(knock, 4), quiet)), RATE)
    return path


@needs_silero
def test_live_and_offline_agree_exactly_and_find_no_speech_in_knocks(
    emoscope: Run, noisy: Path, model: Path
) -> None:
    options = ("--model", model, "--detector", "energy+silero")
    live = emoscope("live", "--source", noisy, "--jsonl", "-", *options)
    finals = [e for e in map(json.loads, live.stdout.splitlines()) if e["event"] == "final"]
    (file,) = json.loads(emoscope("analyze", noisy, "--json", "-", *options).stdout)["files"]
    assert [(e["start_s"], e["end_s"], e["probabilities"]) for e in finals] == [
        (s["start_s"], s["end_s"], s["probabilities"]) for s in file["segments"]
    ]
    assert max(e["end_s"] for e in finals) < 7.3
    (by_energy,) = json.loads(
        emoscope("analyze", noisy, "--json", "-", "--model", model, "--detector", "energy").stdout
    )["files"]
    assert max(s["end_s"] for s in by_energy["segments"]) > 8.5


def test_by_default_the_second_stage_is_used_where_it_is_installed_and_each_result_says_so(
    emoscope: Run, noisy: Path, model: Path
) -> None:
    usual = "energy" if silero_file() is None else "energy+silero"
    report = json.loads(emoscope("analyze", noisy, "--json", "-", "--model", model).stdout)
    assert report["detector"] == usual
    live = emoscope("live", "--source", noisy, "--seconds", "1", "--jsonl", "-", "--model", model)
    (engine,) = [e for e in map(json.loads, live.stdout.splitlines()) if e["event"] == "engine"]
    assert engine["detector"] == usual


@without_silero
@pytest.mark.parametrize(
    "call",
    [("analyze",), ("live", "--source"), ("profile", "build", "--out", "me.profile")],
    ids=lambda c: c[0],
)
def test_where_it_is_missing_the_command_that_installs_it_is_told(
    emoscope: Run, noisy: Path, model: Path, call: tuple[str, ...]
) -> None:
    done = emoscope(*call, noisy, "--model", model, "--detector", "energy+silero")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "needs Silero VAD, which is not installed" in done.stderr
    assert 'pip install -e ".[' in done.stderr


def test_another_name_is_refused_with_those_there_are(emoscope: Run, noisy: Path) -> None:
    done = emoscope("analyze", noisy, "--detector", "webrtc")
    assert done.returncode == 2
    assert "energy+silero" in done.stderr
