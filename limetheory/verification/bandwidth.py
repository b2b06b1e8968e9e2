"""Limits of image LIME for growing bandwidths, which tend to the unweighted limit as ν → ∞ (cor:bandwidth)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.designs import ImageDesign
from limetheory.limits import SetFunction, all_masks, limit
from limetheory.verification.checks import Check

BANDWIDTHS = np.geomspace(0.05, 1000, 44)
FAR = 10.0
"""The bandwidth from which on the order of convergence is fitted; a convention."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """The limits of one set function for every bandwidth, (bandwidths, d), and its unweighted limit, (d,)."""

    photograph: str
    bandwidths: np.ndarray
    limits: np.ndarray
    unweighted: np.ndarray

    @property
    def gaps(self) -> np.ndarray:
        """max_j |β_j(ν) − β_j(∞)| for each bandwidth."""
        gaps: np.ndarray = np.abs(self.limits - self.unweighted).max(axis=1)
        return gaps

    @property
    def order(self) -> float:
        """The slope of the logarithm of the gap against log ν, fitted where ν is at least `FAR`."""
        far = self.bandwidths >= FAR
        return float(np.polyfit(np.log(self.bandwidths[far]), np.log(self.gaps[far]), 1)[0])


def sweep(photograph: str, table: SetFunction) -> Sweep:
    """The limits of a set function for every bandwidth, and E[F | z_j = 1] − E[F | z_j = 0] from the definition."""
    limits = [limit(table, ImageDesign(table.d, float(width))).coefficients for width in BANDWIDTHS]
    masks = all_masks(table.d)
    unweighted = [table.values[on].mean() - table.values[~on].mean() for on in masks.T]
    return Sweep(photograph, BANDWIDTHS, np.stack(limits), np.array(unweighted))


def bandwidth_checks(found: Sweep, table: SetFunction) -> list[Check]:
    """Check that the limit at ν = ∞ is the difference of means, and that the gap to it falls like ν^(−2)."""
    at_infinity = limit(table, ImageDesign(table.d, float("inf"))).coefficients
    return [
        Check(
            f"{found.photograph}: limit at ν = ∞ against difference of means",
            float(np.abs(at_infinity - found.unweighted).max()), -np.inf, 1e-12,
            "without weights LIME is E[F|z_j=1] − E[F|z_j=0] (cor:unweighted)",
        ),
        Check(
            f"{found.photograph}: order of the approach", found.order, -2.05, -1.95,
            "the weights differ from 1 by O(ν^(−2))",
        ),
    ]  # fmt: skip
