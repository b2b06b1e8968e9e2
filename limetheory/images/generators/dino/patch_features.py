"""The features of a photograph's patches, and their means over regions of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.networks.vit.backbone import Backbone

SPREAD = 1.0
"""Standard deviation, in patches, of the Gaussian around a region's own patches."""

SAME_COLOUR = 10.0
"""Standard deviation in Lab of the colours that count as a region's own."""

_LEAST = 1e-9


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


def region_features(patches: np.ndarray, regions: np.ndarray, colours: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """The direction of the mean feature of each region, of the patches near it that have its colour.

    This is joint bilateral upsampling (Kopf et al. 2007) to regions in place of pixels: a patch counts by its share of
    the region's pixels, smoothed by a Gaussian of ``SPREAD`` patches, times a Gaussian of its distance in colour.
    Without the colours, patches across a border blur it, and regions along it become segments of their own.

    Args:
        patches: (rows, columns, c), the features at the centres of the patches.
        regions: (h, w) region of each pixel, 0..n − 1, all of them present.
        colours: (n, 3), their mean colours in Lab.
        lab: (h, w, 3), the photograph in Lab.

    Returns:
        (n, c) of length 1, or 0 where a mean vanishes.

    >>> patches, regions = np.array([[[2.0, 0.0], [0.0, 1.0]]]), np.array([[0, 0, 1, 1]])
    >>> lab = np.zeros((1, 4, 3)); region_features(patches, regions, np.zeros((2, 3)), lab).round(2).tolist()
    [[0.95, 0.31], [0.79, 0.61]]
    >>> lab[:, 2:] = 90; region_features(patches, regions, np.array([[0.0] * 3, [90.0] * 3]), lab).round(2).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    from skimage.transform import resize_local_mean

    grid = patches.shape[:2]
    of_patches = resize_local_mean(lab, grid).reshape(-1, 3)
    weights = _near(regions, len(colours), grid) * _alike(colours, of_patches)
    return directions(weights @ patches.reshape(-1, patches.shape[2]))


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


def _near(regions: np.ndarray, n_regions: int, grid: tuple[int, int]) -> np.ndarray:
    """The share of each patch in the pixels of each region, smoothed: (n_regions, rows · columns)."""
    from scipy.ndimage import gaussian_filter

    shares = _shares(regions, n_regions, grid).toarray().reshape(n_regions, *grid)
    smooth: np.ndarray = gaussian_filter(shares, (0, SPREAD, SPREAD))
    return smooth.reshape(n_regions, -1)


def _alike(colours: np.ndarray, of_patches: np.ndarray) -> np.ndarray:
    """How alike the colours of regions and patches are; never 0, so that a colour without its like has neighbours."""
    from scipy.spatial.distance import cdist

    alike: np.ndarray = np.exp(-cdist(colours, of_patches, "sqeuclidean") / (2 * SAME_COLOUR**2)) + _LEAST
    return alike


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
