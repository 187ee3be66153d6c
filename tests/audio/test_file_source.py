"""A recording as a source: it arrives whole, at the pace of a microphone or as fast as it is read."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from desktop_app.audio.base import AudioError
from desktop_app.audio.file_source import FileSource
from desktop_app.core.ring_buffer import RingBuffer

RATE = 16_000


@pytest.fixture
def recording(tmp_path: Path) -> tuple[Path, np.ndarray]:
    samples = (0.1 * np.random.default_rng(5).standard_normal((RATE + 123, 2))).astype(np.float32)
    path = tmp_path / "noise.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    return path, samples


def drain(source: FileSource, ring: RingBuffer, pause_s: float = 0.002) -> np.ndarray:
    blocks = []
    deadline = time.monotonic() + 10
    while not (source.status().finished and not len(ring)):
        assert time.monotonic() < deadline
        time.sleep(pause_s)
        blocks.append(ring.read())
    return np.concatenate(blocks)


def test_it_comes_whole_and_says_when_it_is_over(recording: tuple[Path, np.ndarray]) -> None:
    path, samples = recording
    source = FileSource(path, paced=False)
    opened = source.open()
    assert (opened.sample_rate, opened.channels, opened.name) == (RATE, 2, "noise.wav")
    ring = RingBuffer(RATE, 2)
    source.start(ring)
    np.testing.assert_array_equal(drain(source, ring), samples)
    status = source.status()
    assert status.finished
    assert not status.active
    assert status.error is None
    assert not source.live
    source.stop()


def test_a_small_ring_makes_it_wait_and_loses_nothing(recording: tuple[Path, np.ndarray]) -> None:
    path, samples = recording
    source = FileSource(path, paced=False)
    source.open()
    ring = RingBuffer(400, 2)
    source.start(ring)
    np.testing.assert_array_equal(drain(source, ring, pause_s=0.0005), samples)
    assert ring.dropped == 0
    source.stop()


def test_paced_it_takes_as_long_as_it_lasts(recording: tuple[Path, np.ndarray]) -> None:
    path, samples = recording
    source = FileSource(path)
    source.open()
    ring = RingBuffer(RATE, 2)
    begin = time.monotonic()
    source.start(ring)
    time.sleep(0.5)
    assert ring.written == pytest.approx(0.5 * RATE, abs=0.05 * RATE)
    np.testing.assert_array_equal(drain(source, ring), samples)
    assert time.monotonic() - begin == pytest.approx(len(samples) / RATE, abs=0.1)
    source.stop()


def test_after_a_pause_of_the_reader_it_does_not_lose_its_place(
    recording: tuple[Path, np.ndarray],
) -> None:
    path, samples = recording
    source = FileSource(path)
    source.open()
    ring = RingBuffer(RATE // 10, 2)
    source.start(ring)
    time.sleep(0.4)  # the ring is full since 0.1 s
    assert source.status().silent_for_s < 0.1, "waiting for the reader is no silence"
    np.testing.assert_array_equal(drain(source, ring), samples)
    source.stop()


@pytest.mark.parametrize("ring_frames", [100, RATE])
def test_it_stops_at_once_in_mid_course(recording: tuple[Path, np.ndarray], ring_frames: int) -> None:
    source = FileSource(recording[0])
    source.open()
    ring = RingBuffer(ring_frames, 2)
    source.start(ring)
    time.sleep(0.05)
    begin = time.monotonic()
    source.stop()
    source.stop()
    assert time.monotonic() - begin < 0.2
    written = ring.written
    time.sleep(0.05)
    assert ring.written == written
    assert source.status().finished


def test_a_broken_recording_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"none\.wav"):
        FileSource(tmp_path / "none.wav").open()


def test_samples_that_are_not_numbers_arrive_as_zeros_and_are_told(tmp_path: Path) -> None:
    samples = np.full((2 * RATE, 1), 0.1, np.float32)
    samples[RATE + RATE // 4 :] = np.nan
    path = tmp_path / "nan.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    source = FileSource(path, paced=False)
    source.open()
    ring = RingBuffer(2 * RATE, 1)
    source.start(ring)
    heard = drain(source, ring)
    status = source.status()
    assert (status.finished, status.error) == (True, None)
    np.testing.assert_array_equal(heard, np.nan_to_num(samples))
    assert [warning.code for warning in status.warnings] == ["not_numbers"]
    source.stop()


def test_a_recording_without_a_single_number_ends_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "nan.wav"
    soundfile.write(path, np.full(RATE, np.nan, np.float32), RATE, subtype="FLOAT")
    source = FileSource(path, paced=False)
    source.open()
    ring = RingBuffer(2 * RATE, 1)
    source.start(ring)
    heard = drain(source, ring)
    status = source.status()
    assert status.finished
    assert status.error is not None
    assert "nan.wav" in str(status.error)
    assert not heard.any()
    source.stop()


def test_stopped_before_its_start_it_never_starts(recording: tuple[Path, np.ndarray]) -> None:
    source = FileSource(recording[0])
    source.open()
    source.stop()
    ring = RingBuffer(RATE, 2)
    source.start(ring)
    time.sleep(0.05)
    assert ring.written == 0
    assert source.status().finished
