"""Masks with independent coordinates, drawn block after block."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import Masks

_IN_CACHE = 1 << 14  # numbers that are drawn at a time: they fit into a core's cache, and need no new memory


def independent_coordinates(n: int, d: int, keep: Any, rng: np.random.Generator) -> Masks:
    """n masks with P(z_j = 1) = keep_j, one number for all j or (d,), from n × d uniform numbers row after row: (n, d).

    >>> independent_coordinates(2, 3, np.array([0.0, 1.0, 0.5]), np.random.default_rng(0)).tolist()
    [[False, True, True], [False, True, False]]
    """
    masks, rows = np.empty((n, d), bool), max(_IN_CACHE // d, 1)
    uniforms = np.empty((min(rows, n), d))
    for start in range(0, n, rows):
        part = uniforms[: n - start]
        rng.random(out=part)
        np.less(part, keep, out=masks[start : start + rows])
    return masks
