"""prop:or: several shapes, and one shape at every position, on the pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from limetheory.arguments import array, choice, integer, real, several, vector
from limetheory.arrays import PerMask
from limetheory.explaining.masked_input import MaskedNumbers
from limetheory.explaining.set_function import one_part_each, set_function
from limetheory.fitted.pixels import ShapeDetector, batch_of_images
from limetheory.given import given
from limetheory.limits import Leaf, Maximum, WeightedSum, all_of, any_of

_COMBINED: dict[str, Callable[..., PerMask]] = {"any": np.max, "all": np.min, "max": np.max, "sum": np.sum}


class ShapeDetectors:
    """f(x) = any, all, maximum or sum of weights_i detector_i(x) (prop:or).

    On superpixels: "any" and "max" are a `Maximum`, "all" a `Leaf`, "sum" a `WeightedSum` of leaves.

    Args:
        detectors: `ShapeDetector` objects for images of one shape; at least one. Each has its own threshold.
        combine: "any" (1 if at least one shape is detected), "all" (1 if all are), "max" or "sum".
        weights: value of each detector where its shape is detected, for "max" and "sum"; none means 1.

    >>> corners = [ShapeDetector([[True, False]], 0.5), ShapeDetector([[False, True]], 0.5)]
    >>> f = ShapeDetectors(corners, "sum", weights=[1.0, 10.0])
    >>> f(np.array([[[0.9, 0.1]], [[0.9, 0.9]]])).tolist()
    [1.0, 11.0]
    """

    def __init__(self, detectors: Sequence[ShapeDetector], combine: str = "any", weights: Any = None):
        self.detectors = several("detectors", detectors, "ShapeDetector objects")
        if not self.detectors or not all(isinstance(d, ShapeDetector) for d in self.detectors):
            raise TypeError(
                f"detectors must be one or more ShapeDetector, got {given(detectors)}; for nested ones combine their "
                "set functions with limetheory.any_of and all_of"
            )
        self.combine = choice("combine", combine, tuple(_COMBINED))
        if weights is not None and combine in ("any", "all"):
            raise ValueError(f'weights must be left out with combine={combine!r}; use "max" or "sum"')
        self.weights = np.ones(len(self.detectors)) if weights is None else vector("weights", weights)
        if len(self.weights) != len(self.detectors):
            raise ValueError(f"weights must have {len(self.detectors)} entries, got {len(self.weights)}")

    def __call__(self, images: np.ndarray) -> PerMask:
        """f on each image: (b, h, w[, c]) → (b,)."""
        fired = [weight * d(images) for weight, d in zip(self.weights, self.detectors, strict=True)]
        return np.asarray(_COMBINED[self.combine](fired, axis=0))


class ConvolutionalDetector:
    """f(x) = 1 if the pattern is detected at any position, else 0: any over the shifted shapes (prop:or).

    Args:
        pattern: the shape, a bool array (h', w'[, c]) no larger than the image.
        threshold: τ: the pattern is detected where each of its pixels (and channels) is above τ.
        stride: pixels from one position to the next in both directions, at least 1.

    >>> pair = ConvolutionalDetector([[True, True]], threshold=0.5)
    >>> pair(np.array([[[0.1, 0.9, 0.9]], [[0.9, 0.1, 0.9]]])).tolist()
    [1.0, 0.0]
    """

    def __init__(self, pattern: Any, threshold: float, stride: int = 1):
        self.pattern = array("pattern", pattern).copy()
        if self.pattern.dtype != bool or self.pattern.ndim not in (2, 3) or not self.pattern.any():
            raise TypeError(
                f"pattern must be a bool array (h, w) or (h, w, c) with some True, got {self.pattern.dtype} of shape "
                f"{self.pattern.shape}; compare it first, pattern > 0"
            )
        self.threshold = real("threshold", threshold)
        self.stride = integer("stride", stride, 1)

    def __call__(self, images: np.ndarray) -> PerMask:
        """f on each image: (b, h, w[, c]) → (b,) of 0.0 and 1.0."""
        images = batch_of_images(images, (None,) * self.pattern.ndim)
        above = self.windows(np.moveaxis(images > self.threshold, 0, -1))
        return above.all(axis=1).any(axis=0).astype(float)

    def windows(self, array: np.ndarray) -> np.ndarray:
        """The pattern's entries at each position: (h, w[, c], …) → (positions, entries, …)."""
        shape, size = self.pattern.shape, array.shape[: self.pattern.ndim]
        if any(p > s for p, s in zip(shape, size, strict=True)) or shape[2:] != size[2:]:
            raise ValueError(f"pattern must fit the image of shape {size}, got {shape}")
        tops, lefts = (range(0, s - p + 1, self.stride) for s, p in zip(size[:2], shape[:2], strict=True))
        corners = np.array([(top, left) for top in tops for left in lefts])
        entries = np.argwhere(self.pattern)
        rows, columns = (corners[:, None, axis] + entries[None, :, axis] for axis in (0, 1))
        windows: np.ndarray = array[(rows, columns, *entries[:, 2:].T)]
        return windows


@set_function.register
@one_part_each
def _(model: ShapeDetectors, masked: MaskedNumbers) -> Leaf | Maximum | WeightedSum:
    leaves = [set_function(detector, masked) for detector in model.detectors]
    if model.combine == "sum":
        return WeightedSum(leaves, model.weights)
    if model.combine == "all":
        return all_of(leaves)
    return Maximum([Leaf(f.d, f.on, f.off, w * f.value) for w, f in zip(model.weights, leaves, strict=True)])


@set_function.register
@one_part_each
def _(model: ConvolutionalDetector, masked: MaskedNumbers) -> Maximum:
    """Neighbouring positions mostly have equal leaves, so duplicates are dropped before leaves are made."""
    if masked.original.ndim != model.pattern.ndim:
        raise ValueError(
            f"pattern must have an entry for each channel of the image of shape {masked.original.shape}, got a pattern "
            f"of shape {model.pattern.shape}; repeat it along a last axis for colour"
        )
    shown, replaced = (model.windows(x > model.threshold) for x in (masked.original, masked.replaced))
    side = np.where(shown == replaced, 0, np.where(shown, 1, -1))
    literals = side * (model.windows(masked.owner) + 1)
    possible = _distinct_sets(literals[(shown | replaced).all(axis=1)])
    leaves = [Leaf(masked.d, (row[row > 0] - 1).tolist(), (-row[row < 0] - 1).tolist()) for row in possible]
    return any_of(leaves or [Leaf(masked.d, value=0.0)])


def _distinct_sets(rows: np.ndarray) -> np.ndarray:
    """The distinct sets of nonzero entries among the rows; repeated entries are set to 0."""
    rows = np.sort(rows, axis=1)
    rows[:, 1:][rows[:, 1:] == rows[:, :-1].copy()] = 0
    return np.unique(np.sort(rows, axis=1), axis=0)
