"""S-LIME: least-angle regression with enough masks that each choice is significant."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer, real
from limetheory.arrays import PerSuperpixel
from limetheory.counts import count
from limetheory.designs import DegenerateDesignError, Design
from limetheory.designs.base import checked_design
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.sample import Interrupted, Sample, draw
from limetheory.estimation.variants.least_angle import lead, least_angle_path, population_moments, sample_moments
from limetheory.evaluation import MaskFunction, mask_function, refuse_random, superpixel_count
from limetheory.explanation import Explanation
from limetheory.explanation.result import whole
from limetheory.kept import keepable

_TIE = 1e-9  # smaller leads of one superpixel over the next, relative to the deviation of F, are ties; a convention


@dataclass(frozen=True, eq=False, kw_only=True)
class SparseExplanation(Explanation):
    """An `Explanation` on a few selected superpixels; the other coefficients and their standard errors are 0.

    Attributes:
        selected: superpixels in the order of their selection, at most k; fewer where they already fit F exactly.
        statistics: the test statistic z of each selection against its runner-up; ∞ without a runner-up.
        significant: whether every z is at least z_α, the upper α-quantile of the normal distribution.
    """

    selected: tuple[int, ...]
    statistics: tuple[float, ...]
    significant: bool


keepable(SparseExplanation, build=partial(whole, SparseExplanation))


def slime(
    F: MaskFunction,
    design: Design,
    k: int,
    rng: Any = None,
    n: int = 1000,
    n_max: int = 10_000,
    alpha: float = 0.05,
    *,
    ridge: float = 0.0,
) -> SparseExplanation:
    """Select k superpixels by least-angle regression, drawing masks until each choice is significant.

    S-LIME (Zhou, Hooker & Wang, KDD 2021, arXiv 2106.07875). Where superpixel a enters the path, let b be the
    runner-up, r the residual there, c_j = Σ π_i x_ij r_i / Σ π_i with x_j = z_j centred and divided by its
    standard deviation under the design, and u = ± x_a r ∓ x_b r, so that D = |c_a| − |c_b| is the mean of u:

        z = D / √(2 s²),   s² = Σ π_i² (u_i − D)² / (Σ π_i)².

    The factor 2 is the authors' code's: D and its value in a second sample of n masks each have variance s², so z ≥ z_α
    means that a second sample would select a again with probability 1 − α (for a flat prior on the true D). The
    probability that a test accepts a wrong superpixel is smaller, 1 − Φ(√2 z_α): 0.01 at α = 0.05, for two candidates
    and a single test. Of the few runs in which two tied superpixels differ significantly, either may be selected. As in
    that code, the estimation of r is neglected and there is no correction for testing repeatedly as the sample grows.
    With π = 1, s² is the variance of u over n. At the first z < z_α the sample grows from n to n (z_α / z)² masks, at
    most 2n and n_max: new masks are added to the old ones and the path restarts. (The public code accepts D down to
    1e-3 below its bound and draws every sample afresh; neither is done here.)

    The limit is `slime_limit`. The refit on the selected superpixels is `estimate`'s weighted least squares; its HC3
    standard errors are conditional on the selection.

    Args:
        F: callable (n, d) bool → (n,).
        design: the design to draw from; not an efficient one.
        k: number of superpixels to select, 1..d.
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        n: masks to start with, at least k + 2. The public code has 1000.
        n_max: most masks, at least n. The public code has 10,000.
        alpha: level of each test, in (0, 0.5).
        ridge: penalty of the refit on the sum of the n weighted squares, at least 0; lime's is 1.

    Raises:
        ValueError: arguments out of range, an efficient design, or F returns a wrong shape or non-finite values.
        Interrupted: on Ctrl-C, with the explanation of the finished masks.

    >>> import limetheory as lt
    >>> answer = slime(lt.Additive([1.0, -3.0, 0.0, 2.0]), lt.BernoulliDesign(4), 2, rng=0)
    >>> answer.selected, answer.significant, answer.n_evaluations
    ((1, 3), True, 1000)
    """
    k, ridge = _checked(F, design, k, ridge)
    refuse_random(F, "slime")
    n = count("n", n, k + 2, f"selecting {k} coefficients needs {k + 2} masks, so draw more")
    n_max = count("n_max", n_max, n, "the sample cannot shrink from n")
    critical = _critical(real("alpha", alpha, above=0, below=0.5, remedy="write 0.05 for 5 %"))
    rng, scales = generator(rng), _scales(design)
    sample, wanted = Sample.of(np.empty((0, design.d), bool), np.empty(0), np.empty(0)), n
    try:
        while wanted > sample.n:
            sample = _joined(sample, draw(F, design, wanted - sample.n, rng))
            selected, statistics = _tested_path(sample, scales, k)
            wanted = _next_n(statistics, sample.n, n_max, critical)
    except Interrupted as interrupted:
        finished = interrupted.sample = _joined(sample, interrupted.sample)
        if finished.n >= k + 2:
            with suppress(ValueError):
                path = _tested_path(finished, scales, k)
                interrupted.explanation = _refit(finished, *path, critical, ridge)
        raise
    return _refit(sample, selected, statistics, critical, ridge)


def slime_limit(model: Any, design: Design, k: int, ridge: float = 0.0) -> SparseExplanation:
    """What `slime` converges to: the least-angle path of the population moments, then the regression on it.

    The path is that of the covariances of z and F under μ with each z_j divided by its standard deviation; the
    coefficients solve Cov(z_S, z_S) β = Cov(z_S, F) on the selected set S. A selection that is tied in the population
    has z = 0, which no number of masks resolves; all other z are ∞.

    Args:
        model: a set function with a value on every mask, d ≤ 24: all 2^d are evaluated.
        design: the design; not an efficient one.
        k: number of superpixels to select, 1..d.
        ridge: population penalty λ ≥ 0 of the refit, `slime`'s over n.

    Raises:
        DegenerateDesignError: a superpixel is always kept or always dropped.
        ValueError: an efficient design, or d too large to enumerate.

    >>> import limetheory as lt
    >>> answer = slime_limit(lt.Additive([1.0, -3.0, 0.5, 2.0]), lt.BernoulliDesign(4), 2)
    >>> answer.selected, answer.coefficients.round(12).tolist(), answer.statistics
    ((1, 3), [0.0, -3.0, 0.0, 2.0], (inf, inf))
    """
    k, ridge = _checked(model, design, k, ridge)
    scales = _scales(design)
    moments = population_moments(model, design)
    selected, path = least_angle_path(moments, scales, k)
    gaps = [lead(moments, scales, selected, path, step)[1] for step in range(len(selected))]
    statistics = tuple(math.inf if gap > _TIE * moments.deviation else 0.0 for gap in gaps)
    on, coefficients = list(selected), np.zeros(design.d)
    penalty = ridge / design.total_mass * np.eye(len(on)) if ridge else 0.0
    coefficients[on] = np.linalg.solve(moments.gram[np.ix_(on, on)] + penalty, moments.moment[on])
    return SparseExplanation(
        coefficients, float(moments.value - coefficients @ moments.mask), np.zeros(design.d), 1 << design.d,
        selected=selected, statistics=statistics, significant=all(statistics),
    )  # fmt: skip


def _critical(alpha: float) -> float:
    """z_α, the upper α-quantile of the normal distribution."""
    from scipy.special import ndtri

    return float(-ndtri(alpha))


def _tested_path(sample: Sample, scales: PerSuperpixel, k: int) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The least-angle path of a sample: the superpixels in the order of selection, and the z of each."""
    moments = sample_moments(sample)
    selected, path = least_angle_path(moments, scales, k)
    leads = [lead(moments, scales, selected, path, step) for step in range(len(selected))]
    gaps = np.array([gap for _, gap in leads])
    contrasts = np.array([contrast for contrast, _ in leads]).reshape(len(selected), sample.d).T
    squares = np.zeros(len(selected))
    for masks, weights, values in sample.blocks():
        rows = masks - moments.mask
        terms = (rows @ contrasts) * (values[:, None] - moments.value - rows @ path)
        squares += weights**2 @ (terms - np.where(np.isfinite(gaps), gaps, 0.0)) ** 2
    noise = np.sqrt(2 * squares) / sample.weights.sum()
    return selected, tuple(_ratio(gap, error) for gap, error in zip(gaps, noise, strict=True))


def _ratio(gap: float, error: float) -> float:
    if gap > 0:
        return float(gap / error) if error > 0 else math.inf
    return 0.0


def _next_n(statistics: tuple[float, ...], n: int, n_max: int, critical: float) -> int:
    """n (z_α / z)² at the first choice that is not significant, at most 2n and n_max; n if all are."""
    z = next((z for z in statistics if z < critical), critical)
    return min(math.ceil(n * min((critical / z) ** 2, 2.0)) if z > 0 else 2 * n, n_max)


def _refit(
    sample: Sample, selected: tuple[int, ...], statistics: tuple[float, ...], critical: float, ridge: float
) -> SparseExplanation:
    on, coefficients, errors = list(selected), np.zeros(sample.d), np.zeros(sample.d)
    masks = sample.masks[:, on]
    freedom, intercept = math.inf, float(sample.weights @ sample.values / sample.weights.sum())
    if on:
        fit = wls(Sample.of(masks, sample.weights, sample.values), ridge)
        coefficients[on], errors[on] = fit.coefficients, fit.standard_errors
        freedom, intercept = fit.largest_freedom, fit.intercept
    return SparseExplanation(
        coefficients, intercept, errors, sample.n_evaluations, freedom,
        selected=selected, statistics=statistics, significant=all(z >= critical for z in statistics),
    )  # fmt: skip


def _joined(sample: Sample, more: Sample) -> Sample:
    bits, weights, values = (
        np.concatenate([getattr(sample, name), getattr(more, name)]) for name in ("bits", "weights", "values")
    )
    return Sample(sample.d, bits, weights, values)


def _scales(design: Design) -> PerSuperpixel:
    """Standard deviation of each z_j under the design."""
    variances = design.marginals * (1 - design.marginals)
    if not (variances > 0).all():
        raise DegenerateDesignError(
            f"S-LIME needs each coordinate to be 1 with a probability inside (0, 1), got {design!r} with "
            f"{design.marginals[variances <= 0][0]:g}; {design.wider} or choose another design"
        )
    return np.sqrt(variances)


def _checked(function: Any, design: Design, k: int, ridge: float) -> tuple[int, float]:
    checked_design(design)
    mask_function("F", function)
    if design.efficient:
        raise ValueError(f"S-LIME has no sum constraint, got the efficient {design!r}; use limetheory.estimate")
    superpixel_count(function, design.d)
    k = integer("k", k, 1)
    if k > design.d:
        raise ValueError(f"k must be at most d = {design.d}, got {k}")
    return k, real("ridge", ridge, at_least=0)
