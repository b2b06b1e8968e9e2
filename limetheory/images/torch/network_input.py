"""Which shapes of images a torch module takes, found by evaluating it on zeros."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from limetheory.networks import Classifier
from limetheory.networks.preprocessing import height_and_width, number_type


@dataclass(frozen=True)
class NetworkInput:
    """A network and the form in which it gets an image; that of a `Classifier` is the network that it wraps.

    Attributes:
        network: the network.
        size: (height, width) of an image when it reaches the network.
        kind: number type of the image there.
        device: device of the image there.
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
        sides = height_and_width(module.input_size) if module.input_size else size
        return cls(module.network, sides, number_type(module.network), image.device)

    def taken(self, channels: int, size: tuple[int, int]) -> bool:
        """Whether the network answers to an image of zeros of that shape, and not as to several."""
        try:
            answer = self.network(torch.zeros(1, channels, *size, dtype=self.kind, device=self.device))
        except Exception:  # whatever a user's module says to an image that it does not take
            return False
        return not isinstance(answer, Tensor) or len(answer) == 1

    def takes_vectors(self, length: int) -> bool:
        """Whether the network takes vectors of that length, and no images of as many channels and a pixel."""
        return self._answers(length) and not self._answers(length, 1, 1)

    def _answers(self, *shape: int) -> bool:
        try:
            self.network(torch.zeros(1, *shape, dtype=self.kind, device=self.device))
        except Exception:  # whatever a user's module says to what it does not take
            return False
        return True
