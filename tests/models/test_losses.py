"""Losses of soft targets: what torch and scikit-learn give where they give it, and what the papers say."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch.nn import functional

from models.architectures.network import TrainingOutputs
from models.training.losses import (
    balanced_weights,
    cross_entropy,
    deeply_supervised,
    focal,
    mix,
    one_hot,
    smooth,
)

GENERATOR = torch.Generator().manual_seed(0)
LOGITS = 2 * torch.randn(6, 4, generator=GENERATOR)
CLASSES = torch.tensor([0, 1, 1, 3, 3, 3])
TARGETS = one_hot(CLASSES, 4)
WEIGHTS = torch.tensor([0.5, 2.0, 1.0, 3.0])


def test_cross_entropy_is_torchs_with_and_without_weights():
    assert torch.allclose(cross_entropy(LOGITS, TARGETS), functional.cross_entropy(LOGITS, CLASSES))
    weighted = functional.cross_entropy(LOGITS, CLASSES, weight=WEIGHTS)
    assert torch.allclose(cross_entropy(LOGITS, TARGETS, WEIGHTS), weighted)


def test_smoothing_is_torchs():
    smoothed = cross_entropy(LOGITS, smooth(TARGETS, 0.05))
    assert torch.allclose(smoothed, functional.cross_entropy(LOGITS, CLASSES, label_smoothing=0.05))
    assert torch.allclose(smooth(TARGETS, 0.05).sum(dim=1), torch.ones(6))


def test_weights_make_classes_equal_and_leave_out_one_without_clips():
    # sklearn's compute_class_weight("balanced"): clips / (classes * count)
    assert balanced_weights([10, 30]).tolist() == pytest.approx([2.0, 2 / 3])
    assert balanced_weights([10, 0, 30]).tolist() == pytest.approx([2.0, 0.0, 2 / 3])


def test_a_batch_of_which_no_clip_counts_teaches_nothing():
    logits = LOGITS.clone().requires_grad_()
    cross_entropy(logits, TARGETS, torch.zeros(4)).backward()
    assert torch.equal(logits.grad, torch.zeros_like(logits))


def test_focal_loss_is_cross_entropy_at_0_and_heeds_the_sure_less_beyond():
    assert torch.allclose(focal(LOGITS, TARGETS, WEIGHTS, gamma=0.0), cross_entropy(LOGITS, TARGETS, WEIGHTS))
    probability = torch.tensor([0.9, 0.5])
    logits = torch.stack([probability.log(), (1 - probability).log()], dim=1)
    for row in range(2):
        p = probability[row]
        expected = -0.25 * (1 - p) ** 2 * p.log()  # Lin et al., equation 5
        target = torch.tensor([[1.0, 0.0]])
        assert torch.allclose(focal(logits[row : row + 1], target, gamma=2.0, alpha=0.25), expected)


def test_focal_loss_of_certainty_has_a_finite_gradient():
    logits = torch.tensor([[60.0, -60.0]], requires_grad=True)
    focal(logits, torch.tensor([[1.0, 0.0]]), gamma=0.5).backward()
    assert torch.isfinite(logits.grad).all()


def test_earlier_parts_take_their_share_of_the_loss():
    outputs = TrainingOutputs(LOGITS, LOGITS, (LOGITS.flip(0), LOGITS.flip(1)))
    parts = [cross_entropy(logits, TARGETS) for logits in (LOGITS, *outputs.auxiliary)]
    expected = 0.7 * parts[0] + 0.3 * (parts[1] + parts[2]) / 2
    assert torch.allclose(deeply_supervised(outputs, TARGETS, cross_entropy, 0.3), expected)
    alone = deeply_supervised(TrainingOutputs(LOGITS, LOGITS), TARGETS, partial(focal, weights=WEIGHTS), 0.3)
    assert torch.allclose(alone, focal(LOGITS, TARGETS, WEIGHTS))


def test_mixed_clips_lie_between_two_and_their_targets_at_the_same_place():
    features = torch.arange(64.0)[:, None, None].expand(64, 2, 3)
    targets = one_hot(torch.arange(64), 64)
    mixed, mixed_targets = mix(features, targets, 0.4, torch.Generator().manual_seed(1))
    assert torch.allclose(mixed_targets.sum(dim=1), torch.ones(64))
    assert ((mixed_targets > 0).sum(dim=1) <= 2).all()
    assert torch.allclose(mixed[:, 0, 0], mixed_targets @ torch.arange(64.0), atol=1e-4)
    again, _ = mix(features, targets, 0.4, torch.Generator().manual_seed(1))
    assert torch.equal(mixed, again)


def test_a_small_strength_mixes_little():
    targets = one_hot(torch.arange(400), 400)
    largest = [
        mix(targets, targets, strength, torch.Generator().manual_seed(1))[1].max(dim=1).values.mean()
        for strength in (0.05, 5.0)
    ]
    assert largest[0] > 0.95
    assert largest[1] < 0.7
