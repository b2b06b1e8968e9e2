"""The image size that a torch module takes, found by asking it where it refuses an image."""

from __future__ import annotations

from torch import Tensor, nn

from limetheory.images.torch.network_input import NetworkInput
from limetheory.networks import Classifier

# Sides of the images that common networks take, which are tried first.
_COMMON = (224, 32, 28, 64, 96, 128, 160, 192, 240, 256, 260, 288, 299, 300, 384, 448, 512)
_SMALL = range(1, 129)


def refuse_size(module: nn.Module, image: Tensor) -> None:
    """Refuse an image where the module takes a square of another size, or no images but vectors.

    Args:
        module: of a `Classifier`, the network is asked.
        image: (1, c, h, w), which the module refused.

    Raises:
        ValueError: with both sizes and what to do.
    """
    there, channels = NetworkInput.of(module, image), image.shape[1]
    if there.taken(channels, there.size):
        return
    _refuse_vectors(module, there)
    for side in dict.fromkeys([*_COMMON, *_SMALL]):
        if there.taken(channels, (side, side)):
            height, width = there.size
            raise ValueError(
                f"an image must have a size that the network takes, such as {side} x {side}, got {height} x {width}; "
                f"{_remedy(module, side)}"
            )


def _refuse_vectors(module: nn.Module, there: NetworkInput) -> None:
    """Refuse a network of vectors, such as a perceptron of flattened pixels."""
    first = next((layer for layer in there.network.modules() if isinstance(layer, nn.Linear)), None)
    if first is not None and there.takes_vectors(first.in_features):
        flat = "nn.Sequential(nn.Flatten(), network)"
        raise ValueError(
            f"a network must take images (b, c, h, w), got one that takes vectors of {first.in_features} numbers; give "
            + (f"Classifier({flat}, ...)" if isinstance(module, Classifier) else flat)
        )


def _remedy(module: nn.Module, side: int) -> str:
    if isinstance(module, Classifier):
        return f"give Classifier size={side}"
    return f"give Classifier(model, size={side}, mean=0, std=1, output='logits', name='resized')"
