"""Two levels of precision: many evaluations of a cheap model, and a few that correct it (Giles 2008)."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import choice, generator
from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation.estimate import estimate
from limetheory.estimation.methods.covariance import satterthwaite
from limetheory.estimation.samples.sample import Interrupted
from limetheory.evaluation import MaskFunction, evaluate, mask_function, refuse_random, superpixel_count
from limetheory.explanation import Explanation

UNBIASED = ("adjusted", "unbiased")


def two_level(
    cheap: MaskFunction,
    exact: MaskFunction,
    design: Design,
    n: int,
    n_exact: int,
    rng: Any = None,
    method: str = "adjusted",
) -> Explanation:
    """β̂(cheap) from n masks + β̂(exact − cheap) from n_exact other masks: unbiased for the limit of ``exact``.

    The limit is linear in F and both estimates are unbiased (prop:unbiased), so their sum is; they are independent, so
    their covariances add. If evaluations cost the same, the best n_exact / n is the ratio of the residual standard
    deviations of exact − cheap and of cheap. Two-level Monte Carlo, Giles 2008 (Operations Research 56).

    Made for networks in a cheaper precision with a float32 correction. It pays if the cheap evaluation costs much less
    and the variance of the difference is small; `experiments/precision/rows.jsonl` has both. "tf32" on a GPU paid (1.3
    times), bfloat16 did not: the standard deviation of its difference is a seventh of that of F.

    Args:
        cheap: callable (n, d) bool → (n,), such as the `ModelFunction` of `load_model(name, precision="tf32")`.
        exact: the one to be explained, of the same output.
        design: the design to draw from.
        n: masks on which ``cheap`` alone is evaluated.
        n_exact: masks on which both are evaluated.
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        method: ``"adjusted"`` or ``"unbiased"``, for ``cheap``. The correction is estimated by ``"unbiased"``: it is
            mostly rounding noise, which no surrogate predicts.

    Returns:
        An explanation with n_exact evaluations, those of ``exact``; an efficient design adds F(0) and F(1). Intervals
        use Student's t with Satterthwaite's degrees of freedom.

    Raises:
        ValueError: arguments out of range, a biased method, or F returns a wrong shape or non-finite values.
        Interrupted: on Ctrl-C, without an explanation: one of ``cheap`` would be biased.

    >>> import limetheory as lt
    >>> exact, cheap = lt.Additive([1.0, -2.0, 0.5]), lt.Additive([1.01, -2.02, 0.5], 0.1)
    >>> answer = two_level(cheap, exact, lt.ImageDesign(3), 60, 10, rng=0)
    >>> answer.coefficients.round(12).tolist(), answer.n_evaluations
    ([1.0, -2.0, 0.5], 10)
    """
    choice("method", method, UNBIASED)
    checked_design(design)
    for name, function in (("cheap", cheap), ("exact", exact)):
        superpixel_count(mask_function(name, function), design.d)
        refuse_random(function, "two_level")

    def correction(masks: Masks) -> PerMask:
        return evaluate(exact, masks) - evaluate(cheap, masks)

    first, second = generator(rng).spawn(2)
    try:
        of_cheap = estimate(cheap, design, n, first, method)
        return added(of_cheap, estimate(correction, design, n_exact, second, "unbiased"))
    except Interrupted as interrupted:
        interrupted.explanation = None
        raise


def added(of_cheap: Explanation, correction: Explanation) -> Explanation:
    """The sum of two independent estimates, with the evaluations of the second."""
    assert of_cheap.covariance is not None and correction.covariance is not None
    covariance = of_cheap.covariance + correction.covariance
    return Explanation(
        of_cheap.coefficients + correction.coefficients, of_cheap.intercept + correction.intercept,
        np.sqrt(np.diag(covariance)), correction.n_evaluations, _freedom(of_cheap, correction), covariance=covariance,
        method="two levels",
    )  # fmt: skip


def _freedom(*parts: Explanation) -> PerSuperpixel:
    """Satterthwaite's degrees of freedom of the sum of each coefficient's variances, (d,)."""
    variances = np.array([part.standard_errors**2 for part in parts])
    degrees = np.array([np.broadcast_to(part.degrees_of_freedom, part.d) for part in parts])
    columns = zip(variances.T, degrees.T, strict=True)
    return np.array([satterthwaite(of_one, freedom) for of_one, freedom in columns])
