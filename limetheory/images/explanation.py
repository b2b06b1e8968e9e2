"""`ImageExplanation`: an explanation with the image it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import HeatMap, Labels
from limetheory.designs import Design
from limetheory.explanation import Explanation
from limetheory.explanation.result import whole
from limetheory.images.masked import MaskedImage
from limetheory.kept import keepable


@dataclass(frozen=True, eq=False, kw_only=True)
class ImageExplanation(Explanation):
    """An explanation with the image it is about.

    Attributes:
        masked: image, superpixels and replacement.
        target: the class explained.
        outputs: the model's answer on the image, shape (classes,).
        design: the design that the masks were drawn from.
        n_masks: masks drawn, with both ends of an efficient design, a mask that was drawn twice counted twice;
            `n_evaluations` counts it once, and the checks of the model too.
        seed: of the masks; None where none was given.
    """

    masked: MaskedImage
    target: int
    outputs: np.ndarray
    design: Design
    n_masks: int
    seed: int | None = None

    @property
    def segments(self) -> Labels:
        """Label map with labels 0..d−1, shape (h, w)."""
        return self.masked.segments

    def heatmap(self) -> HeatMap:
        """The coefficient of each pixel's superpixel, shape (h, w)."""
        return self.coefficients[self.segments]


def _restored(masked: MaskedImage, target: int, outputs: np.ndarray, design: Design, **attributes: Any) -> Explanation:
    """The explanation of a file, whose parts must fit each other."""
    d, classes = np.shape(attributes["coefficients"]), np.shape(outputs)
    if not d == (masked.d,) == (design.d,) or len(classes) != 1 or not 0 <= target < classes[0]:
        raise ValueError(f"{d} coefficients of {masked.d} superpixels, target {target} of {classes}")
    return whole(ImageExplanation, masked=masked, target=target, outputs=outputs, design=design, **attributes)


keepable(ImageExplanation, build=_restored)
