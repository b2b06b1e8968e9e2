"""Weighted least squares, with heteroscedasticity-robust standard errors (thm:clt)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from limetheory.estimation.sample import Sample
from limetheory.explanation import Explanation

_SMALLEST_RESIDUAL_SHARE = 1e-8
_PERFECT = 1e-9


@dataclass(frozen=True)
class Rows:
    """Regression rows x_i (b, d), weights (b,), targets (b,), made block by block from a sample."""

    sample: Sample
    centre: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        for masks, weights, values in self.sample.blocks():
            rows, targets = self.centre(masks, values)
            yield rows, weights, targets


def wls(sample: Sample, ridge: float = 0.0) -> Explanation:
    """Minimise Σ_i π_i (F_i − β_0 − z_iᵀβ)² + ridge × Σ β_j².

    With ridge = 1 and an all-ones first row this is lime 0.2.0.1's answer, scikit-learn's Ridge on the same
    masks. A sample with `ends` is fitted under the efficiency constraint, with β_0 = F(0). Coefficients
    that the masks do not determine take the minimum-norm value and infinite standard errors.

    The covariance is the HC3 sandwich; intervals use Student's t with n_eff − d − 1 degrees of freedom,
    n_eff = (Σπ)² / Σπ² (Kish). F is noise-free, so only the misfit of the linear model makes variance.
    """
    return _constrained(sample, ridge) if sample.ends else _free(sample, ridge)


def _free(sample: Sample, ridge: float) -> Explanation:
    total, mean_mask, mean_value = sample.means()
    rows = Rows(sample, lambda masks, values: (masks - mean_mask, values - mean_value))
    beta, covariance = _fit(rows, ridge, np.zeros((sample.d, sample.d)), 1 / total)
    return _explanation(sample, beta, float(mean_value - mean_mask @ beta), covariance, sample.d + 1, ridge)


def _constrained(sample: Sample, ridge: float) -> Explanation:
    empty, full = sample.ends or (0.0, 0.0)
    slope = (full - empty) / sample.d

    def centre(masks: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        sizes = masks.sum(axis=1)
        return masks - sizes[:, None] / sample.d, values - empty - slope * sizes

    sum_direction = np.full((sample.d, sample.d), sample.weights.sum() / sample.d)
    deviations, covariance = _fit(Rows(sample, centre), ridge, sum_direction, 0.0)
    return _explanation(sample, slope + deviations, empty, covariance, sample.d - 1, ridge)


def _fit(rows: Rows, ridge: float, fixed: np.ndarray, intercept_leverage: float) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their HC3 covariance; ``fixed`` fills in directions that are known to be zero."""
    gram, moment = fixed.copy(), np.zeros(len(fixed))
    for x, weights, targets in rows:
        weighted = weights[:, None] * x
        gram += weighted.T @ x
        moment += weighted.T @ targets
    inverse, undetermined = _inverse(gram + ridge * np.eye(len(gram)))
    beta = inverse @ moment
    covariance = np.zeros_like(gram)
    for x, weights, targets in rows:
        reach = x @ inverse
        leverage = weights * (intercept_leverage + np.einsum("ij,ij->i", reach, x))
        share = np.maximum(1 - leverage, _SMALLEST_RESIDUAL_SHARE)
        reach *= (weights * (targets - x @ beta) / share)[:, None]  # by which each mask moved β, in place for speed
        covariance += reach.T @ reach
    return beta, _unknown(covariance, undetermined)


def _unknown(covariance: np.ndarray, undetermined: np.ndarray) -> np.ndarray:
    """The covariance with ∞ on the diagonal, and 0 beside it, of coefficients that the masks do not determine."""
    covariance[undetermined] = covariance[:, undetermined] = 0.0
    covariance[undetermined, undetermined] = np.inf
    return covariance


def _inverse(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pseudo-inverse, and which coordinates the null space touches."""
    values, vectors = np.linalg.eigh(gram)
    regular = values > values[-1] * len(gram) * np.finfo(float).eps
    kept = vectors[:, regular]
    inverse = (kept / values[regular]) @ kept.T
    return inverse, (vectors[:, ~regular] ** 2).sum(axis=1) > 1e-12


def _explanation(
    sample: Sample, beta: np.ndarray, intercept: float, covariance: np.ndarray, parameters: int, ridge: float
) -> Explanation:
    if ridge == 0 and _saturated(sample, np.sqrt(np.diag(covariance)), parameters):
        covariance = _unknown(covariance, np.full(sample.d, True))
    freedom = max(sample.effective_size - parameters, 1.0)
    errors = np.sqrt(np.diag(covariance))
    return Explanation(beta, intercept, errors, sample.n_evaluations, freedom, covariance=covariance)


def _saturated(sample: Sample, errors: np.ndarray, parameters: int) -> bool:
    """Whether the fit is perfect for want of distinct masks, which says nothing about its error."""
    if sample.n <= parameters:
        return True
    if errors.max() > _PERFECT * np.ptp(sample.values):
        return False
    distinct = len(np.unique(sample.bits, axis=0))
    return distinct <= parameters and distinct < 2.0**sample.d
