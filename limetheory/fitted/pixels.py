"""Models on pixels whose set function has a closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import array, numbers, real
from limetheory.explaining.masked_input import MaskedNumbers, SharedNumbers
from limetheory.explaining.random_cells import CellLaws, RandomCells
from limetheory.explaining.set_function import one_part_each, set_function
from limetheory.levels import unit_levels
from limetheory.limits import Additive, Leaf


class LinearPixels:
    """f(x) = intercept + Σ_u weights_u x_u; on superpixels it is `Additive` (prop:linear).

    Args:
        weights: one number for each pixel (and channel), of the image's shape.
        intercept: f on the black image.

    >>> from limetheory.images import MaskedImage
    >>> masked = MaskedImage(np.array([[0.0, 0.5, 1.0]]), np.array([[0, 0, 1]]))
    >>> set_function(LinearPixels([[1.0, 3.0, 2.0]]), masked).weights.tolist()
    [0.5, 0.0]
    """

    def __init__(self, weights: Any, intercept: float = 0.0):
        self.weights = numbers("weights", weights)
        self.intercept = real("intercept", intercept)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """f on each image: (b, h, w[, c]) → (b,)."""
        images = batch_of_images(images, self.weights.shape)
        return self.intercept + np.tensordot(images, self.weights, axes=self.weights.ndim)


class ShapeDetector:
    """f(x) = Π_{u∈S} 1{x_u > threshold}; on superpixels it is a `Leaf` (prop:leaf).

    This is the basic shape detector of Garreau & Mardaoui 2021, Definition 1, under any replacement. Pixel
    by pixel, 1{x(z)_u > τ} is 1 if both ξ_u, ξ̄_u > τ, is z_j if only ξ_u > τ, is 1 − z_j if only ξ̄_u > τ,
    and 0 if neither.

    Args:
        shape: S, a bool array of the image's shape.
        threshold: τ.

    >>> from limetheory.images import MaskedImage
    >>> masked = MaskedImage(np.array([[0.0, 0.9, 0.9]]), np.array([[0, 0, 1]]), replacement=0.0)
    >>> leaf = set_function(ShapeDetector([[False, True, False]], threshold=0.5), masked)
    >>> leaf.on, leaf.off, leaf.value
    ([0], [], 1.0)
    """

    def __init__(self, shape: Any, threshold: float):
        self.shape = array("shape", shape).copy()
        if self.shape.dtype != bool:
            raise TypeError(f"shape must be a bool array, True on S, got {self.shape.dtype}; compare it first")
        self.threshold = real("threshold", threshold)

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """f on each image: (b, h, w[, c]) → (b,) of 0.0 and 1.0."""
        images = batch_of_images(images, self.shape.shape)
        return (images[:, self.shape] > self.threshold).all(axis=1).astype(float)


@set_function.register
def _(model: LinearPixels, masked: MaskedNumbers | SharedNumbers | RandomCells) -> Additive:
    if isinstance(masked, RandomCells):
        return _over_cells(model, masked.laws)
    _check_shape("weights", model.weights, masked)
    change = model.weights * (masked.original - masked.replaced)
    if isinstance(masked, SharedNumbers):
        return Additive(
            np.tensordot(masked.shares, change, axes=change.ndim),
            model.intercept + float((model.weights * masked.replaced).sum()),
        )
    per_pixel = change.reshape(*masked.segments.shape, -1).sum(axis=2)
    weights = np.bincount(masked.segments.ravel(), per_pixel.ravel(), minlength=masked.d)
    return Additive(weights, model.intercept + float((model.weights * masked.replaced).sum()))


def _over_cells(model: LinearPixels, laws: CellLaws) -> Additive:
    """E[f(x) | z] for independent cells: each contributes the difference of its two means."""
    if model.weights.shape != (laws.d,):
        raise ValueError(
            f"weights must be {laws.d} numbers, one for each column of the row, got shape {model.weights.shape}; give "
            "them in the order of the columns"
        )
    off, on = laws.means()
    return Additive(model.weights * (on - off), model.intercept + float(model.weights @ off))


@set_function.register
@one_part_each
def _(model: ShapeDetector, masked: MaskedNumbers) -> Leaf:
    _check_shape("shape", model.shape, masked)
    owner = masked.owner[model.shape]
    shown = masked.original[model.shape] > model.threshold
    replaced = masked.replaced[model.shape] > model.threshold
    value = 1.0 if (shown | replaced).all() else 0.0
    on, off = np.unique(owner[shown & ~replaced]), np.unique(owner[replaced & ~shown])
    return Leaf(masked.d, on.tolist(), off.tolist(), value)


def batch_of_images(images: Any, shape: tuple[int | None, ...]) -> np.ndarray:
    """A batch of images of one shape, where None stands for any length.

    Masks of superpixels are refused: `set_function` makes a function of masks from a model. Grey levels and colours of
    uint8, uint16 and bool are rescaled to [0, 1]; floats may have any finite value.
    """
    images = array("images", images)
    fits = images.ndim == len(shape) + 1 and all(
        wanted in (None, size) for size, wanted in zip(images.shape[1:], shape, strict=True)
    )
    if not fits:
        raise ValueError(
            f"images must have shape {('b', *('any' if n is None else n for n in shape))}, got {images.shape}; for the "
            "masks of superpixels take set_function(model, MaskedImage(image, segments))"
        )
    return numbers("images", images) if images.dtype.kind == "f" else unit_levels(images, "images")


def _check_shape(name: str, array: np.ndarray, masked: MaskedNumbers | SharedNumbers) -> None:
    if array.shape != masked.original.shape:
        raise ValueError(
            f"{name} must have the image's shape {masked.original.shape}, got {array.shape}; "
            "give one entry for each pixel and channel"
        )
