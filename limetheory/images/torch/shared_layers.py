"""The first layers of a network for all masks at once.

Behind a few convolutions each position of a feature map sees a few superpixels only. Give superpixels that some
position sees together different colours: then 2^c images, which switch whole colours on and off, hold the features of
every position for every state of what it sees. The features of a mask are picked from them, position by position, and
the rest of the network goes on from there. No number changes: what is left out is computing the same numbers again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import networkx as nx
import numpy as np
import torch
from torch import Tensor, nn

from limetheory.arrays import Masks
from limetheory.limits import all_masks
from limetheory.networks import Classifier

Layer: TypeAlias = Callable[[Tensor], Tensor]
_CHUNK = 16  # images that the shared layers evaluate at once; a convention for memory and time
_LARGEST_BYTES = 1 << 28  # memory for the feature maps that are kept: 256 MiB; a convention
_ROUNDING = 1e-5  # how far both ways may differ, relative to the largest feature: rounding in float32; a convention


def layers_of(module: nn.Module) -> list[Layer]:
    """Functions whose composition is the module: the layers of an `nn.Sequential`; of other modules the module alone.

    Of a `Classifier` they are preprocessing, the layers of its network, and outputs. A module with hooks or a `forward`
    of its own stays whole, so that they are called; one in bfloat16 on a GPU too, where sharing took 1.4 times as long
    (EfficientNet-Lite0 on an H100).

    >>> [type(layer).__name__ for layer in layers_of(nn.Sequential(nn.ReLU(), nn.Sequential(nn.Flatten(), nn.Tanh())))]
    ['ReLU', 'Flatten', 'Tanh']
    """
    if isinstance(module, nn.Sequential) and runs(module, nn.Sequential):
        return [layer for part in module for layer in layers_of(part)]
    if isinstance(module, Classifier) and runs(module, Classifier) and not _bfloat16_on_gpu(module):
        inner = layers_of(module.network)
        return [module.inputs, *map(module.in_precision, inner), module.outputs] if len(inner) > 1 else [module]
    return [module]


def runs(module: nn.Module, kind: type[nn.Module]) -> bool:
    """Whether a call of the module is the forward of its kind and nothing else."""
    hooked = module._forward_hooks or module._forward_pre_hooks
    return getattr(module.forward, "__func__", None) is kind.forward and not hooked


def _bfloat16_on_gpu(module: Classifier) -> bool:
    return module.precision == "bfloat16" and module.mean.device.type != "cpu"


@dataclass(frozen=True, eq=False)
class SharedLayers:
    """What the first layers of a network answer to every mask.

    Attributes:
        depth: how many layers.
        shape: (height, width) of their feature map.
        features: of position p in image v, in row v · positions + p: (images · positions, channels).
        layout: of the feature map in memory.
        bits: 2^colour of each superpixel at the positions that see it, else 0: (d, positions).
    """

    depth: int
    shape: tuple[int, int]
    features: Tensor
    layout: torch.memory_format
    bits: Tensor

    def __call__(self, masks: Masks) -> Tensor:
        """The features of each mask: (n, d) bool → (n, channels, height, width)."""
        keep = torch.as_tensor(masks, dtype=self.bits.dtype, device=self.bits.device)
        positions = torch.arange(self.bits.shape[1], device=keep.device)
        with torch.autocast(keep.device.type, enabled=False):  # images are counted exactly
            images = (keep @ self.bits).long()
        rows = images * len(positions) + positions
        picked = self.features.index_select(0, rows.flatten())
        return picked.view(len(keep), *self.shape, -1).permute(0, 3, 1, 2).contiguous(memory_format=self.layout)


def shared_layers(
    layers: Sequence[Layer], compose: Callable[[Masks], Tensor], labels: Tensor, largest: int
) -> SharedLayers | None:
    """Share as many layers as so many images can hold; None where that is not even one.

    What a position sees is found by painting one superpixel after the other with NaN and looking where it arrives. A
    layer that swallows NaN hides what it sees, and one that draws at random has no features to share: so those of two
    masks are computed in both ways at the end, and nothing is shared if they differ.

    Args:
        layers: functions whose composition is the network; the first takes images (b, 3, h, w), the last is not shared.
        compose: masks (b, d) bool → images.
        labels: the superpixel of each pixel, 0..d−1, (h, w).
        largest: how many images may be evaluated for it.
    """
    d, found = int(labels.max()) + 1, None
    image = compose(np.ones((1, d), bool))
    if d * _bytes(image) > _LARGEST_BYTES // 4:
        return None
    for depth, maps in _maps(layers[:-1], _painted(image, labels)):
        sees = maps.isnan().any(dim=1)
        colours = _colours(sees.flatten(1))
        images = 1 << int(colours.max()) + 1
        if images + d > largest or images * _bytes(maps[:1]) > _LARGEST_BYTES:
            break
        found = depth, sees, colours
    return None if found is None else _confirmed(_filled(*found, layers, compose), layers, compose)


def _bytes(maps: Tensor) -> int:
    return maps.numel() * maps.element_size()


def _painted(image: Tensor, labels: Tensor) -> Tensor:
    """The image with one superpixel after the other of NaN: (1, 3, h, w) → (d, 3, h, w)."""
    each = torch.arange(int(labels.max()) + 1, device=labels.device)
    return image.masked_fill(labels == each.view(-1, 1, 1, 1), torch.nan)


def _maps(layers: Sequence[Layer], images: Tensor) -> Iterator[tuple[int, Tensor]]:
    """Feature maps (b, channels, height, width) behind 1, 2, … layers, up to the first that makes none of NaN."""
    for depth, layer in enumerate(layers, 1):
        try:
            if layer(images[:1].clone()).ndim != 4:
                return
            images = _in_chunks([layer], images)
        except Exception:  # a layer of the user's may refuse NaN or answer with anything
            return
        yield depth, images


def through(layers: Sequence[Layer], images: Tensor) -> Any:
    """The output of several layers applied one after the other."""
    return reduce(lambda maps, layer: layer(maps), layers, images)


def _in_chunks(layers: Sequence[Layer], images: Tensor) -> Tensor:
    return torch.cat([through(layers, part) for part in images.split(_CHUNK)])


def _colours(sees: Tensor) -> np.ndarray:
    """A colour for each superpixel, from 0; those that share a position differ: (d, positions) bool → (d,)."""
    together = (sees.float() @ sees.float().T > 0).cpu().numpy()
    chosen = nx.greedy_color(nx.from_numpy_array(np.triu(together, 1)), "DSATUR")
    return np.array([chosen[superpixel] for superpixel in range(len(sees))])


def _filled(
    depth: int, sees: Tensor, colours: np.ndarray, layers: Sequence[Layer], compose: Callable[[Masks], Tensor]
) -> SharedLayers:
    """The outputs of the layers for all images that show or hide all superpixels of a colour together."""
    masks = all_masks(int(colours.max()) + 1)[:, colours]
    parts = (masks[start : start + _CHUNK] for start in range(0, len(masks), _CHUNK))
    maps = torch.cat([through(layers[:depth], compose(part)) for part in parts])
    layout = torch.contiguous_format if maps.is_contiguous() else torch.channels_last
    bits = torch.as_tensor(1 << colours, device=sees.device)[:, None] * sees.flatten(1)
    rows = maps.permute(0, 2, 3, 1).flatten(0, 2).contiguous()
    return SharedLayers(depth, (sees.shape[1], sees.shape[2]), rows, layout, bits.float())


def _confirmed(
    shared: SharedLayers, layers: Sequence[Layer], compose: Callable[[Masks], Tensor]
) -> SharedLayers | None:
    masks = np.arange(len(shared.bits)) % 2 == np.arange(2)[:, None]
    expected = through(layers[: shared.depth], compose(masks))
    digits = torch.finfo(torch.result_type(expected, 1.0)).eps
    rounding = max(_ROUNDING, digits) * float(expected.abs().max())
    return shared if torch.allclose(shared(masks), expected, rtol=0, atol=rounding) else None
