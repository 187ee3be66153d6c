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
import soundfile

from desktop_app.audio.demo import demo_path
from desktop_app.sessions.store import SessionStore
from desktop_app.words.models import VARIABLE, WhisperFolder
from desktop_app.words.transcriber import Transcriber
from tests.tiny_text_model import LABELS, make_tiny_text_model

pytestmark = pytest.mark.slow


@pytest.fixture
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
    assert report.pop("words_model_sha256") == whisper.sha256()
    segments = report["files"][0]["segments"]
    said = [segment.pop("transcript") for segment in segments]
    assert report == plain, "words change nothing else"

    texts = " ".join(one["text"] for one in said).lower()
    assert "that smells disgusting" in texts
    assert "i miss her so much every single day" in texts
    assert sum(bool(one["text"]) for one in said) >= 5
    for segment, one in zip(segments, said, strict=True):
        if segment["not_a_voice"]:
            assert one["text"] == ""
        if not one["text"]:
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


def test_words_tell_an_emotion_of_their_own(whisper: WhisperFolder, tmp_path: Path) -> None:
    sound, rate = soundfile.read(demo_path(), start=round(12.5 * 22_050), stop=round(20.6 * 22_050))
    soundfile.write(tmp_path / "talk.wav", sound, rate)
    model = make_tiny_text_model(tmp_path / "text.onnx", languages=("en",))
    asked = (tmp_path / "talk.wav", "--words", "--text-model", model)
    done = emoscope(whisper, "analyze", *asked, "--json", "-", "--html", tmp_path / "talk.html")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["text_model"], report["text_labels"]) == ("text", list(LABELS))
    segments = report["files"][0]["segments"]
    assert [one["transcript"]["emotion"]["label"] for one in segments] == ["disgust", "sad"]
    assert sum(segments[0]["transcript"]["emotion"]["probabilities"].values()) == pytest.approx(1, abs=1e-4)
    assert "By the words: disgust" in (tmp_path / "talk.html").read_text("utf-8")

    done = emoscope(whisper, "live", "--source", *asked, "--jsonl", "-")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    told = [event["emotion"]["label"] for event in events if event["event"] == "words"]
    assert told == ["disgust", "sad"]

    french = make_tiny_text_model(tmp_path / "fr.onnx", languages=("fr",))
    done = emoscope(
        whisper, "analyze", tmp_path / "talk.wav", "--words", "--text-model", french, "--csv", "-"
    )
    assert done.returncode == 0, done.stderr
    head, first, *_ = done.stdout.splitlines()
    assert head.endswith(",text,text_label,text_confidence")
    assert first.endswith(",,"), "what is said in another language is not answered"


def test_live_words_come_behind_their_answer_and_are_kept_with_the_session(
    whisper: WhisperFolder, tmp_path: Path
) -> None:
    sound, rate = soundfile.read(demo_path(), start=round(12.5 * 22_050), stop=round(20.6 * 22_050))
    soundfile.write(tmp_path / "talk.wav", sound, rate)
    kept = tmp_path / "sessions"
    done = emoscope(
        *(whisper, "live", "--source", tmp_path / "talk.wav", "--words"),
        *("--session", "--sessions", kept, "--jsonl", "-"),
    )
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    order = [(event["event"], event["segment"]) for event in events if event["event"] in {"final", "words"}]
    assert sorted(order) == [("final", 0), ("final", 1), ("words", 0), ("words", 1)]
    finals = {event["segment"]: event for event in events if event["event"] == "final"}
    for place, event in enumerate(events):
        if event["event"] != "words":
            continue
        answer = finals[event["segment"]]
        assert events.index(answer) < place
        assert (event["start_s"], event["end_s"]) == (answer["start_s"], answer["end_s"])
        assert answer["start_s"] - 0.3 <= event["words"][0]["start_s"] < answer["end_s"]
    said = [event["text"].lower() for event in events if event["event"] == "words"]
    assert "disgusting" in said[0]
    assert "every single day" in said[1]
    with SessionStore(kept) as store:
        utterances = store.open(1).utterances
    assert ["" if one.transcript is None else one.transcript.text.lower() for one in utterances] == said
