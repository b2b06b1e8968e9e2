"""limetheory as an explanation function of Quantus."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from limetheory.adapters.captum.evaluated import outputs
from limetheory.adapters.masked_tensors import MaskedTensors
from limetheory.arguments import array, generator, instance, integer, numbers
from limetheory.arrays import Masks, PerMask
from limetheory.designs import ImageDesign
from limetheory.devices import present_device
from limetheory.estimation import estimate
from limetheory.explaining.explained import chosen_design, refuse_design
from limetheory.given import given
from limetheory.images.replacement import hiding
from limetheory.images.segmentation.label_map import compact
from limetheory.images.segmentation.methods import Segmenter
from limetheory.images.segmentation.segment import segmented
from limetheory.images.torch.evaluator import evaluation_mode

_REMEDY = "give channels first; limetheory.adapters.captum explains tensors of any form"


def explain_func(
    model: Any,
    inputs: Any,
    targets: Any,
    *,
    segments: Any = "grid",
    replacement: Any = "mean",
    design: Any = None,
    n: int = 1000,
    rng: Any = None,
    method: Any = "wls",
    ridge: float = 0.0,
    batch_size: int = 32,
    device: Any = None,
) -> np.ndarray:
    """Explain images by LIME, as the ``explain_func`` of any metric of Quantus 0.6.

    Quantus hands over images as its network takes them, whatever their scale; arguments behind ``targets`` go into its
    ``explain_func_kwargs``. Each pixel gets the coefficient of its superpixel.

    Args:
        model: torch module on (b, c, h, w); it runs in eval mode, with what it returns explained as it is.
        inputs: (b, c, h, w) images of any scale and number of channels.
        targets: (b,) class index of each image.
        segments: a method of `segment`, its name or its function, or an (h, w) integer label map.
        replacement: "mean" or "blur" of the image, or a number or an array (c, h, w) of the images' own scale.
        design: a design, a function of d, or `AreaDesign` as in `explain_image`; None is `ImageDesign`.
        n, rng, method, ridge: see `estimate`. With a seed as ``rng`` every image gets masks of that seed.
        batch_size: images for each call of the model.
        device: where the model runs; None leaves it where it is.

    Returns:
        (b, 1, h, w) float64.

    Raises:
        TypeError, ValueError: an argument of another form.

    >>> brightness = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2, bias=False))
    >>> _ = nn.init.ones_(brightness[2].weight)
    >>> images = np.random.default_rng(0).normal(size=(3, 2, 8, 8))
    >>> found = explain_func(brightness, images, [0, 1, 1], segments="grid", replacement=0.0, n=200, rng=0)
    >>> found.shape
    (3, 1, 8, 8)
    """
    module = instance("model", model, nn.Module, "Quantus' torch models are modules")
    images, classes = numbers("inputs", inputs), array("targets", targets)
    if images.ndim != 4:
        raise ValueError(f"inputs must have the shape (b, c, h, w), got {images.shape}; {_REMEDY}")
    if not images.size:
        raise ValueError(f"inputs must have one image at least, got shape {images.shape}; leave out empty batches")
    if classes.shape != images.shape[:1] or classes.dtype.kind not in "iu" or classes.min() < 0:
        raise ValueError(
            f"targets must be a class index from 0 for each of {len(images)} images, got {given(targets)}; give y_batch"
        )
    refuse_design(design)
    batch_size = integer("batch_size", batch_size, 1)
    module = module if device is None else module.to(present_device(device))
    with torch.no_grad(), evaluation_mode(module):
        return np.stack([
            _heatmap(
                _Function(module, image, int(target), segments, replacement, batch_size),
                design, n, rng, method, ridge,
            )
            for image, target in zip(images, classes, strict=True)
        ])[:, None]  # fmt: skip


class _Function:
    """The set function of one output of a module at one image (c, h, w)."""

    def __init__(self, module: nn.Module, image: np.ndarray, target: int, segments: Any, replacement: Any, size: int):
        self.module, self.target, self.block_size = module, target, size
        low, span = image.min(), np.ptp(image) or 1.0
        levels = np.moveaxis((image - low) / span, 0, -1)
        self.labels = _labels(levels, segments)
        self.d = int(self.labels.max()) + 1
        hidden = (
            numbers("replacement", replacement)
            if not isinstance(replacement, str)
            else (low + span * np.moveaxis(hiding(levels, self.labels, replacement), -1, 0))
        )
        if hidden.shape not in ((), image.shape):
            raise ValueError(
                f"replacement must be a name, a number or an array of shape {image.shape}, got {hidden.shape}"
            )
        like = next(module.parameters(), torch.empty(0))
        shown, replaced = (
            torch.as_tensor(one).to(like)[None] for one in (image, np.broadcast_to(hidden, image.shape).copy())
        )
        labels = torch.as_tensor(self.labels, device=like.device)[None, None]
        self._masked = MaskedTensors((shown,), (replaced,), (labels,), self.d)

    def __call__(self, masks: Masks) -> PerMask:
        return outputs(self.module, self._masked.compose(torch.as_tensor(masks)), self.target, ())


def _labels(levels: np.ndarray, segments: Any) -> np.ndarray:
    """The superpixel of each pixel; those of a method are of three channels, or the mean of them in grey."""
    if not (isinstance(segments, (str, Segmenter)) or callable(segments)):
        return compact(segments, levels.shape[:2])
    colours = levels[..., :3] if levels.shape[2] >= 3 else np.repeat(levels.mean(axis=2, keepdims=True), 3, axis=2)
    return segmented(colours, segments)


def _heatmap(function: _Function, design: Any, n: int, rng: Any, method: Any, ridge: float) -> np.ndarray:
    chosen = chosen_design(design, function.d, ImageDesign, labels=function.labels)
    found: np.ndarray = estimate(function, chosen, n, generator(rng), method, ridge).coefficients[function.labels]
    return found
