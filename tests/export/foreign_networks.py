"""Networks whose weights or answers are not what an export takes for granted."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

LABELS = ("sad", "angry", "happy")


class Measures(nn.Module):
    """Mean magnitude and deviation of the waveform, one linear layer, and `last` of its logits."""

    def __init__(self, last: Callable[[Tensor], Tensor] = lambda x: x) -> None:
        super().__init__()
        self.head = nn.Linear(2, len(LABELS))
        self.last = last

    def forward(self, waveform: Tensor) -> Tensor:
        measures = torch.stack([waveform.abs().mean(dim=1), waveform.std(dim=1)], dim=1)
        return self.last(self.head(measures))


class Tied(nn.Module):
    """Two layers with one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        self.second.weight = self.first.weight

    def forward(self, waveform: Tensor) -> Tensor:
        return self.second(self.first(waveform[:, :3]))


class Remembering(Measures):
    """Adds what it answered last."""

    def forward(self, waveform: Tensor) -> Tensor:
        logits = super().forward(waveform)
        before, self.before = getattr(self, "before", 0.0), logits.detach().mean() + 1.0
        return logits + before


def tied() -> Tied:
    return Tied()


def lazy() -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, -1)),
        nn.LazyConv1d(4, 80, stride=40),
        nn.ReLU(),
        nn.AdaptiveAvgPool1d(1),
        nn.Flatten(),
        nn.LazyLinear(len(LABELS)),
    )


def lazy_and_unused() -> nn.Module:
    module = Measures()
    module.unused = nn.LazyLinear(3)
    return module


def dropout_left_on() -> nn.Module:
    return Measures(lambda x: nn.functional.dropout(x, 0.5))


def remembers_its_last_call() -> nn.Module:
    return Remembering()


def sigmoid() -> nn.Module:
    return nn.Sequential(Measures(), nn.Sigmoid())


def sigmoid_reshaped() -> nn.Module:
    return Measures(lambda x: torch.sigmoid(x)[:, :, None].squeeze(2).double())


def hard_sigmoid() -> nn.Module:
    return Measures(nn.functional.hardsigmoid)


def sigmoid_by_hand() -> nn.Module:
    return Measures(lambda x: 1 / (1 + torch.exp(-x)))


def mean_of_sigmoids() -> nn.Module:
    return Measures(lambda x: torch.stack([x, 2 * x]).sigmoid().mean(dim=0))


def small_logits() -> nn.Module:
    """All of its logits happen to lie between 0 and 1."""
    module = Measures()
    with torch.no_grad():
        module.head.weight.mul_(0.01)
        module.head.bias.copy_(torch.tensor([0.2, 0.5, 0.7]))
    return module


def log_softmax() -> nn.Module:
    return Measures(lambda x: x.log_softmax(dim=1))


def sigmoid_inside() -> nn.Module:
    return nn.Sequential(Measures(), nn.Sigmoid(), nn.Linear(len(LABELS), len(LABELS)))
