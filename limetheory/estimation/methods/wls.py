"""Weighted least squares, with heteroscedasticity-robust standard errors (thm:clt)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.copies import distinct_degrees
from limetheory.estimation.methods.covariance import covariance_of_estimate, with_infinite_variances
from limetheory.estimation.methods.determined import LeftOutUnits
from limetheory.estimation.methods.few_masks import warn_of_few_masks
from limetheory.estimation.methods.least_squares import LeastSquares, least_squares, with_intercept
from limetheory.estimation.methods.shrinkage import resting_on_one_unit, with_shrinkage
from limetheory.estimation.methods.small_samples import CovarianceEstimate, small_sample_correction
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation


def wls(sample: Sample, ridge: float = 0.0, design: Design | None = None) -> Explanation:
    """Minimise Σ_i π_i (F_i − β_0 − z_iᵀβ)² + ridge × Σ β_j².

    With ridge = 1 and an all-ones first row this is lime 0.2.0.1's answer, scikit-learn's Ridge on the same
    masks. A sample with `ends` is fitted under the efficiency constraint, with β_0 = F(0). Where the fit is
    rank-deficient, slopes have the minimum norm, and those that are not identifiable have infinite standard errors.
    So have slopes that would not be identifiable without one sampling unit: a mask, or a pair of complements, with all
    its copies.

    The covariance is a sandwich, HC2 with a design and HC3 without one; intervals use Student's t with n_eff − d − 1
    degrees of freedom, n_eff = (Σπ)² / Σπ² (Kish). F is noise-free: all variance is from the lack of fit of the
    linear model. Pairs of complements are clusters (CR2 and CR3, Bell & McCaffrey 2002) and the units of n_eff. In a
    stratified sample the contributions to β are centred within their stratum, with the finite-population correction,
    and there are at most Satterthwaite's degrees of freedom.

    Args:
        sample: the masks, weights and values.
        ridge: the penalty, ≥ 0.
        design: what the masks were drawn from. With it the standard errors hold in small samples too: the copies of a
            mask are left out together (`copies`) and count once (`distinct_degrees`), variances known from few masks
            are shrunk to their mean over the superpixels, with an allowance for large residuals that no mask shows
            (`small_sample_correction`), a penalty shrinks by the sample's Gram matrix (`with_shrinkage`), and slopes
            that one unit identifies are found (`resting_on_one_unit`). Without it the values of equal masks may differ.

    Warns:
        FewMasksWarning: the effective sample size behind an interval is below ten masks; with a design only.
    """
    solve = constrained_fit if sample.ends else free_fit
    fit, beta, intercept, parameters = solve(sample, ridge)
    units, cells = LeftOutUnits(fit, design, ridge), sample.strata.means if sample.strata else None
    residuals = units.residuals()
    covariance, freedom = covariance_of_estimate(sample, lambda: _contributions(fit, residuals), cells)
    most = min(freedom, max(sample.effective_size - parameters, 1.0))
    if design:
        most = min(most, distinct_degrees(sample, design, parameters))
    found = CovarianceEstimate(covariance, np.full(sample.d, float(most)), np.full(sample.d, np.inf))
    if design:
        found = small_sample_correction(sample, design, found, fit.influence, residuals, fitted=True)
    undetermined = fit.undetermined if ridge else units.undetermined(parameters)
    if design and ridge:
        found = with_shrinkage(found, fit, design, ridge)
        plain = LeftOutUnits(solve(sample, 0.0)[0], design)
        undetermined = undetermined | resting_on_one_unit(plain, design, ridge / sample.n, parameters)
    covariance = with_infinite_variances(found.covariance, undetermined)
    errors = np.sqrt(np.diag(covariance))
    if design:
        warn_of_few_masks(sample, errors, found.effective_masks)
    degrees = found.freedom if design else most
    return Explanation(
        beta, intercept, errors, sample.n_evaluations, degrees, covariance=covariance, method=_name(sample, ridge)
    )


def _name(sample: Sample, ridge: float) -> str:
    """The method "wls", with its penalty and its way of drawing masks, on which the standard errors depend too."""
    leverage = ["leverage"] if sample.ratio is not None and not sample.drawn_in else []
    return ", ".join(["wls", *["ridge"] * bool(ridge), *sample.drawn_in, *leverage])


def free_fit(sample: Sample, ridge: float) -> tuple[LeastSquares, np.ndarray, float, int]:
    """The fit, the coefficients, the intercept and the number of parameters."""
    fit, mean_mask, mean_value = with_intercept(sample, ridge)
    return fit, fit.slopes, float(mean_value - mean_mask @ fit.slopes), sample.d + 1


def constrained_fit(sample: Sample, ridge: float) -> tuple[LeastSquares, np.ndarray, float, int]:
    """The same where the coefficients add up to F(1) − F(0)."""
    empty, full = sample.ends or (0.0, 0.0)
    slope = (full - empty) / sample.d

    def centre(masks: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        sizes = masks.sum(axis=1)
        return masks - sizes[:, None] / sample.d, values - empty - slope * sizes

    sum_direction = np.full((sample.d, sample.d), sample.weights.sum() / sample.d)
    fit = least_squares(sample, centre, sum_direction, 0.0, ridge)
    return fit, slope + fit.slopes, empty, sample.d - 1


def _contributions(fit: LeastSquares, residuals: PerMask) -> Iterator[np.ndarray]:
    """Influence × residual, the contribution of each mask to β, (b, d) block after block."""
    start = 0
    for block in fit.influence():
        block *= residuals[start : start + len(block), None]
        yield block
        start += len(block)
