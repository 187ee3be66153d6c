"""The learning rate over the steps of a fit, by each schedule."""

from __future__ import annotations

import pytest
import torch

from models.training.schedules import ScheduleConfig, build_schedule

EPOCHS, STEPS = 20, 5


def rates(watched: list[float] | None = None, **settings: object) -> list[float]:
    """The rate of each step, or with what is watched, of each epoch."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=2.0)
    config = ScheduleConfig(**settings)
    schedule = build_schedule(optimizer, config, epochs=EPOCHS, steps_per_epoch=STEPS, higher_is_better=True)
    assert schedule.each_step is (watched is None)
    found = []
    for value in watched if watched is not None else [None] * (EPOCHS * STEPS):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.scheduler.step(*([] if value is None else [value]))
    return found


def test_a_constant_rate_stays():
    assert set(rates(kind="constant")) == {2.0}


def test_a_cosine_falls_to_its_floor_at_the_last_step():
    found = rates(kind="cosine", floor=0.1)
    assert found[0] == 2.0
    assert found[-1] == pytest.approx(0.2)
    assert found == sorted(found, reverse=True)
    middle = (found[49] + found[50]) / 2
    assert middle == pytest.approx(1.1, abs=0.01)


def test_restarts_begin_anew_after_each_period():
    found = rates(kind="restarts", period=10)
    assert found[:50] == found[50:]
    assert (found[0], found[49]) == (2.0, pytest.approx(0.0))


def test_warming_up_rises_to_the_rate_and_the_cosine_follows():
    found = rates(kind="cosine", warm_up=0.1)
    assert found[:10] == pytest.approx([0.2 * k for k in range(1, 11)])
    assert found[10] == 2.0
    assert found[-1] == pytest.approx(0.0)


def test_a_plateau_halves_the_rate_after_its_patience_and_no_sooner():
    found = rates([0.5, 0.6, 0.6, 0.6, 0.6, 0.7, 0.7], kind="plateau", factor=0.5, patience=2)
    assert found == [2.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.0]


def test_a_plateau_stops_at_the_floor():
    assert rates([0.0] * 12, kind="plateau", patience=0, floor=0.25)[-1] == 0.5
