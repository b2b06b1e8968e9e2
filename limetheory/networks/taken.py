"""A network as a torch module, with what it knows of its own preprocessing, classes and outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor, nn

from limetheory.networks.image_processor import processing_of
from limetheory.networks.preprocessing import Size


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a `Classifier` makes of a network; None is what the network does not know.

    Attributes:
        network: the torch module.
        size, mean, std, class_names, name: see `Classifier`.
        output: what its outputs are: "sigmoid" of a network that was trained for labels that do not exclude each
            other, "identity" of a regression.
        logits: whether these are logits for certain, whatever they look like.
        given: what was given as the network, in words.
        remedy: what to do where it does not know means and deviations.
    """

    network: nn.Module
    size: Size = None
    mean: float | Sequence[float] | None = None
    std: float | Sequence[float] | None = None
    class_names: Sequence[str] | None = None
    name: str | None = None
    output: str | None = None
    logits: bool = False
    given: str = ""
    remedy: str = "give those of its training, or mean=0, std=1 if it takes images in [0, 1]"

    def with_given(self, **given: Any) -> Taken:
        """The same with what was given, which None is not, in place of what the network knows.

        Raises:
            ValueError: there are no means or deviations.
        """
        found = replace(self, **{name: value for name, value in given.items() if value is not None})
        if found.mean is None or found.std is None:
            raise ValueError(
                f"mean and std must be given for a network that does not know them, got "
                f"{self.given or type(self.network).__name__}; {self.remedy}"
            )
        return found

    def chosen_output(self, output: str) -> str:
        """What was asked for; of "probabilities", where the network knows what its outputs are, that."""
        return self.output if output == "probabilities" and self.output else output

    def processed(self, processor: Any) -> Taken:
        """The same with the preprocessing of an image processor of transformers.

        Raises:
            ValueError: see `processing_of`.
        """
        found = processing_of(processor)
        network = self.network if found.order == (0, 1, 2) else Reordered(self.network, found.order)
        mean, std = ([values[found.order.index(c)] for c in range(3)] for values in (found.mean, found.std))
        return replace(self, network=network, size=found.size, mean=mean, std=std)


class Reordered(nn.Module):
    """A network that gets the channels of images (b, c, h, w) in another order.

    >>> import torch
    >>> Reordered(nn.Identity(), (2, 1, 0))(torch.arange(3.0).reshape(1, 3, 1, 1)).flatten().tolist()
    [2.0, 1.0, 0.0]
    """

    def __init__(self, network: nn.Module, order: Sequence[int]):
        super().__init__()
        self.network, self.order = network, list(order)

    def forward(self, images: Tensor) -> Any:
        """Return the network's answer to the reordered images."""
        return self.network(images[:, self.order])
