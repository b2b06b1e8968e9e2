"""What a torch module takes, found by asking it: the network within, and zeros of some shape for it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from limetheory.models import Classifier
from limetheory.models.preprocessing import number_type


@dataclass(frozen=True)
class NetworkInput:
    """The network of a module, of a `Classifier` that within, and what an image becomes before it.

    Attributes:
        network: what is asked.
        size: (height, width) of the image there.
        kind: of its numbers.
        device: where they are.
    """

    network: nn.Module
    size: tuple[int, int]
    kind: torch.dtype
    device: torch.device

    @classmethod
    def of(cls, module: nn.Module, image: Tensor) -> NetworkInput:
        """What a module makes of an image (1, c, h, w)."""
        size = image.shape[2], image.shape[3]
        if not isinstance(module, Classifier):
            return cls(module, size, image.dtype, image.device)
        side = module.input_size
        return cls(module.network, (side, side) if side else size, number_type(module.network), image.device)

    def taken(self, channels: int, size: tuple[int, int]) -> bool:
        """Whether the network answers to an image of zeros of that shape, and not as to several."""
        try:
            answer = self.network(torch.zeros(1, channels, *size, dtype=self.kind, device=self.device))
        except Exception:  # whatever a user's module says to an image that it does not take
            return False
        return not isinstance(answer, Tensor) or len(answer) == 1
