"""`ImageExplanation`: an explanation with the image it is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from limetheory.arrays import HeatMap, Labels
from limetheory.explaining.explained import InputExplanation, restored
from limetheory.images.masked import MaskedImage
from limetheory.kept import keepable


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageExplanation(InputExplanation):
    """An explanation with the image it is about.

    Attributes:
        masked: image, superpixels and replacement.
    """

    masked: MaskedImage

    @property
    def segments(self) -> Labels:
        """Label map with labels 0..d−1, shape (h, w)."""
        return self.masked.segments

    def heatmap(self) -> HeatMap:
        """The coefficient of each pixel's superpixel, shape (h, w)."""
        return self.coefficients[self.segments]


keepable(ImageExplanation, build=partial(restored, ImageExplanation))
