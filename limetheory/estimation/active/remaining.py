"""What is not known yet: covariances under a Gaussian process given F at the masks that were evaluated."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from limetheory.arrays import Gram, Masks, PerMask
from limetheory.estimation.active.weights import OfLimit
from limetheory.estimation.surrogates.gaussian_process import Kernel, signs_of

_LEAST_VARIANCE = 1e-9  # relative to that before any mask: smaller ones are rounding errors


def covariance_left(kernel: Kernel, limit: OfLimit, seen: Masks) -> Gram:
    """The posterior covariance of the limit given F at some masks, (d, d)."""
    known = _explained(kernel, limit, seen)[1]
    left: Gram = limit.own - known.T @ known
    return left


class Remaining:
    """Posterior covariances of F at candidates, given F at the masks that were seen, updated mask by mask.

    If candidate c is evaluated, the summed variances of the limit's coefficients fall by ‖Cov(β, F(c))‖² / Var F(c):
    neither depends on the value, so that many masks can be chosen before any is evaluated.

    Args:
        kernel: of the process.
        limit: its covariance with the limit.
        seen: masks that were evaluated, (m, d) bool.
        candidates: other masks, (p, d) bool.
        more: how many of them will be seen.
    """

    def __init__(self, kernel: Kernel, limit: OfLimit, seen: np.ndarray, candidates: Masks, more: int):
        self._kernel, self._signs = kernel, signs_of(candidates)
        self._rows, self._used = np.empty((len(seen) + more, len(candidates))), len(seen)
        self._covariances = limit.at(candidates)
        self._prior = kernel.amplitude + kernel.constant + kernel.slope * candidates.shape[1] + kernel.noise
        self._variances = np.full(len(candidates), self._prior)
        if len(seen):
            lower, known = _explained(kernel, limit, seen)
            rows = solve_triangular(lower, kernel(signs_of(seen), self._signs), lower=True, check_finite=False)
            self._rows[: len(seen)] = rows
            self._covariances -= known.T @ rows
            self._variances -= np.einsum("ij,ij->j", rows, rows)

    def reductions(self) -> PerMask:
        """By how much each candidate would reduce the summed variances of the coefficients, (p,)."""
        reductions: PerMask = np.einsum("ij,ij->j", self._covariances, self._covariances) / self._at_least()
        return reductions

    def see(self, place: int) -> None:
        """Condition on F at one of the candidates, in O(m p) operations."""
        before, deviation = self._rows[: self._used], np.sqrt(self._at_least()[place])
        row = self._kernel(self._signs[[place]], self._signs)[0]
        row[place] += self._kernel.noise
        row -= before[:, place] @ before
        row /= deviation
        self._covariances -= np.outer(self._covariances[:, place] / deviation, row)
        self._variances -= row**2
        self._rows[self._used] = row
        self._used += 1

    def _at_least(self) -> PerMask:
        variances: PerMask = np.maximum(self._variances, _LEAST_VARIANCE * self._prior)
        return variances


def _explained(kernel: Kernel, limit: OfLimit, seen: Masks) -> tuple[np.ndarray, np.ndarray]:
    """The Cholesky factor of Cov(F(seen)), and what it leaves of the covariances of the limit, (m, m) and (m, d)."""
    signs = signs_of(seen)
    covariance = kernel(signs, signs)
    covariance[np.diag_indices(len(seen))] += kernel.noise
    lower = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
    return lower, solve_triangular(lower, limit.at(seen).T, lower=True, check_finite=False)
