"""`ImageExplanation`: an explanation with the image it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import HeatMap, Labels, SoftMasks
from limetheory.explaining.draws import Record
from limetheory.explaining.explained import InputExplanation, restored
from limetheory.explaining.variance_split import VarianceSplit, variance_split
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
        record: of a random replacement the masks and values that were drawn; None of one image.
        ridge: the penalty of the fit, which `variance_split` asks for.
        map_masks: M, the soft masks (d, h, w) of a map by pixels; None for one by superpixels.
    """

    masked: MaskedImage | SoftMaskedImage | RandomMaskedImage
    map_masks: SoftMasks | None = None
    record: Record | None = None
    ridge: float = 0.0

    @property
    def segments(self) -> Labels:
        """Label map with labels 0..d−1, shape (h, w)."""
        return self.masked.segments

    def heatmap(self) -> HeatMap:
        """The coefficient of each pixel's superpixel, shape (h, w); Σ_j β_j M_j of a map by pixels."""
        if self.map_masks is None:
            return self.coefficients[self.segments]
        return np.tensordot(self.coefficients, self.map_masks, axes=1)

    @property
    def variance_split(self) -> VarianceSplit:
        """The variance of each coefficient between masks and within them; needs ``repeats`` of 2 or more.

        Raises:
            ValueError: a replacement of one image, single draws, or an explanation to a tolerance or by an attribution.
        """
        if self.record is None:
            raise ValueError(
                "a variance split needs a random replacement, got one image; give replacement='noise' and repeats=2"
            )
        return variance_split(self.record, self.design, self.standard_errors**2, self.method, self.ridge)

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


keepable(ImageExplanation, build=_restored, later=("map_masks", "record", "ridge", "batch_size"))
