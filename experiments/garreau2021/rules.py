"""Rules of integration along the path from the replacement to the image."""

from __future__ import annotations

import numpy as np

STEPS, FINE = 20, 64
REFERENCE, STUDY = f"Gauss–Legendre, {FINE}", f"trapezoid, {STEPS}"
"""The rule that stands for the integral, and that of the study."""


def rules() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The nodes in [0, 1] and weights of every rule, by name; 0 is the replacement and 1 the image.

    From the image to the replacement, left and right change places and the other rules stay as they are.

    >>> {name: float(weights.sum().round(12)) for name, (_, weights) in rules().items()}["trapezoid, 20"]
    1.0
    """
    grid = np.linspace(0, 1, STEPS + 1)
    nodes, weights = np.polynomial.legendre.leggauss(FINE)
    ends = np.full(STEPS + 1, 1 / STEPS)
    ends[[0, -1]] /= 2
    equal = np.full(STEPS, 1 / STEPS)
    return {
        REFERENCE: ((nodes + 1) / 2, weights / 2),
        STUDY: (grid, ends),
        f"midpoint, {STEPS}": ((grid[1:] + grid[:-1]) / 2, equal),
        f"left, {STEPS}": (grid[:-1], equal),
        f"right, {STEPS}": (grid[1:], equal),
    }
