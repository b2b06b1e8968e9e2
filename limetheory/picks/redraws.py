"""Coefficients redrawn from the normal law of their standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation.quantiles import factor
from limetheory.picks.terms import Terms

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_NUMBERS_AT_ONCE = 1 << 22


def redrawn(terms: Terms, rng: np.random.Generator, redraws: int) -> Iterator[np.ndarray]:
    """Coefficients β + A u, u standard normal and A Aᵀ their covariance: (t,), as many times as there are redraws.

    The numbers of u are drawn redraw by redraw, so that how many are held at once does not change them.
    """
    axes = error_axes(terms)
    at_once = max(1, _NUMBERS_AT_ONCE // max(*axes.shape, 1))
    for start in range(0, redraws, at_once):
        normal = rng.standard_normal((min(at_once, redraws - start), axes.shape[1]))
        yield from terms.coefficients + (axes @ normal.T).T


def error_axes(terms: Terms) -> csr_array:
    """A with A Aᵀ the covariance of the terms, (t, columns); explanations are independent of one another.

    Raises:
        ValueError: a standard error that is infinite or NaN.
    """
    from scipy.sparse import csr_array

    _check_errors(terms)
    blocks, width, alone = [], 0, np.ones(len(terms.errors), bool)
    for rows, covariance in _known_covariances(terms):
        axes = factor(covariance)
        columns = width + np.arange(axes.shape[1])
        blocks.append((np.repeat(rows, len(columns)), np.tile(columns, len(rows)), axes.ravel()))
        width, alone[rows] = width + len(columns), False
    rest = np.flatnonzero(alone)
    blocks.append((rest, width + np.arange(len(rest)), terms.errors[rest]))
    row, column, value = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return csr_array((value, (row, column)), shape=(len(terms.errors), width + len(rest)))


def _known_covariances(terms: Terms) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The terms of each explanation that has a covariance, and the covariance of these."""
    flat = [found for one in terms.instances for found in one]
    bounds = np.searchsorted(terms.explanation, np.arange(len(flat) + 1))
    for number, found in enumerate(flat):
        if found.covariance is not None and bounds[number] < bounds[number + 1]:
            kept = np.flatnonzero(found.coefficients)
            yield np.arange(bounds[number], bounds[number + 1]), found.covariance[np.ix_(kept, kept)]


def _check_errors(terms: Terms) -> None:
    unknown = ~np.isfinite(terms.errors)
    if unknown.any():
        owners = np.repeat(np.arange(len(terms.instances)), [len(one) for one in terms.instances])
        first = owners[terms.explanation[unknown][0]]
        raise ValueError(
            f"standard_errors must be finite to redraw coefficients, got {unknown.sum()} infinite or NaN, first for "
            f"instance {first}; draw more masks there or leave it out, or pick without stability (redraws=0 in "
            "pick_files)"
        )
