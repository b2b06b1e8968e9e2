"""Composing masked images on a torch device and running a module on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from limetheory.arrays import Masks
from limetheory.devices import present_device
from limetheory.images.masked import MaskedImage


class TorchEvaluator:
    """Masks (b, d) bool → the module's outputs (b, classes), with image and labels kept on the device."""

    def __init__(self, module: torch.nn.Module, masked: MaskedImage, device: Any = None):
        if masked.image.ndim != 3:
            raise ValueError(
                f"a torch module needs a colour image (h, w, 3), got shape {masked.image.shape}; use as_image"
            )
        self.module = module if device is None else module.to(present_device(device))
        self.device = next((parameter.device for parameter in module.parameters()), torch.device("cpu"))
        self.shape = masked.segments.shape
        self.labels = torch.as_tensor(masked.segments.ravel(), device=self.device)
        self.image = image_tensor(masked.image, module)
        self.replacement = image_tensor(masked.replacement, module)

    def __call__(self, masks: Masks) -> np.ndarray:
        """Return the outputs as float64."""
        with torch.inference_mode(), evaluation_mode(self.module):
            outputs = self.module(self.compose(masks))
            if not isinstance(outputs, torch.Tensor):
                raise TypeError(
                    f"a module must return a tensor (b, classes), got {type(outputs).__name__}; wrap it to return one"
                )
            return outputs.double().cpu().numpy()

    def compose(self, masks: Masks) -> torch.Tensor:
        """x(z) for each mask: (b, d) bool → (b, 3, h, w) on the device."""
        # float masks gather four times faster than bool ones, and lerp is exact at 0 and 1
        keep = torch.as_tensor(masks, dtype=self.image.dtype, device=self.device).index_select(1, self.labels)
        return torch.lerp(self.replacement, self.image, keep.view(-1, 1, *self.shape))


def image_tensor(image: np.ndarray, module: torch.nn.Module) -> torch.Tensor:
    """(h, w, 3) in [0, 1] → (1, 3, h, w) on the device and in the precision of the module."""
    like = next((p for p in module.parameters() if p.is_floating_point()), torch.empty(0))
    return torch.as_tensor(image, dtype=like.dtype).permute(2, 0, 1)[None].contiguous().to(like.device)


@contextmanager
def evaluation_mode(module: torch.nn.Module) -> Iterator[None]:
    """Run in eval mode (no dropout, fixed batch norm) and put every submodule back afterwards."""
    training = [part for part in module.modules() if part.training]
    if training:
        module.eval()
    try:
        yield
    finally:
        for part in training:
            part.training = True
