"""A network with several outputs, reduced to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from limetheory.given import given
from limetheory.networks.kinds import taken


class OneOutput(nn.Module):
    """A network that returns one field of another network's result: an entry, an item of a tuple, or an attribute.

    Args:
        network: any that a `Classifier` takes, whose result is a mapping, a tuple or an object with attributes.
        field: the key, the index counted from 0, or the name of the attribute.

    Raises:
        TypeError: If the network is of no kind that a `Classifier` takes.
        ValueError: If a result has no such field.

    >>> import torch
    >>> both = nn.Module(); both.forward = lambda images: {"scores": images.mean((2, 3)), "size": len(images)}
    >>> OneOutput(both, "scores")(torch.zeros(2, 3, 4, 4)).shape
    torch.Size([2, 3])
    """

    def __init__(self, network: Any, field: str | int) -> None:
        """Keep the network and the field; see the class for both."""
        super().__init__()
        self.network, self.field = taken(network).network, field

    def forward(self, images: Any) -> Any:
        """Return the field of the network's result for a batch of images."""
        answer = self.network(images)
        try:
            if isinstance(answer, Mapping) or isinstance(self.field, int):
                return answer[self.field]
            return getattr(answer, self.field)
        except (KeyError, IndexError, AttributeError, TypeError):
            kind = type(answer).__name__
            raise ValueError(f"field must be one of the network's answer, a {kind}, got {given(self.field)}") from None
