"""Linear surrogates: the line through some values, and the lines through all values but one (prop:linear)."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import ExchangeableDesign
from limetheory.limits import Additive

_SMALLEST_SHARE = 1e-10
_ALONE = 1e-8


class Lines:
    """The additive function nearest to values by weighted least squares, and what becomes of it without each of them.

    Slopes have the least norm where the masks leave a choice, so constant values have a constant line, however few
    they are. Leaving mask i out moves the line by −pulls_i · steps_i: as Sherman and Morrison (1950) have it, or, where
    the other masks leave a choice that mask i decided, to their slopes of least norm.

    Args:
        masks: (n, d) bool, n ≥ 1.
        values: F on them, (n,).
        ridge: penalty on the sum of the squared slopes, ≥ 0, beside weights whose mean is 1. A little of it keeps lines
            in reach whose slopes the other masks hardly determine.
        weights: of the squares, (n,) ≥ 0 and not all zero; None for equal ones.

    Attributes:
        line: level and slopes, (d+1,).
        residuals: F minus the line at each mask, (n,).
        leverage: how much a mask's value moves the line at this mask, (n,).
        steps: how much it moves level and slopes, (n, d+1).
    """

    def __init__(self, masks: Masks, values: PerMask, ridge: float = 0.0, weights: PerMask | None = None):
        share = np.full(len(masks), 1 / len(masks)) if weights is None else weights / weights.sum()
        centre, mean = np.average(masks, axis=0, weights=weights), float(np.average(values, weights=weights))
        root = np.sqrt(share * len(masks))
        left, spread, right = np.linalg.svd(root[:, None] * (masks - centre), full_matrices=False)
        rank = int((spread > _SMALLEST_SHARE * np.sqrt(len(masks))).sum())
        left, right = left[:, :rank], right[:rank]
        shrunk = spread[:rank] / (spread[:rank] ** 2 + ridge)
        slopes = root[:, None] * ((left * shrunk) @ right)
        self.leverage = share + left**2 @ (shrunk * spread[:rank])
        self.steps = np.column_stack([share - slopes @ centre, slopes])
        found = (values - mean) @ slopes
        self.line = np.append(mean - centre @ found, found)
        self.residuals = values - self.line[0] - masks @ found

    def additive(self) -> Additive:
        """The line through all values."""
        return Additive(self.line[1:], float(self.line[0]))

    @cached_property
    def pulls(self) -> PerMask:
        """How far each mask's value is from where it would leave the line of the others alone, (n,)."""
        rest, slopes = 1 - self.leverage, self.steps[:, 1:]
        decided = slopes @ self.line[1:] / np.maximum((slopes**2).sum(axis=1), np.finfo(float).tiny)
        return np.where(rest > _ALONE, self.residuals / np.maximum(rest, _ALONE), decided)

    @property
    def left_out(self) -> PerMask:
        """F at each mask minus the line through all others, (n,)."""
        return self.residuals + self.leverage * self.pulls

    def mean_without(self, cells: np.ndarray, number: int) -> np.ndarray:
        """`LinesWithoutUnits.mean_without` where a unit is a mask: level and slopes of each cell, (number, d+1)."""
        member = (cells == np.arange(number)[:, None]).astype(float)
        return self.line - (member / np.maximum(member.sum(axis=1, keepdims=True), 1)) @ (
            self.pulls[:, None] * self.steps
        )


def linear(masks: Masks, values: PerMask) -> Additive:
    """The line through the values; no values at all have zero."""
    return Lines(masks, values).additive() if len(values) else Additive(np.zeros(masks.shape[1]))


def limit_by_size(lines: np.ndarray, design: ExchangeableDesign) -> np.ndarray:
    """What F adds to (E_μ[F], β) if it is another line on each size of masks, (d+1,).

    On the masks of one size every superpixel is alike, so the mean of π z̃ (level + Σ_j slopes_j z_j) needs but the
    terms at an active and at an inactive superpixel and the chance that one or two superpixels are active.

    Args:
        lines: level and slopes for each size k = 0..d, (d+1, d+1).
        design: efficient ones leave F(1) − F(0) out.
    """
    d, law = design.d, np.exp(design.log_law)
    k = np.flatnonzero(law)
    masks, law = np.arange(d) < k[:, None], law[k]
    level, slopes, total = lines[k, 0], lines[k, 1:], lines[k, 1:].sum(axis=1)
    influence = design.influence(masks, law)
    on, off = influence[:, 0] * (k > 0), influence[:, -1] * (k < d)
    same = k / d * on
    beside = (k * (k - 1) * on + k * (d - k) * off) / max(d * (d - 1), 1)
    shared = (same + (1 - k / d) * off) @ level + beside @ total
    mean = law * design.density(masks) @ (level + k / d * total)
    return np.append(mean, shared + (same - beside) @ slopes)
