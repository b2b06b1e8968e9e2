"""prop:unbiased: the Gram matrix is known, so estimate only the right-hand side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limetheory.arrays import Gram, PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.copies import PopulationHat, distinct_degrees
from limetheory.estimation.methods.covariance import covariance_of_estimate, with_infinite_variances
from limetheory.estimation.methods.determined import LeftOutUnits
from limetheory.estimation.methods.few_masks import warn_of_few_masks
from limetheory.estimation.methods.small_samples import CovarianceEstimate, small_sample_correction
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates.along_lines import along_lines
from limetheory.estimation.surrogates.lines_without_units import LinesWithoutUnits
from limetheory.explanation import Explanation

# Round numbers, whose coverage is in experiments/coverage/rows.jsonl: the share of its expectation below which a
# variance of masks is too small, and the masks or pairs for each parameter from which more errors are infinite.
_LEAST_VARIATION = 0.25
_MASKS_A_PARAMETER, _PAIRS_A_PARAMETER = 4, 1
FEWEST_SAMPLES = 4  # the fewest masks, or pairs of them, that the method accepts; a convention


def unbiased(sample: Sample, design: Design) -> Explanation:
    """Mean over masks of β(g_i) + Σ^{-1} π_i z̃_i (F(z_i) − g_i(z_i)), g_i the line fitted to all other masks.

    Exactly unbiased for the limit at every n: g_i is a leave-one-out fit, so that given the other masks each term has
    the limit as its mean (prop:linear gives β(g_i) exactly). The two masks of a pair are left out together, and in a
    stratum drawn without replacement a mask represents the masks of its size that the others left (lem:stratified). The
    covariance is that of the mean of the terms (within strata, with the finite-population correction; those of a pair
    are added first: prop:parity), corrected as for weighted least squares (`small_sample_correction`). Intervals use
    Student's t with at most n_eff − d − 1 degrees of freedom.

    A standard error is infinite where the weighted variance of the superpixel in the sample is below a quarter of its
    expectation, because then masks of large weight are missing; all are where that holds of the masks' size. With at
    least four masks or one pair a parameter it also is where the slope is not identifiable without one unit, and the
    degrees of freedom count copies of a mask once (`distinct_degrees`).
    """
    lines = LinesWithoutUnits.of(sample)
    units, cells = LeftOutUnits(lines.regression, design), sample.strata.number if sample.strata else None
    residuals = _leave_one_out_residuals(sample, design, lines)
    covariance, freedom = covariance_of_estimate(sample, lambda: _contributions(sample, design, residuals), cells)
    many = sample.n_units >= (_PAIRS_A_PARAMETER if sample.paired else _MASKS_A_PARAMETER) * (sample.d + 1)
    undetermined = units.undetermined(sample.d + 1) if many else np.zeros(sample.d, bool)
    most = max(sample.effective_size - sample.d - 1, 1.0)
    most = min(most, distinct_degrees(sample, design, sample.d + 1)) if many else most
    solution = along_lines(sample, design, lines, np.ones(sample.n, bool))
    return explanation(sample, design, solution, covariance, min(freedom, most), residuals, undetermined)


def _leave_one_out_residuals(sample: Sample, design: Design, lines: LinesWithoutUnits) -> PerMask:
    """The larger of two leave-one-out residuals: without all copies, as `PopulationHat` has it, or without the mask."""
    without = PopulationHat(sample, design).population_residuals(lines.and_copies().left_out)
    if sample.paired:  # one matrix scales the two residuals of a pair
        return without
    return np.where(np.abs(without) > np.abs(lines.left_out), without, lines.left_out)


def explanation(
    sample: Sample, design: Design, solution: np.ndarray, covariance: Gram, freedom: float, residuals: PerMask,
    undetermined: np.ndarray | bool = False,
) -> Explanation:  # fmt: skip
    """The explanation with (E_μ[F], β) estimated from a sample, (d + 1,), corrected to the sum F(1) − F(0) if known.

    Coefficients of superpixels that hardly vary in the sample have infinite standard errors, see `unbiased`.

    Args:
        sample: the masks and values.
        design: what they were drawn from.
        solution: the estimate.
        covariance: that of β, (d, d).
        freedom: degrees of freedom of the intervals.
        residuals: the residual of each mask from a surrogate that was fitted without it, (n,).
        undetermined: which coefficients are not identifiable, (d,) bool.
    """
    beta, intercept = solution[1:], solution[0] - solution[1:] @ design.marginals
    if sample.ends:
        empty, full = sample.ends
        beta, intercept = beta - beta.mean() + (full - empty) / sample.d, empty
    found = CovarianceEstimate(covariance, np.full(sample.d, float(freedom)), np.full(sample.d, np.inf))
    found = small_sample_correction(sample, design, found, lambda: influences(sample, design), residuals, fitted=False)
    varied, varied_size = _variation(sample, design)
    open_ = (varied < _LEAST_VARIATION) | (varied_size < _LEAST_VARIATION)
    covariance = with_infinite_variances(found.covariance, open_ | undetermined)
    errors = np.sqrt(np.diag(covariance))
    warn_of_few_masks(sample, errors, found.effective_masks)
    return Explanation(
        beta, float(intercept), errors, sample.n_evaluations, found.freedom, covariance=covariance, method="unbiased"
    )


def influences(sample: Sample, design: Design) -> Iterator[np.ndarray]:
    """The influence of the value at each mask on β, (b, d) block after block."""
    start = 0
    for masks, _, _ in sample.blocks():
        yield design.influence(masks > 0, sample.importance[start : start + len(masks)] / sample.n)
        start += len(masks)


def _contributions(sample: Sample, design: Design, residuals: PerMask) -> Iterator[np.ndarray]:
    """Influence × residual, the contribution of each mask to β, (b, d) block after block."""
    start = 0
    for block in influences(sample, design):
        block *= residuals[start : start + len(block), None]
        yield block
        start += len(block)


def _variation(sample: Sample, design: Design) -> tuple[np.ndarray, float]:
    """The weighted variance of each superpixel in the sample over that under μ, (d,), and the same for the masks' size.

    Both have expectation 1. They are near 0 where the masks that have almost all of the weight are missing, as may be
    with a narrow bandwidth: the other masks' contributions are nearly 0 then, and so is their variance. The sum of the
    coefficients depends on the variance of the size; that ratio is 1 where the sum is known, and under designs that
    are not exchangeable.
    """
    total, of_size, start = np.zeros(sample.d), 0.0, 0
    for masks, _, _ in sample.blocks():
        kept, importance = masks > 0, sample.importance[start : start + len(masks)]
        influence, centred = design.influence(kept, importance), design.centred(kept)
        total += np.einsum("ij,ij->j", influence, centred)
        of_size += influence.sum(axis=1) @ centred.sum(axis=1) / sample.d
        start += len(masks)
    return total / sample.n, of_size / sample.n if design.sum_rests_on_sizes else 1.0
