"""A run is recorded while it is judged, and what ends the recording does not end the run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.audio.file_source import FileSource
from desktop_app.audio.files import open_recording
from desktop_app.core.safe_files import WriteError
from desktop_app.core.types import FinalResult
from desktop_app.inference.engine import EmotionEngine
from desktop_app.runtime.pipeline import Pipeline
from desktop_app.runtime.recording import QUEUE_S, RunRecording
from desktop_app.runtime.taps import Tap


@pytest.mark.slow
@pytest.mark.parametrize("most_bytes", [10_000_000, 60_000], ids=["with room", "with little room"])
def test_what_a_run_hears_is_in_the_file(
    recorder, model: Path, recording: Path, tmp_path: Path, most_bytes: int
) -> None:
    pipeline = Pipeline(lambda: FileSource(recording, paced=False), EmotionEngine.load(model), recorder)
    ended: list[Exception | None] = []
    written = RunRecording(
        pipeline.add_tap(QUEUE_S), tmp_path / "run.flac", most_bytes=most_bytes, on_end=ended.append
    )
    pipeline.start()
    try:
        assert pipeline.wait(20)
    finally:
        assert pipeline.stop()
        assert written.stop()
    assert len(recorder.of(FinalResult)) == 3
    (error,) = ended
    if most_bytes < 100_000:
        assert isinstance(error, WriteError)
        assert error.code == "write.limit"
    else:
        assert error is None
    with open_recording(tmp_path / "run.flac") as file:
        found = np.concatenate(list(file.blocks(10_000))).reshape(-1)
        assert file.sample_rate == 44_100
    heard = soundfile.read(recording, dtype="float32")[0].mean(axis=1)
    assert len(found) == len(heard) if error is None else 4096 <= len(found) < len(heard)
    np.testing.assert_allclose(found, heard[: len(found)], atol=1 / 32768)
    assert written.start_s == 0.0
    assert written.seconds == len(found) / 44_100
    assert written.size == (tmp_path / "run.flac").stat().st_size


def test_a_place_that_cannot_be_written_to_is_told_before_anything_is_heard(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="does not exist"):
        RunRecording(Tap(), tmp_path / "nowhere" / "run.flac")
    (tmp_path / "run.flac").write_bytes(b"precious")
    with pytest.raises(WriteError, match="there already"):
        RunRecording(Tap(), tmp_path / "run.flac")


def test_a_run_without_sound_leaves_no_file(tmp_path: Path) -> None:
    written = RunRecording(Tap(), tmp_path / "run.flac")
    assert written.stop()
    assert list(tmp_path.iterdir()) == []
    assert (written.seconds, written.size, written.start_s) == (0.0, 0, None)
