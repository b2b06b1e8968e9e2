"""One of several outputs of a network, as a network of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from limetheory.arguments import refuse_class
from limetheory.given import given


class OneOutput(nn.Module):
    """One field of a network's answer: the entry of a mapping, the place in a tuple, or an attribute.

    Args:
        network: a torch module that answers with several things.
        field: the key, the place counted from 0, or the attribute's name.

    Raises:
        TypeError: If the network is no nn.Module.
        ValueError: If an answer has no such field.

    >>> import torch
    >>> both = nn.Module(); both.forward = lambda images: {"scores": images.mean((2, 3)), "size": len(images)}
    >>> OneOutput(both, "scores")(torch.zeros(2, 3, 4, 4)).shape
    torch.Size([2, 3])
    """

    def __init__(self, network: nn.Module, field: str | int) -> None:
        """Keep the network and the field; see the class for both."""
        super().__init__()
        refuse_class("network", network)
        if not isinstance(network, nn.Module):
            raise TypeError(f"network must be a torch.nn.Module, got {type(network).__name__}; wrap it in one")
        self.network, self.field = network, field

    def forward(self, images: Any) -> Any:
        """The field of the network's answer to a batch of images."""
        answer = self.network(images)
        try:
            if isinstance(answer, Mapping) or isinstance(self.field, int):
                return answer[self.field]
            return getattr(answer, self.field)
        except (KeyError, IndexError, AttributeError, TypeError):
            kind = type(answer).__name__
            raise ValueError(f"field must be one of the network's answer, a {kind}, got {given(self.field)}") from None
