"""The population regression: `population` for each class of set function, `limit` on top of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arguments import real
from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.evaluation import superpixel_count
from limetheory.explanation import Explanation
from limetheory.limits.missing import no_closed_form


@dataclass(frozen=True, eq=False)
class Population:
    """The unpenalised solution: coefficients (d,), mean E_μ[F], F on the empty mask, evaluations of F.

    Coefficients that the design does not identify are 0, or arbitrary for additive set functions; `determined` refuses
    such designs.
    """

    coefficients: PerSuperpixel
    mean: float
    empty: float
    n_evaluations: int = 0


@singledispatch
def population(model: Any, design: Design) -> Population:
    """The population regression of a set function; each closed form registers itself in its own file."""
    raise no_closed_form(model, design)


def limit(model: Any, design: Design, ridge: float = 0.0) -> Explanation:
    """What LIME's explanation of a set function converges to as the number of samples grows (thm:limit).

    The minimiser of E[π (F − β_0 − Σ β_j z_j)²] + ridge × Σ β_j², from a closed form for the classes that
    `supported` lists, such as `Leaf` (prop:leaf), by enumeration for `SetFunction` and any other callable
    (prop:enumeration). Source: Garreau & Mardaoui, ICML 2021, Theorem 1, in the form of thm:limit.

    A dummy superpixel, such as one whose replacement is the original, has coefficient 0 if F is additive, and for
    every F under product designs (Bernoulli, ν = ∞) and `ShapleyDesign`. Under other designs it gets out_t a_T of
    every interaction T of order t ≥ 2 (prop:multilinear).

    Computed in float64 without cancellation under every design: for d ≤ 20,000 the absolute error of a coefficient is
    at most 1e-11 × max |F|, or 1e-11 × Σ_i max |F_i| for sums of F_i. The relative error of a far smaller coefficient
    may be large: parity of 50 of 200 superpixels at ν = 0.02 has coefficients of 1e-22, and the result is of the order
    1e-17. Products of F and the masses of sizes must be float64 numbers: values of 1e-100 on sizes with a mass of
    1e-250 underflow to 0, so multiply such a small F by a constant. Under `UnequalDesign` all this holds for d ≤ 600
    where the correlations of z have a least eigenvalue of at least 0.001. Where it is smaller, errors reach 1e-6 × max
    |F|, and below 1e-8, to which a ridge adds, the design is refused.

    Args:
        model: a set function: one of the classes above, or a callable (n, d) bool → (n,) with d ≤ 24.
        design: the design, with as many superpixels as the model.
        ridge: population penalty λ ≥ 0; lime's α at sample size N is λ = α / N (prop:ridge). With a positive one the
            minimiser is unique under every design, and coefficients that the design does not identify are 0.
            ``TextDesign(1)`` has its one word in no mask: the coefficient is 0 under any ridge, and refused without.

    Raises:
        DegenerateDesignError: without a ridge, if the design does not identify the coefficients: the minimiser is not
            unique. Raised for every model, even if the minimiser for this F is unique.
        ValueError: model and design disagree on d, d is too large to enumerate, or a sum leaves float64's range.
        NotImplementedError: no closed form for this model under this design; the message names the fallback.

    >>> import limetheory as lt
    >>> beta = lt.limit(lt.Leaf(10, on=(0, 3)), lt.ImageDesign(10))
    >>> beta.coefficients.round(4).tolist()
    [0.5755, 0.0013, 0.0013, 0.5755, 0.0013, 0.0013, 0.0013, 0.0013, 0.0013, 0.0013]
    """
    ridge = determined(design, ridge)
    superpixel_count(model, design.d)
    with np.errstate(over="ignore", invalid="ignore"):  # `explanation` refuses the result in one line
        return explanation(population(model, design), design, design.marginals, ridge)


def determined(design: Any, ridge: Any) -> float:
    """The penalty, checked together with the design: together they must identify the coefficients."""
    checked_design(design)
    penalty = real("ridge", ridge, at_least=0)
    design.require_limit(penalty)
    return penalty


def explanation(solution: Population, design: Design, marginals: PerSuperpixel, ridge: float) -> Explanation:
    """The explanation of a population regression under a design with these marginals, shrunk by a penalty.

    Raises:
        ValueError: a number leaves float64's range.
    """
    beta = design.shrink(solution.coefficients, ridge) if ridge else solution.coefficients
    intercept = float(solution.empty if design.efficient else solution.mean - beta @ marginals)
    if not np.isfinite([*beta, intercept]).all():
        raise ValueError(
            f"a limit and the sums behind it must stay below {np.finfo(float).max:.1e}, got an overflow under "
            f"{design!r}; divide F by a constant, such as its largest value, and multiply the coefficients by it"
        )
    return Explanation(beta, intercept, np.zeros(design.d), solution.n_evaluations, method="limit")
