"""Small-sample correction of the sandwich: variances shrunk to their mean, and an allowance for unseen residuals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import GramOfEach, PerMaskOfEach, PerSuperpixel, PerSuperpixelOfEach
from limetheory.designs import Design
from limetheory.estimation.methods.copies import exhausts_support
from limetheory.estimation.samples.sample import Sample, kish

PRIOR_MASKS = 5.0
"""How many masks the mean variance of the superpixels counts for, as prior, beside those with the superpixel's own.

A round number; `experiments/coverage/rows.jsonl` has the coverage with it.
"""
RULE_OF_THREE = 3.0
"""An event that none of n masks shows has a probability of at most 3 / n at level 95 % (Hanley & Lippman-Hand 1983)."""
VISIBLE = 1e-3
"""Residuals above this share of the largest count as not zero."""
_ROUNDING = 1e-9  # residuals below this share of the largest |F| are rounding errors; a convention
_LEAST_SHARE = 0.75  # a round number, with the coverage in experiments/coverage/rows.jsonl

Influence = Callable[[], Iterable[np.ndarray]]
"""The influence of each mask's value on the coefficients, (b, d) block after block; may be called twice."""


@dataclass(frozen=True, eq=False)
class CovarianceEstimate:
    """An estimate of the covariance of the coefficients, and how well each variance is known.

    Attributes:
        covariance: (d, d), with a leading axis, as all others, for several functions on the same masks.
        freedom: degrees of freedom of each variance, (d,).
        effective_masks: Kish's effective number of squared contributions in each variance, (d,): n where all are equal,
            1 where one dominates; ∞ where the variance is not made of the sample's residuals.
    """

    covariance: GramOfEach
    freedom: PerSuperpixelOfEach
    effective_masks: PerSuperpixelOfEach


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Sums over the units of each stratum, (strata, d), a unit being a mask or a pair of complements.

    Those that depend on residuals have a leading axis for several functions on the same masks.

    Attributes:
        squares: Σ influence², of a pair the sum of both.
        fourths: the sum of the squares of those.
        visible: Σ influence² over units whose score, influence × residual, is not zero.
        variances: the sum of squared scores, centred within the stratum.
        effective_masks: `CovarianceEstimate.effective_masks`, (d,), with squared scores times the share of their
            stratum that is not drawn.
    """

    squares: np.ndarray
    fourths: np.ndarray
    visible: np.ndarray
    variances: np.ndarray
    effective_masks: PerSuperpixelOfEach

    @property
    def effective_units(self) -> np.ndarray:
        """Kish's effective number of units by their squared influence on each coefficient, (strata, d)."""
        return kish(self.squares, self.fourths)


def small_sample_correction(
    sample: Sample,
    design: Design,
    found: CovarianceEstimate,
    influence: Influence,
    residuals: PerMaskOfEach,
    fitted: bool,
) -> CovarianceEstimate:
    """The covariance from the sandwich, corrected for coefficients whose effective sample size is small.

    A design treats all superpixels alike, so that on average the variance of each coefficient, over its squared
    influence, is the same within a stratum. Where few masks have influence on a coefficient, its own estimate is poor:
    it is shrunk to that mean, which weighs as much as `PRIOR_MASKS` masks, and has the degrees of freedom of both. If
    effectively fewer than `RULE_OF_THREE` of the influential masks have a residual, as many as are missing are supposed
    to be unseen and as large as the range of F (`Sample.scale`), unless the sample has every possible mask.

    With the population's influence the error is Σ_z (share of z in the sample − P(z)) influence(z) × residual(z). Given
    the masks, and for homoscedastic uncorrelated residuals, its mean square is larger than the sandwich where masks of
    large probability are missing, and smaller where masks occur as often as expected. The difference is added; where it
    is negative, at most a quarter of the variance. Of a random F the masks say nothing of the draws: nothing is added
    then, and the mean, which draws of unequal variance share less, adds no degrees of freedom.

    Several functions on the same masks are corrected each by itself.

    Args:
        sample: the masks and values.
        design: what the masks were drawn from.
        found: the sandwich and its degrees of freedom, which can only fall.
        influence: of each mask's value on the coefficients.
        residuals: of leave-one-out fits, (…, n).
        fitted: whether the influence is that of a fit to the sample, whose squares add up to more where fewer masks
            inform a coefficient; else it is that of the population.
    """
    sums, strata = _unit_sums(sample, influence, residuals), sample.stratified
    sampled, undrawn = strata.undrawn_share > 0, strata.undrawn_share[:, None]
    share = sums.squares if fitted else np.broadcast_to(design.squared_influence(), sums.squares.shape)
    shrunk, prior = _shrunk(sums, share), 0.0 if sample.random else PRIOR_MASKS
    weight = np.maximum(sums.effective_units + prior - 1, 1.0)
    traces = (undrawn * shrunk)[..., sampled, :]
    expected, of_sample = traces.sum(axis=-2), (undrawn * sums.variances)[..., sampled, :].sum(axis=-2)
    own = variances_of(found.covariance)
    variances = np.where(own > 0, own * _ratio(expected, of_sample), expected)
    if sample.ratio is None and not fitted and not sample.random:
        excess = _given_masks(sample, design) * _ratio(_in_all(sums.variances), _in_all(sums.squares))
        variances = np.maximum(variances + excess, _LEAST_SHARE * variances)
    exhausted = exhausts_support(sample, design)
    least = np.zeros(sample.d) if exhausted else unseen_variance(sums, sampled) * sample.scale[..., None] ** 2
    masks = np.where(least > variances, np.inf, sums.effective_masks)
    freedom = _ratio(expected**2, (traces**2 / weight[sampled]).sum(axis=-2), np.inf)
    covariance = with_variances(found.covariance, np.maximum(variances, least))
    return CovarianceEstimate(covariance, np.clip(freedom, 1.0, found.freedom), masks)


def _in_all(sums: np.ndarray) -> np.ndarray:
    """The sum over all strata and superpixels, (…, strata, d) → (…, 1)."""
    total: np.ndarray = sums.reshape(*sums.shape[:-2], -1).sum(axis=-1, keepdims=True)
    return total


def _given_masks(sample: Sample, design: Design) -> PerSuperpixel:
    """Σ_z (share of z in the sample − P(z))² influence(z)² minus Σ_i influence(z_i)² / n², (d,).

    Masks are independent draws, so that a mask is expected n P(z) times.
    """
    counts = sample.copies.counts
    excess, start = design.squared_influence(2), 0
    for masks, _, _ in sample.blocks():
        kept, times = masks > 0, counts[start : start + len(masks)]
        start += len(masks)
        law = design.chance(kept)
        of_mask = ((times / sample.n - law) ** 2 - law**2) / times - 1 / sample.n**2
        excess += of_mask @ design.influence(kept, np.ones(len(masks))) ** 2
    return excess


def _unit_sums(sample: Sample, influence: Influence, residuals: PerMaskOfEach) -> UnitSums:
    strata, width = sample.stratified, 1 + sample.paired
    cells = np.arange(len(strata.population))[:, None]
    sums, start = [np.zeros((len(strata.population), sample.d)) for _ in range(6)], 0
    least = np.maximum(VISIBLE * np.abs(residuals).max(axis=-1, initial=0.0), _ROUNDING * sample.scale)
    for block in influence():
        part = slice(start, start + len(block))
        start = part.stop
        squares, scores = (sample.by_unit(one, -2) for one in (block**2, block * residuals[..., part, None]))
        member = (strata.number[part][::width] == cells).astype(float)
        visible = _visible(sample, member, squares, scores, residuals[..., part], least[..., None])
        found = [member @ squares, member @ np.square(squares, out=squares), visible]
        found += [member @ scores, member @ np.square(scores, out=scores), member @ np.square(scores, out=scores)]
        sums = [total + one for total, one in zip(sums, found, strict=True)]
    counts = np.maximum(np.bincount(strata.number[::width], minlength=len(strata.population)), 1)[:, None]
    squares, fourths, visible, scores, seconds, score_fourths = sums
    centred = np.maximum(seconds - (scores**2 / counts if sample.strata else 0.0), 0.0)
    undrawn = strata.undrawn_share[:, None]
    effective = kish((undrawn * seconds).sum(axis=-2), (undrawn**2 * score_fourths).sum(axis=-2), np.inf)
    return UnitSums(squares, fourths, visible, centred, effective)


def _visible(
    sample: Sample,
    member: np.ndarray,
    squares: np.ndarray,
    scores: np.ndarray,
    residuals: PerMaskOfEach,
    least: np.ndarray,
) -> np.ndarray:
    """Σ influence² over the units of a block whose score is not zero, (…, strata, d): |score| > least × |influence|.

    Of a mask alone that says |residual| > least.
    """
    total: np.ndarray = (
        member @ (squares * (np.abs(scores) > least[..., None] * np.sqrt(squares)))
        if sample.paired
        else member * (np.abs(residuals) > least)[..., None, :] @ squares
    )
    return total


def _shrunk(sums: UnitSums, share: np.ndarray) -> np.ndarray:
    """Variances averaged, by their weights, with the stratum's mean square residual × squared influence."""
    mean_square = _ratio(sums.variances.sum(axis=-1, keepdims=True), share.sum(axis=-1, keepdims=True))
    shrunk: np.ndarray = (sums.effective_units * sums.variances + PRIOR_MASKS * mean_square * share) / (
        sums.effective_units + PRIOR_MASKS
    )
    return shrunk


def unseen_variance(sums: UnitSums, sampled: np.ndarray) -> PerSuperpixelOfEach:
    """The variance from unseen residuals of size 1, as many as the rule of three allows beyond those seen, (…, d)."""
    of_strata = (sums.squares, sums.fourths, sums.visible)
    squares, fourths, visible = (total[..., sampled, :].sum(axis=-2) for total in of_strata)
    shown = _ratio(visible * squares, fourths)
    variance: PerSuperpixelOfEach = np.maximum(RULE_OF_THREE - shown, 0.0) * _ratio(fourths, squares)
    return variance


def variances_of(covariance: GramOfEach) -> PerSuperpixelOfEach:
    """The diagonal, (…, d, d) → (…, d)."""
    return np.diagonal(covariance, axis1=-2, axis2=-1)


def with_variances(covariance: GramOfEach, variances: PerSuperpixelOfEach) -> GramOfEach:
    """The covariance of the same correlations with other variances."""
    scale, places = np.sqrt(_ratio(variances, variances_of(covariance))), np.arange(covariance.shape[-1])
    scaled: GramOfEach = covariance * (scale[..., :, None] * scale[..., None, :])
    scaled[..., places, places] = variances
    return scaled


def _ratio(numerator: Any, denominator: Any, empty: float = 0.0) -> np.ndarray:
    """numerator / denominator where that is positive, else ``empty``."""
    numerator, denominator = np.asarray(numerator, float), np.asarray(denominator, float)
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    ratio: np.ndarray = np.divide(
        numerator, denominator, out=np.full(shape, empty), where=np.broadcast_to(denominator > 0, shape)
    )
    return ratio
