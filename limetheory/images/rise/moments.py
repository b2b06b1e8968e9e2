"""Sums over the masks of RISE at every pixel, from their grids: no mask of the image's size is made.

A mask is D Z Aᵀ with Z its grid, A the weights of the cells across and D those down, and D has at most two entries in a
row, side by side. So a sum Σ_i g_i m_i over masks with the same shift down is D Σ_i g_i Z_i A_iᵀ, and the squares follow
from the products of neighbouring rows of Z_i A_iᵀ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from limetheory.images.rise.masks import RiseDraws, RiseLaw


@dataclass(frozen=True, eq=False)
class PixelSums:
    """Sums over masks m_i with numbers g_i, of which there may be several columns.

    Attributes:
        masks: Σ m_i, (h, w).
        first: Σ g_i m_i, (columns, h, w).
        squares: Σ m_i², (h, w).
        mixed: Σ g_i m_i², (columns, h, w).
        second: Σ g_i² m_i², (columns, h, w).
    """

    masks: np.ndarray
    first: np.ndarray
    squares: np.ndarray
    mixed: np.ndarray
    second: np.ndarray


def pixel_sums(law: RiseLaw, draws: RiseDraws, numbers: np.ndarray) -> PixelSums:
    """The sums over some draws with numbers (n, columns)."""
    columns, (height, width) = numbers.shape[1], law.shape
    plain, squared = np.zeros((1 + columns, height, width)), np.zeros((1 + 2 * columns, height, width))
    for shift, places, across in _by_shift_down(law, draws):
        down, found = law.weights[0][shift], np.column_stack([np.ones(len(places)), numbers[places]])
        plain += down @ np.tensordot(found, across, axes=(0, 0))
        powers = np.column_stack([found, numbers[places] ** 2])
        squared += _products(down, 2) @ np.tensordot(
            powers, _products(across.transpose(0, 2, 1)).transpose(0, 2, 1), axes=(0, 0)
        )
    return PixelSums(plain[0], plain[1:], squared[0], squared[1 : 1 + columns], squared[1 + columns :])


def first_sums(law: RiseLaw, draws: RiseDraws, numbers: np.ndarray) -> np.ndarray:
    """Σ g_i m_i alone, for numbers (n, columns): (columns, h, w)."""
    found = np.zeros((numbers.shape[1], *law.shape))
    for shift, places, across in _by_shift_down(law, draws):
        found += law.weights[0][shift] @ np.tensordot(numbers[places], across, axes=(0, 0))
    return found


def _by_shift_down(law: RiseLaw, draws: RiseDraws) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Each shift down with the masks that have it, and their grids interpolated across, (masks, cells, w)."""
    order = np.argsort(draws.shifts[:, 0], kind="stable")
    starts = np.searchsorted(draws.shifts[order, 0], np.arange(law.cell[0] + 1))
    for shift in range(law.cell[0]):
        places = order[starts[shift] : starts[shift + 1]]
        if len(places):
            across = law.weights[1][draws.shifts[places, 1]].transpose(0, 2, 1)
            yield shift, places, draws.grids[places].astype(float) @ across


def _products(rows: np.ndarray, factor: float = 1.0) -> np.ndarray:
    """The squares of the last axis' entries, then ``factor`` times the products of neighbours: (…, k) → (…, 2 k − 1)."""
    return np.concatenate([rows**2, factor * rows[..., 1:] * rows[..., :-1]], axis=-1)
