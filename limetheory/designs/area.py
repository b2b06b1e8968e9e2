"""The design of image LIME with superpixels kept by their areas."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import real, vector
from limetheory.designs.kernel import bandwidth as checked_bandwidth
from limetheory.designs.kernel import log_kernel
from limetheory.designs.unequal import UnequalDesign
from limetheory.designs.unequal_sums import expit, log_tilt


class AreaDesign(UnequalDesign):
    """Independent coordinates, odds of z_j = 1 ∝ area_j^power, weight ψ(1 − K/d): LIME by areas (prop:areas).

    Image LIME hides a superpixel of half of the image as often as one of ten pixels. Here the odds of keeping one are
    in proportion to its area, so that large ones are hidden less often; among masks of one size a mask has a
    probability in proportion to the product of the areas that it keeps. A negative power hides large ones more often,
    and power 0 is `ImageDesign` if p = 1/2.

    ``explain_image(..., design=AreaDesign)`` takes the areas from the superpixels, and
    ``design=functools.partial(AreaDesign, power=0.5)`` with other settings.

    Args:
        areas: of the superpixels, positive, such as numbers of pixels; only their ratios count. Shape (d,).
        p: mean of the probabilities of keeping a superpixel, strictly between 0 and 1.
        power: of the areas; 1 is in proportion.
        bandwidth: ν in (0, ∞] of LIME's kernel ψ, as in `ImageDesign`.

    >>> AreaDesign([1.0, 1.0, 4.0], bandwidth=float("inf")).keep.round(4).tolist()
    [0.3904, 0.3904, 0.7192]
    """

    of_areas = True
    wider = "lower power, move p towards 1/2 or widen the bandwidth"

    def __init__(self, areas: Any, p: float = 0.5, power: float = 1.0, bandwidth: float = 0.25):
        self.areas = vector("areas", areas)
        if not self.areas.size or not (self.areas > 0).all():
            raise ValueError(
                f"areas must be positive numbers, one a part, got {self.areas.tolist()}; leave out empty ones"
            )
        self.p = real("p", p, above=0, below=1)
        self.power = real("power", power)
        self.bandwidth = checked_bandwidth(bandwidth)
        super().__init__(_kept(self.areas, self.p, self.power), log_kernel(len(self.areas), self.bandwidth))

    def __repr__(self) -> str:
        return f"AreaDesign(d={self.d}, p={self.p:g}, power={self.power:g}, bandwidth={self.bandwidth:g})"


def _kept(areas: np.ndarray, p: float, power: float) -> np.ndarray:
    """P(z_j = 1) with odds in proportion to area^power and the mean p."""
    with np.errstate(over="ignore"):
        log_odds = power * (np.log(areas) - np.log(areas).mean())
    keep = expit(log_odds + log_tilt(log_odds, np.log(p) - np.log1p(-p))) if np.isfinite(log_odds).all() else log_odds
    if not ((keep > 0) & (keep < 1)).all():
        raise ValueError(
            f"areas^power must differ by less than float64 tells apart, got power = {power:g} for areas from "
            f"{areas.min():g} to {areas.max():g}; lower power"
        )
    return keep
