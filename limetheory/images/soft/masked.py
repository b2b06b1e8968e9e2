"""A masked image with soft masks: every pixel lies between the image and its replacement."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows, numbers
from limetheory.arrays import Labels, SoftMasks
from limetheory.images.masked import MaskedImage, ReplacedImage, grey_or_channels
from limetheory.images.replacement import hiding
from limetheory.images.segmentation.label_map import compact
from limetheory.images.soft.bands import Bands
from limetheory.images.soft.blended import blend
from limetheory.kept import keepable
from limetheory.pictures import image_levels

_SUM_ROUNDING = 1e-6
"""How far the sum of masks may be from 1: what float32 leaves; such masks are divided by their sum."""


class SoftMaskedImage(ReplacedImage):
    """x(z) = ξ̄ + m_z (ξ − ξ̄) with m_z = Σ_j z_j M_j, for masks M_j that sum to 1 at every pixel (prop:soft).

    With masks of 0 and 1 it is `MaskedImage`. It has a set function F(z) = f(x(z)) like any other input, so that
    limits, estimates and certainty hold for it as they are. Of the closed forms that of `LinearPixels` is left:
    `set_function` asks other models about the images themselves.

    Args:
        image: ξ, see `MaskedImage`.
        masks: M, (d, h, w) numbers ≥ 0, d ≥ 2, such as `soft_masks` makes.
        replacement: ξ̄, see `replacement_image`; "mean" is that of the label map.
        segments: the label map that figures show, with d labels; None gives each pixel to its largest mask.

    Raises:
        ValueError: masks that do not sum to 1 at every pixel, or of another shape; a mask that is nowhere the largest,
            without segments.

    >>> masks = np.array([[[0.75, 0.25]], [[0.25, 0.75]]])
    >>> soft = SoftMaskedImage(np.array([[1.0, 1.0]]), masks, replacement=0.0)
    >>> soft.compose(np.array([[True, False], [True, True]])).tolist()
    [[[0.75, 0.25]], [[1.0, 1.0]]]
    """

    def __init__(self, image: Any, masks: Any, replacement: Any = "mean", segments: Any = None):
        pixels = grey_or_channels(image)
        masks = partition_of_unity(masks, pixels.shape[:2])
        labels = largest(masks) if segments is None else _labels(segments, masks)
        self._set(pixels, masks, hiding(pixels, labels, replacement), labels)
        self.warn_if_nothing_is_hidden()

    @classmethod
    def of(cls, crisp: MaskedImage, masks: SoftMasks) -> SoftMaskedImage:
        """The masked image with soft masks in place of its superpixels, for masks of `soft_masks`."""
        masked = cls.__new__(cls)
        masked._set(crisp.image, masks, crisp.replacement, crisp.segments)
        return masked

    @classmethod
    def restored(
        cls, image: np.ndarray, masks: np.ndarray, replacement: np.ndarray, segments: np.ndarray
    ) -> SoftMaskedImage:
        """The masked image with these arrays, which another one had; it warns of nothing again."""
        masked, pixels = cls.__new__(cls), image_levels(image)
        partition_of_unity(masks, pixels.shape[:2])
        masked._set(pixels, masks, hiding(pixels, segments, replacement), _labels(segments, masks))
        return masked

    def _set(self, image: np.ndarray, masks: SoftMasks, replacement: np.ndarray, segments: Labels) -> None:
        self.image, self.masks, self.replacement, self.segments = image, masks, replacement, segments

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return len(self.masks)

    @property
    def shares(self) -> np.ndarray:
        """How much of every entry of the image belongs to each superpixel, (d, …) with the image's shape."""
        masks = self.masks if self.image.ndim == 2 else self.masks[..., None]
        return np.broadcast_to(masks, (self.d, *self.image.shape))

    @cached_property
    def bands(self) -> Bands:
        """The masks as they are summed."""
        return Bands.of(self.masks)

    def compose(self, masks: Any) -> np.ndarray:
        """x(z) for each mask: (n, d) bool → (n, h, w[, c]) float64."""
        keep = mask_rows(masks, self.d)
        rows, columns = self.segments.size, keep[:, self.bands.order].astype(float)
        replaced, difference = (one.reshape(rows, -1) for one in (self.replacement, self.image - self.replacement))
        images = np.empty((len(keep), *difference.shape))
        for band in self.bands.bands:
            blend(
                images[:, band.pixels], columns[:, band.columns] @ band.masks, difference[band.pixels],
                replaced[band.pixels],
            )  # fmt: skip
        images = images.reshape(len(keep), *self.image.shape)
        images[keep.all(axis=1)] = self.image  # and not what rounding makes of it
        return images


keepable(SoftMaskedImage, "image", "masks", "replacement", "segments", build=SoftMaskedImage.restored)


def partition_of_unity(masks: Any, shape: tuple[int, ...]) -> SoftMasks:
    """Masks (d, h, w) as a new float64 array whose sums are 1 up to rounding, refused where they are not.

    >>> partition_of_unity(np.full((2, 1, 1), 0.4), (1, 1))
    Traceback (most recent call last):
    ValueError: soft masks must sum to 1 at every pixel, got sums from 0.8 to 0.8; divide by masks.sum(axis=0), and
    give pixels of no mask one of their own
    """
    found = numbers("masks", masks)
    if found.ndim != 3 or found.shape[1:] != tuple(shape) or len(found) < 2:
        raise ValueError(
            f"soft masks must have shape (d, {shape[0]}, {shape[1]}) with d at least 2, got {found.shape}; "
            "limetheory.images.soft_masks makes them of a label map"
        )
    if found.min() < 0:
        raise ValueError(f"soft masks must be at least 0, got {found.min():.6g}; clip them and divide by their sum")
    sums = found.sum(axis=0)
    if np.abs(sums - 1).max() > _SUM_ROUNDING:
        raise ValueError(
            f"soft masks must sum to 1 at every pixel, got sums from {sums.min():.6g} to {sums.max():.6g}; divide by "
            "masks.sum(axis=0), and give pixels of no mask one of their own"
        )
    found /= sums
    return found


def largest(masks: SoftMasks) -> Labels:
    """The largest mask at each pixel, (h, w), the first of several; refused where some mask is the largest nowhere."""
    labels: Labels = masks.argmax(axis=0)
    missing = np.setdiff1d(np.arange(len(masks)), labels)
    if len(missing):
        raise ValueError(
            f"segments must be given where a mask is nowhere the largest, got none with mask {missing[0]}; give a "
            "label map of as many superpixels"
        )
    return labels


def _labels(segments: Any, masks: SoftMasks) -> Labels:
    labels = compact(segments, masks.shape[1:])
    if labels.max() + 1 != len(masks):
        raise ValueError(
            f"segments must have one label for each of the {len(masks)} soft masks, got {labels.max() + 1}; give those "
            "that the masks were made of"
        )
    return labels
