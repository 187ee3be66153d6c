"""A training tells how far it is, pauses and ends when it is told to: events, control, time left."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from models.errors import CancelledError
from models.training.follow import Control, TellingFollower


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[dict[str, Any]]:
    return []


def follower(told: list[dict[str, Any]], clock: Clock, control: Control | None = None) -> TellingFollower:
    return TellingFollower(lambda event: told.append(dict(event)), control, clock)


def test_the_time_left_follows_from_epochs_and_then_from_whole_fits(
    told: list[dict[str, Any]], clock: Clock
) -> None:
    run = follower(told, clock)
    run.plan(3)
    run.begin_fit("fold", "one")
    run.learns(10)
    clock.now = 30  # the first epoch also computes the features: it tells nothing of the others
    run.epoch(1)
    assert told[-1]["left_s"] is None
    clock.now = 32
    run.epoch(2, uar=0.5, train_loss=float("nan"))
    assert told[-1]["left_s"] == 8 * 2 + 2 * (32 + 16)
    assert (told[-1]["uar"], told[-1]["train_loss"], told[-1]["seconds"]) == (0.5, None, 2)
    clock.now = 40
    run.end_fit()
    assert told[-1]["left_s"] == 2 * 40
    run.begin_fit("fold", "two")
    run.end_fit()  # read from an earlier run
    assert told[-1]["left_s"] == 40


def test_a_resumed_fit_counts_the_epochs_that_are_left(told: list[dict[str, Any]], clock: Clock) -> None:
    run = follower(told, clock)
    run.plan(1)
    run.begin_fit("everyone", "everyone")
    run.learns(10)
    for number in (8, 9):
        clock.now += 2
        run.epoch(number)
    assert told[-1]["left_s"] == 2


def test_a_pause_lasts_until_it_may_go_on_and_is_no_time_of_the_run(
    told: list[dict[str, Any]], clock: Clock
) -> None:
    control = Control()
    run = follower(told, clock, control)
    control.pause()
    clock.now = 5

    def later() -> None:
        clock.now = 100
        control.go_on()

    timer = threading.Timer(0.05, later)
    timer.start()
    run.pulse()
    timer.join()
    assert [event["state"] for event in told] == ["paused", "running"]
    assert run.elapsed_s == 5


def test_a_cancel_ends_it_also_in_a_pause(told: list[dict[str, Any]], clock: Clock) -> None:
    control = Control()
    run = follower(told, clock, control)
    control.pause()
    control.cancel()
    with pytest.raises(CancelledError) as caught:
        run.step("reading", 1, 10)
    assert caught.value.code == "cancelled"


def test_steps_are_told_now_and_then_and_at_the_end(told: list[dict[str, Any]], clock: Clock) -> None:
    run = follower(told, clock)
    for done in range(1, 101):
        clock.now += 0.01
        run.step("reading", done, 100)
    assert [event["done"] for event in told] == [1, 51, 100]
