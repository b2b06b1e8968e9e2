"""Degrees of freedom of the standard errors of RISE's map: how many masks a variance effectively rests on."""

from __future__ import annotations

from math import comb

import numpy as np

from limetheory.arrays import HeatMap
from limetheory.estimation.samples.sample import kish
from limetheory.images.rise.masks import RiseDraws, RiseLaw

_BLOCK = 1 << 9  # masks at once; a convention for memory
_POINTS = 4  # pixels of a cell that are looked at, in a row and in a column


def degrees_of_freedom(
    law: RiseLaw, draws: RiseDraws, values: np.ndarray, maps: np.ndarray, expected: bool
) -> list[HeatMap]:
    """Kish's number of the squared contributions to each variance, minus 1, for Student's t: (h, w) for each map.

    A contribution is (F_i − a(u)) m_i(u), and F_i m_i(u) − p a(u) for RISE's own mean. Where few of them make up most
    of a variance it is known from few masks, whatever their number: so are those of attributions by masks of
    superpixels (`conditional_means`). At least 1 and at most n − 1. Taken at every fourth of a cell, between which
    masks, and so contributions, hardly change.

    Args:
        law, draws: of the masks.
        values: F on each of them, a column for each map, (n, maps).
        maps: a, (maps, h, w).
        expected: whether they are RISE's own means.
    """
    down, across = (slice(None, None, max(1, size // _POINTS)) for size in law.cell)
    scales = np.abs(values).max(axis=0)
    scales = np.where(scales > 0, scales, 1.0)  # without it fourth powers could leave float64's range
    values, means = values / scales, maps[:, down, across] * (law.p if expected else 1.0) / scales[:, None, None]
    sums = {order: np.zeros((order + 1, *means.shape)) for order in (2, 4)}
    for start in range(0, draws.n, _BLOCK):
        part = slice(start, start + _BLOCK)
        masks = law.masks(RiseDraws(draws.grids[part], draws.shifts[part]), down, across)
        for order, found in sums.items():
            found += _sums(values[part], masks, order, expected)
    second, fourth = (_central(sums[order], means) for order in (2, 4))
    number = kish(second, np.maximum(fourth, second**2 / draws.n), float(draws.n))
    found = np.clip(number - 1, 1.0, draws.n - 1.0)
    return [_enlarged(one, law.shape, down.step, across.step) for one in found]


def _sums(values: np.ndarray, masks: np.ndarray, order: int, expected: bool) -> np.ndarray:
    """Σ w x^q for q = 0..k, k the order, where w (x − mean)^k is a contribution's: w = m^k, or 1 with F m for x."""
    powers = [values**power for power in range(order + 1)]
    if expected:
        each = [np.tensordot(one, _power(masks, power), axes=(0, 0)) for power, one in enumerate(powers)]
        return np.stack(each)
    found: np.ndarray = np.tensordot(np.stack(powers, axis=1), _power(masks, order), axes=(0, 0))
    return found


def _power(masks: np.ndarray, order: int) -> np.ndarray:
    """Squares of squares take a tenth of the time of ``masks ** order``."""
    if order < 2:
        return masks if order else np.ones_like(masks)
    half = _power(masks, order // 2)
    found: np.ndarray = half * half
    return found * masks if order % 2 else found


def _central(sums: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Σ w (x − mean)^k from Σ w x^q for q = 0..k, at least 0."""
    order = len(sums) - 1
    terms = (comb(order, power) * (-mean) ** (order - power) * one for power, one in enumerate(sums))
    found: np.ndarray = np.maximum(sum(terms), 0.0)
    return found


def _enlarged(points: np.ndarray, shape: tuple[int, int], down: int, across: int) -> HeatMap:
    """The number of the point that begins the square which each pixel is in, (h, w)."""
    return np.repeat(np.repeat(points, down, axis=0), across, axis=1)[: shape[0], : shape[1]]
