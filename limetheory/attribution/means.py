"""Attributions that are means of F over the masks that show a part, or hide it: RISE and PDA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from limetheory.arrays import Gram, PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.methods.covariance import covariance_of_estimate, with_infinite_variances
from limetheory.estimation.samples.sample import Sample, kish
from limetheory.explanation import Explanation


@dataclass(frozen=True, eq=False)
class ConditionalMeans:
    """Means of F over the masks of a sample that show each part, or over those that hide it: a ratio estimator.

    Attributes:
        means: Σ w F / Σ w over these masks, (d,); the mean over all masks where there are none.
        covariance: (d, d).
        freedom: degrees of freedom of each mean, (d,).
    """

    means: PerSuperpixel
    covariance: Gram
    freedom: PerSuperpixel


def conditional_means(sample: Sample, shown: bool) -> ConditionalMeans:
    """E[F | z_j = 1] for each part, or E[F | z_j = 0], estimated from a sample of the sampling law."""
    weights = sample.importance
    totals, sums, squares = (np.zeros(sample.d) for _ in range(3))
    for kept, part in _sides(sample, shown):
        w = weights[part]
        totals += w @ kept
        sums += (w * sample.values[part]) @ kept
        squares += w**2 @ kept
    overall = float(weights @ sample.values / weights.sum())
    means = np.divide(sums, totals, out=np.full(sample.d, overall), where=totals > 0)
    effective = kish(totals, squares)

    def contributions() -> Iterator[np.ndarray]:
        for kept, part in _sides(sample, shown):
            yield weights[part, None] * kept * (sample.values[part, None] - means) / np.maximum(totals, 1e-300)

    cells = sample.strata.number if sample.strata else None
    covariance, freedom = covariance_of_estimate(sample, contributions, cells)
    if sample.strata is None:
        scale = np.sqrt(np.divide(effective, effective - 1, out=np.ones(sample.d), where=effective > 1))
        covariance = covariance * np.outer(scale, scale)
    undetermined = (effective <= 1) & sample.stratified.undrawn_share.any()
    covariance = with_infinite_variances(covariance, undetermined)
    return ConditionalMeans(means, covariance, np.minimum(np.maximum(effective - 1, 1.0), freedom))


def _sides(sample: Sample, shown: bool) -> Iterator[tuple[np.ndarray, slice]]:
    start = 0
    for masks, _, _ in sample.blocks():
        part = slice(start, start + len(masks))
        start = part.stop
        yield (masks if shown else 1 - masks), part


def rise(sample: Sample, design: Design | None, ridge: float = 0.0) -> Explanation:
    """a_j = Σ z_ij F_i / Σ z_ij, with the sandwich of a ratio (delta method)."""
    found = conditional_means(sample, shown=True)
    return explanation("rise", sample, found.means, found)


Scale = Callable[[PerSuperpixel], tuple[PerSuperpixel, PerSuperpixel]]
"""A mean → its value on another scale, and the derivative there."""


def difference(values: PerSuperpixel) -> tuple[PerSuperpixel, PerSuperpixel]:
    """F itself."""
    return values, np.ones_like(values)


def information(values: PerSuperpixel) -> tuple[PerSuperpixel, PerSuperpixel]:
    """log2 F, which needs F > 0."""
    low = values.min()
    if not low > 0:
        raise ValueError(
            f"'pda_information' needs F(1) and the means of F above 0, got {low:.6g}; take 'pda', or add a small "
            "constant to F"
        )
    return np.log2(values), 1 / (values * np.log(2))


def log_odds(values: PerSuperpixel) -> tuple[PerSuperpixel, PerSuperpixel]:
    """log2 (F / (1 − F)), which needs 0 < F < 1."""
    beyond = values[~((values > 0) & (values < 1))]
    if len(beyond):
        raise ValueError(
            f"'pda_log_odds' needs F(1) and the means of F strictly between 0 and 1, got {beyond[0]:.6g}; take 'pda', "
            "or shrink F towards 1/2 a little"
        )
    return np.log2(values) - np.log2(1 - values), 1 / (values * (1 - values) * np.log(2))


def pda(name: str, scale: Scale) -> Callable[[Sample, Design | None, float], Explanation]:
    """The prediction difference on a scale: t(F(1)) − t(mean{F_i: z_ij = 0})."""

    def fit(sample: Sample, design: Design | None, ridge: float = 0.0) -> Explanation:
        found = conditional_means(sample, shown=False)
        (full, *hidden), (_, *slopes) = scale(np.append(full_of_sample(sample), found.means))
        return explanation(name, sample, full - np.array(hidden), replace(found, covariance=_scaled(found, slopes)))

    return fit


def _scaled(found: ConditionalMeans, slopes: list[float]) -> Gram:
    factor = np.array(slopes)
    covariance = np.where(np.isfinite(found.covariance), found.covariance, 0.0) * np.outer(factor, factor)
    return with_infinite_variances(covariance, np.isinf(np.diag(found.covariance)))


def full_of_sample(sample: Sample) -> float:
    """F(1), asked for besides the masks or at a mask of the sample.

    Raises:
        ValueError: it is known from neither.
    """
    if sample.full is not None:
        return sample.full
    if sample.ends is not None:
        return sample.ends[1]
    found: PerMask = sample.values[sample.masks.all(axis=1)]
    if not len(found):
        raise ValueError("F(1) must be known, got a sample without it; put the mask that hides nothing among the masks")
    return float(found.mean())


def explanation(name: str, sample: Sample, values: PerSuperpixel, found: ConditionalMeans) -> Explanation:
    """The explanation of these values; an attribution is no linear model of F, and its intercept is 0."""
    kinds = {"pairs": sample.paired, "strata": bool(sample.strata)}
    return Explanation(
        values, 0.0, np.sqrt(np.diag(found.covariance)), sample.n_evaluations, found.freedom,
        covariance=found.covariance, method=", ".join([name, *(kind for kind, holds in kinds.items() if holds)]),
    )  # fmt: skip
