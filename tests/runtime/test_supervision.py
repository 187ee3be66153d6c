"""Nothing dies unseen: whatever ends a thread, or never comes back, is told and ends the run in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from misbehaving_models import make_misbehaving_model

from desktop_app.audio.base import SourceStatus
from desktop_app.audio.file_source import FileSource
from desktop_app.audio.sounddevice_source import SoundDeviceSource
from desktop_app.core.chain import SpeechChain
from desktop_app.core.types import (
    CaptureState,
    Event,
    Failure,
    FinalResult,
    LossReason,
    Lost,
    StateChanged,
    StatsSnapshot,
    StreamFormat,
)
from desktop_app.inference import deadline
from desktop_app.inference.checked_model import CheckedModel
from desktop_app.inference.engine import EmotionEngine
from desktop_app.runtime import inference_worker, supervisor, watchdog
from desktop_app.runtime.stats import RunStats

pytestmark = pytest.mark.slow  # threads, and waiting for them


def is_fatal(event: Event) -> bool:
    return isinstance(event, Failure) and event.fatal


def raising(*_: object, **__: object) -> None:
    raise TypeError("not foreseen")


class TestAnExceptionThatNobodyForesaw:
    @pytest.mark.parametrize(
        ("thread", "broken"),
        [
            ("inference", (EmotionEngine, "predict")),
            ("segmenter", (SpeechChain, "push")),
            ("capture", (FileSource, "open")),
            ("watch", (RunStats, "snapshot")),
        ],
    )
    def test_in_any_thread_it_is_a_fatal_sentence_and_the_run_ends(
        self, run, recorder, recording, thread, broken
    ) -> None:
        begin = run(lambda: FileSource(recording))
        monkeypatch = pytest.MonkeyPatch()
        monkeypatch.setattr(*broken, raising)
        if thread == "capture":
            begin.set_source(lambda: FileSource(recording))
        failure = recorder.wait_for(is_fatal, 5.0)
        monkeypatch.undo()
        assert (failure.code, failure.fields) == ("internal", {"thread": thread, "error": "TypeError"})
        assert "not foreseen" in failure.message
        assert begin.wait(1.0)
        assert begin.failed
        assert begin.broken
        assert begin.stop()
        assert [event.state for event in recorder.of(StateChanged)][-2:] == ["failed", "stopped"]
        assert len([event for event in recorder.events if is_fatal(event)]) == 1

    def test_while_a_source_is_watched_its_sound_is_not_waited_for_any_more(
        self, run, recorder, recording, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = FileSource.status

        def status(source: FileSource) -> SourceStatus:
            if threading.current_thread().name == "emoscope-capture":
                raising()
            return whole(source)

        monkeypatch.setattr(FileSource, "status", status)
        pipeline = run(lambda: FileSource(recording))
        assert recorder.wait_for(is_fatal).code == "internal"
        assert pipeline.stop()

    def test_in_the_thread_that_reads_a_recording(
        self, run, recorder, recording, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(FileSource, "_deliver", raising)
        pipeline = run(lambda: FileSource(recording))
        assert pipeline.wait(5)
        [failure] = [event for event in recorder.events if is_fatal(event)]
        assert "three.wav" in failure.message
        assert "not foreseen" in failure.message

    def test_in_the_callback_of_the_microphone_it_reaches_the_status(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = SoundDeviceSource()
        monkeypatch.setattr("desktop_app.core.clock.now", raising)
        source._receive(np.zeros((10, 1), np.float32), flagged=False)
        status = source.status()
        assert status.finished
        assert status.error is not None
        assert status.error.code == "audio.callback"

    def test_the_memory_that_ran_out_is_no_bug(
        self, run, recorder, recording, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise MemoryError

        run(lambda: FileSource(recording))
        monkeypatch.setattr(SpeechChain, "push", full)
        assert recorder.wait_for(is_fatal).code == "memory"
        monkeypatch.undo()


class BrokenMicrophone:
    """A microphone whose callback has failed, as its status tells."""

    live = True

    def open(self) -> StreamFormat:
        return StreamFormat(48_000, 1, "some microphone")

    def start(self, ring: object) -> None: ...

    def stop(self) -> None: ...

    def status(self) -> SourceStatus:
        source = SoundDeviceSource()
        source._receive(None, flagged=False)  # type: ignore[arg-type]
        return source.status()


def test_a_failed_callback_ends_the_run_instead_of_looking_like_a_lost_device(run, recorder) -> None:
    run(BrokenMicrophone)
    failure = recorder.wait_for(is_fatal, 5.0)
    assert failure.code == "audio.callback"
    assert recorder.of(StateChanged)[-1].state is CaptureState.FAILED


def test_a_ring_is_bounded_whatever_rate_a_recording_claims() -> None:
    assert supervisor.ring_frames(StreamFormat(48_000, 2, "")) == 20 * 48_000
    frames = supervisor.ring_frames(StreamFormat(400_000_000, 8, ""))
    assert frames * 8 * 4 <= supervisor.RING_BYTES


class TestAModelThatMisbehaves:
    def test_an_answer_of_another_shape_is_fatal_at_once(self, run, recorder, recording, tmp_path) -> None:
        path = make_misbehaving_model(tmp_path / "odd.onnx", "six_logits")
        pipeline = run(lambda: FileSource(recording), EmotionEngine.load(path))
        failure = recorder.wait_for(is_fatal)
        assert failure.code == "model.answer"
        assert "'six_logits'" in failure.message
        assert "[1, 6]" in failure.message
        assert pipeline.broken
        assert not recorder.of(FinalResult)

    @pytest.mark.slow
    def test_one_that_never_answers_is_told_first_and_then_ends_the_run(
        self, run, recorder, recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(watchdog, "NO_ANSWER_S", 0.5)
        monkeypatch.setattr(deadline, "answer_limit_s", lambda sound_s, model_bytes: 2.5)
        path = make_misbehaving_model(tmp_path / "endless.onnx", "endless")
        pipeline = run(lambda: FileSource(recording), EmotionEngine.load(path))
        failure = recorder.wait_for(is_fatal)
        told = [event.code for event in recorder.of(Failure)]
        assert told == ["no_answer", "model.hangs"]
        assert "'endless'" in failure.message
        begun = time.monotonic()
        assert pipeline.stop(), "the inference is broken off, so that its thread ends"
        assert time.monotonic() - begun < 2.0
        assert {lost.reason for lost in recorder.of(Lost)} == {LossReason.MODEL_FAILED}

    @pytest.mark.slow
    def test_the_end_does_not_wait_for_it_and_tells_what_was_not_judged(
        self, run, recorder, recording, tmp_path
    ) -> None:
        path = make_misbehaving_model(tmp_path / "endless.onnx", "endless")
        pipeline = run(lambda: FileSource(recording, paced=False), EmotionEngine.load(path))
        recorder.wait_for(lambda e: isinstance(e, StatsSnapshot) and e.queue_depth >= 2)
        begun = time.monotonic()
        assert pipeline.stop(1.5)
        assert time.monotonic() - begun < 2.0
        lost = recorder.of(Lost)
        assert sorted(event.segment for event in lost) == [0, 1, 2]
        assert {event.reason for event in lost} == {LossReason.STOPPED}
        assert all(event.end_s > event.start_s for event in lost)
        *_, stats, stopped = recorder.events
        assert isinstance(stats, StatsSnapshot)
        assert stats.finals_dropped == 3
        assert stopped.state is CaptureState.STOPPED

    @pytest.mark.slow
    def test_too_many_that_wait_are_told_one_by_one(
        self, run, recorder, recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inference_worker, "FINALS_WAITING", 1)
        path = make_misbehaving_model(tmp_path / "endless.onnx", "endless")
        run(lambda: FileSource(recording, paced=False), EmotionEngine.load(path))
        lost = recorder.wait_for(lambda e: isinstance(e, Lost))
        assert lost.reason is LossReason.OVERLOAD

    def test_some_answers_that_fail_in_a_row_end_the_run(
        self, run, recorder, recording, model, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        engine = EmotionEngine.load(model)
        failing = threading.Event()
        monkeypatch.setattr(CheckedModel, "run", _not_finite(CheckedModel.run, failing))
        run(lambda: FileSource(recording), engine)
        recorder.wait_for(lambda e: isinstance(e, FinalResult))
        failing.set()
        failure = recorder.wait_for(is_fatal)
        codes = [event.code for event in recorder.of(Failure)]
        assert codes == ["model.not_finite"] * inference_worker.FAILURES_IN_A_ROW
        assert failure.fatal


def _not_finite(whole: Callable, failing: threading.Event) -> Callable:
    """An answer to sound that overflowed, once `failing` is set: computed by the real model."""

    def answer(model: CheckedModel, window: np.ndarray, feeds: object) -> object:
        return whole(model, np.full_like(window, np.inf) if failing.is_set() else window, feeds)

    return answer
