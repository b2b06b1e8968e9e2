"""Every mask that hides one superpixel, or keeps one, with the one that hides nothing."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import integer
from limetheory.designs.exchangeable import ExchangeableDesign


class LeaveOneOutDesign(ExchangeableDesign):
    """Uniform on d + 1 masks, unweighted: each superpixel hidden alone, and nothing hidden (prop:equivalence).

    Its limit is F(1) − F(1∖j), occlusion, since d + 1 parameters fit d + 1 values exactly. ``sampling="strata"`` takes
    each mask once.

    Args:
        d: number of superpixels, at least 1.

    >>> from limetheory import Leaf, limit
    >>> limit(Leaf(3, on=(0, 1)), LeaveOneOutDesign(3)).coefficients.round(12).tolist()
    [1.0, 1.0, 0.0]
    """

    wider = "draw masks of other sizes"

    def __init__(self, d: int):
        super().__init__(integer("d", d, 1), _log_law(d, d - 1), np.zeros(d + 1))


class KeepOneDesign(ExchangeableDesign):
    """Uniform on d + 1 masks, unweighted: each superpixel kept alone, and nothing hidden (prop:keep-one).

    Its limit is the line through the values at these masks. ``sampling="strata"`` takes each mask once.

    Args:
        d: number of superpixels, at least 2: with one, keeping it hides nothing.

    >>> KeepOneDesign(3).size_law.round(12).tolist()
    [0.0, 0.75, 0.0, 0.25]
    """

    wider = "draw masks of other sizes"

    def __init__(self, d: int):
        d = integer("d", d, 2, "with one part, keeping it hides nothing")
        super().__init__(d, _log_law(d, 1), np.zeros(d + 1))


def _log_law(d: int, size: int) -> np.ndarray:
    """log P(K = k): d of d + 1 masks have a size, and one hides nothing."""
    log_law = np.full(d + 1, -np.inf)
    log_law[[size, d]] = np.log([d / (d + 1), 1 / (d + 1)])
    return log_law
