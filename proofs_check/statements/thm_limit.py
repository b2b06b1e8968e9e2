"""thm:limit: the population coefficients, shown to solve the normal equations and to equal the σ form."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from proofs_check import brute, library
from proofs_check.arrow import Stack
from proofs_check.notation import (
    alpha_0,
    d,
    delta,
    gamma,
    gamma_0,
    gamma_j,
    gram,
    mean_size,
    size_variance,
    summed,
    total,
)
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_gram_inverse
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

slope = sp.Symbol("s")
"""s, the mean coefficient."""

_target, _fit, _change = sp.symbols("F g h")


def solution(claim: Claim) -> Stack:
    """(β_0, β_1, …, β_d) for the right-hand side Γ."""
    intercept, entry = (claim[part].subs(slope, claim["slope"]) for part in ("intercept", "coefficient"))
    return Stack(intercept, entry, summed(entry))


def limit(right_hand_side: Stack) -> Stack:
    """The coefficients of thm:limit for another right-hand side E[π z̃ F]."""
    replaced = {gamma_0: right_hand_side.head, gamma_j: right_hand_side.entry, total: right_hand_side.total}
    beta = solution(STATEMENT.claim)
    return Stack(*(part.subs(replaced, simultaneous=True) for part in (beta.head, beta.entry, beta.total)))


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Normal equations, the square that makes them sufficient, and the form of Garreau & Mardaoui."""
    beta = solution(claim)
    sigma_form = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim).apply(gamma)
    square = (_target - _fit - _change) ** 2 - (_target - _fit) ** 2 + 2 * _change * (_target - _fit) - _change**2
    return {
        **(gram.apply(beta) - gamma).parts("Σ β = Γ"),
        "a further change h costs E[π h²] ≥ 0": square,
        "the deviations from s sum to 0": beta.total - d * claim["slope"],
        **(beta - sigma_form).parts("σ form of Garreau & Mardaoui"),
    }


def check(instance: World, claim: Claim) -> dict[str, Fraction]:
    """Weighted least squares over all masks, and steps away from the minimum."""
    claimed = instance.vector(solution(claim))
    return {
        **brute.differences(claimed, instance.beta),
        **brute.gain(instance.d, instance.weights, instance.table, claimed),
    }


def computed(instance: World) -> dict[str, library.Computed]:
    """`limetheory.limit` of the table of F."""
    return library.limit(instance, library.set_function(instance.table), instance.beta, library.height(instance.table))


STATEMENT = Statement(
    label="thm:limit",
    words="LIME's limit: the slope of F on the size, plus centred deviations divided by Δ.",
    latex=r"""
Let the design be exchangeable with $V > 0$ and $\Delta > 0$. For every set function $F$ the minimiser of
$\mathbb{E}\bigl[\pi\,(F - \beta_0 - \sum_j \beta_j z_j)^2\bigr]$ is unique and equals
\[
  \beta_j = s + \frac{\mathbb{E}[\pi z_j F] - \mathbb{E}[\pi \tfrac{K}{d} F]}{\Delta}, \qquad
  s = \frac{\operatorname{Cov}_\mu(F, K)}{V}, \qquad
  \beta_0 = \mathbb{E}_\mu[F] - s \kappa .
\]
The deviations $\beta_j - s$ sum to zero, and
$\beta_j = c_d^{-1} \bigl( \sigma_1 \mathbb{E}[\pi F] + \sigma_2 \mathbb{E}[\pi z_j F]
 + \sigma_3 \sum_{l \ne j} \mathbb{E}[\pi z_l F] \bigr)$ with the entries of Proposition~\ref{prop:gram-inverse}.""",
    source="Garreau & Mardaoui 2021, Thm. 1, for image LIME in the σ form; this form and any exchangeable design: new",
    code=("limetheory/designs/exchangeable.py", "limetheory/limits/population.py"),
    tests=("tests/limits/test_thm_limit.py", "tests/limits/test_enumeration.py"),
    claim={
        "slope": (total - mean_size * gamma_0) / (alpha_0 * size_variance),
        "coefficient": slope + (gamma_j - total / d) / delta,
        "intercept": gamma_0 / alpha_0 - slope * mean_size,
    },
    identities=identities,
    draw=World.drawn,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(World.drawn)},
    library=computed,
    mutants={
        "slope not centred": {"slope": total / (alpha_0 * size_variance)},
        "slope not normalised": {"slope": (total - mean_size * gamma_0) / size_variance},
        "deviations of the other sign": {"coefficient": slope - (gamma_j - total / d) / delta},
        "deviations not centred": {"coefficient": slope + gamma_j / delta},
        "Δ plus α_0": {"coefficient": slope + (gamma_j - total / d) / (delta + alpha_0)},
        "intercept without s κ": {"intercept": gamma_0 / alpha_0},
    },
)
