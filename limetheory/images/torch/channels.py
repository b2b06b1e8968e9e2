"""How many channels a torch module takes, found by asking it where it refuses an image."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from limetheory.images.torch.network_input import NetworkInput
from limetheory.networks import Classifier

_LARGEST = 16  # the largest number of channels that is tried; a convention
_COMMON = (3, 1, 4)  # numbers of channels of most images, which are tried first


def refuse_channels(module: nn.Module, image: Tensor) -> None:
    """Refuse an image where the module takes one of the same size with another number of channels.

    Args:
        module: of a `Classifier`, the network is asked.
        image: (1, c, h, w), which the module refused; a grey image in one channel, too.

    Raises:
        ValueError: with both numbers and what to do.
    """
    given = image.shape[1]
    taken = _taken(module, image)
    named = module.channels if isinstance(module, Classifier) else None
    if taken is None:
        return
    if named not in (None, taken):
        raise ValueError(
            f"mean and std must have one number per channel of the network, which takes {taken}, got {named}; give as "
            "many, or one for all"
        )
    if taken != given:
        raise ValueError(
            f"an image must have as many channels as the module takes, {taken}, got {given}; {_remedy(taken, given)}"
        )


def _taken(module: nn.Module, image: Tensor) -> int | None:
    """The first number of channels that does not fail, the image's own before others."""
    there = NetworkInput.of(module, image)
    numbers = dict.fromkeys([image.shape[1], *_numbers(there.network)])
    return next((channels for channels in numbers if there.taken(channels, there.size)), None)


def _numbers(network: nn.Module) -> Iterator[int]:
    """Numbers of channels to ask for: the first convolution's, common ones, all others."""
    first = next((layer for layer in network.modules() if isinstance(layer, nn.Conv2d)), None)
    yield from () if first is None else (first.in_channels,)
    yield from _COMMON
    yield from range(1, _LARGEST + 1)


def _remedy(taken: int, given: int) -> str:
    if taken == 1:
        return "give a grey image (h, w), such as image.mean(axis=2)"
    if taken == 4:
        return (
            "(h, w, 4) is read as colour and opacity, so give (h, w, 5) with zeros behind to a module that takes "
            "images[:, :4] of it"
        )
    return f"give an image (h, w, {taken})" + (f", such as image[..., :{taken}]" if taken < given else "")
