"""`ImageExplanation`: an explanation with the image it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import HeatMap, Labels, SoftMasks
from limetheory.explaining.explained import InputExplanation, restored
from limetheory.images.masked import MaskedImage
from limetheory.images.pixel_map import PixelMap
from limetheory.images.random.masked import RandomMaskedImage
from limetheory.images.soft.masked import SoftMaskedImage, partition_of_unity
from limetheory.images.soft.smoothing import soft_masks
from limetheory.images.soft.spread import BoundedSpread, LinearSpread
from limetheory.kept import keepable


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageExplanation(InputExplanation):
    """An explanation with the image it is about.

    Attributes:
        masked: image, superpixels and replacement; of a random one the mean, and its law.
        map_masks: M, the soft masks (d, h, w) of a map by pixels; None for one by superpixels.
    """

    masked: MaskedImage | SoftMaskedImage | RandomMaskedImage
    map_masks: SoftMasks | None = None

    @property
    def segments(self) -> Labels:
        """Label map with labels 0..d−1, shape (h, w)."""
        return self.masked.segments

    def heatmap(self) -> HeatMap:
        """The coefficient of each pixel's superpixel, shape (h, w); Σ_j β_j M_j of a map by pixels."""
        if self.map_masks is None:
            return self.coefficients[self.segments]
        return np.tensordot(self.coefficients, self.map_masks, axes=1)

    def pixel_map(self) -> PixelMap:
        """The heat map with a standard error and an interval at every pixel, and an interval for its largest value.

        From the covariance of the coefficients. Where there is none, and where a tolerance ended the drawing, standard
        errors and simultaneous intervals are bounds that hold whatever the correlations.
        """
        masks = soft_masks(self.segments, None) if self.map_masks is None else self.map_masks
        bounded = self.covariance is None or self.stopping is not None
        spread = (BoundedSpread if bounded else LinearSpread)(self, masks)
        return PixelMap(self.heatmap(), spread.errors, self.n_evaluations, self.target, spread.freedom, spread=spread)


def _restored(map_masks: SoftMasks | None = None, **attributes: Any) -> ImageExplanation:
    found = restored(ImageExplanation, **attributes, map_masks=map_masks)
    if map_masks is not None and partition_of_unity(map_masks, found.segments.shape).shape[0] != found.d:
        raise ValueError(f"{len(map_masks)} masks of {found.d} parts")
    return found


keepable(ImageExplanation, build=_restored, later=("map_masks",))
