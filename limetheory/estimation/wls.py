"""Weighted least squares, with heteroscedasticity-robust standard errors (thm:clt)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from limetheory.estimation.sample import Sample
from limetheory.estimation.spread import spread, unknown
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
    that the masks do not determine take the minimum-norm value and infinite standard errors. Those that hang on one
    mask have infinite standard errors too.

    The covariance is the HC3 sandwich; intervals use Student's t with n_eff − d − 1 degrees of freedom,
    n_eff = (Σπ)² / Σπ² (Kish). F is noise-free, so only the misfit of the linear model makes variance. Pairs of
    complements are clusters (CR3, Bell & McCaffrey 2002) and the units of n_eff. In a stratified sample what the
    masks do to β counts from its mean in their stratum, with the finite-population correction, and there are at most
    Satterthwaite's degrees of freedom.
    """
    return _constrained(sample, ridge) if sample.ends else _free(sample, ridge)


def _free(sample: Sample, ridge: float) -> Explanation:
    total, mean_mask, mean_value = sample.means()
    rows = Rows(sample, lambda masks, values: (masks - mean_mask, values - mean_value))
    beta, covariance, freedom = _fit(rows, ridge, np.zeros((sample.d, sample.d)), 1 / total)
    intercept = float(mean_value - mean_mask @ beta)
    return _explanation(sample, beta, intercept, covariance, freedom, sample.d + 1, ridge)


def _constrained(sample: Sample, ridge: float) -> Explanation:
    empty, full = sample.ends or (0.0, 0.0)
    slope = (full - empty) / sample.d

    def centre(masks: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        sizes = masks.sum(axis=1)
        return masks - sizes[:, None] / sample.d, values - empty - slope * sizes

    sum_direction = np.full((sample.d, sample.d), sample.weights.sum() / sample.d)
    deviations, covariance, freedom = _fit(Rows(sample, centre), ridge, sum_direction, 0.0)
    return _explanation(sample, slope + deviations, empty, covariance, freedom, sample.d - 1, ridge)


def _fit(
    rows: Rows, ridge: float, fixed: np.ndarray, intercept_leverage: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, covariance, degrees of freedom; ``fixed`` fills in directions that are known to be zero."""
    gram, moment = fixed.copy(), np.zeros(len(fixed))
    for x, weights, targets in rows:
        weighted = weights[:, None] * x
        gram += weighted.T @ x
        moment += weighted.T @ targets
    inverse, undetermined = _inverse(gram + ridge * np.eye(len(gram)))
    beta = inverse @ moment
    undetermined |= _hang_on_one_mask(rows, beta, inverse, intercept_leverage)

    def moves() -> Iterator[np.ndarray]:
        """By how much each mask moved β, or its part of what its pair did."""
        for x, weights, targets in rows:
            reach = x @ inverse
            leverage = weights * (intercept_leverage + np.einsum("ij,ij->i", reach, x))
            left_out = _left_out(targets - x @ beta, leverage)
            if rows.sample.paired:
                across = intercept_leverage + np.einsum("ij,ij->i", reach[:-1:2], x[1::2])
                left_out = _left_out_in_pairs(targets - x @ beta, leverage, across, weights)
            reach *= (weights * left_out)[:, None]  # in place for speed
            yield reach

    strata = rows.sample.strata
    covariance, freedom = spread(rows.sample, moves, strata.number if strata else None)
    return beta, unknown(covariance, undetermined), freedom


def _hang_on_one_mask(rows: Rows, beta: np.ndarray, inverse: np.ndarray, intercept_leverage: float) -> np.ndarray:
    """Which coefficients the masks would not determine without one of them and its copies, (d,) bool.

    The fit goes through such a mask, so that nothing tells how far it is off. Exhausted strata leave nothing to chance.
    """
    sample, start, blank = rows.sample, 0, np.zeros(len(beta), bool)
    leverage, exact = np.zeros(sample.n), _PERFECT * np.ptp(sample.values)
    for x, weights, targets in rows:
        through = start + np.flatnonzero(np.abs(targets - x @ beta) <= exact)
        x, weights = x[through - start], weights[through - start]
        leverage[through] = weights * (intercept_leverage + np.einsum("ij,ij->i", x @ inverse, x))
        start += len(targets)
    found = np.flatnonzero(leverage * (sample.stratified.unseen[sample.stratified.number] > 0))
    if not len(found) or _all_seen(sample):
        return blank
    first, copies = np.unique(sample.bits[found], axis=0, return_index=True, return_inverse=True)[1:]
    alone = found[first[np.bincount(copies.ravel(), leverage[found]) > 1 - _SMALLEST_RESIDUAL_SHARE]]
    if not len(alone):
        return blank
    steps = np.abs(rows.centre(sample.masks[alone].astype(float), sample.values[alone])[0] @ inverse)
    return (steps > _SMALLEST_RESIDUAL_SHARE * steps.max(axis=1, keepdims=True)).any(axis=0)


def _all_seen(sample: Sample) -> bool:
    """Whether the sample has every mask that there is but for the ends that are known."""
    return _distinct(sample) >= 2.0**sample.d - 2 * bool(sample.ends)


def _distinct(sample: Sample) -> int:
    return len(np.unique(sample.bits[sample.weights > 0], axis=0))


def _left_out(residuals: np.ndarray, leverage: np.ndarray) -> np.ndarray:
    """The residual of each row in the fit without it, (b,)."""
    return residuals / np.maximum(1 - leverage, _SMALLEST_RESIDUAL_SHARE)


def _left_out_in_pairs(
    residuals: np.ndarray, leverage: np.ndarray, across: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """The residuals of rows 2i and 2i + 1 in the fit without both, (b,); ``across`` is x_{2i} Σ̂^{-1} x_{2i+1}.

    (I − H)^{-1} e with H the pair's 2 × 2 block of the hat matrix.
    """
    found = _left_out(residuals, leverage)  # for a last mask without complement
    pairs = 2 * len(across)
    first, second = slice(0, pairs, 2), slice(1, pairs, 2)
    share, other = 1 - leverage[first], 1 - leverage[second]
    onto_first, onto_second = weights[second] * across, weights[first] * across
    determinant = np.maximum(share * other - onto_first * onto_second, _SMALLEST_RESIDUAL_SHARE)
    found[first] = (other * residuals[first] + onto_first * residuals[second]) / determinant
    found[second] = (share * residuals[second] + onto_second * residuals[first]) / determinant
    return found


def _inverse(gram: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pseudo-inverse, and which coordinates the null space touches."""
    values, vectors = np.linalg.eigh(gram)
    regular = values > values[-1] * len(gram) * np.finfo(float).eps
    kept = vectors[:, regular]
    inverse = (kept / values[regular]) @ kept.T
    return inverse, (vectors[:, ~regular] ** 2).sum(axis=1) > 1e-12


def _explanation(
    sample: Sample, beta: np.ndarray, intercept: float, covariance: np.ndarray, freedom: float, parameters: int,
    ridge: float,
) -> Explanation:  # fmt: skip
    if ridge == 0 and _saturated(sample, np.sqrt(np.diag(covariance)), parameters):
        covariance = unknown(covariance, np.full(sample.d, True))
    freedom = min(freedom, max(sample.effective_size - parameters, 1.0))
    errors = np.sqrt(np.diag(covariance))
    return Explanation(beta, intercept, errors, sample.n_evaluations, freedom, covariance=covariance)


def _saturated(sample: Sample, errors: np.ndarray, parameters: int) -> bool:
    """Whether the fit is perfect for want of distinct masks or pairs, which says nothing about its error."""
    if sample.strata and not sample.strata.unseen.any():
        return False
    if sample.n_units <= parameters:
        return True
    if errors.max() > _PERFECT * np.ptp(sample.values):
        return False
    fitted = 2 * (sample.d - bool(sample.ends)) if sample.paired else parameters  # a pair is one equation of slopes
    return _distinct(sample) <= fitted and not _all_seen(sample)
