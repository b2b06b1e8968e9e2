"""Small holes and islands of masks removed without OpenCV."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from limetheory.arguments import zero_one
from limetheory.images.generators.mask_files import Mask

_EIGHT_NEIGHBOURS = np.ones((3, 3), dtype=bool)


def clean_mask(mask: Any, area: int) -> Mask:
    """Fill the holes of a mask (h, w), then drop its islands, that have fewer than ``area`` pixels.

    Pixels that touch at a corner are connected; if every island is small, the largest stays (the rule of
    segment_anything's ``remove_small_regions``).

    >>> clean_mask(np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 0], [1, 1, 1, 0, 1]], dtype=bool), 2).astype(int).tolist()
    [[1, 1, 1, 0, 0], [1, 1, 1, 0, 0], [1, 1, 1, 0, 0]]
    """
    mask = zero_one("mask", mask)
    filled = mask | _small_regions(~mask, area)[0]
    small, all_small = _small_regions(filled, area)
    return filled & ~small if not all_small else _largest_region(filled)


def without_small_regions(records: list[dict[str, Any]], area: int, overlap: float) -> list[dict[str, Any]]:
    """Clean every mask, then suppress new duplicates, preferring masks that needed no cleaning."""
    from torchvision.ops import nms

    if not area or not records:
        return records
    cleaned = [clean_mask(record["segmentation"], area) for record in records]
    same = [np.array_equal(mask, record["segmentation"]) for mask, record in zip(cleaned, records, strict=True)]
    boxes = torch.tensor([_corners(mask) for mask in cleaned], dtype=torch.float32)
    kept = nms(boxes, torch.tensor(same, dtype=torch.float32), overlap).tolist()
    return [records[i] if same[i] else {**records[i], **_geometry(cleaned[i])} for i in kept]


def _geometry(mask: np.ndarray) -> dict[str, Any]:
    left, top, right, bottom = _corners(mask)
    return {"segmentation": mask, "area": int(mask.sum()), "bbox": [left, top, right - left, bottom - top]}


def _corners(mask: np.ndarray) -> list[int]:
    """The box [left, top, right, bottom] of a mask, last row and column included; zeros for an empty one."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return [int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])] if len(rows) else [0, 0, 0, 0]


def _regions(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.ndimage import label

    regions, _ = label(pixels, structure=_EIGHT_NEIGHBOURS)
    sizes = np.bincount(regions.ravel())
    sizes[0] = 0
    return regions, sizes


def _small_regions(pixels: np.ndarray, area: int) -> tuple[Mask, bool]:
    """Where the small regions are, and whether there are no others."""
    regions, sizes = _regions(pixels)
    small = (0 < sizes) & (sizes < area)
    return small[regions], bool(small.any() and small[1:].all())


def _largest_region(pixels: np.ndarray) -> Mask:
    regions, sizes = _regions(pixels)
    largest: Mask = regions == sizes.argmax()
    return largest
