"""The ring gives back what was written, in order, or counts what was lost."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.core.ring_buffer import RingBuffer

steps = st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=80)


@given(capacity=st.integers(1, 50), channels=st.integers(1, 3), steps=steps)
def test_any_sequence_of_writes_and_reads_keeps_order_or_counts_the_loss(capacity, channels, steps):
    ring = RingBuffer(capacity, channels)
    counter, lost, expected, got = 0, 0, [], []
    for is_write, size in steps:
        if is_write:
            frames = np.repeat(
                np.arange(counter, counter + size, dtype=np.float32)[:, None], channels, axis=1
            )
            stored = ring.write(frames)
            assert stored <= size
            expected += range(counter, counter + stored)
            lost += size - stored
            counter += size
        else:
            frames = ring.read(size)
            assert len(frames) <= size
            assert (frames == frames[:, :1]).all()
            got += frames[:, 0].astype(int).tolist()
        assert 0 <= len(ring) <= capacity
        assert ring.dropped == lost
    got += ring.read()[:, 0].astype(int).tolist()
    assert got == expected
    assert ring.written == ring.read_count == len(expected)


def test_a_full_ring_keeps_the_oldest_and_counts_the_newest():
    ring = RingBuffer(4)
    assert ring.write(np.arange(6, dtype=np.float32)[:, None]) == 4
    assert ring.dropped == 2
    assert ring.read()[:, 0].tolist() == [0, 1, 2, 3]


def test_what_was_read_is_a_copy_that_later_writes_leave_alone():
    ring = RingBuffer(4)
    ring.write(np.ones((4, 1), dtype=np.float32))
    taken = ring.read()
    ring.write(np.zeros((4, 1), dtype=np.float32))
    assert taken.min() == 1


def test_a_writer_and_a_reader_on_two_threads_lose_nothing_that_fits():
    ring = RingBuffer(1_000)
    total = 200_000

    def produce() -> None:
        at = 0
        while at < total:
            block = np.arange(at, min(at + 97, total), dtype=np.float32)[:, None]
            at += ring.write(block[: ring.capacity - len(ring)])

    thread = threading.Thread(target=produce)
    thread.start()
    parts = []
    while sum(map(len, parts)) < total:
        parts.append(ring.read(61))
    thread.join()
    assert np.array_equal(np.concatenate(parts)[:, 0], np.arange(total, dtype=np.float32))
    assert ring.dropped == 0


@pytest.mark.parametrize(("capacity", "channels"), [(0, 1), (1, 0), (-1, 1)])
def test_a_ring_without_room_is_refused(capacity, channels):
    with pytest.raises(ValueError, match="at least 1"):
        RingBuffer(capacity, channels)


def test_the_place_and_length_of_each_loss_are_known() -> None:
    ring = RingBuffer(10)
    assert ring.frames_to_loss() is None
    for _ in range(3):
        ring.write(np.zeros((6, 1), np.float32))  # 6, then 4 of 6, then none
    assert ring.frames_to_loss() == 10
    assert len(ring.read(10)) == 10
    assert ring.frames_to_loss() == 0
    assert ring.take_loss() == 8
    assert ring.take_loss() == 0
    ring.write(np.zeros((6, 1), np.float32))
    assert ring.frames_to_loss() is None
