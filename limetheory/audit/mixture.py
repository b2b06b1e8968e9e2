"""Masks of which the first is not drawn, as lime's: the design that they have on average over their positions."""

from __future__ import annotations

import numpy as np

from limetheory.designs import Design, ExchangeableDesign


def with_first(design: Design, n: int) -> Design:
    """The design of n masks of which the first shows every part, with the weight 1, and the others are drawn.

    Its limit differs from that of the design by O(1/n). Only exchangeable designs are changed.

    >>> from limetheory import TextDesign
    >>> float(with_first(TextDesign(3), 100).size_law[-1] > 0), float(TextDesign(3).size_law[-1])
    (1.0, 0.0)
    """
    if not isinstance(design, ExchangeableDesign):
        return design
    whole = np.arange(design.d + 1) == design.d
    with np.errstate(divide="ignore"):
        log_law = np.log(np.exp(design.log_law) * (n - 1) / n + whole / n)
    return ExchangeableDesign(design.d, log_law, np.append(design.log_weight[:-1], 0.0))
