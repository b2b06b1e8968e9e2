"""A transformer on some of an image's patches: those that are left out are not in its input at all.

Attention is among the tokens that are there, so a transformer needs no stand-in for a patch that is missing. What it
computes then is not what it computes with a grey patch in that place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor


class Encoder(Protocol):
    """A transformer in two parts; between them tokens may be left out."""

    def encoded(self, tokens: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """The tokens behind the last layer, (n, k, c) → (n, k, c); with a mask to add to the scores of attention."""
        ...


def class_tokens(network: Encoder, embedded: Tensor, keep: Tensor, padded: bool) -> Tensor:
    """The class token of each choice of patches.

    Args:
        network: the transformer.
        embedded: the tokens of one image before the first layer, (1, others + patches, c); the others, the class token
            first, are always kept.
        keep: (n, patches) bool, which patches are there.
        padded: all choices in one pass, filled up to as many tokens as the largest has, with a mask that no token
            attends to the filling; or else those of equal size together, which computes nothing in vain but needs as
            many passes as there are sizes.

    Returns:
        (n, c).
    """
    others = embedded.shape[1] - keep.shape[1]
    found = embedded.new_empty(len(keep), embedded.shape[2])
    for rows in [torch.arange(len(keep), device=keep.device)] if padded else list(_of_equal_size(keep)):
        places, mask = _places(keep[rows], others)
        tokens = embedded[0, places]
        found[rows] = network.encoded(tokens, mask.to(tokens) if padded else None)[:, 0].to(found)
    return found


def _of_equal_size(keep: Tensor) -> Iterator[Tensor]:
    """The rows that keep as many patches as each other, for each number."""
    sizes = keep.sum(dim=1)
    return (torch.nonzero(sizes == size)[:, 0] for size in sizes.unique())


def _places(keep: Tensor, others: int) -> tuple[Tensor, Tensor]:
    """Where the kept tokens are, (n, k), and what is added to the scores of attention to them, (n, 1, 1, k).

    Rows with fewer than k tokens are filled up with tokens that they do not keep, to whose scores −∞ is added.
    """
    every = torch.ones(len(keep), others, dtype=torch.bool, device=keep.device)
    kept = torch.cat([every, keep], dim=1)
    order = torch.argsort(kept.logical_not().to(torch.uint8), dim=1, stable=True)  # kept ones first, in their order
    order = order[:, : int(kept.sum(dim=1).max())]
    there = kept.gather(1, order)
    mask = torch.zeros(there.shape, device=keep.device).masked_fill(there.logical_not(), -torch.inf)
    return order, mask[:, None, None]
