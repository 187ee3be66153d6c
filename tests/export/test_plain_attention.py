"""Attention that can be traced with any length gives what PyTorch's own does."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from export.plain_attention import plain_attention

LENGTH, BATCH, DIM, HEADS = 7, 3, 8, 2
CAUSAL = torch.triu(torch.ones(LENGTH, LENGTH, dtype=torch.bool), 1)
PADDED = torch.arange(LENGTH) >= torch.tensor([[7], [5], [3]])
OF_EACH_HEAD = torch.linspace(-1, 1, BATCH * HEADS * LENGTH * LENGTH).view(BATCH * HEADS, LENGTH, LENGTH)


def both(module: nn.Module, *inputs: Tensor, **options: Any) -> tuple[Any, Any]:
    """What a module answers, and what it answers by plain attention."""
    module = module.eval()
    with torch.inference_mode():
        expected = module(*inputs, **options)
        with plain_attention():
            return module(*inputs, **options), expected


def signal(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3))


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"need_weights": False},
        {"average_attn_weights": False},
        {"attn_mask": CAUSAL},
        {"attn_mask": OF_EACH_HEAD},
        {"key_padding_mask": PADDED},
        {"attn_mask": CAUSAL, "key_padding_mask": PADDED},
    ],
    ids=lambda options: ", ".join(options) or "none",
)
@pytest.mark.parametrize(
    "made",
    [
        {"batch_first": True},
        {"batch_first": False},
        {"batch_first": True, "bias": False},
        {"batch_first": True, "add_bias_kv": True},
        {"batch_first": True, "add_zero_attn": True, "add_bias_kv": True},
    ],
    ids=", ".join,
)
def test_self_attention_is_pytorchs(made, options):
    x = signal(BATCH, LENGTH, DIM) if made["batch_first"] else signal(LENGTH, BATCH, DIM)
    found, expected = both(nn.MultiheadAttention(DIM, HEADS, **made), x, x, x, **options)
    torch.testing.assert_close(found, expected)


def test_attention_to_something_of_another_width_and_length_is_pytorchs():
    module = nn.MultiheadAttention(DIM, HEADS, kdim=5, vdim=6, batch_first=True)
    inputs = signal(BATCH, LENGTH, DIM), signal(BATCH, 4, 5), signal(BATCH, 4, 6)
    torch.testing.assert_close(*both(module, *inputs))


def test_attention_without_a_batch_is_pytorchs():
    x = signal(LENGTH, DIM)
    torch.testing.assert_close(*both(nn.MultiheadAttention(DIM, HEADS), x, x, x))


@pytest.mark.filterwarnings("ignore:.*nested tensor:UserWarning")
@pytest.mark.parametrize("norm_first", [False, True])
def test_a_transformer_is_pytorchs(norm_first):
    layer = nn.TransformerEncoderLayer(DIM, HEADS, 16, batch_first=True, norm_first=norm_first)
    module = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
    torch.testing.assert_close(*both(module, signal(BATCH, LENGTH, DIM)))
    torch.testing.assert_close(*both(module, signal(BATCH, LENGTH, DIM), mask=CAUSAL, is_causal=True))


def test_pytorch_is_left_as_it_was():
    before = nn.functional.multi_head_attention_forward, torch.backends.mha.get_fastpath_enabled()
    with pytest.raises(ValueError, match="inside"), plain_attention():
        raise ValueError("inside")
    after = nn.functional.multi_head_attention_forward, torch.backends.mha.get_fastpath_enabled()
    assert after == before
