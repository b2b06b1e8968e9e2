"""RISE and PDA: the mean of F where a part is shown, and how far that where it is hidden is below F(1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from limetheory.arrays import Gram, PerSuperpixel
from limetheory.attribution.means import ConditionalMeans, conditional_means
from limetheory.designs import Design
from limetheory.estimation.methods.covariance import with_infinite_variances
from limetheory.estimation.methods.together import together
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation

Scale: TypeAlias = Callable[[PerSuperpixel], tuple[PerSuperpixel, PerSuperpixel]]
"""Values of F or means of them → the same on another scale, and the derivatives there."""


@together
def rise(samples: Sequence[Sample], design: Design | None, ridge: float) -> list[Explanation]:
    """a_j = Σ z_ij F_i / Σ z_ij (Petsiuk, Das & Saenko 2018; Pihlgren & Främling 2025)."""
    found = conditional_means(samples, shown=True)
    return [_explanation("rise", *pair, pair[1].means, pair[1].covariance) for pair in zip(samples, found, strict=True)]


def pda(name: str, scale: Scale) -> together:
    """a_j = t(F(1)) − t(mean{F_i: z_ij = 0}) on a scale t, with standard errors by the delta method.

    Robnik-Šikonja & Kononenko 2008; Pihlgren & Främling 2025 for masks that hide several parts. F(1) is known.
    """

    @together
    def fit(samples: Sequence[Sample], design: Design | None, ridge: float) -> list[Explanation]:
        return [one(*pair) for pair in zip(samples, conditional_means(samples, shown=False), strict=True)]

    def one(sample: Sample, found: ConditionalMeans) -> Explanation:
        values, slopes = scale(np.append(full_of_sample(sample), found.means))
        return _explanation(name, sample, found, values[0] - values[1:], _scaled(found.covariance, slopes[1:]))

    return fit


def difference(values: PerSuperpixel) -> tuple[PerSuperpixel, PerSuperpixel]:
    """F itself."""
    return values, np.ones_like(values)


def information(values: PerSuperpixel) -> tuple[PerSuperpixel, PerSuperpixel]:
    """log2 F, which needs F > 0."""
    if not values.min() > 0:
        raise ValueError(
            f"pda_information needs F(1) and means of F above 0, got {values.min():.6g}; use 'pda', or give F a floor "
            "such as 1e-6"
        )
    return np.log2(values), 1 / (values * np.log(2))


def log_odds(values: PerSuperpixel) -> tuple[PerSuperpixel, PerSuperpixel]:
    """log2 (F / (1 − F)), which needs 0 < F < 1."""
    beyond = values[~((values > 0) & (values < 1))]
    if len(beyond):
        raise ValueError(
            f"pda_log_odds needs F(1) and means of F between 0 and 1, both excluded, got {beyond[0]:.6g}; use 'pda', "
            "or keep F within such as 1e-6 and 1 − 1e-6"
        )
    return np.log2(values) - np.log2(1 - values), 1 / (values * (1 - values) * np.log(2))


def full_of_sample(sample: Sample) -> float:
    """F(1), asked for besides the masks or at a mask of the sample.

    Raises:
        ValueError: it is known from neither.
    """
    if sample.full is not None:
        return sample.full
    if sample.ends is not None:
        return sample.ends[1]
    places = np.flatnonzero(sample.masks.all(axis=1))
    if not len(places):
        raise ValueError("F(1) must be known, got a sample without it; add the mask that hides nothing, np.ones(d)")
    return float(sample.values[places[0]])


def _scaled(covariance: Gram, slopes: PerSuperpixel) -> Gram:
    """The covariance of quantities with these derivatives; variances that are infinite stay so."""
    infinite = np.isinf(np.diag(covariance))
    return with_infinite_variances(np.where(np.isinf(covariance), 0.0, covariance) * np.outer(slopes, slopes), infinite)


def _explanation(
    name: str, sample: Sample, found: ConditionalMeans, values: PerSuperpixel, covariance: Gram
) -> Explanation:
    """The explanation of these values. An attribution by means is no linear model of F: its intercept is 0."""
    return Explanation(
        values, 0.0, np.sqrt(np.diag(covariance)), sample.n_evaluations, found.freedom, covariance=covariance,
        method=", ".join([name, *sample.drawn_in]),
    )  # fmt: skip
