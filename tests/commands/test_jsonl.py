"""Events as lines: strict JSON, whatever the numbers."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import numpy as np
import pytest

from desktop_app.analysis.live_events import event_line
from desktop_app.commands.jsonl import LineWriter
from desktop_app.core.safe_files import WriteError
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    EngineChanged,
    Failure,
    Gap,
    GapReason,
    Levels,
    LossReason,
    Lost,
    PartialResult,
    Prediction,
    SoundWarned,
    SoundWarning,
    StateChanged,
    StatsSnapshot,
    Waveshape,
)

NAN = float("nan")
NOON = 1_769_860_800.25


def test_a_number_that_is_none_becomes_null() -> None:
    stats = StatsSnapshot(1.0, NAN, 0, 0, 0, 0, 0, {"p50": float("inf")}, {}, {})
    line = event_line(stats)
    assert line is not None
    assert json.loads(line)["dropped_s"] is None
    assert json.loads(line)["inference_ms"] == {"p50": None}


def test_a_prediction_carries_its_segment_and_times() -> None:
    prediction = Prediction(("calm", "überrascht"), (0.25, 0.75), "überrascht", 0.75, False, 7.5)
    line = event_line(PartialResult(3, 1.0, 2.0, prediction, 31.0, wall_clock=NOON))
    assert line is not None
    assert "überrascht" in line
    assert json.loads(line) == {
        "event": "partial",
        "segment": 3,
        "start_s": 1.0,
        "end_s": 2.0,
        "label": "überrascht",
        "confidence": 0.75,
        "uncertain": False,
        "uncertain_because": None,
        "not_a_voice": False,
        "novelty": None,
        "probabilities": {"calm": 0.25, "überrascht": 0.75},
        "voice": None,
        "inference_ms": 7.5,
        "latency_ms": 31.0,
        "wall_clock": "2026-01-31T12:00:00.250Z",
    }


def test_what_is_said_of_the_sound_carries_its_code_and_values() -> None:
    warning = SoundWarning("noisy_channel", "The left channel is heard.", {"heard": 1, "channels": 2})
    line = event_line(SoundWarned(warning, 1.5, wall_clock=NOON))
    assert line is not None
    assert json.loads(line) == {
        "event": "warning",
        "time_s": 1.5,
        "code": "noisy_channel",
        "message": "The left channel is heard.",
        "fields": {"heard": 1, "channels": 2},
        "wall_clock": "2026-01-31T12:00:00.250Z",
    }


def test_every_line_is_one_line() -> None:
    line = event_line(Failure("two\nlines", "", fatal=True, wall_clock=NOON))
    assert line == (
        '{"event": "failure", "message": "two\\nlines", "hint": "", "fatal": true, "code": "failed", '
        '"fields": {}, "wall_clock": "2026-01-31T12:00:00.250Z"}'
    )
    assert event_line(EngineChanged("m", ("a", "b"), "CPU", wall_clock=NOON)) == (
        '{"event": "engine", "model": "m", "labels": ["a", "b"], "provider": "CPU", "notice": "", '
        '"wall_clock": "2026-01-31T12:00:00.250Z", "detector": "energy"}'
    )


def test_what_was_missed_has_lines_of_its_own() -> None:
    gap = event_line(Gap(4.0, 3.2, GapReason.DEVICE_LOST, wall_clock=NOON))
    lost = event_line(Lost(7, 1.0, 2.5, LossReason.STOPPED, wall_clock=NOON))
    assert gap is not None
    assert json.loads(gap) == {
        "event": "gap",
        "start_s": 4.0,
        "seconds": 3.2,
        "reason": "device_lost",
        "wall_clock": "2026-01-31T12:00:00.250Z",
    }
    assert lost is not None
    assert json.loads(lost) == {
        "event": "lost",
        "segment": 7,
        "start_s": 1.0,
        "end_s": 2.5,
        "reason": "stopped",
        "wall_clock": "2026-01-31T12:00:00.250Z",
    }


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX")
def test_the_name_of_a_recording_need_not_be_utf8(tmp_path: Path) -> None:
    writer = LineWriter(str(tmp_path / "out.jsonl"), io.StringIO())
    writer.write(StateChanged(CaptureState.LISTENING, 0.0, os.fsdecode(b"caf\xe9.wav"), ""))
    writer.close()
    written = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert written["source"] == "caf\N{REPLACEMENT CHARACTER}.wav"


def test_what_is_only_for_drawing_is_left_out() -> None:
    none = np.zeros(0, np.float32)
    assert event_line(AudioTick(0.0, Levels(0, 0, 0, 0, 0, 0), Waveshape(0, 0, none, none), False)) is None


def test_a_file_holds_the_lines_and_stdout_is_left_open(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    out = io.StringIO()
    event = Failure("It failed.")
    for target in (str(path), "-"):
        writer = LineWriter(target, out)
        writer.write(event)
        writer.close()
    assert path.read_text() == out.getvalue()
    assert out.getvalue().count("\n") == 1


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="cannot be written to"):
        LineWriter(str(tmp_path), io.StringIO())
