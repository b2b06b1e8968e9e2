"""prop:unbiased: the Gram matrix is known, so estimate only the right-hand side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limetheory.arrays import Gram, PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.copies import distinct_degrees, left_over
from limetheory.estimation.methods.covariance import spread, unknown
from limetheory.estimation.methods.determined import LeftOutUnits
from limetheory.estimation.methods.few_masks import warn_of_few_masks
from limetheory.estimation.methods.small_samples import Errors, in_small_samples
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates.along_lines import along_lines
from limetheory.estimation.surrogates.lines_without_units import LinesWithoutUnits
from limetheory.explanation import Explanation

_LEAST_VARIATION = 0.25
_MASKS_A_PARAMETER, _PAIRS_A_PARAMETER = 4, 1
FEWEST_SAMPLES = 4


def unbiased(sample: Sample, design: Design) -> Explanation:
    """Mean over masks of β(g_i) + Σ^{-1} π_i z̃_i (F(z_i) − g_i(z_i)), g_i the line through all other masks.

    Exactly unbiased for the limit at every n, because g_i never saw mask i: given the others, each term has the limit
    as its mean (prop:linear gives β(g_i) exactly). The two masks of a pair are left out together, and in a stratified
    sample a mask stands for what the others leave of its size (lem:stratified). The covariance is that of the terms
    (within strata, with the finite-population correction; those of a pair are added first: prop:parity), in small
    samples as for weighted least squares (`in_small_samples`). Intervals use Student's t with n_eff − d − 1 degrees of
    freedom at most. Where the masks hold less than a quarter of the variance of a superpixel that they have on average,
    masks are missing that its coefficient depends on: its standard error is infinite, and all are where that holds of
    the masks' size. On at least four masks or one pair a parameter they also are where those of least squares are, and
    degrees of freedom count copies of a mask once (`distinct_degrees`).
    """
    lines = LinesWithoutUnits.of(sample)
    units, cells = LeftOutUnits(lines.fit, design), sample.strata.number if sample.strata else None
    misfits = _misfits(sample, design, lines)
    covariance, freedom = spread(sample, lambda: _moves(sample, design, misfits), cells)
    many = sample.n_units >= (_PAIRS_A_PARAMETER if sample.paired else _MASKS_A_PARAMETER) * (sample.d + 1)
    undetermined = units.undetermined(sample.d + 1) if many else np.zeros(sample.d, bool)
    most = max(sample.effective_size - sample.d - 1, 1.0)
    most = min(most, distinct_degrees(sample, design, sample.d + 1)) if many else most
    solution = along_lines(sample, design, lines, np.ones(sample.n, bool))
    return explanation(sample, design, solution, covariance, min(freedom, most), misfits, undetermined)


def _misfits(sample: Sample, design: Design, lines: LinesWithoutUnits) -> PerMask:
    """F at each mask minus the line without all of its copies, scaled to the population's, or without itself alone."""
    without = left_over(sample, design, lines.and_copies().left_out)
    if sample.paired:  # the two residuals of a pair belong together
        return without
    return np.where(np.abs(without) > np.abs(lines.left_out), without, lines.left_out)


def explanation(
    sample: Sample, design: Design, solution: np.ndarray, covariance: Gram, freedom: float, misfits: PerMask,
    undetermined: np.ndarray | bool = False,
) -> Explanation:  # fmt: skip
    """The explanation with (E_μ[F], β) estimated from a sample, (d + 1,), corrected to the sum F(1) − F(0) if known.

    Coefficients of superpixels that the masks hardly vary have infinite standard errors, see `unbiased`.

    Args:
        sample: the masks and values.
        design: what they were drawn from.
        solution: the estimate.
        covariance: that of β, (d, d).
        freedom: degrees of freedom of the intervals.
        misfits: F at each mask minus the surrogate that did not see it, (n,).
        undetermined: which coefficients the masks do not determine, (d,) bool.
    """
    beta, intercept = solution[1:], solution[0] - solution[1:] @ design.marginals
    if sample.ends:
        empty, full = sample.ends
        beta, intercept = beta - beta.mean() + (full - empty) / sample.d, empty
    found = Errors(covariance, np.full(sample.d, float(freedom)), np.full(sample.d, np.inf))
    found = in_small_samples(sample, design, found, lambda: influences(sample, design), misfits, fitted=False)
    varied, varied_size = _variation(sample, design)
    open_ = (varied < _LEAST_VARIATION) | (varied_size < _LEAST_VARIATION)
    covariance = unknown(found.covariance, open_ | undetermined)
    errors = np.sqrt(np.diag(covariance))
    warn_of_few_masks(sample, errors, found.masks)
    return Explanation(
        beta, float(intercept), errors, sample.n_evaluations, found.freedom, covariance=covariance, method="unbiased"
    )


def influences(sample: Sample, design: Design) -> Iterator[np.ndarray]:
    """By how much the value at each mask moves β, (b, d) block after block."""
    start = 0
    for masks, _, _ in sample.blocks():
        yield design.influence(masks > 0, sample.importance[start : start + len(masks)] / sample.n)
        start += len(masks)


def _moves(sample: Sample, design: Design, misfits: PerMask) -> Iterator[np.ndarray]:
    """The terms of β over n, (b, d), each with the line without its unit."""
    start = 0
    for block in influences(sample, design):
        block *= misfits[start : start + len(block), None]
        yield block
        start += len(block)


def _variation(sample: Sample, design: Design) -> tuple[np.ndarray, float]:
    """How much the masks vary each superpixel, by the weights of its coefficient, (d,), and their size.

    1 on average over samples. Masks that hold almost all of μ but are hardly ever drawn, as with a narrow bandwidth,
    show up here alone: where all of them are missing, the other masks' terms are as good as 0. The sum of the
    coefficients depends on how much the masks' sizes vary; that number is 1 where it does not apply, under designs
    that are not exchangeable or that know the sum.
    """
    total, of_size, start = np.zeros(sample.d), 0.0, 0
    for masks, _, _ in sample.blocks():
        kept, importance = masks > 0, sample.importance[start : start + len(masks)]
        influence, centred = design.influence(kept, importance), design.centred(kept)
        total += np.einsum("ij,ij->j", influence, centred)
        of_size += influence.sum(axis=1) @ centred.sum(axis=1) / sample.d
        start += len(masks)
    return total / sample.n, of_size / sample.n if design.sum_rests_on_sizes else 1.0
