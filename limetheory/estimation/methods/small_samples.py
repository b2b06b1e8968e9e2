"""Standard errors where few masks carry a coefficient: variances shared between superpixels, and what no mask shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arrays import Gram, PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.methods.copies import all_seen
from limetheory.estimation.samples.sample import Sample, kish

PRIOR_MASKS = 5.0
"""How many masks the mean variance of the superpixels counts for, beside those that carry a coefficient."""
UNSEEN_MISFITS = 3.0
"""The rule of three: a kind of mask that none of n shows may have a share of up to 3 / n of them (level 95 %)."""
VISIBLE = 1e-3
"""Differences above this share of the largest are seen."""
_ROUNDING = 1e-9
_LEAST_SHARE = 0.75

Influence = Callable[[], Iterable[np.ndarray]]
"""By how much each mask's value moves the coefficients, (b, d) block after block; may be asked twice."""


@dataclass(frozen=True, eq=False)
class Errors:
    """The covariance of the coefficients, and what is known of each variance.

    Attributes:
        covariance: (d, d).
        freedom: degrees of freedom of each variance, (d,).
        masks: the effective number (Kish) of masks whose misfits make up each variance, (d,): n where all count alike,
            1 where one decides; ∞ where the variance is not that of the misfits seen.
    """

    covariance: Gram
    freedom: PerSuperpixel
    masks: PerSuperpixel


@dataclass(frozen=True, eq=False)
class Carried:
    """Sums over the units of each stratum, (strata, d), a unit being a mask or a pair of complements.

    Attributes:
        squares: of their influence.
        fourths: of the squares' squares.
        visible: of the squares of the influence of units that show a misfit; the two misfits of a pair may cancel.
        variances: of influence × residual, centred within the stratum.
        moves: `Errors.masks` of all strata together, (d,), each unit counting by (influence × residual)² times the
            share of its stratum that is not drawn.
    """

    squares: np.ndarray
    fourths: np.ndarray
    visible: np.ndarray
    variances: np.ndarray
    moves: PerSuperpixel

    @property
    def masks(self) -> np.ndarray:
        """How many equally influential units carry each coefficient, (Σ squares)² / Σ fourths (Kish), (strata, d)."""
        return kish(self.squares, self.fourths)


def in_small_samples(
    sample: Sample, design: Design, found: Errors, influence: Influence, residuals: PerMask, fitted: bool
) -> Errors:
    """Errors that hold where few masks carry a coefficient, from those of the sandwich.

    All superpixels of a design are alike, so that within a stratum the mean square misfit behind each coefficient is
    that of the others on average. A coefficient's own is known from the few masks that carry it; it is shrunk to
    the mean with the weight of `PRIOR_MASKS` masks, and has as many degrees of freedom as both together. Where the
    masks that carry it show less than `UNSEEN_MISFITS` misfits, the missing ones may be unseen: they count with the
    range of F (`Sample.scale`) as their size, unless all masks are seen.

    With the population's influence the error is Σ_z (share of z in the sample − law(z)) influence(z) × misfit. Its mean
    square given the masks, for misfits without pattern, is larger than the sandwich where a few masks that hold much of
    the law are missing, and smaller where masks have about their share. The difference is added, but never more than a
    quarter of the variance taken away.

    Args:
        sample: the masks and values.
        design: what the masks were drawn from.
        found: the sandwich and its degrees of freedom, which can only fall.
        influence: of each mask's value on the coefficients.
        residuals: F at each mask minus the fit that did not see it, (n,).
        fitted: whether the influence is that of a fit to the sample, which is larger where fewer masks carry a
            coefficient; else it is that of the population.
    """
    carried, strata = _carried(sample, influence, residuals), sample.stratified
    sampled, unseen = strata.unseen > 0, strata.unseen[:, None]
    share = carried.squares if fitted else np.broadcast_to(design.squared_influence(), carried.squares.shape)
    shrunk, weight = _shrunk(carried, share), carried.masks + PRIOR_MASKS - 1
    traces = (unseen * shrunk)[sampled]
    own, of_sample = np.diag(found.covariance), (unseen * carried.variances)[sampled].sum(axis=0)
    variances = np.where(own > 0, own * _ratio(traces.sum(axis=0), of_sample), traces.sum(axis=0))
    if sample.ratio is None and not fitted:
        excess = _given_masks(sample, design) * _ratio(carried.variances.sum(), carried.squares.sum())
        variances = np.maximum(variances + excess, _LEAST_SHARE * variances)
    least = np.zeros(sample.d) if all_seen(sample, design) else _unseen(carried, sampled) * sample.scale**2
    masks = np.where(least > variances, np.inf, carried.moves)
    freedom = _ratio(traces.sum(axis=0) ** 2, (traces**2 / weight[sampled]).sum(axis=0), np.inf)
    covariance = _with_variances(found.covariance, np.maximum(variances, least))
    return Errors(covariance, np.clip(freedom, 1.0, found.freedom), masks)


def _given_masks(sample: Sample, design: Design) -> PerSuperpixel:
    """Σ_z (share of z in the sample − law(z))² influence(z)² minus Σ_i influence(z_i)² / n², (d,).

    Masks were drawn one by one, so that n times the law of a mask is how often it was to be drawn.
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


def _carried(sample: Sample, influence: Influence, residuals: PerMask) -> Carried:
    strata, width = sample.stratified, 1 + sample.paired
    cells = np.arange(len(strata.population))[:, None]
    sums, start = [np.zeros((len(strata.population), sample.d)) for _ in range(6)], 0
    least = max(VISIBLE * np.abs(residuals).max(initial=0.0), _ROUNDING * sample.scale)
    for block in influence():
        part = slice(start, start + len(block))
        start = part.stop
        squares, moves = sample.by_unit(block**2), sample.by_unit(block * residuals[part, None])
        member = (strata.number[part][::width] == cells).astype(float)
        sums[0] += member @ squares
        sums[2] += member @ (squares * (np.abs(moves) > least * np.sqrt(squares)))
        sums[1] += member @ np.square(squares, out=squares)
        sums[3] += member @ moves
        sums[4] += member @ np.square(moves, out=moves)
        sums[5] += member @ np.square(moves, out=moves)
    counts = np.maximum(np.bincount(strata.number[::width], minlength=len(strata.population)), 1)[:, None]
    squares, fourths, visible, moves, moved, moved_fourths = sums
    centred = np.maximum(moved - (moves**2 / counts if sample.strata else 0.0), 0.0)
    unseen = strata.unseen[:, None]
    effective = kish((unseen * moved).sum(axis=0), (unseen**2 * moved_fourths).sum(axis=0), np.inf)
    return Carried(squares, fourths, visible, centred, effective)


def _shrunk(carried: Carried, share: np.ndarray) -> np.ndarray:
    """The variances with those that the stratum's mean square misfit gives them, by their weights, (strata, d)."""
    misfit = _ratio(carried.variances.sum(axis=1, keepdims=True), share.sum(axis=1, keepdims=True))
    return (carried.masks * carried.variances + PRIOR_MASKS * misfit * share) / (carried.masks + PRIOR_MASKS)


def _unseen(carried: Carried, sampled: np.ndarray) -> PerSuperpixel:
    """The variance that misfits of size 1 add which the masks ought to show but do not, (d,)."""
    squares, fourths, visible = (
        total[sampled].sum(axis=0) for total in (carried.squares, carried.fourths, carried.visible)
    )
    shown = _ratio(visible * squares, fourths)
    return np.maximum(UNSEEN_MISFITS - shown, 0.0) * _ratio(fourths, squares)


def _with_variances(covariance: Gram, variances: PerSuperpixel) -> Gram:
    """The covariance of the same correlations with other variances."""
    scale = np.sqrt(_ratio(variances, np.diag(covariance)))
    scaled = covariance * np.outer(scale, scale)
    np.fill_diagonal(scaled, variances)
    return scaled


def _ratio(numerator: Any, denominator: Any, empty: float = 0.0) -> np.ndarray:
    """numerator / denominator where that is positive, else ``empty``."""
    numerator, denominator = np.asarray(numerator, float), np.asarray(denominator, float)
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    return np.divide(numerator, denominator, out=np.full(shape, empty), where=np.broadcast_to(denominator > 0, shape))
