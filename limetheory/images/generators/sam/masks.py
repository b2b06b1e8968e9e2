"""Segment Anything: all masks of an image, from the package's own generator."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import torch

from limetheory.arguments import integer
from limetheory.images.generators.sam.checkpoints import (
    CHECKPOINTS,
    Checkpoint,
    checkpoint_file,
    checkpoint_folder,
    present_checkpoints,
)
from limetheory.images.generators.sam.loading import PRECISIONS, load_sam, sam_package
from limetheory.images.generators.sam.predictor import TransformersPredictor, TransformersSam
from limetheory.images.generators.small_regions import clean_mask, without_small_regions
from limetheory.want_of_memory import out_of_memory

__all__ = [
    "CHECKPOINTS",
    "PRECISIONS",
    "Checkpoint",
    "SamMasks",
    "checkpoint_file",
    "checkpoint_folder",
    "clean_mask",
    "load_sam",
    "present_checkpoints",
]

POINTS_PER_SIDE, MIN_MASK_REGION_AREA = 32, 512
"""The two settings of DSEG-LIME; every other one keeps segment_anything's own value."""

_POINTS_PER_BATCH = 64  # segment_anything's own number of points in a batch
_LOGIT_BYTES = 2**31  # memory for the logits of a batch's three masks for each point: 2 GiB; a convention
_FIXED = {"model", "point_grids", "output_mode"}


class SamMasks:
    """All masks of an image, by the package's own SamAutomaticMaskGenerator.

    Differs from it in four ways that do not move a mask: small regions are cleaned without OpenCV, the points of a
    batch are limited by the size of the image, and halved when the device runs out of memory, and where no crop of
    an image shows anything there are no masks.

    Args:
        sam: what ``load_sam`` returns, or any module with the same parts.
        points_per_side: points of the prompt grid along each side.
        points_per_batch: prompts decoded at once.
        min_mask_region_area: holes and islands with fewer pixels are removed; 0 keeps them.
        thresholds: any other option of SamAutomaticMaskGenerator, such as ``pred_iou_thresh``.

    Raises:
        TypeError: an option that SamAutomaticMaskGenerator does not have.
        ImportError: ``segment_anything`` is not installed.
    """

    def __init__(
        self,
        sam: Any,
        *,
        points_per_side: int = POINTS_PER_SIDE,
        points_per_batch: int = _POINTS_PER_BATCH,
        min_mask_region_area: int = MIN_MASK_REGION_AREA,
        **thresholds: Any,
    ):
        self.points_per_batch, self._halved = integer("points_per_batch", points_per_batch, 1), False
        self.min_mask_region_area = integer("min_mask_region_area", min_mask_region_area, 0)
        self.automatic = _automatic(sam, integer("points_per_side", points_per_side, 1), thresholds)
        self.automatic._process_crop = partial(_of_crop, self.automatic._process_crop)

    def generate(self, image: np.ndarray) -> list[dict[str, Any]]:
        """Return the records of the masks of an image (h, w, 3) uint8, as SamAutomaticMaskGenerator does.

        Raises:
            TypeError, ValueError: the image has another dtype or shape.
            ValueError: the device has no room even for one point at a time.
        """
        _check_image(image)
        while (records := self._attempt(image)) is None:
            torch.cuda.empty_cache()
        overlap = max(self.automatic.box_nms_thresh, self.automatic.crop_nms_thresh)
        return without_small_regions(records, self.min_mask_region_area, overlap)

    def _attempt(self, image: np.ndarray) -> list[dict[str, Any]] | None:
        limit = _LOGIT_BYTES // (3 * 4 * image.shape[0] * image.shape[1])
        self.automatic.points_per_batch = max(1, min(self.points_per_batch, limit))
        try:
            masks: list[dict[str, Any]] = self.automatic.generate(image)
            return masks
        except (MemoryError, RuntimeError) as error:
            self._halve(error, image.shape[:2])
            return None

    def _halve(self, error: Exception, shape: tuple[int, int]) -> None:
        tried = self.automatic.points_per_batch
        if not out_of_memory(error):
            raise error
        if tried == 1:
            raise ValueError(
                f"the device must have room for SAM and one point at a time, got out of memory on a {shape[0]} x "
                f"{shape[1]} image: use a smaller checkpoint, precision 'bfloat16', a smaller image or device 'cpu'"
            ) from None
        if not self._halved:
            message = f"out of memory with {tried} points per batch: SAM goes on with fewer"
            warnings.warn(message, RuntimeWarning, stacklevel=4)
        self.points_per_batch, self._halved = tried // 2, True


def _automatic(sam: Any, points_per_side: int, thresholds: Mapping[str, Any]) -> Any:
    generator = sam_package().SamAutomaticMaskGenerator
    _check_options(generator, thresholds)
    automatic = generator(sam, points_per_side, **thresholds)
    if isinstance(sam, TransformersSam):
        automatic.predictor = TransformersPredictor(sam)
    return automatic


def _of_crop(process: Callable[..., Any], *crop: Any) -> Any:
    data = process(*crop)
    # torch makes a list without boxes one-dimensional, which the comparison of crops cannot index
    data["crop_boxes"] = data["crop_boxes"].reshape(-1, 4)
    return data


def _check_options(generator: Any, options: Mapping[str, Any]) -> None:
    known = [name for name in inspect.signature(generator).parameters if name not in _FIXED]
    for name in options:
        if name not in known:
            raise TypeError(f"SAM's mask generator takes {', '.join(known)}, got {name!r}; correct its name")


def _check_image(image: np.ndarray) -> None:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        found = getattr(image, "dtype", type(image).__name__)
        raise TypeError(f"SAM's image must be a uint8 array, got {found}: use masks_of, or (255 * image).round()")
    if image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(f"SAM's image must have shape (h, w, 3), got {image.shape}: pass colours")
