"""prop:ratio: means of F over the masks that show a part, or over those that hide it, and their covariance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import Gram, PerMask, PerMaskAndSuperpixel, PerSuperpixel
from limetheory.estimation.methods.covariance import covariance_of_estimate, with_infinite_variances
from limetheory.estimation.methods.few_masks import warn_of_few
from limetheory.estimation.methods.small_samples import VISIBLE, UnitSums, unseen_variance, with_variances
from limetheory.estimation.samples.sample import Sample, kish

_ROUNDING = 1e-9  # of Kish's number of a single mask; a convention
_KEPT = 1 << 22  # up to so many numbers, 32 MiB, are kept rather than computed again for each use; a convention
_RANKED = 1 << 12  # so many masks give the medians that visible values are told by; a convention for memory


@dataclass(frozen=True, eq=False)
class ConditionalMeans:
    """Means of F over the masks that show each part, or over those that hide it.

    Attributes:
        means: Σ w F / Σ w over these masks, (d,); that of all masks where there are none.
        covariance: (d, d), ∞ on the diagonal where a mean rests on one mask or none.
        freedom: degrees of freedom of each mean, (d,).
    """

    means: PerSuperpixel
    covariance: Gram
    freedom: PerSuperpixel


def conditional_means(samples: Sequence[Sample], shown: bool) -> list[ConditionalMeans]:
    """E[F | z_j = 1] of each part, or E[F | z_j = 0], from a sample of the sampling law, weighted by its ratios.

    Of several functions on the same masks each has the means that it has alone, to the bit.

    A ratio estimator with the covariance of the delta method (prop:ratio). With Kish's number n_j of the masks behind a
    mean, the variance has the factor n_j / (n_j − 1), or that of the strata: given how many masks show a part, it is
    then unbiased. Student's t has at most m_j − 1 degrees of freedom, where m_j ≤ n_j is Kish's number of the squared
    contributions to the variance, few where some values are far from the others. Where effectively fewer than three of
    the values differ from their median, as many as are missing are supposed to be unseen and to differ by the range of
    F (rule of three), as for `wls`.

    Warns:
        FewMasksWarning: fewer than ten effective masks are behind a mean, or behind its variance.
    """
    influence = _Influence(samples[0], shown)
    means = influence.means(np.stack([sample.values for sample in samples]))
    return [_with_errors(influence, sample, mean) for sample, mean in zip(samples, means, strict=True)]


def _with_errors(influence: _Influence, sample: Sample, means: PerSuperpixel) -> ConditionalMeans:
    effective, behind = influence.effective, influence.effective

    def contributions() -> Iterator[np.ndarray]:
        return (block * (sample.values[part, None] - means) for block, part in influence.blocks())

    cells = sample.strata.means if sample.strata else None
    covariance, freedom = covariance_of_estimate(sample, contributions, cells)
    if sample.strata is None:
        factor = np.sqrt(np.divide(effective, effective - 1, out=np.ones(sample.d), where=effective > 1))
        covariance = covariance * np.outer(factor, factor)
    if sample.stratified.undrawn_share.any():
        sums, seen = _unit_sums(influence, sample, means), np.diag(covariance)
        unseen = unseen_variance(sums, np.array([True])) * sample.scale**2
        contributing = np.where(unseen > seen, np.inf, sums.effective_masks)
        covariance = with_variances(covariance, np.maximum(seen, unseen))
        covariance = with_infinite_variances(covariance, ~(effective > 1 + _ROUNDING))
        behind = np.minimum(effective, contributing)
        warn_of_few(behind, np.sqrt(np.diag(covariance)))
    return ConditionalMeans(means, covariance, np.minimum(np.maximum(behind - 1, 1.0), freedom))


class _Influence:
    """w_i z_ij / Σ_i w_i z_ij of each mask, with 1 − z_ij in place of z_ij where parts are hidden."""

    def __init__(self, sample: Sample, shown: bool):
        self.sample, self.shown, self.weights = sample, shown, sample.importance
        self.totals, squares = np.zeros(sample.d), np.zeros(sample.d)
        for side, part in self.sides():
            self.totals += self.weights[part] @ side
            squares += self.weights[part] ** 2 @ side
        self.effective = kish(self.totals, squares)

    def sides(self) -> Iterator[tuple[PerMaskAndSuperpixel, slice]]:
        """1 where a mask is behind the mean of a part, (b, d) block after block."""
        start = 0
        for masks, _, _ in self.sample.blocks():
            yield (masks if self.shown else 1 - masks), slice(start, start + len(masks))
            start += len(masks)

    def blocks(self) -> Iterable[tuple[PerMaskAndSuperpixel, slice]]:
        """The influence of each value on each mean, (b, d) block after block."""
        return self._kept if self.sample.n * self.sample.d <= _KEPT else self._computed()

    @cached_property
    def _kept(self) -> list[tuple[PerMaskAndSuperpixel, slice]]:
        return list(self._computed())

    def _computed(self) -> Iterator[tuple[PerMaskAndSuperpixel, slice]]:
        totals = np.where(self.totals > 0, self.totals, 1.0)
        return ((self.weights[part, None] * side / totals, part) for side, part in self.sides())

    def means(self, values: np.ndarray) -> np.ndarray:
        """Σ w F / Σ w of each function, from values (functions, n): (functions, d)."""
        rows = values[:, None]  # one product each: that of all values as a matrix would round otherwise
        middle = rows @ self.weights / self.weights.sum()  # subtracted, so that equal values have no error
        moved = sum((rows[..., part] - middle[:, None]) @ block for block, part in self.blocks())[:, 0]
        least, most = values.min(axis=1), values.max(axis=1)  # rounding could take a mean of zeros below 0
        found: np.ndarray = np.clip(middle + moved, least[:, None], most[:, None])
        return found

    def medians(self, values: PerMask) -> PerSuperpixel:
        """A value that no more than half of the first masks behind a mean are below, or above, (d,)."""
        masks, values = self.sample.masks_at(slice(_RANKED)), values[:_RANKED]
        order = np.argsort(values, kind="stable")
        counts = np.cumsum(masks[order] == self.shown, axis=0)
        found: PerSuperpixel = values[order][np.argmax(2 * counts >= counts[-1], axis=0)]
        return found


def _unit_sums(influence: _Influence, sample: Sample, means: PerSuperpixel) -> UnitSums:
    """The sums that `unseen_variance` reads, over all masks, (1, d)."""
    medians = influence.medians(sample.values)
    sums = np.zeros((5, sample.d))
    for block, part in influence.blocks():
        values, squares = sample.values[part, None], block**2
        scores = squares * (values - means) ** 2
        visible = np.abs(values - medians) > VISIBLE * sample.scale
        sums += [one.sum(axis=0) for one in (squares, squares**2, squares * visible, scores, scores**2)]
    squares, fourths, shown, variances, _ = sums[:, None]
    return UnitSums(squares, fourths, shown, variances, kish(sums[3], sums[4], np.inf))
