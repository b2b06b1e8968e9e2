"""prop:or: parity and exclusive or as products, one factor a superpixel (prop:factor)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from limetheory.limits.factor import FactorProduct
from limetheory.limits.leaf import Leaf
from limetheory.limits.weighted_sum import WeightedSum


def parity(d: int, members: Iterable[int] | None = None) -> FactorProduct:
    """F(z) = (−1)^(number of active members): factors −1 on and 1 off.

    Args:
        d: number of superpixels, at least 1.
        members: the superpixels counted, indices 0..d−1; none means all.

    >>> import limetheory as lt
    >>> lt.parity(2)(lt.all_masks(2)).tolist()
    [1.0, -1.0, -1.0, 1.0]
    """
    counted = Leaf(d, on=range(d) if members is None else members).on
    on = np.ones(d)
    on[counted] = -1.0
    return FactorProduct(on, np.ones(d))


def exclusive_or(d: int, members: Iterable[int] | None = None) -> WeightedSum:
    """F(z) = 1 if the number of active members is odd, else 0: (1 − parity) / 2.

    >>> import limetheory as lt
    >>> lt.exclusive_or(2)(lt.all_masks(2)).tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    return WeightedSum([parity(d, members)], [-0.5], 0.5)
