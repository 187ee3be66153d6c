"""Builds a family's network, or says that it cannot be had: for want of memory, or of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from desktop_app.core.process_memory import machine_bytes
from models.architectures.registry import Parameters, Shape, TorchFamily
from models.errors import TrainingError

if TYPE_CHECKING:
    from models.architectures.network import Network

_COPIES = 2
"""Of each weight, at least: itself and its gradient."""


def build_network(family: TorchFamily, parameters: Parameters, shape: Shape, classes: int) -> Network:
    """As `TorchFamily.build`, and tried on one clip of `shape`, if all of that is fixed.

    Weights are counted while they are made, before anything is written into them: a system may promise
    memory that it lacks, and end the process when it is used.

    Raises
    ------
    TrainingError
        If the parameters do not fit the shape, the shape is too small, or memory does not suffice.
    """
    room, taken = machine_bytes(), 0

    def count(module: nn.Module, name: str, weight: nn.Parameter | None) -> None:
        nonlocal taken
        if weight is not None and not weight.is_meta:
            taken += weight.numel() * weight.element_size()
        if room is not None and _COPIES * taken > room:
            raise MemoryError

    counting = register_module_parameter_registration_hook(count)
    try:
        network = family.build(parameters, shape, classes)
    except (MemoryError, RuntimeError) as error:
        if not _lacks_memory(error):
            raise
        raise _too_large(family) from error
    finally:
        counting.remove()
    sizes = [size for size in shape if size is not None]
    if len(sizes) == len(shape):
        _try(network, family, sizes)
    return network


def _try(network: Network, family: TorchFamily, sizes: list[int]) -> None:
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, *sizes))
    except (MemoryError, RuntimeError) as error:
        if _lacks_memory(error):
            raise _too_large(family) from error
        raise TrainingError(
            f"The network of {family.name} cannot take features of {' x '.join(map(str, sizes))}.",
            "Give more `seconds` under `data`, or other `features`.",
        ) from error
    network.train()


def _lacks_memory(error: Exception) -> bool:
    """Whether this is what PyTorch says of memory that it does not get, or of more than can be counted."""
    return isinstance(error, MemoryError) or "memory" in str(error) or "Storage size" in str(error)


def _too_large(family: TorchFamily) -> TrainingError:
    return TrainingError(
        f"The network of {family.name} is too large for the memory of this computer.",
        "Give smaller numbers under `model` in the recipe.",
    )
