"""Asking a vision transformer about masks by leaving the patches of hidden superpixels out of its input."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from limetheory.answers import FIELD_OF_MODULE, resolution, score_rows
from limetheory.arrays import Masks
from limetheory.devices import present_device
from limetheory.images.patches.masked import PatchMaskedImage, refuse_removal
from limetheory.images.patches.owners import patch_owners
from limetheory.images.torch.evaluator import evaluation_mode, image_tensor


class PatchEvaluator:
    """Masks (b, d) bool → the model's outputs (b, classes) on the patches of the superpixels that are shown.

    Args:
        module: with ``of_patches``, such as `Similarity`.
        masked: the image.
        device: where the module is moved to; None leaves it where it is.

    Raises:
        ValueError: a module that cannot leave patches out, or an image of another size than it takes.
    """

    def __init__(self, module: Any, masked: PatchMaskedImage, device: Any = None):
        refuse_removal(module, None)
        _check_size(masked.image.shape, module.input_size)
        self.module = module if device is None else module.to(present_device(device))
        self.image = image_tensor(masked.image, self.module)
        self.device, self.resolution = self.image.device, resolution(self.image)
        self.owners = patch_owners(masked.segments, self.module.patch)

    def __call__(self, masks: Masks) -> np.ndarray:
        """Return the outputs as (b, classes) float64."""
        keep = torch.as_tensor(masks[:, self.owners], device=self.device)
        with torch.inference_mode(), evaluation_mode(self.module):
            found = self.module.of_patches(self.image, keep)
        return score_rows(found, len(masks), FIELD_OF_MODULE)

    again = afresh = __call__


def _check_size(shape: tuple[int, ...], side: int) -> None:
    if shape != (side, side, 3):
        raise ValueError(
            f"an image whose patches are left out must have the shape ({side}, {side}, 3) that the model takes, got "
            f"{shape}; call model.prepare(image) first"
        )
