"""How large the panels of a figure are: a photograph has its own shape, whatever its sides, and bars have theirs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

# In inches; conventions, chosen by eye.
BARS_WIDTH, BARS_HEIGHT = 4.6, 3.6
COLOUR_BAR = 1.1
TITLE = 0.55
LEAST_WIDTH = 2.8  # of a panel, so that its title fits
WIDE = 0.45
"""Photographs with a smaller height over width have bars below or beside two of them, not in one row."""


class Size(NamedTuple):
    """Width and height in inches.

    >>> Size(2.0, 3.0).height
    3.0
    """

    width: float
    height: float

    @property
    def column(self) -> float:
        """The width of the panel that a photograph stands in, which its title needs, too."""
        return max(self.width, LEAST_WIDTH)


def picture_size(aspect: float, area: float, widest: float, tallest: float) -> Size:
    """The size of a photograph on a figure: of this area where its sides allow it.

    Args:
        aspect: height over width.
        area: in square inches.
        widest, tallest: the longest sides, in inches.

    >>> picture_size(1.0, 9.0, 11, 7), picture_size(16.0, 9.0, 11, 8)
    (Size(width=3.0, height=3.0), Size(width=0.5, height=8.0))
    """
    width = min(float(np.sqrt(area / aspect)), widest, tallest / aspect)
    return Size(width, width * aspect)
