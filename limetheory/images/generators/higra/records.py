"""Regions of a tree as the records of segment_anything, so that whoever reads SAM's masks can read them."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.images.generators.higra.region_tree import RegionTree


def mask_records(regions: RegionTree, levels: tuple[int, ...], threshold: float) -> list[dict[str, Any]]:
    """List the regions in the cuts into at most ``levels`` segments, largest first, without the image itself.

    Args:
        regions: the tree.
        levels: increasing numbers of segments.
        threshold: smallest persistence of a region, in [0, 1].

    Returns:
        One dict per mask: "segmentation" (h, w) bool, "area" in pixels, "bbox" [x, y, w, h], "stability_score" and
        "predicted_iou" (both the persistence: no overlap is predicted), "point_coords" [[x, y]], the pixel of the mask
        nearest to its centre, and "crop_box" [0, 0, w, h].
    """
    kept, _ = regions.shown(levels)
    persistent = [int(region) for region in kept[1:] if regions.persistence[region] >= threshold]
    persistent.sort(key=lambda region: (-regions.area[region], region))
    return [_record(regions.mask(region), float(regions.persistence[region])) for region in persistent]


def _record(mask: np.ndarray, persistence: float) -> dict[str, Any]:
    rows, columns = np.nonzero(mask)
    x, y = int(columns.min()), int(rows.min())
    centre = ((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2).argmin()
    return {
        "segmentation": mask,
        "area": len(rows),
        "bbox": [x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1],
        "predicted_iou": persistence,
        "point_coords": [[float(columns[centre]), float(rows[centre])]],
        "stability_score": persistence,
        "crop_box": [0, 0, mask.shape[1], mask.shape[0]],
    }
