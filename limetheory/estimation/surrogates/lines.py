"""Linear surrogates: the least-squares line through some values, and its leave-one-out lines (prop:linear)."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import ExchangeableDesign
from limetheory.limits import Additive

_SMALLEST_SHARE = 1e-10  # smaller singular values, as shares of √n, count as 0; a convention above rounding errors
_ALONE = 1e-8  # below it, 1 minus a leverage counts as 0; a convention above rounding errors


class Lines:
    """The additive function fitted to values by weighted least squares, with its leave-one-out fits.

    Slopes have minimum norm where the masks are rank-deficient, so constant values have a constant line, however few
    they are. Leaving mask i out changes intercept and slopes by −updates_i · influence_i (Sherman & Morrison 1950).
    Where its leverage is 1, the others are rank-deficient, and updates_i gives them their slopes of minimum norm.

    Args:
        masks: (n, d) bool, n ≥ 1.
        values: F on them, (n,).
        ridge: penalty on the sum of the squared slopes, ≥ 0, beside weights whose mean is 1. A small one keeps
            leave-one-out lines from extrapolating far where the other masks are nearly collinear.
        weights: of the squares, (n,) ≥ 0 and not all zero; None for equal ones.

    Attributes:
        line: intercept and slopes, (d+1,).
        residuals: F minus the line at each mask, (n,).
        leverage: the diagonal of the hat matrix, (n,).
        influence: that of each mask's value on intercept and slopes, (n, d+1).
    """

    def __init__(self, masks: Masks, values: PerMask, ridge: float = 0.0, weights: PerMask | None = None):
        share = np.full(len(masks), 1 / len(masks)) if weights is None else weights / weights.sum()
        centre, mean = np.average(masks, axis=0, weights=weights), float(np.average(values, weights=weights))
        root = np.sqrt(share * len(masks))
        left, singular, right = np.linalg.svd(root[:, None] * (masks - centre), full_matrices=False)
        rank = int((singular > _SMALLEST_SHARE * np.sqrt(len(masks))).sum())
        left, right = left[:, :rank], right[:rank]
        shrunk = singular[:rank] / (singular[:rank] ** 2 + ridge)
        slopes = root[:, None] * ((left * shrunk) @ right)
        self.leverage = share + left**2 @ (shrunk * singular[:rank])
        self.influence = np.column_stack([share - slopes @ centre, slopes])
        found = (values - mean) @ slopes
        self.line = np.append(mean - centre @ found, found)
        self.residuals = values - self.line[0] - masks @ found

    def additive(self) -> Additive:
        """The line through all values."""
        return Additive(self.line[1:], float(self.line[0]))

    @cached_property
    def updates(self) -> PerMask:
        """By how much each value exceeds the one at which leaving the mask out would not change the line, (n,)."""
        rest, slopes = 1 - self.leverage, self.influence[:, 1:]
        decided = slopes @ self.line[1:] / np.maximum((slopes**2).sum(axis=1), np.finfo(float).tiny)
        updates: PerMask = np.where(rest > _ALONE, self.residuals / np.maximum(rest, _ALONE), decided)
        return updates

    @property
    def left_out(self) -> PerMask:
        """Leave-one-out residuals: F at each mask minus the line through all others, (n,)."""
        residuals: PerMask = self.residuals + self.leverage * self.updates
        return residuals

    def mean_without(self, cells: np.ndarray, number: int) -> np.ndarray:
        """`LinesWithoutUnits.mean_without` where a unit is a mask: intercept and slopes of each cell, (number, d+1)."""
        member = (cells == np.arange(number)[:, None]).astype(float)
        means: np.ndarray = self.line - (member / np.maximum(member.sum(axis=1, keepdims=True), 1)) @ (
            self.updates[:, None] * self.influence
        )
        return means


def linear(masks: Masks, values: PerMask) -> Additive:
    """The line through the values; 0 if there are none."""
    return Lines(masks, values).additive() if len(values) else Additive(np.zeros(masks.shape[1]))


def limit_by_size(lines: np.ndarray, design: ExchangeableDesign) -> np.ndarray:
    """(E_μ[F], β) of a function F that is a line on the masks of each size, (d+1,).

    The masks of one size are exchangeable, so that the mean of π z̃ (intercept + Σ_j slopes_j z_j) over them follows
    from the influence on an active and on an inactive superpixel and the probability that one or two are active.

    Args:
        lines: intercept and slopes for each size k = 0..d, (d+1, d+1).
        design: for efficient ones β is the part without F(1) − F(0).
    """
    d, law = design.d, np.exp(design.log_law)
    k = np.flatnonzero(law)
    masks, law = np.arange(d) < k[:, None], law[k]
    intercept, slopes, total = lines[k, 0], lines[k, 1:], lines[k, 1:].sum(axis=1)
    influence = design.influence(masks, law)
    on, off = influence[:, 0] * (k > 0), influence[:, -1] * (k < d)
    same = k / d * on
    beside = (k * (k - 1) * on + k * (d - k) * off) / max(d * (d - 1), 1)
    shared = (same + (1 - k / d) * off) @ intercept + beside @ total
    mean = law * design.density(masks) @ (intercept + k / d * total)
    return np.append(mean, shared + (same - beside) @ slopes)
