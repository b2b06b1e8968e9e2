"""prop:bias-split: the error of an answer as a sum of parts due to bandwidth, ridge penalty and sampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import integer, real
from limetheory.arrays import Gram, PerSuperpixel
from limetheory.designs import BernoulliDesign, Design
from limetheory.designs.base import checked_design
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.limits import limit


@dataclass(frozen=True, eq=False)
class BiasSplit:
    """The difference of an answer from the limit that is wanted, in three parts; each array has shape (d,).

    Attributes:
        bandwidth: limit under the answer's design − limit under the wanted design.
        ridge: limit with the penalty − limit without it, under the answer's design.
        sampling: the answer − its limit.
        bandwidth_errors, ridge_errors: standard errors of these two parts, 0 where they are exact.
        sampling_size: the standard deviation of the sampling part by thm:clt.
    """

    bandwidth: PerSuperpixel
    ridge: PerSuperpixel
    sampling: PerSuperpixel
    bandwidth_errors: PerSuperpixel
    ridge_errors: PerSuperpixel
    sampling_size: PerSuperpixel

    @property
    def total(self) -> PerSuperpixel:
        """The answer − the wanted limit, the sum of the three parts."""
        return self.bandwidth + self.ridge + self.sampling


def bias_split(
    answer: Explanation, model: Any, design: Design, n: int, ridge: float = 0.0, wanted: Design | None = None
) -> BiasSplit:
    """Split the error of an answer about a set function whose limits are known (prop:bias-split).

    The sampling part includes the bias of order 1/n from forcing the first mask to all ones.

    Args:
        answer: an estimate from n masks of the design.
        model: the set function explained: any with a `limit`, such as a `SetFunction` of all 2^d values.
        design: the design of the answer, such as `ImageDesign(d)`.
        n: number of masks that the answer was fitted on.
        ridge: its penalty on the sum of n weighted squares, lime's α ≥ 0 (lime: 1).
        wanted: the design whose limit is wanted; None is `BernoulliDesign(d)`, the bandwidth ∞.

    >>> import limetheory as lt
    >>> F, design = lt.Leaf(4, on=(0, 1)), lt.ImageDesign(4)
    >>> split = bias_split(lt.estimate(F, design, 200, rng=0, ridge=1.0), F, design, 200, ridge=1.0)
    >>> split.bandwidth.round(3).tolist(), split.ridge.round(3).tolist(), split.sampling.round(3).tolist()
    ([0.191, 0.191, 0.009, 0.009], [-0.034, -0.034, -0.008, -0.008], [-0.024, -0.073, -0.027, 0.025])
    """
    checked_explanation("answer", answer)
    free, shrunk = limit(model, design), limit(model, design, ridge=_penalty(ridge, n))
    target = limit(model, BernoulliDesign(design.d) if wanted is None else wanted)
    exact = np.zeros(design.d)
    return BiasSplit(
        free.coefficients - target.coefficients, shrunk.coefficients - free.coefficients,
        answer.coefficients - shrunk.coefficients, exact, exact, answer.standard_errors,
    )  # fmt: skip


def estimated_bias_split(
    answer: Explanation, reference: Explanation, design: Design, n: int, ridge: float = 0.0
) -> BiasSplit:
    """Split the difference of an answer from a reference estimate, where no limit is known, as for a network.

    The ridge part comes from inverting the shrinkage of prop:ridge, whose moments the design has exactly. The remaining
    difference is the bandwidth part, with the sampling errors of both estimates. The sampling part cannot be separated:
    its mean is zero, so it is 0 here, and `sampling_size` is its standard deviation.

    Args:
        answer: an estimate from n masks of the design.
        reference: an estimate without penalty under the wanted design, from masks of its own.
        design: the design of the answer.
        n: number of masks that the answer was fitted on.
        ridge: its penalty on the sum of n weighted squares, lime's α ≥ 0 (lime: 1).

    >>> import limetheory as lt
    >>> F, design = lt.Leaf(4, on=(0, 1)), lt.ImageDesign(4)
    >>> reference = lt.estimate(F, lt.BernoulliDesign(4), 5000, rng=1)
    >>> split = estimated_bias_split(lt.estimate(F, design, 200, rng=0, ridge=1.0), reference, design, 200, 1.0)
    >>> split.ridge.round(3).tolist(), split.bandwidth.round(2).tolist(), split.bandwidth_errors.round(2).tolist()
    ([-0.033, -0.031, -0.006, -0.008], [0.17, 0.11, -0.02, 0.03], [0.04, 0.04, 0.04, 0.04])
    """
    checked_explanation("answer", answer)
    checked_explanation("reference", reference)
    checked_design(design)
    inverse = np.linalg.inv(_shrinkage(design, _penalty(ridge, n)))
    free = inverse @ answer.coefficients
    change = np.eye(design.d) - inverse
    errors = np.hypot(_errors(inverse, answer), reference.standard_errors)
    return BiasSplit(
        free - reference.coefficients, answer.coefficients - free, np.zeros(design.d),
        errors, _errors(change, answer), answer.standard_errors,
    )  # fmt: skip


def _penalty(ridge: float, n: int) -> float:
    """The penalty of the population's limit, λ = α / n."""
    return real("ridge", ridge, at_least=0) / integer("n", n, 1)


def _shrinkage(design: Design, penalty: float) -> Gram:
    """The linear map of prop:ridge, (d, d)."""
    return np.column_stack([design.shrink(unit, penalty) for unit in np.eye(design.d)])


def _errors(matrix: Gram, answer: Explanation) -> PerSuperpixel:
    """Standard errors of matrix @ coefficients, or upper bounds where no finite covariance is known."""
    errors = answer.standard_errors
    if answer.covariance is None or not np.isfinite(errors).all():
        bounds: PerSuperpixel = (np.abs(matrix) * np.where(matrix == 0, 0.0, errors)).sum(axis=1)
        return bounds
    deviations: PerSuperpixel = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", matrix, answer.covariance, matrix), 0.0))
    return deviations
