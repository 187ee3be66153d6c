"""The pipeline on a recording: what comes out, in which order, and that it ends."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from tiny_model import make_tiny_model

from desktop_app.analysis.recording import analyze_recording
from desktop_app.audio.file_source import FileSource
from desktop_app.audio.files import open_recording
from desktop_app.core.chain import SpeechChain
from desktop_app.core.types import (
    AudioTick,
    CaptureState,
    EngineChanged,
    Event,
    Failure,
    FinalResult,
    PartialResult,
    StateChanged,
)
from desktop_app.inference.engine import EmotionEngine


def is_state(state: CaptureState) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, StateChanged) and event.state == state


@pytest.mark.slow
@pytest.mark.parametrize("paced", [True, False], ids=["at a microphone's pace", "as fast as it goes"])
def test_a_live_run_and_an_offline_run_agree_exactly(run, recorder, recording, model, paced):
    pipeline = run(lambda: FileSource(recording, paced=paced))
    assert pipeline.wait(20)
    engine = EmotionEngine.load(model)
    with closing(engine), open_recording(recording) as file:
        offline = analyze_recording(str(recording), file.blocks(7_001), file.sample_rate, engine)
    live = [(e.start_s, e.end_s, e.prediction.probabilities) for e in recorder.of(FinalResult)]
    assert live == [(s.start_s, s.end_s, s.prediction.probabilities) for s in offline.segments]
    assert len(live) == 3
    assert pipeline.stats().dropped_s == 0


def test_the_last_segment_comes_before_the_end_is_told(run, recorder, recording):
    assert run(lambda: FileSource(recording, paced=False)).wait(10)
    kinds = [e for e in recorder.events if isinstance(e, FinalResult | StateChanged)]
    assert isinstance(kinds[-2], FinalResult)
    assert kinds[-1].state == CaptureState.FINISHED


@pytest.mark.slow
def test_partials_come_every_quarter_second_and_before_their_final(run, recorder, recording):
    assert run(lambda: FileSource(recording, paced=True)).wait(20)
    first = [e for e in recorder.events if isinstance(e, PartialResult | FinalResult) and e.segment == 0]
    assert isinstance(first[-1], FinalResult)
    ends = [e.end_s for e in first[:-1]]
    assert len(ends) >= 3
    assert np.diff(ends) == pytest.approx(0.25, abs=0.26)
    assert all(step > 0 for step in np.diff(ends))


def test_while_nobody_speaks_sound_is_worked_on_in_long_blocks(run, tmp_path, monkeypatch):
    quiet = tmp_path / "quiet.wav"
    soundfile.write(quiet, 0.001 * np.random.default_rng(1).standard_normal(24_000), 16_000)
    blocks = []
    push = SpeechChain.push

    def counted(chain, frames):
        blocks.append(len(frames))
        return push(chain, frames)

    monkeypatch.setattr(SpeechChain, "push", counted)
    assert run(lambda: FileSource(quiet, paced=True)).wait(20)
    assert sum(blocks) == 24_000
    assert len(blocks) <= 1.5 * 50, "10 ms each would be 150"


def test_ticks_cover_the_recording_without_a_gap(run, recorder, recording):
    assert run(lambda: FileSource(recording, paced=False)).wait(10)
    shapes = [e.waveshape for e in recorder.of(AudioTick)]
    for before, after in pairwise(shapes):
        assert after.start_s == pytest.approx(before.start_s + len(before.minimum) * before.column_s)
    covered = shapes[-1].start_s + len(shapes[-1].minimum) * shapes[-1].column_s
    assert covered == pytest.approx(soundfile.info(recording).duration, abs=0.03)


def test_the_drawn_sound_keeps_its_time_whatever_the_rate_of_the_model(run, recorder, model, tmp_path):
    class Odd(EmotionEngine):
        sample_rate = 22_050

    path = tmp_path / "minute.wav"
    soundfile.write(path, 0.001 * np.random.default_rng(0).standard_normal(60 * 16_000), 16_000)
    assert run(lambda: FileSource(path, paced=False), Odd.load(model)).wait(20)
    last = recorder.of(AudioTick)[-1].waveshape
    assert last.start_s + len(last.minimum) * last.column_s == pytest.approx(60.0, abs=0.03)


def test_a_missing_recording_is_told_and_ends_the_run(run, recorder, tmp_path):
    pipeline = run(lambda: FileSource(tmp_path / "nowhere.wav"))
    assert pipeline.wait(5)
    assert pipeline.failed
    (failure,) = recorder.of(Failure)
    assert failure.fatal
    assert "nowhere.wav" in failure.message


@pytest.mark.slow
def test_a_pause_releases_the_source_and_judges_what_was_open(run, recorder, recording):
    pipeline = run(lambda: FileSource(recording, paced=True))
    recorder.wait_for(lambda e: isinstance(e, PartialResult))
    pipeline.pause()
    recorder.wait_for(is_state(CaptureState.PAUSED))
    recorder.wait_for(lambda e: isinstance(e, FinalResult))
    before = len(recorder.of(AudioTick))
    time.sleep(0.3)
    assert len(recorder.of(AudioTick)) == before
    pipeline.resume()
    recorder.wait_for(lambda e: isinstance(e, FinalResult) and e.segment == 1)


@pytest.mark.slow
def test_the_model_changes_without_losing_a_segment(run, recorder, recording, tmp_path):
    pipeline = run(lambda: FileSource(recording, paced=True))
    recorder.wait_for(lambda e: isinstance(e, PartialResult))
    other = make_tiny_model(tmp_path / "other.onnx", labels=("glad", "grim"))
    pipeline.set_engine(EmotionEngine.load(other))
    changed = recorder.wait_for(lambda e: isinstance(e, EngineChanged) and len(e.labels) == 2, 1.0)
    assert changed.labels == ("glad", "grim")
    assert pipeline.wait(20)
    finals = recorder.of(FinalResult)
    assert [e.segment for e in finals] == [0, 1, 2]
    assert finals[-1].prediction.labels == ("glad", "grim")


def test_a_second_source_goes_on_where_the_first_one_stopped(run, recorder, recording):
    pipeline = run(lambda: FileSource(recording, paced=False))
    assert pipeline.wait(10)
    length = soundfile.info(recording).duration
    pipeline.set_source(lambda: FileSource(recording, paced=False))
    assert pipeline.wait(10)
    finals = recorder.of(FinalResult)
    assert [e.segment for e in finals] == list(range(6))
    assert finals[3].start_s == pytest.approx(finals[0].start_s + length, abs=0.05)


def test_stopping_twice_is_harmless(run, recorder, recording):
    pipeline = run(lambda: FileSource(recording, paced=True))
    recorder.wait_for(is_state(CaptureState.LISTENING))
    started = time.monotonic()
    assert pipeline.stop()
    assert pipeline.stop()
    assert time.monotonic() - started < 2
    assert recorder.of(StateChanged)[-1].state == CaptureState.STOPPED


def test_a_disk_that_fails_in_mid_course_is_told_after_what_was_heard(
    run, recorder, recording, monkeypatch: pytest.MonkeyPatch
):
    broken_from = recording.stat().st_size * 3 // 4

    class FailingDisk(io.FileIO):
        def read(self, count: int = -1) -> bytes:
            if self.tell() + count > broken_from:
                raise OSError(5, "Input/output error")
            return super().read(count)

    monkeypatch.setattr("desktop_app.audio.files._open_regular", FailingDisk)
    pipeline = run(lambda: FileSource(recording, paced=False))
    assert pipeline.wait(10)
    assert pipeline.failed
    assert any(recording.name in failure.message for failure in recorder.of(Failure))
    assert recorder.of(FinalResult)
    pipeline.stop()
    assert [event.state for event in recorder.of(StateChanged)][-2:] == ["failed", "stopped"]


def test_a_card_that_fails_moves_the_model_to_the_cpu_and_no_segment_is_lost(
    run, recorder, recording, model, monkeypatch: pytest.MonkeyPatch
):
    from desktop_app.inference import session as sessions

    real = sessions._create

    class Card:
        """Says that it is a graphics card, and fails from the first segment on."""

        def __init__(self, session):
            self._session, self._runs = session, 0

        def get_providers(self):
            return ["CUDAExecutionProvider", "CPUExecutionProvider"]

        def run(self, *args):
            self._runs += 1
            if self._runs > 3:  # self-test and warm-up
                raise RuntimeError("CUDA failure 719")
            return self._session.run(*args)

        def __getattr__(self, name):
            return getattr(self._session, name)

    monkeypatch.setattr(sessions.runtime(), "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(
        sessions, "_try_cuda", lambda data, threads: (Card(real(data, ["CPUExecutionProvider"], threads)), "")
    )
    pipeline = run(lambda: FileSource(recording, paced=False), EmotionEngine.load(model))
    assert pipeline.wait(20)
    changes = recorder.of(EngineChanged)
    assert [change.provider for change in changes] == ["CUDAExecutionProvider", "CPUExecutionProvider"]
    assert "CUDA failure 719" in changes[-1].notice
    assert [e.segment for e in recorder.of(FinalResult)] == [0, 1, 2]
    assert recorder.of(Failure) == []
