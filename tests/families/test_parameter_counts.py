"""Each network has the size that its authors give, or that its layers, as they describe them, add up to."""

from __future__ import annotations

import itertools

import pytest

from models.architectures.network import Network, count_parameters
from models.architectures.registry import TorchFamily, families, family_named
from models.features.chain import parse_chain

pytestmark = pytest.mark.slow  # builds networks of full size


def full_size(name: str, classes: int = 8, **parameters: object) -> Network:
    """The network of a family on its own front end."""
    family = family_named(name)
    assert isinstance(family, TorchFamily)
    shape = parse_chain(family.features).output_shape if family.features else (None,)
    return family.build(family.Parameters(**parameters), shape, classes)


def conv(before: int, after: int, kernel: int) -> int:
    """Weights of a convolution with bias; of a linear layer with `kernel` 1."""
    return before * after * kernel + after


def norm(channels: int) -> int:
    """Scale and shift of a batch norm."""
    return 2 * channels


@pytest.mark.parametrize("name", [n for n, f in families().items() if f.published.parameters])
def test_a_network_has_as_many_weights_as_its_authors_say(name):
    published = family_named(name).published.parameters
    assert count_parameters(full_size(name)) == pytest.approx(published, rel=0.02)


def test_the_mlp_has_the_weights_of_its_two_hidden_layers():
    assert count_parameters(full_size("mlp")) == conv(270, 256, 1) + conv(256, 128, 1) + conv(128, 8, 1)


def test_the_2d_cnn_has_the_weights_of_three_blocks_and_a_hidden_layer():
    blocks = sum(conv(a, b, 9) + norm(b) for a, b in ((1, 32), (32, 64), (64, 128)))
    assert count_parameters(full_size("cnn2d")) == blocks + conv(128 * 16 * 16, 128, 1) + conv(128, 8, 1)
    assert count_parameters(full_size("cnn2d", pooling="time")) == blocks + conv(128 * 16, 128, 1) + conv(
        128, 8, 1
    )


def test_the_1d_cnn_has_the_weights_of_five_blocks_and_a_hidden_layer():
    sizes = (22, 512, 512, 256, 256, 128)
    blocks = sum(conv(a, b, 5) + norm(b) for a, b in itertools.pairwise(sizes))
    assert count_parameters(full_size("cnn1d")) == blocks + conv(2 * 128, 512, 1) + conv(512, 8, 1)
