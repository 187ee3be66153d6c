"""Real speech, written down by a real Whisper model, where there is one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.audio.demo import demo_path
from desktop_app.words.models import VARIABLE, WhisperFolder
from desktop_app.words.transcriber import Transcriber

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def transcriber(whisper: WhisperFolder) -> Iterator[Transcriber]:
    transcriber = Transcriber(whisper)
    yield transcriber
    transcriber.close()


def emoscope(whisper: WhisperFolder, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "desktop_app", *map(str, args)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, VARIABLE: str(whisper.path)},
        timeout=300,
        check=False,
    )


def test_nothing_is_written_where_nobody_speaks(transcriber: Transcriber) -> None:
    rng = np.random.default_rng(0)
    for level in (0.0, 0.001, 0.05):
        noise = rng.normal(0, level, 48_000).astype(np.float32)
        assert transcriber.transcribe(noise, 16_000).text == ""


def test_a_recording_has_its_words_and_the_same_answers(whisper: WhisperFolder, tmp_path: Path) -> None:
    with_words, without = tmp_path / "words.json", tmp_path / "plain.json"
    done = emoscope(
        whisper,
        "analyze",
        demo_path(),
        "--words",
        "--json",
        with_words,
        "--srt",
        tmp_path / "talk.srt",
        "--csv",
        "-",
    )
    assert done.returncode == 0, done.stderr
    assert emoscope(whisper, "analyze", demo_path(), "--json", without).returncode == 0
    report, plain = (json.loads(file.read_text("utf-8")) for file in (with_words, without))
    assert report.pop("words_model")
    segments = report["files"][0]["segments"]
    said = [segment.pop("transcript") for segment in segments]
    assert report == plain, "words change nothing else"

    texts = " ".join(one["text"] for one in said).lower()
    assert "that smells disgusting" in texts
    assert "i miss her so much every single day" in texts
    for segment, one in zip(segments, said, strict=True):
        if segment["not_a_voice"]:
            assert one["text"] == ""
            continue
        assert one["language"] == "en"
        assert one["text"].split() == [part for word in one["words"] for part in word["word"].split()]
        times = [time for word in one["words"] for time in (word["start_s"], word["end_s"])]
        assert times == sorted(times)
        assert segment["start_s"] - 0.3 <= times[0]
        assert times[-1] <= segment["end_s"] + 0.5
    assert "disgust" in (tmp_path / "talk.srt").read_text("utf-8")
    assert "smells disgusting" in (tmp_path / "talk.srt").read_text("utf-8")
    assert done.stdout.splitlines()[0].endswith(",text")
