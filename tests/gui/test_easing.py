"""Gliding values, and the one timer that moves them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from desktop_app.gui.look.animator import Animator
from desktop_app.gui.look.easing import Easing


@pytest.mark.parametrize("frames_per_second", [10, 60, 144, 1000])
def test_after_one_time_constant_63_percent_are_done_at_any_frame_rate(frames_per_second: int) -> None:
    easing = Easing(1, time_constant_s=0.1)
    easing.aim([1.0])
    for _ in range(frames_per_second // 10):
        easing.step(0.1 / (frames_per_second // 10))
    assert easing.values[0] == pytest.approx(1 - math.exp(-1), abs=1e-9)


def test_uneven_frames_land_where_even_ones_do() -> None:
    even, uneven = Easing(1, 0.1), Easing(1, 0.1)
    for easing, steps in ((even, [0.016] * 10), (uneven, [0.001, 0.1, 0.009, 0.05])):
        easing.aim([1.0])
        for dt in steps:
            easing.step(dt)
    assert even.values[0] == pytest.approx(uneven.values[0])


def test_it_arrives_and_then_rests() -> None:
    easing = Easing(2, 0.05)
    easing.aim([0.3, 0.7])
    assert easing.step(0.016)
    for _ in range(100):
        easing.step(0.016)
    assert easing.settled
    assert np.array_equal(easing.values, [0.3, 0.7])
    assert not easing.step(0.016)


def test_no_time_and_time_backwards_move_nothing() -> None:
    easing = Easing(1, 0.05)
    easing.aim([1.0])
    easing.step(0.0)
    easing.step(-1.0)
    assert easing.values[0] == 0.0


def test_the_timer_stops_when_nothing_moves(qapp: QApplication, until: Callable[..., None]) -> None:
    animator = Animator()
    first, second = Easing(1, 0.02), Easing(1, 0.04)
    animator.add(first)
    animator.add(second)
    assert not animator.running
    first.aim([1.0])
    second.aim([1.0])
    animator.wake()
    assert animator.running
    until(lambda: not animator.running)
    assert first.settled
    assert second.settled
    frames = animator.frames
    qapp.processEvents()
    assert animator.frames == frames
