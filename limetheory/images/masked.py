"""A masked image: x(z) shows the image on active superpixels and the replacement elsewhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import array, mask_rows
from limetheory.arrays import Masks
from limetheory.explaining.nothing_hidden import warn_of_nothing_hidden
from limetheory.images.composed import composed
from limetheory.images.replacement import hiding
from limetheory.images.segmentation.label_map import compact
from limetheory.images.segmentation.methods import Segmenter
from limetheory.images.segmentation.segment import segmented
from limetheory.kept import keepable
from limetheory.layout import Layout
from limetheory.pictures import PICTURE_CHANNELS, as_image, channels_first, image_levels

_ROUNDING = 1e-12
"""Pixel values that differ by at most this count as equal, since resizing rounds; a convention."""


class ReplacedImage(ABC):
    """An image ξ with d parts that can be hidden, and the replacement ξ̄ that then takes their place.

    Attributes:
        image: ξ, (h, w) or (h, w, c) float64 in [0, 1].
        replacement: ξ̄, of the image's shape.
    """

    image: np.ndarray
    replacement: np.ndarray

    @property
    @abstractmethod
    def d(self) -> int:
        """Number of parts."""

    @abstractmethod
    def compose(self, masks: Any) -> np.ndarray:
        """x(z) for each mask: (n, d) bool → (n, h, w[, c]) float64."""

    @property
    def colours(self) -> np.ndarray:
        """A copy of the image as it is shown, (h, w, 3): the first three of more channels, the mean of two."""
        grey = self.image if self.image.ndim == 2 else self.image.mean(axis=2) if self.image.shape[2] == 2 else None
        return self.image[..., :3].copy() if grey is None else np.repeat(grey[..., None], 3, axis=2)

    @property
    def original(self) -> np.ndarray:
        """ξ, the image itself."""
        return self.image

    @property
    def replaced(self) -> np.ndarray:
        """ξ̄, the replacement image."""
        return self.replacement

    def warn_if_nothing_is_hidden(self) -> None:
        """Warn where ξ̄ equals ξ, so that every coefficient is 0."""
        if np.abs(self.image - self.replacement).max() <= _ROUNDING:
            other = 0.0 if self.image.any() else 1.0
            warn_of_nothing_hidden("the replacement of a masked image", f"another one, such as replacement={other}")


class MaskedImage(ReplacedImage):
    """x(z)_u = z_j ξ_u + (1 − z_j) ξ̄_u for the pixels u of superpixel j (THEORY section 1).

    Args:
        image: ξ, grey (h, w) or colour (h, w, 3), anything that `as_image` takes; or (h, w, c) with any other number of
            channels.
        segments: a method of `segment`, its name or its function, or an (h, w) label map of the user's (relabelled
            0..d−1).
        replacement: ξ̄, see `replacement_image`.

    Warns:
        UserWarning: ξ̄ equals ξ, so that every coefficient is 0: the mean colours of a picture of one colour, say.

    >>> masked = MaskedImage(np.array([[0.0, 0.5, 1.0]]), np.array([[3, 3, 9]]))
    >>> masked.d, masked.compose(np.array([[True, False], [False, True]])).tolist()
    (2, [[[0.0, 0.5, 1.0]], [[0.25, 0.25, 1.0]]])
    """

    def __init__(self, image: Any, segments: Any = "slic", replacement: Any = "mean"):
        self._mask(grey_or_channels(image), segments, replacement)
        self.warn_if_nothing_is_hidden()

    @classmethod
    def of(cls, pixels: np.ndarray, segments: Any, replacement: Any, warn: bool = True) -> MaskedImage:
        """The masked image of pixels that were read before, as by `with_channels`: no second look at them.

        Args:
            pixels: ξ.
            segments: see the class.
            replacement: ξ̄, see the class.
            warn: whether to warn where ξ̄ equals ξ.
        """
        masked = cls.__new__(cls)
        masked._mask(pixels, segments, replacement)
        if warn:
            masked.warn_if_nothing_is_hidden()
        return masked

    def _mask(self, pixels: np.ndarray, segments: Any, replacement: Any) -> None:
        self.image = pixels
        if isinstance(segments, (str, Segmenter)) or callable(segments):
            self.segments = segmented(self.colours, segments)
        else:
            self.segments = compact(segments, pixels.shape[:2])
        self.replacement = hiding(pixels, self.segments, replacement)

    @classmethod
    def restored(cls, image: np.ndarray, segments: np.ndarray, replacement: np.ndarray) -> MaskedImage:
        """The masked image with these arrays, which another one had; it warns of nothing again."""
        masked = cls.__new__(cls)
        masked.image = image_levels(image)
        masked.segments = compact(segments, masked.image.shape[:2])
        masked.replacement = hiding(masked.image, masked.segments, replacement)
        return masked

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return int(self.segments.max()) + 1

    @cached_property
    def layout(self) -> Layout:
        """The centroids of the superpixels, in pixels, and their numbers of pixels."""
        return Layout.of_segments(self.segments)

    def compose(self, masks: Any) -> np.ndarray:
        """x(z) for each mask: (n, d) bool → (n, h, w[, c]) float64."""
        return composed(self.image, self.replacement, self.segments, mask_rows(masks, self.d))

    @cached_property
    def owner(self) -> np.ndarray:
        """The superpixel of every entry of the image, of the image's shape."""
        segments = self.segments if self.image.ndim == 2 else self.segments[..., None]
        return np.ascontiguousarray(np.broadcast_to(segments, self.image.shape))


keepable(MaskedImage, "image", "segments", "replacement", build=MaskedImage.restored)


def composing(masked: ReplacedImage, dtype: np.dtype) -> Callable[[Masks], np.ndarray]:
    """x(z) in a number type, as a function of masks (n, d) bool; of whole superpixels it is written in that type.

    >>> composing(MaskedImage(np.array([[0.5, 1.0]]), np.array([[0, 1]]), 0.0), np.dtype("float32"))(
    ...     np.array([[True, False]])
    ... )
    array([[[0.5, 0. ]]], dtype=float32)
    """
    if type(masked) is not MaskedImage:
        return lambda masks: masked.compose(masks).astype(dtype, copy=False)
    shown, hidden = masked.image.astype(dtype, copy=False), masked.replacement.astype(dtype, copy=False)
    return lambda masks: composed(shown, hidden, masked.segments, masks)


def with_channels(image: Any) -> np.ndarray:
    """`as_image`, but for arrays (h, w, c) of 2, 5 or more channels, which keep them.

    Those that read as (c, h, w) are refused, see `channels_first`.

    >>> with_channels(np.zeros((8, 9, 5), np.uint8)).shape, with_channels(np.zeros((8, 9), np.uint8)).shape
    ((8, 9, 5), (8, 9, 3))
    """
    if hasattr(image, "getbands"):
        return as_image(image)
    pixels = array("image", image)
    if pixels.ndim != 3 or not pixels.size or pixels.shape[2] in PICTURE_CHANNELS or channels_first(pixels.shape):
        return as_image(image)
    return image_levels(pixels)


def grey_or_channels(image: Any) -> np.ndarray:
    """Keep a grey image two-dimensional; everything else becomes (h, w, c)."""
    pixels = with_channels(image)
    # a palette image is stored as one number for each pixel, which names a colour
    grey = np.ndim(image) == 2 and getattr(image, "mode", None) != "P"
    return pixels[..., 0].copy() if grey else pixels
