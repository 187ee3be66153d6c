"""PyTorch's attention in operators that can be traced with a length that changes.

`nn.MultiheadAttention` and the transformer layers around it end in fused kernels or in views of fixed sizes,
which TorchScript writes down with the length of its example. While `plain_attention()` lasts, they compute
the same by matrix products and a softmax.

References
----------
`torch.nn.functional.multi_head_attention_forward` (arguments and results), Vaswani et al. 2017.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

_of_torch = functional.multi_head_attention_forward


@contextlib.contextmanager
def plain_attention() -> Iterator[None]:
    """All attention of PyTorch by `multi_head_attention`, without the kernels that inference would take."""
    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    functional.multi_head_attention_forward = multi_head_attention
    try:
        yield
    finally:
        functional.multi_head_attention_forward = _of_torch
        torch.backends.mha.set_fastpath_enabled(fused)


def multi_head_attention(  # noqa: PLR0917 (the signature is PyTorch's)
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """`torch.nn.functional.multi_head_attention_forward`, of a network that is not training.

    Returns
    -------
    output : Tensor [target, batch, dim], or [target, dim]
    weights : Tensor [batch, target, source] or [batch, heads, target, source], or None
    """
    if static_k is not None or static_v is not None:
        raise NotImplementedError("attention with a static key or value")
    batched = query.ndim == 3
    if not batched:
        query, key, value = query[:, None], key[:, None], value[:, None]
        key_padding_mask = None if key_padding_mask is None else key_padding_mask[None]
    projections: Any = (q_proj_weight, k_proj_weight, v_proj_weight)
    if not use_separate_proj_weight:
        assert in_proj_weight is not None  # noqa: S101
        projections = in_proj_weight.chunk(3)
    biases: Any = (None, None, None) if in_proj_bias is None else in_proj_bias.chunk(3)
    q, k, v = (
        functional.linear(x, weight, bias)
        for x, weight, bias in zip((query, key, value), projections, biases, strict=True)
    )
    mask = _mask(attn_mask, key_padding_mask, num_heads, query.dtype)
    if bias_k is not None and bias_v is not None:
        k, v = (torch.cat([x, b + torch.zeros_like(x[:1])]) for x, b in ((k, bias_k), (v, bias_v)))
        mask = None if mask is None else functional.pad(mask, (0, 1))
    if add_zero_attn:
        k, v = (torch.cat([x, torch.zeros_like(x[:1])]) for x in (k, v))
        mask = None if mask is None else functional.pad(mask, (0, 1))
    # [length, batch, dim] -> [batch, heads, length, dim of a head]
    q, k, v = (torch.unflatten(x, -1, (num_heads, -1)).permute(1, 2, 0, 3) for x in (q, k, v))
    scores = (q * (q.shape[-1] ** -0.5)) @ k.transpose(-2, -1)
    weights = (scores if mask is None else scores + mask).softmax(dim=-1)
    output = functional.linear((weights @ v).permute(2, 0, 1, 3).flatten(2), out_proj_weight, out_proj_bias)
    if average_attn_weights:
        weights = weights.mean(dim=1)
    if not batched:
        output, weights = output[:, 0], weights[0]
    return output, weights if need_weights else None


def _mask(attention: Tensor | None, padding: Tensor | None, heads: int, dtype: torch.dtype) -> Tensor | None:
    """Both masks as what is added to the scores [batch, heads, target, source]; None without any."""
    found: Tensor | None = None
    if attention is not None:
        found = _added(attention, dtype)
        if found.ndim == 3:
            found = torch.unflatten(found, 0, (-1, heads))
    if padding is not None:
        hidden = _added(padding, dtype)[:, None, None, :]
        found = hidden if found is None else found + hidden
    return found


def _added(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """A mask as numbers to add: minus infinity where it is True."""
    if mask.dtype == torch.bool:
        return torch.zeros_like(mask, dtype=dtype).masked_fill(mask, float("-inf"))
    return mask.to(dtype)
