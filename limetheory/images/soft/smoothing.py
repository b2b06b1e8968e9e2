"""`soft_masks`: a label map as masks with smooth edges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from limetheory.arguments import choice, real
from limetheory.arrays import Labels, SoftMasks
from limetheory.given import given
from limetheory.images.segmentation.label_map import compact
from limetheory.images.soft.upsampling import upsampling

SMOOTHINGS = ("gaussian", "bilinear")
"""The smoothings that have a name; None is none."""

_DEVIATION = 70 / 224
"""σ · √d over the longest side: 10 pixels for 49 segments of 224 × 224 (Pihlgren & Främling 2025)."""

_CUT = 4.0
"""Where the Gaussian ends, in standard deviations; the study's."""


def soft_masks(segments: Any, smoothing: str | None = "gaussian", sigma: float | None = None) -> SoftMasks:
    """One mask for each superpixel, which fades out across its edge: together they sum to 1 at every pixel.

    Pihlgren & Främling 2025. ``"gaussian"`` convolves each superpixel with a Gaussian that is mirrored at the borders
    and cut off at 4 σ. ``"bilinear"`` interpolates between the centres of the cells of a grid, as RISE does.

    Args:
        segments: (h, w) label map of integers, relabelled 0..d−1; for ``"bilinear"`` a grid's.
        smoothing: "gaussian", "bilinear", or None for masks of 0 and 1.
        sigma: standard deviation of the Gaussian in pixels, above 0 and at most max(h, w); None is
            max(h, w) · (70 / 224) / round(√d), the study's 10 pixels for 49 segments of 224 × 224.

    Returns:
        float64 masks in [0, 1], shape (d, h, w): 8 d h w bytes.

    Raises:
        ValueError, TypeError: an unknown smoothing, a sigma without ``"gaussian"``, or ``"bilinear"`` where the
            segments are no grid, such as that of ``segment(image, "grid")``.

    >>> soft_masks([[0, 0, 1, 1]], "bilinear").round(2).tolist()
    [[[0.75, 0.75, 0.25, 0.25]], [[0.25, 0.25, 0.75, 0.75]]]
    """
    check_smoothing(smoothing, sigma)
    labels = compact(segments)
    if smoothing == "bilinear":
        return _bilinear(labels)
    if smoothing is None:
        crisp: SoftMasks = (labels == np.arange(labels.max() + 1)[:, None, None]).astype(float)
        return crisp
    return _gaussian(labels, sigma)


def check_smoothing(smoothing: Any, sigma: Any) -> None:
    """Refuse an unknown smoothing, and a sigma that it does not read."""
    if smoothing is not None:
        choice("smoothing", smoothing, SMOOTHINGS, "or None for masks of 0 and 1")
    if sigma is None:
        return
    if smoothing != "gaussian":
        raise ValueError(f"sigma is for smoothing 'gaussian', got {given(sigma)} with {given(smoothing)}; leave it out")
    real("sigma", sigma, above=0, remedy="give the standard deviation in pixels")


def _gaussian(labels: Labels, sigma: float | None) -> SoftMasks:
    from scipy.ndimage import find_objects, gaussian_filter

    d, shape = int(labels.max()) + 1, labels.shape
    deviation = max(shape) * _DEVIATION / round(math.sqrt(d)) if sigma is None else _checked(sigma, max(shape))
    masks, reach = np.zeros((d, *shape)), int(_CUT * deviation + 0.5)
    for label, box in enumerate(find_objects(labels + 1)):
        there = tuple(slice(max(0, side.start - reach), side.stop + reach) for side in box)
        own = (labels[there] == label).astype(float)
        masks[label][there] = gaussian_filter(own, deviation, mode="reflect", truncate=_CUT)
    masks /= masks.sum(axis=0)  # the kernel sums to 1 only up to rounding
    return masks


def _checked(sigma: float, side: int) -> float:
    """A standard deviation, refused where it would make every mask the same at all pixels up to 1 %, and take long."""
    if sigma > side:
        raise ValueError(
            f"sigma must be at most the longer side of the image, {side} pixels, got {given(sigma)}; beyond that each "
            "mask is the same at all pixels, so take less"
        )
    return float(sigma)


def _bilinear(labels: Labels) -> SoftMasks:
    cells = _cells(labels)
    rows, columns = (upsampling(count, size) for count, size in zip(cells.shape, labels.shape, strict=True))
    masks: SoftMasks = np.einsum("yr,xc->rcyx", rows, columns).reshape(cells.size, *labels.shape)
    return masks[np.argsort(cells, axis=None)]


def _cells(labels: Labels) -> np.ndarray:
    """The label of each cell of a grid with cells of equal size, up to a pixel: (rows, columns)."""
    row, column = (np.flatnonzero(np.append(True, (np.diff(labels, axis=axis) != 0).any(1 - axis))) for axis in (0, 1))
    cells = labels[np.ix_(row, column)]
    place = (np.arange(size) * count // size for size, count in zip(labels.shape, cells.shape, strict=True))
    distinct = cells.size == labels.max() + 1
    if not distinct or not np.array_equal(cells[np.ix_(*place)], labels):
        raise ValueError(
            f"smoothing 'bilinear' needs the cells of a grid, got {labels.max() + 1} segments that are none; take "
            "those of method 'grid', or smoothing 'gaussian', which smooths any segments"
        )
    return cells
