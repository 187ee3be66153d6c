"""How the learning rate changes while a network is fitted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler, ReduceLROnPlateau

from models.recipes.recipe import ScheduleConfig


@dataclass(frozen=True, slots=True)
class Schedule:
    """A scheduler of torch, to be called after each step, or after each epoch with what is watched."""

    scheduler: LRScheduler | ReduceLROnPlateau
    each_step: bool


def share_at(step: int, config: ScheduleConfig, epochs: int, steps_per_epoch: int) -> float:
    """The share of the optimiser's rate at a step, counted from 0, for all kinds but `plateau`."""
    steps = max(1, epochs * steps_per_epoch)
    rising = round(config.warm_up * steps)
    if step < rising:
        return (step + 1) / rising
    if config.kind == "constant":
        return 1.0
    step, steps = step - rising, max(1, steps - rising)
    if config.kind == "restarts":
        steps = config.period * steps_per_epoch
        step %= steps
    way = min(1.0, step / max(1, steps - 1))
    return config.floor + (1.0 - config.floor) * 0.5 * (1.0 + math.cos(math.pi * way))


def build_schedule(
    optimizer: Optimizer, config: ScheduleConfig, *, epochs: int, steps_per_epoch: int, higher_is_better: bool
) -> Schedule:
    """The scheduler of an optimiser.

    Parameters
    ----------
    steps_per_epoch : int
        How often the optimiser steps in an epoch: accumulated batches are one.
    higher_is_better : bool
        Of what `plateau` watches.
    """
    if config.kind == "plateau":
        watched = ReduceLROnPlateau(
            optimizer,
            mode="max" if higher_is_better else "min",
            factor=config.factor,
            patience=config.patience,
            min_lr=[config.floor * group["lr"] for group in optimizer.param_groups],
        )
        return Schedule(watched, each_step=False)
    moved = LambdaLR(optimizer, lambda step: share_at(step, config, epochs, steps_per_epoch))
    return Schedule(moved, each_step=True)
