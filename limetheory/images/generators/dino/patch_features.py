"""The features of a photograph's patches, and their means over regions of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.networks.vit.backbone import Backbone


def patch_features(photo: np.ndarray, backbone: Backbone) -> np.ndarray:
    """What the backbone makes of each patch, minus the mean over all patches of the photograph.

    Args:
        photo: (h, w, 3) in [0, 1].
        backbone: see `load_backbone`.

    Returns:
        (rows, columns, c) float32, whose mean over rows and columns is 0.
    """
    (patches,) = backbone(backbone.prepare(photo)).patches
    centred: np.ndarray = patches - patches.mean(axis=(0, 1))
    return centred


def region_features(patches: np.ndarray, regions: np.ndarray, n_regions: int) -> np.ndarray:
    """The direction of the mean feature of each region's pixels, where features are interpolated between patches.

    Args:
        patches: (rows, columns, c), the features at the centres of the patches.
        regions: (h, w) region of each pixel, 0..n_regions − 1, all of them present.
        n_regions: their number.

    Returns:
        (n_regions, c) of length 1, or 0 where a mean vanishes.

    >>> region_features(np.array([[[2.0, 0.0], [0.0, 1.0]]]), np.array([[0, 0, 1, 1]]), 2).round(2).tolist()
    [[1.0, 0.06], [0.12, 0.99]]
    """
    shares = _shares(regions, n_regions, patches.shape[:2])
    return directions(shares @ patches.reshape(-1, patches.shape[2]))


def directions(features: np.ndarray) -> np.ndarray:
    """The features (…, c) divided by their length; 0 stays 0."""
    length = np.linalg.norm(features, axis=-1, keepdims=True)
    found: np.ndarray = features / np.where(length > 0, length, 1)
    return found


def between(size: int, patches: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The two patches whose centres enclose each of ``size`` pixels along an axis, and the share of the second one.

    >>> [one.tolist() for one in between(4, 2)]
    [[0, 0, 0, 0], [1, 1, 1, 1], [0.0, 0.25, 0.75, 1.0]]
    """
    place = np.clip((np.arange(size) + 0.5) * patches / size - 0.5, 0, patches - 1)
    first = np.minimum(place.astype(np.intp), max(0, patches - 2))
    return first, np.minimum(first + 1, patches - 1), place - first


def _shares(regions: np.ndarray, n_regions: int, grid: tuple[int, int]) -> Any:
    """How much each patch counts in the mean of each region: sparse (n_regions, rows · columns), rows sum to 1."""
    from scipy.sparse import coo_matrix

    above, below, down = between(regions.shape[0], grid[0])
    left, right, across = between(regions.shape[1], grid[1])
    each = 1 / np.bincount(regions.ravel(), minlength=n_regions)[regions]
    shares = coo_matrix((n_regions, grid[0] * grid[1])).tocsr()
    for row, vertical in ((above, 1 - down), (below, down)):
        for column, horizontal in ((left, 1 - across), (right, across)):
            weight = each * vertical[:, None] * horizontal
            place = regions.ravel(), (row[:, None] * grid[1] + column).ravel()
            shares = shares + coo_matrix((weight.ravel(), place), shape=shares.shape).tocsr()
    return shares
