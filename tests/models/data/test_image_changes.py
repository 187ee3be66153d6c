"""Changes to mel images: each does what its name says, to each image by draws of its own."""

from __future__ import annotations

import pytest
import torch

from models.data.image_changes import ImageChangesConfig, change_images

IMAGES = torch.rand(8, 3, 24, 32, generator=torch.Generator().manual_seed(0))


def changed(images: torch.Tensor = IMAGES, seed: int = 0, **settings: object) -> torch.Tensor:
    return change_images(images, ImageChangesConfig(**settings), torch.Generator().manual_seed(seed))


def dot(height: int, width: int) -> torch.Tensor:
    """One bright pixel right of and above the centre."""
    image = torch.zeros(1, 1, height, width)
    image[0, 0, height // 4, 3 * width // 4] = 1.0
    return image


def brightest(image: torch.Tensor) -> tuple[float, float]:
    """Row and column of an image's mass."""
    mass = image[0, 0] / image.sum()
    rows, columns = (torch.arange(n, dtype=torch.float32) for n in mass.shape)
    return float((mass.sum(1) * rows).sum()), float((mass.sum(0) * columns).sum())


def test_by_default_nothing_changes_and_mirroring_is_off():
    assert torch.equal(changed(), IMAGES)
    assert ImageChangesConfig().mirror == 0.0


@pytest.mark.parametrize("name", ["affine", "jitter", "mirror"])
def test_a_share_of_the_images_is_changed_by_the_same_draw(name):
    one, two = changed(**{name: 0.5}), changed(**{name: 0.5})
    assert torch.equal(one, two)
    assert one.shape == IMAGES.shape
    touched = (one != IMAGES).flatten(1).any(dim=1)
    assert 0 < touched.sum() < 8
    assert (changed(**{name: 1.0}) != IMAGES).flatten(1).any(dim=1).all()
    assert one.min() >= 0.0
    assert one.max() <= 1.0


def test_a_mirrored_image_runs_backwards():
    assert torch.equal(changed(mirror=1.0), IMAGES.flip(3))


def test_an_affine_without_reach_changes_nothing():
    still = changed(affine=1.0, degrees=0.0, shift=0.0, zoom=(1.0, 1.0))
    assert torch.allclose(still, IMAGES, atol=1e-5)


def test_turning_keeps_distances_in_pixels_of_an_image_that_is_not_square():
    image = dot(64, 128)
    centre = torch.tensor([31.5, 63.5])
    away = torch.tensor(brightest(image)) - centre
    for seed in range(5):
        turned = (
            torch.tensor(brightest(changed(image, seed, affine=1.0, shift=0.0, zoom=(1.0, 1.0)))) - centre
        )
        assert float(turned.norm()) == pytest.approx(float(away.norm()), abs=0.5)
        cosine = float(turned @ away / (turned.norm() * away.norm()))
        assert cosine > 0.965  # 15 degrees


def test_moving_is_at_most_a_tenth_of_each_side():
    image = dot(40, 80)
    row, column = brightest(image)
    places = [brightest(changed(image, seed, affine=1.0, degrees=0.0, zoom=(1.0, 1.0))) for seed in range(20)]
    assert 2.0 < max(abs(r - row) for r, _ in places) <= 4.01
    assert 4.0 < max(abs(c - column) for _, c in places) <= 8.01


def test_zooming_moves_what_is_off_centre_outwards():
    image = dot(64, 64)
    _, column = brightest(image)
    _, wider = brightest(changed(image, affine=1.0, degrees=0.0, shift=0.0, zoom=(1.1, 1.1)))
    assert wider - 31.5 == pytest.approx(1.1 * (column - 31.5), abs=0.2)


def test_jitter_changes_the_mean_and_keeps_the_pattern():
    images = 0.3 + 0.2 * IMAGES
    for before, after in zip(images, changed(images, jitter=1.0), strict=True):
        assert torch.corrcoef(torch.stack([before.flatten(), after.flatten()]))[0, 1] > 0.999
        assert 0.79 < float(after.mean() / before.mean()) < 1.21
