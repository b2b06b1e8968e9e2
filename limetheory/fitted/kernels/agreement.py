"""Checks that kernels as read give the estimator's own output: at and near their centres, between them and at 0."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from limetheory.fitted.agreement import Answer, refuse_disagreement
from limetheory.fitted.kernels.rbf import RBFExpansion

_NUMBERS = 1 << 20  # how many numbers the compared inputs have at most; a convention for time and memory
_FEWEST, _MOST = 4, 32  # the fewest and the most centres that are compared; conventions
_BLOCK = 1 << 22  # numbers that are handled at once; a convention for memory and time


class Reading(NamedTuple):
    """A sum of Gaussian kernels and the library's own output for it.

    Attributes:
        expansion: the kernels as read.
        answer: the library's own output; for densities its logarithm.
        is_log: whether the answer is a logarithm.
    """

    expansion: RBFExpansion
    answer: Answer
    is_log: bool = False


def refuse_other_kernels(reading: Reading, remedy: str) -> None:
    """Compare the kernels with the library; densities relative to their largest, which may be outside float64's range.

    Raises:
        ValueError: another output than the estimator's at a row of `kernel_rows`.
    """
    expansion = reading.expansion
    rows, log_scale = kernel_rows(expansion), float(np.abs(expansion.log_scale).max())
    expected = reading.answer(rows)
    if reading.is_log:
        top = expected[np.isfinite(expected)].max(initial=-np.inf)
        shift = float(top) if np.isfinite(top) else 0.0
        expected, expansion = np.exp(expected - shift), expansion.scaled_by(-shift)
    refuse_disagreement("kernels as read", expansion(rows), expected, _rounding(expansion, rows, log_scale), remedy)


def kernel_rows(expansion: RBFExpansion) -> np.ndarray:
    """Up to 32 centres, points one kernel width from them, their midpoints, and zeros: (n, n_features)."""
    m, p = expansion.support.shape
    most = int(np.clip(_NUMBERS // p, _FEWEST, _MOST))
    chosen = np.unique(np.linspace(0, m - 1, min(m, most)).astype(int))
    centres, precision = expansion.support[chosen], expansion.precision[chosen]
    sign = np.random.default_rng(0).choice([-1.0, 1.0], centres.shape)
    wide = precision > 0
    width = 1 / np.sqrt(np.where(wide, precision, 1.0) * np.maximum(wide.sum(axis=1, keepdims=True), 1))
    between = (centres + np.roll(centres, 1, axis=0)) / 2
    return np.concatenate([centres, centres + sign * width, between, np.zeros((1, p))])


def _rounding(expansion: RBFExpansion, rows: np.ndarray, log_scale: float) -> float:
    """A bound of the rounding errors of Σ w e^{−E} in both computations, for kernels as large as at their centres.

    Each of p squares in E may be expanded into products as large as precision (|x| + |centre|)²; the logarithms of
    scales are of at most ``log_scale`` before a density is shifted.
    """
    m, p = expansion.support.shape
    squares = (np.abs(rows).max(axis=0) + np.abs(expansion.support).max(axis=0)) ** 2
    size = max(_BLOCK // p, 1)
    exponents = [(expansion.precision[start : start + size] * squares).sum(axis=1) for start in range(0, m, size)]
    exponent = log_scale + float(np.concatenate(exponents).max())
    total = abs(expansion.intercept) + float(np.abs(expansion.weights) @ np.exp(expansion.log_scale))
    rounding: float = float(np.finfo(float).eps) * (p + m + 16) * (1 + exponent) * total
    return rounding
