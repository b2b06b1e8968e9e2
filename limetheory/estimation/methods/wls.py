"""Weighted least squares, with heteroscedasticity-robust standard errors (thm:clt)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np

from limetheory.arrays import PerMaskOfEach, PerSuperpixelOfEach
from limetheory.designs import Design
from limetheory.estimation.methods.copies import distinct_degrees
from limetheory.estimation.methods.covariance import covariance_of_estimate, with_infinite_variances
from limetheory.estimation.methods.determined import LeftOutUnits
from limetheory.estimation.methods.few_masks import warn_of_few_masks
from limetheory.estimation.methods.least_squares import LeastSquares
from limetheory.estimation.methods.linear_models import linear_model
from limetheory.estimation.methods.shrinkage import Shrinkage, resting_on_one_unit
from limetheory.estimation.methods.small_samples import CovarianceEstimate, small_sample_correction, variances_of
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.samples.several import in_parts
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
            (`small_sample_correction`), a penalty shrinks by the sample's Gram matrix (`Shrinkage`), and slopes
            that one unit identifies are found (`resting_on_one_unit`). Without it the values of equal masks may differ.

    Warns:
        FewMasksWarning: the effective sample size behind an interval is below ten masks; with a design only.
    """
    return wls_of_each([sample], ridge, design)[0]


def wls_of_each(samples: Sequence[Sample], ridge: float = 0.0, design: Design | None = None) -> list[Explanation]:
    """`wls` of several functions on the same masks, each as it is alone, to the bit.

    What the masks alone say, such as the Gram matrix, its inverse and the leverages, is computed once. Functions are
    fitted some at a time, so that memory does not grow with their number, but for what is returned.

    Args:
        samples: of the same masks and weights, one for each function.
        ridge, design: see `wls`.

    Warns:
        FewMasksWarning: of any of the functions, once.
    """
    fits, first = _Fits(samples[0], ridge, design), samples[0]
    parts = [fits.of(part) for part in in_parts(samples)]
    found = [one for explanations, _ in parts for one in explanations]
    if design:
        errors = np.stack([one.standard_errors for one in found])
        warn_of_few_masks(first, errors, np.concatenate([contributing for _, contributing in parts]))
    return found


class _Fits:
    """The fits of all functions on the same masks, with what these alone say."""

    def __init__(self, sample: Sample, ridge: float, design: Design | None):
        self._sample, self._ridge, self._design = sample, ridge, design
        self._model = linear_model(sample, ridge)
        self._units = LeftOutUnits(self._model.regression, design, ridge)

    def of(self, sample: Sample) -> tuple[list[Explanation], PerSuperpixelOfEach]:
        """Those of a sample with values (k, n), and the effective masks in each variance estimate, (k, d)."""
        fit, beta, intercept = self._model.fit(sample)
        found = self._covariance(sample, fit)
        flat = _constant(sample)
        beta, intercept = np.where(flat[:, None], 0.0, beta), np.where(flat, sample.values[:, 0], intercept)
        covariance = with_infinite_variances(found.covariance, self._undetermined)
        errors = np.sqrt(variances_of(covariance))
        degrees = found.freedom if self._design else found.freedom[:, 0].tolist()
        return [
            Explanation(
                beta[k], float(intercept[k]), errors[k], sample.n_evaluations, degrees[k], covariance=covariance[k],
                method=_name(sample, self._ridge),
            )
            for k in range(len(beta))
        ], found.effective_masks  # fmt: skip

    def _covariance(self, sample: Sample, fit: LeastSquares) -> CovarianceEstimate:
        """The covariance of each fit, before slopes that are not identifiable."""
        influence, residuals = self._model.regression.influence, self._units.residuals(fit)
        cells = sample.strata.means if sample.strata else None
        covariance, freedom = covariance_of_estimate(sample, lambda: _contributions(influence, residuals), cells)
        most = np.minimum(freedom, self._most) * np.ones(len(fit.slopes))
        unknown = np.full(fit.slopes.shape, np.inf)
        found = CovarianceEstimate(covariance, most[:, None] * np.ones(sample.d), unknown)
        if self._design:
            found = small_sample_correction(sample, self._design, found, influence, residuals, fitted=True)
            found = self._shrinkage.added(found, fit, sample) if self._shrinkage else found
        return found

    @cached_property
    def _shrinkage(self) -> Shrinkage | None:
        if self._design is None or not self._ridge:
            return None
        return Shrinkage(self._model.regression, self._design, self._ridge)

    @cached_property
    def _most(self) -> float:
        """The most degrees of freedom."""
        sample, parameters = self._sample, self._model.parameters
        most = max(sample.effective_size - parameters, 1.0)
        return min(most, distinct_degrees(sample, self._design, parameters)) if self._design else most

    @cached_property
    def _undetermined(self) -> np.ndarray:
        """Slopes that the masks do not identify, or would not without one of them, (d,) bool."""
        parameters, penalty = self._model.parameters, self._ridge / self._sample.n
        if not self._ridge:
            return self._units.undetermined(parameters)
        found: np.ndarray = self._model.regression.undetermined
        if self._design is not None:
            plain = LeftOutUnits(linear_model(self._sample).regression, self._design)
            found = found | resting_on_one_unit(plain, self._design, penalty, parameters)
        return found


def _name(sample: Sample, ridge: float) -> str:
    """The method "wls", with its penalty and its way of drawing masks, on which the standard errors depend too."""
    leverage = ["leverage"] if sample.ratio is not None and not sample.drawn_in else []
    return ", ".join(["wls", *["ridge"] * bool(ridge), *sample.drawn_in, *leverage])


def _contributions(influence: Callable[[], Iterator[np.ndarray]], residuals: PerMaskOfEach) -> Iterator[np.ndarray]:
    """Influence × residual, the contribution of each mask to each β, (k, b, d) block after block."""
    start = 0
    for block in influence():
        yield block * residuals[..., start : start + len(block), None]
        start += len(block)


def _constant(sample: Sample) -> np.ndarray:
    """Which functions have one value at all masks, (k,) bool, whose slopes are 0 without the rounding of a fit."""
    first = sample.values[:, 0]
    known = [sample.values, *(np.reshape(end, (-1, 1)) for end in sample.ends or ())]
    constant: np.ndarray = np.all([(one == first[:, None]).all(axis=1) for one in known], axis=0)
    return constant
