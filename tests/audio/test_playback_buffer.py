"""What the callback of an output plays, block by block, and which moment of the recording is heard when."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.audio.playback_buffer import Piece, PieceQueue, PlaybackBuffer

RATE = 1000  # one frame is one millisecond; a fade is five frames
BLOCK = 50


def queue_of(*pieces: Piece, complete: bool = False, follows: bool = False) -> PieceQueue:
    queue = PieceQueue(follows=follows)
    for piece in pieces:
        queue.put(piece)
    queue.complete = complete
    return queue


def piece(frames: int, place_s: float = 0.0, level: float = 0.5, speed: float = 1.0) -> Piece:
    return Piece(np.full((frames, 1), level, np.float32), place_s, speed)


def rendered(buffer: PlaybackBuffer, heard_at: float, frames: int = BLOCK) -> np.ndarray:
    out = np.full((frames, 1), np.nan, np.float32)
    buffer.render(out, heard_at)
    return out[:, 0]


@pytest.fixture
def buffer() -> PlaybackBuffer:
    return PlaybackBuffer(RATE, 1, 0.0)


def test_it_fades_in_once_and_then_plays_unchanged(buffer: PlaybackBuffer) -> None:
    buffer.switch(queue_of(piece(200)))
    first, second = rendered(buffer, 10.0), rendered(buffer, 10.05)
    np.testing.assert_allclose(first[:5], 0.5 * np.array([0, 0.25, 0.5, 0.75, 1]))
    assert set(first[5:]) == set(second) == {0.5}


def test_the_cursor_is_where_the_sound_is_heard_and_not_where_it_is_handed_over(
    buffer: PlaybackBuffer,
) -> None:
    buffer.switch(queue_of(piece(200, place_s=3.0, speed=2.0)))
    rendered(buffer, 10.0)
    rendered(buffer, 10.05)
    assert buffer.place_at(9.9) == 3.0
    assert buffer.place_at(10.02) == pytest.approx(3.04)
    assert buffer.place_at(10.08) == pytest.approx(3.16)
    assert buffer.place_at(11.0) == pytest.approx(3.2), "it stands where nothing more was handed over"
    assert buffer.next_place_s == pytest.approx(3.2)


def test_a_pause_fades_out_and_takes_nothing_more(buffer: PlaybackBuffer) -> None:
    queue = queue_of(piece(200))
    buffer.switch(queue)
    rendered(buffer, 10.0)
    buffer.held = True
    last = rendered(buffer, 10.05)
    np.testing.assert_allclose(last[:5], 0.5 * np.array([1, 0.75, 0.5, 0.25, 0]))
    assert not last[5:].any()
    assert not rendered(buffer, 10.1).any()
    assert queue.waiting_frames == 145
    assert buffer.silent_since() == pytest.approx(10.055)
    assert buffer.place_at(12.0) == pytest.approx(0.055)
    buffer.held = False
    assert rendered(buffer, 10.15)[:5].tolist() == [0.0, 0.125, 0.25, 0.375, 0.5]
    assert buffer.silent_since() is None


def test_a_jump_fades_one_place_into_the_other(buffer: PlaybackBuffer) -> None:
    buffer.switch(queue_of(piece(200)))
    rendered(buffer, 10.0)
    buffer.switch(queue_of(piece(200, place_s=7.0)))
    np.testing.assert_allclose(rendered(buffer, 10.05), 0.5)  # both are equally loud, so nothing is heard
    assert buffer.place_at(10.051) == pytest.approx(7.001)


def test_what_follows_leaves_out_what_was_handed_over_in_the_meantime(buffer: PlaybackBuffer) -> None:
    buffer.switch(queue_of(piece(200)))
    rendered(buffer, 10.0)
    rendered(buffer, 10.05)
    slow = [piece(30, 0.05 + n * 0.015, speed=0.5) for n in range(10)]
    buffer.switch(queue_of(*slow, follows=True))  # made for 0.05 s, when 0.1 s was handed over
    rendered(buffer, 10.1)
    assert buffer.place_at(10.1) == pytest.approx(0.1, abs=0.001)
    assert buffer.place_at(10.14) == pytest.approx(0.12, abs=0.001)


def test_where_a_loop_begins_anew_nothing_of_it_is_left_out(buffer: PlaybackBuffer) -> None:
    buffer.switch(queue_of(piece(200, place_s=5.0)))
    rendered(buffer, 10.0)
    buffer.switch(queue_of(piece(10, 5.0), piece(100, 1.0), follows=True))
    rendered(buffer, 10.05)
    assert buffer.place_at(10.05) == pytest.approx(1.0)


def test_sound_that_is_not_ready_fades_out_and_in_again(buffer: PlaybackBuffer) -> None:
    queue = queue_of(piece(20))
    buffer.switch(queue)
    out = rendered(buffer, 10.0)
    np.testing.assert_allclose(out[15:20], 0.5 * np.array([1, 0.75, 0.5, 0.25, 0]))
    assert not out[20:].any()
    assert buffer.ended_at() is None
    queue.put(piece(60, 0.02))
    assert rendered(buffer, 10.05)[0] == 0.0
    assert buffer.place_at(10.06) == pytest.approx(0.03)


def test_the_end_is_known_by_when_it_is_heard(buffer: PlaybackBuffer) -> None:
    buffer.switch(queue_of(piece(70), complete=True))
    rendered(buffer, 10.0)
    assert buffer.ended_at() is None
    rendered(buffer, 10.05)
    rendered(buffer, 10.1)
    assert buffer.ended_at() == pytest.approx(10.07)
    buffer.switch(queue_of(piece(70)))
    assert buffer.ended_at() is None


def test_volume_changes_without_a_step() -> None:
    buffer = PlaybackBuffer(RATE, 1, 0.0, volume=0.5)
    buffer.switch(queue_of(piece(200, level=1.0)))
    assert rendered(buffer, 10.0)[-1] == 0.5
    buffer.volume = 0.1
    out = rendered(buffer, 10.05)
    assert np.abs(np.diff(out)).max() < 0.11
    assert out[0] == pytest.approx(0.5)
    assert out[-1] == pytest.approx(0.1)
