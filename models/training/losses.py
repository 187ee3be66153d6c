"""What networks are fitted to: cross-entropy and focal loss of targets that may be soft, and their mixtures.

Targets are probabilities float [batch, classes] everywhere, so smoothed and mixed ones need no code of their
own; `one_hot` makes them of numbers of classes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from models.architectures.network import TrainingOutputs

Loss = Callable[[Tensor, Tensor], Tensor]
"""Logits [batch, classes], targets [batch, classes] -> a number, the mean over the batch."""


def one_hot(classes: Tensor, count: int) -> Tensor:
    """Numbers of classes int64 [batch] -> targets float32 [batch, count]."""
    return functional.one_hot(classes, count).float()


def balanced_weights(counts: Sequence[int]) -> Tensor:
    """Weights of classes by which each counts as much as the others, whatever its number of clips: [classes].

    Those of `sklearn.utils.class_weight.compute_class_weight("balanced")`; a class without clips has none to
    weigh and gets 0, and the others are weighed as if it were not there.
    """
    number = torch.tensor(counts, dtype=torch.float32)
    there = number > 0
    weights = number.sum() / (there.sum() * number.clamp(min=1.0))
    return torch.where(there, weights, torch.zeros_like(weights))


def smooth(targets: Tensor, smoothing: float) -> Tensor:
    """A share of each clip's target, `smoothing`, goes to all classes alike: [batch, classes].

    Reference: Szegedy et al., "Rethinking the Inception architecture", CVPR 2016, section 7.
    """
    return targets * (1.0 - smoothing) + smoothing / targets.shape[1]


def cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor | None = None) -> Tensor:
    """Cross-entropy, each clip weighed by the `weights` [classes] of its targets; a weighted mean.

    With targets of a single class each this is `torch.nn.functional.cross_entropy` with `weight`.
    """
    return _mean(-targets * logits.log_softmax(dim=1), targets, weights)


def focal(
    logits: Tensor, targets: Tensor, weights: Tensor | None = None, *, gamma: float = 2.0, alpha: float = 1.0
) -> Tensor:
    """Cross-entropy in which a class counts the less the surer the network is of it already.

    Parameters
    ----------
    weights : Tensor [classes], optional
    gamma : float
        How fast; 0 gives the cross-entropy.
    alpha : float
        A factor of the whole: beside rates that follow the gradient's size it changes nothing.

    References
    ----------
    Lin et al., "Focal loss for dense object detection", ICCV 2017; .25 and 2 there.
    """
    log_probabilities = logits.log_softmax(dim=1)
    # Away from 0, where a power below 1 has an infinite slope and certainty would give NaN.
    unsure = (1.0 - log_probabilities.exp()).clamp(min=1e-6) ** gamma
    return alpha * _mean(-targets * unsure * log_probabilities, targets, weights)


def _mean(losses: Tensor, targets: Tensor, weights: Tensor | None) -> Tensor:
    """The mean over the clips of losses [batch, classes], each class with its weight."""
    if weights is None:
        return losses.sum(dim=1).mean()
    # A batch of which no clip counts teaches nothing, rather than 0 / 0.
    counted = (targets * weights).sum().clamp(min=torch.finfo(losses.dtype).tiny)
    return (losses * weights).sum() / counted


def deeply_supervised(
    outputs: TrainingOutputs, targets: Tensor, loss: Loss, auxiliary: float = 0.3
) -> Tensor:
    """(1 - auxiliary) times the loss of the logits, plus `auxiliary` times the mean of earlier parts' losses.

    A network without auxiliary logits has the loss of its logits. Reference: Lee et al., "Deeply-supervised
    nets", AISTATS 2015.
    """
    whole = loss(outputs.logits, targets)
    if not outputs.auxiliary:
        return whole
    parts = torch.stack([loss(logits, targets) for logits in outputs.auxiliary])
    return (1.0 - auxiliary) * whole + auxiliary * parts.mean()


def mix(
    features: Tensor, targets: Tensor, strength: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Each clip of a batch mixed with another of it, features and targets alike (mixup).

    Parameters
    ----------
    features : Tensor [batch, ...]
    targets : Tensor [batch, classes]
    strength : float
        Both parameters of the beta distribution that a clip's own share is drawn from, above 0.

    References
    ----------
    Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
    """
    clips = len(features)
    # A beta distribution of two gamma ones; torch's own takes no generator.
    one, other = (_gamma(strength, clips, generator) for _ in range(2))
    share = (one / (one + other)).to(features.device)
    partner = torch.randperm(clips, generator=generator).to(features.device)

    def mixed(values: Tensor) -> Tensor:
        own = share.to(values.dtype).reshape(-1, *[1] * (values.ndim - 1))
        return own * values + (1.0 - own) * values[partner]

    return mixed(features), mixed(targets)


def _gamma(shape: float, count: int, generator: torch.Generator) -> Tensor:
    """Draws of the gamma distribution, float64 [count], none of them 0."""
    shapes = torch.full((count,), shape, dtype=torch.float64)
    drawn: Tensor = torch._standard_gamma(shapes, generator=generator)
    return drawn.clamp(min=1e-300)
